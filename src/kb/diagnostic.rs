//! Diagnostics of authored content as a compiler prints them: file, line, rule and fix. Content is
//! not read here: the other files of this folder apply the rules, except those that need an engine.

use std::fmt;

use serde::{Serialize, Serializer};
use strsim::osa_distance;

/// Most characters of an excerpt. Chosen: enough to recognise a line.
const EXCERPT: usize = 160;

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The content must not be served.
    Error,
    /// The content can be served, but is probably not what the author meant.
    Warning,
}

/// One fault in one line of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The rule that the line breaks.
    pub rule: Rule,
    /// The file, relative to the knowledge base.
    pub path: String,
    /// The line in that file, 1-based.
    pub line: u32,
    /// The text of that line; empty if the file is shorter or missing.
    pub excerpt: String,
    /// The fault, in a sentence without a full stop.
    pub message: String,
    /// The fix, in the same form.
    pub hint: String,
}

impl Diagnostic {
    /// A diagnostic of severity [`Severity::Error`].
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

    /// A diagnostic of severity [`Severity::Warning`].
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

/// The text with control characters as spaces, so that content cannot control a terminal.
fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
    text.trim_end().chars().map(shown).collect()
}

/// Defines the rules: variant, name and explanation in one table.
macro_rules! rules {
    ($($variant:ident $name:literal $explanation:literal;)+) => {
        /// A rule for authored content.
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

            /// The rule and its reason, in one sentence.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)+ }
            }
        }
    };
}

rules! {
    NotUtf8 "not-utf8" "A file is UTF-8 text, for text in another encoding is read wrongly.";
    NulCharacter "nul-character" "A file has no NUL character, for text has none.";
    EmptyFile "empty-file" "A file is not empty.";
    UnknownFile "unknown-file" "A file is where files of its kind are read, for elsewhere it is ignored.";
    BadId "bad-id" "An id is lower-case ASCII words joined by hyphens below its category, for it is a permanent address.";
    UnclosedFrontMatter "unclosed-front-matter" "Front matter that begins with `---` ends with `---`.";
    BadFrontMatter "bad-front-matter" "Front matter is YAML, each key once and with a value of its kind.";
    UnknownKey "unknown-key" "Front matter has known keys only, for a misspelt one would be ignored silently.";
    UnknownValue "unknown-value" "A cause, retry or acts has one of the known values, for they are filters.";
    BadDate "bad-date" "A date is written YYYY-MM-DD and is in the calendar.";
    MissingTitle "missing-title" "An entry, category or topic has a title, for lists show it.";
    SecondTitle "second-title" "An entry has one title, for it is one problem.";
    StrayText "stray-text" "Text is in a section, for elsewhere it is not shown.";
    HeadingWithoutSpace "heading-without-space" "A space follows the `#` of a heading, for without it the line is text.";
    MisspeltHeading "misspelt-heading" "A heading that is nearly a known one is that one, for a private section must not be published by mistake.";
    DuplicateHeading "duplicate-heading" "A heading occurs once in a file.";
    EmptySection "empty-section" "A section has text.";
    UnclosedFence "unclosed-fence" "A fenced block ends, for otherwise it includes the rest of the file.";
    NoAnswer "no-answer" "An entry has a section 原因 or 解决办法.";
    TemplateNotFenced "template-not-fenced" "A template is in a fenced block, where nothing needs quoting.";
    WeakTemplate "weak-template" "A template has at least four characters beside wildcards, for less matches nearly anything.";
    AdjacentWildcards "adjacent-wildcards" "Two wildcards have text between them, for otherwise they are one.";
    NotAListItem "not-a-list-item" "Training phrases are list items, one a line, for each is compared alone.";
    RepeatedPhrase "repeated-phrasing" "A training phrase occurs once in an entry or out-of-scope topic, for a second time adds nothing.";
    ContradictedPhrase "contradicted-phrasing" "A near miss is not a training phrase of the same entry.";
    RawHtml "raw-html" "An answer is Markdown without HTML, for HTML is never shown.";
    PictureWithoutText "picture-without-text" "A picture has a text that describes it, for a chat cannot show it.";
    PictureWithoutFile "picture-without-file" "A picture is a file beside the entries or an https address.";
    BadPicture "bad-picture" "A file with a picture's ending is a PNG, JPEG or WebP picture.";
    PictureOnly "picture-only" "A 解决办法 has text beside its pictures, for a picture cannot be searched or read aloud.";
    OutOfScopeWithoutParagraph "neighbour-without-paragraph" "An out-of-scope topic says where its questions belong, for that is its only answer.";
    OutOfScopeWithoutPhrases "neighbour-without-phrasings" "An out-of-scope topic has training phrases, for it is recognised by them alone.";
    BadVocabulary "bad-vocabulary" "platforms.toml is TOML, each `[[platform]]` with an id, a label and aliases.";
    BadDictionaryLine "bad-dictionary-line" "A line of dictionary.txt is a word, then perhaps its frequency, then perhaps its tag.";
    LoneSynonym "lone-synonym" "A group of synonyms has two words at least.";
    IdTaken "id-taken" "An id or alias belongs to one entry or category, for it is an address.";
    MissingIndex "missing-index" "A folder of entries is a category, described by its _index.md.";
    DuplicateTitle "duplicate-title" "Entries have different titles, for lists show nothing else of them.";
    DuplicateTopic "duplicate-topic" "Out-of-scope topics have different names.";
    SharedPhrase "shared-phrasing" "A training phrase belongs to one entry or out-of-scope topic, for it can have one answer only.";
    UnknownPlatform "unknown-platform" "A platform is one of the vocabulary, for it is recognised by its names there.";
    BrokenLink "broken-link" "The target of a link exists.";
    DuplicateAlias "duplicate-alias" "A name belongs to one platform.";
    SharedSynonym "shared-synonym" "A synonym is in one group, for it can mean one word only.";
    SharedTemplate "shared-template" "A template matches the messages of its own entry only, for otherwise it cannot tell the entries apart.";
    NotFoundFirst "not-found-first" "A title, template or training phrase finds its own entry first.";
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

/// A word is a slip for a known one if at most one in three of its characters differs, rounded up.
/// Chosen.
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
