//! Candidate retrieval with Tantivy: one document a line, its terms as numbers, in memory.
//!
//! A few rare terms propose lines, and `lookup::rank` compares their topics in full: each query
//! clause costs a term look-up and a BM25 table whatever it finds. The collector scores every
//! match, because Block-Max WAND is several times slower on queries of a paste's length.

use tantivy::collector::TopDocs;
use tantivy::directory::RamDirectory;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{
    DocId, Index, Score, Searcher, SegmentReader, SingleSegmentIndexWriter, TantivyDocument, Term,
};

use super::line::LineKind;
use super::topic::Topics;

/// Query clauses at most: the most informative terms of the paste. Source: measured by
/// `cargo bench --bench lookup`, 2026-11; with 22, the bench's paste takes less than 200 µs.
const CLAUSES: usize = 22;
/// Proposed lines at most. Source: measured by `cargo bench --bench lookup`, 2026-11, for the same
/// bound.
const LINES: usize = 100;
/// Memory of the index writer, in bytes. Source: Tantivy's minimum for one thread.
const WRITER_MEMORY: usize = 15_000_000;

/// An in-memory index over the lines of all topics.
pub struct Local {
    searcher: Searcher,
    terms: Field,
    /// The line of each document of the only segment, in the order of adding.
    lines: Vec<u32>,
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Local")
            .field("lines", &self.searcher.num_docs())
            .finish()
    }
}

/// A term of a paste: the id of a word or of a gram in its lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermId {
    /// In the lexicon of words.
    Word(u32),
    /// In the lexicon of grams.
    Gram(u32),
}

impl TermId {
    fn text(self) -> String {
        match self {
            TermId::Word(id) => format!("w{id}"),
            TermId::Gram(id) => format!("g{id}"),
        }
    }
}

impl Local {
    /// Indexes every line except near misses.
    ///
    /// # Errors
    /// A [`tantivy::TantivyError`] if the index cannot allocate its memory.
    pub fn new(topics: &Topics) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs);
        let terms = schema.add_text_field(
            "terms",
            TextOptions::default().set_indexing_options(indexing),
        );
        let mut writer: SingleSegmentIndexWriter<TantivyDocument> = Index::builder()
            .schema(schema.build())
            .single_segment_index_writer(RamDirectory::default(), WRITER_MEMORY)?;
        let mut lines = Vec::with_capacity(topics.lines.len());
        for (number, line) in topics
            .lines
            .iter()
            .enumerate()
            .filter(|(_, l)| l.kind != LineKind::NearMiss)
        {
            let words = line.words.iter().map(|w| TermId::Word(w.0));
            let grams = line.grams.iter().map(|g| TermId::Gram(g.0));
            let text: Vec<String> = words.chain(grams).map(TermId::text).collect();
            let mut document = TantivyDocument::new();
            document.add_text(terms, text.join(" "));
            writer.add_document(document)?;
            lines.push(number as u32);
        }
        let index = writer.finalize()?;
        Ok(Self {
            searcher: index.reader()?.searcher(),
            terms,
            lines,
        })
    }

    /// Retrieves the lines that share the heaviest of `terms`: positions in [`Topics::lines`], best
    /// first by BM25, at most `LINES`. `terms` come with their weights, in any order; they are
    /// sorted in place.
    pub fn propose(&self, terms: &mut [(TermId, f32)]) -> Vec<usize> {
        terms.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let clauses: Vec<(Occur, Box<dyn Query>)> = terms
            .iter()
            .take(CLAUSES)
            .map(|(id, _)| {
                let term = Term::from_field_text(self.terms, &id.text());
                let query: Box<dyn Query> =
                    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
                (Occur::Should, query)
            })
            .collect();
        if clauses.is_empty() {
            return Vec::new();
        }
        let all = |_: &SegmentReader| move |_: DocId, score: Score| score;
        let collector = TopDocs::with_limit(LINES).tweak_score(all);
        // An index in memory has no I/O that could fail.
        let found = self
            .searcher
            .search(&BooleanQuery::new(clauses), &collector)
            .unwrap_or_default();
        found
            .iter()
            .filter_map(|(_, address)| self.lines.get(address.doc_id as usize))
            .map(|l| *l as usize)
            .collect()
    }
}
