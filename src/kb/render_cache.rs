//! Display forms of the entries, each made at most once a generation: HTML, plain text, the table
//! of contents, related entries. `agent_notes` are never read here.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::category::{Category, ancestors};
use super::entry::Entry;
use super::model::Kb;
use super::render;

/// Most related entries of an entry. Chosen.
const RELATED: usize = 5;
/// Characters of a plain answer in a list. Chosen.
const EXCERPT: usize = 90;

/// Points for the properties that two related entries share. Chosen: the platform says more than
/// the cause, the category least.
const SAME_PLATFORM: u8 = 4;
const SAME_CAUSE: u8 = 3;
const SAME_CATEGORY: u8 = 1;

/// The display forms of the entries and categories of a generation.
#[derive(Debug)]
pub struct RenderCache {
    // Rendered on first use: rendering a large knowledge base would delay the start. Shared with
    // the generations before and after in which the entry is the same.
    shown: Vec<Arc<OnceLock<Shown>>>,
    related: Vec<OnceLock<Vec<usize>>>,
    /// The table of contents: parents before their children.
    pub categories: Vec<Listed>,
}

/// A category with its entries.
#[derive(Debug)]
pub struct Listed {
    /// Position in [`Kb::categories`].
    pub category: usize,
    /// Positions in [`Kb::entries`], without those of sub-categories.
    pub entries: Vec<usize>,
    /// The number of entries, with those of sub-categories.
    pub total: usize,
}

/// The display forms of an entry.
#[derive(Debug)]
pub struct Shown {
    /// `/kb/…`
    pub url: String,
    /// The public answer.
    pub sections: Vec<ShownSection>,
    /// The answer as Markdown, each section under its `##` heading.
    pub markdown: String,
    /// The answer as plain text, for a chat.
    pub text: String,
    /// The beginning of the answer, plain text on one line.
    pub excerpt: String,
}

/// The display form of a section.
#[derive(Debug)]
pub struct ShownSection {
    /// The heading.
    pub heading: String,
    /// The heading as a URL fragment: white space is replaced by `-`.
    pub anchor: String,
    /// The text below the heading as sanitised HTML.
    pub html: String,
}

impl RenderCache {
    /// The table of contents of a knowledge base; nothing is rendered yet.
    pub fn new(kb: &Kb) -> Self {
        let mut own: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut totals: HashMap<&str, usize> = HashMap::new();
        for (position, entry) in kb.entries.iter().enumerate() {
            own.entry(entry.category()).or_default().push(position);
            for id in ancestors(entry.category()) {
                *totals.entry(id).or_default() += 1;
            }
        }
        let mut order: Vec<usize> = (0..kb.categories.len()).collect();
        order.sort_by_cached_key(|&c| sort_key(kb, &kb.categories[c]));
        let listed = order.into_iter().map(|category| {
            let id = kb.categories[category].id.as_str();
            Listed {
                category,
                entries: own.remove(id).unwrap_or_default(),
                total: totals.get(id).copied().unwrap_or(0),
            }
        });
        Self {
            categories: listed.collect(),
            shown: kb.entries.iter().map(|_| Arc::default()).collect(),
            related: kb.entries.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// The cache for `kb` that shares with `before` the entries that are the same in `kb_before`.
    pub fn after(before: &Self, kb_before: &Kb, kb: &Kb) -> Self {
        let mut cache = Self::new(kb);
        for (shown, entry) in cache.shown.iter_mut().zip(&kb.entries) {
            let old = kb_before.position(&entry.id);
            if let Some(old) = old.filter(|&old| kb_before.entries[old] == *entry) {
                *shown = before.shown[old].clone();
            }
        }
        cache
    }

    /// The display forms of an entry, by its position in [`Kb::entries`]. Panics if there is none.
    pub fn shown(&self, kb: &Kb, entry: usize) -> &Shown {
        self.shown[entry].get_or_init(|| Shown::new(&kb.entries[entry]))
    }

    /// Positions in [`Kb::entries`] of the entries most related to one, most related first.
    pub fn related(&self, kb: &Kb, entry: usize) -> &[usize] {
        self.related[entry].get_or_init(|| related(kb, entry))
    }
}

/// The order and id of each category from the top to this one, so that children follow their
/// parent.
fn sort_key<'a>(kb: &'a Kb, category: &'a Category) -> Vec<(i64, &'a str)> {
    ancestors(&category.id)
        .map(|id| (kb.category(id).map_or(0, |c| c.order), id))
        .collect()
}

impl Shown {
    fn new(entry: &Entry) -> Self {
        let sections = entry.sections.iter().map(|section| ShownSection {
            heading: section.heading.clone(),
            anchor: section
                .heading
                .split_whitespace()
                .collect::<Vec<_>>()
                .join("-"),
            html: render::html_with(&section.markdown, &entry.pictures),
        });
        let markdown = entry.answer_markdown();
        Self {
            url: format!("/kb/{}", entry.id),
            sections: sections.collect(),
            text: render::plain(&markdown),
            markdown,
            excerpt: excerpt(entry),
        }
    }
}

/// The beginning of the first section, cut at [`EXCERPT`] characters.
fn excerpt(entry: &Entry) -> String {
    let first = entry
        .sections
        .first()
        .map(|s| render::plain(&entry.section_markdown(s)))
        .unwrap_or_default();
    let line = first.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// The entries that share most with one, by position. The category alone is not enough.
fn related(kb: &Kb, position: usize) -> Vec<usize> {
    let entry = &kb.entries[position];
    let shared = |other: &Entry| {
        let platform = other.platforms.iter().any(|p| entry.platforms.contains(p));
        let cause = entry.cause.is_some() && other.cause == entry.cause;
        let category = other.category() == entry.category();
        SAME_PLATFORM * u8::from(platform)
            + SAME_CAUSE * u8::from(cause)
            + SAME_CATEGORY * u8::from(category)
    };
    let mut others: Vec<(u8, usize)> = (0..kb.entries.len())
        .filter(|&other| other != position)
        .map(|other| (shared(&kb.entries[other]), other))
        .filter(|(score, _)| *score > SAME_CATEGORY)
        .collect();
    others.sort_by_key(|(score, other)| (u8::MAX - score, *other));
    others
        .into_iter()
        .take(RELATED)
        .map(|(_, other)| other)
        .collect()
}
