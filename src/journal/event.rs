//! What the journal keeps: lookups, and whether they helped. Everything here is masked already;
//! nothing here knows how it is stored.

use std::fmt;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::lookup::{Answer, Engine, Outcome};
use crate::privacy;

/// Names one lookup for ever: whoever gives feedback refers to it. It cannot be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookupId(Uuid);

impl LookupId {
    /// A new one. Later ones sort behind earlier ones.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// Reads one as it is written in answers; nothing where it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let id = Uuid::try_parse(text).ok().map(Self)?;
        (id.to_string() == text).then_some(id)
    }
}

impl Default for LookupId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for LookupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

/// Through which face a lookup came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Face {
    /// A page, for a person.
    Page,
    /// The API.
    Api,
    /// A tool call of a language model.
    Mcp,
    /// A chat platform's callback.
    Hook,
    /// The command line.
    Command,
}

impl Face {
    /// Every face.
    pub const ALL: [Self; 5] = [Self::Page, Self::Api, Self::Mcp, Self::Hook, Self::Command];

    /// As it is stored and counted.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Api => "api",
            Self::Mcp => "mcp",
            Self::Hook => "hook",
            Self::Command => "command",
        }
    }
}

/// A lookup that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// Its id.
    pub id: LookupId,
    /// When it was made.
    pub at: SystemTime,
    /// The text, masked, at most [`MASKED`] characters of it.
    pub masked: String,
    /// Equal for equal errors: 16 hex digits.
    pub fingerprint: String,
    /// Ids of the platforms that were named, joined by commas.
    pub platform: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// Id of the entry that came first.
    pub entry: Option<String>,
    /// That the first entry solves it, as a probability.
    pub confidence: f64,
    /// Id of the generation that answered.
    pub generation: String,
    /// Who asked.
    pub face: Face,
    /// How long the answer took.
    pub duration: Duration,
}

/// A masked text is cut after this many characters: an error's own words stand near its beginning,
/// and a day's lookups of whole logs must not fill a disk.
pub const MASKED: usize = 2_000;

impl Lookup {
    /// The entry of an answer that took `duration`.
    pub(super) fn new(
        id: LookupId,
        engine: &Engine,
        answer: &Answer,
        face: Face,
        duration: Duration,
    ) -> Self {
        let Answer { query, verdict, .. } = answer;
        let first = verdict.results.first();
        Self {
            id,
            at: SystemTime::now(),
            masked: storable(&query.masked, MASKED),
            fingerprint: query.fingerprint.clone(),
            platform: (!query.platforms.is_empty()).then(|| query.platforms.join(",")),
            outcome: verdict.outcome,
            entry: first.map(|hit| engine.kb().entries[hit.entry].id.clone()),
            confidence: verdict.confidence,
            generation: engine.generation().to_owned(),
            face,
            duration,
        }
    }
}

/// Whether an entry helped.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// Its own id.
    pub(super) id: LookupId,
    /// When it was given.
    pub at: SystemTime,
    /// The lookup that led to the entry, where there was one.
    pub lookup: Option<LookupId>,
    /// Id of the entry.
    pub entry: String,
    /// Whether it helped.
    pub helped: bool,
    /// Why, masked, on one line of at most [`WHY`] characters.
    pub why: Option<String>,
}

/// A line of why is cut after this many characters.
pub const WHY: usize = 300;

impl Feedback {
    /// Feedback given now. What personal data `why` holds is masked.
    pub fn new(lookup: Option<LookupId>, entry: &str, helped: bool, why: Option<&str>) -> Self {
        let line = |text: &str| {
            let text: String = text.chars().take(MASKED).collect();
            let masked = privacy::masked(&text);
            let words: Vec<&str> = masked.split_whitespace().collect();
            storable(&words.join(" "), WHY)
        };
        Self {
            id: LookupId::new(),
            at: SystemTime::now(),
            lookup,
            entry: entry.to_owned(),
            helped,
            why: why.map(line).filter(|line| !line.is_empty()),
        }
    }
}

/// The first characters of a text, without NUL, which PostgreSQL cannot keep in a text.
fn storable(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}
