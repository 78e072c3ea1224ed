//! Bytes that a text writes out, as the characters that they encode.

use super::charset::gbk_char;
use super::plausible::Plausible;
use crate::text::Normalized;

/// A byte, with the range of the text that writes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Byte {
    pub(super) value: u8,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A decoded character, with the range of the text that writes its bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Char {
    pub(super) c: char,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Appends decoded characters with their sources.
pub(super) fn push(text: &Normalized, chars: &[Char], out: &mut Normalized) {
    for char in chars {
        out.push(char.c, text.origin(char.start..char.end));
    }
}

/// True if the characters are a Chinese text with `least` common 汉字 or more.
pub(super) fn plausible(chars: &[Char], least: usize) -> bool {
    Plausible::of(chars.iter().map(|c| c.c)).is_some_and(|counts| counts.holds(least))
}

fn char_of(c: char, bytes: &[Byte]) -> Char {
    Char {
        c,
        start: bytes[0].start,
        end: bytes[bytes.len() - 1].end,
    }
}

/// UTF-8; `None` if it is not. The last character may be cut off where `cut` is true: it becomes a
/// replacement.
pub(super) fn utf8(bytes: &[Byte], cut: bool) -> Option<Vec<Char>> {
    let values: Vec<u8> = bytes.iter().map(|b| b.value).collect();
    let (valid, tail) = match str::from_utf8(&values) {
        Ok(text) => (text, None),
        Err(error) if cut && error.error_len().is_none() => {
            let whole = error.valid_up_to();
            (str::from_utf8(&values[..whole]).ok()?, Some(whole))
        }
        Err(_) => return None,
    };
    let mut chars: Vec<Char> = valid
        .char_indices()
        .map(|(at, c)| char_of(c, &bytes[at..at + c.len_utf8()]))
        .collect();
    chars.extend(tail.map(|at| char_of(char::REPLACEMENT_CHARACTER, &bytes[at..])));
    Some(chars)
}

/// GBK; `None` if it is not. The last character may be cut off where `cut` is true.
pub(super) fn gbk(bytes: &[Byte], cut: bool) -> Option<Vec<Char>> {
    let mut chars = Vec::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        if first.value < 0x80 {
            chars.push(char_of(first.value.into(), &rest[..1]));
            rest = after;
        } else if let Some(second) = after.first() {
            chars.push(char_of(gbk_char([first.value, second.value])?, &rest[..2]));
            rest = &rest[2..];
        } else {
            cut.then(|| chars.push(char_of(char::REPLACEMENT_CHARACTER, rest)))?;
            rest = after;
        }
    }
    Some(chars)
}

/// UTF-16 in the order of bytes that `unit` reads; `None` if it is not.
pub(super) fn utf16(bytes: &[Byte], unit: fn([u8; 2]) -> u16) -> Option<Vec<Char>> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let pairs = bytes.chunks_exact(2);
    let units = pairs.map(|pair| unit([pair[0].value, pair[1].value]));
    let mut at = 0;
    char::decode_utf16(units)
        .map(|c| {
            let c = c.ok()?;
            let from = at;
            at += 2 * c.len_utf16();
            Some(char_of(c, &bytes[from..at]))
        })
        .collect()
}
