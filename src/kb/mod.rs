//! The knowledge base: a folder of Markdown to a checked model, with diagnostics as a compiler
//! gives them. Knows nothing of searching. Content never fails to load: what is bad is left out and
//! told; only a folder that cannot be read is an error.

mod category;
mod check;
mod diagnostic;
mod draft;
mod entry;
mod findings;
mod front_matter;
mod links;
mod neighbour;
mod outline;
mod phrasing;
pub mod render;
pub mod scaffold;
pub mod shelf;
mod source;
mod vocabulary;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

pub use category::Category;
pub use diagnostic::{Diagnostic, Rule, Severity};
pub use entry::{Acts, Cause, Entry, Line, Retry, Section};
pub use neighbour::Neighbour;
pub use source::{ReadError, Source};
pub use vocabulary::{Platform, Vocabulary, Word};

use draft::Draft;
use findings::Findings;

/// Everything that an author wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kb {
    /// Sorted by id.
    pub entries: Vec<Entry>,
    /// In the order of their files.
    pub neighbours: Vec<Neighbour>,
    /// Sorted by id.
    pub categories: Vec<Category>,
    /// The words of the trade.
    pub vocabulary: Vocabulary,
    /// The text of `_decision.toml`, where there is one.
    pub decision: Option<String>,
}

impl Kb {
    /// Reads the files of a knowledge base, sorted by path: `.md`, `.toml` and `.txt`, no dot files,
    /// through symbolic links. Nothing else in this folder touches the disk.
    ///
    /// # Errors
    /// [`ReadError`] when the folder is missing or holds no such file, or one cannot be read.
    pub fn read(dir: &Path) -> Result<Vec<Source>, ReadError> {
        source::read(dir)
    }

    /// Makes the model of its files. What cannot be used is left out; the diagnostics say what and
    /// why, sorted by path and line.
    pub fn parse(sources: &[Source]) -> (Self, Vec<Diagnostic>) {
        let mut parts = Parts::default();
        for source in sources {
            parts.take(source);
        }
        let Parts {
            drafts,
            mut kb,
            mut diagnostics,
            entry_ids,
            category_ids,
        } = parts;
        diagnostics.extend(check::check(check::Whole {
            drafts: &drafts,
            neighbours: &kb.neighbours,
            categories: &kb.categories,
            vocabulary: &kb.vocabulary,
            entry_ids: &entry_ids,
            category_ids: &category_ids,
        }));
        kb.entries = drafts.into_iter().map(|draft| draft.entry).collect();
        kb.entries.sort_by(|a, b| a.id.cmp(&b.id));
        kb.categories.sort_by(|a, b| a.id.cmp(&b.id));
        diagnostics.sort_by(|a, b| (&a.path, a.line, a.rule).cmp(&(&b.path, b.line, b.rule)));
        quote_lines(&mut diagnostics, sources);
        (kb, diagnostics)
    }

    /// Reads a folder and makes the model of it.
    ///
    /// # Errors
    /// See [`Kb::read`].
    pub fn load(dir: &Path) -> Result<(Self, Vec<Diagnostic>), ReadError> {
        Ok(Self::parse(&Self::read(dir)?))
    }

    /// The entry of this id, or that once had it.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        match self
            .entries
            .binary_search_by(|entry| entry.id.as_str().cmp(id))
        {
            Ok(at) => Some(&self.entries[at]),
            Err(_) => self
                .entries
                .iter()
                .find(|entry| entry.aliases.iter().any(|alias| alias == id)),
        }
    }

    /// The category of this id.
    pub fn category(&self, id: &str) -> Option<&Category> {
        let found = self
            .categories
            .binary_search_by(|category| category.id.as_str().cmp(id));
        found.ok().map(|at| &self.categories[at])
    }

    /// The id of the generation that these files make: 8 hex digits, equal for equal files in equal
    /// order, on every machine.
    pub fn digest(sources: &[Source]) -> String {
        source::digest(sources)
    }
}

