//! Local alignment with affine gaps over [`Atom`]s: Smith and Waterman (1981) with Gotoh's gaps
//! (1982); the scores were found on labelled pastes. What an alignment is worth is told in
//! `template`.

use crate::text::{Atom, AtomKind};

/// A differing pair costs this share of the template atom's weight.
const MISMATCH: f32 = 0.6;
/// Leaving out template atoms: once, and per weight.
const TEMPLATE_GAP: (f32, f32) = (0.3, 0.45);
/// Leaving out paste atoms: once, and per weight (+ 0.3).
const PASTE_GAP: (f32, f32) = (0.5, 0.12);
/// Passing a wildcard: once, and per paste atom that it takes.
const WILDCARD: (f32, f32) = (0.1, 0.01);

/// Where a cell's score came from.
#[derive(Clone, Copy, PartialEq)]
enum From {
    Start,
    Pair,
    /// A pair whose sides differ.
    Mismatch,
    TemplateGap,
    PasteGap,
    /// A wildcard that takes nothing (more).
    Wildcard,
    /// A wildcard that takes this paste atom as its first.
    TakenFirst,
    /// A wildcard that takes this paste atom after others.
    Taken,
}

/// The best way through the grid, both ascending.
pub(super) struct Path {
    pub(super) pairs: Vec<(usize, usize)>,
    /// Columns that wildcards took.
    pub(super) taken: Vec<usize>,
}

/// The dynamic programme, one row a template atom.
pub(super) struct Grid {
    columns: usize,
    from: Vec<From>,
    pub(super) score: f32,
    end: (usize, usize),
}

impl Grid {
    pub(super) fn fill(
        rows: &[Atom],
        columns: &[Atom],
        equal: impl Fn(&Atom, &Atom) -> bool,
    ) -> Self {
        let n = columns.len();
        let mut grid = Self {
            columns: n,
            from: vec![From::Start; rows.len() * n],
            score: 0.0,
            end: (0, 0),
        };
        // Best score that ends in the row above, and the same with an open gap in the template.
        let (mut above, mut gap_above) = (vec![0.0_f32; n + 1], vec![f32::NEG_INFINITY; n + 1]);
        let mut row = vec![0.0_f32; n + 1];
        for (i, ours) in rows.iter().enumerate() {
            let mut gap_left = f32::NEG_INFINITY;
            row[0] = 0.0;
            for (j, theirs) in columns.iter().enumerate() {
                let (best, from) = if ours.kind == AtomKind::Variable {
                    let options = [
                        (above[j + 1] - WILDCARD.0, From::Wildcard),
                        (above[j] - WILDCARD.0 - WILDCARD.1, From::TakenFirst),
                        (row[j] - WILDCARD.1, From::Taken),
                    ];
                    options
                        .into_iter()
                        .reduce(|a, b| if b.0 > a.0 { b } else { a })
                        .expect("three options")
                } else {
                    let equal = equal(ours, theirs);
                    let pair = above[j]
                        + if equal {
                            ours.weight
                        } else {
                            -MISMATCH * ours.weight
                        };
                    let gap = (above[j + 1] - TEMPLATE_GAP.0).max(gap_above[j + 1])
                        - TEMPLATE_GAP.1 * ours.weight;
                    gap_above[j + 1] = gap;
                    let left =
                        (row[j] - PASTE_GAP.0).max(gap_left) - PASTE_GAP.1 * (0.3 + theirs.weight);
                    gap_left = left;
                    let mut best = (pair, if equal { From::Pair } else { From::Mismatch });
                    if gap > best.0 {
                        best = (gap, From::TemplateGap);
                    }
                    if left > best.0 {
                        best = (left, From::PasteGap);
                    }
                    best
                };
                let (best, from) = if best > 0.0 {
                    (best, from)
                } else {
                    (0.0, From::Start)
                };
                row[j + 1] = best;
                grid.from[i * n + j] = from;
                if best > grid.score && from == From::Pair {
                    grid.score = best;
                    grid.end = (i, j);
                }
            }
            std::mem::swap(&mut above, &mut row);
            if ours.kind == AtomKind::Variable {
                gap_above.fill(f32::NEG_INFINITY);
            }
        }
        grid
    }

    /// Back from the best cell.
    pub(super) fn trace(&self) -> Option<Path> {
        if self.score <= 0.0 {
            return None;
        }
        let (mut pairs, mut taken) = (Vec::new(), Vec::new());
        let (mut i, mut j) = (self.end.0 + 1, self.end.1 + 1);
        while i > 0 && j > 0 {
            match self.from[(i - 1) * self.columns + j - 1] {
                From::Start => break,
                From::Pair => {
                    (i, j) = (i - 1, j - 1);
                    pairs.push((i, j));
                }
                From::Mismatch => (i, j) = (i - 1, j - 1),
                From::TemplateGap | From::Wildcard => i -= 1,
                From::PasteGap => j -= 1,
                From::TakenFirst => {
                    (i, j) = (i - 1, j - 1);
                    taken.push(j);
                }
                From::Taken => {
                    j -= 1;
                    taken.push(j);
                }
            }
        }
        pairs.reverse();
        taken.reverse();
        Some(Path { pairs, taken })
    }
}
