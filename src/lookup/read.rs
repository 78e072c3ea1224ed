//! Reads a paste: its platforms, codes and weighted terms, apart from any entry. Pure, and never
//! fails.

use std::hash::Hasher as _;
use std::ops::Range;

use rustc_hash::{FxHashSet, FxHasher};

use crate::index::Topics;
use crate::index::line::{Named, codes};
use crate::index::local::TermId;
use crate::text::Analyzed;
use crate::text::gram::grams;

/// Terms above which the light ones are not even sorted: they can never propose. Source: chosen,
/// for cost.
const MANY: usize = 120;
/// Share of the heaviest term's weight below which a term is light. Source: chosen, for cost.
const LIGHT: f32 = 0.5;
/// Factor on the weight of a term for each heavier term of its clause, when terms are chosen to
/// propose candidates: no clause fills the list. Source: chosen.
const SPREAD: f32 = 0.9;
/// Share of a clause's information below which, if topics know no more of it, the clause is about
/// something else. Source: chosen.
const KNOWN: f32 = 0.34;
/// Weight of a clause about something else. Source: chosen.
const UNKNOWN_WEIGHT: f32 = 0.25;
/// Weight of a word in boilerplate phrases. Source: prototype.
const BOILERPLATE_WEIGHT: f32 = 0.1;

/// A paste, analysed and weighed against the topics.
#[derive(Debug)]
pub struct Reading {
    /// Characters, tokens, atoms, marks.
    pub analyzed: Analyzed,
    /// Positions of its platforms in the vocabulary, each once: the one given beside the text
    /// first, then those named, in the order of the text.
    pub platforms: Vec<usize>,
    /// Error codes, normalised, in the order of the text.
    pub codes: Vec<String>,
    /// Words by clause.
    pub words: Terms,
    /// Character n-grams by clause.
    pub grams: Terms,
    /// Words, each once.
    pub content: Vec<Word>,
    /// Sum of the information of `content`. A word of the domain has about 0.8.
    pub information: f32,
    /// Information of each clause.
    pub clause_information: Vec<f32>,
}

/// A word of a paste and its weights.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Its first character.
    pub start: usize,
    /// The first clause that it stands in.
    pub clause: usize,
    /// Id in the lexicon of words; `None` if no topic has it.
    pub id: Option<u32>,
    /// Rarity in Chinese at large, 0 to 1, lowered in platform names, boilerplate phrases and
    /// clauses about something else.
    pub information: f32,
    /// Weight against the topics ([`Topics::word_weight`]), lowered in the same way.
    pub weight: f32,
}

/// The terms of one family (words or grams), by clause.
#[derive(Debug, Default)]
pub struct Terms {
    /// Terms that some topic has: id in the lexicon, clause, weight; ascending by id, then clause.
    pub known: Vec<(u32, u32, f32)>,
    /// Sum of squared weights of each clause, unknown terms included.
    pub squares: Vec<f32>,
}

impl Reading {
    /// Weighs the words and grams of `analyzed`. `platform` is the position of the platform given
    /// beside the text.
    pub fn new(topics: &Topics, analyzed: Analyzed, platform: Option<usize>) -> Self {
        let mut platforms: Vec<usize> = Vec::new();
        for value in platform
            .into_iter()
            .chain(analyzed.names.iter().map(|n| n.value))
        {
            if !platforms.contains(&value) {
                platforms.push(value);
            }
        }
        let mut reading = Self {
            platforms,
            codes: codes(&analyzed),
            words: Terms::default(),
            grams: Terms::default(),
            content: Vec::new(),
            information: 0.0,
            clause_information: vec![0.0; analyzed.clauses.len()],
            analyzed,
        };
        let attention = reading.weigh_words(topics);
        reading.weigh_grams(topics, &attention);
        reading
    }

    /// Fills in the words, by clause and each once. Returns the factor of each clause.
    fn weigh_words(&mut self, topics: &Topics) -> Vec<f32> {
        let analyzed = &self.analyzed;
        let factors = Factors::new(analyzed);
        let attention = attention(topics, analyzed, &factors);
        let mut terms = Terms {
            squares: vec![0.0; analyzed.clauses.len()],
            ..Terms::default()
        };
        let mut seen = FxHashSet::default();
        for token in &analyzed.tokens {
            let at = token.start as usize;
            let Some(clause) = clause_of(analyzed, at) else {
                continue;
            };
            let factor = factors.at(at) * attention[clause];
            let id = topics.words.id(token.term);
            let weight = topics.word_weight(token.term, token.weight) * factor;
            let information = token.weight * factor;
            if seen.insert(token.term) {
                self.content.push(Word {
                    clause,
                    start: at,
                    id,
                    information,
                    weight,
                });
                self.information += information;
            }
            terms.squares[clause] += weight * weight;
            self.clause_information[clause] += information;
            if let Some(id) = id {
                terms.known.push((id, clause as u32, weight));
            }
        }
        terms.known.sort_unstable_by_key(|t| (t.0, t.1));
        self.words = terms;
        attention
    }

