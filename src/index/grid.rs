//! Local alignment of a template's [`Atom`]s with those of a paste: Smith and Waterman (1981) with
//! the affine gaps of Gotoh (1982). All scores are in atom weights. `template` turns an alignment
//! into features.

use crate::text::{Atom, AtomKind};

/// Cost of a pair that differs, as a share of the template atom's weight. Source: prototype.
const MISMATCH: f32 = 0.6;
/// Cost of starting to skip template atoms. Source: prototype.
const TEMPLATE_GAP: f32 = 0.3;
/// Cost of each skipped template atom, as a share of its weight. Source: prototype.
const TEMPLATE_SKIP: f32 = 0.45;
/// Cost of starting to skip paste atoms. Source: prototype.
const PASTE_GAP: f32 = 0.5;
/// Cost of each skipped paste atom, as a share of its weight plus [`PASTE_SKIP_BASE`]. Source:
/// prototype.
const PASTE_SKIP: f32 = 0.12;
/// Added to the weight of each skipped paste atom, so that weightless atoms cost something. Source:
/// prototype.
const PASTE_SKIP_BASE: f32 = 0.3;
/// Cost of passing a wildcard. Source: prototype.
const WILDCARD_PASS: f32 = 0.1;
/// Cost of each paste atom that a wildcard takes. Source: prototype.
const WILDCARD_ATOM: f32 = 0.01;

/// The step into a cell that gave it its score.
#[derive(Clone, Copy, PartialEq)]
enum Step {
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

/// The best path through the grid; both lists ascending.
pub(super) struct Path {
    /// Matched pairs: row, column.
    pub(super) pairs: Vec<(usize, usize)>,
    /// Columns taken by wildcards.
    pub(super) taken: Vec<usize>,
}

/// The table of the dynamic programme: one row a template atom, one column a paste atom.
pub(super) struct Grid {
    columns: usize,
    steps: Vec<Step>,
    /// Score of the best cell, in atom weights.
    pub(super) score: f32,
    end: (usize, usize),
}

impl Grid {
    /// Scores every cell; `equal` compares an atom of `rows` with one of `columns`.
    pub(super) fn fill(
        rows: &[Atom],
        columns: &[Atom],
        equal: impl Fn(&Atom, &Atom) -> bool,
    ) -> Self {
        let n = columns.len();
        let mut grid = Self {
            columns: n,
            steps: vec![Step::Start; rows.len() * n],
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
                let best = if ours.kind == AtomKind::Variable {
                    wildcard(above[j + 1], above[j], row[j])
                } else {
                    gap_above[j + 1] = (above[j + 1] - TEMPLATE_GAP).max(gap_above[j + 1])
                        - TEMPLATE_SKIP * ours.weight;
                    gap_left = (row[j] - PASTE_GAP).max(gap_left)
                        - PASTE_SKIP * (PASTE_SKIP_BASE + theirs.weight);
                    let pair = if equal(ours, theirs) {
                        (above[j] + ours.weight, Step::Pair)
                    } else {
                        (above[j] - MISMATCH * ours.weight, Step::Mismatch)
                    };
                    let pair = better(pair, (gap_above[j + 1], Step::TemplateGap));
                    better(pair, (gap_left, Step::PasteGap))
                };
                let (score, step) = better((0.0, Step::Start), best);
                row[j + 1] = score;
                grid.steps[i * n + j] = step;
                if score > grid.score && step == Step::Pair {
                    grid.score = score;
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

    /// Follows the steps back from the best cell; `None` where no pair matches.
    pub(super) fn trace(&self) -> Option<Path> {
        if self.score <= 0.0 {
            return None;
        }
        let (mut pairs, mut taken) = (Vec::new(), Vec::new());
        let (mut i, mut j) = (self.end.0 + 1, self.end.1 + 1);
        while i > 0 && j > 0 {
            match self.steps[(i - 1) * self.columns + j - 1] {
                Step::Start => break,
                Step::Pair => {
                    (i, j) = (i - 1, j - 1);
                    pairs.push((i, j));
                }
                Step::Mismatch => (i, j) = (i - 1, j - 1),
                Step::TemplateGap | Step::Wildcard => i -= 1,
                Step::PasteGap => j -= 1,
                Step::TakenFirst => {
                    (i, j) = (i - 1, j - 1);
                    taken.push(j);
                }
                Step::Taken => {
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

/// The best step into a cell of a wildcard's row, from the scores above it, diagonally above and
/// to its left.
fn wildcard(above: f32, diagonal: f32, left: f32) -> (f32, Step) {
    let empty = (above - WILDCARD_PASS, Step::Wildcard);
    let first = (diagonal - WILDCARD_PASS - WILDCARD_ATOM, Step::TakenFirst);
    better(better(empty, first), (left - WILDCARD_ATOM, Step::Taken))
}

/// The step of the higher score; the first when they are equal.
fn better(first: (f32, Step), second: (f32, Step)) -> (f32, Step) {
    if second.0 > first.0 { second } else { first }
}
