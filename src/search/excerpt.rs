//! The passage of an answer that holds what was typed.

use std::ops::Range;

use super::typed::Typed;

/// Length of a passage, in characters. Chosen.
const LENGTH: usize = 90;
/// Most characters of it before the first mark. Chosen.
const BEFORE: usize = 24;

/// The passage around the first place that holds what was typed, with its marks; `None` if no place
/// does. White space becomes one space.
pub(super) fn excerpt(text: &str, typed: &Typed) -> Option<(String, Vec<Range<usize>>)> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (marks, _) = typed.marks(&line);
    let first = marks.first()?.start;
    let chars: Vec<char> = line.chars().collect();
    let start = begin(&chars, first);
    let end = (start + LENGTH).min(chars.len());
    let mut passage = String::new();
    let mut shift = 0;
    if start > 0 {
        passage.push('…');
        shift = 1;
    }
    passage.extend(&chars[start..end]);
    if end < chars.len() {
        passage.push('…');
    }
    let spans = marks
        .into_iter()
        .map(|m| m.start.max(start)..m.end.min(end))
        .filter(|m| !m.is_empty())
        .map(|m| m.start - start + shift..m.end - start + shift)
        .collect();
    Some((passage, spans))
}

/// The beginning of a mark's sentence, unless that is far before it.
fn begin(chars: &[char], mark: usize) -> usize {
    let least = mark.saturating_sub(BEFORE);
    if least == 0 {
        return 0;
    }
    let ends = |c: &char| matches!(c, '。' | '；' | '！' | '？' | ' ');
    let sentence = chars[least..mark].iter().rposition(ends);
    sentence.map_or(least, |at| least + at + 1)
}
