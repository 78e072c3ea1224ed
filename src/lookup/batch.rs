//! Many errors at once, such as an export of failed synchronisations: finds the message of each row
//! or line and groups equal errors. The caller looks up each group.

use rustc_hash::FxHashMap;

pub use super::columns::Text;

use super::columns;
use super::engine::Engine;
use super::paste::{Paste, PasteError};
use super::query::fingerprint;
use crate::table::number::{self, Order};
use crate::table::{self, Part};

/// Texts that are answered as one whole at most. Source: chosen.
pub const MOST: usize = 200;
/// Texts of a batch at most. Source: chosen.
pub const MOST_ROWS: usize = 10_000;

/// A group of equal errors.
#[derive(Debug, Clone)]
pub struct Group {
    /// See [`Query::fingerprint`](super::Query::fingerprint).
    pub fingerprint: String,
    /// Numbers of the texts, counted from 1, ascending.
    pub lines: Vec<usize>,
    /// The order numbers that stand beside the texts, each with the number of its text.
    pub orders: Vec<(usize, Order)>,
    /// The first of the texts.
    pub paste: Paste,
}

/// The groups of a batch, and the texts that are in none.
#[derive(Debug, Clone, Default)]
pub struct Grouped {
    /// The largest group first, equally large ones in the order of the texts.
    pub groups: Vec<Group>,
    /// Texts that are no valid pastes: number and reason, ascending.
    pub invalid: Vec<(usize, PasteError)>,
}

/// Texts that a large batch leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// Number of the first of them.
    pub first: usize,
    /// Number of the last of them.
    pub last: usize,
    /// Texts between the two, both included.
    pub count: usize,
    /// See [`Omission`].
    pub reason: Omission,
}

/// The groups of a batch of any size, and what is in none.
#[derive(Debug, Clone, Default)]
pub struct Bounded {
    /// See [`Grouped::groups`].
    pub groups: Vec<Group>,
    /// Texts that are not looked up.
    pub left_out: Vec<LeftOut>,
    /// Names of a workbook's sheets that are not read.
    pub other_sheets: Vec<String>,
}

/// The reason that a text is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Omission {
    /// It stands behind the first [`MOST_ROWS`].
    TooManyRows,
    /// It is longer than a paste may be.
    TooLong,
}

impl Omission {
    /// The reason as a word of the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooManyRows => "too-many-rows",
            Self::TooLong => "text-too-long",
        }
    }
}

/// A list of texts that cannot be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Nothing but white space.
    #[error("no text has anything in it")]
    Empty,
    /// A platform that is not in the vocabulary; holds the reason.
    #[error("{0}")]
    Platform(PasteError),
    /// A text that is not a valid paste; holds its number, counted from 1, and the reason.
    #[error("text {0}: {1}")]
    Text(usize, PasteError),
}

impl Grouped {
    /// The groups, if every text is in one.
    ///
    /// # Errors
    /// [`BatchError::Text`] for the first that is in none.
    pub fn whole(self) -> Result<Vec<Group>, BatchError> {
        match self.invalid.into_iter().next() {
            Some((number, error)) => Err(BatchError::Text(number, error)),
            None => Ok(self.groups),
        }
    }
}

/// Groups texts by fingerprint. `platform` is the id given beside all of them.
///
/// # Errors
/// [`BatchError`] if there is no text or no such platform.
pub fn group(
    engine: &Engine,
    texts: &[Text],
    platform: Option<&str>,
) -> Result<Grouped, BatchError> {
    if texts.is_empty() {
        return Err(BatchError::Empty);
    }
    let kb = engine.kb();
    let mut grouped = Grouped::default();
    let groups = &mut grouped.groups;
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    for text in texts {
        let paste = match Paste::new(kb, &*text.message, platform) {
            Ok(paste) => paste,
            Err(error @ PasteError::Platform(..)) => return Err(BatchError::Platform(error)),
            Err(error) => {
                grouped.invalid.push((text.line, error));
                continue;
            }
        };
        let fingerprint = fingerprint(&engine.read(&text.message));
        let at = *known.entry(fingerprint).or_insert_with_key(|fingerprint| {
            groups.push(Group {
                fingerprint: fingerprint.clone(),
                lines: Vec::new(),
                orders: Vec::new(),
                paste,
            });
            groups.len() - 1
        });
        groups[at].lines.push(text.line);
        let order = text.order.clone().map(|order| (text.line, order));
        groups[at].orders.extend(order);
    }
    groups.sort_by_key(|g| (std::cmp::Reverse(g.lines.len()), g.lines[0]));
    Ok(grouped)
}

/// Groups the first [`MOST_ROWS`] texts; the others, and those that are no valid pastes, are named
/// beside the groups.
///
/// # Errors
/// As [`group`].
pub fn group_bounded(
    engine: &Engine,
    texts: &[Text],
    platform: Option<&str>,
) -> Result<Bounded, BatchError> {
    let (within, over) = texts.split_at(texts.len().min(MOST_ROWS));
    let Grouped { groups, invalid } = group(engine, within, platform)?;
    let invalid = invalid.into_iter().map(|(line, _)| LeftOut {
        first: line,
        last: line,
        count: 1,
        reason: Omission::TooLong,
    });
    let mut left_out: Vec<LeftOut> = invalid.collect();
    if let [first, ..] = over {
        left_out.push(LeftOut {
            first: first.line,
            last: over.last().map_or(first.line, |last| last.line),
            count: over.len(),
            reason: Omission::TooManyRows,
        });
    }
    Ok(Bounded {
        groups,
        left_out,
        other_sheets: Vec::new(),
    })
}

/// Texts that are given one by one; blank ones are left out.
pub fn each(texts: &[impl AsRef<str>]) -> Vec<Text> {
    let numbered = (1..).zip(texts.iter().map(AsRef::as_ref));
    let filled = numbered.filter(|(_, text)| !text.trim().is_empty());
    filled.map(|(line, text)| plain(line, text)).collect()
}

/// The messages of a text: one a row where it is a table, else one a line.
pub fn messages(engine: &Engine, text: &str) -> Vec<Text> {
    of_parts(engine, &table::read(text))
}

/// The messages of a text or file that is read already.
pub fn of_parts(engine: &Engine, parts: &[Part]) -> Vec<Text> {
    let mut texts = Vec::new();
    for part in parts {
        match part {
            Part::Line(line) => texts.push(plain(line.number, &line.text)),
            Part::Table(table) => texts.extend(columns::texts(engine, table)),
        }
    }
    texts
}

fn plain(line: usize, text: &str) -> Text {
    Text {
        line,
        message: text.to_owned(),
        order: number::in_text(text),
    }
}
