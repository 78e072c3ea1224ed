//! The knowledge base as a checked model, and look-ups in it by id.

use std::collections::BTreeMap;

use super::category::Category;
use super::entry::Entry;
use super::out_of_scope::OutOfScopeTopic;
use super::picture::Picture;
use super::vocabulary::Vocabulary;

/// The valid content of a knowledge base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kb {
    /// Sorted by id.
    pub entries: Vec<Entry>,
    /// Out-of-scope topics, in the order of their files' paths.
    pub out_of_scope: Vec<OutOfScopeTopic>,
    /// Sorted by id.
    pub categories: Vec<Category>,
    /// The domain vocabulary.
    pub vocabulary: Vocabulary,
    /// The text of `_decision.toml`, if there is one. Not checked here.
    pub decision: Option<String>,
    /// The pictures that answers show, by path relative to the knowledge base.
    pub pictures: BTreeMap<String, Picture>,
}

impl Kb {
    /// The entry that has this id or, if there is none, this alias.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        match self.position(id) {
            Some(at) => Some(&self.entries[at]),
            None => self
                .entries
                .iter()
                .find(|entry| entry.aliases.iter().any(|alias| alias == id)),
        }
    }

    /// The position in [`Kb::entries`] of the entry that has this id; aliases are not looked at.
    pub fn position(&self, id: &str) -> Option<usize> {
        let found = self.entries.binary_search_by(|e| e.id.as_str().cmp(id));
        found.ok()
    }

    /// The category of this id.
    pub fn category(&self, id: &str) -> Option<&Category> {
        let found = self.categories.binary_search_by(|c| c.id.as_str().cmp(id));
        found.ok().map(|at| &self.categories[at])
    }
}
