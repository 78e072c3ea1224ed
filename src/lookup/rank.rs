//! Candidates to evidence: everything that speaks for or against each topic. Pure.

use std::ops::Range;

use crate::index::{Alignment, LineKind, Local, Topics};

use super::compare::Comparison;
use super::read::Reading;

/// How many topics are compared in full.
const CANDIDATES: usize = 24;
/// How many templates are aligned at most: those of which the paste holds half as much as of the
/// first.
const ALIGNED: usize = 4;
/// The share of its grams that a template must find in the paste to be aligned; a code of its own
/// does as well.
const HELD: f32 = 0.2;

/// What to leave out of a topic, so that a line is not found by itself when a decision is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Nothing.
    Nothing,
    /// One line, by its position in [`Topics::lines`].
    Line(usize),
    /// A whole topic, by its position in [`Topics::topics`].
    Topic(usize),
}

/// What speaks for and against one topic.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Position in [`Topics::topics`].
    pub topic: usize,
    /// Likeness over grams to the nearest line, best window; and which line.
    pub gram: Near,
    /// The same over words.
    pub word: Near,
    /// Likeness over grams of the whole text.
    pub whole: f32,
    /// The largest share of a line's grams that the paste holds.
    pub held: f32,
    /// Likeness to the nearest 不是这个问题, where that is nearer than any other line.
    pub near_miss: f32,
    /// Share of the paste's information that the topic's words explain.
    pub coverage: f32,
    /// Of the words of the line nearest over words: the most informative that the paste lacks, over
    /// the most informative of all, 0 to 1.
    pub missing: f32,
    /// The most informative word of the nearest window that the topic does not have, as a share of
    /// what an unknown word weighs.
    pub foreign: f32,
    /// Share of the paste's idf that the topic's words explain, a word the more the more of the
    /// topic's lines have it: `c / (c + 1.5)`.
    pub bag: f32,
    /// The best aligned template.
    pub template: Option<TemplateMatch>,
    /// How much of a code agrees, 0 to 1.
    pub code: f32,
    /// How much of a code is near ours and yet another, 0 to 1.
    pub conflict: f32,
    /// The paste names an error by a short code, and it is none of the topic's.
    pub foreign_code: bool,
    /// A platform of the topic is named.
    pub agrees: bool,
    /// Only other platforms than the topic's are named.
    pub contradicts: bool,
}

impl Evidence {
    /// How surely the best aligned template is the message, 0 where none is aligned.
    pub fn strength(&self) -> f32 {
        self.template.as_ref().map_or(0.0, |t| t.strength)
    }
}

/// A likeness, and the line that it is to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Near {
    /// Cosine, 0 to 1, scaled down for windows of little information.
    pub score: f32,
    /// Position in [`Topics::lines`].
    pub line: usize,
    /// First clause of the window.
    pub from: usize,
    /// One past its last clause.
    pub to: usize,
}

impl Near {
    /// The nearer of two; itself when they are equally near.
    pub(super) fn better(self, other: Self) -> Self {
        if other.score > self.score {
            other
        } else {
            self
        }
    }
}

/// A template aligned with the paste.
#[derive(Debug, Clone)]
pub struct TemplateMatch {
    /// Position in [`Topic::templates`](crate::index::Topic::templates).
    pub index: usize,
    /// 0 to 1: how surely this is the message.
    pub strength: f32,
    /// Where.
    pub alignment: Alignment,
}

/// Compares the paste with the most promising topics; entries and neighbours mixed, no order.
pub fn rank(topics: &Topics, index: &Local, reading: &Reading, leave: Leave) -> Vec<Evidence> {
    let comparison = Comparison::new(topics, reading);
    let mut found: Vec<Evidence> = candidates(topics, &index.propose(&mut reading.terms()), leave)
        .iter()
        .map(|(topic, lines)| comparison.evidence(*topic, lines, leave))
        .collect();
    align(topics, reading, leave, &comparison, &mut found);
    weaken_general(&mut found);
    found
}

