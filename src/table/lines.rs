//! A text cut into lines that know where they stand.

use std::cell::Cell;

use super::cells::{Line, Part};

/// Times that a text may be gone through in search of tables that it turns out not to hold. Chosen.
const ATTEMPTS: usize = 4;

/// The lines of a text, without their ends.
pub(super) struct Lines<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// First byte of each line.
    starts: Vec<usize>,
    /// Bytes that may still be looked at for tables.
    left: Cell<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks);
        Self {
            text,
            starts: starts.filter(|at| *at < text.len()).collect(),
            left: Cell::new(text.len().saturating_mul(ATTEMPTS)),
        }
    }

    /// Takes bytes from those that may be looked at; none if there are no more.
    pub(super) fn spend(&self, bytes: usize) -> Option<()> {
        self.left.set(self.left.get().checked_sub(bytes)?);
        Some(())
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// A line without its end; empty if there is none.
    pub(super) fn get(&self, at: usize) -> &'a str {
        let line = self.joined(at, at + 1);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// A line as a part, unless it is blank.
    pub(super) fn part(&self, at: usize) -> Option<Part> {
        let text = self.get(at);
        let part = Part::Line(Line {
            number: at + 1,
            text: text.to_owned(),
        });
        (!text.trim().is_empty()).then_some(part)
    }

    /// The lines from one up to another, with the line ends between them.
    pub(super) fn joined(&self, from: usize, to: usize) -> &'a str {
        let start = self.start(from);
        let text = &self.text[start..self.start(to).max(start)];
        text.strip_suffix('\n').unwrap_or(text)
    }

    /// First byte of a line; the end of the text if there is no such line.
    pub(super) fn start(&self, at: usize) -> usize {
        self.starts.get(at).copied().unwrap_or(self.text.len())
    }

    /// The line that a byte stands in.
    pub(super) fn of(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte) - 1
    }
}
