//! Fits the decision: a conditional logit with `none`, its calibration and its thresholds.
//!
//! Deterministic: the same content and labels give the same file.

use std::collections::BTreeMap;

use crate::lookup::Engine;
use crate::lookup::judge::{Decision, FEATURES, alternatives};
use crate::lookup::rank::Leave;

use super::generate::{Target, generate};
use super::labelled::{Labelled, is_right};
use super::logit::{Example, N, maximise, probabilities, scales};

/// Of what nothing here answers, this share must be refused.
pub const REFUSED: f64 = 0.97;
/// Thresholds that separate by so much less than the best one are as good: a few generated lines
/// make the difference.
const PLATEAU: f64 = 0.01;
/// Of those given as `answer`, this share must be right: half as many wrong as the goal of 0.99
/// allows, since the threshold is chosen on lines that the weights have seen.
pub const PRECISE: f64 = 0.995;

/// Examples from the content itself.
pub fn generated_examples(engine: &Engine) -> Vec<Example> {
    generate(engine)
        .iter()
        .filter_map(|g| {
            let right = |topic: Option<usize>| match g.target {
                Target::Topic(target) => topic == Some(target),
                Target::Nothing => topic.is_none_or(|t| engine.entry_of(t).is_none()),
                Target::AnythingBut(target) => topic != Some(target),
            };
            example(engine, &g.text, g.leave, right, g.weight)
        })
        .collect()
}

/// Examples from labelled queries, each of weight 1.
pub fn labelled_examples(engine: &Engine, queries: &[&Labelled]) -> Vec<Example> {
    queries
        .iter()
        .filter_map(|q| {
            let right = |topic: Option<usize>| match topic.and_then(|t| engine.entry_of(t)) {
                Some(entry) => is_right(engine, q, entry),
                None => q.gold.is_empty(),
            };
            example(engine, &q.text, Leave::Nothing, right, 1.0)
        })
        .collect()
}

/// None when the right entry is not even a candidate: no weight can mend that. `is_right` is asked
/// of each candidate topic, and of `None`: that there is no answer.
fn example(
    engine: &Engine,
    text: &str,
    leave: Leave,
    is_right: impl Fn(Option<usize>) -> bool,
    weight: f64,
) -> Option<Example> {
    let considered = engine.consider(text, None, leave);
    let is_entry = |topic: usize| engine.entry_of(topic).is_some();
    let alternatives = alternatives(&considered.reading, &considered.evidence, is_entry);
    let topics = considered.evidence.iter().map(|e| e.topic);
    let entries: Vec<bool> = topics.clone().map(is_entry).chain([false]).collect();
    let topics = topics.map(Some).chain([None]);
    let right: Vec<bool> = topics.map(is_right).collect();
    right.contains(&true).then_some(Example {
        alternatives,
        right,
        entries,
        weight,
    })
}

/// Fits the weights on all examples; calibration and thresholds on the labelled ones where there
/// are any, since generated lines are richer in what nothing answers than real ones.
pub fn fit(generated: &[Example], labelled: &[Example]) -> Decision {
    let examples: Vec<&Example> = generated.iter().chain(labelled).collect();
    let scale = scales(&examples);
    let standard = maximise(&examples, &scale);
    let weights: [f64; N] = std::array::from_fn(|i| standard[i] / scale[i]);
    let judged = if labelled.is_empty() {
        generated
    } else {
        labelled
    };
    let scored: Vec<Scored> = judged
        .iter()
        .filter(|e| e.is_settled())
        .map(|e| Scored::new(e, &weights))
        .collect();
    let (slope, intercept) = platt(&scored);
    let named: BTreeMap<String, f64> = FEATURES
        .iter()
        .zip(weights)
        .map(|(n, w)| ((*n).to_owned(), (w * 1e4).round() / 1e4))
        .collect();
    let mut decision = Decision {
        offer: 0.5,
        answer: 0.8,
        slope,
        intercept,
        weights: named,
    };
    decision.offer = if labelled.is_empty() {
        youden(&scored)
    } else {
        offer(&scored)
    };
    decision.answer = answer(&scored, &decision);
    decision
}

/// An example under fitted weights.
struct Scored {
    weight: f64,
    in_scope: bool,
    /// 1 − P(none).
    offered: f64,
    /// P of the first entry.
    top: f64,
    right: bool,
}

impl Scored {
    fn new(example: &Example, weights: &[f64; N]) -> Self {
        let p = probabilities(example, weights);
        let of = |wanted: bool| {
            p.iter()
                .zip(&example.entries)
                .filter(move |(_, e)| **e == wanted)
                .map(|(p, _)| *p)
        };
        let top = p
            .iter()
            .enumerate()
            .filter(|(i, _)| example.entries[*i])
            .max_by(|a, b| a.1.total_cmp(b.1));
        let in_scope = example
            .right
            .iter()
            .zip(&example.entries)
            .any(|(r, e)| *r && *e);
        Self {
            weight: example.weight,
            in_scope,
            offered: 1.0 - of(false).sum::<f64>(),
            top: top.map_or(0.0, |t| *t.1),
            right: top.is_some_and(|t| in_scope && example.right[t.0]),
        }
    }
}

