//! The knowledge base: a folder of Markdown to a checked model, with diagnostics as a compiler
//! gives them. Knows nothing of searching. Content never fails to load: what is bad is left out and
//! told; only a folder that cannot be read is an error.

mod category;
mod changes;
mod check;
mod diagnostic;
mod draft;
mod entry;
mod findings;
mod front_matter;
mod kept;
mod links;
mod markdown;
mod neighbour;
mod outline;
mod phrasing;
mod picture;
pub mod render;
pub mod scaffold;
pub mod shelf;
mod source;
mod vocabulary;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

pub use category::Category;
pub use diagnostic::{Diagnostic, Rule, Severity};
pub use entry::{Acts, Cause, Change, Entry, Line, Retry, Section};
pub use kept::Kept;
pub use neighbour::Neighbour;
pub use picture::{Picture, Size, Sizes};
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
    /// The pictures that answers show, by their paths.
    pub pictures: BTreeMap<String, Picture>,
}

impl Kb {
    /// Reads the files of a knowledge base, sorted by path: `.md`, `.toml` and `.txt` and pictures,
    /// no dot files, through symbolic links. Nothing else in this folder touches the disk.
    ///
    /// # Errors
    /// [`ReadError`] when the folder is missing or holds no such file, or one cannot be read.
    pub fn read(dir: &Path) -> Result<Vec<Source>, ReadError> {
        source::read(dir)
    }

    /// Makes the model of its files. What cannot be used is left out; the diagnostics say what and
    /// why, sorted by path and line.
    pub fn parse(sources: &[Source]) -> (Self, Vec<Diagnostic>) {
        let (kb, diagnostics, _) = Self::parse_after(&Kept::default(), sources);
        (kb, diagnostics)
    }

    /// The same, without parsing the files again that were the same when `before` was kept; what is
    /// kept of this reading comes with it.
    pub fn parse_after(before: &Kept, sources: &[Source]) -> (Self, Vec<Diagnostic>, Kept) {
        let mut parts = Parts::default();
        for source in sources {
            parts.take(source, before);
        }
        let Parts {
            mut drafts,
            mut kb,
            mut diagnostics,
            entry_ids,
            category_ids,
            kept,
        } = parts;
        diagnostics.extend(check::check(check::Whole {
            drafts: &drafts,
            neighbours: &kb.neighbours,
            categories: &kb.categories,
            vocabulary: &kb.vocabulary,
            entry_ids: &entry_ids,
            category_ids: &category_ids,
            pictures: &kb.pictures,
        }));
        for draft in &mut drafts {
            draft.find_pictures(&kb.pictures);
        }
        kb.entries = drafts.into_iter().map(|draft| draft.entry).collect();
        let shown: BTreeSet<&String> = kb.entries.iter().flat_map(|e| e.pictures.keys()).collect();
        kb.pictures.retain(|path, _| shown.contains(path));
        kb.entries.sort_by(|a, b| a.id.cmp(&b.id));
        kb.categories.sort_by(|a, b| a.id.cmp(&b.id));
        diagnostics.sort_by(|a, b| (&a.path, a.line, a.rule).cmp(&(&b.path, b.line, b.rule)));
        quote_lines(&mut diagnostics, sources);
        (kb, diagnostics, kept)
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
        match self.position(id) {
            Some(at) => Some(&self.entries[at]),
            None => self
                .entries
                .iter()
                .find(|entry| entry.aliases.iter().any(|alias| alias == id)),
        }
    }

    /// The position in [`Kb::entries`] of the entry that has this id now.
    pub fn position(&self, id: &str) -> Option<usize> {
        let found = self.entries.binary_search_by(|e| e.id.as_str().cmp(id));
        found.ok()
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
    kept: Kept,
}

impl<'a> Parts<'a> {
    /// Takes one file, as what its path says that it is.
    fn take(&mut self, source: &'a Source, before: &Kept) {
        let path = source.path.as_str();
        let kind = Kind::of(path);
        match kind {
            Kind::Entry => self.entry_ids.extend(path.strip_suffix(".md")),
            Kind::Category(id) => self.category_ids.extend([id]),
            _ => {}
        }
        if matches!(kind, Kind::Entry | Kind::Neighbours(_)) {
            let file = self
                .kept
                .file(source, before, |file| read(kind, source, file));
            self.drafts.extend(file.draft.clone());
            self.kb.neighbours.extend(file.neighbours.iter().cloned());
            self.diagnostics.extend(file.diagnostics.iter().cloned());
            return;
        }
        let mut findings = Findings::new(path);
        if matches!(kind, Kind::Picture) {
            let read = picture::read(&source.bytes, &mut findings);
            let named = read.map(|picture| (path.to_owned(), picture));
            self.kb.pictures.extend(named);
        } else if let Some(text) = source.text(&mut findings) {
            self.take_text(kind, path, text, &mut findings);
        }
        self.diagnostics.extend(findings.into_diagnostics());
    }

    fn take_text(&mut self, kind: Kind, path: &str, text: &str, findings: &mut Findings) {
        let kb = &mut self.kb;
        match kind {
            Kind::Entry | Kind::Neighbours(_) => {}
            Kind::Category(id) => kb.categories.extend(category::read(id, text, findings)),
            Kind::Platforms => kb.vocabulary.read_platforms(text, findings),
            Kind::Dictionary => kb.vocabulary.read_dictionary(text, findings),
            Kind::Synonyms => kb.vocabulary.read_synonyms(text, findings),
            Kind::Transport => kb.vocabulary.read_transport(text),
            Kind::Decision => kb.decision = Some(text.to_owned()),
            Kind::Picture | Kind::Unknown => {
                let message = format!("nobody reads `{path}`");
                let hint = "entries are <category>/<name>.md; beside them there are _neighbours/<name>.md, \
                            _vocabulary/{platforms.toml,dictionary.txt,synonyms.txt,transport.txt} and _decision.toml";
                findings.warning(Rule::UnknownFile, 1, message, hint);
            }
        }
    }
}

/// Reads the file of an entry or of neighbours.
fn read(kind: Kind, source: &Source, file: &mut kept::File) {
    let path = source.path.as_str();
    let mut findings = Findings::new(path);
    if let Some(text) = source.text(&mut findings) {
        match kind {
            Kind::Neighbours(name) => {
                file.neighbours = neighbour::read(name, path, text, &mut findings);
            }
            _ => file.draft = draft::read(path, text, &mut findings),
        }
    }
    file.diagnostics = findings.into_diagnostics();
}

/// What a file is, by its path.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Entry,
    Category(&'a str),
    Neighbours(&'a str),
    Platforms,
    Dictionary,
    Synonyms,
    Transport,
    Decision,
    Picture,
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
            let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
            return if picture::ENDINGS.contains(&ending) {
                Self::Picture
            } else {
                Self::Unknown
            };
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
