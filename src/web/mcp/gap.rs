//! `report_gap`: the journal remembers what was not answered.

use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::tool_result::{detail, json, unknown};
use crate::journal::{Channel, WriteStatus};
use crate::lookup::{Outcome, Paste};
use crate::web::app::App;
use crate::web::http::error::Failure;

/// Arguments of `report_gap`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GapInput {
    /// 用户的原话：没有查到答案的报错或问题。
    #[schemars(length(min = 1, max = 262_144))]
    text: String,
    /// 给过用户、但没有解决问题的条目的 id；没给过就不填。
    entry: Option<String>,
    /// 为什么没有解决，用户怎么说的。
    why: Option<String>,
}

/// Result of `report_gap`.
#[derive(Serialize, JsonSchema)]
pub(super) struct GapOutput {
    /// 记下来了；false 是要等数据库连上才记。
    written: bool,
    /// 这次记录的编号。
    lookup_id: String,
    /// 同一种报错的指纹总是一样，可以告诉用户或写进工单。
    fingerprint: String,
    /// 其实有这一条，还没给过用户的话，用 get_entry 看。
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<String>,
}

/// `report_gap`: a lookup that the journal remembers, and what did not help with it.
pub(super) async fn report(app: &App, input: GapInput) -> Result<Value, String> {
    let now = app.service.current();
    let kb = now.engine.kb();
    let paste = Paste::new(kb, input.text, None).map_err(|error| detail(error.into()))?;
    let tried = match &input.entry {
        Some(id) => Some(kb.entry(id).ok_or_else(|| unknown(id))?),
        None => None,
    };
    let recorded = app.service.turn(&now, &paste, None, 1, Channel::Mcp);
    let mut written = true;
    if let Some(entry) = tried {
        let (id, why) = (Some(recorded.id), input.why.as_deref());
        written = match app.service.feedback(id, entry, false, why).await {
            WriteStatus::Written => true,
            WriteStatus::Queued => false,
            WriteStatus::Dropped => return Err(detail(Failure::JournalFull)),
        };
    }
    let verdict = &recorded.answer.verdict;
    let first = verdict.results.first().map(|hit| &kb.entries[hit.entry]);
    let known = first.filter(|entry| {
        verdict.outcome == Outcome::Answer && tried.is_none_or(|tried| tried.id != entry.id)
    });
    Ok(json(&GapOutput {
        written,
        lookup_id: recorded.id.to_string(),
        fingerprint: recorded.answer.query.fingerprint.clone(),
        known: known.map(|entry| entry.id.clone()),
    }))
}
