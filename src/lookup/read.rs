//! Reads a paste: what it says apart from any entry. Pure, and never fails.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::index::topic::{Named, codes};
use crate::index::{Topics, local::TermId};
use crate::text::gram::grams;
use crate::text::{Analyzed, AtomKind, VariableKind};

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
    /// Every word with its weight against the topics.
    pub weights: Vec<WeightedWord>,
    /// Words once each: number in the lexicon, and how informative it is in Chinese at large.
    pub content: Vec<(Option<u32>, f32)>,
    /// Sum of the weights in `content`.
    pub information: f32,
    /// Information of each clause.
    pub clause_information: Vec<f32>,
}

/// A word of a paste and what it weighs.
#[derive(Debug, Clone, Copy)]
pub struct WeightedWord {
    /// First character.
    pub start: usize,
    /// Its number in the lexicon, where some topic has it.
    pub id: Option<u32>,
    /// `idf · (0.3 + 0.7 · background)`, less for names and words of transport.
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

/// What each heavier term of its clause leaves a term of its weight, when terms are picked to
/// propose by.
const SPREAD: f32 = 0.9;

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
            weights: Vec::new(),
            content: Vec::new(),
            information: 0.0,
            clause_information: vec![0.0; analyzed.clauses.len()],
            analyzed,
        };
        reading.weigh_words(topics);
        reading.weigh_grams(topics);
        reading
    }

    fn weigh_words(&mut self, topics: &Topics) {
        let analyzed = &self.analyzed;
        let named = Named::new(analyzed);
        let mut terms = Terms {
            squares: vec![0.0; analyzed.clauses.len()],
            ..Terms::default()
        };
        let mut seen = rustc_hash::FxHashSet::default();
        let (mut clause, mut transport) = (0, 0);
        for token in &analyzed.tokens {
            let at = token.start as usize;
            while clause < analyzed.clauses.len() && analyzed.clauses[clause].end <= at {
                clause += 1;
            }
            while transport < analyzed.transport.len() && analyzed.transport[transport].end <= at {
                transport += 1;
            }
            let in_transport = analyzed
                .transport
                .get(transport)
                .is_some_and(|r| r.start <= at);
            let factor = named.factor(at) * if in_transport { TRANSPORT_WEIGHT } else { 1.0 };
            let id = topics.words.id(token.term);
            if seen.insert(token.term) {
                self.content.push((id, token.weight * factor));
                self.information += token.weight * factor;
            }
            if analyzed.clauses.get(clause).is_none_or(|c| c.start > at) {
                continue;
            }
            let weight = topics.word_weight(token.term, token.weight) * factor;
            self.weights.push(WeightedWord {
                start: at,
                id,
                weight,
            });
            terms.squares[clause] += weight * weight;
            self.clause_information[clause] += token.weight * factor;
            if let Some(id) = id {
                terms.known.push((id, clause as u32, weight));
            }
        }
        terms.known.sort_by_key(|t| (t.0, t.1));
        self.words = terms;
    }

    fn weigh_grams(&mut self, topics: &Topics) {
        let analyzed = &self.analyzed;
        let named = Named::new(analyzed);
        let mut terms = Terms {
            squares: vec![0.0; analyzed.clauses.len()],
            ..Terms::default()
        };
        let unknown = topics.grams.unknown_idf();
        let mut transport = 0;
        for (clause, range) in analyzed.clauses.iter().enumerate() {
            grams(
                analyzed.normalized.chars(),
                &analyzed.marks,
                range.clone(),
                |gram, at| {
                    while transport < analyzed.transport.len()
                        && analyzed.transport[transport].end <= at
                    {
                        transport += 1;
                    }
                    let in_transport = analyzed
                        .transport
                        .get(transport)
                        .is_some_and(|r| r.start <= at);
                    let factor =
                        named.factor(at) * if in_transport { TRANSPORT_WEIGHT } else { 1.0 };
                    let id = topics.grams.id(gram);
                    let weight = id.map_or(unknown, |id| topics.grams.idf(id)) * factor;
                    terms.squares[clause] += weight * weight;
                    if let Some(id) = id {
                        terms.known.push((id, clause as u32, weight));
                    }
                },
            );
        }
        terms.known.sort_by_key(|t| (t.0, t.1));
        self.grams = terms;
    }

    /// Its known terms once each, for the index to propose by, each with its weight: less for every
    /// heavier term of the same clause, so that one clause does not take every place.
    pub fn terms(&self) -> Vec<(TermId, f32)> {
        let words = self.words.known.iter().map(|t| (t.1, t.2, TermId::Word(t.0)));
        let grams = self.grams.known.iter().map(|t| (t.1, t.2, TermId::Gram(t.0)));
        let mut terms: Vec<(u32, f32, TermId)> = words.chain(grams).collect();
        terms.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        let mut spread: Vec<(TermId, f32)> = Vec::with_capacity(terms.len());
        let (mut clause, mut share) = (u32::MAX, 1.0);
        for (of, weight, id) in terms {
            share = if of == clause { share * SPREAD } else { 1.0 };
            clause = of;
            spread.push((id, weight * share));
        }
        spread.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        spread.dedup_by_key(|t| t.0);
        spread
    }

    /// The sent text with what varies replaced by `<*>`: characters stay as they were sent where
    /// one stands for one, and are shown decoded where they were encoded.
    pub fn masked(&self, sent: &str) -> String {
        let sent: Vec<char> = sent.chars().collect();
        let chars = self.analyzed.normalized.chars();
        let mut masked = String::new();
        let mut i = 0;
        let mut variables = self
            .analyzed
            .marks
            .variables
            .iter()
            .filter(|v| v.kind != VariableKind::Number)
            .peekable();
        while i < chars.len() {
            if let Some(v) = variables.next_if(|v| v.range.start <= i) {
                masked.push_str("<*>");
                i = v.range.end.max(i + 1);
                continue;
            }
            let source = self.analyzed.normalized.source(i..i + 1);
            let single = source.len() == 1 && !chars[i].is_whitespace();
            masked.push(if single {
                sent.get(source.start).copied().unwrap_or(chars[i])
            } else {
                chars[i]
            });
            i += 1;
        }
        masked
    }

    /// Its codes as a person would write them: short ones in capitals, long ones as they were sent.
    pub fn shown_codes(&self, sent: &str) -> Vec<String> {
        let mut shown: Vec<String> = Vec::new();
        for (range, code) in self.analyzed.marks.codes.iter().zip(&self.codes) {
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
