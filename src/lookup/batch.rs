//! Many errors at once, such as an export of failed synchronisations: finds the message of each
//! line and groups equal errors. The caller looks up each group.

use rustc_hash::FxHashMap;

use super::columns;
use super::engine::Engine;
use super::paste::{Paste, PasteError};
use super::query::fingerprint;

/// Texts of a batch at most. Source: chosen.
pub const MOST: usize = 200;

/// A group of equal errors.
#[derive(Debug, Clone)]
pub struct Group {
    /// See [`Query::fingerprint`](super::Query::fingerprint).
    pub fingerprint: String,
    /// Numbers of the texts, counted from 1, ascending.
    pub lines: Vec<usize>,
    /// The first of the texts.
    pub paste: Paste,
}

/// A list of texts that cannot be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Nothing but white space.
    #[error("no text has anything in it")]
    Empty,
    /// More than [`MOST`] texts that are not blank; holds their count.
    #[error("there are {0} texts, at most {MOST} are looked up at once")]
    TooMany(usize),
    /// A text that is not a valid paste; holds its number, counted from 1, and the reason.
    #[error("text {0}: {1}")]
    Text(usize, PasteError),
}

/// Groups texts by fingerprint, the largest group first, equally large ones in the order of the
/// texts. Blank texts are left out. `platform` is the id given beside all of them.
///
/// # Errors
/// The first rule that is broken, as [`BatchError`].
pub fn group(
    engine: &Engine,
    texts: &[impl AsRef<str>],
    platform: Option<&str>,
) -> Result<Vec<Group>, BatchError> {
    let filled = || {
        let numbered = (1..).zip(texts.iter().map(AsRef::as_ref));
        numbered.filter(|(_, text)| !text.trim().is_empty())
    };
    match filled().count() {
        0 => return Err(BatchError::Empty),
        many if many > MOST => return Err(BatchError::TooMany(many)),
        _ => {}
    }
    let kb = engine.kb();
    let mut groups: Vec<Group> = Vec::new();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    for (number, text) in filled() {
        let paste = Paste::new(kb, text, platform).map_err(|e| BatchError::Text(number, e))?;
        let fingerprint = fingerprint(&engine.read(text));
        match known.get(&fingerprint) {
            Some(&group) => groups[group].lines.push(number),
            None => {
                known.insert(fingerprint.clone(), groups.len());
                groups.push(Group {
                    fingerprint,
                    lines: vec![number],
                    paste,
                });
            }
        }
    }
    groups.sort_by_key(|g| (std::cmp::Reverse(g.lines.len()), g.lines[0]));
    Ok(groups)
}

/// The message of each line of a text; empty for a blank line and for the head of a table. The
/// messages of a table, with cells between tabs or commas, are those of one column.
pub fn messages(engine: &Engine, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    // Finding the column costs a few lookups: skipped for what is refused anyway.
    if lines.iter().filter(|l| !l.trim().is_empty()).count() > MOST {
        return lines.into_iter().map(str::to_owned).collect();
    }
    columns::messages(engine, &lines)
}
