//! Evidence to probabilities, and probabilities to an outcome. Pure.
//!
//! A conditional logit (McFadden 1974) over the candidates and `none`: entries and out-of-scope
//! topics each have a utility linear in their features, that of `none` is 0, and the probability of
//! each is their softmax. The margin to every other candidate is thus built in. The probability of
//! an out-of-scope topic counts as `none`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::index::Topics;

use super::evidence::Evidence;
use super::read::Reading;

/// Probabilities are clamped to at least this and at most one minus this, so that they have a
/// finite logit. Source: chosen.
const LEAST_PROBABILITY: f64 = 1e-6;

/// Names of the features, in the order of the vectors; the keys of `_decision.toml`.
///
/// `entry_` features are 0 for out-of-scope topics, `neighbour_` features are those of out-of-scope
/// topics and 0 for entries, and all are 0 for `none`. Likenesses are multiplied by one minus the
/// strength of the strongest template of any topic
/// ([`TemplateMatch::strength`](super::evidence::TemplateMatch)), because nothing else counts where
/// a message is recognised. `entry_whole` is not: it tells apart two entries whose templates differ
/// in one word.
pub const FEATURES: [&str; 18] = [
    "entry_template",
    "entry_share",
    "entry_code",
    "entry_foreign_code",
    "entry_whole",
    "entry_word_message",
    "entry_held",
    "entry_coverage",
    "entry_bag",
    "entry_missing",
    "entry_foreign_message",
    "entry_near_miss",
    "entry_agrees",
    "entry_contradicts",
    "neighbour_gram",
    "neighbour_coverage",
    "neighbour_bag",
    "neighbour_foreign",
];

/// Features of one alternative, in the order of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// A fitted decision, as `jieda fit` writes it into `kb/_decision.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// A result is offered when the probability of `none` is at most one minus this.
    pub offer: f64,
    /// The first result is the answer when its calibrated confidence is at least this.
    pub answer: f64,
    /// Calibration of the first result's probability: `σ(slope · logit(p) + intercept)` (Platt
    /// 1999).
    pub slope: f64,
    /// See `slope`.
    pub intercept: f64,
    /// Weight of each of [`FEATURES`].
    pub weights: BTreeMap<String, f64>,
}

/// A decision file that is not valid.
#[derive(Debug, thiserror::Error)]
pub enum DecisionError {
    /// Not TOML of the required shape.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// Fitted for other features than this program has; holds their names.
    #[error("the decision was fitted for other features ({0}); run `jieda fit` again")]
    Features(String),
}

/// A [`Decision`] with its weights in the order of [`FEATURES`].
#[derive(Debug, Clone)]
pub struct Judge {
    decision: Decision,
    weights: [f64; FEATURES.len()],
}

/// A candidate with its probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// Position in the list of evidence.
    pub candidate: usize,
    /// Probability that it solves the problem, before calibration.
    pub probability: f64,
}

/// Probabilities for a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Entries, most probable first.
    pub entries: Vec<Chance>,
    /// The most probable out-of-scope topic.
    pub out_of_scope: Option<Chance>,
    /// Probability that nothing here solves it, out-of-scope topics included.
    pub none: f64,
}

impl Decision {
    /// The decision in the binary, for a knowledge base without one of its own.
    pub fn built_in() -> Self {
        toml::from_str(include_str!("decision.toml"))
            .expect("the decision in the binary is well formed")
    }

    /// Reads `_decision.toml`.
    ///
    /// # Errors
    /// [`DecisionError`] if it is not valid TOML, or was fitted for other features.
    pub fn parse(text: &str) -> Result<Self, DecisionError> {
        let decision: Self = toml::from_str(text)?;
        Judge::new(decision.clone())?;
        Ok(decision)
    }
}

impl Judge {
    /// Checks a decision and puts its weights in order.
    ///
    /// # Errors
    /// [`DecisionError::Features`] if a weight is missing or has no feature.
    pub fn new(decision: Decision) -> Result<Self, DecisionError> {
        let unknown: Vec<&str> = decision
            .weights
            .keys()
            .map(String::as_str)
            .filter(|k| !FEATURES.contains(k))
            .collect();
        let missing: Vec<&str> = FEATURES
            .into_iter()
            .filter(|f| !decision.weights.contains_key(*f))
            .collect();
        if !unknown.is_empty() || !missing.is_empty() {
            return Err(DecisionError::Features(
                [unknown, missing].concat().join(", "),
            ));
        }
        let weights = FEATURES.map(|f| decision.weights[f]);
        Ok(Self { decision, weights })
    }

