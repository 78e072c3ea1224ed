//! Two Latin words without the space between them, as OCR and hurried typing write them:
//! `thelength`, `cannotbe`, `than500`.

use std::hash::Hasher;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHasher};

use super::background::ENGLISH;
use super::look_alike::look_alike;

/// Shortest word that is split. Chosen: the shortest parts have two and three letters.
const SHORTEST: usize = 5;
/// A shorter part must be a [`FREQUENT`] word. Chosen: short words are found inside many others.
const SHORT: usize = 4;
/// Zipf value of a frequent word. Chosen: the, to, is, not and than are above it.
const FREQUENT: f32 = 5.5;

/// Zipf value of each English word, by its [hash].
static WORDS: LazyLock<FxHashMap<u64, f32>> = LazyLock::new(|| {
    let lines = ENGLISH.lines().filter_map(|line| line.split_once(' '));
    let lines = lines.filter_map(|(word, zipf)| Some((word, zipf.parse().ok()?)));
    lines
        .map(|(word, zipf)| (hash(word.chars()), zipf))
        .collect()
});

/// Position of the second of two words written together: after the longest first one. `None` if the
/// whole is a word itself or is not two words.
pub(super) fn joint(word: &[char]) -> Option<usize> {
    if word.len() < SHORTEST || !word.iter().all(char::is_ascii_alphanumeric) {
        return None;
    }
    let mut hasher = FxHasher::default();
    let mut found = None;
    for (at, c) in word.iter().enumerate() {
        add(&mut hasher, *c);
        let end = at + 1;
        let Some(zipf) = WORDS.get(&hasher.finish()) else {
            continue;
        };
        if end == word.len() {
            return None;
        }
        if is_part(end, *zipf) && (is_number(&word[end..]) || is_word(&word[end..])) {
            found = Some(end);
        }
    }
    found
}

/// True if a word of this length and Zipf value may be one of the two.
fn is_part(length: usize, zipf: f32) -> bool {
    length >= SHORT || length > 1 && zipf >= FREQUENT
}

/// True for an English word that may be one of the two.
fn is_word(word: &[char]) -> bool {
    let zipf = WORDS.get(&hash(word.iter().copied()));
    zipf.is_some_and(|zipf| is_part(word.len(), *zipf))
}

/// True for digits, with or without the letters that OCR takes for digits.
fn is_number(word: &[char]) -> bool {
    word.iter().any(char::is_ascii_digit)
        && word
            .iter()
            .all(|c| c.is_ascii_digit() || matches!(c, 'o' | 'l' | 's'))
}

/// Hash of a word; equal for words that look alike.
fn hash(word: impl Iterator<Item = char>) -> u64 {
    let mut hasher = FxHasher::default();
    word.for_each(|c| add(&mut hasher, c));
    hasher.finish()
}

fn add(hasher: &mut FxHasher, c: char) {
    hasher.write_u32(u32::from(look_alike(c)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(word: &str) -> Option<(&str, &str)> {
        let chars: Vec<char> = word.chars().collect();
        joint(&chars).map(|at| word.split_at(at))
    }

    #[test]
    fn words_written_together_come_apart() {
        assert_eq!(parts("thelength"), Some(("the", "length")));
        assert_eq!(parts("cannotbe"), Some(("cannot", "be")));
        assert_eq!(parts("than500"), Some(("than", "500")));
        assert_eq!(parts("than5oo"), Some(("than", "5oo")));
        assert_eq!(parts("lnvalidrequest"), Some(("lnvalid", "request")));
    }

    #[test]
    fn a_word_stays_whole() {
        for word in [
            "the", "length", "subtid", "cpcode", "p38", "cd08", "nickname",
        ] {
            assert_eq!(parts(word), None, "{word}");
        }
    }
}
