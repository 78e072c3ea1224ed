//! Finds what stands around a message: stack frames, heads of log lines, fields of log records, HTTP
//! heads. It carries a message and says nothing of it, so that nothing in it counts as a word, a
//! code or a platform.
//!
//! All work on the lines of normalised characters: lower case, encodings undone, blanks collapsed.
//! Line ends inside a JSON string are line ends here.

mod fields;
mod frames;
mod http;
mod log;

use std::ops::Range;

use regex::Regex;

/// A line of a text.
struct Line {
    /// Its characters, without the line end.
    text: String,
    /// For each byte of `text`, and its end, the number of characters of the whole text before it.
    places: Vec<usize>,
}

impl Line {
    fn new(start: usize, chars: &[char]) -> Self {
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
    fn chars(&self, bytes: Range<usize>) -> Range<usize> {
        self.places[bytes.start]..self.places[bytes.end]
    }

    /// The range of all its characters.
    fn all(&self) -> Range<usize> {
        self.chars(0..self.text.len())
    }
}

/// A pattern that is written over several lines.
///
/// # Panics
/// If it is not valid.
fn pattern(text: &str) -> Regex {
    let text = format!("(?x){text}");
    Regex::new(&text).expect("the pattern is valid")
}

/// The structure of a text: ranges of its characters, ascending, disjoint, none empty.
pub fn structure(chars: &[char]) -> Vec<Range<usize>> {
    let lines = lines(chars);
    let mut found = Vec::new();
    frames::find(&lines, &mut found);
    log::find(&lines, &mut found);
    http::find(&lines, &mut found);
    fields::find(&lines, &mut found);
    merged(found)
}

fn lines(chars: &[char]) -> Vec<Line> {
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

/// The ranges in ascending order; those that overlap are joined.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|r| !r.is_empty());
    ranges.sort_by_key(|r| (r.start, r.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The characters with line ends in place of the structure, which ends the clauses beside it.
pub(super) fn without(chars: &[char], structure: &[Range<usize>]) -> Vec<char> {
    let mut read = chars.to_vec();
    for range in structure {
        read[range.clone()].fill('\n');
    }
    read
}
