//! The facts of a paste that every answer shows, apart from any entry: platforms, codes, the masked
//! text and the fingerprint.

use std::hash::Hasher as _;
use std::ops::Range;

use rustc_hash::FxHasher;

use crate::kb::Vocabulary;
use crate::privacy;
use crate::text::{Analyzed, AtomKind, Normalized};

use super::read::Reading;

/// A code of at most this many characters is shown in capitals. Source: chosen.
const SHORT_CODE: usize = 7;

/// The facts of a paste, apart from any entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Ids of the platforms given beside the text or named in it, each once.
    pub platforms: Vec<String>,
    /// Error codes in the order of the text, as a person would write them (`CD08`), each once.
    pub codes: Vec<String>,
    /// The text with variable parts and personal data replaced by `<*>`; line breaks stay. Of a
    /// long text only what was read.
    pub masked: String,
    /// Ranges of the sent text, in Unicode scalar values, around its messages: stack frames, heads of
    /// log lines, names of fields. Ascending, disjoint.
    pub structure: Vec<Range<usize>>,
    /// Number of characters that were not read, for the text is too long; what stands around its
    /// messages is not counted.
    pub left_out: usize,
    /// Hash of the text without its variable parts: 16 hex digits, see [`fingerprint`].
    pub fingerprint: String,
}

impl Query {
    /// The facts of `sent`, the text that `reading` was made from.
    pub(super) fn new(vocabulary: &Vocabulary, sent: &str, reading: &Reading) -> Self {
        let Analyzed {
            normalized,
            structure,
            marks,
            all_marks,
            ..
        } = &reading.analyzed;
        // Personal data may stand in what was not read.
        let hidden = privacy::hidden(normalized.chars(), all_marks.as_ref().unwrap_or(marks));
        let platforms = reading.platforms.iter();
        Self {
            platforms: platforms
                .map(|p| vocabulary.platforms[*p].id.clone())
                .collect(),
            codes: codes(sent, reading, &hidden),
            masked: privacy::show(sent, normalized, &hidden),
            structure: joined(sent, normalized, structure),
            left_out: reading.analyzed.left_out,
            fingerprint: fingerprint(&reading.analyzed),
        }
    }
}

/// The structure on the sent text; what only white space parts is one.
fn joined(sent: &str, normalized: &Normalized, structure: &[Range<usize>]) -> Vec<Range<usize>> {
    if structure.is_empty() {
        return Vec::new();
    }
    let sent: Vec<char> = sent.chars().collect();
    let mut joined: Vec<Range<usize>> = Vec::new();
    for range in structure {
        let range = normalized.source(range.clone());
        match joined.last_mut() {
            Some(last)
                if range.start <= last.end
                    || sent[last.end..range.start]
                        .iter()
                        .all(|c| c.is_whitespace()) =>
            {
                last.end = last.end.max(range.end);
            }
            _ => joined.push(range),
        }
    }
    joined
}

/// Codes for display: short ones in capitals, long ones as they were sent. A code inside a hidden
/// stretch is left out, since the name of an account looks like one.
fn codes(sent: &str, reading: &Reading, hidden: &[Range<usize>]) -> Vec<String> {
    let normalized = &reading.analyzed.normalized;
    let mut shown: Vec<String> = Vec::new();
    for (range, code) in reading.analyzed.marks.codes.iter().zip(&reading.codes) {
        let overlaps = |h: &Range<usize>| h.start < range.end && range.start < h.end;
        if hidden.iter().any(overlaps) {
            continue;
        }
        let source = normalized.source(range.clone());
        let code = if code.len() <= SHORT_CODE || source.len() != range.len() {
            code.to_uppercase()
        } else {
            sent.chars().skip(source.start).take(source.len()).collect()
        };
        if !shown.contains(&code) {
            shown.push(code);
        }
    }
    shown
}

/// A hash of 16 hex digits, equal for equal errors with other variable parts. Numbers, variable
/// parts and boilerplate phrases are left out; case and look-alike characters make no difference.
pub fn fingerprint(analyzed: &Analyzed) -> String {
    let mut hasher = FxHasher::default();
    for atom in &analyzed.atoms {
        let at = atom.start as usize;
        let boilerplate = analyzed.boilerplate.iter().any(|r| r.contains(&at));
        if !boilerplate && !matches!(atom.kind, AtomKind::Variable | AtomKind::Number) {
            hasher.write_u64(atom.key);
        }
    }
    format!("{:016x}", hasher.finish())
}
