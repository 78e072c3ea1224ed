//! Encodings in which bytes are displayed by mistake: the bytes of each character.

use std::sync::LazyLock;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GBK, IBM866, ISO_8859_15, KOI8_R, MACINTOSH, SHIFT_JIS, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252,
};

/// Characters of the bytes 0x80 to 0xff on the consoles of DOS and Windows in the United States.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
                     └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
/// The same in Western Europe.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
                     └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// An encoding that texts are displayed in by mistake.
#[derive(Debug)]
pub(in crate::text) struct Charset {
    /// The bytes of each character from U+0000 to U+FFFF, 0 where it has none or only one. Empty
    /// where no character has two.
    pairs: Vec<u16>,
    /// Characters of one byte from 0x80 on, ascending.
    singles: Vec<(char, u8)>,
    /// The byte of the no-break space, which many programs turn into a space.
    pub(in crate::text) space: Option<u8>,
    /// True where the bytes 0xb0 to 0xdf draw boxes.
    pub(in crate::text) boxes: bool,
}

impl Charset {
    /// The bytes of a character, the first one 0 if there is only one; `None` if it has none.
    pub(in crate::text) fn bytes(&self, c: char) -> Option<u16> {
        if c.is_ascii() {
            return Some(c as u16);
        }
        match self.pairs.get(c as usize) {
            Some(pair @ 1..) => Some(*pair),
            _ => {
                let at = self.singles.binary_search_by_key(&c, |s| s.0).ok()?;
                Some(self.singles[at].1.into())
            }
        }
    }

    /// True if some of its characters have two bytes.
    pub(in crate::text) fn has_pairs(&self) -> bool {
        !self.pairs.is_empty()
    }

    fn of_singles(chars: impl Iterator<Item = (char, u8)>, boxes: bool) -> Self {
        let mut singles: Vec<(char, u8)> = chars.collect();
        singles.sort_unstable();
        Self {
            pairs: Vec::new(),
            space: singles.iter().find(|s| s.0 == '\u{a0}').map(|s| s.1),
            singles,
            boxes,
        }
    }

    /// An encoding of one byte a character. Bytes that it does not use are the controls from
    /// U+0080 on, as browsers read them.
    fn of_bytes(encoding: &'static Encoding, boxes: bool) -> Self {
        let chars = (0x80..=0xff_u8).filter_map(|byte| Some((decoded(encoding, &[byte])?, byte)));
        let controls = (0x80..=0x9f).map(|byte| (char::from(byte), byte));
        Self::of_singles(chars.chain(controls), boxes)
    }

    /// A console's encoding, from its characters of the bytes 0x80 to 0xff.
    fn of_console(chars: &str) -> Self {
        Self::of_singles(chars.chars().zip(0x80..=0xff), true)
    }

    /// An encoding of one and two bytes a character.
    fn of_pairs(encoding: &'static Encoding) -> Self {
        let mut pairs = vec![0; 0x1_0000];
        // The standard's own part comes first: extensions repeat some of its characters.
        for first in (0xa1..=0xfe_u8).chain(0x81..=0xa0) {
            for second in 0x40..=0xfe_u8 {
                if encoding == BIG5 && is_private([first, second]) {
                    continue;
                }
                // GBK has the full-width space twice; the first one is in use.
                if let Some(c) = decoded(encoding, &[first, second])
                    && let Some(bytes @ 0) = pairs.get_mut(c as usize)
                {
                    *bytes = u16::from_be_bytes([first, second]);
                }
            }
        }
        let chars = (0x80..=0xff_u8).filter_map(|byte| Some((decoded(encoding, &[byte])?, byte)));
        let mut charset = Self::of_singles(chars, false);
        charset.pairs = pairs;
        charset.space = None;
        charset
    }
}

/// True for the part of Big5 that is for private use: vendors fill it differently.
fn is_private(bytes: [u8; 2]) -> bool {
    matches!(bytes, [0xc6, 0xa1..=0xff] | [0xc7 | 0xc8, _])
}

/// Encodings in which UTF-8 and GBK are displayed by mistake, the commonest first. Others differ
/// little from one of these (Windows-1254 from 1252), or lose most bytes.
static CHARSETS: LazyLock<[Charset; 13]> = LazyLock::new(|| {
    [
        gbk_charset(),
        Charset::of_bytes(WINDOWS_1252, false),
        Charset::of_console(CP437),
        Charset::of_console(CP850),
        Charset::of_bytes(WINDOWS_1251, false),
        Charset::of_bytes(IBM866, true),
        Charset::of_bytes(KOI8_R, false),
        Charset::of_bytes(WINDOWS_1250, false),
        Charset::of_bytes(MACINTOSH, false),
        Charset::of_pairs(BIG5),
        Charset::of_pairs(SHIFT_JIS),
        Charset::of_pairs(EUC_KR),
        Charset::of_bytes(ISO_8859_15, false),
    ]
});

