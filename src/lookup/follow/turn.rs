//! The context that a client sends with the reply to a question, and the ways to take a reply.

/// Characters of a turn's text at most. Source: chosen.
pub const MAX_TEXT: usize = 2_000;

/// The turn before: the text that was asked about, and the question's options in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The text that led to the question, masked, at most [`MAX_TEXT`] characters of it.
    pub text: String,
    /// Id of the platform given beside the text.
    pub platform: Option<String>,
    /// Options in the order of the question, at most [`MAX_OPTIONS`](crate::lookup::MAX_OPTIONS).
    pub options: Vec<TurnOption>,
}

/// An option of the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnOption {
    /// Id of its platform, when the question was for one.
    pub platform: Option<String>,
    /// Ids of the entries that remain after this choice; empty for "none of them".
    pub entries: Vec<String>,
}

/// The way in which a reply was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Understood {
    /// As the choice of an option.
    Choice,
    /// As the platform of the text before.
    Platform,
    /// As words that tell the candidates apart.
    Words,
    /// As "none of them".
    NoneOfThem,
    /// Not at all: the question is asked again.
    Unclear,
    /// As a question of its own.
    NewQuestion,
}

impl Understood {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::Platform => "platform",
            Self::Words => "words",
            Self::NoneOfThem => "none-of-them",
            Self::Unclear => "unclear",
            Self::NewQuestion => "new-question",
        }
    }
}
