//! One example of an operation: a request with the answer that the generation in service gives, so
//! that the documentation shows what a caller gets.

use serde::Serialize;
use serde_json::{Value, json};

use crate::live::Generation;
use crate::lookup::{Outcome, Paste};
use crate::text::WILDCARD;

/// Lookups that may be tried to find an example of each outcome.
const TRIES: usize = 40;
/// A text that no knowledge base of errors answers.
pub(super) const OFF_TOPIC: &str = "今天中午吃什么好";
/// The same generation is to give the same documentation.
const LOOKUP_ID: &str = "019ab3c4-5d6e-7f80-9123-456789abcdef";
const JSON: &str = "application/json";

/// A request with its answer.
pub(crate) struct Example {
    path: &'static str,
    name: &'static str,
    summary: &'static str,
    request: Value,
    answer: Value,
}

impl Example {
    /// Of an operation that takes one kind of request; nothing where the answer is none.
    pub(crate) fn new(
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

    /// The same example under another name.
    pub(super) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Puts it into the operation: what it asks into the body or the parameters, what comes back
    /// into the answer.
    pub(super) fn put(self, document: &mut Value) {
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

/// Replaces what differs between two answers to the same request.
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
pub(crate) fn message(now: &Generation) -> Option<String> {
    let entries = &now.engine.kb().entries;
    let texts = entries.iter().filter_map(|e| e.templates.first());
    let plain = texts.filter(|t| !t.text.contains(WILDCARD));
    first(now, plain.map(|t| t.text.clone()), Outcome::Answer)
}

/// The first of a few texts that leads to this outcome.
pub(super) fn first(
    now: &Generation,
    texts: impl Iterator<Item = String>,
    outcome: Outcome,
) -> Option<String> {
    texts.take(TRIES).find(|text| {
        Paste::new(now.engine.kb(), text.as_str(), None)
            .is_ok_and(|paste| now.engine.lookup(&paste, 1).verdict.outcome == outcome)
    })
}
