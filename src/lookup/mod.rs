//! A paste to an outcome: read, propose, rank, judge, explain.
//!
//! [`Engine`] is one immutable generation of everything a lookup needs. It does no I/O, takes no
//! lock and never fails: what comes out is always an [`Answer`]. Wire formats are not here.

pub mod batch;
mod codes;
mod columns;
mod compare;
pub mod engine;
pub mod explain;
pub mod follow;
pub mod judge;
pub mod pinyin;
pub mod problems;
pub mod rank;
pub mod read;
mod reply;
mod slots;
pub mod verdict;
pub mod weigh;

use std::ops::Range;

pub use engine::{BuildError, Considered, Engine};

use crate::kb::Kb;

/// The longest paste that is read, in Unicode scalar values.
pub const MAX_CHARS: usize = 20_000;

/// A checked query: not blank, at most [`MAX_CHARS`] characters, no NUL, a known platform or none.
#[derive(Debug, Clone)]
pub struct Paste {
    text: String,
    platform: Option<String>,
}

/// Why a text is no [`Paste`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// More than [`MAX_CHARS`] characters; holds how many.
    #[error("the text has {0} characters, at most {MAX_CHARS} are read")]
    TooLong(usize),
    /// A NUL character, at this character offset.
    #[error("the text has a NUL character at offset {0}")]
    Nul(usize),
    /// The platform is not in the vocabulary; holds what was sent and the known ids.
    #[error("unknown platform {0:?}, known are: {1}")]
    Platform(String, String),
}

/// What to do with a result list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The first result solves it.
    Answer,
    /// One of these few does; [`Verdict::ask`] tells them apart.
    Choose,
    /// Nothing here is likely; [`Verdict::handover`] says what next.
    None,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Answer, Self::Choose, Self::None];

    /// As programs call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Choose => "choose",
            Self::None => "none",
        }
    }
}

/// What was understood of the paste, apart from any entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Ids of the platforms named in the text or given beside it.
    pub platforms: Vec<String>,
    /// Error codes in the order of the text, as a person would write them (`CD08`).
    pub codes: Vec<String>,
    /// The text on one line per line, variable parts replaced by `<*>`, personal data with them.
    pub masked: String,
    /// Equal for equal errors whatever their variable parts: 16 hex digits.
    pub fingerprint: String,
}

/// The answer to a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was understood.
    pub query: Query,
    /// The decision for the whole paste; of several problems the surest one's.
    pub verdict: Verdict,
    /// One element an error, in the order of the paste, when it holds several; else empty.
    pub problems: Vec<Problem>,
}

/// One of several errors in a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Where it stands, in Unicode scalar values of the sent text.
    pub span: Range<usize>,
    /// Its own decision.
    pub verdict: Verdict,
}

/// A decision with what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What to do.
    pub outcome: Outcome,
    /// Calibrated probability that the first result solves the problem; 0 without results.
    pub confidence: f64,
    /// Best first. With [`Outcome::None`] these are only the nearest.
    pub results: Vec<Hit>,
    /// The question that tells the candidates apart, with [`Outcome::Choose`].
    pub ask: Option<Ask>,
    /// With [`Outcome::None`].
    pub handover: Option<Handover>,
}

/// A ranked entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Position in [`Kb::entries`].
    pub entry: usize,
    /// Calibrated probability that this entry solves the problem.
    pub confidence: f64,
    /// What on the user's text speaks for it.
    pub matched: Matched,
}

/// What matched, on the sent text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matched {
    /// The template that was aligned, as its author wrote it.
    pub template: Option<String>,
    /// The phrasing (相似问法, 类似报错 or title) that is nearest, when no template was aligned.
    pub phrasing: Option<String>,
    /// Disjoint, in ascending order.
    pub spans: Vec<Span>,
}

/// A stretch of the sent text, in Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What it is.
    pub kind: SpanKind,
}

/// What a [`Span`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanKind {
    /// Characters that the entry has too.
    Literal,
    /// Taken for a variable part: a wildcard's or a masked number.
    Variable,
    /// An error code of the entry.
    Code,
    /// A platform's name.
    Platform,
}

/// The one question that tells the candidates apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// In Chinese, for the person.
    pub question: String,
    /// At least two.
    pub options: Vec<AskOption>,
}

/// A possible reply to an [`Ask`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskOption {
    /// In Chinese.
    pub label: String,
    /// Looking up again with this platform settles it.
    pub platform: Option<String>,
    /// Ids of the entries that this reply leaves.
    pub entries: Vec<String>,
}

/// What a person or a ticket needs when nothing here is likely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Why there is no answer.
    pub reason: Reason,
    /// Equal for equal errors whatever their variable parts: 16 hex digits.
    pub fingerprint: String,
    /// Masked, ready for a ticket.
    pub summary: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A neighbouring topic is nearer; where such a question belongs.
    Neighbour {
        /// Its heading.
        topic: String,
        /// Its first paragraph.
        belongs: String,
    },
    /// Nothing like it is known.
    Unknown,
    /// Too little text to tell.
    TooShort,
}

impl Paste {
    /// Checks a text and a platform id against `kb`.
    ///
    /// # Errors
    /// [`PasteError`] says which rule does not hold.
    pub fn new(
        kb: &Kb,
        text: impl Into<String>,
        platform: Option<&str>,
    ) -> Result<Self, PasteError> {
        let text = text.into();
        if text.trim().is_empty() {
            return Err(PasteError::Empty);
        }
        let count = text.chars().count();
        if count > MAX_CHARS {
            return Err(PasteError::TooLong(count));
        }
        if let Some(at) = text.chars().position(|c| c == '\0') {
            return Err(PasteError::Nul(at));
        }
        let platforms = &kb.vocabulary.platforms;
        if let Some(id) = platform
            && !platforms.iter().any(|p| p.id == id)
        {
            let known: Vec<&str> = platforms.iter().map(|p| p.id.as_str()).collect();
            return Err(PasteError::Platform(id.to_owned(), known.join(", ")));
        }
        Ok(Self {
            text,
            platform: platform.map(str::to_owned),
        })
    }

    /// The text as it was sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The platform given beside the text.
    pub fn platform(&self) -> Option<&str> {
        self.platform.as_deref()
    }
}
