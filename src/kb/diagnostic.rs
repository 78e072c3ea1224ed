//! What is wrong with authored content, said as a compiler says it: the file, the line, the rule,
//! how to mend it. No reading of content here; every rule is applied elsewhere in this folder but
//! for those that need an engine.

use std::fmt;

use serde::{Serialize, Serializer};
use strsim::osa_distance;

/// An excerpt is cut at this many characters: enough to recognise a line by.
const EXCERPT: usize = 160;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The content must not be served like this.
    Error,
    /// It can be served, but the author surely meant something else.
    Warning,
}

/// One finding in one line of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The rule that the line breaks.
    pub rule: Rule,
    /// The file, relative to the knowledge base.
    pub path: String,
    /// The line in that file, 1-based.
    pub line: u32,
    /// That line; empty where the file ends before it or is not there.
    pub excerpt: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

impl Diagnostic {
    /// A finding that must be mended.
    pub fn error(
        rule: Rule,
        path: &str,
        line: u32,
        excerpt: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            rule,
            path: path.to_owned(),
            line,
            excerpt: excerpt.to_owned(),
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// A finding that should be mended.
    pub fn warning(
        rule: Rule,
        path: &str,
        line: u32,
        excerpt: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let error = Self::error(rule, path, line, excerpt, message, hint);
        Self {
            severity: Severity::Warning,
            ..error
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let margin = " ".repeat(self.line.to_string().len());
        writeln!(f, "{severity}[{}]: {}", self.rule, printable(&self.message))?;
        writeln!(f, "{margin}--> {}:{}", printable(&self.path), self.line)?;
        writeln!(f, "{margin} |")?;
        let excerpt = printable(&self.excerpt);
        match excerpt.char_indices().nth(EXCERPT) {
            Some((cut, _)) => writeln!(f, "{} | {}…", self.line, &excerpt[..cut])?,
            None if excerpt.is_empty() => {}
            None => writeln!(f, "{} | {excerpt}", self.line)?,
        }
        writeln!(f, "{margin} |")?;
        writeln!(f, "{margin} = help: {}", printable(&self.hint))
    }
}

/// The text with control characters as spaces, so that content cannot steer a terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.trim_end().chars().map(shown).collect()
}

/// One table for everything that is known of a rule.
macro_rules! rules {
    ($($variant:ident $name:literal $explanation:literal;)+) => {
        /// What content has to keep to.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $(#[doc = $explanation] $variant,)+
        }

        impl Rule {
            /// Every rule, those of a single file first.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its stable name, in kebab-case.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it asks for and why, in one sentence.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)+ }
            }
        }
    };
}

