//! What was read of the files of entries and neighbours, kept from one reading of a knowledge base
//! to the next: a file that has not changed is not parsed again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use super::diagnostic::Diagnostic;
use super::draft::Draft;
use super::neighbour::Neighbour;
use super::source::Source;

/// The files of one reading, by their paths.
#[derive(Debug, Default)]
pub struct Kept {
    files: HashMap<String, Arc<File>>,
    parsed: usize,
}

/// What one file says by itself.
#[derive(Debug)]
pub(super) struct File {
    content: (usize, u64),
    pub(super) draft: Option<Draft>,
    pub(super) neighbours: Vec<Neighbour>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Kept {
    /// How many files of entries and neighbours were parsed for this reading.
    pub fn parsed(&self) -> usize {
        self.parsed
    }

    /// The file as it was kept, or read anew where its bytes are others.
    pub(super) fn file(
        &mut self,
        source: &Source,
        before: &Self,
        read: impl FnOnce(&mut File),
    ) -> Arc<File> {
        let content = content(source);
        let kept = before.files.get(&source.path);
        let file = match kept.filter(|file| file.content == content) {
            Some(file) => file.clone(),
            None => {
                let mut file = File {
                    content,
                    draft: None,
                    neighbours: Vec::new(),
                    diagnostics: Vec::new(),
                };
                read(&mut file);
                self.parsed += 1;
                Arc::new(file)
            }
        };
        self.files.insert(source.path.clone(), file.clone());
        file
    }
}

/// Equal for equal bytes; for others, equal once in 2⁶⁴ changes.
fn content(source: &Source) -> (usize, u64) {
    let mut hasher = DefaultHasher::new();
    source.bytes.hash(&mut hasher);
    (source.bytes.len(), hasher.finish())
}
