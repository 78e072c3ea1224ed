//! Fits the decision: a conditional logit with `none`, its calibration and its thresholds.
//!
//! Deterministic: the same content and labels give the same file.

use std::collections::BTreeMap;

use crate::lookup::Engine;
use crate::lookup::judge::{Decision, FEATURES, Features, alternatives};
use crate::lookup::rank::Leave;

use super::generate::generate;
use super::labelled::{Labelled, is_right};

const N: usize = FEATURES.len();
/// Strength of the pull of standardised weights towards 0.
const RIDGE: f64 = 10.0;
/// Of what nothing here answers, this share must be refused.
pub const REFUSED: f64 = 0.97;
/// Of those given as `answer`, this share must be right.
pub const PRECISE: f64 = 0.99;

/// A query as the fit sees it.
#[derive(Debug, Clone)]
pub struct Example {
    /// Features of every candidate, then of `none`.
    alternatives: Vec<Features>,
    /// Which of them are right.
    right: Vec<bool>,
    /// Which of them are entries.
    entries: Vec<bool>,
    weight: f64,
}

/// Examples from the content itself.
pub fn generated_examples(engine: &Engine) -> Vec<Example> {
    generate(engine)
        .iter()
        .filter_map(|g| {
            let right = |topic: usize| Some(topic) == g.topic;
            example(engine, &g.text, g.leave, g.topic.is_some(), right, g.weight)
        })
        .collect()
}

/// Examples from labelled queries, each of weight 1.
pub fn labelled_examples(engine: &Engine, queries: &[&Labelled]) -> Vec<Example> {
    queries
        .iter()
        .filter_map(|q| {
            let right = |topic: usize| {
                engine
                    .entry_of(topic)
                    .is_some_and(|e| is_right(engine, q, e))
            };
            example(
                engine,
                &q.text,
                Leave::Nothing,
                !q.gold.is_empty(),
                right,
                1.0,
            )
        })
        .collect()
}

/// None when the right entry is not even a candidate: no weight can mend that.
fn example(
    engine: &Engine,
    text: &str,
    leave: Leave,
    in_scope: bool,
    is_right: impl Fn(usize) -> bool,
    weight: f64,
) -> Option<Example> {
    let considered = engine.consider(text, None, leave);
    let is_entry = |topic: usize| engine.entry_of(topic).is_some();
    let alternatives = alternatives(&considered.reading, &considered.evidence, is_entry);
    let topics = considered.evidence.iter().map(|e| e.topic);
    let entries: Vec<bool> = topics.clone().map(is_entry).chain([false]).collect();
    let right: Vec<bool> = if in_scope {
        topics.map(is_right).chain([false]).collect()
    } else {
        entries.iter().map(|e| !e).collect()
    };
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
    let standard = newton(&examples, &scale);
    let weights: [f64; N] = std::array::from_fn(|i| standard[i] / scale[i]);
    let judged = if labelled.is_empty() {
        generated
    } else {
        labelled
    };
    let scored: Vec<Scored> = judged.iter().map(|e| Scored::new(e, &weights)).collect();
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
    decision.offer = offer(&scored);
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

fn probabilities(example: &Example, weights: &[f64; N]) -> Vec<f64> {
    let utilities: Vec<f64> = example
        .alternatives
        .iter()
        .map(|f| f.iter().zip(weights).map(|(f, w)| f64::from(*f) * w).sum())
        .collect();
    let most = utilities.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut p: Vec<f64> = utilities.iter().map(|u| (u - most).exp()).collect();
    let total: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= total);
    p
}

/// Root mean square of each feature over the alternatives, so that the ridge pulls on all alike.
fn scales(examples: &[&Example]) -> [f64; N] {
    let mut sums = [0.0; N];
    let mut count = [0.0; N];
    for f in examples.iter().flat_map(|e| &e.alternatives) {
        for i in 0..N {
            if f[i] != 0.0 {
                sums[i] += f64::from(f[i]).powi(2);
                count[i] += 1.0;
            }
        }
    }
    std::array::from_fn(|i| {
        if sums[i] > 0.0 {
            (sums[i] / count[i]).sqrt()
        } else {
            1.0
        }
    })
}

