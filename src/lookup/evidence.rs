//! Evidence for and against a topic: the numbers that a decision is made from. Data alone;
//! `compare` and `rank` fill it in.

use crate::index::Alignment;

/// Content to leave out of a lookup. Fitting uses it, so that no line is found by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclude {
    /// Use all content.
    Nothing,
    /// Leave out one line, by its position in [`Topics::lines`](crate::index::Topics::lines).
    Line(usize),
    /// Leave out one topic, by its position in [`Topics::topics`](crate::index::Topics::topics).
    Topic(usize),
}

/// Evidence for and against one topic.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Position in [`Topics::topics`](crate::index::Topics::topics).
    pub topic: usize,
    /// Nearest line over character n-grams.
    pub gram: Near,
    /// Nearest line over words.
    pub word: Near,
    /// Cosine over character n-grams between the whole paste and the nearest line.
    pub whole: f32,
    /// Largest share of a line's gram weight that the paste has, 0 to 1.
    pub held: f32,
    /// Likeness over grams to the nearest 不是这个问题 where that exceeds the likeness to every other
    /// line, else 0.
    pub near_miss: f32,
    /// Share of the paste's information that the topic's words explain, 0 to 1: of the whole paste
    /// or of its best window, whichever is more.
    pub coverage: f32,
    /// Weight of the heaviest word that the paste lacks of the line nearest over words, relative to
    /// the heaviest of that line, 0 to 1.
    pub missing: f32,
    /// Weight of the heaviest word in the nearest window that the topic does not have, relative to
    /// the weight of an unknown word.
    pub foreign: f32,
    /// Share of the paste's word weight that the topic's words explain, where a word that `c` lines
    /// of the topic have counts `c / (c + 1.5)`; of the whole paste or of its best window.
    pub bag: f32,
    /// The strongest aligned template.
    pub template: Option<TemplateMatch>,
    /// Agreement of the best pair of codes, 0 to 1.
    pub code: f32,
    /// Likeness of the most similar pair of codes that are not the same, 0 to 1; 0 where a pair
    /// agrees.
    pub conflict: f32,
    /// True when the paste has a short code ending in a digit, and no code of the topic agrees.
    pub foreign_code: bool,
    /// True when the paste names a platform of the topic.
    pub agrees: bool,
    /// True when the paste names platforms, none of them the topic's.
    pub contradicts: bool,
}

impl Evidence {
    /// Strength of the aligned template, 0 to 1; 0 without one.
    pub fn strength(&self) -> f32 {
        self.template.as_ref().map_or(0.0, |t| t.strength)
    }
}

/// The nearest line of a topic and the window of the paste that is near to it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Near {
    /// Cosine, 0 to 1, scaled down for windows of little information.
    pub score: f32,
    /// Position in [`Topics::lines`](crate::index::Topics::lines).
    pub line: usize,
    /// First clause of the window.
    pub from: usize,
    /// One past the last clause of the window.
    pub to: usize,
}

impl Near {
    /// The nearer of two; `self` when they are equally near.
    pub(super) fn better(self, other: Self) -> Self {
        if other.score > self.score {
            other
        } else {
            self
        }
    }
}

/// A template aligned with the paste.
#[derive(Debug, Clone)]
pub struct TemplateMatch {
    /// Position in [`Topic::templates`](crate::index::Topic::templates).
    pub index: usize,
    /// Certainty that the paste holds this message, 0 to 1.
    pub strength: f32,
    /// The matched atoms.
    pub alignment: Alignment,
}
