//! Texts that lost bytes: mojibake that cannot be undone, since the encoding that it was displayed
//! in has no character for some bytes. What is left of the bytes is compared with the bytes of a
//! message, so that both are seen in the damaged form.

use super::decode::charset::{Charset, charsets, gbk, level, windows_1252};
use super::scan::WILDCARD;
use super::simplified::simplified;

/// Strange characters of a line that make it worth comparing. Chosen.
const STRANGE: usize = 3;
/// Strange characters and rare 汉字 that do so where there are few others. Chosen.
const ODD: usize = 2;
/// Characters of a line that are compared at most: this bounds the work. Chosen.
const LONGEST_LINE: usize = 2_000;
/// A byte of a message that stands for a variable part; no text has it.
const WILD: u8 = 0;

/// Signs of damage in a line of a decoded text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    /// Something may be damaged.
    pub(crate) some: bool,
    /// It is worth comparing with messages in their damaged forms.
    pub(crate) likely: bool,
    /// A reader would call it damaged.
    pub(crate) certain: bool,
}

impl Signs {
    /// The signs in a line.
    pub(crate) fn of(line: &[char]) -> Self {
        let mut lost = 0;
        let (mut strange, mut leads) = (0, 0);
        let (mut common, mut rare) = (0, 0);
        for (at, &c) in line.iter().enumerate() {
            match c {
                '\0'..='\x7f' => {}
                char::REPLACEMENT_CHARACTER => lost += 1,
                '锟' | '拷' => {
                    lost += usize::from(c == '锟');
                    rare += 1;
                }
                '\u{3400}'..='\u{9fff}' => match level(simplified(c)) {
                    Some(1) => common += 1,
                    _ => rare += 1,
                },
                '\u{a0}'..='\u{24ff}'
                | '\u{2550}'..='\u{259f}'
                | '\u{3040}'..='\u{30ff}'
                | '\u{ac00}'..='\u{d7a3}'
                | '\u{e000}'..='\u{f8ff}'
                | '\u{ff61}'..='\u{ff9f}' => {
                    strange += usize::from(c.is_alphabetic() || c >= '\u{2550}');
                    let next = line.get(at + 1);
                    leads += usize::from(
                        matches!(c, 'ä'..='é')
                            && next.is_some_and(|c| matches!(c, '\u{80}'..='\u{bf}' | 'ä'..='é')),
                    );
                }
                _ => {}
            }
        }
        let some = lost + strange + rare > 0;
        let odd = strange + rare >= ODD && 2 * (strange + rare) > common;
        let rare = rare >= STRANGE && 2 * rare > common;
        Self {
            some,
            likely: lost > 0 || strange >= STRANGE || odd,
            certain: lost >= 2 || leads >= STRANGE || rare && strange + lost > 0,
        }
    }
}

/// A message as bytes, in the encodings that it may have been sent in.
#[derive(Debug)]
pub(crate) struct Form {
    utf8: Vec<u8>,
    gbk: Vec<u8>,
}

impl Form {
    /// The bytes of a message; `None` if it is ASCII, which no damage changes.
    pub(crate) fn new(message: &str) -> Option<Self> {
        if message.is_ascii() {
            return None;
        }
        let message = message.trim().replace(WILDCARD, "\0");
        let message = message.trim_matches('\0');
        let mut gbk_bytes = Vec::new();
        for c in message.chars() {
            let [first, second] = gbk().bytes(c)?.to_be_bytes();
            gbk_bytes.extend((first != 0).then_some(first));
            gbk_bytes.push(second);
        }
        Some(Self {
            utf8: message.as_bytes().to_vec(),
            gbk: gbk_bytes,
        })
    }
}

/// The encoding that a message was sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Utf8,
    Gbk,
}

/// A part of what is left of the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Byte(u8),
    /// A space, or the no-break space that it was.
    Space,
    /// A question mark, or bytes that were replaced by one.
    Question,
    /// Bytes that were replaced, by the program that displayed the text.
    Lost,
    /// Bytes that were replaced, by a program that read UTF-8.
    Replaced,
}

/// A line as what is left of its bytes, if it was displayed in one encoding.
#[derive(Debug)]
pub(crate) struct Remains {
    /// The items, each with the position of its character in the line.
    items: Vec<(Item, usize)>,
    /// Bytes that one replacement stands for at most.
    most: usize,
    /// True where bytes vanish without a sign: those of the controls of Latin-1.
    drops: bool,
    /// The pairs of bytes beyond ASCII that follow each other.
    pairs: Vec<[u8; 2]>,
    /// Items that are not ASCII.
    damaged: usize,
}

/// A stretch of a line that a message fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fit {
    /// First character of the stretch in the line.
    pub(crate) start: usize,
    /// One past its last character.
    pub(crate) end: usize,
    /// Bytes of the message that are left and equal.
    pub(crate) known: usize,
}

