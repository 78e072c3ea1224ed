//! Candidates to evidence: everything that speaks for or against each topic. Pure.

use std::ops::Range;

use crate::index::{Alignment, LineKind, Local, Topics};

use super::compare::Comparison;
use super::evidence::{Evidence, Exclude, TemplateMatch};
use super::read::Reading;

/// Topics that are compared in full, at most. Source: chosen.
const CANDIDATES: usize = 24;
/// Templates that are aligned, at most; in a paste of more lines one a line. Source: chosen, for cost.
const ALIGNED: usize = 4;
/// Lines for which a template is aligned, at most. Source: chosen, for cost.
const LINES: usize = 16;
/// A template is aligned if the paste has at least this share of what it has of the most promising
/// template. Source: chosen, for cost.
const PROMISING: f32 = 0.5;
/// Share of its grams that the paste must have for a template to be aligned; agreement of a code
/// counts the same. Source: chosen.
const HELD: f32 = 0.2;
/// Share of a template ([`Alignment::share`]) up to which it is not the message. Source: prototype.
const LEAST_SHARE: f32 = 0.5;
/// Range above [`LEAST_SHARE`] over which certainty rises to 1. Source: prototype.
const SHARE_RANGE: f32 = 0.3;
/// Score from which on an alignment is long enough for full certainty, in atom weights. Source:
/// prototype.
const FULL_SCORE: f32 = 4.5;
/// Certainty from an agreeing code alone. Source: chosen.
const CODE_STRENGTH: f32 = 0.5;
/// Factor on the conflict of codes; from 1 on the loss is full. Source: prototype.
const CONFLICT_FACTOR: f32 = 2.0;
/// Share of the strength that a full conflict of codes costs. Source: prototype.
const CONFLICT_LOSS: f32 = 0.7;

/// Compares the paste with the most promising topics. Entries and out-of-scope topics are mixed, at
/// most [`CANDIDATES`], in no order.
pub(super) fn rank(
    topics: &Topics,
    index: &Local,
    reading: &Reading,
    exclude: Exclude,
) -> Vec<Evidence> {
    let comparison = Comparison::new(topics, reading);
    let proposed = index.propose(&mut reading.terms());
    let mut found: Vec<Evidence> = candidates(topics, &proposed, exclude)
        .iter()
        .map(|(topic, lines)| comparison.evidence(*topic, lines, exclude))
        .collect();
    align(topics, reading, exclude, &comparison, &mut found);
    weaken_general(&mut found);
    found
}

/// The topics of the proposed lines, each with those lines, followed by the lines that are always
/// compared: templates and near misses.
fn candidates(topics: &Topics, proposed: &[usize], exclude: Exclude) -> Vec<(usize, Vec<usize>)> {
    let mut candidates: Vec<(usize, Vec<usize>)> = Vec::with_capacity(CANDIDATES);
    for &line in proposed {
        let topic = topics.lines[line].topic as usize;
        if exclude == Exclude::Topic(topic) || exclude == Exclude::Line(line) {
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

/// Aligns the templates of which the paste has most, and fills in the strongest of each topic.
fn align(
    topics: &Topics,
    reading: &Reading,
    exclude: Exclude,
    comparison: &Comparison<'_>,
    found: &mut [Evidence],
) {
    let mut promising: Vec<(f32, usize, usize)> = Vec::new();
    for (position, evidence) in found.iter().enumerate() {
        for (index, (line, _)) in topics.topics[evidence.topic].templates.iter().enumerate() {
            if exclude == Exclude::Line(*line) {
                continue;
            }
            let held = comparison.held(*line).max(evidence.code);
            if held >= HELD {
                promising.push((held, position, index));
            }
        }
    }
    promising.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let least = promising.first().map_or(0.0, |p| p.0 * PROMISING);
    let lines = reading.analyzed.lines().count().min(LINES);
    let aligned = promising.into_iter().take(ALIGNED.max(lines));
    for (_, position, index) in aligned.filter(|p| p.0 >= least) {
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

/// Weakens general templates: of two templates on one stretch, of which one matches more, the other
/// loses strength by the ratio of their scores.
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

/// Certainty that an aligned template is the message, 0 to 1: a large share of it is matched,
/// enough in all, and no word inside is replaced; or a code agrees. A conflict of codes lowers it.
fn strength(alignment: &Alignment, code: f32, conflict: f32) -> f32 {
    let enough = ((alignment.share - LEAST_SHARE) / SHARE_RANGE).clamp(0.0, 1.0)
        * (alignment.score / FULL_SCORE).clamp(0.0, 1.0);
    let intact = 1.0 - alignment.missing_word;
    let either = 1.0 - (1.0 - enough * intact) * (1.0 - CODE_STRENGTH * code);
    either * (1.0 - CONFLICT_LOSS * (CONFLICT_FACTOR * conflict).min(1.0))
}
