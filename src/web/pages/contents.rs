//! Entries put in order for people to look through: breadcrumbs, tables of contents, and the
//! platforms and causes with how many entries each has. No page is made here.

use super::layout::Label;
use crate::kb::render_cache::{Listed, RenderCache};
use crate::kb::{Category, Cause, Entry, Kb, ancestors};

/// A page names no more entries of a category than these; beyond, searching is quicker than reading.
const MOST: usize = 1_000;

/// A step of the breadcrumbs.
pub(crate) struct Crumb<'a> {
    pub(crate) title: &'a str,
    pub(crate) url: String,
}

/// The categories from the top down to `category`, that one among them.
pub(crate) fn crumbs<'a>(kb: &'a Kb, category: &'a str) -> Vec<Crumb<'a>> {
    let title = |id: &'a str| kb.category(id).map_or(id, |c| &c.title);
    ancestors(category)
        .map(|id| Crumb {
            title: title(id),
            url: format!("/kb/{id}"),
        })
        .collect()
}

/// A category in a table of contents.
pub(crate) struct Contents<'a> {
    pub(crate) category: &'a Category,
    pub(crate) total: usize,
    pub(crate) groups: Vec<Group<'a>>,
    /// Number of entries that were left out.
    pub(crate) more: usize,
}

/// Entries of the same platforms.
pub(crate) struct Group<'a> {
    pub(crate) label: String,
    pub(crate) entries: Vec<&'a Entry>,
}

impl<'a> Contents<'a> {
    /// A category with its own entries; its total counts those of the categories below it too.
    pub(crate) fn new(kb: &'a Kb, listed: &Listed) -> Self {
        let shown = listed.entries.iter().take(MOST).map(|&e| &kb.entries[e]);
        Self {
            category: &kb.categories[listed.category],
            total: listed.total,
            groups: groups(kb, shown),
            more: listed.entries.len().saturating_sub(MOST),
        }
    }

    /// The categories that have such entries themselves, with those, [`MOST`] in all.
    pub(crate) fn of(
        kb: &'a Kb,
        render_cache: &RenderCache,
        such: impl Fn(&Entry) -> bool,
    ) -> Vec<Self> {
        let mut room = MOST;
        render_cache
            .categories
            .iter()
            .filter_map(|listed| {
                let all: Vec<&Entry> = listed
                    .entries
                    .iter()
                    .map(|&e| &kb.entries[e])
                    .filter(|e| such(e))
                    .collect();
                let shown = all.len().min(room);
                room -= shown;
                (!all.is_empty()).then(|| Self {
                    category: &kb.categories[listed.category],
                    total: all.len(),
                    groups: groups(kb, all.iter().copied().take(shown)),
                    more: all.len() - shown,
                })
            })
            .collect()
    }
}

/// Groups in the order of the vocabulary, those of several platforms after their first one's, those
/// of none last.
fn groups<'a>(kb: &'a Kb, entries: impl Iterator<Item = &'a Entry>) -> Vec<Group<'a>> {
    let rank = |id: &String| kb.vocabulary.platform_position(id).unwrap_or(usize::MAX);
    let mut keyed: Vec<(Vec<usize>, &Entry)> = entries
        .map(|entry| {
            let mut key: Vec<usize> = entry.platforms.iter().map(rank).collect();
            key.sort_unstable();
            (key, entry)
        })
        .collect();
    keyed.sort_by(|a, b| (a.0.is_empty(), &a.0).cmp(&(b.0.is_empty(), &b.0)));
    keyed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|chunk| {
            let platforms = chunk[0]
                .0
                .iter()
                .filter_map(|&p| kb.vocabulary.platforms.get(p));
            let labels: Vec<&str> = platforms.map(|p| p.label.as_str()).collect();
            let label = if labels.is_empty() {
                "各平台通用".to_owned()
            } else {
                labels.join("、")
            };
            Group {
                label,
                entries: chunk.iter().map(|(_, entry)| *entry).collect(),
            }
        })
        .collect()
}

/// A platform or cause with how many entries it has.
pub(crate) struct Facet<'a> {
    pub(crate) label: &'a str,
    pub(crate) url: String,
    pub(crate) count: usize,
}

/// The platforms that have entries of their own, in the order of the vocabulary.
pub(crate) fn platforms(kb: &Kb) -> Vec<Facet<'_>> {
    let ids = kb.vocabulary.platforms.iter().map(|p| p.id.as_str());
    let all = ids.map(|id| {
        let count = |e: &&Entry| e.platforms.iter().any(|p| p == id);
        facet(
            Label::platform(kb, id),
            kb.entries.iter().filter(count).count(),
        )
    });
    all.filter(|f| f.count > 0).collect()
}

/// The causes that entries have.
pub(crate) fn causes(kb: &Kb) -> Vec<Facet<'_>> {
    let all = Cause::ALL.iter().map(|&cause| {
        let count = |e: &&Entry| e.cause == Some(cause);
        facet(Label::cause(cause), kb.entries.iter().filter(count).count())
    });
    all.filter(|f| f.count > 0).collect()
}

fn facet(label: Label<'_>, count: usize) -> Facet<'_> {
    Facet {
        label: label.label,
        url: label.url,
        count,
    }
}
