//! The weighing of each candidate in full: its features and their weights, for agents and authors.
//! The decision made from it is not here.

use crate::index::TopicKind;

use super::engine::{Engine, Scored};
use super::judge::{FEATURES, alternatives};

/// A candidate, or `none`, with its weighing.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// The id of the entry, the heading of the out-of-scope topic, or `none`.
    pub name: String,
    /// Sum of the terms' products.
    pub utility: f64,
    /// The features that are not zero.
    pub terms: Vec<Term>,
    /// The nearest line of the topic; `None` for `none`.
    pub nearest: Option<String>,
}

/// A feature of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its name in [`FEATURES`].
    pub feature: &'static str,
    /// Its value for the candidate.
    pub value: f64,
    /// Its weight in the decision.
    pub weight: f64,
}

impl Term {
    /// The term's part of the utility: value times weight.
    pub fn product(&self) -> f64 {
        self.value * self.weight
    }
}

/// The first `limit` candidates, best first, `none` among them.
pub fn weighed(engine: &Engine, scored: &Scored, limit: usize) -> Vec<Weighed> {
    let features = alternatives(engine.topics(), &scored.reading, &scored.evidence);
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
            let evidence = scored.evidence.get(at);
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
        TopicKind::OutOfScope(i) => format!("邻近话题：{}", engine.kb().out_of_scope[i].topic),
    }
}
