//! Filters of a list, and the number of entries that each of their values leaves.

use crate::kb::ancestors;
use crate::kb::{Acts, Cause, Entry, Kb};

/// The platform that an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPlatform {
    /// This one, by its position in the vocabulary, perhaps among others.
    One(usize),
    /// None in particular.
    Any,
}

/// Conditions that a listed entry meets; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// About this platform.
    pub platform: Option<OnPlatform>,
    /// In this category or one below it, by its position in [`Kb::categories`].
    pub category: Option<usize>,
    /// Of this cause.
    pub cause: Option<Cause>,
    /// For this one to act.
    pub acts: Option<Acts>,
}

/// Number of the found entries that each value of a filter leaves, the other filters applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    /// By position in the vocabulary.
    pub platforms: Vec<usize>,
    /// Entries about no platform in particular.
    pub any_platform: usize,
    /// By position in [`Kb::categories`], those of the categories below included.
    pub categories: Vec<usize>,
    /// In the order of [`Cause::ALL`].
    pub causes: Vec<usize>,
    /// In the order of [`Acts::ALL`].
    pub acts: Vec<usize>,
}

/// The filters that an entry passes.
struct Passed {
    platform: bool,
    category: bool,
    cause: bool,
    acts: bool,
}

impl Filters {
    /// True if an entry passes them all.
    pub fn pass(&self, kb: &Kb, entry: &Entry) -> bool {
        let passed = self.passed(kb, entry);
        passed.platform && passed.category && passed.cause && passed.acts
    }

    fn passed(&self, kb: &Kb, entry: &Entry) -> Passed {
        let inside = |at: usize| {
            let rest = entry.category().strip_prefix(kb.categories[at].id.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Passed {
            platform: match self.platform {
                None => true,
                Some(OnPlatform::Any) => entry.platforms.is_empty(),
                Some(OnPlatform::One(at)) => {
                    entry.platforms.contains(&kb.vocabulary.platforms[at].id)
                }
            },
            category: self.category.is_none_or(inside),
            cause: self.cause.is_none_or(|cause| entry.cause == Some(cause)),
            acts: self.acts.is_none_or(|acts| entry.acts == Some(acts)),
        }
    }
}

impl Facets {
    pub(super) fn count(kb: &Kb, filters: &Filters, found: impl Iterator<Item = usize>) -> Self {
        let mut facets = Self {
            platforms: vec![0; kb.vocabulary.platforms.len()],
            any_platform: 0,
            categories: vec![0; kb.categories.len()],
            causes: vec![0; Cause::ALL.len()],
            acts: vec![0; Acts::ALL.len()],
        };
        for entry in found.map(|e| &kb.entries[e]) {
            let p = filters.passed(kb, entry);
            if p.category && p.cause && p.acts {
                facets.count_platforms(kb, entry);
            }
            if p.platform && p.cause && p.acts {
                facets.count_categories(kb, entry);
            }
            if p.platform && p.category && p.acts {
                let at = Cause::ALL.iter().position(|c| Some(*c) == entry.cause);
                at.into_iter().for_each(|at| facets.causes[at] += 1);
            }
            if p.platform && p.category && p.cause {
                let at = Acts::ALL.iter().position(|a| Some(*a) == entry.acts);
                at.into_iter().for_each(|at| facets.acts[at] += 1);
            }
        }
        facets
    }

    fn count_platforms(&mut self, kb: &Kb, entry: &Entry) {
        if entry.platforms.is_empty() {
            self.any_platform += 1;
        }
        for (platform, count) in kb.vocabulary.platforms.iter().zip(&mut self.platforms) {
            *count += usize::from(entry.platforms.contains(&platform.id));
        }
    }

    fn count_categories(&mut self, kb: &Kb, entry: &Entry) {
        for id in ancestors(entry.category()) {
            let at = kb.categories.binary_search_by(|c| c.id.as_str().cmp(id));
            at.into_iter().for_each(|at| self.categories[at] += 1);
        }
    }
}
