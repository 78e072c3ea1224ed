//! Several errors in one paste. Where two lines or more are messages, each line is a problem, known or
//! not. Elsewhere each template aligned with a stretch of its own is a problem, and
//! beside at least one such template each other line that reports a failure.

use std::ops::Range;

use crate::text::{Analyzed, style};

use super::alone;
use super::engine::{Engine, Scored};
use super::paste::Paste;
use super::verdict::{Outcome, Verdict};

/// Strength from which on an aligned template is a problem of its own. Source: chosen.
const STRONG: f32 = 0.7;
/// Lines above which a paste is a log, whose other lines belong to the same error. Source: chosen.
const LINES: usize = 40;
/// Share of the letters and digits of a line from which on a message is the whole line. Source: chosen.
const WHOLE: f32 = 0.6;
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
    /// Times that it stands in the paste, 1 or more; the span is that of the first.
    pub count: usize,
}

/// The problems in the order of the paste; empty unless there are at least two.
pub(super) fn split(engine: &Engine, paste: &Paste, scored: &Scored, limit: usize) -> Vec<Problem> {
    let mut stretches = stretches(engine, scored);
    if stretches.is_empty() {
        return Vec::new();
    }
    let sent: Vec<char> = paste.text().chars().collect();
    let decide = |span: Range<usize>| Problem {
        verdict: alone::decided(engine, &sent, span.clone(), paste.platform(), limit),
        span,
        count: 1,
    };
    let lines = lines(scored);
    let whole = |line: &&Range<usize>| stretches.iter().any(|s| is_whole(&sent, line, s));
    if lines.len() <= LINES && lines.iter().filter(whole).count() > 1 {
        let lines = joined(lines, &stretches);
        let problems = lines.into_iter().map(decide);
        let problems = problems.filter(|p| tells(engine, &sent, p)).collect();
        return counted(&sent, problems);
    }
    stretches.extend(other_lines(engine, scored, &stretches));
    if stretches.len() < 2 {
        return Vec::new();
    }
    stretches.sort_by_key(|r| r.start);
    bounds(&sent, &stretches).into_iter().map(decide).collect()
}

/// The lines that are read, as ranges of the sent text.
fn lines(scored: &Scored) -> Vec<Range<usize>> {
    let analyzed = &scored.reading.analyzed;
    let lines = analyzed.lines();
    lines.map(|line| analyzed.normalized.source(line)).collect()
}

/// True if a stretch is most of a line and lies in it.
fn is_whole(sent: &[char], line: &Range<usize>, stretch: &Range<usize>) -> bool {
    let letters = |range: &Range<usize>| {
        let letters = sent[range.clone()].iter().filter(|c| c.is_alphanumeric());
        letters.count() as f32
    };
    line.start <= stretch.start
        && stretch.end <= line.end
        && letters(stretch) >= WHOLE * letters(line)
}

/// The lines, those joined that one stretch lies on.
fn joined(lines: Vec<Range<usize>>, stretches: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(lines.len());
    for line in lines {
        match joined.last_mut() {
            Some(last)
                if stretches
                    .iter()
                    .any(|s| s.start < last.end && line.start < s.end) =>
            {
                last.end = line.end;
            }
            _ => joined.push(line),
        }
    }
    joined
}

/// True for a line among others that is known, or long enough to be an error and no question.
fn tells(engine: &Engine, sent: &[char], problem: &Problem) -> bool {
    let line = &sent[problem.span.clone()];
    let text: String = line.iter().collect();
    let heading = text.trim_end().ends_with([':', '：']);
    let information = || {
        let tokens = engine.read(&text).tokens;
        tokens.iter().map(|t| t.weight).sum::<f32>()
    };
    problem.verdict.outcome == Outcome::Answer
        || !heading && !style::asks(&text) && information() >= INFORMATION
}

/// Equal lines as one with their count; empty unless two are left.
fn counted(sent: &[char], problems: Vec<Problem>) -> Vec<Problem> {
    let mut counted: Vec<Problem> = Vec::with_capacity(problems.len());
    for problem in problems {
        let same = |p: &&mut Problem| sent[p.span.clone()] == sent[problem.span.clone()];
        match counted.iter_mut().find(same) {
            Some(first) => first.count += 1,
            None => counted.push(problem),
        }
    }
    if counted.len() > 1 {
        counted
    } else {
        Vec::new()
    }
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
/// not a part of a program's data. Ranges of the sent text.
fn other_lines(engine: &Engine, scored: &Scored, stretches: &[Range<usize>]) -> Vec<Range<usize>> {
    let analyzed = &scored.reading.analyzed;
    let lines: Vec<Range<usize>> = analyzed.lines().collect();
    if lines.len() > LINES {
        return Vec::new();
    }
    let apart = |line: &Range<usize>| {
        let touches = |s: &Range<usize>| s.start < line.end && line.start < s.end;
        !stretches.iter().any(touches)
    };
    let source = |line: &Range<usize>| analyzed.normalized.source(line.clone());
    // Reading a line costs as much as a short lookup: those of a message are left out first.
    let others = lines.iter().filter(|line| apart(&source(line)));
    let failures = others.filter(|line| is_failure(engine, analyzed, line));
    failures.map(source).collect()
}

fn is_failure(engine: &Engine, analyzed: &Analyzed, line: &Range<usize>) -> bool {
    let text: String = analyzed.normalized.chars()[line.clone()].iter().collect();
    let data = |c: char| matches!(c, '{' | '}' | '[' | ']' | '"' | '\'' | '<' | '&');
    if text.trim_start().starts_with(data) || text.trim_end().ends_with(':') {
        return false;
    }
    let coded = analyzed
        .marks
        .codes
        .iter()
        .any(|code| line.contains(&code.start));
    let alone = engine.read(&text);
    let information: f32 = alone.tokens.iter().map(|t| t.weight).sum();
    alone.style.message && information >= INFORMATION && (coded || style::says_failure(&text))
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
