//! Finds what stands around a message: stack frames, heads of log lines, fields of log records, HTTP
//! heads. It carries a message and says nothing of it, so that nothing in it counts as a word, a
//! code or a platform.
//!
//! All work on the lines of normalised characters: lower case, encodings undone, blanks collapsed.
//! Line ends inside a JSON string are line ends here.

mod fields;
mod frames;
mod http;
pub(crate) mod line;
mod log;
mod telling;

use std::ops::Range;

use line::lines;

pub use telling::MOST_READ;
pub(super) use telling::telling;

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
