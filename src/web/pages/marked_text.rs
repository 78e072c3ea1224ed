//! A pasted text with the stretches marked that an entry explains, what stands around its messages,
//! and the legend of the marks.

use std::ops::Range;

use crate::lookup::{Span, SpanKind};
use crate::wording;

/// Lines of structure from which on they are folded. Chosen: fewer are read at a glance.
const FOLDED: usize = 6;

/// A part of a text, cut at its marks.
pub(super) struct MarkedText {
    /// In the order of the text; together they are the whole part.
    pub(super) segments: Vec<Segment>,
    /// Class and label of the kinds that occur; empty where nothing is marked.
    pub(super) legend: Vec<(&'static str, &'static str)>,
}

/// A stretch of the text: marked, unknown, or nothing but white space and punctuation.
#[derive(Debug, PartialEq)]
pub(super) struct Segment {
    kind: Option<SpanKind>,
    /// Words that nothing explained.
    unknown: bool,
    /// Stack frames, heads of log lines, names of fields.
    structure: bool,
    pub(super) text: String,
}

impl MarkedText {
    /// Marks `part` of a text, a range of characters, with spans and structure that are ascending and
    /// disjoint each.
    pub(super) fn new(
        text: &[char],
        part: Range<usize>,
        spans: &[Span],
        structure: &[Range<usize>],
    ) -> Self {
        let mut segments = segments(text, part, spans, structure);
        let marked = |kind: &SpanKind| segments.iter().any(|s| s.kind == Some(*kind));
        let every = [
            SpanKind::Literal,
            SpanKind::Code,
            SpanKind::Variable,
            SpanKind::Platform,
        ];
        let mut legend: Vec<_> = every
            .into_iter()
            .filter(marked)
            .map(|k| (wording::span_id(k), wording::span(k)))
            .collect();
        // Beside what is known, what is not; where nothing is known there is nothing to tell apart.
        if !legend.is_empty() {
            for segment in &mut segments {
                segment.unknown = segment.kind.is_none()
                    && !segment.structure
                    && segment.text.contains(char::is_alphanumeric);
            }
            if segments.iter().any(|s| s.unknown) {
                legend.push((wording::UNKNOWN_ID, wording::UNKNOWN));
            }
        }
        if segments.iter().any(|s| s.structure) {
            legend.push((wording::STRUCTURE_ID, wording::STRUCTURE));
        }
        Self { segments, legend }
    }
}

impl Segment {
    pub(super) fn class(&self) -> Option<&'static str> {
        self.kind
            .map(wording::span_id)
            .or(self.structure.then_some(wording::STRUCTURE_ID))
            .or(self.unknown.then_some(wording::UNKNOWN_ID))
    }

    /// Number of its lines, if they are folded.
    pub(super) fn folded(&self) -> Option<usize> {
        let lines = self.text.lines().count();
        (self.structure && lines >= FOLDED).then_some(lines)
    }

    /// The mark in words, which a screen reader reads as its description.
    pub(super) fn label(&self) -> Option<&'static str> {
        self.kind.map(wording::span)
    }
}

/// A part without the white space at its ends.
pub(super) fn trimmed(text: &[char], part: Range<usize>) -> Range<usize> {
    let is_text = |c: &char| !c.is_whitespace();
    match text[part.clone()].iter().position(is_text) {
        None => part,
        Some(first) => {
            let last = text[part.clone()]
                .iter()
                .rposition(is_text)
                .unwrap_or(first);
            part.start + first..part.start + last + 1
        }
    }
}

/// Cuts a part of the text at the ends of its marks, and what is not marked at those of the
/// structure. Spans and structure are ascending and disjoint each.
fn segments(
    text: &[char],
    part: Range<usize>,
    spans: &[Span],
    structure: &[Range<usize>],
) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut push = |range: Range<usize>, kind, structure| {
        if !range.is_empty() {
            segments.push(Segment {
                kind,
                unknown: false,
                structure,
                text: text[range].iter().collect(),
            });
        }
    };
    let mut at = part.start;
    let end = Span {
        start: part.end,
        end: part.end,
        kind: SpanKind::Literal,
    };
    for span in spans.iter().chain([&end]) {
        let (start, end) = (span.start.max(at).min(part.end), span.end.min(part.end));
        let from = at;
        let around = structure.iter().filter(|r| r.end > from && r.start < start);
        for around in around {
            let (from, to) = (around.start.max(at), around.end.min(start));
            push(at..from, None, false);
            push(from..to, None, true);
            at = to;
        }
        push(at..start, None, false);
        push(start..end, Some(span.kind), false);
        at = at.max(end).max(start);
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, part: Range<usize>, spans: &[(usize, usize)]) -> String {
        let text: Vec<char> = text.chars().collect();
        let kind = SpanKind::Literal;
        let spans: Vec<Span> = spans
            .iter()
            .map(|&(start, end)| Span { start, end, kind })
            .collect();
        let mark = |s: Segment| {
            if s.kind.is_some() {
                format!("[{}]", s.text)
            } else {
                s.text
            }
        };
        segments(&text, part, &spans, &[])
            .into_iter()
            .map(mark)
            .collect()
    }

    #[test]
    fn marks_lie_on_the_characters_of_the_part() {
        assert_eq!(
            cut("错误😀CD08完", 0..8, &[(0, 2), (3, 7)]),
            "[错误]😀[CD08]完"
        );
        assert_eq!(cut("甲乙丙丁", 1..3, &[(0, 2), (2, 4)]), "[乙][丙]");
        assert_eq!(cut("甲乙丙丁", 0..4, &[]), "甲乙丙丁");
        assert_eq!(cut("甲乙丙丁", 2..4, &[(0, 1)]), "丙丁");
    }

    #[test]
    fn structure_is_cut_where_a_mark_is() {
        let text: Vec<char> = "甲乙丙丁戊己".chars().collect();
        let spans = [Span {
            start: 3,
            end: 4,
            kind: SpanKind::Literal,
        }];
        let cut: Vec<(String, bool)> = segments(&text, 1..6, &spans, &[0..2, 3..5])
            .into_iter()
            .map(|s| (s.text, s.structure))
            .collect();
        let expected = [
            ("乙", true),
            ("丙", false),
            ("丁", false),
            ("戊", true),
            ("己", false),
        ];
        assert_eq!(
            cut,
            expected.map(|(text, structure)| (text.to_owned(), structure))
        );
    }

    #[test]
    fn a_part_is_trimmed_but_never_vanishes() {
        let text: Vec<char> = "甲\n 乙丙 \n".chars().collect();
        assert_eq!(trimmed(&text, 1..7), 3..5);
        assert_eq!(trimmed(&text, 0..1), 0..1);
        assert_eq!(trimmed(&text, 5..7), 5..7);
    }
}
