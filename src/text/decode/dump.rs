//! Dumps of a text: its bytes in hexadecimal (`\x` of PostgreSQL, `0x` and `X''` of MySQL), as a
//! list of numbers, or in Base64. A dump is decoded where all of it is Chinese text; numbers, keys,
//! hashes and tokens are not.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::bytes::{Byte, Char, gbk, plausible, push, utf8, utf16};
use super::rewrite::copy;
use crate::text::Normalized;

/// Shortest dump that is read, in characters: two 汉字 in UTF-8 are twelve digits. Chosen, as are
/// the numbers below.
const SHORTEST: usize = 12;
/// Shortest dump in Base64, in characters: three 汉字 in UTF-8.
const SHORTEST_BASE64: usize = 12;
/// Length of a line from which on Base64 goes on in the next one (RFC 4648 has 64, RFC 2045 76).
const BASE64_LINE: usize = 60;
/// Common 汉字 of a dump in UTF-8: its bytes follow strict rules.
const COMMON: usize = 2;
/// Common 汉字 of a dump in GBK or UTF-16, which nearly any bytes are.
const COMMON_LOOSE: usize = 4;
/// Bytes of a list at least.
const SHORTEST_LIST: usize = 6;

/// Undoes the dumps in a text; `None` if there are none.
pub(super) fn undump(text: &Normalized) -> Option<Normalized> {
    let chars = text.chars();
    let mut out: Option<Normalized> = None;
    let (mut i, mut copied) = (0, 0);
    while i < chars.len() {
        if !is_word(chars[i]) {
            i += 1;
            continue;
        }
        let end = word_end(chars, i);
        let found = if end - i >= SHORTEST {
            word(text, i, end)
        } else {
            list(chars, i)
        };
        let (decoded, end) = found.map_or((Vec::new(), end), |(found, end)| (found, end));
        if let (Some(first), Some(last)) = (decoded.first(), decoded.last()) {
            let out = out.get_or_insert_with(|| text.head(0));
            copy(text, copied..first.start, out);
            push(text, &decoded, out);
            copied = last.end;
        }
        i = end;
    }
    let out = out.as_mut()?;
    copy(text, copied..chars.len(), out);
    Some(std::mem::take(out))
}

/// True for characters of Base64 in both alphabets, which hexadecimal digits are among.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
}

/// One past the word that begins at `start`: characters of one kind and the padding of Base64.
fn word_end(chars: &[char], start: usize) -> usize {
    let rest = &chars[start..];
    let len = rest.iter().take_while(|c| is_word(**c)).count();
    let padding = rest[len..].iter().take(2).take_while(|c| **c == '=');
    start + len + padding.count()
}

/// Decodes a long word, and the lines of Base64 that it goes on with; with the end of what was
/// read.
fn word(text: &Normalized, start: usize, end: usize) -> Option<(Vec<Char>, usize)> {
    let chars = text.chars();
    let digits = digits(chars, start, end);
    if chars[digits.clone()].iter().all(char::is_ascii_hexdigit) {
        let bytes = hex(chars, digits.clone());
        let marked = digits.start > start || chars[..start].ends_with(&['\'']);
        let mut decoded = of_hex(&bytes, marked)?;
        if let Some(first) = decoded.first_mut().filter(|_| digits.start > start) {
            first.start = start - usize::from(chars[..start].ends_with(&['\\']));
        }
        return Some((decoded, end));
    }
    if chars[start + 2] == '-' {
        return list(chars, start);
    }
    // The parts of a JSON Web Token are parted by points.
    let goes_on = matches!(chars.get(end..), Some(['.', c, ..]) if is_word(*c));
    if chars[..start].ends_with(&['.']) || goes_on {
        return None;
    }
    let end = lines_end(chars, start, end);
    let decoded = base64(chars, start, end)?;
    Some((decoded, end))
}

/// The digits of a word without the mark before them: `0x`, and the `x` of `\x`.
fn digits(chars: &[char], start: usize, end: usize) -> std::ops::Range<usize> {
    let mark = match &chars[start..end] {
        ['0', 'x' | 'X', ..] => 2,
        ['x' | 'X', ..] if chars[..start].ends_with(&['\\']) => 1,
        _ => 0,
    };
    start + mark..end
}

/// The bytes of hexadecimal digits; an odd one at the end is left out.
fn hex(chars: &[char], range: std::ops::Range<usize>) -> Vec<Byte> {
    let positions = range.clone().step_by(2);
    let bytes = positions.filter_map(|start| {
        let end = start + 2;
        let pair = chars.get(start..end).filter(|_| end <= range.end)?;
        let value = pair[0].to_digit(16)? * 16 + pair[1].to_digit(16)?;
        let value = u8::try_from(value).ok()?;
        Some(Byte { value, start, end })
    });
    bytes.collect()
}

/// The text of bytes in hexadecimal. Bytes with a mark are known to be some.
fn of_hex(bytes: &[Byte], marked: bool) -> Option<Vec<Char>> {
    let loose = if marked {
        COMMON_LOOSE - 1
    } else {
        COMMON_LOOSE
    };
    of_utf8(bytes)
        .or_else(|| gbk(bytes, false).filter(|chars| is_text(chars, loose)))
        .or_else(|| utf16(bytes, u16::from_be_bytes).filter(|chars| is_text(chars, loose)))
        .or_else(|| utf16(bytes, u16::from_le_bytes).filter(|chars| is_text(chars, loose)))
}

