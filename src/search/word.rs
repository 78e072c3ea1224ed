//! A typed word and its match in a line: in letters, as the pinyin of the line's 汉字, or in pieces.

use std::ops::Range;

use super::catalog::LineView;
use super::fold::{SPACE, is_hanzi, occurrences, signature};
use crate::text::pinyin::Spelling;

/// Weight of a 汉字 word in the middle of a line, beside one at its beginning. This and the weights
/// below: chosen.
pub(super) const INSIDE: f32 = 0.96;
/// Weight of a Latin word that begins as typed, beside one that is typed to its end.
const BEGUN: f32 = 0.9;
/// Weight of a Latin word that holds what was typed somewhere inside.
const WITHIN: f32 = 0.6;
/// Weight of the pieces of a word, times their share of it.
const PIECES: f32 = 0.6;
/// Least 汉字 of a word that has pieces.
const PIECED: usize = 3;

/// A word of a typed text.
#[derive(Debug)]
pub(super) struct Word {
    units: Vec<u16>,
    signature: u64,
    spelling: Option<Spelling>,
    hanzi: bool,
    /// Its weight in the text.
    pub(super) weight: f32,
    /// Its number in the engine's lexicon of words.
    pub(super) id: Option<u32>,
    /// The platform that it names, as a position in the vocabulary.
    pub(super) platform: Option<usize>,
}

/// The places of a word in a line.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Among the units, in no order.
    pub(super) ranges: Vec<Range<usize>>,
    /// True if its letters are the pinyin of the 汉字 there.
    pub(super) spelled: bool,
}

impl Word {
    pub(super) fn new(
        units: Vec<u16>,
        weight: f32,
        id: Option<u32>,
        platform: Option<usize>,
    ) -> Self {
        Self {
            signature: signature(&units),
            spelling: Spelling::new(&units),
            hanzi: units.iter().any(|u| is_hanzi(*u)),
            units,
            weight,
            id,
            platform,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    /// True for a syllable or a 汉字 that may stand apart from its word.
    pub(super) fn may_be_part(&self) -> bool {
        if self.hanzi {
            self.units.len() == 1
        } else {
            self.units.iter().all(|u| (0x61..=0x7a).contains(u))
        }
    }

    /// True if it may stand in a line of this signature whose 汉字 have these initials: in letters, as
    /// pinyin, or in pieces. False only where [`quality`](Self::quality) is 0.
    pub(super) fn may_stand(&self, signature: u64, initials: u32) -> bool {
        let shared = self.signature & signature;
        let spelled = |spelling: &Spelling| spelling.needs & !initials == 0;
        shared == self.signature
            || self.spelling.as_ref().is_some_and(spelled)
            || (self.has_pieces() && shared.count_ones() > 1)
    }

    /// The quality of its match in a line, 0 to 1.
    pub(super) fn quality(&self, line: &LineView<'_>) -> f32 {
        let mut quality = 0.0_f32;
        if self.signature & !line.signature == 0 {
            quality = self.typed(line.units).map(|t| t.1).fold(0.0, f32::max);
        }
        if let (0.0, Some(spelling)) = (quality, &self.spelling)
            && spelling.needs & !line.initials == 0
        {
            let hanzi = spelling.find(line.units).map(|range| range.len());
            return hanzi.map_or(0.0, |n| spelling.quality(n));
        }
        if quality == 0.0 && self.has_pieces() && (self.signature & line.signature).count_ones() > 1
        {
            let mut covered = 0;
            self.pieces(line.units, |range| covered += range.len());
            quality = PIECES * covered as f32 / self.units.len() as f32;
        }
        quality
    }

    /// Its places in a line.
    pub(super) fn places(&self, units: &[u16]) -> Places {
        let mut places = Places {
            ranges: self.typed(units).map(|t| t.0).collect(),
            spelled: false,
        };
        if !places.ranges.is_empty() {
            return places;
        }
        if let Some(range) = self.spelling.as_ref().and_then(|s| s.find(units)) {
            places.ranges.push(range);
            places.spelled = true;
        } else if self.has_pieces() {
            self.pieces(units, |range| places.ranges.push(range));
        }
        places
    }

    /// The ranges where its letters stand, each with its quality.
    fn typed<'a>(&'a self, units: &'a [u16]) -> impl Iterator<Item = (Range<usize>, f32)> + 'a {
        occurrences(units, &self.units).filter_map(|range| {
            let quality = if self.hanzi {
                if range.start == 0 { 1.0 } else { INSIDE }
            } else {
                self.latin(units, &range)?
            };
            Some((range, quality))
        })
    }

    fn latin(&self, units: &[u16], range: &Range<usize>) -> Option<f32> {
        let edge = |unit: Option<&u16>| unit.is_none_or(|u| *u == SPACE || is_hanzi(*u));
        let begins = edge(range.start.checked_sub(1).and_then(|at| units.get(at)));
        let digit = |u: &u16| (0x30..=0x39).contains(u);
        match (begins, edge(units.get(range.end))) {
            (true, true) => Some(1.0),
            (true, false) => Some(BEGUN),
            _ if self.len() > 2 || self.len() == 2 && self.units.iter().any(digit) => Some(WITHIN),
            _ => None,
        }
    }

    fn has_pieces(&self) -> bool {
        self.hanzi && self.units.len() >= PIECED
    }

    /// The longest parts of two 汉字 or more that stand in the line, from the word's beginning on.
    fn pieces(&self, units: &[u16], mut each: impl FnMut(Range<usize>)) {
        let mut from = 0;
        while from + 2 <= self.units.len() {
            let longest = (from + 2..=self.units.len())
                .map_while(|to| occurrences(units, &self.units[from..to]).next())
                .last();
            match longest {
                Some(range) => {
                    from += range.len();
                    each(range);
                }
                None => from += 1,
            }
        }
    }
}