/// The bytes that are left of a line, for each encoding that it may have been displayed in.
pub(crate) fn remains(line: &[char]) -> Vec<Remains> {
    let line = &line[..line.len().min(LONGEST_LINE)];
    let of = |charset| Remains::new(line, charset);
    let mut all: Vec<Remains> = charsets().iter().filter_map(|c| of(Some(c))).collect();
    all.extend(of(None));
    all
}

impl Remains {
    /// The bytes that are left if the line was displayed in `charset`, or read as UTF-8; `None` if
    /// it was not.
    fn new(line: &[char], charset: Option<&Charset>) -> Option<Self> {
        let mut items = Vec::with_capacity(line.len() * 2);
        let (mut others, mut known) = (0, 0);
        for (at, &c) in line.iter().enumerate() {
            let before = items.len();
            match (c, charset) {
                (char::REPLACEMENT_CHARACTER, Some(_)) => items.push((Item::Lost, at)),
                (char::REPLACEMENT_CHARACTER, None) => items.push((Item::Replaced, at)),
                ('?', _) => items.push((Item::Question, at)),
                (' ', Some(charset)) if charset.space.is_some() => items.push((Item::Space, at)),
                (c, None) => {
                    let mut bytes = [0; 4];
                    let bytes = c.encode_utf8(&mut bytes).bytes();
                    items.extend(bytes.map(|byte| (Item::Byte(byte), at)));
                }
                (c, Some(charset)) => match charset.bytes(c).map(u16::to_be_bytes) {
                    Some([0, byte]) => items.push((Item::Byte(byte), at)),
                    Some(bytes) => items.extend(bytes.map(|byte| (Item::Byte(byte), at))),
                    None => {
                        others += 1;
                        items.push((Item::Lost, at));
                    }
                },
            }
            known += usize::from(!c.is_ascii() && items.len() > before);
        }
        if known == 0 || 4 * others > known {
            return None;
        }
        let items = replaced(items);
        let bytes = |item: &(Item, usize)| match item.0 {
            Item::Byte(byte @ 0x80..) => Some(byte),
            _ => None,
        };
        let pairs = items.windows(2);
        let pairs = pairs.filter_map(|w| Some([bytes(&w[0])?, bytes(&w[1])?]));
        let ascii = |item: &Item| match item {
            Item::Byte(byte) => byte.is_ascii(),
            Item::Space | Item::Question => true,
            _ => false,
        };
        let drops = charset.is_some_and(|c| std::ptr::eq(c, windows_1252()));
        let most = charset.map_or(3, |c| if c.has_pairs() { 2 } else { 1 });
        let mut pairs: Vec<[u8; 2]> = pairs.collect();
        pairs.sort_unstable();
        Some(Self {
            damaged: items.iter().filter(|i| !ascii(&i.0)).count(),
            pairs,
            most,
            drops,
            items,
        })
    }

    /// The stretch that a message fits best; `None` if it fits none, or too little of it is left to
    /// tell.
    pub(crate) fn fit(&self, form: &Form) -> Option<Fit> {
        let utf8 = self.fit_bytes(&form.utf8, Sent::Utf8);
        let gbk = self.fit_bytes(&form.gbk, Sent::Gbk);
        [utf8, gbk].into_iter().flatten().max_by_key(|f| f.known)
    }

    fn fit_bytes(&self, message: &[u8], sent: Sent) -> Option<Fit> {
        /// Bytes that are left and equal, as a share of those of the message: one in this many.
        /// Chosen.
        const SHARE: usize = 6;
        let beyond = message.iter().filter(|b| **b >= 0x80).count();
        let has = |pair: &&[u8]| self.pairs.binary_search(&[pair[0], pair[1]]).is_ok();
        if !message.windows(2).any(|pair| has(&pair)) {
            return None;
        }
        let (fit, covered) = Alignment::new(self, message, sent).best()?;
        let letters = message.iter().filter(|b| b.is_ascii_alphanumeric());
        let least = least_known(letters.count(), covered == self.damaged);
        let enough = fit.known >= least && SHARE * fit.known >= beyond;
        // Most of what is damaged in the line belongs to the message.
        (enough && 5 * covered >= 3 * self.damaged).then_some(fit)
    }
}

/// Bytes that are left and equal, at least, in a message with so many letters and digits of ASCII.
/// Fewer suffice where the message is all that is damaged in the line. Chosen: one 汉字 and a half,
/// or one beside a word.
fn least_known(letters: usize, whole: bool) -> usize {
    match (letters, whole) {
        (4.., true) => 2,
        (_, true) => 3,
        _ => 4,
    }
}

/// Takes the three bytes of a replacement in UTF-8, whole or cut off, for one: the text had lost
/// bytes before it was displayed.
fn replaced(items: Vec<(Item, usize)>) -> Vec<(Item, usize)> {
    const BYTES: [u8; 3] = [0xef, 0xbf, 0xbd];
    let mut out = Vec::with_capacity(items.len());
    let mut at = 0;
    while at < items.len() {
        let rest = &items[at..];
        let same = rest.iter().zip(BYTES);
        let len = same
            .take_while(|(i, byte)| i.0 == Item::Byte(*byte))
            .count();
        let lost = matches!(rest.get(len), Some((Item::Lost | Item::Question, _)));
        match len {
            3 => out.push((Item::Replaced, rest[0].1)),
            1 | 2 if lost => out.push((Item::Replaced, rest[0].1)),
            _ => {
                out.push(rest[0]);
                at += 1;
                continue;
            }
        }
        at += len + usize::from(len < 3);
    }
    out
}