/// A Chinese text in UTF-8, which may be cut off within a character.
fn of_utf8(bytes: &[Byte]) -> Option<Vec<Char>> {
    utf8(bytes, true).filter(|chars| plausible(chars, COMMON))
}

/// True for a Chinese text of which nearly all 汉字 are common.
fn is_text(chars: &[Char], least: usize) -> bool {
    let counts = super::plausible::Plausible::of(chars.iter().map(|c| c.c));
    counts.is_some_and(|counts| counts.common >= least && counts.doubtful * 4 <= counts.common)
}

/// The end of the lines that Base64 goes on in.
fn lines_end(chars: &[char], start: usize, end: usize) -> usize {
    let (mut line, mut last) = (start, end);
    while last - line >= BASE64_LINE {
        let ends = chars[last..].iter().take(2);
        let ends = ends.take_while(|c| matches!(c, '\r' | '\n')).count();
        let next = last + ends;
        if ends == 0 || !chars.get(next).is_some_and(|c| is_word(*c)) {
            break;
        }
        (line, last) = (next, word_end(chars, next));
    }
    last
}

/// The text of Base64, with or without padding, in either alphabet.
fn base64(chars: &[char], start: usize, end: usize) -> Option<Vec<Char>> {
    const EITHER: GeneralPurposeConfig = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, EITHER);
    let places: Vec<usize> = (start..end)
        .filter(|at| !matches!(chars[*at], '\r' | '\n'))
        .collect();
    let letters: String = places
        .iter()
        .map(|at| match chars[*at] {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    if letters.len() < SHORTEST_BASE64 || letters.trim_end_matches('=').len() % 4 == 1 {
        return None;
    }
    let values = engine.decode(letters).ok()?;
    let bytes: Vec<Byte> = values
        .iter()
        .enumerate()
        .map(|(i, value)| {
            // Four letters are three bytes.
            let (from, to) = (i * 8 / 6, (i * 8 + 7) / 6);
            Byte {
                value: *value,
                start: places[from],
                end: places[to] + 1,
            }
        })
        .collect();
    let mut decoded = of_utf8(&bytes)
        .or_else(|| gbk(&bytes, false).filter(|chars| is_text(chars, COMMON_LOOSE)))?;
    if let Some(last) = decoded.last_mut() {
        last.end = end;
    }
    Some(decoded)
}

/// Decodes a list of bytes, such as `[229 143 145]` of Go, `[-27, -113]` of Java or `e5 8f` of a
/// hexadecimal dump, that begins at `start`; with the end of what was read.
fn list(chars: &[char], start: usize) -> Option<(Vec<Char>, usize)> {
    let lists = [
        numbers(chars, start, decimal),
        numbers(chars, start, hexadecimal),
    ];
    let mut read = None;
    for bytes in lists.into_iter().flatten() {
        if let Some(decoded) = of_hex(&bytes, true) {
            let end = decoded.last().map_or(start, |c| c.end);
            return Some((decoded, end));
        }
        read = read.max(bytes.last().map(|b| b.end));
    }
    read.map(|end| (Vec::new(), end))
}

/// A number from −128 to 255 at the beginning of a text, with its length.
fn decimal(rest: &[char]) -> Option<(u8, usize)> {
    let sign = usize::from(rest.first() == Some(&'-'));
    let digits = rest[sign..].iter().take(4);
    let digits: String = digits.take_while(|c| c.is_ascii_digit()).collect();
    let value = digits.parse::<u16>().ok().filter(|value| *value < 256)?;
    let value = if sign == 1 { 256 - value } else { value };
    let value = u8::try_from(value).ok()?;
    let len = sign + digits.len();
    rest.get(len)
        .is_none_or(|c| !is_word(*c))
        .then_some((value, len))
}

/// Two hexadecimal digits, perhaps behind `0x`, at the beginning of a text, with their length.
fn hexadecimal(rest: &[char]) -> Option<(u8, usize)> {
    let mark = if matches!(rest, ['0', 'x' | 'X', ..]) {
        2
    } else {
        0
    };
    let digits = rest.get(mark..mark + 2)?.iter();
    let value = digits
        .clone()
        .try_fold(0, |value, c| Some(value * 16 + c.to_digit(16)?))?;
    let ends = rest
        .get(mark + 2)
        .is_none_or(|c| !c.is_ascii_alphanumeric());
    Some((u8::try_from(value).ok()?, mark + 2)).filter(|_| ends)
}

/// The numbers that `byte` reads, one after the other, from `start` on; `None` if they are few.
fn numbers(
    chars: &[char],
    start: usize,
    byte: fn(&[char]) -> Option<(u8, usize)>,
) -> Option<Vec<Byte>> {
    let mut bytes = Vec::new();
    let mut at = start;
    while let Some((value, len)) = byte(&chars[at..]) {
        let end = at + len;
        bytes.push(Byte {
            value,
            start: at,
            end,
        });
        let gap = separator(&chars[end..]);
        if gap == 0 {
            break;
        }
        at = end + gap;
    }
    (bytes.len() >= SHORTEST_LIST).then_some(bytes)
}

/// Length of what parts two numbers of a list: a comma, white space, or both.
fn separator(rest: &[char]) -> usize {
    let space = |from: usize| {
        let rest = rest.iter().skip(from).take(9);
        rest.take_while(|c| matches!(c, ' ' | '\n' | '\r' | '\t'))
            .count()
    };
    match rest.first() {
        Some(',') => 1 + space(1),
        Some('-' | ':') => 1,
        _ => space(0),
    }
}
