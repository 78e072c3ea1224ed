//! Examples for the API's document, answered by the generation in service: what they show is what
//! a caller gets.

use serde::Serialize;
use serde_json::{Value, json};

use super::{api, feedback, find};
use crate::live::Generation;
use crate::lookup::{Outcome, Paste};

/// Lookups that may be tried to find an example of each outcome.
const TRIES: usize = 40;
/// A text that no knowledge base of errors answers.
pub(super) const OFF_TOPIC: &str = "今天中午吃什么好";
/// The same text is to give the same documentation.
const LOOKUP_ID: &str = "019ab3c4-5d6e-7f80-9123-456789abcdef";
const JSON: &str = "application/json";

/// A request with its answer.
pub(super) struct Example {
    path: &'static str,
    name: &'static str,
    summary: &'static str,
    request: Value,
    answer: Value,
}

impl Example {
    /// Of an operation that takes one kind of request; nothing where the answer is none.
    pub(super) fn new(
        path: &'static str,
        summary: &'static str,
        request: Value,
        answer: &impl Serialize,
    ) -> Option<Self> {
        let mut answer = serde_json::to_value(answer).ok()?;
        settle(&mut answer);
        Some(Self {
            path,
            name: "example",
            summary,
            request,
            answer,
        })
    }

    /// Puts it into the operation: what it asks into the body or the parameters, what comes back
    /// into the answer.
    fn put(self, document: &mut Value) {
        let item = &mut document["paths"][self.path];
        let method = if item["post"].is_null() {
            "get"
        } else {
            "post"
        };
        let operation = &mut item[method];
        let shown = |value: &Value| json!({"summary": self.summary, "value": value});
        let parameters = operation.get_mut("parameters");
        for parameter in parameters
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let given = parameter["name"].as_str().map(|n| &self.request[n]);
            if let Some(value) = given.filter(|v| !v.is_null()) {
                parameter["examples"][self.name] = shown(value);
            }
        }
        if method == "post" {
            operation["requestBody"]["content"][JSON]["examples"][self.name] = shown(&self.request);
        }
        let responses = &mut operation["responses"];
        let done = if responses["201"].is_null() {
            "200"
        } else {
            "201"
        };
        responses[done]["content"][JSON]["examples"][self.name] = shown(&self.answer);
    }
}

/// Puts an example into every operation but that of the document itself, of a lookup one of each
/// outcome.
pub(super) fn add(document: &mut Value, now: &Generation) {
    let lookups = [
        ("answer", "直接回答", message(now)),
        ("choose", "反问一句", phrase(now)),
        ("none", "这里没有", Some(OFF_TOPIC.to_owned())),
    ];
    let lookups = lookups.into_iter().filter_map(|(name, summary, text)| {
        let request = json!({"text": text?, "limit": 2});
        let answer = api::example(now, request["text"].as_str()?, 2)?;
        let example = Example::new("/api/v1/lookup", summary, request, &answer)?;
        Some(Example { name, ..example })
    });
    let others = find::examples(now).chain(feedback::example(now));
    let all: Vec<Example> = lookups.chain(others).collect();
    for example in all {
        example.put(document);
    }
}

fn settle(answer: &mut Value) {
    match answer {
        Value::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "lookup_id" => *value = LOOKUP_ID.into(),
                    _ => settle(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(settle),
        _ => {}
    }
}

/// A message of an entry, as it would be pasted, that is answered.
pub(super) fn message(now: &Generation) -> Option<String> {
    let entries = &now.engine.kb().entries;
    let texts = entries.iter().filter_map(|e| e.templates.first());
    let plain = texts.filter(|t| !t.text.contains(crate::text::WILDCARD));
    first(now, plain.map(|t| t.text.clone()), Outcome::Answer)
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
