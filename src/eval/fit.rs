//! Fits the decision: a conditional logit with `none`, its calibration and its thresholds.
//! Deterministic: the same content and labels give the same file.

use std::collections::BTreeMap;

use crate::lookup::judge::{Decision, FEATURES, Judge, alternatives};
use crate::lookup::{Engine, Exclude};

use super::generate::{Target, generate};
use super::labelled::{Labelled, is_right};
use super::logit::{Example, N, maximise, probabilities, scales};

/// Share of the queries without an answer that must be refused. Source: the project's goal.
pub const REFUSED: f64 = 0.97;
/// Share of the queries given as `answer` that must be right. Source: the project's goal of 0.99,
/// with half the errors, because the threshold is chosen on lines that the weights were fitted on.
pub const PRECISE: f64 = 0.995;
/// Separation by which a threshold may fall behind the best and count as equally good: a few
/// generated lines make that difference. Source: chosen.
const PLATEAU: f64 = 0.01;
/// `offer` where the labels do not settle it. Source: chosen, `none` and the rest equally likely.
const UNDECIDED: f64 = 0.5;
/// `answer` before it is fitted; has no effect on the fit. Source: chosen.
const ANSWER: f64 = 0.8;
/// Newton steps of the calibration at most. Source: chosen.
const STEPS: usize = 50;
/// Sum of changes below which the calibration has converged. Source: chosen.
const CONVERGED: f64 = 1e-9;
/// Distance from 0 and 1 that probabilities are clamped to, so that their logit is finite. Source:
/// as in [`Judge::calibrate`].
const LEAST_PROBABILITY: f64 = 1e-6;
/// Numbers are written with four decimals: one over the last place. Source: chosen.
const PLACES: f64 = 1e4;

/// Examples from the content itself; those without a right candidate are left out.
pub fn generated_examples(engine: &Engine) -> Vec<Example> {
    generate(engine)
        .iter()
        .filter_map(|g| {
            let right = |topic: Option<usize>| match g.target {
                Target::Topic(target) => topic == Some(target),
                Target::Nothing => topic.is_none_or(|t| engine.entry_of(t).is_none()),
                Target::AnythingBut(target) => topic != Some(target),
            };
            example(engine, &g.text, g.exclude, right, g.weight)
        })
        .collect()
}

/// Examples from labelled queries, each of weight 1; those without a right candidate are left out.
pub fn labelled_examples(engine: &Engine, queries: &[&Labelled]) -> Vec<Example> {
    queries
        .iter()
        .filter_map(|q| {
            let right = |topic: Option<usize>| match topic.and_then(|t| engine.entry_of(t)) {
                Some(entry) => is_right(engine, q, entry),
                None => q.gold.is_empty(),
            };
            example(engine, &q.text, Exclude::Nothing, right, 1.0)
        })
        .collect()
}

/// An example, or `None` if no right entry is a candidate: no weight can change that. `is_right` is
/// called with each candidate topic, and with `None` for "there is no answer".
fn example(
    engine: &Engine,
    text: &str,
    exclude: Exclude,
    is_right: impl Fn(Option<usize>) -> bool,
    weight: f64,
) -> Option<Example> {
    let scored = engine.consider(text, None, exclude);
    let is_entry = |topic: usize| engine.entry_of(topic).is_some();
    let alternatives = alternatives(engine.topics(), &scored.reading, &scored.evidence);
    let topics = scored.evidence.iter().map(|e| e.topic);
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

/// Fits the weights on all examples. Calibration and thresholds are fitted on the labelled ones if
/// there are any, because generated lines hold more queries without an answer than real ones.
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
    let judged: Vec<Judged> = judged
        .iter()
        .filter(|e| e.is_settled())
        .map(|e| Judged::new(e, &weights))
        .collect();
    let (slope, intercept) = platt(&judged);
    let named: BTreeMap<String, f64> = FEATURES
        .iter()
        .zip(weights)
        .map(|(n, w)| ((*n).to_owned(), rounded(w)))
        .collect();
    let mut decision = Decision {
        offer: UNDECIDED,
        answer: ANSWER,
        slope,
        intercept,
        weights: named,
    };
    decision.offer = if labelled.is_empty() {
        youden(&judged)
    } else {
        offer(&judged)
    };
    decision.answer = answer(&judged, &decision);
    decision
}

/// A number rounded to the places that a decision file has.
fn rounded(number: f64) -> f64 {
    (number * PLACES).round() / PLACES
}

/// An example under fitted weights.
struct Judged {
    weight: f64,
    /// True if an entry is right.
    in_scope: bool,
    /// 1 − P(none).
    offered: f64,
    /// Probability of the first entry.
    top: f64,
    /// True if the first entry is right.
    right: bool,
}

impl Judged {
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

/// Slope and intercept of the calibration by Newton steps (Platt 1999), with a ridge of 1 towards
/// no calibration (slope 1, intercept 0).
fn platt(judged: &[Judged]) -> (f64, f64) {
    let (mut slope, mut intercept) = (1.0, 0.0);
    for _ in 0..STEPS {
        let (mut g0, mut g1) = (-(slope - 1.0), -intercept);
        let (mut h00, mut h01, mut h11) = (1.0, 0.0, 1.0);
        for s in judged {
            let p = s.top.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
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
        if d0.abs() + d1.abs() < CONVERGED {
            break;
        }
    }
    (rounded(slope), rounded(intercept))
}

/// The smallest threshold that refuses [`REFUSED`] of the queries without an answer.
fn offer(judged: &[Judged]) -> f64 {
    let mut negatives: Vec<(f64, f64)> = judged
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
            return ((offered + PLACES.recip()) * PLACES).ceil() / PLACES;
        }
    }
    UNDECIDED
}

/// The threshold without labels: the one that best separates generated lines with an answer from
/// those without (Youden 1950), of several the nearest to ½. Generated lines without an answer are
/// harder than real ones, so that a fixed share of them refused would refuse too many others.
fn youden(judged: &[Judged]) -> f64 {
    let total = |inside: bool| {
        judged
            .iter()
            .filter(|s| s.in_scope == inside)
            .map(|s| s.weight)
            .sum::<f64>()
    };
    let (positives, negatives) = (
        total(true).max(f64::MIN_POSITIVE),
        total(false).max(f64::MIN_POSITIVE),
    );
    let mut ordered: Vec<&Judged> = judged.iter().collect();
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
        .min_by(|a, b| (a - UNDECIDED).abs().total_cmp(&(b - UNDECIDED).abs()))
        .unwrap_or(UNDECIDED);
    rounded(threshold)
}

/// The smallest confidence from which on [`PRECISE`] of the answers are right.
fn answer(judged: &[Judged], decision: &Decision) -> f64 {
    let judge = Judge::new(decision.clone()).expect("the fit gives every feature a weight");
    let mut given: Vec<(f64, f64, bool)> = judged
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
    (least * PLACES).floor() / PLACES
}
