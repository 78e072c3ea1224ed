//! Finds personal and secret data in a text, and shows the text without it.
//!
//! This decides what may be stored and shown to others. What varies for matching is decided in
//! [`text::mask`](crate::text::mask), which is stricter: hiding a number too many costs a reader
//! little. Values behind labels (收件人, `mobile`) are found by `text::value`; both read one list of
//! labels.
//!
//! `corpus.jsonl` beside this file lists texts with what must be hidden in them and what must stay;
//! the tests check every row. To add a case, add a line.

mod dumps;
mod electronic;
mod name;
mod number;
mod postal;
mod token;

use std::ops::Range;

use crate::text::scan::{follows, is_ascii_word};
use crate::text::value;
use crate::text::{Marks, Normalized, Variable, VariableKind, WILDCARD};

/// The text with variable parts and personal or secret data replaced by `<*>`.
pub fn masked(sent: &str) -> String {
    let normalized = Normalized::new(sent);
    let hidden = hidden(normalized.chars(), &Marks::find(normalized.chars()));
    show(sent, &normalized, &hidden)
}

/// The ranges of normalised characters that [`masked`] hides: ascending, disjoint, none empty.
/// `marks` are those of the same characters.
pub fn hidden(chars: &[char], marks: &Marks) -> Vec<Range<usize>> {
    let mut hidden = find(chars);
    let longer = |v: &&Variable| v.kind != VariableKind::Number;
    let variables = marks.variables.iter().filter(longer);
    hidden.extend(variables.map(|v| v.range.clone()));
    merged(hidden)
}

/// A sent text with the [`hidden`] ranges of its normalised characters replaced by `<*>`.
///
/// A character is shown as it was sent where one sent character became one normalised one, and
/// decoded where it was encoded.
pub fn show(sent: &str, normalized: &Normalized, hidden: &[Range<usize>]) -> String {
    let sent: Vec<char> = sent.chars().collect();
    let chars = normalized.chars();
    let mut shown = String::new();
    let mut at = 0;
    for span in hidden {
        shown.extend((at..span.start).filter_map(|i| character(&sent, normalized, i)));
        shown.push_str(WILDCARD);
        at = span.end;
    }
    shown.extend((at..chars.len()).filter_map(|i| character(&sent, normalized, i)));
    shown
}

/// The normalised character at `at` as [`show`] shows it. One sent character that became several
/// (`…`, `㎏`) is shown once, in place of the first.
fn character(sent: &[char], normalized: &Normalized, at: usize) -> Option<char> {
    let c = normalized.chars()[at];
    let source = normalized.source(at..at + 1);
    match sent.get(source.start) {
        Some(own) if source.len() == 1 && !c.is_whitespace() => {
            let same_as_before = at > 0 && normalized.source(at - 1..at) == source;
            (!same_as_before).then_some(*own)
        }
        _ => Some(c),
    }
}

/// Personal and secret data, neither sorted nor disjoint.
fn find(chars: &[char]) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    // A name beside a postal address or a number is hidden without a label.
    let mut contacts = postal::addresses(chars);
    let mut at = 0;
    while at < chars.len() {
        let from = spans.last().map_or(0, |s| s.end);
        let found = recognised(chars, at)
            .or_else(|| {
                let number = number::number(chars, at, from)?;
                contacts.push(number.clone());
                Some(number)
            })
            .or_else(|| begins_word(chars, at).then(|| token::token(chars, at))?);
        match found {
            Some(span) => {
                at = span.end.max(at + 1);
                spans.push(span);
            }
            None => at += 1,
        }
    }
    dumps::find(chars, &mut spans);
    for contact in contacts {
        spans.extend(name::name_before(chars, contact.start));
        spans.extend(name::name_after(chars, contact.end));
        spans.push(contact);
    }
    spans
}

/// Data that is recognised by its form or its label alone, where it begins at `at` (at the `@` of
/// an e-mail address with a name in 汉字).
fn recognised(chars: &[char], at: usize) -> Option<Range<usize>> {
    let labelled = || value::labelled(chars, at).map(|value| value.range);
    if begins_word(chars, at) {
        electronic::mail(chars, at)
            .or_else(labelled)
            .or_else(|| electronic::groups(chars, at))
            .or_else(|| electronic::device(chars, at))
    } else if chars[at] == '@' {
        electronic::named_mail(chars, at)
    } else {
        labelled()
            .or_else(|| number::plate(chars, at))
            .or_else(|| number::last_digits(chars, at))
            .or_else(|| name::titled(chars, at))
    }
}

/// True if a Latin word begins at `at`.
fn begins_word(chars: &[char], at: usize) -> bool {
    is_ascii_word(chars[at]) && !follows(chars, at, is_ascii_word)
}

/// The ranges in ascending order; those that overlap or touch are joined, empty ones left out.
fn merged(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.retain(|s| !s.is_empty());
    spans.sort_by_key(|s| (s.start, s.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::scan::STEPS;

    #[test]
    fn the_work_grows_as_the_text_does() {
        let work = |pattern: &str, length: usize| {
            let text: String = pattern.chars().cycle().take(length).collect();
            STEPS.set(0);
            masked(&text);
            STEPS.get()
        };
        for pattern in [
            "a:",
            "a-",
            "-a",
            "a_",
            "dead:",
            "isv.a:",
            "a.b",
            "a@",
            "a@b.",
            "x=",
            "\"a\":",
            "\"",
            "a ",
            "1 ",
            "1-",
            "地址",
            "运单",
            "收件人",
            "收件人:",
            "一",
            "路",
            "号",
            "token=",
            "bearer ",
            "1.1.1.1",
            "<a>",
            "\\",
        ] {
            let (short, long) = (work(pattern, 1_000), work(pattern, 20_000));
            assert!(
                long <= 25 * short.max(1),
                "{pattern:?}: {short} and {long} steps"
            );
        }
    }
}
