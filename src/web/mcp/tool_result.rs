//! The parts that every tool's result is made of: its JSON, and hints on what was wrong with a call.

use serde::Serialize;
use serde_json::Value;

use crate::web::http::error::Failure;

/// The fault of a request as a hint to the model.
pub(super) fn detail(failure: Failure) -> String {
    failure.view().detail
}

/// The hint that there is no such entry.
pub(super) fn unknown(id: &str) -> String {
    format!("没有“{id}”这个条目。编号要用别的工具的结果里的 id，原样照抄。")
}

/// A result as JSON.
pub(super) fn json(output: &impl Serialize) -> Value {
    serde_json::to_value(output).expect("strings, numbers and lists are JSON")
}
