//! The turn before, resolved against the generation in service.

use crate::lookup::engine::{Engine, Scored};
use crate::lookup::evidence::Exclude;
use crate::lookup::query::Query;

use super::turn::Turn;

/// The turn before, resolved against the generation in service.
pub(in crate::lookup) struct Before<'a> {
    pub(super) engine: &'a Engine,
    pub(super) turn: &'a Turn,
    /// The text of the turn, scored again.
    pub(super) scored: Scored,
    /// The facts of the text of the turn.
    pub(in crate::lookup) query: Query,
    pub(super) options: Vec<Choice>,
}

/// An option of the question, resolved.
pub(super) struct Choice {
    /// Position of its platform in the vocabulary.
    pub(super) platform: Option<usize>,
    /// Positions of its entries that still exist; empty for "none of them".
    pub(super) entries: Vec<usize>,
}

impl<'a> Before<'a> {
    /// Resolves a turn; `None` if none of its entries exists any more.
    pub(in crate::lookup) fn new(engine: &'a Engine, turn: &'a Turn) -> Option<Self> {
        let kb = engine.kb();
        let platform = |id: &String| kb.vocabulary.platform_position(id);
        let entry = |id: &String| kb.position(&kb.entry(id)?.id);
        let options = turn.options.iter().map(|o| Choice {
            platform: o.platform.as_ref().and_then(platform),
            entries: o.entries.iter().filter_map(entry).collect(),
        });
        let options: Vec<Choice> = options.collect();
        if options.iter().all(|o| o.entries.is_empty()) {
            return None;
        }
        let scored = engine.consider(&turn.text, turn.platform.as_deref(), Exclude::Nothing);
        Some(Self {
            query: Query::new(&kb.vocabulary, &turn.text, &scored.reading),
            engine,
            turn,
            scored,
            options,
        })
    }

    /// Positions of all candidates, each once, in the order of the options.
    pub(super) fn candidates(&self) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        for entry in self.options.iter().flat_map(|o| &o.entries) {
            if !all.contains(entry) {
                all.push(*entry);
            }
        }
        all
    }

    /// The option of this number, counted from 1; 0 is the last.
    pub(super) fn option(&self, number: usize) -> Option<&Choice> {
        match number {
            0 => self.options.last(),
            n => self.options.get(n - 1),
        }
    }

    /// The option that has entries and this label, as a button sends it.
    pub(super) fn labelled(&self, label: &str) -> Option<&Choice> {
        let kb = self.engine.kb();
        let has_label = |o: &&Choice| match (o.platform, &o.entries[..]) {
            (_, []) => false,
            (Some(p), _) => kb.vocabulary.platforms[p].label == label,
            (None, [only]) => kb.entries[*only].title == label,
            (None, _) => false,
        };
        self.options.iter().find(has_label)
    }

    /// True if an option or the entry itself has the platform.
    pub(super) fn sells_on(&self, entry: usize, platform: usize) -> bool {
        let kb = self.engine.kb();
        let id = &kb.vocabulary.platforms[platform].id;
        let by_option = |o: &Choice| o.platform == Some(platform) && o.entries.contains(&entry);
        self.options.iter().any(by_option) || kb.entries[entry].platforms.contains(id)
    }
}

/// Probability of an entry, before calibration; 0 for an entry that was not a candidate.
pub(super) fn chance(engine: &Engine, scored: &Scored, entry: usize) -> f64 {
    let chances = scored.judgement.entries.iter();
    chances
        .filter(|c| scored.entry(engine.topics(), c) == Some(entry))
        .map(|c| c.probability)
        .sum()
}
