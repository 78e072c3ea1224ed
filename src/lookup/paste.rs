//! A checked text to look up.

use crate::kb::Kb;

/// Length of the longest paste, in bytes of UTF-8. Source: chosen, a trace of ten causes has some 100
/// kB.
pub const MAX_BYTES: usize = 256 << 10;

/// A text that passed all checks: not blank, at most [`MAX_BYTES`] long, and a known platform
/// or none. Its NULs are no part of what is read.
#[derive(Debug, Clone)]
pub struct Paste {
    text: String,
    platform: Option<String>,
}

/// A text or platform that cannot be looked up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasteError {
    /// Nothing but white space and NULs.
    #[error("the text is empty")]
    Empty,
    /// More than [`MAX_BYTES`]; holds the length in bytes.
    #[error("the text has {0} bytes, at most {MAX_BYTES} are taken")]
    TooLong(usize),
    /// A platform that is not in the vocabulary; holds the id sent and the known ids.
    #[error("unknown platform {0:?}, known are: {1}")]
    Platform(String, String),
}

impl Paste {
    /// Checks a text and a platform id against `kb`.
    ///
    /// # Errors
    /// The first rule that is broken, as [`PasteError`].
    pub fn new(
        kb: &Kb,
        text: impl Into<String>,
        platform: Option<&str>,
    ) -> Result<Self, PasteError> {
        let text = text.into();
        if text.chars().all(|c| c.is_whitespace() || c == '\0') {
            return Err(PasteError::Empty);
        }
        if text.len() > MAX_BYTES {
            return Err(PasteError::TooLong(text.len()));
        }
        known_platform(kb, platform)?;
        Ok(Self {
            text,
            platform: platform.map(str::to_owned),
        })
    }

    /// The text as it was sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Id of the platform given beside the text.
    pub fn platform(&self) -> Option<&str> {
        self.platform.as_deref()
    }
}

/// Checks a platform's id against `kb`.
///
/// # Errors
/// [`PasteError::Platform`] if it is not in the vocabulary.
pub fn known_platform(kb: &Kb, platform: Option<&str>) -> Result<(), PasteError> {
    match platform {
        Some(id) if kb.vocabulary.platform(id).is_none() => {
            let platforms = kb.vocabulary.platforms.iter();
            let known: Vec<&str> = platforms.map(|p| p.id.as_str()).collect();
            Err(PasteError::Platform(id.to_owned(), known.join(", ")))
        }
        _ => Ok(()),
    }
}
