//! Turns a sent text into characters for matching, each with its place in the sent text.
//!
//! Encodings are undone (`decode`), then every character is folded: compatibility forms and widths
//! (Unicode's NFKC, UAX #15), case, traditional to simplified, punctuation, white space. Texts that
//! look the same to a reader get the same characters. Nothing is segmented or masked here. White
//! space between two 汉字 stays: without words an OCR gap cannot be told from a real one.

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::decode::{decode, marks_encoding, unescaped};
use super::normalized::Normalized;
use super::simplified::{FIRST_HANZI, LAST_HANZI, SIMPLIFIED, simplified_by};

/// Most rounds of decoding marked encodings. Chosen: real texts nest two or three encodings (JSON within JSON, a
/// percent sign encoded twice).
const ROUNDS: usize = 8;

impl Normalized {
    /// Decodes and folds a text of fewer than 2³² characters.
    ///
    /// Folding can reveal an encoding (`％２０`), and an encoding can contain another, so the two
    /// alternate until nothing is encoded. A text that is still encoded after eight rounds was made
    /// to cost time: from then on its characters that mark an encoding become white space. Dumps
    /// have no mark, and end because each is longer than its text by a third.
    pub fn new(raw: &str) -> Self {
        let mut text = Self::sent(raw);
        let mut rounds = 0;
        // Letters of both cases count in Base64, and folding makes them one.
        while rounds < ROUNDS
            && let Some(decoded) = decode(&text)
        {
            text = decoded;
            rounds += 1;
        }
        text = text.folded();
        while let Some(decoded) = decode(&text) {
            text = decoded.folded();
            rounds += 1;
            if rounds > ROUNDS {
                for c in text.chars.iter_mut().filter(|c| marks_encoding(**c)) {
                    *c = ' ';
                }
                text = text.folded();
            }
        }
        text
    }

    /// Undoes the escapes of a text, but not mojibake, and folds nothing.
    pub(crate) fn unescaped(raw: &str) -> Self {
        let mut text = Self::sent(raw);
        for _ in 0..ROUNDS {
            match unescaped(&text) {
                Some(plain) => text = plain,
                None => break,
            }
        }
        text
    }

    /// Folds segment by segment. A segment is a base with its marks, which NFKC must see together.
    fn folded(&self) -> Self {
        let table: &[u16] = &SIMPLIFIED;
        let mut out = self.head(0);
        let mut segment = Vec::new();
        let mut i = 0;
        while i < self.chars.len() {
            let end = self.segment_end(i);
            if end == i + 1
                && let Some(folded) = fold_alone(table, self.chars[i])
            {
                out.write(folded, self.from[i]);
            } else {
                segment.clear();
                segment.extend(
                    self.chars[i..end]
                        .iter()
                        .copied()
                        .filter(|c| !is_ignorable(*c)),
                );
                // The second composition is for pairs that compose only after lower-casing or
                // mapping.
                let lower = segment.iter().copied().nfkc().flat_map(char::to_lowercase);
                for c in lower.map(|c| fold_alone(table, c).unwrap_or(c)).nfc() {
                    out.write(c, self.origin(i..end));
                }
            }
            i = end;
        }
        if out.chars.last().is_some_and(|c| c.is_whitespace()) {
            out.chars.pop();
            out.from.pop();
        }
        out
    }

    /// One past the segment that begins at `start`.
    fn segment_end(&self, start: usize) -> usize {
        let rest = &self.chars[start + 1..];
        start
            + 1
            + rest
                .iter()
                .position(|&c| starts_segment(c))
                .unwrap_or(rest.len())
    }

    /// Appends a folded character: white space collapses, a line end winning over spaces.
    fn write(&mut self, c: char, from: (u32, u32)) {
        if is_ignorable(c) {
            return;
        }
        if !c.is_whitespace() {
            self.push(c, from);
            return;
        }
        let c = if is_line_end(c) { '\n' } else { ' ' };
        match (self.chars.last_mut(), self.from.last_mut()) {
            (Some(last @ (' ' | '\n')), Some(origin)) => {
                *last = (*last).min(c);
                origin.1 = from.1;
            }
            (Some(_), _) => self.push(c, from),
            (None, _) => {}
        }
    }
}

