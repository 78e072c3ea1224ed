//! Mojibake: UTF-8 or GBK that was displayed in another encoding, once or twice.

use super::charset::{
    Charset, begins_gbk, begins_utf8, charsets, gbk, gbk_char, level, windows_1252,
};
use super::plausible::Plausible;
use super::rewrite::Step;
use crate::text::Normalized;

/// Decodes mojibake that begins at `start`.
pub(super) fn repair(text: &Normalized, start: usize, out: &mut Normalized) -> Step {
    let once = once(text, start);
    let twice = || twice(text, start);
    // UTF-8 of letters beyond ASCII looks like 汉字 of GBK.
    let found = match once {
        Some(once) if matches!(text.chars()[start], 'Â' | 'Ã') => {
            twice().filter(|twice| twice.end >= once.end).or(Some(once))
        }
        once => once.or_else(twice),
    };
    match found {
        Some(found) => {
            for (c, from) in found.chars {
                out.push(c, from);
            }
            Step::Decoded(found.end)
        }
        None => Step::Kept(start + 1),
    }
}

/// Decoded characters with their sources, and the end of the characters that they were read from.
struct Found {
    chars: Vec<(char, (u32, u32))>,
    end: usize,
}

/// Reads a text from `start` on as UTF-8 or GBK that was displayed in the encoding that makes most
/// of it.
fn once(text: &Normalized, start: usize) -> Option<Found> {
    let c = *text.chars().get(start)?;
    let mut best: Option<Found> = None;
    for charset in charsets() {
        let Some(bytes) = charset.bytes(c).map(u16::to_be_bytes) else {
            continue;
        };
        let mut reading = Reading {
            strict: charset.has_pairs() && !std::ptr::eq(charset, gbk()),
            ..Reading::default()
        };
        // An attempt ends with `None`; its result is in `accepted`.
        if begins_utf8(bytes) {
            let _ = reading.utf8(text, start, charset);
        } else if bytes[0] == 0 && begins_gbk(bytes[1]) && !charset.has_pairs() {
            let _ = reading.gbk(text, start, charset);
        }
        let Some((len, end)) = reading.accepted else {
            continue;
        };
        if best.as_ref().is_none_or(|best| best.end < end) {
            reading.chars.truncate(len);
            best = Some(Found {
                chars: reading.chars,
                end,
            });
        }
    }
    best
}

/// Reads a text from `start` on as UTF-8 that was displayed in one encoding, saved as UTF-8, and
/// displayed in another.
fn twice(text: &Normalized, start: usize) -> Option<Found> {
    let c = text.chars()[start];
    charsets().iter().find_map(|charset| {
        let outer = charset.bytes(c).map(u16::to_be_bytes)?;
        let begins = begins_utf8(outer) || matches!(outer, [0, 0xc2 | 0xc3]);
        if !begins {
            return None;
        }
        let mut most = FIRST_LOOK;
        loop {
            let (inner, ends) = outer_text(text, start, charset, most);
            let found = once(&inner, 0)?;
            // All of a look was read, so there may be more.
            if ends.len() < most || 2 * found.end < most {
                let end = ends[found.end - 1];
                return Some(Found { end, ..found });
            }
            most *= 4;
        }
    })
}

/// Characters of the result that are read first. Chosen: this bounds the work where nothing is found.
const FIRST_LOOK: usize = 64;

/// The characters of UTF-8 from `start` on that was displayed in `charset`, with the end of the
/// source of each; about `most` of them.
fn outer_text(
    text: &Normalized,
    start: usize,
    charset: &Charset,
    most: usize,
) -> (Normalized, Vec<usize>) {
    let mut out = Normalized::default();
    let mut ends = Vec::new();
    let mut bytes: Vec<(u8, usize)> = Vec::new();
    for (at, &c) in text.chars().iter().enumerate().skip(start) {
        let space = charset.space.filter(|_| c == ' ' && !bytes.is_empty());
        let Some(pair) = space.map(u16::from).or_else(|| charset.bytes(c)) else {
            break;
        };
        let [first, second] = pair.to_be_bytes();
        if first != 0 {
            bytes.push((first, at));
        }
        bytes.push((second, at));
        let Some(read) = whole_chars(&bytes) else {
            break;
        };
        for (c, from, to) in read {
            out.push(c, text.origin(bytes[from].1..bytes[to - 1].1 + 1));
            ends.push(bytes[to - 1].1 + 1);
            if to == bytes.len() {
                bytes.clear();
                break;
            }
        }
        if ends.len() >= most {
            break;
        }
    }
    (out, ends)
}

