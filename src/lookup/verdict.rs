//! Probabilities to an outcome, with the question or the handover that goes with it. Pure.

use super::engine::{Considered, Engine};
use super::{Ask, AskOption, Handover, Hit, Outcome, Reason, Verdict, explain};

/// A candidate is plausible beside the first with at least this share of its probability.
const PLAUSIBLE: f64 = 0.15;
/// A question offers no more candidates than a person reads at a glance.
const OPTIONS: usize = 4;
/// Below this information (about one word of the trade) a text is too short to tell anything.
const TOO_SHORT: f32 = 0.8;
/// What is answered when it is none of the candidates.
pub(super) const NONE_OF_THEM: &str = "都不是";
/// A ticket's summary is cut after this many characters.
const SUMMARY: usize = 600;

/// Decides on a considered text; `sent` is the text as it was sent.
pub(super) fn verdict(
    engine: &Engine,
    sent: &str,
    considered: &Considered,
    limit: usize,
) -> Verdict {
    let judgement = &considered.judgement;
    let top = judgement.entries.first().map_or(0.0, |c| c.probability);
    let (outcome, confidence) = outcome(engine, considered);
    // Calibration moves the first result alone; what it leaves is the others', in proportion.
    let rest = (1.0 - confidence) / (1.0 - top).max(f64::EPSILON);
    let results: Vec<Hit> = judgement
        .entries
        .iter()
        .take(limit)
        .enumerate()
        .filter_map(|(rank, chance)| {
            let evidence = &considered.evidence[chance.candidate];
            Some(Hit {
                entry: engine.entry_of(evidence.topic)?,
                confidence: if rank == 0 {
                    confidence
                } else {
                    (chance.probability * rest).min(confidence)
                },
                matched: explain::matched(engine, sent, &considered.reading, evidence),
            })
        })
        .collect();
    Verdict {
        outcome,
        confidence,
        ask: (outcome == Outcome::Choose).then(|| ask(engine, considered)),
        handover: (outcome == Outcome::None).then(|| handover(engine, sent, considered)),
        results,
    }
}

/// What to do, and the calibrated confidence of the first result. An entry for other platforms than
/// the one that is named may be right, since people name platforms in passing, but it is asked.
pub fn outcome(engine: &Engine, considered: &Considered) -> (Outcome, f64) {
    let judgement = &considered.judgement;
    let decision = engine.judge().decision();
    let Some(first) = judgement.entries.first() else {
        return (Outcome::None, 0.0);
    };
    let confidence = engine.judge().calibrate(first.probability);
    let outcome = if 1.0 - judgement.none < decision.offer {
        Outcome::None
    } else if confidence >= decision.answer && !considered.evidence[first.candidate].contradicts {
        Outcome::Answer
    } else {
        Outcome::Choose
    };
    (outcome, confidence)
}

/// The platform where that tells the candidates apart, else the candidates themselves.
fn ask(engine: &Engine, considered: &Considered) -> Ask {
    let entries = &engine.kb().entries;
    let chances = &considered.judgement.entries;
    let least = chances.first().map_or(0.0, |c| c.probability * PLAUSIBLE);
    let plausible: Vec<usize> = chances
        .iter()
        .take(OPTIONS)
        .filter(|c| c.probability >= least)
        .filter_map(|c| engine.entry_of(considered.evidence[c.candidate].topic))
        .collect();
    if considered.reading.platforms.is_empty()
        && let Some(options) = by_platform(engine, &plausible)
    {
        return Ask {
            question: "订单是哪个平台的？".to_owned(),
            options,
        };
    }
    let mut options: Vec<AskOption> = plausible
        .iter()
        .map(|&e| AskOption {
            label: entries[e].title.clone(),
            platform: None,
            entries: vec![entries[e].id.clone()],
        })
        .collect();
    options.push(AskOption {
        label: NONE_OF_THEM.to_owned(),
        platform: None,
        entries: Vec::new(),
    });
    let question = if plausible.len() == 1 {
        "是这个问题吗？"
    } else {
        "是下面哪一个问题？"
    };
    Ask {
        question: question.to_owned(),
        options,
    }
}

/// One option a platform, when every candidate has platforms and no two share one.
fn by_platform(engine: &Engine, plausible: &[usize]) -> Option<Vec<AskOption>> {
    let kb = engine.kb();
    let mut options: Vec<AskOption> = Vec::new();
    for &e in plausible {
        let entry = &kb.entries[e];
        if entry.platforms.is_empty() {
            return None;
        }
        for id in &entry.platforms {
            if options.iter().any(|o| o.platform.as_ref() == Some(id)) {
                return None;
            }
            let label = kb
                .vocabulary
                .platforms
                .iter()
                .find(|p| &p.id == id)
                .map_or(id, |p| &p.label);
            options.push(AskOption {
                label: label.clone(),
                platform: Some(id.clone()),
                entries: vec![entry.id.clone()],
            });
        }
    }
    (plausible.len() > 1).then_some(options)
}

pub(super) fn handover(engine: &Engine, sent: &str, considered: &Considered) -> Handover {
    let Considered {
        reading,
        evidence,
        judgement,
    } = considered;
    let reason = match judgement.neighbour {
        Some(n) if n.probability > 0.5 * judgement.none => {
            let topics = engine.topics();
            match topics.topics[evidence[n.candidate].topic].kind {
                crate::index::TopicKind::OutOfScope(i) => {
                    let neighbour = &engine.kb().neighbours[i];
                    Reason::Neighbour {
                        topic: neighbour.topic.clone(),
                        belongs: neighbour.belongs.clone(),
                    }
                }
                crate::index::TopicKind::Entry(_) => Reason::Unknown,
            }
        }
        _ if reading.information < TOO_SHORT => Reason::TooShort,
        _ => Reason::Unknown,
    };
    Handover {
        reason,
        fingerprint: reading.fingerprint(),
        summary: summary(engine, sent, considered),
    }
}

fn summary(engine: &Engine, sent: &str, considered: &Considered) -> String {
    let reading = &considered.reading;
    let mut lines = Vec::new();
    let platforms: Vec<&str> = reading
        .platforms
        .iter()
        .map(|p| engine.kb().vocabulary.platforms[*p].label.as_str())
        .collect();
    if !platforms.is_empty() {
        lines.push(format!("平台：{}", platforms.join("、")));
    }
    let codes = reading.shown_codes(sent);
    if !codes.is_empty() {
        lines.push(format!("错误码：{}", codes.join("、")));
    }
    let masked = reading.masked(sent);
    let mut text: String = masked.chars().take(SUMMARY).collect();
    if text.len() < masked.len() {
        text.push('…');
    }
    lines.push(format!("原文（已脱敏）：{text}"));
    lines.join("\n")
}
