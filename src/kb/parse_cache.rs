//! Results of parsing the files of entries and out-of-scope topics, kept for the next reload:
//! unchanged files are not parsed again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::draft::Draft;
use super::out_of_scope::OutOfScopeTopic;
use super::source::Source;

/// The parsed files of one load, by path.
#[derive(Debug, Default)]
pub struct ParseCache {
    files: HashMap<String, Arc<ParsedFile>>,
    parsed: usize,
}

/// The content of one file, as far as it can be judged alone.
#[derive(Debug)]
pub(super) struct ParsedFile {
    key: Key,
    pub(super) draft: Option<Draft>,
    pub(super) out_of_scope: Vec<OutOfScopeTopic>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl ParseCache {
    /// The number of files of entries and out-of-scope topics that were parsed for this load.
    pub fn parsed(&self) -> usize {
        self.parsed
    }

    /// The file as it is in `before` if its bytes are the same, otherwise parsed. Adds it to this
    /// cache.
    pub(super) fn file(
        &mut self,
        source: &Source,
        before: &Self,
        parse: impl FnOnce(&mut ParsedFile),
    ) -> Arc<ParsedFile> {
        let key = key(source);
        let cached = before.files.get(&source.path);
        let file = match cached.filter(|file| file.key == key) {
            Some(file) => file.clone(),
            None => {
                let mut file = ParsedFile {
                    key,
                    draft: None,
                    out_of_scope: Vec::new(),
                    diagnostics: Vec::new(),
                };
                parse(&mut file);
                self.parsed += 1;
                Arc::new(file)
            }
        };
        self.files.insert(source.path.clone(), file.clone());
        file
    }
}

/// Length in bytes and 64-bit hash of a file.
type Key = (usize, u64);

/// Equal for equal bytes. For other bytes of the same length, equal with probability 2⁻⁶⁴.
fn key(source: &Source) -> Key {
    let mut hasher = DefaultHasher::new();
    source.bytes.hash(&mut hasher);
    (source.bytes.len(), hasher.finish())
}
