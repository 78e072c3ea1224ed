//! The journal's rows: lookups, and feedback on entries. Everything here is masked already; nothing
//! here knows how it is stored.

use std::fmt;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use crate::lookup::{Answer, Outcome};
use crate::privacy;

/// Permanent id of one lookup, a UUID of version 7; feedback refers to it. It cannot be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookupId(Uuid);

impl LookupId {
    /// A new id. Later ids sort behind earlier ones.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// Reads an id as answers write it; `None` for anything else.
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

/// Client that a lookup came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
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

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 5] = [Self::Page, Self::Api, Self::Mcp, Self::Hook, Self::Command];

    /// Its name in the database and in metrics.
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
    /// Time of the lookup.
    pub at: SystemTime,
    /// The text, masked, at most [`MASKED`] characters of it.
    pub masked: String,
    /// Equal for equal errors: 16 hex digits.
    pub fingerprint: String,
    /// Ids of the platforms that were named, joined by commas; `None` without any.
    pub platform: Option<String>,
    /// Decision.
    pub outcome: Outcome,
    /// Id of the first result.
    pub entry: Option<String>,
    /// Probability that the first result solves the problem.
    pub confidence: f64,
    /// Id of the generation that answered.
    pub generation: String,
    /// Client that asked.
    pub channel: Channel,
    /// Duration of the lookup.
    pub duration: Duration,
}

/// Longest masked text, in characters: an error's own words stand near its beginning, and a day's
/// lookups of whole logs must not fill a disk. Chosen.
pub const MASKED: usize = 2_000;

impl Lookup {
    /// The row of an answer that took `duration`: `entry` is the id of its first result, and
    /// `generation` that of the generation that gave it.
    pub fn new(
        id: LookupId,
        answer: &Answer,
        entry: Option<&str>,
        generation: &str,
        channel: Channel,
        duration: Duration,
    ) -> Self {
        let Answer { query, verdict, .. } = answer;
        Self {
            id,
            at: SystemTime::now(),
            masked: storable(&query.masked, MASKED),
            fingerprint: query.fingerprint.clone(),
            platform: (!query.platforms.is_empty()).then(|| query.platforms.join(",")),
            outcome: verdict.outcome,
            entry: entry.map(str::to_owned),
            confidence: verdict.confidence,
            generation: generation.to_owned(),
            channel,
            duration,
        }
    }
}

/// An opinion on an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Feedback {
    /// Its own id.
    pub(super) id: LookupId,
    /// Time of the feedback.
    pub at: SystemTime,
    /// The lookup that led to the entry, where there was one.
    pub lookup: Option<LookupId>,
    /// Id of the entry.
    pub entry: String,
    /// True if it helped.
    pub helped: bool,
    /// Reason, masked, on one line of at most [`WHY`] characters.
    pub why: Option<String>,
}

/// Longest reason, in characters. Chosen.
pub const WHY: usize = 300;

impl Feedback {
    /// Feedback given now. Personal data in `why` is masked.
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

/// The first characters of a text, without NUL, which PostgreSQL refuses in a text.
fn storable(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}
