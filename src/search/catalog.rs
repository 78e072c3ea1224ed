//! The lines of all entries, folded for comparison with what is typed.
//!
//! Nothing is indexed by term: a line is compared if its signature holds every character that is
//! looked for, so that half a word costs as much as a word, and a generation is quickly built.

use std::ops::Range;

use super::fold::{Folded, signature};
use crate::kb::{Entry, Kb};
use crate::text::{Marks, Normalized, pinyin};

/// Codes up to this length are shown in capitals, whatever the author wrote. Chosen.
const SHORT_CODE: usize = 7;

/// Weight of a match in a message. This and the two below: chosen, so that of equal matches the
/// words that a platform or an author shows come first.
const MESSAGE: f32 = 0.92;
/// Weight of a match in a question.
const QUESTION: f32 = 0.9;
/// Weight of a match in a similar error.
const SIMILAR_ERROR: f32 = 0.85;

/// The part of an entry that a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineOf {
    /// Its title.
    Title,
    /// One of its codes.
    Code,
    /// 报错信息.
    Message,
    /// 类似报错.
    SimilarError,
    /// 相似问法.
    Question,
}

impl LineOf {
    /// Weight of a match in such a line, 0 to 1.
    pub(super) fn factor(self) -> f32 {
        match self {
            Self::Title | Self::Code => 1.0,
            Self::Message => MESSAGE,
            Self::Question => QUESTION,
            Self::SimilarError => SIMILAR_ERROR,
        }
    }
}

/// The folded lines of all entries, in the order of the entries.
#[derive(Debug, Default)]
pub struct Catalog {
    units: Vec<u16>,
    /// The first unit of each line, and one past the last line's end.
    starts: Vec<u32>,
    pub(super) kinds: Vec<LineOf>,
    pub(super) signatures: Vec<u64>,
    pub(super) initials: Vec<u32>,
    /// The first line of each entry, and one past the last entry's last.
    entries: Vec<u32>,
    codes: Vec<Vec<String>>,
}

/// A line as it is compared.
pub(super) struct LineView<'a> {
    pub(super) kind: LineOf,
    pub(super) units: &'a [u16],
    pub(super) signature: u64,
    pub(super) initials: u32,
}

impl Catalog {
    /// Folds every line of the entries but the near misses, which are neither shown nor asked for.
    pub fn new(kb: &Kb) -> Self {
        let mut catalog = Self {
            starts: vec![0],
            entries: vec![0],
            ..Self::default()
        };
        for entry in &kb.entries {
            let codes = codes(entry);
            for (kind, text) in lines(entry, &codes) {
                let folded = Folded::new(Normalized::new(text).chars(), 0).units;
                catalog.signatures.push(signature(&folded));
                catalog.initials.push(pinyin::initials(&folded));
                catalog.kinds.push(kind);
                catalog.units.extend(folded);
                catalog.starts.push(catalog.units.len() as u32);
            }
            catalog.entries.push(catalog.kinds.len() as u32);
            catalog.codes.push(codes);
        }
        catalog
    }

    /// Number of entries.
    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    /// The codes of an entry, given its position in [`Kb::entries`], as a person would write them.
    pub fn codes(&self, entry: usize) -> &[String] {
        &self.codes[entry]
    }

    /// The lines of an entry, given its position.
    pub(super) fn lines_of(&self, entry: usize) -> Range<usize> {
        self.entries[entry] as usize..self.entries[entry + 1] as usize
    }

    pub(super) fn line(&self, line: usize) -> LineView<'_> {
        let range = self.starts[line] as usize..self.starts[line + 1] as usize;
        LineView {
            kind: self.kinds[line],
            units: &self.units[range],
            signature: self.signatures[line],
            initials: self.initials[line],
        }
    }

    /// The text of a line as the author wrote it.
    pub(super) fn text<'a>(&'a self, entry: &'a Entry, position: usize, line: usize) -> &'a str {
        let nth = line - self.lines_of(position).start;
        lines(entry, &self.codes[position])
            .nth(nth)
            .map_or("", |l| l.1)
    }
}

/// The lines of an entry in the order in which the catalog has them.
fn lines<'a>(
    entry: &'a Entry,
    codes: &'a [String],
) -> impl Iterator<Item = (LineOf, &'a str)> + 'a {
    let of =
        |kind, lines: &'a [crate::kb::Line]| lines.iter().map(move |l| (kind, l.text.as_str()));
    std::iter::once((LineOf::Title, entry.title.as_str()))
        .chain(codes.iter().map(|c| (LineOf::Code, c.as_str())))
        .chain(of(LineOf::Message, &entry.templates))
        .chain(of(LineOf::SimilarError, &entry.similar_errors))
        .chain(of(LineOf::Question, &entry.questions))
}

/// The codes of the title and the messages.
fn codes(entry: &Entry) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let messages = entry.templates.iter().map(|t| &t.text);
    for text in std::iter::once(&entry.title).chain(messages) {
        let normalized = Normalized::new(text);
        for range in Marks::find(normalized.chars()).codes {
            let folded: String = normalized.chars()[range.clone()].iter().collect();
            // Two words with a hyphen or a colon between them are nothing that people look for.
            if !folded.contains(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.')) {
                continue;
            }
            let code = if folded.len() <= SHORT_CODE {
                folded.to_uppercase()
            } else {
                let source = normalized.source(range);
                text.chars().skip(source.start).take(source.len()).collect()
            };
            if !codes.iter().any(|c| c.eq_ignore_ascii_case(&code)) {
                codes.push(code);
            }
        }
    }
    codes
}
