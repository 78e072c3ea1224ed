//! The domain vocabulary: platforms, the segmenter's dictionary, synonyms and boilerplate phrases.
//! Each is a file under `_vocabulary`. Invalid lines are reported and left out.

use std::collections::HashMap;

use serde::Deserialize;
use toml::Spanned;

use super::diagnostic::Rule;
use super::findings::Findings;
use super::source::newlines;

/// The domain vocabulary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Sales platforms, in the order of the file.
    pub platforms: Vec<Platform>,
    /// Words that the segmenter keeps whole.
    pub words: Vec<Word>,
    /// Groups of two or more words that mean the same, the canonical one first.
    pub synonyms: Vec<Vec<String>>,
    /// Boilerplate phrases around an error that say nothing about it.
    pub boilerplate: Vec<String>,
}

/// A sales platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// The name in entries and the API.
    pub id: String,
    /// The Chinese label for display.
    pub label: String,
    /// Other names that users write.
    pub aliases: Vec<String>,
}

/// A line of a jieba user dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub word: String,
    /// Its number of occurrences on the scale of jieba's dictionary; `None` lets the segmenter
    /// choose one.
    pub frequency: Option<u64>,
    /// Its part of speech.
    pub tag: Option<String>,
}

/// `platforms.toml`, not yet checked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPlatforms {
    #[serde(default)]
    platform: Vec<WrittenPlatform>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPlatform {
    id: Spanned<String>,
    label: Spanned<String>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
}

impl Vocabulary {
    /// The platform of this id (exact, lower case as entries write it).
    pub fn platform(&self, id: &str) -> Option<&Platform> {
        self.platforms.iter().find(|platform| platform.id == id)
    }

    /// The position in `platforms` of the platform of this id.
    pub fn platform_position(&self, id: &str) -> Option<usize> {
        self.platforms.iter().position(|platform| platform.id == id)
    }

    /// Reads `platforms.toml`.
    pub(super) fn read_platforms(&mut self, text: &str, findings: &mut Findings) {
        let line_at = |at: usize| 1 + newlines(&text.as_bytes()[..at.min(text.len())]);
        let written: WrittenPlatforms = match toml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let line = line_at(error.span().map_or(0, |span| span.start));
                let message = format!("the platforms cannot be read: {}", error.message());
                let hint = "write each as `[[platform]]`, then `id = \"…\"`, `label = \"…\"`, `aliases = [\"…\"]`";
                findings.error(Rule::BadVocabulary, line, message, hint);
                return;
            }
        };
        // The number of the platform that each lower-case name belongs to.
        let mut owners: HashMap<String, usize> = HashMap::new();
        for (number, platform) in written.platform.into_iter().enumerate() {
            let mut aliases = Vec::new();
            for (i, name) in [&platform.id, &platform.label]
                .into_iter()
                .chain(&platform.aliases)
                .enumerate()
            {
                let owner = *owners
                    .entry(name.get_ref().to_lowercase())
                    .or_insert(number);
                let repeated = i >= 2 && aliases.contains(name.get_ref());
                if owner != number || repeated {
                    let message = format!("`{}` is already the name of a platform", name.get_ref());
                    findings.error(
                        Rule::DuplicateAlias,
                        line_at(name.span().start),
                        message,
                        "keep it once",
                    );
                } else if i >= 2 {
                    aliases.push(name.get_ref().clone());
                }
            }
            let (id, label) = (platform.id.into_inner(), platform.label.into_inner());
            if owners.get(&id.to_lowercase()) == Some(&number) {
                self.platforms.push(Platform { id, label, aliases });
            }
        }
    }

    /// Reads `dictionary.txt`.
    pub(super) fn read_dictionary(&mut self, text: &str, findings: &mut Findings) {
        for (line, text) in entries(text) {
            let fields: Vec<&str> = text.split_whitespace().collect();
            let word = match fields[..] {
                [word] => Some((word, None, None)),
                [word, frequency] => frequency.parse().ok().map(|f| (word, Some(f), None)),
                [word, frequency, tag] => {
                    frequency.parse().ok().map(|f| (word, Some(f), Some(tag)))
                }
                _ => None,
            };
            match word {
                Some((word, frequency, tag)) => {
                    let (word, tag) = (word.to_owned(), tag.map(str::to_owned));
                    self.words.push(Word {
                        word,
                        frequency,
                        tag,
                    });
                }
                None => {
                    let message = "this is not a line of a dictionary";
                    let hint = "write a word, then perhaps a whole number and a tag: `抖店 100 n`";
                    findings.error(Rule::BadDictionaryLine, line, message, hint);
                }
            }
        }
    }

    /// Reads `synonyms.txt`.
    pub(super) fn read_synonyms(&mut self, text: &str, findings: &mut Findings) {
        let mut lines: HashMap<String, u32> = HashMap::new();
        for (line, text) in entries(text) {
            let mut group: Vec<String> = Vec::new();
            let mut shared = false;
            for word in text.split_whitespace() {
                if let Some(first) = lines.get(&word.to_lowercase()) {
                    shared = true;
                    let message = format!("`{word}` is already in line {first}");
                    findings.error(
                        Rule::SharedSynonym,
                        line,
                        message,
                        "keep it once, in the group that it belongs to",
                    );
                } else {
                    lines.insert(word.to_lowercase(), line);
                    group.push(word.to_owned());
                }
            }
            if group.len() >= 2 {
                self.synonyms.push(group);
            } else if !shared {
                let message = "a single word has no synonym";
                findings.error(
                    Rule::LoneSynonym,
                    line,
                    message,
                    "write the words that mean the same after it",
                );
            }
        }
    }

    /// Reads `transport.txt`.
    pub(super) fn read_boilerplate(&mut self, text: &str) {
        self.boilerplate
            .extend(entries(text).map(|(_, phrase)| phrase.to_owned()));
    }
}

/// The lines that are neither blank nor a `#` comment, trimmed, with their numbers.
fn entries(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1..)
        .zip(text.lines())
        .map(|(n, l)| (n, l.trim()))
        .filter(|(_, l)| !l.is_empty() && !l.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_becomes_its_part() {
        let mut findings = Findings::new("_vocabulary/x");
        let mut v = Vocabulary::default();
        v.read_platforms(
            "[[platform]]\nid = \"pdd\"\nlabel = \"拼多多\"\naliases = [\"pdd\", \"多多\"]\n",
            &mut findings,
        );
        v.read_dictionary("# c\n抖店\n面单 100\n取号 3 v\n", &mut findings);
        v.read_synonyms("\n单号 运单号\n# c d\n", &mut findings);
        v.read_boilerplate("Remote service error\n\n#x\nsub_code\n");
        assert_eq!(findings.into_diagnostics(), []);
        let platform = Platform {
            id: "pdd".into(),
            label: "拼多多".into(),
            aliases: vec!["pdd".into(), "多多".into()],
        };
        assert_eq!(v.platforms, [platform]);
        let words: Vec<_> = v
            .words
            .iter()
            .map(|w| (w.word.as_str(), w.frequency, w.tag.as_deref()))
            .collect();
        assert_eq!(
            words,
            [
                ("抖店", None, None),
                ("面单", Some(100), None),
                ("取号", Some(3), Some("v"))
            ]
        );
        assert_eq!(v.synonyms, [["单号", "运单号"]]);
        assert_eq!(v.boilerplate, ["Remote service error", "sub_code"]);
    }
}
