//! A line of a text, and patterns over lines.

use std::ops::Range;

use regex::Regex;

/// A line of a text.
pub(crate) struct Line {
    /// Its characters, without the line end.
    pub(crate) text: String,
    /// For each byte of `text`, and its end, the number of characters of the whole text before it.
    places: Vec<usize>,
}

impl Line {
    /// A line of these characters, the first of which is the `start`th of the text.
    pub(crate) fn new(start: usize, chars: &[char]) -> Self {
        let mut line = Self {
            text: String::new(),
            places: Vec::new(),
        };
        for (i, c) in chars.iter().enumerate() {
            line.text.push(*c);
            line.places.resize(line.text.len(), start + i);
        }
        line.places.push(start + chars.len());
        line
    }

    /// The range of characters that a range of the bytes of `text` stands for.
    pub(crate) fn chars(&self, bytes: Range<usize>) -> Range<usize> {
        self.places[bytes.start]..self.places[bytes.end]
    }

    /// The range of all its characters.
    pub(crate) fn all(&self) -> Range<usize> {
        self.chars(0..self.text.len())
    }
}

/// The lines of a text.
pub(crate) fn lines(chars: &[char]) -> Vec<Line> {
    let mut start = 0;
    chars
        .split(|c| *c == '\n')
        .map(|line| {
            let own = start;
            start += line.len() + 1;
            Line::new(own, line)
        })
        .collect()
}

/// A pattern that is written over several lines.
///
/// # Panics
/// If it is not valid.
pub(crate) fn pattern(text: &str) -> Regex {
    let text = format!("(?x){text}");
    Regex::new(&text).expect("the pattern is valid")
}
