//! An index from term ids to their positions among a paste's terms. A bitmap with ranks: most ids
//! that are looked up are absent, and one bit for each fits into the fastest cache.

use std::ops::Range;

/// Positions of terms by their id.
pub(super) struct Slots {
    /// One bit for each id in blocks of 64, with the count of bits set before the block.
    blocks: Vec<(u64, u32)>,
    /// First position of each id that is present, and the end of the last.
    starts: Vec<u32>,
}

impl Slots {
    /// Indexes `numbers`: the ids of the terms, ascending, each below `lexicon`.
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

    /// True if the id is present.
    pub(super) fn has(&self, number: u32) -> bool {
        self.blocks[number as usize / 64].0 >> (number % 64) & 1 == 1
    }

    /// Positions of the terms with this id; `None` if it is absent.
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
