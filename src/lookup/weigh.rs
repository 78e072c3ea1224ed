//! The ranking as it was weighed, for those who ask why: each candidate with its features and their
//! weights. What is decided from it is not here.

use super::engine::{Considered, Engine};
use super::judge::{FEATURES, alternatives};
use crate::index::TopicKind;

/// A candidate, or `none`, as it was weighed.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// The entry's id, the neighbour's topic, or `none`.
    pub name: String,
    /// The sum of its terms.
    pub utility: f64,
    /// What it is the sum of; features that are zero are left out.
    pub terms: Vec<Term>,
    /// The line of the knowledge base that is nearest to the text.
    pub nearest: Option<String>,
}

/// A feature of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its name.
    pub feature: &'static str,
    /// How much of it the candidate has.
    pub value: f64,
    /// What the decision gives for it.
    pub weight: f64,
}

impl Term {
    /// What it adds to the candidate's utility.
    pub fn product(&self) -> f64 {
        self.value * self.weight
    }
}

/// The first `limit` candidates, best first, `none` among them.
pub fn weighed(engine: &Engine, considered: &Considered, limit: usize) -> Vec<Weighed> {
    let is_entry = |topic: usize| engine.entry_of(topic).is_some();
    let features = alternatives(&considered.reading, &considered.evidence, is_entry);
    let judge = engine.judge();
    let mut order: Vec<usize> = (0..features.len()).collect();
    let utility = |at: usize| judge.utility(&features[at]);
    order.sort_by(|a, b| utility(*b).total_cmp(&utility(*a)));
    let terms = |at: usize| {
        FEATURES
            .iter()
            .zip(features[at])
            .filter(|(_, value)| *value != 0.0)
            .map(|(feature, value)| Term {
                feature,
                value: f64::from(value),
                weight: judge.decision().weights[*feature],
            })
            .collect()
    };
    order
        .into_iter()
        .take(limit)
        .map(|at| {
            let evidence = considered.evidence.get(at);
            let line = |line: usize| engine.topics().lines[line].text.clone();
            Weighed {
                name: evidence.map_or_else(|| "none".to_owned(), |e| name(engine, e.topic)),
                utility: utility(at),
                terms: terms(at),
                nearest: evidence.map(|e| line(e.gram.line)),
            }
        })
        .collect()
}

fn name(engine: &Engine, topic: usize) -> String {
    match engine.topics().topics[topic].kind {
        TopicKind::Entry(i) => engine.kb().entries[i].id.clone(),
        TopicKind::OutOfScope(i) => format!("邻近话题：{}", engine.kb().neighbours[i].topic),
    }
}
