//! The stretches of the user's own text that a result rests on. Pure.

use std::ops::Range;

use crate::index::{Line, Topics};
use crate::text::gram::{self, grams};
use crate::text::{AtomKind, VariableKind};

use super::evidence::{Evidence, Near, TemplateMatch};
use super::read::Reading;

/// Strength from which on an aligned template is shown as the explanation; below it, the nearest
/// training phrase is. Source: chosen.
const SHOWN: f32 = 0.3;

/// The match between an entry and the sent text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matched {
    /// The aligned template, as its author wrote it.
    pub template: Option<String>,
    /// The nearest training phrase (相似问法, 类似报错 or title), when no template was aligned.
    pub phrase: Option<String>,
    /// Matched stretches: disjoint, ascending.
    pub spans: Vec<Span>,
}

/// A stretch of the sent text, in Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The kind of match.
    pub kind: SpanKind,
}

/// The kind of match that a [`Span`] marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// Characters that the entry has too.
    Literal,
    /// A variable part: taken by a wildcard, or masked.
    Variable,
    /// An error code of the entry.
    Code,
    /// The name of a platform of the entry.
    Platform,
}

/// The template or training phrase that the score came from, with its spans on the sent text.
pub(super) fn matched(topics: &Topics, reading: &Reading, evidence: &Evidence) -> Matched {
    let topic = &topics.topics[evidence.topic];
    let mut marks = Marks::new(reading);
    let shown = evidence.template.as_ref().filter(|t| t.strength >= SHOWN);
    let mut matched = Matched::default();
    if let Some(found) = shown {
        matched.template = Some(topic.templates[found.index].1.text.clone());
        marks.template(reading, found);
    } else if evidence.gram.score > 0.0 {
        let line = &topics.lines[evidence.gram.line];
        matched.phrase = Some(line.text.clone());
        marks.phrase(topics, reading, &evidence.gram, line);
    }
    for (range, code) in reading.analyzed.marks.codes.iter().zip(&reading.codes) {
        if evidence.code > 0.0 && topic.codes.iter().any(|c| c == code) {
            marks.set(range.clone(), SpanKind::Code);
        }
    }
    for name in &reading.analyzed.names {
        if topic.platforms.contains(&name.value) {
            marks.set(name.start..name.end, SpanKind::Platform);
        }
    }
    matched.spans = marks.spans(reading);
    matched
}

/// The kind of match of each normalised character.
struct Marks(Vec<Option<SpanKind>>);

impl Marks {
    /// Marks the variable parts, short numbers left out: they are variable for every entry.
    fn new(reading: &Reading) -> Self {
        let mut marks = Self(vec![None; reading.analyzed.normalized.chars().len()]);
        for v in reading
            .analyzed
            .marks
            .variables
            .iter()
            .filter(|v| v.kind != VariableKind::Number)
        {
            marks.set(v.range.clone(), SpanKind::Variable);
        }
        marks
    }

    fn set(&mut self, range: Range<usize>, kind: SpanKind) {
        self.0[range].fill(Some(kind));
    }

    /// Marks the matched atoms of a template.
    fn template(&mut self, reading: &Reading, found: &TemplateMatch) {
        let atoms = &reading.analyzed.atoms;
        let range = |i: usize| atoms[i].start as usize..atoms[i].end as usize;
        for &taken in &found.alignment.taken {
            self.set(range(taken), SpanKind::Variable);
        }
        let mut last: Option<usize> = None;
        for &(_, q) in &found.alignment.pairs {
            let kind = if atoms[q].kind == AtomKind::Code {
                SpanKind::Code
            } else {
                SpanKind::Literal
            };
            self.set(range(q), kind);
            // Punctuation between two adjacent matched atoms matched as well.
            if let Some(last) = last.filter(|l| l + 1 == q) {
                for at in range(last).end..range(q).start {
                    self.0[at].get_or_insert(SpanKind::Literal);
                }
            }
            last = Some(q);
        }
    }

    /// Marks the words, and the grams of two characters or more, that `line` has too, inside the
    /// window of `near`.
    fn phrase(&mut self, topics: &Topics, reading: &Reading, near: &Near, line: &Line) {
        let clauses = &reading.analyzed.clauses;
        let (Some(first), Some(last)) = (
            clauses.get(near.from),
            clauses.get(near.to.saturating_sub(1)),
        ) else {
            return;
        };
        let window = first.start..last.end;
        let has = |terms: &[(u32, f32)], id: Option<u32>| {
            id.is_some_and(|id| terms.binary_search_by_key(&id, |t| t.0).is_ok())
        };
        for token in &reading.analyzed.tokens {
            let range = token.start as usize..token.end as usize;
            if range.start >= window.start
                && range.end <= window.end
                && has(&line.words, topics.words.id(token.term))
            {
                self.set(range, SpanKind::Literal);
            }
        }
        let mut shared = Vec::new();
        grams(
            reading.analyzed.normalized.chars(),
            &reading.analyzed.marks,
            window,
            |gram, at| {
                let length = gram::length(gram);
                if length > 1 && has(&line.grams, topics.grams.id(gram)) {
                    shared.push(at..at + length);
                }
            },
        );
        for range in shared {
            self.set(range, SpanKind::Literal);
        }
    }

    /// The marked stretches as spans of the sent text.
    fn spans(&self, reading: &Reading) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut i = 0;
        while i < self.0.len() {
            let mut end = i + 1;
            while end < self.0.len() && self.0[end] == self.0[i] {
                end += 1;
            }
            if let Some(kind) = self.0[i] {
                let source = reading.analyzed.normalized.source(i..end);
                let start = source.start.max(spans.last().map_or(0, |s| s.end));
                let end = source.end;
                match spans.last_mut() {
                    Some(last) if last.end == start && last.kind == kind && start < end => {
                        last.end = end
                    }
                    _ if start < end => spans.push(Span { start, end, kind }),
                    _ => {}
                }
            }
            i = end;
        }
        spans
    }
}
