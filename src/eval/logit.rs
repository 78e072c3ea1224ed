//! The weights of a conditional logit, by Newton's method. Knows features, not their meaning.

use crate::lookup::judge::{FEATURES, Features};

/// Count of weights.
pub(super) const N: usize = FEATURES.len();
/// Strength of the ridge that pulls standardised weights towards 0. Source: prototype.
const RIDGE: f64 = 10.0;
/// Newton steps at most. Source: chosen.
const STEPS: usize = 60;
/// Relative gain of the objective below which it has converged. Source: chosen.
const CONVERGED: f64 = 1e-6;
/// Share of a Newton step below which it is not halved any more. Source: chosen.
const SHORTEST_STEP: f64 = 1e-4;
/// Least probability of the right alternatives, so that it has a logarithm. Source: chosen.
const LEAST_PROBABILITY: f64 = 1e-300;

/// A query as features with labels.
#[derive(Debug, Clone)]
pub struct Example {
    /// Features of every candidate, then of `none`.
    pub(super) alternatives: Vec<Features>,
    /// True for each alternative that is right.
    pub(super) right: Vec<bool>,
    /// True for each alternative that is an entry.
    pub(super) entries: Vec<bool>,
    /// Weight relative to a labelled query.
    pub(super) weight: f64,
}

impl Example {
    /// True if either entries alone are right or others alone: the example says whether there is an
    /// answer.
    pub(super) fn is_settled(&self) -> bool {
        let right = |entry: bool| {
            let alternatives = self.right.iter().zip(&self.entries);
            alternatives.filter(|(_, e)| **e == entry).any(|(r, _)| *r)
        };
        right(true) != right(false)
    }

    /// Joint probability of the right alternatives, at least [`LEAST_PROBABILITY`].
    fn right_share(&self, probabilities: &[f64]) -> f64 {
        let right = probabilities
            .iter()
            .zip(&self.right)
            .filter(|(_, right)| **right);
        right.map(|(p, _)| p).sum::<f64>().max(LEAST_PROBABILITY)
    }
}

/// Probabilities of the alternatives: the softmax of their utilities.
pub(super) fn probabilities(example: &Example, weights: &[f64; N]) -> Vec<f64> {
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

/// Root mean square of each feature over the alternatives that have it, so that the ridge pulls on
/// all weights alike.
pub(super) fn scales(examples: &[&Example]) -> [f64; N] {
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

/// Maximises `Σ weight · ln Σ_{right} P − ridge/2 · |w|²` over standardised weights, by Newton
/// steps on the lower bound with the right alternatives' shares held fixed (EM; Dempster, Laird and
/// Rubin 1977). Each step is halved until the objective rises.
pub(super) fn maximise(examples: &[&Example], scale: &[f64; N]) -> [f64; N] {
    let mut weights = [0.0; N];
    let raw = |w: &[f64; N]| -> [f64; N] { std::array::from_fn(|i| w[i] / scale[i]) };
    let objective = |w: &[f64; N]| -> f64 {
        let raw = raw(w);
        let fit: f64 = examples
            .iter()
            .map(|e| {
                let p = probabilities(e, &raw);
                e.weight * e.right_share(&p).ln()
            })
            .sum();
        fit - RIDGE / 2.0 * w.iter().map(|w| w * w).sum::<f64>()
    };
    let mut value = objective(&weights);
    for _ in 0..STEPS {
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
                break gain > CONVERGED * value.abs();
            }
            size /= 2.0;
            if size < SHORTEST_STEP {
                break false;
            }
        };
        if !improved {
            break;
        }
    }
    weights
}

/// Gradient of the objective, and the negated Hessian of the lower bound (lower triangle).
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
        let right = e.right_share(&p);
        let mut mean = [0.0; N];
        for ((features, p), is_right) in e.alternatives.iter().zip(&p).zip(&e.right) {
            let x: [f64; N] = std::array::from_fn(|i| f64::from(features[i]) / scale[i]);
            let posterior = if *is_right { p / right } else { 0.0 };
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

/// Solves `a x = b` by Cholesky's decomposition; `a` holds the lower triangle. `None` if it is not
/// positive definite.
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
