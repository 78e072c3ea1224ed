//! Reads a paste: what it says apart from any entry. Pure, and never fails.

use std::hash::Hasher;
use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::{FxHashSet, FxHasher};

use crate::index::line::{Named, codes};
use crate::index::{Topics, local::TermId};
use crate::text::gram::grams;
use crate::text::{Analyzed, AtomKind, private};

/// A paste, read.
#[derive(Debug)]
pub struct Reading {
    /// Characters, tokens, atoms, marks.
    pub analyzed: Analyzed,
    /// Positions of the platforms in the vocabulary, each once, in the order of the text.
    pub platforms: Vec<usize>,
    /// Its codes, normalised.
    pub codes: Vec<String>,
    /// Words and grams by clause.
    pub words: Terms,
    /// Character n-grams by clause.
    pub grams: Terms,
    /// Its words, each once.
    pub content: Vec<Word>,
    /// Sum of their information.
    pub information: f32,
    /// Information of each clause.
    pub clause_information: Vec<f32>,
    /// Only what is shown needs it.
    hidden: OnceLock<Vec<Range<usize>>>,
}

/// A word of a paste and what it weighs.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// Its first character.
    pub start: usize,
    /// The clause that it stands in first.
    pub clause: usize,
    /// Its number in the lexicon, where some topic has it.
    pub id: Option<u32>,
    /// How informative it is in Chinese at large; less for names and words of transport.
    pub information: f32,
    /// The same against the topics: `idf · (0.3 + 0.7 · background)`.
    pub weight: f32,
}

/// The terms of one family, by clause.
#[derive(Debug, Default)]
pub struct Terms {
    /// Known terms: number in the lexicon, clause, weight; ascending by number.
    pub known: Vec<(u32, u32, f32)>,
    /// Sum of squared weights of each clause, unknown terms included.
    pub squares: Vec<f32>,
}

/// Of more terms than this the light ones can never propose: they are not even sorted.
const MANY: usize = 120;
/// Light is less than this share of the heaviest.
const LIGHT: f32 = 0.5;

/// What each heavier term of its clause leaves a term of its weight, when terms are picked to
/// propose by.
const SPREAD: f32 = 0.9;

/// A clause of which topics know less than this share of the information is about something else.
const KNOWN: f32 = 0.34;

/// Weight of such a clause.
const UNKNOWN_WEIGHT: f32 = 0.25;

/// Weight of a word of transport.
const TRANSPORT_WEIGHT: f32 = 0.1;

impl Reading {
    /// Reads `analyzed`; `platform` was given beside the text.
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
            hidden: OnceLock::new(),
            analyzed,
        };
        let attention = reading.weigh_words(topics);
        reading.weigh_grams(topics, &attention);
        reading
    }

    /// Words, by clause and each once; gives each clause's attention.
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

    /// Its known terms once each, for the index to propose by, each with its weight: less for every
    /// heavier term of the same clause, so that one clause does not take every place.
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

    /// The sent text with what varies and what is personal or secret replaced by `<*>`.
    pub fn masked(&self, sent: &str) -> String {
        private::show(sent, &self.analyzed.normalized, self.hidden())
    }

    /// What no reader but the sender may see, of the normalised characters.
    fn hidden(&self) -> &[Range<usize>] {
        self.hidden.get_or_init(|| {
            let Analyzed {
                normalized, marks, ..
            } = &self.analyzed;
            private::hidden(normalized.chars(), marks)
        })
    }

    /// Its codes as a person would write them: short ones in capitals, long ones as they were sent.
    pub fn shown_codes(&self, sent: &str) -> Vec<String> {
        let mut shown: Vec<String> = Vec::new();
        for (range, code) in self.analyzed.marks.codes.iter().zip(&self.codes) {
            // A name of an account looks like one.
            if self
                .hidden()
                .iter()
                .any(|h| h.start < range.end && range.start < h.end)
            {
                continue;
            }
            let source = self.analyzed.normalized.source(range.clone());
            let code = if code.len() <= 7 || source.len() != range.len() {
                code.to_uppercase()
            } else {
                sent.chars().skip(source.start).take(source.len()).collect()
            };
            if !shown.contains(&code) {
                shown.push(code);
            }
        }
        shown
    }

    /// Equal for equal errors whatever their variable parts: numbers, names and transport are left
    /// out, look-alikes and case are one.
    pub fn fingerprint(&self) -> String {
        let mut hasher = FxHasher::default();
        for atom in &self.analyzed.atoms {
            let at = atom.start as usize;
            let transport = self.analyzed.transport.iter().any(|r| r.contains(&at));
            if !transport && !matches!(atom.kind, AtomKind::Variable | AtomKind::Number) {
                hasher.write_u64(atom.key);
            }
        }
        format!("{:016x}", hasher.finish())
    }
}

/// What the place of a character makes of a weight: less in a name, little in words of transport.
struct Factors<'a> {
    named: Named<'a>,
    transport: &'a [Range<usize>],
}

impl<'a> Factors<'a> {
    fn new(analyzed: &'a Analyzed) -> Self {
        Self {
            named: Named::new(analyzed),
            transport: &analyzed.transport,
        }
    }

    fn at(&self, at: usize) -> f32 {
        let i = self.transport.partition_point(|r| r.end <= at);
        let in_transport = self.transport.get(i).is_some_and(|r| r.start <= at);
        self.named.factor(at) * if in_transport { TRANSPORT_WEIGHT } else { 1.0 }
    }
}

fn clause_of(analyzed: &Analyzed, at: usize) -> Option<usize> {
    let i = analyzed.clauses.partition_point(|c| c.end <= at);
    analyzed.clauses.get(i).filter(|c| c.start <= at).map(|_| i)
}

/// How much each clause counts. What surrounds an error (thread names, a shop's, small talk) is
/// mostly words that no topic has, or says again what was said: it counts little, unless it is all
/// there is.
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
