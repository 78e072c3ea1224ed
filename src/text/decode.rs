//! Undoes what systems do to a text on its way: escapes (JSON, percent, HTML) and mojibake.
//!
//! Reads characters and writes characters; each keeps the range of the sent text that it came from.
//! What is no encoding, or only looks like one, is left exactly as it is.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use encoding_rs::{GBK, WINDOWS_1252};

use super::normalize::{Normalized, simplified};

/// One round: escapes first, because mojibake often stands inside them. `None`: nothing was encoded.
///
/// The result is shorter than the text, and a text without [a mark](marks_encoding) gives `None`.
pub(super) fn decode(text: &Normalized) -> Option<Normalized> {
    let plain = rewrite(text, marks_escape, unescape);
    rewrite(plain.as_ref().unwrap_or(text), marks_mojibake, repair).or(plain)
}

/// True for the characters that every encoding which [`decode`] undoes begins with.
pub(super) fn marks_encoding(c: char) -> bool {
    marks_escape(c) || marks_mojibake(c)
}

/// Copies a text, with `step` called at every mark: it writes what the mark decodes to and returns
/// the end of what it read, or neither.
fn rewrite(
    text: &Normalized,
    marks: fn(char) -> bool,
    step: fn(&Normalized, usize, &mut Normalized) -> Option<usize>,
) -> Option<Normalized> {
    let chars = text.chars();
    let mut i = chars.iter().position(|&c| marks(c))?;
    let mut out = text.head(i);
    let mut changed = false;
    while i < chars.len() {
        if marks(chars[i])
            && let Some(end) = step(text, i, &mut out)
        {
            changed = true;
            i = end;
        } else {
            out.push(chars[i], text.origin(i..i + 1));
            i += 1;
        }
    }
    changed.then_some(out)
}

fn marks_escape(c: char) -> bool {
    matches!(c, '\\' | '%' | '&')
}

fn unescape(text: &Normalized, start: usize, out: &mut Normalized) -> Option<usize> {
    let rest = &text.chars()[start..];
    let (c, len) = match rest[0] {
        '&' => entity(rest)?,
        '%' if matches!(rest.get(1), Some('u' | 'U')) => utf16_escape(&rest[1..]).map(|(c, len)| (c, len + 1))?,
        '%' => byte_escape(rest)?,
        _ => backslash(rest)?,
    };
    out.push(c, text.origin(start..start + len));
    Some(start + len)
}

/// `\n` and its kin, however often the backslash itself was escaped (`\\\\n`), or a lone `\\`.
fn backslash(rest: &[char]) -> Option<(char, usize)> {
    let run = rest.iter().take_while(|c| **c == '\\').count();
    let escape = match rest.get(run) {
        Some('n' | 'N') => Some(('\n', 1)),
        Some('r' | 'R') => Some(('\r', 1)),
        Some('t' | 'T') => Some(('\t', 1)),
        Some(c @ ('"' | '\'' | '/')) => Some((*c, 1)),
        Some('u' | 'U') => utf16_escape(&rest[run..]),
        Some('x' | 'X') => byte_escape(&rest[run - 1..]).map(|(c, len)| (c, len - 1)),
        _ => None,
    };
    match escape {
        Some((c, len)) => Some((c, run + len)),
        None => (run > 1).then_some(('\\', run)),
    }
}

/// `uXXXX` behind its backslash, or two of them, a surrogate pair. A lone surrogate is no character.
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

/// One character of UTF-8 as percent signs (`%E6%97%A0`) or as Python's bytes (`\xe6\x97\xa0`).
fn byte_escape(rest: &[char]) -> Option<(char, usize)> {
    let prefix = if rest[0] == '%' { 1 } else { 2 };
    let mut bytes = [0; 4];
    for (i, group) in rest.chunks(prefix + 2).take(bytes.len()).enumerate() {
        let same = group.len() == prefix + 2 && group[0] == rest[0] && group[prefix - 1].eq_ignore_ascii_case(&rest[prefix - 1]);
        bytes[i] = if same { hex(&group[prefix..])? as u8 } else { return None };
        if let Ok(decoded) = str::from_utf8(&bytes[..=i]) {
            // No encoder escapes letters and digits: `30%50` is no `P`.
            let c = decoded.chars().next().filter(|c| !c.is_ascii_alphanumeric())?;
            return Some((c, (prefix + 2) * (i + 1)));
        }
    }
    None
}

