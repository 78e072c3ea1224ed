//! What the faces show of the entries, made at most once a generation: HTML, plain text, the table
//! of contents, related entries. Nothing of `agent_notes` is ever read here.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::category::{Category, ancestors};
use super::entry::Entry;
use super::model::Kb;
use super::render;

/// A page names no more related entries than this.
const RELATED: usize = 5;
/// Characters of a plain answer that stand for the whole in a list.
const EXCERPT: usize = 90;

/// The entries and categories of a generation, ready to be shown.
#[derive(Debug)]
pub struct RenderCache {
    // Made when first asked for: rendering a large knowledge base would hold up the start. Shared
    // with the generations before and after in which the entry is the same.
    shown: Vec<Arc<OnceLock<Shown>>>,
    related: Vec<OnceLock<Vec<usize>>>,
    /// The table of contents: parents before their children.
    pub categories: Vec<Listed>,
}

/// A category with what stands in it.
#[derive(Debug)]
pub struct Listed {
    /// Position in [`Kb::categories`].
    pub category: usize,
    /// Positions in [`Kb::entries`], those of its sub-categories not among them.
    pub entries: Vec<usize>,
    /// How many entries there are with those of its sub-categories.
    pub total: usize,
}

/// An entry as it is shown.
#[derive(Debug)]
pub struct Shown {
    /// `/kb/…`
    pub url: String,
    /// The public answer.
    pub sections: Vec<ShownSection>,
    /// The same as Markdown.
    pub markdown: String,
    /// The same as plain text, for a chat.
    pub text: String,
    /// How the answer begins, on one line.
    pub excerpt: String,
}

/// A section as it is shown.
#[derive(Debug)]
pub struct ShownSection {
    /// The heading.
    pub heading: String,
    /// What the heading is called in an address.
    pub anchor: String,
    /// Sanitised.
    pub html: String,
}

impl RenderCache {
    /// Nothing is rendered yet.
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

    /// The same, with what `before` has rendered of entries that have not changed.
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

    /// What is shown of an entry, given its position in [`Kb::entries`].
    pub fn shown(&self, kb: &Kb, entry: usize) -> &Shown {
        self.shown[entry].get_or_init(|| Shown::new(&kb.entries[entry]))
    }

    /// Positions of the nearest other entries, nearest first.
    pub fn related(&self, kb: &Kb, entry: usize) -> &[usize] {
        self.related[entry].get_or_init(|| related(kb, entry))
    }
}

/// The order and the id of each category on the way down, so that children follow their parent.
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

/// Entries that share most: the platform tells more than the cause, the category least.
fn related(kb: &Kb, position: usize) -> Vec<usize> {
    let entry = &kb.entries[position];
    let shared = |other: &Entry| {
        let platform = other.platforms.iter().any(|p| entry.platforms.contains(p));
        let cause = entry.cause.is_some() && other.cause == entry.cause;
        let category = other.category() == entry.category();
        4 * u8::from(platform) + 3 * u8::from(cause) + u8::from(category)
    };
    let mut others: Vec<(u8, usize)> = (0..kb.entries.len())
        .filter(|&other| other != position)
        .map(|other| (shared(&kb.entries[other]), other))
        .filter(|(score, _)| *score > 1)
        .collect();
    others.sort_by_key(|(score, other)| (u8::MAX - score, *other));
    others
        .into_iter()
        .take(RELATED)
        .map(|(_, other)| other)
        .collect()
}
