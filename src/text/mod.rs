//! Turns a text into characters, words and units of alignment. It does not know entries, the index
//! or decisions.
//!
//! [`Analyzer`] is the one entrance: the index calls it on every line of an author, the lookup on
//! every paste, so that both sides see a text the same way.

pub mod atom;
pub mod background;
pub mod clause;
pub(crate) mod damage;
pub mod decode;
pub mod gram;
mod joined;
pub(crate) mod label;
pub mod look_alike;
pub mod mask;
mod normalize;
mod normalized;
pub(crate) mod pinyin;
pub mod scan;
mod simplified;
pub mod spot;
pub mod structure;
pub mod style;
pub mod term;
pub mod tokenize;
pub(crate) mod value;

use std::ops::Range;

pub use atom::{Atom, AtomKind};
pub use mask::{Marks, Variable, VariableKind};
pub use normalized::Normalized;
pub use scan::{WILDCARD, is_cjk};
pub use structure::MOST_READ;
pub use style::Style;
pub use tokenize::Token;

use spot::Spotter;
use tokenize::Tokenizer;

/// The domain vocabulary for the analyser, as plain strings.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Words of the domain for the segmenter, with a frequency where one is known.
    pub dictionary: &'a [(String, Option<u64>)],
    /// Groups of synonyms, the canonical one first.
    pub synonyms: &'a [Vec<String>],
    /// Names to find, each with a number (the platform's position in the vocabulary).
    pub names: &'a [(String, usize)],
    /// Boilerplate phrases: they carry an error and say nothing of it.
    pub boilerplate: &'a [String],
}

/// Turns a text into an [`Analyzed`] one.
#[derive(Debug)]
pub struct Analyzer {
    tokenizer: Tokenizer,
    names: Spotter<usize>,
    boilerplate: Spotter<()>,
}

/// A name in a text, in normalised characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Its number in [`Words::names`].
    pub value: usize,
}

/// An analysed text. All ranges are in normalised characters.
#[derive(Debug)]
pub struct Analyzed {
    /// The characters, each with its place in the sent text.
    pub normalized: Normalized,
    /// Ranges around the messages of a paste, see [`structure`]; nothing below lies in them.
    pub structure: Vec<Range<usize>>,
    /// Number of characters outside the structure that are not read, for there are too many.
    pub left_out: usize,
    /// Variables and codes.
    pub marks: Marks,
    /// The same with those in the structure, where there is some: what is hidden lies anywhere.
    pub all_marks: Option<Marks>,
    /// Names (platforms), ascending and disjoint.
    pub names: Vec<Name>,
    /// Ranges of boilerplate phrases.
    pub boilerplate: Vec<Range<usize>>,
    /// Words, in the order of the text; they overlap.
    pub tokens: Vec<Token>,
    /// Units of alignment.
    pub atoms: Vec<Atom>,
    /// Parts between punctuation, ascending and disjoint.
    pub clauses: Vec<Range<usize>>,
    /// Signs of a question or a statement.
    pub style: Style,
}

impl Analyzed {
    /// The lines of what is read, as ranges of normalised characters, those without a letter or a
    /// digit left out. Structure ends a line.
    pub fn lines(&self) -> impl Iterator<Item = Range<usize>> {
        let chars = self.normalized.chars();
        let mut structure = self.structure.iter().peekable();
        let ends = (0..chars.len()).filter(move |at| {
            while structure.next_if(|r| r.end <= *at).is_some() {}
            chars[*at] == '\n' || structure.peek().is_some_and(|r| r.start <= *at)
        });
        let mut start = 0;
        ends.chain([chars.len()])
            .map(move |end| std::mem::replace(&mut start, end + 1)..end)
            .filter(|line| chars[line.clone()].iter().any(|c| c.is_alphanumeric()))
    }
}

impl Analyzer {
    /// Builds the segmenter's dictionary and the spotters.
    pub fn new(words: Words<'_>) -> Self {
        Self {
            tokenizer: Tokenizer::new(words.dictionary, words.synonyms),
            names: Spotter::new(words.names.iter().map(|(n, v)| (n.as_str(), *v))),
            boilerplate: Spotter::new(words.boilerplate.iter().map(|t| (t.as_str(), ()))),
        }
    }

    /// Reads an author's line. It does not fail, and takes linear time on real texts.
    pub fn analyze(&self, raw: &str) -> Analyzed {
        let normalized = Normalized::new(raw);
        let read = normalized.chars().to_vec();
        self.cut(normalized, &read, Vec::new())
    }

    /// Reads a paste: as an author's line, but for the [`structure`] around its messages, in which
    /// nothing is found.
    pub fn analyze_paste(&self, raw: &str) -> Analyzed {
        self.apart(Normalized::new(raw))
    }

    /// Reads a paste that was rewritten. Each character comes with the range of the sent text (in
    /// Unicode scalar values) that it stands for; the ranges of the result are of the sent text.
    pub fn analyze_rewritten(&self, rewritten: &[(char, Range<usize>)]) -> Analyzed {
        let text: String = rewritten.iter().map(|r| r.0).collect();
        let sources: Vec<Range<usize>> = rewritten.iter().map(|r| r.1.clone()).collect();
        self.apart(Normalized::new(&text).onto(&sources))
    }

    fn apart(&self, normalized: Normalized) -> Analyzed {
        let chars = normalized.chars();
        let found = structure::structure(chars);
        if chars.len() > MOST_READ {
            let telling = structure::telling(chars, &found);
            let whole: usize = telling.iter().map(Range::len).sum();
            let around: usize = found.iter().map(Range::len).sum();
            let left_out = chars.len() - whole - around;
            let normalized = normalized.only(&telling);
            let read = normalized.chars().to_vec();
            let mut analyzed = self.cut(normalized, &read, Vec::new());
            analyzed.left_out = left_out;
            return analyzed;
        }
        let read = structure::without(chars, &found);
        if !read.iter().any(|c| c.is_alphanumeric()) {
            // Nothing but structure: then it is what is asked about.
            let read = chars.to_vec();
            return self.cut(normalized, &read, Vec::new());
        }
        self.cut(normalized, &read, found)
    }

    /// Analyses normalised characters, of which `chars` are read.
    fn cut(
        &self,
        normalized: Normalized,
        chars: &[char],
        structure: Vec<Range<usize>>,
    ) -> Analyzed {
        // Once for both: what is read has the marks that no structure touches.
        let all = Marks::find(normalized.chars());
        let marks = all.outside(&structure);
        let names = self
            .names
            .find(chars)
            .filter(|m| spot::stands_alone(chars, &m.range))
            .map(|m| Name {
                start: m.range.start,
                end: m.range.end,
                value: m.value,
            })
            .collect();
        let boilerplate = self.boilerplate.find(chars).map(|m| m.range).collect();
        let tokens = self.tokenizer.tokens(chars, &marks);
        let atoms = atom::atoms(chars, &marks);
        let clauses = clause::clauses(chars);
        let style = Style::of(chars);
        Analyzed {
            normalized,
            all_marks: (!structure.is_empty()).then_some(all),
            structure,
            left_out: 0,
            marks,
            names,
            boilerplate,
            tokens,
            atoms,
            clauses,
            style,
        }
    }
}
