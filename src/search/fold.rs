//! A text as letters, digits and 汉字 alone, two bytes each, for comparison with what is typed.
//! Nothing is cut into words here.

use std::ops::Range;

#[cfg(test)]
use crate::text::Normalized;
use crate::text::is_cjk;

/// Stands between two Latin words, whatever stood between them in the text.
pub(super) const SPACE: u16 = b' ' as u16;
/// Stands for the rare letters beyond the basic plane.
const RARE: u16 = u16::MAX;

/// A folded text with the way back.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) units: Vec<u16>,
    /// The position of each unit among the normalised characters.
    at: Vec<u32>,
}

impl Folded {
    /// Folds normalised characters, the first of which stands at `offset` of its text.
    pub(super) fn new(chars: &[char], offset: usize) -> Self {
        let mut folded = Self {
            units: Vec::with_capacity(chars.len()),
            at: Vec::with_capacity(chars.len()),
        };
        let mut apart = false;
        for (i, &c) in chars.iter().enumerate() {
            if !c.is_alphanumeric() {
                apart = true;
                continue;
            }
            let at = (offset + i) as u32;
            if apart && !is_cjk(c) && folded.units.last().is_some_and(|last| !is_hanzi(*last)) {
                folded.push(SPACE, at);
            }
            folded.push(unit(c), at);
            apart = false;
        }
        folded
    }

    fn push(&mut self, unit: u16, at: u32) {
        self.units.push(unit);
        self.at.push(at);
    }

    /// A range of units as a range of the normalised characters.
    pub(super) fn chars(&self, range: Range<usize>) -> Range<usize> {
        match self.at.get(range.clone()) {
            Some([first, .., last]) => *first as usize..*last as usize + 1,
            Some([only]) => *only as usize..*only as usize + 1,
            _ => 0..0,
        }
    }
}

fn unit(c: char) -> u16 {
    u16::try_from(u32::from(c)).unwrap_or(RARE)
}

/// True for a 汉字, beside which a word may begin or end.
pub(super) fn is_hanzi(unit: u16) -> bool {
    unit == RARE || char::from_u32(unit.into()).is_some_and(is_cjk)
}

/// A bit for each unit, so that one look tells that a line lacks one. The multiplier is 2³² over the
/// golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
pub(super) fn signature(units: &[u16]) -> u64 {
    let bit = |unit: &u16| 1 << (u32::from(*unit).wrapping_mul(0x9e37_79b1) >> 26);
    units.iter().map(bit).fold(0, |all, bit: u64| all | bit)
}

/// The ranges where `part` occurs, without overlaps.
pub(super) fn occurrences<'a>(
    units: &'a [u16],
    part: &'a [u16],
) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        if part.is_empty() {
            return None;
        }
        let rest = units.get(from..)?;
        let start = from + rest.windows(part.len()).position(|w| w == part)?;
        from = start + part.len();
        Some(start..from)
    })
}

#[cfg(test)]
pub(super) fn units(text: &str) -> Vec<u16> {
    Folded::new(Normalized::new(text).chars(), 0).units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        String::from_utf16_lossy(&units(text))
    }

    #[test]
    fn only_what_is_typed_is_left() {
        assert_eq!(
            folded("無效的聯繫人, 請檢查。＃ＣＤ０８"),
            "无效的联系人请检查cd08"
        );
        assert_eq!(
            folded("QPS over limit/1604:cds_key（抖音）"),
            "qps over limit 1604 cds key抖音"
        );
        assert_eq!(folded("包裹<*>已 被锁定"), "包裹已被锁定");
    }

    #[test]
    fn a_range_of_units_leads_back() {
        let text = Normalized::new("包裹<*>已锁定 a-b");
        let folded = Folded::new(text.chars(), 0);
        assert_eq!(folded.chars(1..3), 1..6);
        assert_eq!(folded.chars(5..8), 9..12);
        let found: Vec<_> = occurrences(&units("甲乙甲乙甲"), &units("甲乙"))
            .map(|r| r.start)
            .collect();
        assert_eq!(found, [0, 2]);
    }
}
