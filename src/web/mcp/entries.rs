//! `search` and `get_entry`: what there is, and the whole of one.

use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::size_budget::{fit, room, shorten, whole};
use super::tool_result::{detail, json, unknown};
use crate::web::api::list_query::ListState;
use crate::web::api::search::list;
use crate::web::app::App;

/// Entries that a search shows.
const SHOWN: usize = 10;
/// Longest query, in characters: a longer one is a paste. Chosen.
const LONGEST: usize = 200;

/// Arguments of `search`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchInput {
    /// 要找的词、错误码或拼音，也可以是一句话，最多 200 个字符。
    #[schemars(length(min = 1, max = 200))]
    query: String,
    /// 只找这个平台的（代号，如 pdd、taobao），用户说了才填。
    platform: Option<String>,
    /// 结果最多多少个字符，2000 到 8000，不填是 4000。
    #[serde(default, deserialize_with = "whole")]
    #[schemars(range(min = 2_000, max = 8_000))]
    max_chars: Option<usize>,
}

/// Arguments of `get_entry`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryInput {
    /// 条目的编号，别的工具的结果里的 id。
    id: String,
    /// 结果最多多少个字符，2000 到 8000，不填是 4000。
    #[serde(default, deserialize_with = "whole")]
    #[schemars(range(min = 2_000, max = 8_000))]
    max_chars: Option<usize>,
}

/// Result of `search`.
#[derive(Serialize, JsonSchema)]
pub(super) struct SearchOutput {
    /// 现在该怎么做。
    next: &'static str,
    /// 一共有多少条。
    total: usize,
    /// 最像的几条，最像的在前。
    results: Vec<Listed>,
}

/// An entry of the list.
#[derive(Serialize, JsonSchema)]
struct Listed {
    id: String,
    title: String,
    /// 会出现在哪些平台；空的是不限平台。
    platforms: Vec<String>,
    /// 答案里有关的一段。
    excerpt: String,
}

/// Result of `get_entry`.
#[derive(Serialize, JsonSchema)]
pub(super) struct EntryOutput {
    id: String,
    title: String,
    /// 页面的地址。
    url: String,
    /// 会出现在哪些平台；空的是不限平台。
    platforms: Vec<String>,
    /// 要不要重试。
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<&'static str>,
    /// 该谁来处理。
    #[serde(skip_serializing_if = "Option::is_none")]
    acts: Option<&'static str>,
    /// 平台返回的报错原文，<*> 是每次不同的部分。
    messages: Vec<String>,
    /// 原因和解决办法，Markdown。
    answer: String,
    /// 答案太长，后面的没有放下。
    cut: bool,
}

/// `search`
pub(super) fn search(app: &App, input: SearchInput) -> Result<Value, String> {
    let max_chars = room(input.max_chars)?;
    if input.query.chars().count() > LONGEST {
        return Err(format!(
            "query 最多 {LONGEST} 个字符。整段报错请用 lookup_error 查。"
        ));
    }
    let now = app.service.current();
    let kb = now.engine.kb();
    let state = ListState::first(kb, input.query, input.platform.as_deref(), SHOWN);
    let listing = list(&now, &state.map_err(detail)?);
    let results = listing.hits.into_iter().map(|hit| {
        let entry = &kb.entries[hit.entry];
        Listed {
            id: entry.id.clone(),
            title: entry.title.clone(),
            platforms: entry.platforms.clone(),
            excerpt: hit.excerpt,
        }
    });
    let mut output = SearchOutput {
        next: match listing.total {
            0 => "没有找到。换个说法再搜一次；还是没有，就照实说这里没有。",
            _ => "这里只是名单，排在前面的不一定是答案。挑出要看的，用 get_entry 取全文。",
        },
        total: listing.total,
        results: results.collect(),
    };
    fit(max_chars, |over| {
        if over > 0 {
            output.results.pop();
        }
        json(&output)
    })
}

/// `get_entry`
pub(super) fn entry(app: &App, input: EntryInput) -> Result<Value, String> {
    let max_chars = room(input.max_chars)?;
    let now = app.service.current();
    let kb = now.engine.kb();
    // An id that it had counts too.
    let Some(entry) = kb.entry(&input.id) else {
        return Err(unknown(&input.id));
    };
    let position = kb.position(&entry.id).expect("it is one of them");
    let shown = now.render_cache.shown(kb, position);
    let mut output = EntryOutput {
        id: entry.id.clone(),
        title: entry.title.clone(),
        url: format!(
            "{}{}",
            app.options.public_url.as_deref().unwrap_or_default(),
            shown.url
        ),
        platforms: entry.platforms.clone(),
        retry: entry.retry.map(|r| r.label()),
        acts: entry.acts.map(|a| a.label()),
        messages: entry.templates.iter().map(|t| t.text.clone()).collect(),
        answer: shown.markdown.clone(),
        cut: false,
    };
    fit(max_chars, |over| {
        if over > 0 {
            output.cut = true;
            if !shorten(&mut output.answer, over) {
                output.messages.pop();
            }
        }
        json(&output)
    })
}
