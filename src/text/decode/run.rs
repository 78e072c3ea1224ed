//! Runs of bytes that a system wrote one by one: percent signs, `\xe6`, octal, quoted-printable. A
//! run is decoded whole, as UTF-8 or else as GBK, or stays as it is.

use super::bytes::{Byte, Char, gbk, plausible, push, utf8};
use super::rewrite::Step;
use crate::text::Normalized;

/// Longest line of quoted-printable (RFC 2045, section 6.7), in characters.
const MAIL_LINE: usize = 76;

/// Bytes that show that 汉字 are written in quoted-printable. Chosen: two or three of them.
const ENOUGH: usize = 6;

/// The way in which bytes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// `%e6`, of URLs.
    Percent,
    /// `\xe6`, of Python, Go and logs of nginx.
    Hex,
    /// `\346`, of C, Protocol Buffers and Git.
    Octal,
    /// `=E6`, of mails.
    Mail,
}

impl Notation {
    /// The notation of the byte that a text begins with.
    pub(super) fn of(rest: &[char]) -> Option<Self> {
        match rest {
            ['%', ..] => Some(Self::Percent),
            ['\\', 'x' | 'X', digits @ ..] if !is_dump(digits) => Some(Self::Hex),
            ['\\', '2' | '3', ..] => Some(Self::Octal),
            ['=', ..] => Some(Self::Mail),
            _ => None,
        }
    }

    /// The byte at the beginning of a text, with its length; a soft line break before it counts to
    /// the byte.
    fn byte(self, rest: &[char]) -> Option<(u8, usize)> {
        let digits = |range: std::ops::Range<usize>, radix| {
            let mut digits = rest.get(range)?.iter();
            digits.try_fold(0, |value, c| Some(value * radix + c.to_digit(radix)?))
        };
        let (value, len) = match (self, rest) {
            (Self::Percent, ['%', ..]) => (digits(1..3, 16)?, 3),
            (Self::Hex, ['\\', 'x' | 'X', ..]) => (digits(2..4, 16)?, 4),
            (Self::Octal, ['\\', ..]) => (digits(1..4, 8)?, 4),
            (Self::Mail, ['=', '\n' | '\r', ..]) => {
                let ends = rest[1..].iter().take(2);
                let skip = 1 + ends.take_while(|c| matches!(c, '\n' | '\r')).count();
                let after = rest
                    .get(skip..)
                    .filter(|after| !after.starts_with(&['=', '\n']))?;
                let (value, len) = self.byte(after)?;
                (value.into(), skip + len)
            }
            (Self::Mail, ['=', ..]) => (digits(1..3, 16)?, 3),
            _ => return None,
        };
        Some((u8::try_from(value).ok()?, len))
    }
}

/// True for the digits of a dump in hexadecimal behind its `\x`, which are no single byte.
pub(super) fn is_dump(digits: &[char]) -> bool {
    /// Digits from which on they are no byte and a word. Chosen.
    const DIGITS: usize = 12;
    let digits = digits.get(..DIGITS);
    digits.is_some_and(|digits| digits.iter().all(char::is_ascii_hexdigit))
}

/// Decodes the run of bytes from 0x80 on that begins at `start`; `None` if none begins there.
pub(super) fn decode(
    notation: Notation,
    text: &Normalized,
    start: usize,
    out: &mut Normalized,
) -> Option<Step> {
    let bytes = high_bytes(notation, text.chars(), start, usize::MAX);
    let end = bytes.last()?.end;
    let cut = is_cut(&text.chars()[end..]);
    let cut_off = || utf8(&bytes, cut).filter(|chars| is_chinese(chars));
    let as_utf8 = utf8(&bytes, false).or_else(cut_off);
    if let Some(chars) = as_utf8.as_deref()
        && !chars.iter().any(|c| is_foreign(c.c))
    {
        // These two are rare enough outside Chinese to be something else.
        if matches!(notation, Notation::Octal | Notation::Mail) && !is_chinese(chars) {
            return Some(Step::Kept(end));
        }
        push(text, chars, out);
        return Some(Step::Decoded(end));
    }
    let pairs = pairs(notation, text.chars(), start, cut);
    let as_gbk = pairs.and_then(|pairs| gbk(&pairs, cut));
    let as_gbk = as_gbk.filter(|chars| is_chinese(chars));
    let chars = as_gbk.or(as_utf8.filter(|_| notation != Notation::Octal));
    Some(match chars {
        Some(chars) => {
            push(text, &chars, out);
            Step::Decoded(chars.last()?.end)
        }
        None => Step::Kept(end),
    })
}

