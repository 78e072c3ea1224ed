//! Facts about one authored line that both the topics and their texts need: its kind, the weight
//! of platform names in it, and its codes.

use crate::text::{Analyzed, Name};

/// The role of a line in its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// The title of an entry, or the heading of an out-of-scope topic.
    Title,
    /// 报错信息.
    Template,
    /// 类似报错.
    SimilarError,
    /// 相似问法, or a training phrase of an out-of-scope topic.
    Question,
    /// 不是这个问题: evidence against its entry.
    NearMiss,
}

/// Weight of a platform's name inside a vector, relative to other words. Any two texts about one
/// platform look alike, and the platform has features of its own.
///
/// Source: prototype (see [`index`](super)).
pub const NAME_WEIGHT: f32 = 0.35;

/// The platform names in a text, which weigh less than other words.
pub struct Named<'a>(&'a [Name]);

impl<'a> Named<'a> {
    /// The names of an analysed text.
    pub fn new(analyzed: &'a Analyzed) -> Self {
        Self(&analyzed.names)
    }

    /// Weight factor at a position of the normalised characters: [`NAME_WEIGHT`] inside a name,
    /// else 1.
    pub fn factor(&self, at: usize) -> f32 {
        let i = self.0.partition_point(|n| n.end <= at);
        if self.0.get(i).is_some_and(|n| n.start <= at) {
            NAME_WEIGHT
        } else {
            1.0
        }
    }
}

/// The error codes of a text, normalised, in the order of the text.
pub fn codes(analyzed: &Analyzed) -> Vec<String> {
    let chars = analyzed.normalized.chars();
    analyzed
        .marks
        .codes
        .iter()
        .map(|r| chars[r.clone()].iter().collect())
        .collect()
}