/// The search for a message in what is left of a line: after each item, the best way to have read
/// so many bytes of the message.
struct Alignment<'a> {
    remains: &'a Remains,
    message: &'a [u8],
    sent: Sent,
    /// For each count of bytes that are read: equal bytes, and the item that the way began with.
    ways: Vec<Option<(usize, usize)>>,
}

impl<'a> Alignment<'a> {
    fn new(remains: &'a Remains, message: &'a [u8], sent: Sent) -> Self {
        Self {
            remains,
            message,
            sent,
            ways: vec![None; message.len() + 1],
        }
    }

    /// The best stretch for the whole message, with the count of its items that are not ASCII.
    fn best(mut self) -> Option<(Fit, usize)> {
        let items = &self.remains.items;
        let mut best: Option<(usize, usize, usize)> = None;
        for (at, (item, _)) in items.iter().enumerate() {
            self.ways[0] = Some((0, at));
            self.skip();
            self.step(*item);
            if let Some((known, start)) = self.end()
                && best.is_none_or(|best| best.0 <= known)
            {
                best = Some((known, start, at));
            }
        }
        let (known, first, last) = best?;
        let stretch = &items[first..=last];
        let ascii = |item: &Item| match item {
            Item::Byte(byte) => byte.is_ascii(),
            Item::Space | Item::Question => true,
            _ => false,
        };
        let covered = stretch.iter().filter(|i| !ascii(&i.0)).count();
        let fit = Fit {
            start: stretch[0].1,
            end: items[last].1 + 1,
            known,
        };
        Some((fit, covered))
    }

    /// The way to the end of the message, where bytes may have vanished.
    fn end(&mut self) -> Option<(usize, usize)> {
        let vanish = |byte: &u8| self.remains.drops && may_vanish(*byte);
        let tail = self.message.iter().rev().take_while(|b| vanish(b)).count();
        let ends = self.message.len() - tail..=self.message.len();
        ends.filter_map(|read| self.ways[read]).max()
    }

    /// Passes over variable parts that are empty, and bytes that vanish without a sign.
    fn skip(&mut self) {
        for read in 0..self.message.len() {
            let byte = self.message[read];
            if byte == WILD || self.remains.drops && may_vanish(byte) {
                self.ways[read + 1] = self.ways[read + 1].max(self.ways[read]);
            }
        }
    }

    /// Reads an item.
    fn step(&mut self, item: Item) {
        let mut next = vec![None; self.ways.len()];
        for read in 0..self.message.len() {
            let Some((known, start)) = self.ways[read] else {
                continue;
            };
            let byte = self.message[read];
            let mut go = |count: usize, gain: usize| {
                let way = &mut next[read + count];
                *way = (*way).max(Some((known + gain, start)));
            };
            if byte == WILD {
                go(0, 0);
                continue;
            }
            match item {
                Item::Byte(b) if b == byte => go(1, usize::from(b >= 0x80)),
                Item::Byte(b) if b.eq_ignore_ascii_case(&byte) => go(1, 0),
                Item::Space if matches!(byte, b' ' | 0xa0) => go(1, 0),
                Item::Question if byte == b'?' => go(1, 0),
                Item::Lost | Item::Replaced | Item::Question => {
                    (1..=self.lost(item, read)).for_each(|count| go(count, 0));
                }
                _ => {}
            }
        }
        self.ways = next;
    }

    /// Bytes of the message that a replacement may stand for at most, from `read` on.
    fn lost(&self, item: Item, read: usize) -> usize {
        let rest = &self.message[read..];
        let high = rest.iter().take(3).take_while(|b| **b >= 0x80).count();
        let most = match (item, self.sent, rest) {
            // A decoder of UTF-8 replaces what begins a character together (Unicode, section 3.9).
            (Item::Replaced, Sent::Gbk, [0xe0..=0xef, 0x80..=0xbf, ..]) => 2,
            (Item::Replaced, Sent::Gbk, [0xf0..=0xf4, 0x80..=0xbf, 0x80..=0xbf, ..]) => 3,
            (Item::Replaced, Sent::Gbk, [0xf0..=0xf4, 0x80..=0xbf, ..]) => 2,
            (Item::Replaced, Sent::Gbk, _) => 1,
            (Item::Replaced, Sent::Utf8, _) => 3,
            _ => self.remains.most,
        };
        most.min(high)
    }
}

/// True for bytes that programs drop without a sign: the controls of Latin-1, the no-break space and
/// the soft hyphen.
fn may_vanish(byte: u8) -> bool {
    matches!(byte, 0x80..=0x9f | 0xa0 | 0xad)
}
