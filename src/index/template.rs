//! Aligns an error template with a paste, and says how much of it is there: wildcards take what
//! varies, a cut end is innocent, a replaced word inside is another error.

use std::ops::Range;

use super::grid::{Grid, Path};
use crate::text::look_alike::look_alike;
use crate::text::{Analyzed, Atom, AtomKind};

/// A template, ready to be aligned.
#[derive(Debug)]
pub struct Template {
    /// As its author wrote it.
    pub text: String,
    chars: Vec<char>,
    atoms: Vec<Atom>,
    /// Sum of the atoms' weights.
    weight: f32,
    /// Its clauses, as ranges of atoms.
    clauses: Vec<Range<usize>>,
    /// Its words: range of atoms, and how informative the word is.
    words: Vec<(Range<usize>, f32)>,
}

/// How a template lies on a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// Score, in weights of matched atoms.
    pub score: f32,
    /// Score over the template's whole weight, what an innocent cut took off left out in part.
    pub share: f32,
    /// The most informative template word inside the aligned part that is less than half there,
    /// over the most informative of all, 0 to 1.
    pub missing_word: f32,
    /// Share of the paste's weight that the template has too; what varies has no weight.
    pub explains: f32,
    /// Matched pairs: index of the template's atom, index of the paste's atom.
    pub pairs: Vec<(usize, usize)>,
    /// Paste atoms that wildcards took.
    pub taken: Vec<usize>,
}

impl Alignment {
    /// The paste's atoms from the first to the last that is matched.
    pub fn stretch(&self) -> Range<usize> {
        let first = self.pairs.first().map_or(0, |p| p.1);
        first..self.pairs.last().map_or(first, |p| p.1 + 1)
    }
}

impl Template {
    /// `words`: the words of the template as ranges of characters, with how informative each is,
    /// 0 to 1.
    pub fn new(text: &str, analyzed: &Analyzed, words: &[(Range<usize>, f32)]) -> Self {
        let mut atoms = analyzed.atoms.clone();
        for atom in &mut atoms {
            atom.weight *= informative(atom, analyzed, words);
        }
        let weight = atoms.iter().map(|a| a.weight).sum();
        let of_atoms = |range: &Range<usize>| {
            let first = atoms.partition_point(|a| (a.end as usize) <= range.start);
            let last = atoms.partition_point(|a| (a.start as usize) < range.end);
            first..last.max(first)
        };
        let clauses = analyzed.clauses.iter().map(of_atoms).collect();
        let words = words
            .iter()
            .map(|(range, weight)| (of_atoms(range), *weight))
            .filter(|(range, _)| !range.is_empty())
            .collect();
        Self {
            text: text.to_owned(),
            chars: analyzed.normalized.chars().to_vec(),
            clauses,
            atoms,
            weight,
            words,
        }
    }

    /// Aligns with the paste around one of its clauses; none when nothing fits.
    pub fn align(&self, paste: &Analyzed, clause: usize) -> Option<Alignment> {
        let region = self.region(paste, clause);
        let columns = &paste.atoms[region.clone()];
        let grid = Grid::fill(&self.atoms, columns, |t, q| {
            self.equal(t, &paste.normalized, q)
        });
        let Path { pairs, taken } = grid.trace()?;
        let shift = |q: usize| q + region.start;
        let pairs: Vec<_> = pairs.into_iter().map(|(t, q)| (t, shift(q))).collect();
        let (first, last) = (*pairs.first()?, *pairs.last()?);
        let spared = self.cut(paste, first, last);
        Some(Alignment {
            score: grid.score,
            share: grid.score / (self.weight - 0.7 * spared + 0.6),
            missing_word: self.missing_word(&self.covered(paste, first, last), &pairs),
            explains: explains(paste, &pairs),
            taken: taken.into_iter().map(shift).collect(),
            pairs,
        })
    }

    /// The atoms around a clause that the template can reach from it: its own length to either side,
    /// and half as much again for what wildcards take and gaps leave out.
    fn region(&self, paste: &Analyzed, clause: usize) -> Range<usize> {
        let reach = self.atoms.len() * 3 / 2 + 8;
        let Some(clause) = paste.clauses.get(clause) else {
            return 0..paste.atoms.len();
        };
        let first = paste
            .atoms
            .partition_point(|a| (a.start as usize) < clause.start);
        let last = paste
            .atoms
            .partition_point(|a| (a.start as usize) < clause.end);
        first.saturating_sub(reach)..(last + reach).min(paste.atoms.len())
    }

    /// Weight of the template's ends that the paste's own ends cut off.
    fn cut(&self, paste: &Analyzed, first: (usize, usize), last: (usize, usize)) -> f32 {
        let weight = |atoms: &[Atom]| atoms.iter().map(|a| a.weight).sum::<f32>();
        let head = if first.1 == 0 {
            weight(&self.atoms[..first.0])
        } else {
            0.0
        };
        let tail_is_cut = last.1 + 1 == paste.atoms.len() || ellipsis_after(paste, last.1);
        let tail = if tail_is_cut {
            weight(&self.atoms[last.0 + 1..])
        } else {
            0.0
        };
        head + tail
    }

