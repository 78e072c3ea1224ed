//! Characters, each with the place in the sent text that it came from.
//!
//! Only the buffer: the characters are decoded in `decode` and folded in `normalize`.

use std::ops::Range;

/// Normalised characters, each with the range of the sent text that it came from.
///
/// Normalising the [`text`](Self::text) once more changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normalized {
    pub(super) chars: Vec<char>,
    /// One half-open range of Unicode scalar values of the sent text for each character. Neither
    /// the starts nor the ends decrease; adjacent ranges may overlap, as those of the two letters
    /// of `㎏` do.
    pub(super) from: Vec<(u32, u32)>,
}

impl Normalized {
    /// The same characters with ranges of another text: the one that the normalised text was
    /// rewritten from. `sources` has a range of that text for each character of the normalised one.
    pub(super) fn onto(mut self, sources: &[Range<usize>]) -> Self {
        for (start, end) in &mut self.from {
            let (first, last) = (&sources[*start as usize], &sources[*end as usize - 1]);
            (*start, *end) = (first.start as u32, last.end as u32);
        }
        self
    }

    /// The characters of these ranges, a line end between two.
    ///
    /// # Panics
    /// If a range is empty or does not lie within the characters.
    pub(super) fn only(&self, ranges: &[Range<usize>]) -> Self {
        let mut kept = Self::default();
        for range in ranges {
            if let Some(last) = kept.from.last().copied()
                && kept.chars.last() != Some(&'\n')
            {
                kept.push('\n', last);
            }
            kept.chars.extend_from_slice(&self.chars[range.clone()]);
            kept.from.extend_from_slice(&self.from[range.clone()]);
        }
        kept
    }

    /// The characters.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The characters as a string.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The Unicode scalar values of the sent text that a range of [`chars`](Self::chars) came from.
    ///
    /// Not empty unless `range` is; an empty range gives an empty one at its position.
    ///
    /// # Panics
    ///
    /// If the range does not lie within the characters.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        let (start, end) = match self.from[range.clone()] {
            [first, .., last] => (first.0, last.1),
            [only] => only,
            [] => {
                let at = match self.from.get(range.start) {
                    Some(next) => next.0,
                    None => self.from.last().map_or(0, |last| last.1),
                };
                (at, at)
            }
        };
        start as usize..end as usize
    }

    /// The characters of a text as they were sent, neither decoded nor folded.
    pub(super) fn sent(raw: &str) -> Self {
        let chars: Vec<char> = raw.chars().collect();
        let from = (0..chars.len() as u32).map(|i| (i, i + 1)).collect();
        Self { chars, from }
    }

    /// The first `len` characters, with capacity for all.
    pub(super) fn head(&self, len: usize) -> Self {
        let mut head = Self {
            chars: Vec::with_capacity(self.chars.len()),
            from: Vec::with_capacity(self.from.len()),
        };
        head.chars.extend_from_slice(&self.chars[..len]);
        head.from.extend_from_slice(&self.from[..len]);
        head
    }

    /// The source of a non-empty range: first character and end, in the sent text.
    pub(super) fn origin(&self, range: Range<usize>) -> (u32, u32) {
        (self.from[range.start].0, self.from[range.end - 1].1)
    }

    /// Appends a character and its source.
    pub(super) fn push(&mut self, c: char, from: (u32, u32)) {
        self.chars.push(c);
        self.from.push(from);
    }

    /// Extends the source of the last character to `end`; nothing if there is none.
    pub(super) fn extend_last(&mut self, end: u32) {
        if let Some(last) = self.from.last_mut() {
            last.1 = end;
        }
    }
}
