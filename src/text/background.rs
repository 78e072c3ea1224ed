//! Background weight of words: rare words weigh more than frequent ones, in Chinese and in English.
//!
//! The Chinese frequencies are those of jieba's dictionary. Words with fewer than 20 occurrences
//! are left out: a quarter remains, and starting takes 20 ms instead of 100. The English ones were
//! counted over the comments and documentation of 474 Rust crates, since error messages are worded
//! alike. `benches/data/README.md` describes how to renew both files.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::term::term;

/// Chinese words for segmentation: `word frequency` a line, the frequency in jieba's corpus.
pub static DICTIONARY: &str = include_str!("dictionary.txt");

/// Sum of the frequencies of jieba's whole dictionary, as `benches/data/renew.py dictionary` prints
/// it.
const TOTAL: f64 = 60_101_964.0;

/// English words: `word zipf` a line, the decimal logarithm of its occurrences in 10⁹ words, 4.3 or
/// more (the Zipf scale of van Heuven et al. 2014).
pub(super) static ENGLISH: &str = include_str!("english.txt");

/// Weight of each word of both lists, by its term.
///
/// A text of many common words is not long evidence. The weight falls linearly with the logarithm
/// of the frequency; both scales are chosen so that it spans the whole list, from [`LEAST`] to 1.
static WEIGHTS: LazyLock<FxHashMap<u64, f32>> = LazyLock::new(|| {
    let columns = |text: &'static str| {
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.filter_map(|(word, number)| Some((term(word), number.parse::<f64>().ok()?)))
    };
    let chinese = columns(DICTIONARY).map(|(word, count)| (word, of_frequency(count)));
    let english = columns(ENGLISH).map(|(word, zipf)| (word, of_zipf(zipf)));
    chinese.chain(english).collect()
});

/// Weight of the most frequent words (的, the).
const LEAST: f64 = 0.1;
/// Information of a Chinese word with weight 0, in nats.
const COMMON_NATS: f64 = 6.0;
/// Nats from weight 0 to weight 1.
const SPAN_NATS: f64 = 7.0;
/// Zipf value of an English word with weight 0.
const COMMON_ZIPF: f64 = 6.5;
/// Zipf values from weight 1 to weight 0: four orders of magnitude.
const SPAN_ZIPF: f64 = 4.0;

/// `(ln(N/f) − 6) / 7`, clamped to between 0.1 and 1.
fn of_frequency(frequency: f64) -> f32 {
    (((TOTAL / frequency).ln() - COMMON_NATS) / SPAN_NATS).clamp(LEAST, 1.0) as f32
}

/// `(6.5 − zipf) / 4`, clamped to between 0.1 and 1.
fn of_zipf(zipf: f64) -> f32 {
    ((COMMON_ZIPF - zipf) / SPAN_ZIPF).clamp(LEAST, 1.0) as f32
}

/// Largest weight of an ASCII word of one, two, three, and four or more characters. Chosen: short
/// ones are mostly units and parts of identifiers.
const ASCII: [f32; 4] = [0.1, 0.3, 0.8, 0.9];

/// Weight of a normalised word, between 0.1 and 1.
///
/// A word in neither list weighs 1. An ASCII word of one, two, three and more characters weighs at
/// most 0.1, 0.3, 0.8 and 0.9.
pub fn weight(word: &str) -> f32 {
    let unknown = if word.is_ascii() {
        ASCII[word.len().clamp(1, ASCII.len()) - 1]
    } else {
        1.0
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
