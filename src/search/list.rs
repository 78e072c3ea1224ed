//! The list of a search: every entry that shares anything sensible with what was typed, best first,
//! filtered, counted and marked. Recall matters more here than in a lookup, whose certainty about an
//! entry only moves it up.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::kb::Kb;
use crate::kb::render_cache::RenderCache;
use crate::lookup::Engine;
use crate::lookup::Exclude;

use super::catalog::{Catalog, LineOf};
use super::excerpt::excerpt;
use super::facets::{Facets, Filters};
use super::scan::{Found, name_platforms, scan};
use super::typed::Typed;

/// Weight of a word that only the answer has, or a synonym of it. Chosen.
const IN_ANSWER: f32 = 0.4;
/// Least share of what the best entry holds that a listed entry holds, 0 to 1. Chosen.
const LEAST: f32 = 0.4;
/// Weight of the lookup's probability beside the score of a line. Chosen.
const CERTAINTY: f32 = 0.5;
/// An entry with at least this probability in the lookup is listed, whatever it holds. Chosen.
const LIKELY: f64 = 0.05;

/// One page of a search list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Number of entries on all pages.
    pub total: usize,
    /// Entries of this page, best first.
    pub hits: Vec<Listed>,
    /// Number of entries that each value of a filter leaves.
    pub facets: Facets,
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Position in [`Kb::entries`].
    pub entry: usize,
    /// Ranges of the title that were typed: Unicode scalar values, ascending and disjoint.
    pub title_spans: Vec<Range<usize>>,
    /// The line that holds most of what was typed, unless that is the title; with its marks.
    pub line: Option<(LineOf, String, Vec<Range<usize>>)>,
    /// A passage of the answer: the one that holds what was typed, else its beginning.
    pub excerpt: String,
    /// Ranges of the passage that were typed.
    pub excerpt_spans: Vec<Range<usize>>,
}

/// Lists the entries that hold what was typed, or all if it is blank; `page` is the range of places
/// in the list that is returned.
pub fn list(
    engine: &Engine,
    catalog: &Catalog,
    render_cache: &RenderCache,
    typed: &str,
    filters: &Filters,
    page: Range<usize>,
) -> Listing {
    let variants = Typed::variants(engine, typed);
    let mut found = if typed.trim().is_empty() {
        everything(engine.kb())
    } else {
        ranked(engine, catalog, typed, &variants)
    };
    let facets = Facets::count(engine.kb(), filters, found.iter().map(|(f, _)| f.entry));
    found.retain(|(f, _)| filters.pass(engine.kb(), &engine.kb().entries[f.entry]));
    let (start, end) = (page.start.min(found.len()), page.end.min(found.len()));
    let hits = found[start..end].iter().map(|(found, variant)| {
        let variant = variant.and_then(|r| variants.get(r));
        listed(engine, catalog, render_cache, found, variant)
    });
    Listing {
        total: found.len(),
        hits: hits.collect(),
        facets,
    }
}

/// An entry with the variant of the typed text that found it.
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
fn ranked(engine: &Engine, catalog: &Catalog, typed: &str, variants: &[Typed]) -> Vec<Hit> {
    let mut best: FxHashMap<usize, Hit> = FxHashMap::default();
    for (number, variant) in variants.iter().enumerate() {
        let outside = |entry: usize, outside: &mut [f32]| {
            name_platforms(engine, variant, entry, outside);
            answer_words(engine, variant, entry, outside);
        };
        for found in scan(catalog, variant, outside) {
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

/// Raises the words that some line of the entry has, its answer's among them, as the engine knows
/// them.
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
    render_cache: &RenderCache,
    found: &Found,
    variant: Option<&Typed>,
) -> Listed {
    let kb = engine.kb();
    let entry = &kb.entries[found.entry];
    let shown = render_cache.shown(kb, found.entry);
    let Some(typed) = variant else {
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
