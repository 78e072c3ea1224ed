//! Escapes: a character that a system wrote as its number or name (JSON, C, percent, HTML), and
//! bytes that it wrote one by one.

use super::rewrite::Step;
use super::run::{self, Notation};
use crate::text::Normalized;

/// True for the first characters of escapes.
pub(super) fn marks_escape(c: char) -> bool {
    matches!(c, '\\' | '%' | '&' | '=')
}

/// Decodes one escape, or one run of bytes, that begins at `start`.
pub(super) fn unescape(text: &Normalized, start: usize, out: &mut Normalized) -> Step {
    let rest = &text.chars()[start..];
    if rest[0] == '=' && run::soft_break(text, start) {
        return soft_break(text, start, out);
    }
    if let Some(step) = Notation::of(rest).and_then(|n| run::decode(n, text, start, out)) {
        return step;
    }
    let decoded = match rest[0] {
        '&' => entity(rest),
        '%' if matches!(rest.get(1), Some('u' | 'U')) => {
            utf16_escape(&rest[1..]).map(|(c, len)| (c, len + 1))
        }
        '%' => ascii_escape(rest),
        '\\' => backslash(rest),
        _ => run::ascii_of_mail(text, start),
    };
    match decoded {
        Some((c, len)) => {
            out.push(c, text.origin(start..start + len));
            Step::Decoded(start + len)
        }
        None => Step::Kept(start + 1),
    }
}

/// Leaves out an equals sign that breaks a line of quoted-printable, with the line end: the
/// character before it takes their place.
fn soft_break(text: &Normalized, start: usize, out: &mut Normalized) -> Step {
    let ends = text.chars()[start + 1..].iter();
    let len = 1 + ends.take_while(|c| matches!(c, '\r' | '\n')).count();
    out.extend_last(text.origin(start..start + len).1);
    Step::Decoded(start + len)
}

/// An escape of C, JSON, Rust or Python (`\n`, `\u65e0`, `\u{65e0}`), its backslash escaped once or
/// more (`\\\\n`), or an escaped backslash `\\`; with its length.
fn backslash(rest: &[char]) -> Option<(char, usize)> {
    let run = rest.iter().take_while(|c| **c == '\\').count();
    let escape = match rest.get(run) {
        Some('n' | 'N') => Some(('\n', 1)),
        Some('r' | 'R') => Some(('\r', 1)),
        Some('t' | 'T') => Some(('\t', 1)),
        Some(c @ ('"' | '\'' | '/')) => Some((*c, 1)),
        Some('u' | 'U') => braced(&rest[run..])
            .or_else(|| eight_digits(&rest[run..]))
            .or_else(|| utf16_escape(&rest[run..])),
        Some('x' | 'X') if run::is_dump(&rest[run + 1..]) => None,
        Some('x' | 'X') => braced(&rest[run..])
            .or_else(|| ascii_escape(&rest[run - 1..]).map(|(c, len)| (c, len - 1))),
        _ => None,
    };
    escape
        .map(|(c, len)| (c, run + len))
        .or((run > 1).then_some(('\\', run)))
}

/// `uXXXX` without its backslash, or two of them for a surrogate pair; with its length. A lone
/// surrogate is not a character.
fn utf16_escape(rest: &[char]) -> Option<(char, usize)> {
    let high = hex(rest.get(1..5)?)?;
    if let Some(c) = char::from_u32(high) {
        return Some((c, 5));
    }
    let run = rest[5..].iter().take_while(|c| **c == '\\').count();
    let low = hex(rest.get(6 + run..10 + run)?)?;
    let pair = run > 0 && matches!(rest[5 + run], 'u' | 'U');
    let c = char::decode_utf16([high as u16, low as u16]).next()?.ok()?;
    pair.then_some((c, 10 + run))
}

/// `u{65e0}` of Rust, JavaScript and PHP, or `x{65e0}` of Perl, without its backslash; with its
/// length.
fn braced(rest: &[char]) -> Option<(char, usize)> {
    /// Digits of the largest character at most.
    const MOST: usize = 6;
    let digits = rest.strip_prefix(&[rest[0], '{'])?;
    let len = digits.iter().take(MOST + 1).position(|c| *c == '}')?;
    let c = char::from_u32(hex(&digits[..len])?).filter(|_| len > 0)?;
    Some((c, len + 3))
}

/// `U000065e0` of Python and C without its backslash; with its length.
fn eight_digits(rest: &[char]) -> Option<(char, usize)> {
    let digits = rest.get(1..9).filter(|_| rest[0] == 'U')?;
    Some((char::from_u32(hex(digits)?)?, 9))
}

/// A character of ASCII as a percent sign (`%20`) or as Python's byte (`\x20`); with its length. No
/// encoder escapes letters and digits: the `%50` of `30%50` is not `P`.
fn ascii_escape(rest: &[char]) -> Option<(char, usize)> {
    let len = if rest[0] == '%' { 3 } else { 4 };
    let c = char::from_u32(hex(rest.get(len - 2..len)?)?)?;
    let marked = len == 3 || matches!(rest[1], 'x' | 'X');
    (marked && c.is_ascii() && !c.is_ascii_alphanumeric()).then_some((c, len))
}

/// A numeric HTML entity, or one of the names that systems generate; with its length.
fn entity(rest: &[char]) -> Option<(char, usize)> {
    /// Length of `&#x10ffff;` without its ampersand.
    const LONGEST: usize = 9;
    let len = rest.iter().take(LONGEST + 1).position(|c| *c == ';')?;
    let name: String = rest[1..len].iter().map(char::to_ascii_lowercase).collect();
    let c = match name.as_str() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" | "ldquo" | "rdquo" => '"',
        "apos" | "lsquo" | "rsquo" => '\'',
        "nbsp" | "ensp" | "emsp" => ' ',
        "hellip" => '…',
        "mdash" | "ndash" => '-',
        "middot" => '·',
        number => {
            let digits = number.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((c, len + 1))
}

/// Value of hexadecimal digits; `None` if one is not.
fn hex(digits: &[char]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |value, c| Some(value * 16 + c.to_digit(16)?))
}
