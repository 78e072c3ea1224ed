//! Finds known phrases in a text: platform names, synonyms, boilerplate phrases.
//!
//! The leftmost, longest phrase wins, and an ASCII phrase counts only as a whole word. A regular
//! expression's `\b` does not express that: 汉字 are word characters to it, so it misses the `pdd` of
//! `pdd的单子`.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::normalized::Normalized;
use super::scan::{follows, is_ascii_word};

/// A set of phrases, each with a value.
#[derive(Debug)]
pub struct Spotter<V> {
    automaton: Option<AhoCorasick>,
    values: Vec<V>,
}

/// A phrase in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<V> {
    /// Its normalised characters.
    pub range: Range<usize>,
    /// The phrase's value.
    pub value: V,
}

impl<V: Copy> Spotter<V> {
    /// Builds the automaton. Phrases are normalised as texts are; blank ones are left out.
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

    /// The matches in normalised characters, disjoint, in the order of the text.
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

/// True if no ASCII word continues across either end of the range.
fn whole_word(chars: &[char], start: usize, end: usize) -> bool {
    let continues = |at: usize| {
        follows(chars, at, is_ascii_word) && chars.get(at).is_some_and(|c| is_ascii_word(*c))
    };
    !continues(start) && !continues(end)
}

/// True if a phrase that was found is a word of its own and no part of a package, a path or an
/// identifier: not the `jd` of `com.jd.jsf`, `d:\jd\erp` and `jd_worker-1`, but that of `jd.order.get`
/// and `api.jd.com`.
pub(super) fn stands_alone(chars: &[char], range: &Range<usize>) -> bool {
    let word = |at: usize| chars.get(at).is_some_and(|c| is_ascii_word(*c));
    let of_host = |rest: &[char]| {
        rest.starts_with(&['.', 'c', 'o', 'm']) || rest.starts_with(&['.', 'c', 'n'])
    };
    if !word(range.start) || of_host(&chars[range.end..]) {
        return true;
    }
    let before = match range.start.checked_sub(1).map(|at| chars[at]) {
        Some('/' | '\\') => true,
        Some('.' | '_' | '$' | '-') => range.start > 1 && word(range.start - 2),
        _ => false,
    };
    let after = match chars.get(range.end) {
        Some('_' | '\\' | '$' | '-') => word(range.end + 1),
        _ => false,
    };
    !before && !after
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
    fn a_part_of_an_identifier_names_nothing() {
        let spotter = Spotter::new([("jd", 0)].into_iter());
        let names = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            let found = spotter.find(&chars);
            found.filter(|m| stands_alone(&chars, &m.range)).count()
        };
        for text in [
            "com.jd.jsf",
            r"d:\jd\erp",
            "/jd/log",
            "jd_worker-1",
            "x-jd-trace",
        ] {
            assert_eq!(names(text), 0, "{text}");
        }
        for text in [
            "jd.order.get",
            "https://api.jd.com/x",
            "jd店铺",
            "jd: x",
            "jd-订单",
            "(jd)",
        ] {
            assert_eq!(names(text), 1, "{text}");
        }
    }

    #[test]
    fn no_phrase_is_no_match() {
        assert_eq!(find(&[], "abc"), []);
        assert_eq!(find(&["", " "], "abc"), []);
    }
}