/// Slope and intercept of the calibration by Newton steps (Platt 1999), pulled towards none.
fn platt(scored: &[Scored]) -> (f64, f64) {
    let (mut slope, mut intercept) = (1.0, 0.0);
    for _ in 0..50 {
        let (mut g0, mut g1) = (-(slope - 1.0), -intercept);
        let (mut h00, mut h01, mut h11) = (1.0, 0.0, 1.0);
        for s in scored {
            let p = s.top.clamp(1e-6, 1.0 - 1e-6);
            let x = (p / (1.0 - p)).ln();
            let q = 1.0 / (1.0 + (-(slope * x + intercept)).exp());
            let residual = s.weight * (f64::from(u8::from(s.right)) - q);
            let curvature = s.weight * q * (1.0 - q);
            g0 += residual * x;
            g1 += residual;
            h00 += curvature * x * x;
            h01 += curvature * x;
            h11 += curvature;
        }
        let determinant = h00 * h11 - h01 * h01;
        let (d0, d1) = (
            (g0 * h11 - g1 * h01) / determinant,
            (g1 * h00 - g0 * h01) / determinant,
        );
        slope += d0;
        intercept += d1;
        if d0.abs() + d1.abs() < 1e-9 {
            break;
        }
    }
    ((slope * 1e4).round() / 1e4, (intercept * 1e4).round() / 1e4)
}

/// The smallest threshold at which enough of what nothing answers is refused.
fn offer(scored: &[Scored]) -> f64 {
    let mut negatives: Vec<(f64, f64)> = scored
        .iter()
        .filter(|s| !s.in_scope)
        .map(|s| (s.offered, s.weight))
        .collect();
    negatives.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = negatives.iter().map(|n| n.1).sum();
    let mut below = 0.0;
    for (offered, weight) in &negatives {
        below += weight;
        if below >= REFUSED * total {
            return ((offered + 1e-4) * 1e4).ceil() / 1e4;
        }
    }
    0.5
}

/// Without labels: the threshold that keeps apart best what has an answer and what has none, of the
/// lines generated from the content (Youden 1950). Their negatives are harder than real ones, so
/// that a fixed share of them refused would refuse too much of the rest.
fn youden(scored: &[Scored]) -> f64 {
    let total = |inside: bool| {
        scored
            .iter()
            .filter(|s| s.in_scope == inside)
            .map(|s| s.weight)
            .sum::<f64>()
    };
    let (positives, negatives) = (
        total(true).max(f64::MIN_POSITIVE),
        total(false).max(f64::MIN_POSITIVE),
    );
    let mut ordered: Vec<&Scored> = scored.iter().collect();
    ordered.sort_by(|a, b| b.offered.total_cmp(&a.offered));
    let mut reached = 0.0;
    let thresholds: Vec<(f64, f64)> = ordered
        .windows(2)
        .map(|pair| {
            reached += match (pair[0].in_scope, pair[0].right) {
                (true, true) => pair[0].weight / positives,
                (true, false) => 0.0,
                (false, _) => -pair[0].weight / negatives,
            };
            (reached, f64::midpoint(pair[0].offered, pair[1].offered))
        })
        .collect();
    let best = thresholds.iter().map(|t| t.0).fold(0.0, f64::max);
    let threshold = thresholds
        .iter()
        .filter(|t| t.0 >= best - PLATEAU)
        .map(|t| t.1)
        .min_by(|a, b| (a - 0.5).abs().total_cmp(&(b - 0.5).abs()))
        .unwrap_or(0.5);
    (threshold * 1e4).round() / 1e4
}

/// The smallest confidence from which on enough of the answers are right.
fn answer(scored: &[Scored], decision: &Decision) -> f64 {
    let judge = crate::lookup::judge::Judge::new(decision.clone())
        .expect("the fit gives every feature a weight");
    let mut given: Vec<(f64, f64, bool)> = scored
        .iter()
        .filter(|s| s.offered >= decision.offer)
        .map(|s| (judge.calibrate(s.top), s.weight, s.right))
        .collect();
    given.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut all) = (0.0, 0.0);
    let mut least: f64 = 1.0;
    for (confidence, weight, is_right) in given {
        all += weight;
        right += if is_right { weight } else { 0.0 };
        if right >= PRECISE * all {
            least = confidence;
        }
    }
    (least * 1e4).floor() / 1e4
}
