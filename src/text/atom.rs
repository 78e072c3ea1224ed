//! The units that alignment compares: a 汉字, a Latin word or number, a part that varies.
//!
//! A Latin word is one unit, so that two identifiers that only end in the same letters do not
//! align.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::joined::joint;
use super::look_alike::fold;
use super::mask::{Marks, VariableKind};
use super::scan::{WILDCARD, is_cjk, starts_with};

/// Kind of an [`Atom`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtomKind {
    /// One 汉字.
    Cjk,
    /// A run of letters and digits.
    Word,
    /// A run inside an error code.
    Code,
    /// A number of one to four digits.
    Number,
    /// A part that varies, or a template's `<*>`.
    Variable,
}

/// Weight of a 汉字: the unit of all weights.
const CJK: f32 = 1.0;
/// Weight of a character of a Latin word. Chosen: a word of five letters says as much as a Chinese
/// word of two characters.
const LATIN: f32 = 0.4;
/// Weight of a character of an error code. Chosen: a code names its error, so it weighs more than
/// twice as much as a word of its length.
const CODE: f32 = 0.9;
/// Characters of a word that count. Chosen: a long identifier is one clue, not many.
const COUNTED: usize = 12;
/// Longest number that is compared as a [`Number`](AtomKind::Number). Longer ones are variables in
/// [`Marks`].
const NUMBER: usize = 4;

/// A unit of alignment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Atom {
    /// First character, as its position in the normalised text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Equal for atoms that look alike (`0` and `o`, `1` and `l`, `5` and `s`); 0 for a variable.
    pub key: u64,
    /// Its kind.
    pub kind: AtomKind,
    /// Worth of a match: 1 for a 汉字, 0.4 a character of a Latin word, 0.9 a character of a code, at
    /// most 12 characters of either; 0 for a variable.
    pub weight: f32,
}

/// The atoms of normalised characters, in the order of the text; punctuation has none.
///
/// `marks` are those of the same characters.
pub fn atoms(chars: &[char], marks: &Marks) -> Vec<Atom> {
    let mut atoms = Vec::with_capacity(chars.len());
    let mut variables = marks
        .variables
        .iter()
        .filter(|v| v.kind != VariableKind::Number)
        .peekable();
    let mut codes = marks.codes.iter().peekable();
    let mut i = 0;
    while i < chars.len() {
        while variables.next_if(|v| v.range.end <= i).is_some() {}
        while codes.next_if(|c| c.end <= i).is_some() {}
        if let Some(v) = variables.next_if(|v| v.range.start <= i) {
            atoms.push(variable(i, v.range.end));
            i = v.range.end;
        } else if starts_with(&chars[i..], WILDCARD) {
            // Three ASCII characters.
            let end = i + WILDCARD.len();
            atoms.push(variable(i, end));
            i = end;
        } else if is_cjk(chars[i]) {
            atoms.push(Atom {
                start: i as u32,
                end: i as u32 + 1,
                key: u64::from(u32::from(chars[i])),
                kind: AtomKind::Cjk,
                weight: CJK,
            });
            i += 1;
        } else if chars[i].is_alphanumeric() {
            let limit = variables.peek().map_or(chars.len(), |v| v.range.start);
            let mut end = i + 1;
            while end < limit && chars[end].is_alphanumeric() && !is_cjk(chars[end]) {
                end += 1;
            }
            let code = codes.peek().is_some_and(|c| c.start <= i);
            if !code && let Some(joint) = joint(&chars[i..end]) {
                end = i + joint;
            }
            atoms.push(word(chars, i, end, code));
            i = end;
        } else {
            i += 1;
        }
    }
    atoms
}

fn variable(start: usize, end: usize) -> Atom {
    Atom {
        start: start as u32,
        end: end as u32,
        key: 0,
        kind: AtomKind::Variable,
        weight: 0.0,
    }
}

fn word(chars: &[char], start: usize, end: usize, code: bool) -> Atom {
    let text = &chars[start..end];
    let mut hasher = FxHasher::default();
    for c in fold(text) {
        hasher.write_u32(u32::from(c));
    }
    let number = text.len() <= NUMBER && text.iter().all(char::is_ascii_digit);
    let kind = match (number, code) {
        (true, _) => AtomKind::Number,
        (false, true) => AtomKind::Code,
        (false, false) => AtomKind::Word,
    };
    let each = if code { CODE } else { LATIN };
    Atom {
        start: start as u32,
        end: end as u32,
        // The bit sets words apart from 汉字, whose keys are their scalar values.
        key: hasher.finish() | 1 << 63,
        kind,
        weight: each * text.len().min(COUNTED) as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(String, AtomKind)> {
        let chars: Vec<char> = text.chars().collect();
        atoms(&chars, &Marks::find(&chars))
            .iter()
            .map(|a| {
                (
                    chars[a.start as usize..a.end as usize].iter().collect(),
                    a.kind,
                )
            })
            .collect()
    }

    #[test]
    fn a_text_falls_into_its_units() {
        use AtomKind::*;
        let want = [
            ("运", Cjk),
            ("单", Cjk),
            ("773251900846612", Variable),
            ("cd08", Code),
            ("tid", Word),
            ("500", Number),
            ("<*>", Variable),
        ];
        let want: Vec<_> = want.iter().map(|(t, k)| ((*t).to_owned(), *k)).collect();
        assert_eq!(kinds("运单773251900846612 #cd08 tid 500 <*>"), want);
    }

    #[test]
    fn look_alikes_are_one() {
        let key = |t: &str| {
            let chars: Vec<char> = t.chars().collect();
            atoms(&chars, &Marks::default())[0].key
        };
        assert_eq!(key("invalid"), key("inva1id"));
        assert_eq!(key("number"), key("nurnber"));
        assert_ne!(key("invalid"), key("valid"));
    }
}