    /// The part of the template that the paste had room for: from its first to its last matched
    /// atom, and on to its ends where the paste's own sentence goes on as well, with something else.
    fn covered(
        &self,
        paste: &Analyzed,
        first: (usize, usize),
        last: (usize, usize),
    ) -> Range<usize> {
        let same_clause = |a: usize, b: usize| {
            let at = |i: usize| paste.atoms[i].start as usize;
            paste
                .clauses
                .iter()
                .any(|c| c.contains(&at(a)) && c.contains(&at(b)))
        };
        let goes_on_before = first.1 > 0 && same_clause(first.1 - 1, first.1);
        let goes_on_after = last.1 + 1 < paste.atoms.len() && same_clause(last.1, last.1 + 1);
        let start = if goes_on_before {
            self.sentence_start(first.0)
        } else {
            first.0
        };
        let end = if goes_on_after {
            self.sentence_end(last.0)
        } else {
            last.0 + 1
        };
        start..end
    }

    /// The atom that begins the template's clause around an atom; a wildcard begins one too.
    fn sentence_start(&self, atom: usize) -> usize {
        let clause = self
            .clauses
            .iter()
            .find(|c| c.contains(&atom))
            .map_or(atom, |c| c.start);
        let wildcard = self.atoms[..atom]
            .iter()
            .rposition(|a| a.kind == AtomKind::Variable);
        clause.max(wildcard.map_or(0, |w| w + 1))
    }

    fn sentence_end(&self, atom: usize) -> usize {
        let clause = self
            .clauses
            .iter()
            .find(|c| c.contains(&atom))
            .map_or(atom + 1, |c| c.end);
        let wildcard = self.atoms[atom..]
            .iter()
            .position(|a| a.kind == AtomKind::Variable);
        clause.min(wildcard.map_or(clause, |w| atom + w))
    }

    fn missing_word(&self, covered: &Range<usize>, pairs: &[(usize, usize)]) -> f32 {
        let heaviest = self.words.iter().map(|w| w.1).fold(0.0, f32::max);
        let missing = self
            .words
            .iter()
            .filter(|(range, _)| range.start >= covered.start && range.end <= covered.end)
            .filter(|(range, _)| {
                let from = pairs.partition_point(|p| p.0 < range.start);
                let to = pairs.partition_point(|p| p.0 < range.end);
                (to - from) * 2 < range.len()
            })
            .map(|w| w.1)
            .fold(0.0, f32::max);
        if heaviest > 0.0 {
            missing / heaviest
        } else {
            0.0
        }
    }

    fn equal(&self, ours: &Atom, paste: &crate::text::Normalized, theirs: &Atom) -> bool {
        if ours.key == theirs.key {
            return ours.kind != AtomKind::Variable;
        }
        let word = |k| matches!(k, AtomKind::Word | AtomKind::Code);
        if !word(ours.kind) || !word(theirs.kind) {
            return false;
        }
        let ours = &self.chars[ours.start as usize..ours.end as usize];
        let last = theirs.end as usize;
        let theirs = &paste.chars()[theirs.start as usize..last];
        let cut_off = last == paste.chars().len() && theirs.len() >= 3 && ours.starts_with(theirs);
        cut_off || one_slip(ours, theirs)
    }
}

/// What an atom's words make of its weight: a tenth in words of transport, else two fifths for what
/// says nothing to all of it for what is unique.
fn informative(atom: &Atom, analyzed: &Analyzed, words: &[(Range<usize>, f32)]) -> f32 {
    let at = atom.start as usize;
    if analyzed.transport.iter().any(|r| r.contains(&at)) {
        return 0.1;
    }
    let most = words
        .iter()
        .filter(|(r, _)| r.contains(&at))
        .map(|w| w.1)
        .fold(None, |a: Option<f32>, b| Some(a.map_or(b, |a| a.max(b))));
    0.4 + 0.6 * most.unwrap_or(1.0).min(1.0)
}

fn explains(paste: &Analyzed, pairs: &[(usize, usize)]) -> f32 {
    let all: f32 = paste.atoms.iter().map(|a| a.weight).sum();
    let matched: f32 = pairs.iter().map(|p| paste.atoms[p.1].weight).sum();
    if all > 0.0 { matched / all } else { 0.0 }
}

fn ellipsis_after(paste: &Analyzed, atom: usize) -> bool {
    paste.normalized.chars()[paste.atoms[atom].end as usize..].starts_with(&['.', '.', '.'])
}

/// Equal but for one character, look-alikes counted as equal; only from five characters on, below
/// which one character makes another word.
fn one_slip(a: &[char], b: &[char]) -> bool {
    if a.len() < 5 || b.len() < 5 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = |(x, y): &(&char, &char)| look_alike(**x) == look_alike(**y);
    let head = a.iter().zip(b).take_while(same).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    head + tail + 1 >= a.len().max(b.len())
}