/// The folded form of a character that NFKC does not change, or whose NFKC form is in this table;
/// `None` for any other. `table` is [`SIMPLIFIED`].
fn fold_alone(table: &[u16], c: char) -> Option<char> {
    Some(match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        FIRST_HANZI..=LAST_HANZI => simplified_by(table, c),
        '！'..='～' => char::from((c as u32 - '！' as u32) as u8 + b'!').to_ascii_lowercase(),
        '。' => '.',
        '、' => ',',
        '“' | '”' | '„' | '‟' | '〝' | '〞' | '〟' | '「' | '」' | '『' | '』' | '″' => {
            '"'
        }
        '‘' | '’' | '‚' | '‛' | '′' => '\'',
        '【' | '〔' | '〖' | '〘' | '〚' => '[',
        '】' | '〕' | '〗' | '〙' | '〛' => ']',
        '《' | '〈' | '«' | '‹' | '⟨' | '⟪' => '<',
        '》' | '〉' | '»' | '›' | '⟩' | '⟫' => '>',
        '—' | '–' | '―' | '‐' | '‑' | '‒' | '−' => '-',
        '〜' | '∼' => '~',
        '∶' => ':',
        '⁄' | '∕' => '/',
        '•' | '・' | '⋅' | '∙' => '·',
        _ => return None,
    })
}

/// True if a segment may begin at `c`: no character before it composes or changes places with it
/// under NFKC.
fn starts_segment(c: char) -> bool {
    let begins = |c| {
        canonical_combining_class(c) == 0 && is_nfkc_quick([c].into_iter()) == IsNormalized::Yes
    };
    if matches!(c, '\n' | ' '..='~' | FIRST_HANZI..=LAST_HANZI | '、' | '。' | '！'..='～') {
        return true;
    }
    if is_ignorable(c) {
        return false;
    }
    let mut first = None;
    decompose_compatible(c, |part| {
        first.get_or_insert(part);
    });
    begins(c) || is_nfkc_quick([c].into_iter()) == IsNormalized::No && first.is_some_and(begins)
}

