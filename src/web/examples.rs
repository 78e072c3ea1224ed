//! Examples for the API's document, answered by the generation in service: what they show is what
//! a caller gets.

use serde_json::{Value, json};

use super::api;
use super::error::Failure;
use crate::live::Generation;
use crate::lookup::{Outcome, Paste};

/// Lookups that may be tried to find an example of each outcome.
const TRIES: usize = 40;
/// A text that no knowledge base of errors answers.
const OFF_TOPIC: &str = "今天中午吃什么好";

/// Puts examples of each outcome into the operations that look up.
pub(super) fn add(document: &mut Value, now: &Generation) -> Result<(), Failure> {
    let found = [
        ("answer", "直接回答", messages(now, Outcome::Answer)),
        ("choose", "反问一句", phrases(now, Outcome::Choose)),
        ("none", "这里没有", Some(OFF_TOPIC.to_owned())),
    ];
    for (name, summary, text) in found {
        let Some(text) = text else { continue };
        let request = json!({"text": text, "limit": 2});
        let answer = api::example(now, &text, 2)?;
        let example = |value: &Value| json!({"summary": summary, "value": value});
        let post = &mut document["paths"]["/api/v1/lookup"]["post"];
        post["requestBody"]["content"]["application/json"]["examples"][name] = example(&request);
        post["responses"]["200"]["content"]["application/json"]["examples"][name] =
            example(&answer);
    }
    Ok(())
}

/// A message of an entry, as it would be pasted, that has this outcome.
fn messages(now: &Generation, outcome: Outcome) -> Option<String> {
    let entries = &now.engine.kb().entries;
    let texts = entries.iter().filter_map(|e| e.templates.first());
    let plain = texts.filter(|t| !t.text.contains("<*>"));
    first(now, plain.map(|t| t.text.clone()), outcome)
}

/// The first words of a title, so that little is said, that have this outcome.
fn phrases(now: &Generation, outcome: Outcome) -> Option<String> {
    let entries = &now.engine.kb().entries;
    let words = entries.iter().map(|e| {
        let short = |c: &char| c.is_alphanumeric() && !c.is_ascii();
        e.title.chars().filter(short).take(4).collect()
    });
    first(now, words, outcome)
}

fn first(
    now: &Generation,
    texts: impl Iterator<Item = String>,
    outcome: Outcome,
) -> Option<String> {
    texts.take(TRIES).find(|text| {
        Paste::new(now.engine.kb(), text.as_str(), None)
            .is_ok_and(|paste| now.engine.lookup(&paste, 1).verdict.outcome == outcome)
    })
}
