//! Examples for the API's document, answered by the generation in service: what they show is what
//! a caller gets.

use serde_json::{Value, json};

use super::example::{Example, OFF_TOPIC, first, message};
use super::{batch, entries, feedback, lookup, search, suggest};
use crate::live::Generation;
use crate::lookup::Outcome;

/// Puts an example into every operation but that of the document itself, of a lookup one of each
/// outcome.
pub(crate) fn add(document: &mut Value, now: &Generation) {
    let lookups = [
        ("answer", "直接回答", message(now)),
        ("choose", "反问一句", phrase(now)),
        ("none", "这里没有", Some(OFF_TOPIC.to_owned())),
    ];
    let lookups = lookups.into_iter().filter_map(|(name, summary, text)| {
        let request = json!({"text": text?, "limit": 2});
        let answer = lookup::example(now, request["text"].as_str()?, 2)?;
        let example = Example::new("/api/v1/lookup", summary, request, &answer)?;
        Some(example.named(name))
    });
    let one = [
        suggest::example,
        search::example,
        batch::example,
        feedback::example,
    ];
    let one = one.into_iter().filter_map(|example| example(now));
    let others = one.chain(entries::examples(now));
    let all: Vec<Example> = lookups.chain(others).collect();
    for example in all {
        example.put(document);
    }
}

/// The first words of a title, so that little is said, that lead to a question.
fn phrase(now: &Generation) -> Option<String> {
    let entries = &now.engine.kb().entries;
    let words = entries.iter().map(|e| {
        let short = |c: &char| c.is_alphanumeric() && !c.is_ascii();
        e.title.chars().filter(short).take(4).collect()
    });
    first(now, words, Outcome::Choose)
}