/// Maximises `Σ weight · ln Σ_{right} P − ridge/2 · |w|²` by Newton steps on the lower bound that
/// takes the right alternatives' shares as given (EM), each halved until the objective rises.
fn newton(examples: &[&Example], scale: &[f64; N]) -> [f64; N] {
    let mut weights = [0.0; N];
    let raw = |w: &[f64; N]| -> [f64; N] { std::array::from_fn(|i| w[i] / scale[i]) };
    let objective = |w: &[f64; N]| -> f64 {
        let raw = raw(w);
        let fit: f64 = examples
            .iter()
            .map(|e| {
                let p = probabilities(e, &raw);
                let right: f64 = p
                    .iter()
                    .zip(&e.right)
                    .filter(|(_, r)| **r)
                    .map(|(p, _)| p)
                    .sum();
                e.weight * right.max(1e-300).ln()
            })
            .sum();
        fit - RIDGE / 2.0 * w.iter().map(|w| w * w).sum::<f64>()
    };
    let mut value = objective(&weights);
    for _ in 0..60 {
        let (gradient, hessian) = derivatives(examples, scale, &raw(&weights), &weights);
        let Some(step) = solve(hessian, gradient) else {
            break;
        };
        let mut size = 1.0;
        let improved = loop {
            let next: [f64; N] = std::array::from_fn(|i| weights[i] + size * step[i]);
            let reached = objective(&next);
            if reached > value {
                let gain = reached - value;
                (weights, value) = (next, reached);
                break gain > 1e-6 * value.abs();
            }
            size /= 2.0;
            if size < 1e-4 {
                break false;
            }
        };
        if !improved {
            break;
        }
    }
    weights
}

fn derivatives(
    examples: &[&Example],
    scale: &[f64; N],
    raw: &[f64; N],
    weights: &[f64; N],
) -> ([f64; N], Vec<[f64; N]>) {
    let mut gradient: [f64; N] = std::array::from_fn(|i| -RIDGE * weights[i]);
    let mut hessian = vec![[0.0; N]; N];
    for (i, row) in hessian.iter_mut().enumerate() {
        row[i] = RIDGE;
    }
    for e in examples {
        let p = probabilities(e, raw);
        let right: f64 = p
            .iter()
            .zip(&e.right)
            .filter(|(_, r)| **r)
            .map(|(p, _)| p)
            .sum();
        let mut mean = [0.0; N];
        for ((features, p), is_right) in e.alternatives.iter().zip(&p).zip(&e.right) {
            let x: [f64; N] = std::array::from_fn(|i| f64::from(features[i]) / scale[i]);
            let posterior = if *is_right {
                p / right.max(1e-300)
            } else {
                0.0
            };
            for i in 0..N {
                if x[i] == 0.0 {
                    continue;
                }
                mean[i] += p * x[i];
                gradient[i] += e.weight * (posterior - p) * x[i];
                for j in 0..=i {
                    hessian[i][j] += e.weight * p * x[i] * x[j];
                }
            }
        }
        for i in 0..N {
            for j in 0..=i {
                hessian[i][j] -= e.weight * mean[i] * mean[j];
            }
        }
    }
    (gradient, hessian)
}

/// Cholesky; `a` holds the lower triangle. None when it is not positive definite.
fn solve(mut a: Vec<[f64; N]>, mut b: [f64; N]) -> Option<[f64; N]> {
    for j in 0..N {
        for k in 0..j {
            let l = a[j][k];
            for row in a.iter_mut().skip(j) {
                row[j] -= row[k] * l;
            }
        }
        if a[j][j] <= 0.0 {
            return None;
        }
        let root = a[j][j].sqrt();
        for row in a.iter_mut().skip(j) {
            row[j] /= root;
        }
    }
    for i in 0..N {
        for k in 0..i {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    for i in (0..N).rev() {
        for k in i + 1..N {
            b[i] -= a[k][i] * b[k];
        }
        b[i] /= a[i][i];
    }
    Some(b)
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
