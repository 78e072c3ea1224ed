//! Chooses what is read of a long text: the lines that report a failure first.

use std::ops::Range;

use crate::text::style::says_failure;

/// Characters that are read of a text. Chosen: most templates are 20 to 60 characters long, and a
/// log of this length takes some milliseconds.
pub const MOST_READ: usize = 20_000;
/// Characters of a piece at most: a longer line is cut. Chosen.
const PIECE: usize = 2_000;
/// Words of programs that report a failure in English. Chosen.
const FAILING: [&str; 5] = ["error", "exception", "fail", "invalid", "denied"];

/// The ranges of the characters that are read, ascending and disjoint: at most [`MOST_READ`]
/// characters outside the `structure`, of pieces that report a failure before all others, of each
/// kind from both ends of the text inwards: a message stands first, or last as a root cause does.
pub(crate) fn telling(chars: &[char], structure: &[Range<usize>]) -> Vec<Range<usize>> {
    let pieces = pieces(chars, structure);
    let (first, then): (Vec<_>, Vec<_>) =
        pieces.into_iter().partition(|p| reports(&chars[p.clone()]));
    let mut left = MOST_READ;
    let mut read: Vec<Range<usize>> = inwards(&first)
        .chain(inwards(&then))
        .map_while(|piece| {
            let taken = piece.len().min(left);
            left -= taken;
            (taken > 0).then(|| piece.start..piece.start + taken)
        })
        .collect();
    read.sort_by_key(|r| r.start);
    read
}

/// The first, the last, the second, the last but one, and so on.
fn inwards(pieces: &[Range<usize>]) -> impl Iterator<Item = Range<usize>> {
    (0..pieces.len()).map(move |i| {
        let at = if i % 2 == 0 {
            i / 2
        } else {
            pieces.len() - 1 - i / 2
        };
        pieces[at].clone()
    })
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
