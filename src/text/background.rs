//! How much a word says, judged by how rare it is in Chinese at large.
//!
//! The frequencies are jieba's own dictionary, cut at 20 occurrences: a quarter of its words, and
//! with them a start of 20 ms instead of 100.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::tokenize::term;

/// `word frequency` a line.
pub static DICTIONARY: &str = include_str!("dictionary.txt");

/// Sum of all frequencies of the uncut dictionary.
const TOTAL: f64 = 60_101_964.0;

/// Weight of each word of [`DICTIONARY`] by its term.
static WEIGHTS: LazyLock<FxHashMap<u64, f32>> = LazyLock::new(|| {
    let entries = DICTIONARY.lines().filter_map(|line| line.split_once(' '));
    entries
        .map(|(word, frequency)| (term(word), of_frequency(frequency.parse().unwrap_or(1.0))))
        .collect()
});

/// `(ln(N/f) − 6) / 7`, between 0.1 (的, 了) and 1.
///
/// A text of many common words is not long evidence; seven nats span the dictionary from its most
/// frequent words to its rarest.
fn of_frequency(frequency: f64) -> f32 {
    (((TOTAL / frequency).ln() - 6.0) / 7.0).clamp(0.1, 1.0) as f32
}

/// Weight of a word: 1 when the dictionary does not know it.
pub fn weight(word: &str) -> f32 {
    if word.is_ascii() {
        ascii_weight(word)
    } else {
        WEIGHTS.get(&term(word)).copied().unwrap_or(1.0)
    }
}

/// The dictionary has no Latin words: short ones are mostly articles, units and field names.
fn ascii_weight(word: &str) -> f32 {
    match word.len() {
        0..=1 => 0.1,
        2 => 0.3,
        3 => 0.5,
        _ => 0.7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_dictionary_is_a_word_and_its_frequency() {
        for line in DICTIONARY.lines() {
            let (word, frequency) = line.split_once(' ').expect("two columns");
            assert!(
                !word.is_empty() && frequency.parse::<u32>().is_ok_and(|f| f >= 20),
                "{line}"
            );
        }
        assert_eq!(
            WEIGHTS.len(),
            DICTIONARY.lines().count(),
            "no two words share a term"
        );
    }

    #[test]
    fn common_words_weigh_little() {
        assert!(weight("的") < 0.2);
        assert!(weight("快递") > weight("我们"));
        assert_eq!(weight("驫驫"), 1.0);
    }
}