/// The characters that bytes of UTF-8 make up, each with its range; empty while the last one is
/// incomplete, `None` if they are no UTF-8.
fn whole_chars(bytes: &[(u8, usize)]) -> Option<Vec<(char, usize, usize)>> {
    let values: Vec<u8> = bytes.iter().map(|b| b.0).collect();
    match str::from_utf8(&values) {
        Ok(text) => {
            let chars = text.char_indices();
            Some(chars.map(|(at, c)| (c, at, at + c.len_utf8())).collect())
        }
        Err(error) => error.error_len().is_none().then(Vec::new),
    }
}

/// An attempt to read characters as the bytes that they once were, with the plausibility of the
/// result. Its methods return `None` where the attempt ends.
#[derive(Default)]
struct Reading {
    chars: Vec<(char, (u32, u32))>,
    counts: Plausible,
    /// Number of `chars` that are accepted, and the end of the source that they were read from.
    accepted: Option<(usize, usize)>,
    /// Bytes of an incomplete character of UTF-8.
    pending: Vec<u8>,
    /// Position of the first of them.
    began: usize,
    /// True after a loss: continuation bytes then belong to the lost character.
    adrift: bool,
    /// True where texts are written in the encoding too, so that more proof is needed.
    strict: bool,
}

impl Reading {
    /// Characters beyond the accepted part after which the attempt ends: this bounds the work.
    /// Chosen.
    const PROOF: usize = 8;
    /// 汉字 of level 1 in a plausible result. Chosen: a single one is found by chance.
    const COMMON: usize = 2;

    /// Appends a decoded character, unless it is implausible in a Chinese text.
    fn take(&mut self, c: char, from: (u32, u32)) -> Option<()> {
        self.counts.see(c)?;
        self.chars.push((c, from));
        (self.chars.len() < self.accepted.map_or(0, |(len, _)| len) + Self::PROOF).then_some(())
    }

    /// Accepts the characters up to `end`, which are whole on both sides, if they are plausible.
    fn accept(&mut self, end: usize) {
        let (common, doubtful) = (self.counts.common, self.counts.doubtful);
        let proven = !self.strict || common > Self::COMMON && Self::COMMON * doubtful <= common;
        if self.counts.holds(Self::COMMON) && proven {
            self.accepted = Some((self.chars.len(), end));
        }
    }

    /// Reads UTF-8 that was displayed in `charset`.
    fn utf8(&mut self, text: &Normalized, start: usize, charset: &Charset) -> Option<()> {
        let mut everyday = 0;
        for (i, &c) in text.chars().iter().enumerate().skip(start) {
            everyday += usize::from(level(c) == Some(1));
            let space = charset
                .space
                .filter(|_| c == ' ' && !self.pending.is_empty());
            if c == char::REPLACEMENT_CHARACTER || c == '?' && !self.pending.is_empty() {
                self.lose(text, i)?;
            } else if c.is_ascii() && space.is_none() {
                // Where 汉字 stand for the bytes, ASCII between them says that they are over.
                let fits = matches!(c, ' '..='~') && !charset.has_pairs();
                (fits && self.pending.is_empty()).then_some(())?;
                self.take(c, text.origin(i..i + 1))?;
                continue;
            } else {
                let bytes = space.map(u16::from).or_else(|| charset.bytes(c))?;
                let bytes = bytes.to_be_bytes();
                if bytes[0] != 0 {
                    self.read(bytes[0], text, i)?;
                }
                match bytes {
                    // A character ended with the first half of a pair, and ASCII was the second.
                    [1..=0xff, b' '..=b'~'] if self.pending.is_empty() => {
                        self.take(bytes[1].into(), text.origin(i..i + 1))?
                    }
                    _ => self.read(bytes[1], text, i)?,
                }
            }
            // Mostly everyday 汉字 amid others: that is Chinese whose bytes happen to be UTF-8.
            if self.pending.is_empty()
                && (2 * everyday <= i + 1 - start || stands_alone(text, start, i + 1))
            {
                self.accept(i + 1);
            }
        }
        None
    }

