//! Many errors at once, such as an export of failed synchronisations: the message of each line,
//! equal errors grouped. Looking the groups up is whoever's who asks.

use rustc_hash::FxHashMap;

use super::columns;
use super::read::Reading;
use super::{Engine, Paste, PasteError};

/// Texts in a batch.
pub const MOST: usize = 200;

/// Equal errors.
#[derive(Debug, Clone)]
pub struct Group {
    /// Equal for equal errors whatever their variable parts: 16 hex digits.
    pub fingerprint: String,
    /// Which texts these are, from 1 on, ascending.
    pub lines: Vec<usize>,
    /// The first of them.
    pub paste: Paste,
}

/// Why texts are no batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Nothing but white space.
    #[error("no text has anything in it")]
    Empty,
    /// More than [`MOST`] texts that are not blank; holds how many.
    #[error("there are {0} texts, at most {MOST} are looked up at once")]
    TooMany(usize),
    /// A text is none that can be looked up: which one, from 1 on, and why not.
    #[error("text {0}: {1}")]
    Text(usize, PasteError),
}

/// Groups texts by what varies not, the largest group first, then in the order of the texts. Blank
/// ones are left out.
///
/// # Errors
/// [`BatchError`] says which rule does not hold.
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
    let position = |id| kb.vocabulary.platforms.iter().position(|p| p.id == id);
    let at = platform.and_then(position);
    let mut groups: Vec<Group> = Vec::new();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    for (number, text) in filled() {
        let paste = Paste::new(kb, text, platform).map_err(|e| BatchError::Text(number, e))?;
        let reading = Reading::new(engine.topics(), engine.read(text), at);
        let fingerprint = reading.fingerprint();
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

/// The message of each line of a text, blank for a blank line and for the head of a table. Of a
/// table, whose cells stand between tabs or commas, the messages are those of one column.
pub fn messages(engine: &Engine, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    // Reading columns costs a few lookups: not for what is refused anyway.
    if lines.iter().filter(|l| !l.trim().is_empty()).count() > MOST {
        return lines.into_iter().map(str::to_owned).collect();
    }
    columns::messages(engine, &lines)
}