/// True for invisible characters: controls, joiners, direction marks, variation selectors.
fn is_ignorable(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => true,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => true,
        // Ornaments that NFKC expands to eighteen and eight letters; a text may not grow that much.
        '\u{fdfa}' | '\u{fdfb}' => true,
        _ => c.is_control() && !c.is_whitespace(),
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        Normalized::new(text).text()
    }

    #[test]
    fn characters_fold() {
        for (sent, folded) in [
            ("", ""),
            ("ＣＤ０８　Straße İ Σ", "cd08 straße i\u{307} σ"),
            ("無效的聯繫人，請檢查。", "无效的联系人,请检查."),
            (
                "【a】（b）《c》“d”‘e’、f：g—h…",
                "[a](b)<c>\"d\"'e',f:g-h...",
            ),
            ("①㎏ ﾊﾟ e\u{301} 金\u{f90a}", "1kg パ é 金金"),
            ("无\u{200b}效\u{feff}\0\u{ad}的☎\u{fe0f}", "无效的☎"),
            ("a\u{200b}\u{301}", "á"),
            (" \t a \u{a0}\u{3000} b  ", "a b"),
            ("a \r\n\n b\u{2028}c\n", "a\nb\nc"),
            ("无 效 的", "无 效 的"),
            ("J\u{30c} 《\u{338} ´", "ǰ ≮ \u{301}"),
        ] {
            assert_eq!(normal(sent), folded);
        }
    }

    #[test]
    fn encodings_nest() {
        for (sent, plain) in [
            ("&amp;amp;amp;lt;", "<"),
            ("％２０a", "a"),
            ("%25%32%30a%2520b", "%%32%30a b"),
            (r"\\u0026#26080;", "无"),
            (r"\u00e6\u2014\u00a0\u00e6\u2022\u02c6", "无效"),
            ("＆ＬＴ；", "<"),
        ] {
            assert_eq!(normal(sent), plain);
        }
    }

    #[test]
    fn what_nests_without_end_is_blanked() {
        for sent in [
            format!("％{}", "ef%bc%85".repeat(100)),
            format!("&{}", "amp;".repeat(100)),
        ] {
            let once = normal(&sent);
            assert!(!once.contains(['%', '&']), "{once}");
            assert_eq!(normal(&once), once);
        }
    }

    #[test]
    fn ranges_lead_back_to_the_sent_text() {
        for (sent, part, source) in [
            (r#""msg":"\u65e0\u6548""#, "无效", r"\u65e0\u6548"),
            ("  ＣＤ０８：x", "cd08", "ＣＤ０８"),
            ("a \r\n b", "\n", " \r\n "),
            ("无\u{200b}效", "无效", "无\u{200b}效"),
            ("5㎏", "g", "㎏"),
            ("e\u{301}x", "é", "e\u{301}"),
            ("错误:鏃犳晥 x", "无效", "鏃犳晥"),
            ("%25E6%2597%25A0!", "无", "%25E6%2597%25A0"),
        ] {
            let text = Normalized::new(sent);
            let part: Vec<char> = part.chars().collect();
            let at = text
                .chars()
                .windows(part.len())
                .position(|w| w == part)
                .expect("the part is there");
            let range = text.source(at..at + part.len());
            let found: String = sent.chars().skip(range.start).take(range.len()).collect();
            assert_eq!(found, source);
        }
    }

    #[test]
    fn an_empty_range_has_a_place() {
        let text = Normalized::new(" ab ");
        assert_eq!(
            (text.source(0..0), text.source(1..1), text.source(2..2)),
            (1..1, 2..2, 3..3)
        );
        assert_eq!(Normalized::new("").source(0..0), 0..0);
    }

    /// Pieces that encodings and folding are made of, so that random texts are full of them.
    fn soup() -> impl Strategy<Value = String> {
        const PIECES: &[&str] = &[
            "&",
            "＆",
            "amp;",
            "lt;",
            "#38;",
            "#x25;",
            "；",
            "%",
            "％",
            "﹪",
            "25",
            "２５",
            "26",
            "5c",
            "e6",
            "97",
            "A0",
            "ef%bc%85",
            "\\",
            "＼",
            "%5c",
            "u",
            "Ｕ",
            "n",
            "\\u005c",
            "65e0",
            "d83d",
            "\\ude00",
            "\\ud83d",
            "x26",
            "鏃",
            "犳",
            "晥",
            "澶辫触",
            "?",
            "�",
            "€",
            "æ",
            "—",
            "•",
            "ˆ",
            " ",
            "\u{a0}",
            "ÎÞ",
            "Ð§",
            "µÄ",
            "Æ",
            "·",
            "\u{200b}",
            "\0",
            "\u{301}",
            "\u{338}",
            "\u{30c}",
            "´",
            "J",
            "İ",
            "《",
            "<",
            "ﾊ",
            "ﾞ",
            "ﷺ",
            "㌖",
            "無",
            "薴",
            "效",
            "\n",
            "\r",
            "\u{2028}",
            "…",
            "①",
            "가",
            "\u{11a8}",
        ];
        let piece = prop_oneof![9 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    fn check(sent: &str) -> Result<(), TestCaseError> {
        let text = Normalized::new(sent);
        let len = sent.chars().count();
        prop_assert!(
            text.chars().len() <= 6 * len,
            "six letters of one sign (㌖) are the most"
        );
        for i in 0..text.chars().len() {
            let source = text.source(i..i + 1);
            prop_assert!(!source.is_empty() && source.end <= len);
            if i > 0 {
                let before = text.source(i - 1..i);
                prop_assert!(before.start <= source.start && before.end <= source.end);
                prop_assert_eq!(text.source(i - 1..i + 1), before.start..source.end);
            }
        }
        prop_assert_eq!(Normalized::new(&text.text()).text(), text.text());
        Ok(())
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_map_and_is_normal_once_normalised(sent in any::<String>()) {
            check(&sent)?;
        }

        #[test]
        fn so_does_any_soup_of_encodings(sent in soup()) {
            check(&sent)?;
        }

        #[test]
        fn encoded_text_is_the_text(text in "[a-z一-龥！-～é 😀]{0,20}") {
            let json: String = text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect();
            let percent: String = text.chars().map(|c| {
                if c.is_ascii() { return c.to_string() }
                c.encode_utf8(&mut [0; 4]).bytes().map(|b| format!("%{b:02X}")).collect()
            }).collect();
            let html: String = text.chars().map(|c| format!("&#{};", c as u32)).collect();
            for encoded in [json, percent, html] {
                prop_assert_eq!(normal(&encoded), normal(&text));
            }
        }
    }
}
