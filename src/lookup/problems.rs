//! Several errors in one paste: each template that lies on a stretch of its own is a problem.

use std::ops::Range;

use super::engine::{Considered, Engine};
use super::rank::Leave;
use super::{Paste, Problem, verdict};

/// A template must be aligned at least this strongly to make a problem of its own.
const STRONG: f32 = 0.7;

/// The problems in the order of the paste; empty unless there are at least two.
pub(super) fn split(
    engine: &Engine,
    paste: &Paste,
    considered: &Considered,
    limit: usize,
) -> Vec<Problem> {
    let stretches = stretches(engine, considered);
    if stretches.len() < 2 {
        return Vec::new();
    }
    let sent: Vec<char> = paste.text().chars().collect();
    bounds(&sent, &stretches)
        .into_iter()
        .map(|span| {
            let text: String = sent[span.clone()].iter().collect();
            let part = engine.consider(&text, paste.platform(), Leave::Nothing);
            let mut verdict = verdict::verdict(engine, &text, &part, limit);
            for s in verdict
                .results
                .iter_mut()
                .flat_map(|hit| &mut hit.matched.spans)
            {
                s.start += span.start;
                s.end += span.start;
            }
            Problem { span, verdict }
        })
        .collect()
}

/// Where strongly aligned templates of different entries lie in the sent text, apart from one
/// another: the strongest first where two overlap.
fn stretches(engine: &Engine, considered: &Considered) -> Vec<Range<usize>> {
    let reading = &considered.reading;
    let mut found: Vec<(f32, Range<usize>)> = considered
        .evidence
        .iter()
        .filter(|e| engine.entry_of(e.topic).is_some())
        .filter_map(|e| e.template.as_ref())
        .filter(|t| t.strength >= STRONG)
        .map(|t| {
            let (atoms, stretch) = (&reading.analyzed.atoms, t.alignment.stretch());
            let (first, last) = (&atoms[stretch.start], &atoms[stretch.end - 1]);
            let range = first.start as usize..last.end as usize;
            (t.alignment.score, reading.analyzed.normalized.source(range))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.start.cmp(&b.1.start)));
    let mut apart: Vec<Range<usize>> = Vec::new();
    for (_, range) in found {
        if apart
            .iter()
            .all(|r| range.end <= r.start || range.start >= r.end)
        {
            apart.push(range);
        }
    }
    apart.sort_by_key(|r| r.start);
    apart
}

/// Cuts the text between the stretches: at the last line end between two, else right before the
/// later one.
fn bounds(sent: &[char], stretches: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut bounds = Vec::with_capacity(stretches.len());
    let mut start = 0;
    for (i, stretch) in stretches.iter().enumerate() {
        let end = match stretches.get(i + 1) {
            None => sent.len(),
            Some(next) => {
                let between = &sent[stretch.end..next.start];
                between
                    .iter()
                    .position(|c| *c == '\n')
                    .map_or(next.start, |at| stretch.end + at + 1)
            }
        };
        bounds.push(start..end);
        start = end;
    }
    bounds
}
