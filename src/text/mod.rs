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
pub mod style;
pub mod term;
pub mod tokenize;
pub(crate) mod value;

use std::ops::Range;

pub use atom::{Atom, AtomKind};
pub use mask::{Marks, Variable, VariableKind};
pub use normalized::Normalized;
pub use scan::{WILDCARD, is_cjk};
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
    /// Variables and codes.
    pub marks: Marks,
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

impl Analyzer {
    /// Builds the segmenter's dictionary and the spotters.
    pub fn new(words: Words<'_>) -> Self {
        Self {
            tokenizer: Tokenizer::new(words.dictionary, words.synonyms),
            names: Spotter::new(words.names.iter().map(|(n, v)| (n.as_str(), *v))),
            boilerplate: Spotter::new(words.boilerplate.iter().map(|t| (t.as_str(), ()))),
        }
    }

    /// Reads a text. It does not fail, and takes linear time on real texts.
    pub fn analyze(&self, raw: &str) -> Analyzed {
        self.cut(Normalized::new(raw))
    }

    /// Reads a text that was rewritten. Each character comes with the range of the sent text (in
    /// Unicode scalar values) that it stands for; the ranges of the result are of the sent text.
    pub fn analyze_rewritten(&self, rewritten: &[(char, Range<usize>)]) -> Analyzed {
        let text: String = rewritten.iter().map(|r| r.0).collect();
        let sources: Vec<Range<usize>> = rewritten.iter().map(|r| r.1.clone()).collect();
        self.cut(Normalized::new(&text).onto(&sources))
    }

    /// Analyses normalised characters.
    fn cut(&self, normalized: Normalized) -> Analyzed {
        let chars = normalized.chars();
        let marks = Marks::find(chars);
        let names = self
            .names
            .find(chars)
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