/// The model in the making.
#[derive(Default)]
struct Parts<'a> {
    drafts: Vec<Draft>,
    kb: Kb,
    diagnostics: Vec<Diagnostic>,
    /// Of every file of an entry, those that cannot be read among them: they can be linked to.
    entry_ids: BTreeSet<&'a str>,
    /// The same for categories.
    category_ids: BTreeSet<&'a str>,
}

impl<'a> Parts<'a> {
    /// Reads one file, as what its path says that it is.
    fn take(&mut self, source: &'a Source) {
        let path = source.path.as_str();
        let kind = Kind::of(path);
        match kind {
            Kind::Entry => self.entry_ids.extend(path.strip_suffix(".md")),
            Kind::Category(id) => self.category_ids.extend([id]),
            _ => {}
        }
        let mut findings = Findings::new(path);
        if let Some(text) = source.text(&mut findings) {
            self.take_text(kind, path, text, &mut findings);
        }
        self.diagnostics.extend(findings.into_diagnostics());
    }

    fn take_text(&mut self, kind: Kind, path: &str, text: &str, findings: &mut Findings) {
        let kb = &mut self.kb;
        match kind {
            Kind::Entry => self.drafts.extend(draft::read(path, text, findings)),
            Kind::Category(id) => kb.categories.extend(category::read(id, text, findings)),
            Kind::Neighbours(name) => kb
                .neighbours
                .extend(neighbour::read(name, path, text, findings)),
            Kind::Platforms => kb.vocabulary.read_platforms(text, findings),
            Kind::Dictionary => kb.vocabulary.read_dictionary(text, findings),
            Kind::Synonyms => kb.vocabulary.read_synonyms(text, findings),
            Kind::Transport => kb.vocabulary.read_transport(text),
            Kind::Decision => kb.decision = Some(text.to_owned()),
            Kind::Unknown => {
                let message = format!("nobody reads `{path}`");
                let hint = "entries are <category>/<name>.md; beside them there are _neighbours/<name>.md, \
                            _vocabulary/{platforms.toml,dictionary.txt,synonyms.txt,transport.txt} and _decision.toml";
                findings.warning(Rule::UnknownFile, 1, message, hint);
            }
        }
    }
}

/// What a file is, by its path.
enum Kind<'a> {
    Entry,
    Category(&'a str),
    Neighbours(&'a str),
    Platforms,
    Dictionary,
    Synonyms,
    Transport,
    Decision,
    Unknown,
}

impl<'a> Kind<'a> {
    fn of(path: &'a str) -> Self {
        match path {
            "_decision.toml" => return Self::Decision,
            "_vocabulary/platforms.toml" => return Self::Platforms,
            "_vocabulary/dictionary.txt" => return Self::Dictionary,
            "_vocabulary/synonyms.txt" => return Self::Synonyms,
            "_vocabulary/transport.txt" => return Self::Transport,
            _ => {}
        }
        let Some(stem) = path.strip_suffix(".md") else {
            return Self::Unknown;
        };
        if let Some(name) = stem.strip_prefix("_neighbours/") {
            return if name.contains('/') {
                Self::Unknown
            } else {
                Self::Neighbours(name)
            };
        }
        match stem.strip_suffix("/_index") {
            _ if stem.starts_with('_') => Self::Unknown,
            Some(id) => Self::Category(id),
            None => Self::Entry,
        }
    }
}

/// Fills in the lines that the diagnostics are about. They are sorted, so each file is gone through
/// once.
fn quote_lines(diagnostics: &mut [Diagnostic], sources: &[Source]) {
    let by_path: HashMap<&str, &Source> = sources.iter().map(|s| (s.path.as_str(), s)).collect();
    for of_file in diagnostics.chunk_by_mut(|a, b| a.path == b.path) {
        let Some(source) = by_path.get(of_file[0].path.as_str()) else {
            continue;
        };
        let mut lines = (1..).zip(source.lines()).peekable();
        for diagnostic in of_file {
            while lines
                .next_if(|(number, _)| *number < diagnostic.line)
                .is_some()
            {}
            if let Some((number, line)) = lines.peek()
                && *number == diagnostic.line
            {
                diagnostic.excerpt = String::from_utf8_lossy(line).trim_end().to_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests;