/// The bytes from 0x80 on that follow each other from `start` on, at most `most`.
fn high_bytes(notation: Notation, chars: &[char], start: usize, most: usize) -> Vec<Byte> {
    let mut bytes = Vec::new();
    let mut at = start;
    while bytes.len() < most
        && let Some((value @ 0x80.., len)) = notation.byte(&chars[at..])
    {
        bytes.push(Byte {
            value,
            start: at,
            end: at + len,
        });
        at += len;
    }
    bytes
}

/// The bytes from `start` on in pairs of GBK, of which the second may be ASCII, written as a byte or
/// as itself. `None` if the last one has no second, unless the text is cut.
fn pairs(notation: Notation, chars: &[char], start: usize, cut: bool) -> Option<Vec<Byte>> {
    let mut bytes = Vec::new();
    let mut at = start;
    while let Some((value @ 0x80.., len)) = notation.byte(&chars[at..]) {
        let second = at + len;
        bytes.push(Byte {
            value,
            start: at,
            end: second,
        });
        let literal = |c: &char| matches!(c, '@'..='~').then_some((*c as u8, 1));
        let next = notation.byte(&chars[second..]);
        let next = next.or_else(|| chars.get(second).and_then(literal));
        match next {
            Some((value, len)) => bytes.push(Byte {
                value,
                start: second,
                end: second + len,
            }),
            None if cut => return Some(bytes),
            None => return None,
        }
        at = bytes.last()?.end;
    }
    Some(bytes)
}

/// True for the end of a text that is cut: no more than a broken byte, or dots.
fn is_cut(rest: &[char]) -> bool {
    rest.starts_with(&['.', '.', '.']) || rest.first() == Some(&'…') || {
        rest.len() < 4
            && !rest
                .iter()
                .any(|c| c.is_whitespace() || "\"'}])>".contains(*c))
            && rest.first().is_none_or(|c| matches!(c, '%' | '\\' | '='))
    }
}

/// True for letters of two bytes in UTF-8 beyond Latin-1 (Greek, Cyrillic, Arabic) and for Hangul:
/// bytes of GBK may look like them.
fn is_foreign(c: char) -> bool {
    matches!(c, '\u{100}'..='\u{7ff}' | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7ff}')
}

/// True for one common 汉字 or more. The notation says that these are bytes, so one is no chance.
fn is_chinese(chars: &[Char]) -> bool {
    plausible(chars, 1)
}

/// True where the equals sign at `start` ends a line of quoted-printable.
pub(super) fn soft_break(text: &Normalized, start: usize) -> bool {
    matches!(text.chars().get(start + 1), Some('\n' | '\r')) && in_mail(text, start)
}

/// A character of ASCII in quoted-printable, such as `=3D`, with its length.
pub(super) fn ascii_of_mail(text: &Normalized, start: usize) -> Option<(char, usize)> {
    let (value, len) = Notation::Mail.byte(&text.chars()[start..])?;
    let fits = matches!(value, b'\t' | b' '..=b'~') && len == 3 && in_mail(text, start);
    fits.then(|| (value.into(), len))
}

/// True if one of the two lines around a character has 汉字 in quoted-printable.
fn in_mail(text: &Normalized, at: usize) -> bool {
    let chars = text.chars();
    let around = at.saturating_sub(MAIL_LINE)..(at + MAIL_LINE).min(chars.len());
    around.filter(|i| chars[*i] == '=').any(|i| {
        let bytes = high_bytes(Notation::Mail, chars, i, ENOUGH);
        utf8(&bytes, true).is_some_and(|c| is_chinese(&c))
            || gbk(&bytes, true).is_some_and(|c| is_chinese(&c))
    })
}
