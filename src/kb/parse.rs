//! The files of a knowledge base to the model: each file by its kind, then the rules over all of
//! them.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::category;
use super::check::{self, Whole};
use super::diagnostic::{Diagnostic, Rule};
use super::draft::{self, Draft};
use super::findings::Findings;
use super::kind::Kind;
use super::model::Kb;
use super::out_of_scope;
use super::parse_cache::{ParseCache, ParsedFile};
use super::picture;
use super::source::{self, ReadError, Source};

impl Kb {
    /// Reads the files of a knowledge base, sorted by path: `.md`, `.toml`, `.txt` and pictures.
    /// Dot files are skipped, symbolic links followed. Nothing else in `kb` touches the disk.
    ///
    /// # Errors
    /// [`ReadError`] if the folder is missing or has no `.md` file, or a file cannot be read.
    pub fn read(dir: &Path) -> Result<Vec<Source>, ReadError> {
        source::read(dir)
    }

    /// The id of the generation made from these files: 8 hex digits, equal for equal files in equal
    /// order, on every machine.
    pub fn digest(sources: &[Source]) -> String {
        source::digest(sources)
    }

    /// Parses files. Invalid parts are skipped; the diagnostics report them, sorted by path and
    /// line.
    pub fn parse(sources: &[Source]) -> (Self, Vec<Diagnostic>) {
        let (kb, diagnostics, _) = Self::parse_after(&ParseCache::default(), sources);
        (kb, diagnostics)
    }

    /// Parses files as [`Kb::parse`] does, except for entries and out-of-scope topics that are
    /// unchanged since `before`. Also returns the cache for the next call.
    pub fn parse_after(
        before: &ParseCache,
        sources: &[Source],
    ) -> (Self, Vec<Diagnostic>, ParseCache) {
        let mut parser = Parser::default();
        for source in sources {
            parser.take(source, before);
        }
        parser.finish(sources)
    }

    /// Reads and parses a folder.
    ///
    /// # Errors
    /// See [`Kb::read`].
    pub fn load(dir: &Path) -> Result<(Self, Vec<Diagnostic>), ReadError> {
        Ok(Self::parse(&Self::read(dir)?))
    }
}

/// The model between two files.
#[derive(Default)]
struct Parser<'a> {
    drafts: Vec<Draft>,
    /// Its entries are empty until [`Parser::finish`].
    kb: Kb,
    diagnostics: Vec<Diagnostic>,
    /// Ids of all files of entries. Invalid files are among them, for they can be linked to.
    entry_ids: BTreeSet<&'a str>,
    /// Ids of all categories' files, the same way.
    category_ids: BTreeSet<&'a str>,
    cache: ParseCache,
}

impl<'a> Parser<'a> {
    /// Parses one file.
    fn take(&mut self, source: &'a Source, before: &ParseCache) {
        let path = source.path.as_str();
        let kind = Kind::of(path);
        match kind {
            Kind::Entry => self.entry_ids.extend(path.strip_suffix(".md")),
            Kind::Category(id) => self.category_ids.extend([id]),
            _ => {}
        }
        if matches!(kind, Kind::Entry | Kind::OutOfScope(_)) {
            let file = self
                .cache
                .file(source, before, |file| parse_file(kind, source, file));
            self.drafts.extend(file.draft.clone());
            self.kb
                .out_of_scope
                .extend(file.out_of_scope.iter().cloned());
            self.diagnostics.extend(file.diagnostics.iter().cloned());
            return;
        }
        let mut findings = Findings::new(path);
        if kind == Kind::Picture {
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
            // Parsed in `take`.
            Kind::Entry | Kind::OutOfScope(_) | Kind::Picture => {}
            Kind::Category(id) => kb.categories.extend(category::read(id, text, findings)),
            Kind::Platforms => kb.vocabulary.read_platforms(text, findings),
            Kind::Dictionary => kb.vocabulary.read_dictionary(text, findings),
            Kind::Synonyms => kb.vocabulary.read_synonyms(text, findings),
            Kind::Boilerplate => kb.vocabulary.read_boilerplate(text),
            Kind::Decision => kb.decision = Some(text.to_owned()),
            Kind::Unknown => {
                let message = format!("unexpected file `{path}` is ignored");
                let hint = "entries are <category>/<name>.md; beside them there are _neighbours/<name>.md, \
                            _vocabulary/{platforms.toml,dictionary.txt,synonyms.txt,transport.txt} and _decision.toml";
                findings.warning(Rule::UnknownFile, 1, message, hint);
            }
        }
    }

    /// Applies the rules over all files, and puts everything in order.
    fn finish(self, sources: &[Source]) -> (Kb, Vec<Diagnostic>, ParseCache) {
        let Self {
            mut drafts,
            mut kb,
            mut diagnostics,
            entry_ids,
            category_ids,
            cache,
        } = self;
        diagnostics.extend(check::check(Whole {
            drafts: &drafts,
            kb: &kb,
            entry_ids: &entry_ids,
            category_ids: &category_ids,
        }));
        for draft in &mut drafts {
            draft.find_pictures(&kb.pictures);
        }
        kb.entries = drafts.into_iter().map(|draft| draft.entry).collect();
        kb.entries.sort_by(|a, b| a.id.cmp(&b.id));
        kb.categories.sort_by(|a, b| a.id.cmp(&b.id));
        let shown: BTreeSet<&String> = kb.entries.iter().flat_map(|e| e.pictures.keys()).collect();
        kb.pictures.retain(|path, _| shown.contains(path));
        diagnostics.sort_by(|a, b| (&a.path, a.line, a.rule).cmp(&(&b.path, b.line, b.rule)));
        quote_lines(&mut diagnostics, sources);
        (kb, diagnostics, cache)
    }
}

/// Parses the file of an entry or of out-of-scope topics.
fn parse_file(kind: Kind, source: &Source, file: &mut ParsedFile) {
    let path = source.path.as_str();
    let mut findings = Findings::new(path);
    if let Some(text) = source.text(&mut findings) {
        match kind {
            Kind::OutOfScope(name) => {
                file.out_of_scope = out_of_scope::read(name, path, text, &mut findings);
            }
            _ => file.draft = draft::read(path, text, &mut findings),
        }
    }
    file.diagnostics = findings.into_diagnostics();
}

/// Sets the excerpt of each diagnostic. They are sorted by path and line, so each file is read
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
