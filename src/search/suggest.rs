//! Suggestions while typing: the entries whose title, code, message or training phrase holds what is
//! typed so far, each once, by the line that holds it best.

use std::ops::Range;

use crate::lookup::Engine;

use super::catalog::{Catalog, LineOf};
use super::scan::{Found, name_platforms, scan};
use super::typed::Typed;

/// Longest text that is suggested for, in characters: a longer one is a paste. Chosen.
pub const LONGEST: usize = 64;
/// Least share of what is typed that a suggested entry holds, 0 to 1. Chosen.
const LEAST: f32 = 0.5;

/// The part of a suggestion that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionKind {
    /// The entry's title.
    Title,
    /// One of its codes.
    Code,
    /// One of its messages or phrases.
    Phrase,
    /// The letters are the pinyin or the initials of its title or of a training phrase.
    Pinyin,
}

/// An entry that may be what is being typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Position in [`Kb::entries`](crate::kb::Kb::entries).
    pub entry: usize,
    /// The part that matched.
    pub kind: SuggestionKind,
    /// The title, code or training phrase as its author wrote it.
    pub text: String,
    /// Ranges of `text` that were typed, in Unicode scalar values, ascending and disjoint.
    pub spans: Vec<Range<usize>>,
}

/// At most `limit` suggestions, best first; none for what is blank or longer than [`LONGEST`].
pub fn suggest(engine: &Engine, catalog: &Catalog, typed: &str, limit: usize) -> Vec<Suggestion> {
    if typed.chars().nth(LONGEST).is_some() {
        return Vec::new();
    }
    let variants = Typed::variants(engine, typed);
    let mut found: Vec<(Found, &Typed)> = Vec::new();
    for variant in &variants {
        let named = |entry: usize, outside: &mut [f32]| {
            name_platforms(engine, variant, entry, outside);
        };
        let enough = scan(catalog, variant, named).into_iter();
        found.extend(enough.filter(|f| f.share >= LEAST).map(|f| (f, variant)));
    }
    found.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
    let mut suggestions: Vec<Suggestion> = Vec::with_capacity(limit);
    for (found, variant) in found {
        if suggestions.len() == limit {
            break;
        }
        if !suggestions.iter().any(|s| s.entry == found.entry) {
            suggestions.push(suggestion(engine, catalog, &found, variant));
        }
    }
    suggestions
}

fn suggestion(engine: &Engine, catalog: &Catalog, found: &Found, typed: &Typed) -> Suggestion {
    let entry = &engine.kb().entries[found.entry];
    // An entry about a platform that is named, and no line of it says so.
    let line = found.line.unwrap_or(catalog.lines_of(found.entry).start);
    let text = catalog.text(entry, found.entry, line);
    let (spans, spelled) = typed.marks(text);
    Suggestion {
        entry: found.entry,
        kind: match catalog.kinds[line] {
            _ if spelled => SuggestionKind::Pinyin,
            LineOf::Title => SuggestionKind::Title,
            LineOf::Code => SuggestionKind::Code,
            LineOf::Message | LineOf::SimilarError | LineOf::Question => SuggestionKind::Phrase,
        },
        text: text.to_owned(),
        spans,
    }
}