/// The topics of the proposed lines, each with those lines and then the ones that are always
/// compared: its templates and its near misses.
fn candidates(topics: &Topics, proposed: &[usize], leave: Leave) -> Vec<(usize, Vec<usize>)> {
    let mut candidates: Vec<(usize, Vec<usize>)> = Vec::with_capacity(CANDIDATES);
    for &line in proposed {
        let topic = topics.lines[line].topic as usize;
        if leave == Leave::Topic(topic) || leave == Leave::Line(line) {
            continue;
        }
        let full = candidates.len() == CANDIDATES;
        match candidates.iter_mut().find(|c| c.0 == topic) {
            Some((_, lines)) => lines.push(line),
            None if full => {}
            None => candidates.push((topic, vec![line])),
        }
    }
    for (topic, lines) in &mut candidates {
        let always = topics.topics[*topic].lines.clone().filter(|line| {
            let kind = topics.lines[*line].kind;
            kind == LineKind::NearMiss || kind == LineKind::Template && !lines.contains(line)
        });
        let always: Vec<usize> = always.collect();
        lines.extend(always);
    }
    candidates
}

/// Aligns the templates that the paste holds most of.
fn align(
    topics: &Topics,
    reading: &Reading,
    leave: Leave,
    comparison: &Comparison<'_>,
    found: &mut [Evidence],
) {
    let mut promising: Vec<(f32, usize, usize)> = Vec::new();
    for (position, evidence) in found.iter().enumerate() {
        for (index, (line, _)) in topics.topics[evidence.topic].templates.iter().enumerate() {
            if leave == Leave::Line(*line) {
                continue;
            }
            let held = comparison.held(*line).max(evidence.code);
            if held >= HELD {
                promising.push((held, position, index));
            }
        }
    }
    promising.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let least = promising.first().map_or(0.0, |p| p.0 / 2.0);
    for (_, position, index) in promising.into_iter().take(ALIGNED).filter(|p| p.0 >= least) {
        let evidence = &mut found[position];
        let (line, template) = &topics.topics[evidence.topic].templates[index];
        let clause = comparison.nearest_clause(*line);
        let Some(alignment) = template.align(&reading.analyzed, clause) else {
            continue;
        };
        let strength = strength(&alignment, evidence.code, evidence.conflict);
        if evidence
            .template
            .as_ref()
            .is_none_or(|t| t.strength < strength)
        {
            evidence.template = Some(TemplateMatch {
                index,
                strength,
                alignment,
            });
        }
    }
}

/// Where two templates lie on one stretch and one says all that the other says and more, it is the
/// one that says more: the other is as strong as it is long beside it.
fn weaken_general(found: &mut [Evidence]) {
    let aligned: Vec<(f32, f32, Range<usize>)> = found
        .iter()
        .filter_map(|e| e.template.as_ref())
        .map(|t| (t.strength, t.alignment.score, t.alignment.stretch()))
        .collect();
    for template in found.iter_mut().filter_map(|e| e.template.as_mut()) {
        let own = template.alignment.stretch();
        let most = aligned
            .iter()
            .filter(|(strength, _, other)| {
                *strength >= template.strength && other.start < own.end && own.start < other.end
            })
            .map(|(_, score, _)| *score)
            .fold(template.alignment.score, f32::max);
        template.strength *= template.alignment.score / most;
    }
}

/// How surely an alignment is the message: enough of it, enough in all, nothing replaced inside.
fn strength(alignment: &Alignment, code: f32, conflict: f32) -> f32 {
    let enough =
        ((alignment.share - 0.5) / 0.3).clamp(0.0, 1.0) * (alignment.score / 4.5).clamp(0.0, 1.0);
    let intact = 1.0 - alignment.missing_word;
    let either = 1.0 - (1.0 - enough * intact) * (1.0 - 0.5 * code);
    either * (1.0 - 0.7 * (2.0 * conflict).min(1.0))
}
