//! The hash by which words are compared and counted.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Hash of a word; the same on every machine and in every run.
pub fn term(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    hasher.finish()
}
