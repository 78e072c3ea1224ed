//! Characters to tokens. Knows nothing of entries, of the index or of any decision.
//!
//! [`Analyzer`] is the one entrance: the index calls it on every line of an author, the lookup on
//! every paste, so that both sides see a text the same way.

pub mod atom;
pub mod background;
pub mod clause;
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
pub use scan::is_cjk;
pub use style::Style;
pub use tokenize::Token;

use spot::Spotter;
use tokenize::Tokenizer;

/// A variable part of a message, as templates and masked texts write it: the log-parsing field's
/// wildcard (Drain, He et al. 2017).
pub const WILDCARD: &str = "<*>";

/// The domain vocabulary for the analyser, as plain strings.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// Words of the domain for the segmenter, with a frequency where one is known.
    pub dictionary: &'a [(String, Option<u64>)],
    /// Groups of words that mean the same here, the canonical one first.
    pub synonyms: &'a [Vec<String>],
    /// Names to spot, each with the number that it stands for (a platform's position).
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

/// A stretch of normalised characters that names something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Its number in [`Words::names`].
    pub value: usize,
}

/// A text, read: all ranges are in normalised characters unless said otherwise.
#[derive(Debug)]
pub struct Analyzed {
    /// The characters, with the way back to the text as it was sent.
    pub normalized: Normalized,
    /// Variables and codes.
    pub marks: Marks,
    /// Names that were spotted (platforms).
    pub names: Vec<Name>,
    /// Ranges of boilerplate phrases.
    pub boilerplate: Vec<Range<usize>>,
    /// Words, in the order of the text; search mode, so they overlap.
    pub tokens: Vec<Token>,
    /// Units of alignment.
    pub atoms: Vec<Atom>,
    /// Parts between punctuation, as ranges of characters.
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

    /// Reads a text. Never fails; the cost is linear in its length.
    pub fn analyze(&self, raw: &str) -> Analyzed {
        self.cut(Normalized::new(raw))
    }

    /// Reads a text that was rewritten: each character with the characters of the sent text that it
    /// stands for.
    pub fn analyze_rewritten(&self, rewritten: &[(char, Range<usize>)]) -> Analyzed {
        let text: String = rewritten.iter().map(|r| r.0).collect();
        let sources: Vec<Range<usize>> = rewritten.iter().map(|r| r.1.clone()).collect();
        self.cut(Normalized::new(&text).onto(&sources))
    }

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
