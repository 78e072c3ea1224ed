//! Aligns an error template with a paste and measures how much of the template is there. Wildcards
//! take variable parts, a cut end counts little, a replaced word inside is another error.

use std::ops::Range;

use super::grid::{Grid, Path};
use crate::text::look_alike::look_alike;
use crate::text::{Analyzed, Atom, AtomKind};

/// Added to a template's weight before the score is divided by it, so that very short templates
/// have no full share. Source: prototype.
const SHARE_MARGIN: f32 = 0.6;
/// The part of the weight lost to an innocent cut that is left out of the template's weight, so
/// that a cut template still loses something. Source: chosen.
const CUT_SPARED: f32 = 0.7;
/// Atoms that the aligned region reaches beyond the template's own length. Source: chosen.
const REACH: usize = 8;
/// Weight factor of an atom in boilerplate phrases. Source: chosen, as the prototype weighs words
/// there.
const BOILERPLATE_FACTOR: f32 = 0.1;
/// Weight factor of an atom whose words say nothing. Source: chosen.
const LEAST_FACTOR: f32 = 0.4;
/// Added to [`LEAST_FACTOR`] for an atom of the most informative word. Source: chosen, so that the
/// sum is 1.
const INFORMATIVE_FACTOR: f32 = 0.6;
/// Characters of a word from which on one slip makes it no other word. Source: prototype.
const SLIP_LENGTH: usize = 5;
/// Characters of a word at the end of the paste from which on it may be the start of a longer one.
/// Source: chosen.
const CUT_LENGTH: usize = 3;

/// A template, prepared for alignment.
#[derive(Debug)]
pub struct Template {
    /// The text as its author wrote it.
    pub text: String,
    chars: Vec<char>,
    atoms: Vec<Atom>,
    /// Sum of the weights of `atoms`.
    weight: f32,
    /// Clauses, as ranges of atoms.
    clauses: Vec<Range<usize>>,
    /// Words: range of atoms, information from 0 to 1.
    words: Vec<(Range<usize>, f32)>,
}

/// The best local alignment of a template with a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// Score, in atom weights: the matched weight less the costs of gaps and mismatches.
    pub score: f32,
    /// Score as a share of the template's weight, below 1. Of the weight that the ends of the paste
    /// cut off, a part is left out.
    pub share: f32,
    /// Information of the most informative template word in the aligned part of which less than
    /// half is matched, relative to the template's most informative word, 0 to 1.
    pub missing_word: f32,
    /// Share of the paste's weight that is matched, 0 to 1. Variable parts have no weight.
    pub explains: f32,
    /// Matched pairs, ascending: index of the template's atom, index of the paste's atom.
    pub pairs: Vec<(usize, usize)>,
    /// Indices of the paste's atoms that wildcards took, ascending.
    pub taken: Vec<usize>,
}

impl Alignment {
    /// Range of the paste's atoms from the first matched one to the last.
    pub fn stretch(&self) -> Range<usize> {
        let first = self.pairs.first().map_or(0, |p| p.1);
        first..self.pairs.last().map_or(first, |p| p.1 + 1)
    }
}

impl Template {
    /// Prepares the template `text`, of which `analyzed` is the analysis. `words` are its words as
    /// ranges of normalised characters, each with its information from 0 to 1.
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

    /// Aligns with the paste around its clause of this index; `None` when no atom matches.
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
            share: grid.score / (self.weight - CUT_SPARED * spared + SHARE_MARGIN),
            missing_word: self.missing_word(&self.covered(paste, first, last), &pairs),
            explains: explains(paste, &pairs),
            taken: taken.into_iter().map(shift).collect(),
            pairs,
        })
    }

    /// The paste's atoms that the template can reach from a clause: its own length to either side,
    /// half as much again for wildcards and gaps, and [`REACH`].
    fn region(&self, paste: &Analyzed, clause: usize) -> Range<usize> {
        let reach = self.atoms.len() * 3 / 2 + REACH;
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

    /// Weight of the template's ends that lie beyond the ends of the paste.
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

    /// The template's atoms that the paste could have matched: from the first matched one to the
    /// last, extended to the ends of their clauses where the paste's clause goes on with other
    /// atoms.
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

    /// First atom of the template's clause around `atom`; a clause begins behind a wildcard, too.
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

    /// One past the last atom of the template's clause around `atom`; a wildcard ends one, too.
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

    /// See [`Alignment::missing_word`].
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

    /// True for equal atoms, words with one slip, and a word that the end of the paste cuts off.
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
        let cut_off =
            last == paste.chars().len() && theirs.len() >= CUT_LENGTH && ours.starts_with(theirs);
        cut_off || one_slip(ours, theirs)
    }
}

/// Factor on an atom's weight: [`BOILERPLATE_FACTOR`] in boilerplate phrases, else from
/// [`LEAST_FACTOR`] up to 1 with the information of its most informative word.
fn informative(atom: &Atom, analyzed: &Analyzed, words: &[(Range<usize>, f32)]) -> f32 {
    let at = atom.start as usize;
    if analyzed.boilerplate.iter().any(|r| r.contains(&at)) {
        return BOILERPLATE_FACTOR;
    }
    let most = words
        .iter()
        .filter(|(r, _)| r.contains(&at))
        .map(|w| w.1)
        .fold(None, |a: Option<f32>, b| Some(a.map_or(b, |a| a.max(b))));
    LEAST_FACTOR + INFORMATIVE_FACTOR * most.unwrap_or(1.0).min(1.0)
}

/// See [`Alignment::explains`].
fn explains(paste: &Analyzed, pairs: &[(usize, usize)]) -> f32 {
    let all: f32 = paste.atoms.iter().map(|a| a.weight).sum();
    let matched: f32 = pairs.iter().map(|p| paste.atoms[p.1].weight).sum();
    if all > 0.0 { matched / all } else { 0.0 }
}

fn ellipsis_after(paste: &Analyzed, atom: usize) -> bool {
    paste.normalized.chars()[paste.atoms[atom].end as usize..].starts_with(&['.', '.', '.'])
}

/// True for words that differ in one character at most, look-alikes counted as equal. Shorter words
/// than [`SLIP_LENGTH`] have no slips: there one character makes another word.
fn one_slip(a: &[char], b: &[char]) -> bool {
    if a.len() < SLIP_LENGTH || b.len() < SLIP_LENGTH || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same = |(x, y): &(&char, &char)| look_alike(**x) == look_alike(**y);
    let head = a.iter().zip(b).take_while(same).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    head + tail + 1 >= a.len().max(b.len())
}
