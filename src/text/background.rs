//! The weight of a word by its rarity: in Chinese at large, or in the texts of programs.
//!
//! The Chinese frequencies are jieba's own dictionary, cut at 20 occurrences: a quarter of its
//! words, and with them a start of 20 ms instead of 100. The English ones were counted over the
//! documentation of 474 Rust crates, which is worded as error messages are. `benches/data/` says how
//! to renew both.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::term::term;

/// `word frequency` a line.
pub static DICTIONARY: &str = include_str!("dictionary.txt");

/// Sum of all frequencies of the uncut dictionary.
const TOTAL: f64 = 60_101_964.0;

/// `word zipf` a line: the decimal logarithm of its occurrences in a billion words, cut at 4.3.
pub(super) static ENGLISH: &str = include_str!("english.txt");

/// Weight of each word of both lists by its term.
static WEIGHTS: LazyLock<FxHashMap<u64, f32>> = LazyLock::new(|| {
    let columns = |text: &'static str| {
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.filter_map(|(word, number)| Some((term(word), number.parse::<f64>().ok()?)))
    };
    let chinese = columns(DICTIONARY).map(|(word, count)| (word, of_frequency(count)));
    let english = columns(ENGLISH).map(|(word, zipf)| (word, of_zipf(zipf)));
    chinese.chain(english).collect()
});

/// `(ln(N/f) − 6) / 7`, between 0.1 (的, 了) and 1.
///
/// A text of many common words is not long evidence; seven nats span the dictionary from its most
/// frequent words to its rarest.
fn of_frequency(frequency: f64) -> f32 {
    (((TOTAL / frequency).ln() - 6.0) / 7.0).clamp(0.1, 1.0) as f32
}

/// `(6.5 − zipf) / 4`, between 0.1 (the, is) and 1: four orders of magnitude span the list.
fn of_zipf(zipf: f64) -> f32 {
    ((6.5 - zipf) / 4.0).clamp(0.1, 1.0) as f32
}

/// Weight of a word; of one in neither list 1, or less when it is Latin and short: such ones are
/// mostly units and parts of identifiers.
pub fn weight(word: &str) -> f32 {
    let unknown = match word.len() {
        _ if !word.is_ascii() => 1.0,
        0..=1 => 0.1,
        2 => 0.3,
        3 => 0.8,
        _ => 0.9,
    };
    WEIGHTS
        .get(&term(word))
        .map_or(unknown, |known| known.min(unknown))
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
        for line in ENGLISH.lines() {
            let (word, zipf) = line.split_once(' ').expect("two columns");
            assert!(
                !word.is_empty() && zipf.parse::<f64>().is_ok_and(|z| z >= 4.3),
                "{line}"
            );
        }
        assert_eq!(
            WEIGHTS.len(),
            DICTIONARY.lines().count() + ENGLISH.lines().count(),
            "no two words share a term"
        );
    }

    #[test]
    fn common_words_weigh_little() {
        assert!(weight("的") < 0.2);
        assert!(weight("快递") > weight("我们"));
        assert_eq!(weight("驫驫"), 1.0);
        assert!(weight("the") < 0.2);
        assert!(weight("subtid") > weight("number"));
    }
}
