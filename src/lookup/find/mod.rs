//! Entries by what is typed of them: a word, half a word, a code, pinyin or its initials. What
//! suggestions and the search list are made from; deciding whether an entry solves a paste is the
//! lookup's, beside this.
//!
//! Nothing is indexed by term: a line is compared when its signature holds every character that is
//! asked for, so that half a word costs what a word costs, and a generation is quickly built.

mod excerpt;
pub mod facets;
mod fold;
pub mod search;
mod spell;
pub mod suggest;
mod typed;
mod word;

use std::ops::Range;

use crate::kb::{Entry, Kb};
use crate::text::{Marks, Normalized};

use fold::{Folded, signature};
use typed::Typed;

/// Codes up to this length are shown in capitals, whatever the author wrote.
const SHORT_CODE: usize = 7;

/// What a line is to its entry.
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
    /// How much a match in such a line counts.
    fn factor(self) -> f32 {
        match self {
            Self::Title | Self::Code => 1.0,
            Self::Message => 0.92,
            Self::Question => 0.9,
            Self::SimilarError => 0.85,
        }
    }
}

/// The lines of all entries, folded, in the order of the entries.
#[derive(Debug, Default)]
pub struct Catalog {
    units: Vec<u16>,
    /// Where each line begins among the units, and where the last one ends.
    starts: Vec<u32>,
    kinds: Vec<LineOf>,
    signatures: Vec<u64>,
    initials: Vec<u32>,
    /// Where the lines of each entry begin, and where those of the last one end.
    entries: Vec<u32>,
    codes: Vec<Vec<String>>,
}

/// A line as it is compared.
struct LineView<'a> {
    kind: LineOf,
    units: &'a [u16],
    signature: u64,
    initials: u32,
}

impl Catalog {
    /// Folds every line of the entries that is shown or asked for; near misses are neither.
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
                catalog.initials.push(spell::initials(&folded));
                catalog.kinds.push(kind);
                catalog.units.extend(folded);
                catalog.starts.push(catalog.units.len() as u32);
            }
            catalog.entries.push(catalog.kinds.len() as u32);
            catalog.codes.push(codes);
        }
        catalog
    }

    /// The codes of an entry, given its position in [`Kb::entries`], as a person would write them.
    pub fn codes(&self, entry: usize) -> &[String] {
        &self.codes[entry]
    }

    fn lines_of(&self, entry: usize) -> Range<usize> {
        self.entries[entry] as usize..self.entries[entry + 1] as usize
    }

    fn line(&self, line: usize) -> LineView<'_> {
        let range = self.starts[line] as usize..self.starts[line + 1] as usize;
        LineView {
            kind: self.kinds[line],
            units: &self.units[range],
            signature: self.signatures[line],
            initials: self.initials[line],
        }
    }

    /// What the author wrote in a line of an entry.
    fn text<'a>(&'a self, entry: &'a Entry, position: usize, line: usize) -> &'a str {
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

/// An entry that holds what was typed.
#[derive(Debug, Clone, Copy)]
struct Found {
    entry: usize,
    score: f32,
    /// Share of what was typed that the entry holds, 0 to 1.
    share: f32,
    /// The line that holds most of it, unless none holds anything.
    line: Option<usize>,
}

/// Compares every line. `outside` has for each word of the typed text how much an entry holds it
/// wherever no line does, 0 to 1.
fn scan(
    catalog: &Catalog,
    typed: &Typed,
    mut outside: impl FnMut(usize, &mut [f32]),
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut held = vec![0.0; typed.words.len()];
    let mut base = held.clone();
    for entry in 0..catalog.codes.len() {
        base.fill(0.0);
        outside(entry, &mut base);
        held.copy_from_slice(&base);
        let mut best = (0.0, None);
        for line in catalog.lines_of(entry) {
            // Most lines hold nothing of it, which their marks tell at a glance.
            let (signature, initials) = (catalog.signatures[line], catalog.initials[line]);
            if !typed.words.iter().any(|w| w.may_stand(signature, initials)) {
                continue;
            }
            let score = typed.hold(&catalog.line(line), &base, &mut held);
            if score > best.0 {
                best = (score, Some(line));
            }
        }
        let share = typed.share(&held);
        if share > 0.0 {
            found.push(Found {
                entry,
                score: (share + best.0) / 2.0,
                share,
                line: best.1,
            });
        }
    }
    found
}
