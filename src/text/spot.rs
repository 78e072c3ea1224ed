//! Spots known phrases in a text: platform names, synonyms, boilerplate.
//!
//! Leftmost-longest, and an ASCII phrase counts only as a whole word: `\b` would not do, since
//! 汉字 are word characters to it and `pdd的单子` would hide its `pdd`.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::normalized::Normalized;

/// Phrases, each with a value.
#[derive(Debug)]
pub struct Spotter<V> {
    automaton: Option<AhoCorasick>,
    values: Vec<V>,
}

/// A phrase found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<V> {
    /// Range of characters.
    pub range: Range<usize>,
    /// The phrase's value.
    pub value: V,
}

impl<V: Copy> Spotter<V> {
    /// Phrases are normalised as texts are; blank ones are left out.
    pub fn new<'a>(phrases: impl Iterator<Item = (&'a str, V)>) -> Self {
        let (patterns, values): (Vec<String>, Vec<V>) = phrases
            .map(|(p, v)| (Normalized::new(p).text(), v))
            .filter(|(p, _)| !p.is_empty())
            .unzip();
        let automaton = (!patterns.is_empty()).then(|| {
            AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(&patterns)
                .expect("a vocabulary's phrases are far below the automaton's size limit")
        });
        Self { automaton, values }
    }

    /// Non-overlapping matches in the order of the text.
    pub fn find(&self, chars: &[char]) -> impl Iterator<Item = Match<V>> {
        let mut found = Vec::new();
        if let Some(automaton) = &self.automaton {
            let text: String = chars.iter().collect();
            let (mut byte, mut at) = (0, 0);
            for m in automaton.find_iter(&text) {
                at += text[byte..m.start()].chars().count();
                let start = at;
                at += text[m.start()..m.end()].chars().count();
                byte = m.end();
                if whole_word(chars, start, at) {
                    found.push(Match {
                        range: start..at,
                        value: self.values[m.pattern().as_usize()],
                    });
                }
            }
        }
        found.into_iter()
    }
}

/// No ASCII letter or digit continues across either end.
fn whole_word(chars: &[char], start: usize, end: usize) -> bool {
    let continues = |a: Option<&char>, b: Option<&char>| matches!((a, b), (Some(a), Some(b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric());
    let before = start.checked_sub(1).and_then(|i| chars.get(i));
    !continues(before, chars.get(start)) && !continues(chars.get(end - 1), chars.get(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(phrases: &[&str], text: &str) -> Vec<(usize, usize, usize)> {
        let spotter = Spotter::new(phrases.iter().enumerate().map(|(i, p)| (*p, i)));
        let chars: Vec<char> = text.chars().collect();
        spotter
            .find(&chars)
            .map(|m| (m.range.start, m.range.end, m.value))
            .collect()
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(find(&["物流", "物流公司"], "查物流公司"), [(1, 5, 1)]);
    }

    #[test]
    fn an_ascii_phrase_is_a_whole_word_even_beside_hanzi() {
        assert_eq!(find(&["pdd"], "我的pdd店"), [(2, 5, 0)]);
        assert_eq!(find(&["pdd"], "xpdd pdda"), []);
    }

    #[test]
    fn no_phrase_is_no_match() {
        assert_eq!(find(&[], "abc"), []);
        assert_eq!(find(&["", " "], "abc"), []);
    }
}
