//! Undoes encodings that systems add to a text: escapes (JSON, percent, HTML), dumps of bytes, and
//! mojibake.
//!
//! Reads characters and writes characters; each keeps the range of the sent text that it came from.
//! Anything else, even if it looks encoded, is left exactly as it is.

mod bytes;
pub(super) mod charset;
mod dump;
mod escape;
mod mojibake;
mod plausible;
mod rewrite;
mod run;
mod utf16;

use super::normalized::Normalized;
use charset::marks_mojibake;
use dump::undump;
use escape::{marks_escape, unescape};
use mojibake::repair;
use rewrite::rewrite;

/// Undoes one round of encodings; `None` if nothing is encoded. Escapes come first, since mojibake
/// and dumps are often inside them.
///
/// The result is shorter than the text.
pub(super) fn decode(text: &Normalized) -> Option<Normalized> {
    let plain = unescaped(text);
    let text = plain.as_ref().unwrap_or(text);
    rewrite(text, marks_mojibake, repair).or(plain)
}

/// Undoes one round of escapes and dumps, and UTF-16 that was read byte by byte; `None` if there is
/// none of them.
pub(super) fn unescaped(text: &Normalized) -> Option<Normalized> {
    let joined = utf16::join(text);
    let text = joined.as_ref().unwrap_or(text);
    let plain = rewrite(text, marks_escape, unescape);
    undump(plain.as_ref().unwrap_or(text)).or(plain).or(joined)
}

/// True for the first characters of the encodings that [`decode`] undoes, except dumps: those are
/// letters and digits.
pub(super) fn marks_encoding(c: char) -> bool {
    marks_escape(c) || marks_mojibake(c)
}

#[cfg(test)]
mod tests;
