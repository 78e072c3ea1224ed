//! The handover to a person when nothing here is likely: the reason, and text for a ticket.

use crate::index::{TopicKind, Topics};
use crate::kb::{Kb, Vocabulary};

use super::engine::Scored;
use super::query::Query;
use super::read::Reading;

/// An out-of-scope topic is the reason when its share of the probability of `none` is more than
/// this. Source: chosen, more than everything else together.
const OUT_OF_SCOPE: f64 = 0.5;
/// Information of a text below which it is too short (about one word of the domain). Source:
/// chosen.
const TOO_SHORT: f32 = 0.8;
/// Characters of the masked text in a summary at most. Source: chosen.
const SUMMARY: usize = 600;

/// The material for a person or a ticket when nothing here is likely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The reason why there is no answer.
    pub reason: Reason,
    /// See [`Query::fingerprint`].
    pub fingerprint: String,
    /// Platforms, codes and the beginning of the masked text, in Chinese, ready for a ticket.
    pub summary: String,
}

/// A reason why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// An out-of-scope topic is nearer than any entry.
    OutOfScope {
        /// Heading of the topic.
        topic: String,
        /// Its first paragraph: where such a question belongs.
        belongs: String,
    },
    /// Nothing similar is known.
    Unknown,
    /// Too little text to decide on.
    TooShort,
    /// The text lost bytes on its way, and what is left tells too little.
    Damaged,
}

impl Reason {
    /// The reason why `scored` has no answer.
    pub(super) fn new(kb: &Kb, topics: &Topics, scored: &Scored) -> Self {
        let judgement = &scored.judgement;
        match judgement.out_of_scope {
            _ if scored.damaged => Self::Damaged,
            Some(n) if n.probability > OUT_OF_SCOPE * judgement.none => {
                match topics.topics[scored.evidence[n.candidate].topic].kind {
                    TopicKind::OutOfScope(i) => Self::OutOfScope {
                        topic: kb.out_of_scope[i].topic.clone(),
                        belongs: kb.out_of_scope[i].belongs.clone(),
                    },
                    TopicKind::Entry(_) => Self::Unknown,
                }
            }
            _ if scored.reading.information < TOO_SHORT => Self::TooShort,
            _ => Self::Unknown,
        }
    }
}

impl Handover {
    /// The handover for a reason, from what was understood of the text.
    pub(super) fn new(
        reason: Reason,
        vocabulary: &Vocabulary,
        query: &Query,
        reading: &Reading,
    ) -> Self {
        Self {
            reason,
            fingerprint: query.fingerprint.clone(),
            summary: summary(vocabulary, query, reading),
        }
    }
}

fn summary(vocabulary: &Vocabulary, query: &Query, reading: &Reading) -> String {
    let mut lines = Vec::new();
    let platforms: Vec<&str> = reading
        .platforms
        .iter()
        .map(|p| vocabulary.platforms[*p].label.as_str())
        .collect();
    if !platforms.is_empty() {
        lines.push(format!("平台：{}", platforms.join("、")));
    }
    if !query.codes.is_empty() {
        lines.push(format!("错误码：{}", query.codes.join("、")));
    }
    let mut text: String = query.masked.chars().take(SUMMARY).collect();
    if text.len() < query.masked.len() {
        text.push('…');
    }
    lines.push(format!("原文（已脱敏）：{text}"));
    lines.join("\n")
}