    /// Fills in the grams by clause; `attention` is the factor of each clause.
    fn weigh_grams(&mut self, topics: &Topics, attention: &[f32]) {
        let analyzed = &self.analyzed;
        let factors = Factors::new(analyzed);
        let mut terms = Terms {
            squares: vec![0.0; analyzed.clauses.len()],
            ..Terms::default()
        };
        let unknown = topics.grams.unknown_idf();
        for (clause, range) in analyzed.clauses.iter().enumerate() {
            grams(
                analyzed.normalized.chars(),
                &analyzed.marks,
                range.clone(),
                |gram, at| {
                    let id = topics.grams.id(gram);
                    let weight = id.map_or(unknown, |id| topics.grams.idf(id))
                        * factors.at(at)
                        * attention[clause];
                    terms.squares[clause] += weight * weight;
                    if let Some(id) = id {
                        terms.known.push((id, clause as u32, weight));
                    }
                },
            );
        }
        terms.known.sort_unstable_by_key(|t| (t.0, t.1));
        self.grams = terms;
    }

    /// Query terms for candidate retrieval, each once, ascending by id. A term's weight is damped
    /// by `SPREAD` for each heavier term of its clause.
    pub fn terms(&self) -> Vec<(TermId, f32)> {
        let words = self
            .words
            .known
            .iter()
            .map(|t| (t.1, t.2, TermId::Word(t.0)));
        let grams = self
            .grams
            .known
            .iter()
            .map(|t| (t.1, t.2, TermId::Gram(t.0)));
        let mut terms: Vec<(u32, f32, TermId)> = words.chain(grams).collect();
        if terms.len() > MANY {
            let most = terms.iter().map(|t| t.1).fold(0.0, f32::max);
            terms.retain(|t| t.1 >= LIGHT * most);
        }
        terms.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        let mut spread: Vec<(TermId, f32)> = Vec::with_capacity(terms.len());
        let (mut clause, mut share) = (u32::MAX, 1.0);
        for (of, weight, id) in terms {
            share = if of == clause { share * SPREAD } else { 1.0 };
            clause = of;
            spread.push((id, weight * share));
        }
        spread.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        spread.dedup_by_key(|t| t.0);
        spread
    }
}

/// Weight factors by position in the text: lower in platform names and boilerplate phrases.
struct Factors<'a> {
    named: Named<'a>,
    boilerplate: &'a [Range<usize>],
}

impl<'a> Factors<'a> {
    fn new(analyzed: &'a Analyzed) -> Self {
        Self {
            named: Named::new(analyzed),
            boilerplate: &analyzed.boilerplate,
        }
    }

    fn at(&self, at: usize) -> f32 {
        let i = self.boilerplate.partition_point(|r| r.end <= at);
        let inside = self.boilerplate.get(i).is_some_and(|r| r.start <= at);
        self.named.factor(at) * if inside { BOILERPLATE_WEIGHT } else { 1.0 }
    }
}

fn clause_of(analyzed: &Analyzed, at: usize) -> Option<usize> {
    let i = analyzed.clauses.partition_point(|c| c.end <= at);
    analyzed.clauses.get(i).filter(|c| c.start <= at).map(|_| i)
}

/// The factor of each clause. The surroundings of an error (thread names, shop names, small talk)
/// are mostly words that no topic has, and count little unless there is nothing else. A repeated
/// clause counts nothing.
fn attention(topics: &Topics, analyzed: &Analyzed, factors: &Factors<'_>) -> Vec<f32> {
    let mut sums = vec![(0.0_f32, 0.0_f32); analyzed.clauses.len()];
    let mut hashes = vec![FxHasher::default(); analyzed.clauses.len()];
    for token in &analyzed.tokens {
        let at = token.start as usize;
        let Some(clause) = clause_of(analyzed, at) else {
            continue;
        };
        let information = token.weight * factors.at(at);
        sums[clause].0 += if topics.words.id(token.term).is_some() {
            information
        } else {
            0.0
        };
        sums[clause].1 += information;
        hashes[clause].write_u64(token.term);
    }
    let best = sums.iter().map(|s| s.0).fold(0.0, f32::max);
    let mut seen = FxHashSet::default();
    sums.iter()
        .zip(&hashes)
        .map(|((known, all), hash)| {
            let again = *all > 0.0 && !seen.insert(hash.finish());
            let foreign = *known < KNOWN * all && *known < best;
            match (again, foreign) {
                (true, _) => 0.0,
                (false, true) => UNKNOWN_WEIGHT,
                (false, false) => 1.0,
            }
        })
        .collect()
}
