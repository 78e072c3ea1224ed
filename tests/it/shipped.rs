//! The knowledge base that ships: no errors, and every entry finds itself.

use std::collections::BTreeSet;
use std::path::Path;

use jieda::lookup::self_check::find_itself;
use jieda::lookup::{Outcome, Paste};

use crate::support::{load, run};

#[test]
fn every_question_is_answered_and_every_entry_finds_itself() {
    let engine = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("kb"));
    let answered: BTreeSet<&str> = engine
        .kb()
        .entries
        .iter()
        .flat_map(|e| e.sources.iter().map(String::as_str))
        .collect();
    let asked: BTreeSet<String> = (1..=58).map(|n| format!("Q{n:02}")).collect();
    assert_eq!(answered, asked.iter().map(String::as_str).collect());
    let lost: Vec<String> = find_itself(&engine, std::num::NonZeroUsize::MIN)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(lost.is_empty(), "{}", lost.concat());
    assert!(
        engine.kb().out_of_scope.len() >= 90,
        "{} neighbours",
        engine.kb().out_of_scope.len()
    );
    for entry in engine
        .kb()
        .entries
        .iter()
        .filter(|e| !e.templates.is_empty())
    {
        let paste = Paste::new(
            engine.kb(),
            entry.templates[0].text.replace("<*>", "773309128847155"),
            None,
        );
        let answer = engine.lookup(&paste.expect("a template is a paste"), 3);
        assert_ne!(
            answer.verdict.outcome,
            Outcome::None,
            "{} is refused its own message",
            entry.id
        );
    }
}

#[test]
fn the_command_finds_no_error_in_it() {
    let check = run(&["check", "kb"]);
    let said = String::from_utf8_lossy(&check.stdout);
    assert!(
        check.status.success() && said.contains(" 0 errors"),
        "{said}"
    );
}
