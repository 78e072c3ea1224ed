//! The meaning of a reply: first without any knowledge (yes, the second, a button's label), then by
//! its words.

use crate::lookup::engine::Scored;
use crate::lookup::evidence::Exclude;
use crate::lookup::handover::Reason;
use crate::lookup::paste::Paste;
use crate::lookup::query::Query;
use crate::lookup::verdict::{Outcome, Verdict};

use super::before::{Before, chance};
use super::left::{again, chosen, none_of_them, on_platform};
use super::reply::Said;
use super::turn::Understood;

/// Share of the candidates' joint weight from which on one candidate is meant. Source: chosen.
const MEANT: f64 = 0.75;
/// Joint probability of the candidates below which a reply says nothing about them. Source: chosen.
const SAYS_NOTHING: f64 = 0.01;
/// Least probability of a candidate, so that a reply without its words does not rule it out.
/// Source: chosen.
const FLOOR: f64 = 0.002;
/// Characters of a reply that names a platform, above which it says more than the platform. Source:
/// chosen.
const PLATFORM_REPLY: usize = 16;

/// The decision on a reply that needs no lookup: yes, none of them, a number, or an option's label.
pub(in crate::lookup) fn by_itself(
    before: &Before<'_>,
    said: Said,
    reply: &str,
) -> Option<(Verdict, Understood)> {
    let none = || (none_of_them(before), Understood::NoneOfThem);
    match said {
        Said::None => return Some(none()),
        Said::Yes if before.candidates().len() == 1 => {
            return Some((chosen(before, &before.candidates()), Understood::Choice));
        }
        Said::Number(number) => {
            return Some(match before.option(number) {
                Some(option) if option.entries.is_empty() => none(),
                Some(option) => (chosen(before, &option.entries), Understood::Choice),
                None => (again(before), Understood::Unclear),
            });
        }
        Said::Yes | Said::Words => {}
    }
    let option = before.labelled(reply.trim())?;
    Some((chosen(before, &option.entries), Understood::Choice))
}

/// The decision on a reply in words, given its own lookup (`query`, `alone`); `None` when it is a
/// new question.
pub(in crate::lookup) fn by_words(
    before: &Before<'_>,
    said: Said,
    reply: &Paste,
    query: &Query,
    alone: &Verdict,
    limit: usize,
) -> Option<(Verdict, Understood)> {
    if alone.outcome == Outcome::Answer {
        let first = alone.results.first().map(|hit| hit.entry);
        let entry = first.filter(|e| before.candidates().contains(e))?;
        return Some((chosen(before, &[entry]), Understood::Words));
    }
    if let Some(platform) = named(before, reply, query) {
        let verdict = on_platform(before, platform, limit);
        return Some((verdict, Understood::Platform));
    }
    if let Some(entry) = meant(before, reply.text()) {
        return Some((chosen(before, &[entry]), Understood::Words));
    }
    let handover = alone.handover.as_ref();
    let too_short = handover.is_some_and(|h| h.reason == Reason::TooShort);
    (too_short || said == Said::Yes).then(|| (again(before), Understood::Unclear))
}

/// The platform given beside the reply, or the one that it names and says little else. A position
/// in the vocabulary.
fn named(before: &Before<'_>, reply: &Paste, query: &Query) -> Option<usize> {
    let id = reply.platform().or_else(|| {
        let short = reply.text().trim().chars().count() <= PLATFORM_REPLY;
        let [only] = &query.platforms[..] else {
            return None;
        };
        (short && query.codes.is_empty()).then_some(only.as_str())
    })?;
    before.engine.kb().vocabulary.platform_position(id)
}

/// The candidate that the words of the reply are about, if they tell the candidates apart. Each is
/// weighed by its probability for the text before times that for the reply.
fn meant(before: &Before<'_>, reply: &str) -> Option<usize> {
    let scored = before.engine.consider(reply, None, Exclude::Nothing);
    let candidates = before.candidates();
    let of = |scored: &Scored, entry: usize| chance(before.engine, scored, entry);
    let said: f64 = candidates.iter().map(|&e| of(&scored, e)).sum();
    if said < SAYS_NOTHING {
        return None;
    }
    let weighed = candidates.iter().map(|&e| {
        let prior = of(&before.scored, e).max(FLOOR);
        (prior * (of(&scored, e) + FLOOR), e)
    });
    let weighed: Vec<(f64, usize)> = weighed.collect();
    let all: f64 = weighed.iter().map(|(w, _)| w).sum();
    let best = weighed.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= MEANT * all).then_some(best.1)
}
