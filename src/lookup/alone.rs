//! A message that stands whole in a part of a paste: in a line, a value, between quotes. Such a part
//! is decided as if it stood alone. Pure.

use std::ops::Range;

use crate::text::Analyzed;

use super::engine::{Engine, Scored};
use super::evidence::{Evidence, Exclude};
use super::paste::Paste;
use super::query::Query;
use super::verdict::{Outcome, Verdict, verdict};

/// Strength from which on a template is the message of its part. Source: chosen.
const STRONG: f32 = 0.9;

/// The answer on the part in which the message of the most probable entry stands whole; `None` if it
/// does in none, if that is no answer, or if the rest names other platforms than the entry's.
pub(super) fn answered(
    engine: &Engine,
    paste: &Paste,
    scored: &Scored,
    limit: usize,
) -> Option<Verdict> {
    let first = scored.judgement.entries.first()?;
    let evidence = &scored.evidence[first.candidate];
    let part = part(&scored.reading.analyzed, evidence).filter(|_| !evidence.contradicts)?;
    let part = scored.reading.analyzed.normalized.source(part);
    let sent: Vec<char> = paste.text().chars().collect();
    let verdict = decided(engine, &sent, part, paste.platform(), limit);
    let same = verdict.results.first().map(|hit| hit.entry) == engine.entry_of(evidence.topic);
    (same && verdict.outcome == Outcome::Answer).then_some(verdict)
}

/// The decision on a part of the sent text as if it were the whole.
pub(super) fn decided(
    engine: &Engine,
    sent: &[char],
    part: Range<usize>,
    platform: Option<&str>,
    limit: usize,
) -> Verdict {
    let (kb, topics, judge) = (engine.kb(), engine.topics(), engine.judge());
    let text: String = sent[part.clone()].iter().collect();
    let scored = engine.consider(&text, platform, Exclude::Nothing);
    let query = Query::new(&kb.vocabulary, &text, &scored.reading);
    let mut verdict = verdict(kb, topics, judge, &query, &scored, limit);
    let hits = verdict.results.iter_mut();
    for span in hits.flat_map(|hit| &mut hit.matched.spans) {
        span.start += part.start;
        span.end += part.start;
    }
    verdict
}

/// The normalised characters of a strong template's stretch, if the part that it lies in ends
/// where it does.
fn part(analyzed: &Analyzed, evidence: &Evidence) -> Option<Range<usize>> {
    let template = evidence
        .template
        .as_ref()
        .filter(|t| t.strength >= STRONG)?;
    let atoms = template.alignment.stretch();
    let start = analyzed.atoms.get(atoms.start)?.start as usize;
    let end = analyzed.atoms.get(atoms.end.checked_sub(1)?)?.end as usize;
    let (before, after) = (
        boundary_before(analyzed, start)?,
        boundary_after(analyzed, end)?,
    );
    let whole = before == 0 && after == analyzed.normalized.chars().len();
    (!whole).then_some(before..after)
}

/// The start of the part, if nothing but marks stand between it and `at`.
fn boundary_before(analyzed: &Analyzed, at: usize) -> Option<usize> {
    let chars = analyzed.normalized.chars();
    for i in (0..at).rev() {
        if ends_part(analyzed, i) || chars[i] == ':' && !analyzed.structure.is_empty() {
            return Some(i + 1);
        }
        if chars[i].is_alphanumeric() {
            return None;
        }
    }
    Some(0)
}

/// The end of the part, if nothing but marks stand between `at` and it.
fn boundary_after(analyzed: &Analyzed, at: usize) -> Option<usize> {
    let chars = analyzed.normalized.chars();
    let ends = |i: &usize| ends_part(analyzed, *i) || chars[*i].is_alphanumeric();
    match (at..chars.len()).find(ends) {
        Some(i) if !ends_part(analyzed, i) => None,
        end => Some(end.unwrap_or(chars.len())),
    }
}

fn ends_part(analyzed: &Analyzed, at: usize) -> bool {
    let structure = &analyzed.structure;
    let next = structure.partition_point(|r| r.end <= at);
    let inside = structure.get(next).is_some_and(|r| r.start <= at);
    inside || matches!(analyzed.normalized.chars()[at], '\n' | '"' | '`')
}
