//! Does every entry find itself? What an author wrote must lead back to the entry first.

use crate::kb::{Diagnostic, Entry, Line, Rule};
use crate::lookup::Engine;
use crate::lookup::rank::Leave;

/// A diagnostic for each title, template, 类似报错 and 相似问法 whose entry is not the first result. A
/// template that another entry's template matches better is found by this too.
pub fn find_itself(engine: &Engine) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (number, entry) in engine.kb().entries.iter().enumerate() {
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
            let text = line.text.replace("<*>", "5208814");
            let considered = engine.consider(&text, None, Leave::Nothing);
            let first = considered.judgement.entries.first();
            let first = first.and_then(|c| engine.entry_of(considered.evidence[c.candidate].topic));
            if first != Some(number) {
                found.push(lost(entry, line, first.map(|f| &engine.kb().entries[f])));
            }
        }
    }
    found
}

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
