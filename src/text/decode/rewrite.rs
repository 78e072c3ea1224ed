//! Copies a text while parts of it are replaced.

use std::ops::Range;

use crate::text::Normalized;

/// The part of a text that a step has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Its decoded characters are written; ends here.
    Decoded(usize),
    /// It stays as it is up to here.
    Kept(usize),
}

/// Copies a text and calls `step` at every mark; `None` if nothing was decoded. `step` gets the
/// position of the mark, and writes characters only where it has decoded some.
pub(super) fn rewrite(
    text: &Normalized,
    marks: fn(char) -> bool,
    step: fn(&Normalized, usize, &mut Normalized) -> Step,
) -> Option<Normalized> {
    let chars = text.chars();
    let mut i = chars.iter().position(|&c| marks(c))?;
    let mut out = text.head(i);
    let mut changed = false;
    while i < chars.len() {
        let step = if marks(chars[i]) {
            step(text, i, &mut out)
        } else {
            Step::Kept(i + 1)
        };
        match step {
            Step::Decoded(end) => {
                changed = true;
                i = end;
            }
            Step::Kept(end) => {
                copy(text, i..end, &mut out);
                i = end;
            }
        }
    }
    changed.then_some(out)
}

/// Appends a part of a text as it is.
pub(super) fn copy(text: &Normalized, range: Range<usize>, out: &mut Normalized) {
    for (at, &c) in text.chars()[range.clone()].iter().enumerate() {
        let at = range.start + at;
        out.push(c, text.origin(at..at + 1));
    }
}
