//! Where a number of the lexicon stands among a paste's terms: a bitmap with ranks, since most
//! numbers that are asked for are not there, and one bit of each fits into the nearest cache.

use std::ops::Range;

/// For each number of a lexicon the positions of its terms.
pub(super) struct Slots {
    /// A bit for each number, 64 of them together with how many are set before.
    blocks: Vec<(u64, u32)>,
    /// Where the terms of each number that is there begin, and where the last of them end.
    starts: Vec<u32>,
}

impl Slots {
    /// `numbers`: of the terms, ascending; each below `lexicon`.
    pub(super) fn new(lexicon: usize, numbers: impl Iterator<Item = u32>) -> Self {
        let mut blocks = vec![(0_u64, 0_u32); lexicon.div_ceil(64)];
        let mut starts = Vec::new();
        let (mut last, mut count) = (None, 0);
        for number in numbers {
            if last != Some(number) {
                blocks[number as usize / 64].0 |= 1 << (number % 64);
                starts.push(count);
                last = Some(number);
            }
            count += 1;
        }
        starts.push(count);
        let mut before = 0;
        for block in &mut blocks {
            block.1 = before;
            before += block.0.count_ones();
        }
        Self { blocks, starts }
    }

    /// Whether a number is there.
    pub(super) fn has(&self, number: u32) -> bool {
        self.blocks[number as usize / 64].0 >> (number % 64) & 1 == 1
    }

    /// The positions of the terms of a number, if it is there.
    pub(super) fn positions(&self, number: u32) -> Option<Range<usize>> {
        let (bits, before) = self.blocks[number as usize / 64];
        if bits >> (number % 64) & 1 == 0 {
            return None;
        }
        let below = bits & ((1 << (number % 64)) - 1);
        let rank = (before + below.count_ones()) as usize;
        Some(self.starts[rank] as usize..self.starts[rank + 1] as usize)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_number_has_the_positions_where_it_stands(mut numbers in prop::collection::vec(0_u32..300, 0..80)) {
            numbers.sort_unstable();
            let slots = Slots::new(300, numbers.iter().copied());
            for number in 0..300 {
                let start = numbers.partition_point(|n| *n < number);
                let end = numbers.partition_point(|n| *n <= number);
                prop_assert_eq!(slots.has(number), start < end);
                prop_assert_eq!(slots.positions(number), (start < end).then_some(start..end));
            }
        }
    }
}
