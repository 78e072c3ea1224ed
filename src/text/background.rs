//! How much a word says, judged by how rare it is in Chinese at large.
//!
//! The frequencies are jieba's own dictionary, cut at 20 occurrences: a quarter of its words, and
//! with them a start of 20 ms instead of 100.

use std::sync::LazyLock;

/// `word frequency` a line, sorted by the bytes of the word.
pub static DICTIONARY: &str = include_str!("dictionary.txt");

/// Sum of all frequencies of the uncut dictionary.
const TOTAL: f64 = 60_101_964.0;

/// Byte offset of each line of [`DICTIONARY`].
static LINES: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let mut starts = vec![0];
    starts.extend(
        DICTIONARY
            .bytes()
            .enumerate()
            .filter(|(_, b)| *b == b'\n')
            .map(|(i, _)| i as u32 + 1),
    );
    starts.pop();
    starts
});

/// Occurrences of a word in jieba's corpus, where it is known.
pub fn frequency(word: &str) -> Option<u32> {
    let entry = |start: u32| {
        let line = &DICTIONARY[start as usize..];
        let line = &line[..line.find('\n').unwrap_or(line.len())];
        line.split_once(' ')
            .expect("every line of the dictionary has a word and a frequency")
    };
    let at = LINES
        .binary_search_by(|&start| entry(start).0.cmp(word))
        .ok()?;
    entry(LINES[at]).1.parse().ok()
}

/// Weight of a word between 0.1 (的, 了) and 1 (unknown to the dictionary): `(ln(N/f) − 6) / 7`.
///
/// A text of many common words is not long evidence; seven nats span the dictionary from its most
/// frequent words to its rarest.
pub fn weight(word: &str) -> f32 {
    if word.is_ascii() {
        return ascii_weight(word);
    }
    let Some(f) = frequency(word) else { return 1.0 };
    (((TOTAL / f64::from(f)).ln() - 6.0) / 7.0).clamp(0.1, 1.0) as f32
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
    fn every_line_of_the_dictionary_is_found() {
        for line in DICTIONARY.lines().step_by(97) {
            let (word, f) = line.split_once(' ').expect("two columns");
            assert_eq!(frequency(word), f.parse().ok(), "{word}");
        }
        assert_eq!(frequency("不是词的词"), None);
        assert_eq!(frequency(""), None);
    }

    #[test]
    fn common_words_weigh_little() {
        assert!(weight("的") < 0.2);
        assert!(weight("快递") > weight("我们"));
        assert_eq!(weight("驫驫"), 1.0);
    }
}
