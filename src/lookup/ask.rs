//! The question that tells a few candidates apart.

use crate::index::Topics;
use crate::kb::Kb;

use super::engine::Scored;

/// Options of a question at most: one a platform, or a few entries. Source: chosen, well above the
/// count of platforms.
pub const MAX_OPTIONS: usize = 40;
/// Candidates of a question at most, to be read at a glance. Source: chosen.
const CANDIDATES: usize = 4;
/// Probability of a candidate, relative to the first, from which on it is asked about. Source:
/// chosen.
const PLAUSIBLE: f64 = 0.15;
/// Label of the option for none of the candidates.
pub(super) const NONE_OF_THEM: &str = "都不是";

/// A question that tells the candidates apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The question, in Chinese.
    pub question: String,
    /// At least two, at most [`MAX_OPTIONS`].
    pub options: Vec<AskOption>,
}

/// A possible reply to an [`Ask`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskOption {
    /// The label, in Chinese.
    pub label: String,
    /// Id of the platform, where the question asks for one: a lookup with it settles the matter.
    pub platform: Option<String>,
    /// Ids of the entries that remain after this reply; empty for none of them.
    pub entries: Vec<String>,
}

/// Asks for the platform where that tells the candidates apart, else which candidate it is.
pub(super) fn ask(kb: &Kb, topics: &Topics, scored: &Scored) -> Ask {
    let chances = &scored.judgement.entries;
    let least = chances.first().map_or(0.0, |c| c.probability * PLAUSIBLE);
    let plausible: Vec<usize> = chances
        .iter()
        .take(CANDIDATES)
        .filter(|c| c.probability >= least)
        .filter_map(|c| scored.entry(topics, c))
        .collect();
    if scored.reading.platforms.is_empty()
        && let Some(options) = by_platform(kb, &plausible)
    {
        return Ask {
            question: "订单是哪个平台的？".to_owned(),
            options,
        };
    }
    let mut options: Vec<AskOption> = plausible
        .iter()
        .map(|&e| AskOption {
            label: kb.entries[e].title.clone(),
            platform: None,
            entries: vec![kb.entries[e].id.clone()],
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

/// One option a platform, if every candidate has platforms and no two share one.
fn by_platform(kb: &Kb, plausible: &[usize]) -> Option<Vec<AskOption>> {
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
            let platform = kb.vocabulary.platform(id);
            options.push(AskOption {
                label: platform.map_or(id, |p| &p.label).clone(),
                platform: Some(id.clone()),
                entries: vec![entry.id.clone()],
            });
        }
    }
    (plausible.len() > 1).then_some(options)
}
