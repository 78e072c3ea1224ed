//! Probabilities to an outcome, with its question or handover. Pure.

use crate::index::Topics;
use crate::kb::Kb;

use super::ask::{Ask, ask};
use super::engine::Scored;
use super::explain::{Matched, matched};
use super::handover::{Handover, Reason};
use super::judge::Judge;
use super::query::Query;

/// The use of a result list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The first result solves the problem.
    Answer,
    /// One of a few results does; [`Verdict::ask`] tells them apart.
    Choose,
    /// Nothing here is likely; [`Verdict::handover`] says what next.
    None,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 3] = [Self::Answer, Self::Choose, Self::None];

    /// The name in JSON, metrics and the journal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Choose => "choose",
            Self::None => "none",
        }
    }
}

/// A decision and its grounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The decision.
    pub outcome: Outcome,
    /// Calibrated probability that the first result solves the problem; 0 without results.
    pub confidence: f64,
    /// Best first. With [`Outcome::None`] these are only the nearest.
    pub results: Vec<Hit>,
    /// The question, with [`Outcome::Choose`].
    pub ask: Option<Ask>,
    /// The handover, with [`Outcome::None`].
    pub handover: Option<Handover>,
}

/// A ranked entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Position in [`Kb::entries`].
    pub entry: usize,
    /// Calibrated probability that this entry solves the problem.
    pub confidence: f64,
    /// The stretches of the text that speak for it.
    pub matched: Matched,
}

/// Decides on a scored paste of which `query` holds the facts; at most `limit` results.
pub(super) fn verdict(
    kb: &Kb,
    topics: &Topics,
    judge: &Judge,
    query: &Query,
    scored: &Scored,
    limit: usize,
) -> Verdict {
    let judgement = &scored.judgement;
    let top = judgement.entries.first().map_or(0.0, |c| c.probability);
    let (outcome, confidence) = outcome(judge, scored);
    // Calibration changes the first result alone; the others share the rest in proportion.
    let rest = (1.0 - confidence) / (1.0 - top).max(f64::EPSILON);
    let results: Vec<Hit> = judgement
        .entries
        .iter()
        .take(limit)
        .enumerate()
        .filter_map(|(rank, chance)| {
            Some(Hit {
                entry: scored.entry(topics, chance)?,
                confidence: if rank == 0 {
                    confidence
                } else {
                    (chance.probability * rest).min(confidence)
                },
                matched: matched(topics, &scored.reading, &scored.evidence[chance.candidate]),
            })
        })
        .collect();
    let handover = || {
        let reason = Reason::new(kb, topics, scored);
        Handover::new(reason, &kb.vocabulary, query, &scored.reading)
    };
    Verdict {
        outcome,
        confidence,
        ask: (outcome == Outcome::Choose).then(|| ask(kb, topics, scored)),
        handover: (outcome == Outcome::None).then(handover),
        results,
    }
}

/// The outcome, and the calibrated confidence of the first result. An entry for other platforms
/// than the one named may be right, since people name platforms in passing: it is asked about
/// instead of answered.
pub fn outcome(judge: &Judge, scored: &Scored) -> (Outcome, f64) {
    let decision = judge.decision();
    let Some(first) = scored.judgement.entries.first() else {
        return (Outcome::None, 0.0);
    };
    let confidence = judge.calibrate(first.probability);
    let outcome = if 1.0 - scored.judgement.none < decision.offer {
        Outcome::None
    } else if confidence >= decision.answer && !scored.evidence[first.candidate].contradicts {
        Outcome::Answer
    } else {
        Outcome::Choose
    };
    (outcome, confidence)
}
