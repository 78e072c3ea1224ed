//! Chooses what is read of a long text: first the lines that report a failure, then those that are
//! rare, last what a log repeats.

use std::hash::Hasher as _;
use std::ops::Range;

use rustc_hash::{FxHashMap, FxHasher};

use crate::text::style::says_failure;

/// Characters that are read of a text. Chosen: most templates are 20 to 60 characters long, and a
/// log of this length takes some milliseconds.
pub const MOST_READ: usize = 20_000;
/// Characters of a piece at most: a longer line is cut. Chosen.
const PIECE: usize = 2_000;
/// Times that a line may occur, whatever its numbers are, to be rare. Chosen.
const RARE: usize = 3;
/// Words of programs that report a failure in English. Chosen.
const FAILING: [&str; 5] = ["error", "exception", "fail", "invalid", "denied"];

/// The ranges of the characters that are read, ascending and disjoint: at most [`MOST_READ`]
/// characters outside the `structure`. Of pieces that tell equally much, those at both ends of the
/// text come before those in its middle: a message stands first, or last as a root cause does.
pub(crate) fn telling(chars: &[char], structure: &[Range<usize>]) -> Vec<Range<usize>> {
    let pieces = pieces(chars, structure);
    let shapes: Vec<u64> = pieces.iter().map(|p| shape(&chars[p.clone()])).collect();
    let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
    for shape in &shapes {
        *counts.entry(*shape).or_default() += 1;
    }
    let mut order: Vec<usize> = inwards(pieces.len()).collect();
    order.sort_by_cached_key(|i| {
        let reports = reports(&chars[pieces[*i].clone()]);
        (!reports, counts[&shapes[*i]] > RARE)
    });
    let mut left = MOST_READ;
    let mut read: Vec<Range<usize>> = order
        .into_iter()
        .map_while(|i| {
            let start = pieces[i].start;
            let taken = pieces[i].len().min(left);
            left -= taken;
            (taken > 0).then(|| start..start + taken)
        })
        .collect();
    read.sort_by_key(|r| r.start);
    read
}

/// A hash of the letters of a piece.
fn shape(piece: &[char]) -> u64 {
    let mut hasher = FxHasher::default();
    for c in piece.iter().filter(|c| c.is_alphabetic()) {
        hasher.write_u32(*c as u32);
    }
    hasher.finish()
}

/// The numbers below `count`: the first, the last, the second, the last but one, and so on.
fn inwards(count: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |i| if i % 2 == 0 { i / 2 } else { count - 1 - i / 2 })
}

/// The stretches between line ends and structure, cut to the length of a piece.
fn pieces(chars: &[char], structure: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for gap in structure.iter().chain([&(chars.len()..chars.len())]) {
        let mut at = start;
        for line in chars[start..gap.start].split_inclusive(|c| *c == '\n') {
            for piece in line.chunks(PIECE) {
                pieces.push(at..at + piece.len());
                at += piece.len();
            }
        }
        start = gap.end;
    }
    pieces
}

fn reports(piece: &[char]) -> bool {
    let text: String = piece.iter().collect();
    says_failure(&text) || FAILING.iter().any(|word| text.contains(word))
}
