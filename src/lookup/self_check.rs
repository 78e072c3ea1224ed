//! Checks that every entry finds itself: each line an author wrote must have its entry as the first
//! result. Part of `jieda check` and of the gate in front of every reload.

use std::num::NonZeroUsize;

use crate::index::share;
use crate::kb::{Diagnostic, Entry, Line, Rule};
use crate::text::WILDCARD;

use super::engine::{Engine, Scored};
use super::evidence::Exclude;

/// Share of the template and of the paste from which on an alignment matches the whole. Source:
/// chosen.
const SAME: f32 = 0.9;
/// A number that stands for a template's wildcards.
const FILLED: &str = "5208814";

/// An error for each title, template, 类似报错 and 相似问法 whose entry is not the first result, and a
/// warning for each template that another entry's template matches as well. In the order of the
/// entries, whatever the number of `threads`.
pub fn find_itself(engine: &Engine, threads: NonZeroUsize) -> Vec<Diagnostic> {
    let entries = engine.kb().entries.len();
    share(entries, threads, |entry| of_entry(engine, entry)).concat()
}

fn of_entry(engine: &Engine, number: usize) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let entry = &engine.kb().entries[number];
    let title = Line {
        text: entry.title.clone(),
        line: entry.title_line,
    };
    let lines = [&title]
        .into_iter()
        .chain(&entry.templates)
        .chain(&entry.questions)
        .chain(&entry.similar_errors);
    for line in lines {
        let text = line.text.replace(WILDCARD, FILLED);
        let scored = engine.consider(&text, None, Exclude::Nothing);
        let first = scored.judgement.entries.first();
        let first = first.and_then(|c| scored.entry(engine.topics(), c));
        if first != Some(number) {
            found.push(lost(entry, line, first.map(|f| &engine.kb().entries[f])));
        }
        if entry.templates.contains(line) {
            found.extend(shared(engine, number, line, &scored));
        }
    }
    found
}

/// A warning if another entry's template matches the whole of this one, with no word missing.
fn shared(engine: &Engine, own: usize, line: &Line, scored: &Scored) -> Option<Diagnostic> {
    let (other, _) = scored
        .evidence
        .iter()
        .filter_map(|e| Some((engine.entry_of(e.topic)?, &e.template.as_ref()?.alignment)))
        .filter(|(entry, _)| *entry != own)
        .find(|(_, a)| a.share >= SAME && a.explains >= SAME && a.missing_word == 0.0)?;
    let (entry, other) = (&engine.kb().entries[own], &engine.kb().entries[other]);
    Some(Diagnostic::warning(
        Rule::SharedTemplate,
        &entry.path,
        line.line,
        &line.text,
        format!("a template of `{}` matches this too", other.id),
        format!(
            "merge the two entries, or say in {} and here what tells the messages apart",
            other.path
        ),
    ))
}

/// An error for a line that finds `winner` first instead of its own entry.
fn lost(entry: &Entry, line: &Line, winner: Option<&Entry>) -> Diagnostic {
    let (message, hint) = match winner {
        Some(winner) => (
            format!("this line finds `{}` first, not its own entry", winner.id),
            format!(
                "make the line say what only this entry solves, or move it to {}",
                winner.path
            ),
        ),
        None => (
            "this line finds no entry at all".to_owned(),
            "use words that the entry's other lines use too".to_owned(),
        ),
    };
    Diagnostic::error(
        Rule::NotFoundFirst,
        &entry.path,
        line.line,
        &line.text,
        message,
        hint,
    )
}
