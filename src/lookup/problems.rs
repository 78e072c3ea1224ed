//! Several errors in one paste. Each template aligned with a stretch of its own is a problem, and
//! beside at least one such template each other line that reports a failure.

use std::ops::Range;

use crate::text::style;

use super::alone;
use super::engine::{Engine, Scored};
use super::paste::Paste;
use super::verdict::Verdict;

/// Strength from which on an aligned template is a problem of its own. Source: chosen.
const STRONG: f32 = 0.7;
/// Lines above which a paste is a log, whose other lines belong to the same error. Source: chosen.
const LINES: usize = 40;
/// Information of a line below which it is a heading (about two words of the domain). Source:
/// chosen.
const INFORMATION: f32 = 1.6;

/// One of several errors in a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Range of the sent text, in Unicode scalar values.
    pub span: Range<usize>,
    /// The decision on this stretch alone.
    pub verdict: Verdict,
}

/// The problems in the order of the paste; empty unless there are at least two.
pub(super) fn split(engine: &Engine, paste: &Paste, scored: &Scored, limit: usize) -> Vec<Problem> {
    let mut stretches = stretches(engine, scored);
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
        .map(|span| Problem {
            verdict: alone::decided(engine, &sent, span.clone(), paste.platform(), limit),
            span,
        })
        .collect()
}

/// Disjoint stretches of the sent text with strongly aligned templates, ascending. Of two that
/// overlap, the one of the higher score stays.
fn stretches(engine: &Engine, scored: &Scored) -> Vec<Range<usize>> {
    let reading = &scored.reading;
    let mut found: Vec<(f32, Range<usize>)> = scored
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

/// Lines that no stretch touches and that report a failure: not a person's words, not a heading,
/// not a part of a program's data.
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

/// Cuts the text between the stretches: behind the first line end between two, else right before
/// the later one.
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
