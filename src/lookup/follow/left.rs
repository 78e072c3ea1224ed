//! The verdict on the candidates that are left after a reply.

use crate::lookup::ask::{Ask, AskOption, NONE_OF_THEM};
use crate::lookup::evidence::Exclude;
use crate::lookup::explain::{Matched, matched};
use crate::lookup::handover::{Handover, Reason};
use crate::lookup::verdict::{Hit, Outcome, Verdict, verdict};

use super::before::{Before, chance};

/// The verdict when these candidates are left: the answer if it is one, else a question among them.
pub(super) fn chosen(before: &Before<'_>, left: &[usize]) -> Verdict {
    let outcome = match left {
        [_] => Outcome::Answer,
        _ => Outcome::Choose,
    };
    among(before, outcome, left)
}

/// The same question once more.
pub(super) fn again(before: &Before<'_>) -> Verdict {
    among(before, Outcome::Choose, &before.candidates())
}

/// The verdict when none of the candidates is meant.
pub(super) fn none_of_them(before: &Before<'_>) -> Verdict {
    let Before { scored, query, .. } = before;
    let vocabulary = &before.engine.kb().vocabulary;
    let handover = Handover::new(Reason::Unknown, vocabulary, query, &scored.reading);
    Verdict {
        outcome: Outcome::None,
        confidence: 0.0,
        results: Vec::new(),
        ask: None,
        handover: Some(handover),
    }
}

/// The verdict when the text before is from a platform: its only candidate, or a new lookup with
/// the platform.
pub(super) fn on_platform(before: &Before<'_>, platform: usize, limit: usize) -> Verdict {
    let mut fitting = before.candidates();
    fitting.retain(|&e| before.sells_on(e, platform));
    if let [entry] = fitting[..] {
        return chosen(before, &[entry]);
    }
    let engine = before.engine;
    let (kb, topics, judge) = (engine.kb(), engine.topics(), engine.judge());
    let id = &kb.vocabulary.platforms[platform].id;
    let scored = engine.consider(&before.turn.text, Some(id), Exclude::Nothing);
    let mut verdict = verdict(kb, topics, judge, &before.query, &scored, limit);
    for hit in &mut verdict.results {
        hit.matched.spans.clear();
    }
    verdict
}

/// A verdict on the candidates that are left. They share the whole probability of all candidates,
/// because the reply says that it is one of these.
fn among(before: &Before<'_>, outcome: Outcome, left: &[usize]) -> Verdict {
    let chance = |entry: usize| chance(before.engine, &before.scored, entry);
    let all: f64 = before.candidates().into_iter().map(chance).sum();
    let of: f64 = left.iter().copied().map(chance).sum();
    let all = before.engine.judge().calibrate(all.min(1.0));
    let mut results: Vec<Hit> = left
        .iter()
        .map(|&entry| Hit {
            entry,
            confidence: all * chance(entry) / of.max(f64::EPSILON),
            matched: unmarked(before, entry),
        })
        .collect();
    results.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    Verdict {
        outcome,
        confidence: results.first().map_or(0.0, |hit| hit.confidence),
        ask: (outcome == Outcome::Choose).then(|| ask(before, left)),
        handover: None,
        results,
    }
}

/// The options that are left, in the order in which they were shown.
fn ask(before: &Before<'_>, left: &[usize]) -> Ask {
    let kb = before.engine.kb();
    let label = |platform: Option<usize>, entries: &[usize]| match (platform, entries) {
        (Some(p), _) => kb.vocabulary.platforms[p].label.clone(),
        (None, [first, ..]) => kb.entries[*first].title.clone(),
        (None, []) => NONE_OF_THEM.to_owned(),
    };
    let shown = before.options.iter().filter_map(|option| {
        let remaining = option.entries.iter().copied().filter(|e| left.contains(e));
        let remaining: Vec<usize> = remaining.collect();
        // An option without entries is "none of them": it stays.
        (option.entries.is_empty() || !remaining.is_empty()).then(|| AskOption {
            label: label(option.platform, &remaining),
            platform: option
                .platform
                .map(|p| kb.vocabulary.platforms[p].id.clone()),
            entries: remaining
                .iter()
                .map(|&e| kb.entries[e].id.clone())
                .collect(),
        })
    });
    Ask {
        question: "请说一下是下面哪一个？".to_owned(),
        options: shown.collect(),
    }
}

/// The match of an entry with the text before, without spans: those would be on another text than
/// the reply.
fn unmarked(before: &Before<'_>, entry: usize) -> Matched {
    let (topics, scored) = (before.engine.topics(), &before.scored);
    let mut evidence = scored.evidence.iter();
    let own = evidence.find(|e| topics.entry(e.topic) == Some(entry));
    let matched = own.map(|e| matched(topics, &scored.reading, e));
    Matched {
        spans: Vec::new(),
        ..matched.unwrap_or_default()
    }
}