/// A numeric HTML entity, or one of those that systems write for themselves.
fn entity(rest: &[char]) -> Option<(char, usize)> {
    /// `&#x10ffff;` without its ampersand.
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
        "yen" => '¥',
        "times" => '×',
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

fn hex(digits: &[char]) -> Option<u32> {
    digits.iter().try_fold(0, |value, c| Some(value * 16 + c.to_digit(16)?))
}

/// True where mojibake may begin: what the first bytes of 汉字 and of their punctuation in UTF-8
/// look like as GBK or as Windows-1252, and what the first byte of GBK looks like as Windows-1252.
/// The 汉字 among them are some 390 that Chinese hardly uses, so that it is read at full speed.
fn marks_mojibake(c: char) -> bool {
    match c {
        '\0'..='\x7f' => false,
        '\u{4e00}'..='\u{9fff}' => match GBK_BYTES[c as usize].to_be_bytes() {
            [0xe4..=0xe9, 0x80..=0xbf] => true,
            // Quotation marks and dashes, then 、。【】, then the full-width forms.
            [0xe2 | 0xe3, 0x80] | [0xef, 0xbc | 0xbd] => true,
            _ => false,
        },
        'â'..='é' | 'ï' | '¡' | '£' | '°'..='×' => true,
        _ => false,
    }
}

fn repair(text: &Normalized, start: usize, out: &mut Normalized) -> Option<usize> {
    let reading = match text.chars()[start] {
        '\u{4e00}'..='\u{9fff}' => Reading::utf8(text, start, gbk_bytes),
        'â'..='é' | 'ï' => Reading::utf8(text, start, windows_1252_byte),
        _ => Reading::gbk(text, start),
    };
    let (len, end) = reading.accepted?;
    for &(c, from) in &reading.chars[..len] {
        out.push(c, from);
    }
    Some(end)
}

/// A stretch of characters read as the bytes that they once were, and how plausible the result is.
#[derive(Default)]
struct Reading {
    chars: Vec<(char, (u32, u32))>,
    /// 汉字 of level 1.
    common: usize,
    /// 汉字 of level 2, and places where bytes were lost.
    doubtful: usize,
    /// How many of `chars` to believe, and the end of what they were read from.
    accepted: Option<(usize, usize)>,
}

impl Reading {
    /// After so many characters without acceptance it is no mojibake, which bounds the work.
    const PROOF: usize = 8;

    /// Takes one more character, or ends the reading.
    fn take(&mut self, c: char, from: (u32, u32)) -> ControlFlow<()> {
        match (c, level(simplified(c))) {
            (_, Some(1)) => self.common += 1,
            (char::REPLACEMENT_CHARACTER, _) | (_, Some(_)) => self.doubtful += 1,
            (' '..='~' | '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3017}' | '！'..='～', _) => {}
            _ => return ControlFlow::Break(()),
        }
        self.chars.push((c, from));
        if self.doubtful > self.common && self.chars.len() >= Self::PROOF {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// What was read up to `end` was whole characters on both sides: believe it if it is plausible.
    fn accept(&mut self, end: usize) {
        if self.common >= 2 && self.doubtful <= self.common {
            self.accepted = Some((self.chars.len(), end));
        }
    }

    /// UTF-8 that was shown as another encoding, `bytes_of` being that encoding.
    fn utf8(text: &Normalized, start: usize, bytes_of: fn(char) -> Option<Bytes>) -> Self {
        let mut reading = Self::default();
        let mut utf8 = Utf8::default();
        let mut ordinary = 0;
        for (i, &c) in text.chars().iter().enumerate().skip(start) {
            ordinary += usize::from(level(c) == Some(1));
            let lost = c == char::REPLACEMENT_CHARACTER || c == '?' && !utf8.pending.is_empty();
            let mut place = |c, began| reading.take(c, text.origin(began..i + 1));
            let step = match bytes_of(c) {
                _ if lost => utf8.lose(i, &mut place),
                Some((bytes, 1)) => utf8.read(bytes[0], i, false, &mut place),
                Some(([first, second], _)) => {
                    match utf8.read(first, i, false, &mut place) {
                        ControlFlow::Continue(()) => utf8.read(second, i, true, &mut place),
                        end => end,
                    }
                }
                None => ControlFlow::Break(()),
            };
            if step.is_break() {
                break;
            }
            // Half of what stands there being everyday Chinese, it is Chinese and no mojibake.
            if utf8.pending.is_empty() && 2 * ordinary <= i + 1 - start {
                reading.accept(i + 1);
            }
        }
        reading
    }

    /// GBK that was shown as Windows-1252.
    fn gbk(text: &Normalized, start: usize) -> Self {
        let mut reading = Self::default();
        let is_letter = |c| matches!(c, 'À'..='ÿ') && c != '×' && c != '÷';
        for (i, pair) in text.chars()[start..].chunks_exact(2).enumerate() {
            let at = start + 2 * i;
            let (Some((first, 1)), Some((second, 1))) = (windows_1252_byte(pair[0]), windows_1252_byte(pair[1])) else {
                break;
            };
            let bytes = [first[0], second[0]];
            let decoded = GBK.decode_without_bom_handling(&bytes).0.chars().next();
            let Some(c) = decoded.filter(|c| !c.is_ascii()) else { break };
            // `····` is what it is, and no 贩贩.
            reading.doubtful += if pair.iter().any(|c| is_letter(*c)) { 0 } else { 2 };
            if reading.take(c, text.origin(at..at + 2)).is_break() {
                break;
            }
            reading.accept(at + 2);
        }
        reading
    }
}

/// Puts the three-byte characters of UTF-8 together, across losses.
#[derive(Default)]
struct Utf8 {
    /// Bytes of a character that is not complete yet.
    pending: Vec<u8>,
    /// Where they began.
    began: usize,
    /// After a loss: what continues is of the character that was lost.
    adrift: bool,
}

impl Utf8 {
    fn read(&mut self, byte: u8, i: usize, second: bool, place: &mut impl FnMut(char, usize) -> ControlFlow<()>) -> ControlFlow<()> {
        match byte {
            // The second half of a pair whose first half ended a character.
            b' '..=b'~' if second && self.pending.is_empty() => return place(byte.into(), i),
            0xe2..=0xef => {
                if !self.pending.is_empty() {
                    place(char::REPLACEMENT_CHARACTER, self.began)?;
                    self.pending.clear();
                }
                self.began = i;
            }
            0x80..=0xbf if !self.pending.is_empty() => {}
            0x80..=0xbf if self.adrift => return ControlFlow::Continue(()),
            _ => return ControlFlow::Break(()),
        }
        self.adrift = false;
        self.pending.push(byte);
        if self.pending.len() < 3 {
            return ControlFlow::Continue(());
        }
        let decoded = str::from_utf8(&self.pending).ok().and_then(|s| s.chars().next());
        self.pending.clear();
        decoded.map_or(ControlFlow::Break(()), |c| place(c, self.began))
    }

    fn lose(&mut self, i: usize, place: &mut impl FnMut(char, usize) -> ControlFlow<()>) -> ControlFlow<()> {
        let began = if self.pending.is_empty() { i } else { self.began };
        self.pending.clear();
        self.adrift = true;
        place(char::REPLACEMENT_CHARACTER, began)
    }
}

/// The level of a 汉字 in GB 2312: 1 for the 3,755 that make up nearly all running text, 2 for the
/// 3,008 beside them.
fn level(c: char) -> Option<u8> {
    match (c, gbk_bytes(c)?) {
        ('\u{4e00}'..='\u{9fff}', ([0xb0..=0xd7, 0xa1..=0xfe], 2)) => Some(1),
        ('\u{4e00}'..='\u{9fff}', ([0xd8..=0xf7, 0xa1..=0xfe], 2)) => Some(2),
        _ => None,
    }
}

/// One or two bytes; a single one stands first.
type Bytes = ([u8; 2], usize);

fn gbk_bytes(c: char) -> Option<Bytes> {
    match GBK_BYTES.get(c as usize)?.to_be_bytes() {
        [0, 0] => None,
        [0x80, _] => Some(([0x80, 0], 1)),
        pair => Some((pair, 2)),
    }
}

/// The two bytes of each character up to U+FFFF, 0 where GBK has none. `encoding_rs` trades the
/// speed of encoding for size, and every 汉字 is looked up here.
static GBK_BYTES: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table = vec![0; 0x1_0000];
    let seconds = || (0x40..=0x7e).chain(0x80..=0xfe);
    let pairs: Vec<[u8; 2]> = (0x81..=0xfe).flat_map(|first| seconds().map(move |second| [first, second])).collect();
    let chars = GBK.decode_without_bom_handling(pairs.as_flattened()).0;
    for (pair, c) in pairs.iter().zip(chars.chars()) {
        if let Some(bytes) = table.get_mut(c as usize) {
            *bytes = u16::from_be_bytes(*pair);
        }
    }
    // The one single byte beyond ASCII, as Windows has it.
    table['€' as usize] = 0x8000;
    table
});

/// A space passes for the no-break space that it once was.
fn windows_1252_byte(c: char) -> Option<Bytes> {
    let byte = match c {
        ' ' => 0xa0,
        '\u{80}'..='\u{ff}' => c as u8,
        _ => {
            let mut utf8 = [0; 4];
            let (bytes, _, unmappable) = WINDOWS_1252.encode(c.encode_utf8(&mut utf8));
            match *bytes {
                [byte] if !unmappable && !c.is_ascii() => byte,
                _ => return None,
            }
        }
    };
    Some(([byte, 0], 1))
}
/// x
pub fn mark(c: char) -> bool { marks_mojibake(c) }
/// x
pub fn decoded_text(s: &str) -> Option<String> { decode(&Normalized::sent(s)).map(|n| n.text()) }