rules! {
    NotUtf8 "not-utf8" "A file is UTF-8 text, for anything else is read wrongly by somebody.";
    NulCharacter "nul-character" "A file holds no NUL character, for it is then no text.";
    EmptyFile "empty-file" "A file that is there says something.";
    UnknownFile "unknown-file" "A file lies where its kind is looked for, for elsewhere nobody reads it.";
    BadId "bad-id" "An id is lower-case ASCII words joined by hyphens below its category, for it is an address for ever.";
    UnclosedFrontMatter "unclosed-front-matter" "Front matter that begins with `---` ends with `---`.";
    BadFrontMatter "bad-front-matter" "Front matter is YAML, each key once and with a value of its kind.";
    UnknownKey "unknown-key" "Front matter has known keys only, for a misspelt one would be lost in silence.";
    UnknownValue "unknown-value" "A cause, retry or acts is one of its list, for people filter by them.";
    BadDate "bad-date" "A date is written YYYY-MM-DD and is in the calendar.";
    MissingTitle "missing-title" "Whatever is shown in a list has a title.";
    SecondTitle "second-title" "An entry has one title, for it is one problem.";
    StrayText "stray-text" "Text stands in a section, for elsewhere nobody is shown it.";
    HeadingWithoutSpace "heading-without-space" "A space follows the `#` of a heading, for otherwise it is none.";
    MisspeltHeading "misspelt-heading" "A heading that is nearly a known one is that one, for a private section must not be published by a slip.";
    DuplicateHeading "duplicate-heading" "A heading occurs once in a file.";
    EmptySection "empty-section" "A heading is followed by something.";
    UnclosedFence "unclosed-fence" "A fenced block ends, for otherwise it takes the rest of the file.";
    NoAnswer "no-answer" "An entry says 原因 or 解决办法.";
    TemplateNotFenced "template-not-fenced" "A template stands in a fenced block, where nothing need be quoted.";
    WeakTemplate "weak-template" "A template has at least four characters that are no wildcard, for less matches nearly anything.";
    AdjacentWildcards "adjacent-wildcards" "Something stands between two wildcards, for otherwise they are one.";
    NotAListItem "not-a-list-item" "Phrasings are list items, one a line, for each is compared alone.";
    RepeatedPhrasing "repeated-phrasing" "A phrasing occurs once in an entry or neighbour, for a second time adds nothing.";
    ContradictedPhrasing "contradicted-phrasing" "A near-miss is no phrasing of the same entry.";
    RawHtml "raw-html" "An answer is Markdown without HTML, for HTML is never shown.";
    PictureWithoutText "picture-without-text" "A picture says in words what it shows, for a chat cannot show it.";
    PictureWithoutFile "picture-without-file" "A picture lies beside the entries, or is given by its https address.";
    BadPicture "bad-picture" "A file with a picture's ending is a PNG, JPEG or WebP picture.";
    PictureOnly "picture-only" "A 解决办法 has text beside its pictures, for nobody finds or hears a picture.";
    NeighbourWithoutParagraph "neighbour-without-paragraph" "A neighbour says where its questions belong, for that is all a person is told.";
    NeighbourWithoutPhrasings "neighbour-without-phrasings" "A neighbour has phrasings, for it is recognised by them alone.";
    BadVocabulary "bad-vocabulary" "platforms.toml is TOML, each `[[platform]]` with an id, a label and aliases.";
    BadDictionaryLine "bad-dictionary-line" "A line of dictionary.txt is a word, then perhaps its frequency, then perhaps its tag.";
    LoneSynonym "lone-synonym" "A group of synonyms has two words at least.";
    IdTaken "id-taken" "An id or alias names one thing, for it is an address.";
    MissingIndex "missing-index" "A folder of entries is a category, named by its _index.md.";
    DuplicateTitle "duplicate-title" "Two entries have two titles, for a list must tell them apart.";
    DuplicateTopic "duplicate-topic" "Two neighbours have two topics.";
    SharedPhrasing "shared-phrasing" "A phrasing belongs to one entry or one neighbour, for it can lead to one place only.";
    UnknownPlatform "unknown-platform" "A platform is one of the vocabulary, for it is recognised by its names there.";
    BrokenLink "broken-link" "A link leads somewhere.";
    DuplicateAlias "duplicate-alias" "A name is that of one platform.";
    SharedSynonym "shared-synonym" "A synonym is in one group, for it can mean one word only.";
    SharedTemplate "shared-template" "A template matches its own entry's message only, for else the platform or a twin decides.";
    NotFoundFirst "not-found-first" "A title, template or phrasing finds its own entry first.";
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A word is a slip for a known one if at most one in this many of the known one's characters differs,
/// rounded up. Chosen.
const CHARACTERS_PER_SLIP: usize = 3;

/// The known word nearest to a misspelt one, if it is near enough.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = known.into_iter().map(|k| (osa_distance(word, k), k));
    let (distance, nearest) = scored.min_by_key(|(distance, _)| *distance)?;
    let most = nearest.chars().count().div_ceil(CHARACTERS_PER_SLIP);
    (distance <= most).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_a_compiler_prints_it() {
        let d = Diagnostic::error(
            Rule::UnknownKey,
            "logistics/sync/x.md",
            12,
            "platfroms: [taobao]",
            "the front matter has a key that jieda does not know: `platfroms`",
            "did you mean `platforms`?",
        );
        let expected = "\
error[unknown-key]: the front matter has a key that jieda does not know: `platfroms`
  --> logistics/sync/x.md:12
   |
12 | platfroms: [taobao]
   |
   = help: did you mean `platforms`?
";
        assert_eq!(d.to_string(), expected);
    }

    #[test]
    fn no_excerpt_leaves_out_the_line_and_a_long_one_is_cut() {
        let at = |excerpt: &str| {
            Diagnostic::warning(Rule::UnknownFile, "a", 1, excerpt, "m", "h").to_string()
        };
        assert_eq!(
            at(""),
            "warning[unknown-file]: m\n --> a:1\n  |\n  |\n  = help: h\n"
        );
        let long = at(&"长".repeat(EXCERPT + 1));
        assert!(long.contains(&format!("1 | {}…\n", "长".repeat(EXCERPT))));
    }

    #[test]
    fn content_cannot_steer_the_terminal() {
        let d = Diagnostic::error(Rule::NotUtf8, "a\n", 1, "\x1b[2J", "\x07", "\r");
        assert!(!d.to_string().contains(['\x1b', '\x07', '\r']));
    }

    #[test]
    fn the_json_form_has_names() {
        let d = Diagnostic::warning(Rule::BadId, "A.md", 1, "x", "m", "h");
        let expected = serde_json::json!({
            "severity": "warning", "rule": "bad-id", "path": "A.md", "line": 1,
            "excerpt": "x", "message": "m", "hint": "h",
        });
        assert_eq!(serde_json::to_value(&d).expect("plain data"), expected);
    }

    #[test]
    fn rules_have_distinct_kebab_names_and_one_sentence_each() {
        let mut names: Vec<&str> = Rule::ALL.iter().map(|r| r.as_str()).collect();
        for (rule, name) in Rule::ALL.iter().zip(&names) {
            let kebab = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            assert!(name.bytes().all(kebab), "{name}");
            let explanation = rule.explanation();
            assert!(
                explanation.ends_with('.') && !explanation.contains(". "),
                "{name}"
            );
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Rule::ALL.len());
    }

    #[test]
    fn the_nearest_word_is_one_that_was_meant() {
        let keys = ["platforms", "cause", "retry", "acts"];
        assert_eq!(nearest("platfroms", keys), Some("platforms"));
        assert_eq!(nearest("act", keys), Some("acts"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("解决方法", ["原因", "解决办法"]), Some("解决办法"));
        assert_eq!(nearest("", ["abc"]), None);
        assert_eq!(nearest("ba", ["ab"]), Some("ab"));
    }
}
