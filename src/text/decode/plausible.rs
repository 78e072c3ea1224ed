//! Judges whether decoded characters are a Chinese text: bytes that were none decode to anything.

use super::charset::level;
use crate::text::simplified::simplified;

/// Counts of decoded characters by how likely a Chinese text has them.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Plausible {
    /// 汉字 of level 1.
    pub(super) common: usize,
    /// 汉字 of level 2, and places where bytes were lost.
    pub(super) doubtful: usize,
}

impl Plausible {
    /// Counts a character; `None` if it is implausible in a Chinese text.
    pub(super) fn see(&mut self, c: char) -> Option<()> {
        match (c, level(simplified(c))) {
            (_, Some(1)) => self.common += 1,
            (char::REPLACEMENT_CHARACTER, _) | (_, Some(_)) => self.doubtful += 1,
            (
                ' '..='~'
                | '\u{2010}'..='\u{2027}'
                | '\u{3000}'..='\u{3017}'
                | '！'..='～'
                | '¥'
                | '·'
                | '×',
                _,
            ) => {}
            _ => return None,
        }
        Some(())
    }

    /// True with `least` common 汉字 or more, and no more doubtful ones than common ones.
    pub(super) fn holds(&self, least: usize) -> bool {
        self.common >= least && self.doubtful <= self.common
    }

    /// The counts of a whole text; `None` if one of its characters is implausible. Line ends and
    /// tabs are taken for spaces.
    pub(super) fn of(chars: impl Iterator<Item = char>) -> Option<Self> {
        let mut counts = Self::default();
        for c in chars {
            counts.see(if matches!(c, '\t' | '\n' | '\r') {
                ' '
            } else {
                c
            })?;
        }
        Some(counts)
    }
}
