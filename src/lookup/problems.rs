//! Several errors in one paste: each template that lies on a stretch of its own is a problem, and
//! beside one each line that says of something else that it failed.

use std::ops::Range;

use crate::text::style;

use super::engine::{Considered, Engine};
use super::rank::Leave;
use super::{Paste, Problem, verdict};

/// A template must be aligned at least this strongly to make a problem of its own.
const STRONG: f32 = 0.7;

/// A paste of more lines is a log: what is said around an error there is of the same error.
const LINES: usize = 40;
/// A line of less information (two words of the trade) is a heading.
const INFORMATION: f32 = 1.6;

/// The problems in the order of the paste; empty unless there are at least two.
pub(super) fn split(
    engine: &Engine,
    paste: &Paste,
    considered: &Considered,
    limit: usize,
) -> Vec<Problem> {
    let mut stretches = stretches(engine, considered);
    if stretches.is_empty() {
        return Vec::new();
    }
    let sent: Vec<char> = paste.text().chars().collect();
    stretches.extend(other_lines(engine, &sent, &stretches));
    if stretches.len() < 2 {
        return Vec::new();
    }
    stretches.sort_by_key(|r| r.start);
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

/// The lines that no stretch touches and that are messages of failures: neither somebody's words, nor
/// a heading, nor a part of a program's data.
fn other_lines(engine: &Engine, sent: &[char], stretches: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in sent.split(|c| *c == '\n') {
        lines.push(start..start + line.len());
        start += line.len() + 1;
    }
    if lines.len() > LINES {
        return Vec::new();
    }
    lines.retain(|line| {
        let touched = |s: &Range<usize>| s.start < line.end && line.start < s.end;
        !stretches.iter().any(touched) && is_failure(engine, &sent[line.clone()])
    });
    lines
}

fn is_failure(engine: &Engine, line: &[char]) -> bool {
    let text: String = line.iter().collect();
    let data = |c: char| matches!(c, '{' | '}' | '[' | ']' | '"' | '\'' | '<' | '&');
    if text.trim_start().starts_with(data) || text.trim_end().ends_with([':', '：']) {
        return false;
    }
    let analyzed = engine.read(&text);
    let information: f32 = analyzed.tokens.iter().map(|t| t.weight).sum();
    analyzed.style.message
        && information >= INFORMATION
        && style::says_failure(&analyzed.normalized.text())
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
