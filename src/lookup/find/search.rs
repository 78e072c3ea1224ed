//! The search list: every entry that shares anything sensible with what was typed, best first,
//! filtered, counted and marked. Recall matters more here than in a lookup, whose certainty about
//! an entry only moves it up.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::kb::Kb;
use crate::kb::shelf::Shelf;
use crate::lookup::Engine;
use crate::lookup::Exclude;

use super::excerpt::excerpt;
use super::facets::{Facets, Filters};
use super::suggest::name_platforms;
use super::typed::Typed;
use super::{Catalog, Found, LineOf, scan};

/// A word that only the answer has, or a synonym of it, counts this much.
const IN_ANSWER: f32 = 0.4;
/// An entry is listed that holds at least this share of what the best one holds.
const LEAST: f32 = 0.4;
/// What the lookup's certainty counts beside the score of a line.
const CERTAINTY: f32 = 0.5;
/// So is one that the lookup gives at least this probability.
const LIKELY: f64 = 0.05;

/// One page of a search list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// How many entries there are on all pages.
    pub total: usize,
    /// Those of this page, best first.
    pub hits: Vec<Listed>,
    /// How many entries each value of a filter leaves.
    pub facets: Facets,
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Position in [`Kb::entries`].
    pub entry: usize,
    /// What was typed, on the title: Unicode scalar values, ascending and disjoint.
    pub title_spans: Vec<Range<usize>>,
    /// The line that holds most of it, where that is not the title.
    pub line: Option<(LineOf, String, Vec<Range<usize>>)>,
    /// A passage of the answer: where it holds what was typed, else how it begins.
    pub excerpt: String,
    /// What was typed, on the passage.
    pub excerpt_spans: Vec<Range<usize>>,
}

/// Lists the entries that hold what was typed, or all where it is blank; `page` are the places in
/// the list that are wanted.
pub fn search(
    engine: &Engine,
    catalog: &Catalog,
    shelf: &Shelf,
    typed: &str,
    filters: &Filters,
    page: Range<usize>,
) -> Listing {
    let readings = Typed::readings(engine, typed);
    let mut found = if typed.trim().is_empty() {
        everything(engine.kb())
    } else {
        ranked(engine, catalog, typed, &readings)
    };
    let facets = Facets::count(engine.kb(), filters, found.iter().map(|(f, _)| f.entry));
    found.retain(|(f, _)| filters.pass(engine.kb(), &engine.kb().entries[f.entry]));
    let (start, end) = (page.start.min(found.len()), page.end.min(found.len()));
    let hits = found[start..end].iter().map(|(found, reading)| {
        let reading = reading.and_then(|r| readings.get(r));
        listed(engine, catalog, shelf, found, reading)
    });
    Listing {
        total: found.len(),
        hits: hits.collect(),
        facets,
    }
}

/// An entry with the reading of the typed text that found it.
type Hit = (Found, Option<usize>);

fn everything(kb: &Kb) -> Vec<Hit> {
    let found = |entry| Found {
        entry,
        score: 0.0,
        share: 0.0,
        line: None,
    };
    (0..kb.entries.len()).map(|e| (found(e), None)).collect()
}

/// Best first; equally good ones in the order of their ids.
fn ranked(engine: &Engine, catalog: &Catalog, typed: &str, readings: &[Typed]) -> Vec<Hit> {
    let mut best: FxHashMap<usize, Hit> = FxHashMap::default();
    for (number, reading) in readings.iter().enumerate() {
        let outside = |entry: usize, outside: &mut [f32]| {
            name_platforms(engine, reading, entry, outside);
            answer_words(engine, reading, entry, outside);
        };
        for found in scan(catalog, reading, outside) {
            let hit = best.entry(found.entry).or_insert((found, Some(number)));
            if found.score > hit.0.score {
                *hit = (found, Some(number));
            }
        }
    }
    let least = LEAST * best.values().map(|(f, _)| f.share).fold(0.0, f32::max);
    let mut kept: FxHashMap<usize, Hit> = best
        .iter()
        .filter(|(_, h)| h.0.share >= least)
        .map(|(e, h)| (*e, *h))
        .collect();
    let considered = engine.consider(typed, None, Exclude::Nothing);
    for chance in &considered.judgement.entries {
        let topic = considered.evidence[chance.candidate].topic;
        let Some(entry) = engine.entry_of(topic) else {
            continue;
        };
        let known = kept.get(&entry).or_else(|| best.get(&entry)).copied();
        if chance.probability >= LIKELY {
            let nothing = Found {
                entry,
                score: 0.0,
                share: 0.0,
                line: None,
            };
            kept.insert(entry, known.unwrap_or((nothing, Some(0))));
        }
        if let Some(hit) = kept.get_mut(&entry) {
            hit.0.score += CERTAINTY * chance.probability as f32;
        }
    }
    let mut ranked: Vec<Hit> = kept.into_values().collect();
    ranked.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
    ranked
}

/// Counts words that some line of the entry has, its answer's among them, as the engine knows them.
fn answer_words(engine: &Engine, typed: &Typed, entry: usize, outside: &mut [f32]) {
    // Entries are the first topics, in their order.
    let Some(topic) = engine.topics().topics.get(entry) else {
        return;
    };
    for (word, outside) in typed.words.iter().zip(outside) {
        if word.id.is_some_and(|id| topic.words.contains_key(&id)) {
            *outside = outside.max(IN_ANSWER);
        }
    }
}

fn listed(
    engine: &Engine,
    catalog: &Catalog,
    shelf: &Shelf,
    found: &Found,
    reading: Option<&Typed>,
) -> Listed {
    let kb = engine.kb();
    let entry = &kb.entries[found.entry];
    let shown = shelf.shown(kb, found.entry);
    let Some(typed) = reading else {
        return Listed {
            entry: found.entry,
            title_spans: Vec::new(),
            line: None,
            excerpt: shown.excerpt.clone(),
            excerpt_spans: Vec::new(),
        };
    };
    let line = found
        .line
        .filter(|l| catalog.kinds[*l] != LineOf::Title)
        .map(|line| {
            let text = catalog.text(entry, found.entry, line);
            (catalog.kinds[line], text.to_owned(), typed.marks(text).0)
        });
    let (excerpt, excerpt_spans) =
        excerpt(&shown.text, typed).unwrap_or_else(|| (shown.excerpt.clone(), Vec::new()));
    Listed {
        entry: found.entry,
        title_spans: typed.marks(&entry.title).0,
        line,
        excerpt,
        excerpt_spans,
    }
}