    /// Reads the next byte of UTF-8, which is at `i`. Only characters of three bytes are decoded.
    fn read(&mut self, byte: u8, text: &Normalized, i: usize) -> Option<()> {
        match byte {
            0xe2..=0xef => {
                if !self.pending.is_empty() {
                    self.lose(text, i)?;
                }
                self.began = i;
            }
            0x80..=0xbf if !self.pending.is_empty() => {}
            0x80..=0xbf if self.adrift => return Some(()),
            _ => return None,
        }
        self.adrift = false;
        self.pending.push(byte);
        if self.pending.len() == 3 {
            let c = str::from_utf8(&self.pending).ok()?.chars().next()?;
            self.pending.clear();
            self.take(c, text.origin(self.began..i + 1))?;
        }
        Some(())
    }

    /// Adds a replacement for a character that lost a byte at or before `i`.
    fn lose(&mut self, text: &Normalized, i: usize) -> Option<()> {
        let began = if self.pending.is_empty() {
            i
        } else {
            self.began
        };
        self.pending.clear();
        self.adrift = true;
        self.take(char::REPLACEMENT_CHARACTER, text.origin(began..i + 1))
    }

    /// Reads GBK that was displayed in `charset`, of one byte a character.
    fn gbk(&mut self, text: &Normalized, start: usize, charset: &Charset) -> Option<()> {
        let rest = &text.chars()[start..];
        if rest.starts_with(&[rest[0]; 4]) {
            return None; // `····` is a line of dots, not 贩贩.
        }
        let western = std::ptr::eq(charset, windows_1252());
        let (mut pairs, mut alike) = (0, 0);
        let mut at = start;
        while let [first, tail @ ..] = &text.chars()[at..] {
            if matches!(first, ' '..='~') {
                self.take(*first, text.origin(at..at + 1))?;
                at += 1;
                continue;
            }
            let second = tail.first()?;
            let byte = |c: char| {
                let space = charset.space.filter(|_| c == ' ' && western);
                let byte = space.map(u16::from).or_else(|| charset.bytes(c))?;
                u8::try_from(byte).ok().filter(|byte| *byte >= 0x80)
            };
            let bytes = [byte(*first)?, byte(*second)?];
            let c = gbk_char(bytes)?;
            if !charset.boxes && !bytes.iter().any(|b| is_letter(*b)) && level(c).is_some() {
                self.counts.doubtful += 2; // `±°` may be what it seems to be.
            }
            pairs += 1;
            alike += usize::from(first == second || are_alike(charset, bytes));
            self.take(c, text.origin(at..at + 2))?;
            at += 2;
            // Boxes are drawn with boxes alone, and Cyrillic words are letters alone.
            if western || self.counts.common >= 3 && 4 * alike <= 3 * pairs {
                self.accept(at);
            }
        }
        None
    }
}

/// True for letters in Windows-1252.
fn is_letter(byte: u8) -> bool {
    byte >= 0xc0 && !matches!(byte, 0xd7 | 0xf7)
}

/// True if both bytes draw boxes, or both are letters where the letters are the last bytes.
fn are_alike(charset: &Charset, bytes: [u8; 2]) -> bool {
    bytes.iter().all(|byte| match charset.boxes {
        true => matches!(byte, 0xb0..=0xdf),
        false => *byte >= 0xc0,
    })
}

/// True if no 汉字 touches either end.
fn stands_alone(text: &Normalized, start: usize, end: usize) -> bool {
    let is_hanzi = |c: &char| matches!(c, '\u{4e00}'..='\u{9fff}');
    let (before, after) = (text.chars()[..start].last(), text.chars().get(end));
    !before.is_some_and(is_hanzi) && !after.is_some_and(is_hanzi)
}