    /// The decision in force.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Utility of an alternative: the sum of its weighted features.
    pub fn utility(&self, features: &Features) -> f64 {
        self.weights
            .iter()
            .zip(features)
            .map(|(w, f)| w * f64::from(*f))
            .sum()
    }

    /// Probabilities of the candidates that `evidence` is about.
    pub fn judge(&self, topics: &Topics, reading: &Reading, evidence: &[Evidence]) -> Judgement {
        let alternatives = alternatives(topics, reading, evidence);
        let utilities: Vec<f64> = alternatives.iter().map(|f| self.utility(f)).collect();
        let most = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exponents: Vec<f64> = utilities.iter().map(|u| (u - most).exp()).collect();
        let total: f64 = exponents.iter().sum();
        let mut judgement = Judgement {
            entries: Vec::new(),
            out_of_scope: None,
            none: exponents[evidence.len()] / total,
        };
        for (candidate, e) in evidence.iter().enumerate() {
            let chance = Chance {
                candidate,
                probability: exponents[candidate] / total,
            };
            if topics.entry(e.topic).is_some() {
                judgement.entries.push(chance);
            } else {
                judgement.none += chance.probability;
                let nearer = |n: Chance| n.probability < chance.probability;
                if judgement.out_of_scope.is_none_or(nearer) {
                    judgement.out_of_scope = Some(chance);
                }
            }
        }
        judgement.entries.sort_by(|a, b| {
            let topic = |c: &Chance| evidence[c.candidate].topic;
            b.probability
                .total_cmp(&a.probability)
                .then(topic(a).cmp(&topic(b)))
        });
        judgement
    }

    /// Calibrated probability, see [`Decision::slope`].
    pub fn calibrate(&self, probability: f64) -> f64 {
        let p = probability.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
        let z = self.decision.slope * (p / (1.0 - p)).ln() + self.decision.intercept;
        1.0 / (1.0 + (-z).exp())
    }
}

/// Features of each candidate in the order of `evidence`, followed by those of `none`.
pub fn alternatives(topics: &Topics, reading: &Reading, evidence: &[Evidence]) -> Vec<Features> {
    let strongest = evidence.iter().map(Evidence::strength).fold(0.0, f32::max);
    let mut all: Vec<Features> = evidence
        .iter()
        .map(|e| {
            if topics.entry(e.topic).is_some() {
                entry(reading, e, strongest)
            } else {
                out_of_scope(e, 1.0 - strongest)
            }
        })
        .collect();
    all.push([0.0; FEATURES.len()]);
    all
}

/// A vector of the named features; all others are 0.
fn vector(named: &[(&str, f32)]) -> Features {
    let mut features = [0.0; FEATURES.len()];
    for (name, value) in named {
        let at = FEATURES
            .iter()
            .position(|f| f == name)
            .expect("every name is in FEATURES");
        features[at] = *value;
    }
    features
}

fn entry(reading: &Reading, e: &Evidence, strongest: f32) -> Features {
    let strength = e.strength();
    let share = e.template.as_ref().map_or(0.0, |t| t.alignment.share);
    let open = 1.0 - strongest;
    let message = f32::from(u8::from(reading.analyzed.style.message));
    let near_miss = (e.near_miss - e.gram.score).max(0.0);
    vector(&[
        ("entry_template", strength),
        ("entry_share", share * strength),
        ("entry_code", e.code),
        ("entry_foreign_code", f32::from(u8::from(e.foreign_code))),
        ("entry_whole", e.whole.min(1.0)),
        ("entry_word_message", e.word.score * open * message),
        ("entry_held", e.held * open),
        ("entry_coverage", e.coverage * open),
        ("entry_bag", e.bag * open),
        ("entry_missing", e.missing * open),
        ("entry_foreign_message", e.foreign * open * message),
        ("entry_near_miss", near_miss * open),
        ("entry_agrees", f32::from(u8::from(e.agrees))),
        ("entry_contradicts", f32::from(u8::from(e.contradicts))),
    ])
}

fn out_of_scope(e: &Evidence, open: f32) -> Features {
    vector(&[
        ("neighbour_gram", e.gram.score * open),
        ("neighbour_coverage", e.coverage * open),
        ("neighbour_bag", e.bag * open),
        ("neighbour_foreign", e.foreign * open),
    ])
}
