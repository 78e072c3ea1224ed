//! UTF-16 that was read byte by byte: every second character of ASCII is a NUL.

use super::bytes::{Byte, plausible, push, utf16};
use super::charset::windows_1252;
use crate::text::Normalized;

/// Undoes UTF-16 that a whole text was read from byte by byte; `None` if it was not. A text of ASCII
/// alone needs no more than its NULs left out, which folding does.
pub(super) fn join(text: &Normalized) -> Option<Normalized> {
    let chars = text.chars();
    let nul = chars.iter().position(|c| *c == '\0')?;
    // The mark of the order, U+FEFF, is no part of the text.
    let start = if matches!(chars, ['ÿ', 'þ', ..] | ['þ', 'ÿ', ..]) {
        2
    } else {
        0
    };
    let little = (nul + start) % 2 == 1;
    let bytes: Option<Vec<Byte>> = (start..chars.len() - (chars.len() - start) % 2)
        .map(|at| {
            let value = windows_1252().bytes(chars[at])?;
            Some(Byte {
                value: u8::try_from(value).ok()?,
                start: at,
                end: at + 1,
            })
        })
        .collect();
    let unit = if little {
        u16::from_le_bytes
    } else {
        u16::from_be_bytes
    };
    let decoded = utf16(&bytes?, unit).filter(|decoded| plausible(decoded, 1))?;
    let mut out = text.head(0);
    push(text, &decoded, &mut out);
    Some(out)
}
