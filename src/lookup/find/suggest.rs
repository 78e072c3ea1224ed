//! Suggestions while typing: the entries whose title, code, message or phrasing holds what is
//! typed so far, each once, by the line that holds it best.

use std::ops::Range;

use crate::lookup::Engine;

use super::typed::Typed;
use super::{Catalog, Found, LineOf, scan};

/// What is longer is a paste, and nobody types it.
pub const LONGEST: usize = 64;
/// An entry that holds a smaller share of what is typed is not suggested.
const LEAST: f32 = 0.5;

/// What about a suggestion is what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuggestionKind {
    /// The entry's title.
    Title,
    /// One of its codes.
    Code,
    /// One of its messages or phrasings.
    Phrasing,
    /// The letters are the pinyin or the initials of its title or of a phrasing.
    Pinyin,
}

/// An entry that may be what is being typed.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Position in [`Kb::entries`](crate::kb::Kb::entries).
    pub entry: usize,
    /// What matched.
    pub kind: SuggestionKind,
    /// The title, code or phrasing as its author wrote it.
    pub text: String,
    /// Where in `text`, in Unicode scalar values, ascending and disjoint.
    pub spans: Vec<Range<usize>>,
}

/// At most `limit` suggestions, best first; none for what is blank or longer than [`LONGEST`].
pub fn suggest(engine: &Engine, catalog: &Catalog, typed: &str, limit: usize) -> Vec<Suggestion> {
    if typed.chars().nth(LONGEST).is_some() {
        return Vec::new();
    }
    let readings = Typed::readings(engine, typed);
    let mut found: Vec<(Found, &Typed)> = Vec::new();
    for reading in &readings {
        let named = |entry: usize, outside: &mut [f32]| {
            name_platforms(engine, reading, entry, outside);
        };
        let enough = scan(catalog, reading, named).into_iter();
        found.extend(enough.filter(|f| f.share >= LEAST).map(|f| (f, reading)));
    }
    found.sort_by(|(a, _), (b, _)| b.score.total_cmp(&a.score).then(a.entry.cmp(&b.entry)));
    let mut suggestions: Vec<Suggestion> = Vec::with_capacity(limit);
    for (found, reading) in found {
        if suggestions.len() == limit {
            break;
        }
        if !suggestions.iter().any(|s| s.entry == found.entry) {
            suggestions.push(suggestion(engine, catalog, &found, reading));
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
            LineOf::Message | LineOf::SimilarError | LineOf::Question => SuggestionKind::Phrasing,
        },
        text: text.to_owned(),
        spans,
    }
}

/// How much a platform's name counts for an entry that is about the platform and does not say so.
const NAMED: f32 = 0.85;

/// Counts words that name a platform of the entry.
pub(super) fn name_platforms(engine: &Engine, typed: &Typed, entry: usize, outside: &mut [f32]) {
    let kb = engine.kb();
    for (word, outside) in typed.words.iter().zip(outside) {
        if let Some(platform) = word.platform
            && kb.entries[entry]
                .platforms
                .contains(&kb.vocabulary.platforms[platform].id)
        {
            *outside = outside.max(NAMED);
        }
    }
}