/// A table of our own: the encoder of `encoding_rs` is built for size, and every 汉字 is looked up
/// here.
fn gbk_charset() -> Charset {
    let mut charset = Charset::of_pairs(GBK);
    // As Windows writes it.
    charset.pairs['€' as usize] = 0;
    charset
}

/// All encodings in which texts are displayed by mistake.
pub(in crate::text) fn charsets() -> &'static [Charset] {
    &*CHARSETS
}

/// GBK.
pub(in crate::text) fn gbk() -> &'static Charset {
    &CHARSETS[0]
}

/// Windows-1252, with the controls of Latin-1 in the place of bytes that it does not use.
pub(in crate::text) fn windows_1252() -> &'static Charset {
    &CHARSETS[1]
}

/// Level of a 汉字 in GB 2312: 1 for the 3,755 that make up nearly all running text, 2 for the other
/// 3,008.
pub(in crate::text) fn level(c: char) -> Option<u8> {
    match gbk().bytes(c)?.to_be_bytes() {
        [0xb0..=0xd7, 0xa1..=0xfe] => Some(1),
        [0xd8..=0xf7, 0xa1..=0xfe] => Some(2),
        _ => None,
    }
}

/// The character of two bytes of GBK; `None` if they are none, or one of the private use area.
pub(in crate::text) fn gbk_char(bytes: [u8; 2]) -> Option<char> {
    decoded(GBK, &bytes).filter(|c| !matches!(c, '\u{e000}'..='\u{f8ff}'))
}

/// The one character of bytes in an encoding; `None` if they are none or several.
fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Option<char> {
    let text = encoding.decode_without_bom_handling(bytes).0;
    let mut chars = text.chars();
    let c = chars.next().filter(|c| *c != char::REPLACEMENT_CHARACTER)?;
    chars.next().is_none().then_some(c)
}

/// True for characters that mojibake may begin with: the first bytes of 汉字 and their punctuation
/// in UTF-8 or GBK, read in one of the [encodings](charsets). The 汉字 among them are some rare ones,
/// so normal Chinese is not slowed down.
pub(in crate::text) fn marks_mojibake(c: char) -> bool {
    !c.is_ascii() && MARKS.get(c as usize).copied().unwrap_or(false)
}

/// [`marks_mojibake`] of each character from U+0000 to U+FFFF.
static MARKS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut marks = vec![false; 0x1_0000];
    for charset in charsets() {
        for (code, pair) in charset.pairs.iter().enumerate() {
            marks[code] |= begins_utf8(pair.to_be_bytes());
        }
        for (c, byte) in &charset.singles {
            marks[*c as usize] |=
                begins_utf8([0, *byte]) || !charset.has_pairs() && begins_gbk(*byte);
        }
    }
    marks
});

/// True if bytes of a character, the first one 0 if there is only one, may begin 汉字 in UTF-8.
/// The pairs beside 汉字: quotation marks, dashes, 、。【】, and the full-width forms.
pub(in crate::text) fn begins_utf8(bytes: [u8; 2]) -> bool {
    matches!(
        bytes,
        [0xe4..=0xe9, 0x80..=0xbf] | [0xe2 | 0xe3, 0x80] | [0xef, 0xbc | 0xbd]
    ) || matches!(bytes, [0, 0xe2..=0xe9 | 0xef])
}

/// True if a byte may begin 汉字 of level 1 or punctuation in GBK.
pub(in crate::text) fn begins_gbk(byte: u8) -> bool {
    matches!(byte, 0xa1 | 0xa3 | 0xb0..=0xd7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gbk_is_whole() {
        let two_bytes = gbk().pairs.iter().filter(|b| **b != 0).count();
        assert_eq!(
            two_bytes,
            126 * 190 - 2,
            "all pairs but the second full-width space and the euro sign's"
        );
        assert_eq!(gbk().bytes('€'), Some(0x80));
        assert_eq!(gbk().bytes('一'), Some(0xd2bb));
        assert_eq!(gbk().bytes('a'), Some(0x61));
    }

    #[test]
    fn everyday_characters_mark_nothing() {
        let everyday = ('\u{4e00}'..='\u{9fff}').filter(|c| level(*c) == Some(1));
        let marks = everyday.filter(|c| marks_mojibake(*c)).count();
        assert!(marks < 130, "{marks}");
    }

    #[test]
    fn consoles_have_a_character_for_each_byte() {
        for chars in [CP437, CP850] {
            assert_eq!(chars.chars().count(), 128);
        }
        assert_eq!(charsets()[2].bytes('σ'), Some(0xe5));
        assert_eq!(charsets()[2].space, Some(0xff));
        assert_eq!(windows_1252().bytes('\u{81}'), Some(0x81));
        assert_eq!(windows_1252().bytes('€'), Some(0x80));
    }
}
