//! A text as it was sent to characters fit for matching, with the way back.
//!
//! Encodings are undone (`decode`), then every character is folded: compatibility forms and widths
//! (NFKC), case, traditional to simplified, punctuation, white space. Two texts that a reader takes
//! for the same have the same characters; nothing is segmented, masked or understood here, and
//! white space between two 汉字 stays, because only a reader of words can tell an OCR gap.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::decode::{decode, marks_encoding};

/// Normalised characters, each with the range of characters of the sent text that it came from.
///
/// Normalising the [`text`](Self::text) once more changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normalized {
    chars: Vec<char>,
    /// Half-open ranges of Unicode scalar values. Neither their starts nor their ends ever decrease;
    /// neighbours may overlap, as the two letters of `㎏` do.
    from: Vec<(u32, u32)>,
}

/// How often what was decoded is looked through for further encodings. Real texts nest two or three
/// deep (JSON within JSON, a percent sign encoded twice).
const ROUNDS: usize = 8;

impl Normalized {
    /// Decodes and folds a text of fewer than 2³² characters.
    ///
    /// Folding can bring out an encoding (`％２０`), and an encoding can hide another, so the two
    /// alternate until nothing is encoded. What is still encoded after eight rounds was nested to
    /// keep us busy: the characters that mark an encoding then become white space, which ends it.
    pub fn new(raw: &str) -> Self {
        let sent = Self::sent(raw);
        let mut text = decode(&sent).as_ref().unwrap_or(&sent).folded();
        for _ in 0..ROUNDS {
            match decode(&text) {
                Some(decoded) => text = decoded.folded(),
                None => return text,
            }
        }
        for c in text.chars.iter_mut().filter(|c| marks_encoding(**c)) {
            *c = ' ';
        }
        text.folded()
    }

    /// The characters.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The characters as a string.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The Unicode scalar values of the sent text that a range of [`chars`](Self::chars) came from.
    ///
    /// Never empty unless `range` is; an empty range gives the place where it stands.
    ///
    /// # Panics
    ///
    /// If the range does not lie within the characters.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        let (start, end) = match self.from[range.clone()] {
            [first, .., last] => (first.0, last.1),
            [only] => only,
            [] => {
                let at = match self.from.get(range.start) {
                    Some(next) => next.0,
                    None => self.from.last().map_or(0, |last| last.1),
                };
                (at, at)
            }
        };
        start as usize..end as usize
    }

    pub(super) fn sent(raw: &str) -> Self {
        let chars: Vec<char> = raw.chars().collect();
        let from = (0..chars.len() as u32).map(|i| (i, i + 1)).collect();
        Self { chars, from }
    }

    /// The first `len` characters, with room for as many as there are.
    pub(super) fn head(&self, len: usize) -> Self {
        let mut head = Self { chars: Vec::with_capacity(self.chars.len()), from: Vec::with_capacity(self.from.len()) };
        head.chars.extend_from_slice(&self.chars[..len]);
        head.from.extend_from_slice(&self.from[..len]);
        head
    }

    /// Where a non-empty range came from.
    pub(super) fn origin(&self, range: Range<usize>) -> (u32, u32) {
        (self.from[range.start].0, self.from[range.end - 1].1)
    }

    /// Appends a character.
    pub(super) fn push(&mut self, c: char, from: (u32, u32)) {
        self.chars.push(c);
        self.from.push(from);
    }

    /// Folds segment by segment; a segment is what NFKC has to see at once, a base with its marks.
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
                segment.extend(self.chars[i..end].iter().copied().filter(|c| !is_ignorable(*c)));
                // The second composition is for what only lower case or a mapped sign composes.
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

    fn segment_end(&self, start: usize) -> usize {
        let rest = &self.chars[start + 1..];
        start + 1 + rest.iter().position(|&c| starts_segment(c)).unwrap_or(rest.len())
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

/// The folded form of a character that needs nothing of NFKC, or whose NFKC is known here.
fn fold_alone(simplified: &[u16], c: char) -> Option<char> {
    Some(match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        FIRST_HANZI..=LAST_HANZI => {
            let to = simplified[c as usize - FIRST_HANZI as usize];
            char::from_u32(to.into()).expect("the table holds 汉字")
        }
        '！'..='～' => char::from((c as u32 - '！' as u32) as u8 + b'!').to_ascii_lowercase(),
        '。' => '.',
        '、' => ',',
        '“' | '”' | '„' | '‟' | '〝' | '〞' | '〟' | '「' | '」' | '『' | '』' | '″' => '"',
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

/// True where NFKC may cut: nothing before `c` can compose with it or change places with it.
fn starts_segment(c: char) -> bool {
    let begins = |c| canonical_combining_class(c) == 0 && is_nfkc_quick([c].into_iter()) == IsNormalized::Yes;
    if matches!(c, ' '..='~' | FIRST_HANZI..=LAST_HANZI | '、' | '。' | '！'..='～') {
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

/// True for what leaves no mark on paper: controls, joiners, direction marks, variation selectors.
fn is_ignorable(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => true,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => true,
        // Ornaments, of which NFKC makes eighteen and eight letters: no text may grow so.
        '\u{fdfa}' | '\u{fdfb}' => true,
        _ => c.is_control() && !c.is_whitespace(),
    }
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The block of the unified 汉字, beyond which no simplification concerns us.
const FIRST_HANZI: char = '\u{4e00}';
const LAST_HANZI: char = '\u{9fff}';

/// OpenCC's traditional to simplified, character by character: two characters a line. Phrases
/// (乾坤 stays traditional) are left aside, since what counts is that equal words stay equal.
const TRADITIONAL: &str = include_str!("traditional.txt");

/// What each 汉字 from [`FIRST_HANZI`] on becomes.
static SIMPLIFIED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table: Vec<u16> = (FIRST_HANZI as u16..=LAST_HANZI as u16).collect();
    for pair in TRADITIONAL.lines() {
        let mut chars = pair.chars().map(|c| c as usize);
        if let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            table[from - FIRST_HANZI as usize] = to as u16;
        }
    }
    table
});

/// The simplified form of a character, itself if it has none.
pub(super) fn simplified(c: char) -> char {
    match c {
        FIRST_HANZI..=LAST_HANZI => fold_alone(&SIMPLIFIED, c).unwrap_or(c),
        _ => c,
    }
}
