//! Restores messages in a text that lost bytes: a stretch that one message of the knowledge base
//! alone fits, in its damaged form, is replaced by the message.

use std::ops::Range;
use std::sync::OnceLock;

use crate::index::{LineKind, Topics};
use crate::text::damage::{Fit, Form, Signs, remains};
use crate::text::{Normalized, WILDCARD};

/// Damaged lines that are compared at most: this bounds the work. Source: chosen.
const MOST_LINES: usize = 8;

/// The messages of a knowledge base as bytes, made when the first damaged text is read.
#[derive(Debug, Default)]
pub(super) struct Messages {
    forms: OnceLock<Vec<(String, Form)>>,
}

impl Messages {
    /// The text with each damaged message restored; `None` if none is. Each character comes with
    /// the range of `sent` that it stands for, in Unicode scalar values.
    pub(super) fn restore(&self, topics: &Topics, sent: &str) -> Option<Vec<(char, Range<usize>)>> {
        let forms = self.forms.get_or_init(|| forms(topics));
        let text = Normalized::unescaped(sent);
        let mut out = Vec::new();
        let (mut at, mut compared, mut restored) = (0, 0, false);
        for line in text.chars().split_inclusive(|c| *c == '\n') {
            let from = at;
            at += line.len();
            let mut kept = from;
            if compared < MOST_LINES && Signs::of(line).likely {
                compared += 1;
                if let Some((message, fit)) = only(forms, line) {
                    push(&text, from..from + fit.start, &mut out);
                    let source = text.source(from + fit.start..from + fit.end);
                    let message = message.replace(WILDCARD, "");
                    out.extend(message.chars().map(|c| (c, source.clone())));
                    kept = from + fit.end;
                    restored = true;
                }
            }
            push(&text, kept..at, &mut out);
        }
        restored.then_some(out)
    }
}

/// The signs of damage in any line of a text: those of the text as it is read, and `likely` also
/// where it was likely as it was `sent` and not all was undone.
pub(super) fn signs(sent: &str, text: &Normalized) -> Signs {
    let any = |chars: &[char]| {
        let lines = chars.split(|c| *c == '\n').map(Signs::of);
        lines.fold(Signs::default(), |a, b| Signs {
            some: a.some || b.some,
            likely: a.likely || b.likely,
            certain: a.certain || b.certain,
        })
    };
    let mut signs = any(text.chars());
    if signs.some && !signs.likely {
        signs.likely = any(&sent.chars().collect::<Vec<char>>()).likely;
    }
    signs
}

fn push(text: &Normalized, range: Range<usize>, out: &mut Vec<(char, Range<usize>)>) {
    out.extend(range.map(|i| (text.chars()[i], text.source(i..i + 1))));
}

/// The one message that a line fits, with its stretch; `None` if it fits none or several.
fn only<'a>(forms: &'a [(String, Form)], line: &[char]) -> Option<(&'a str, Fit)> {
    let mut best: Option<(&str, Fit)> = None;
    let mut several = false;
    for remains in remains(line) {
        for (message, form) in forms {
            let Some(fit) = remains.fit(form) else {
                continue;
            };
            let known = best.map_or(0, |b| b.1.known);
            if fit.known > known {
                best = Some((message, fit));
                several = false;
            } else if fit.known == known && best.is_some_and(|b| b.0 != message) {
                several = true;
            }
        }
    }
    best.filter(|_| !several)
}

/// The messages of all entries, each once.
fn forms(topics: &Topics) -> Vec<(String, Form)> {
    let templates = topics.lines.iter().filter(|l| l.kind == LineKind::Template);
    let mut texts: Vec<&str> = templates.map(|l| l.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    let forms = texts.into_iter();
    forms
        .filter_map(|text| Some((text.to_owned(), Form::new(text)?)))
        .collect()
}
