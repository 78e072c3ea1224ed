//! Entries for programs: the list of them all, and each as JSON, Markdown or plain text. Nothing of
//! 客服备注 is read here.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::body::AnswerText;
use super::example::Example;
use super::list_query::{ListQuery, ListState};
use super::schema::{self, Platform};
use crate::kb::{Entry, render};
use crate::live::Generation;
use crate::web::app::Now;
use crate::web::http::accept::preferred;
use crate::web::http::error::Failure;
use crate::web::http::etag;
use crate::web::http::extract::{Query, Rest};
use crate::web::http::headers::GENERATION;

/// Media types of an entry, the default first.
const FORMS: [&str; 3] = ["application/json", "text/markdown", "text/plain"];

/// 一条的概要。
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryBrief<'a> {
    /// 条目的编号，永远不变。
    id: &'a str,
    /// 报错原文，或一句话说清的问题。
    title: &'a str,
    /// 条目的页面，相对于服务器的地址。
    url: &'a str,
    /// 会出现在哪些平台；空的表示不限平台。
    #[schema(value_type = Vec<Platform>)]
    platforms: &'a [String],
    /// 所在的分类。
    category: &'a str,
    #[schema(required = true, schema_with = schema::cause)]
    cause: Option<&'static str>,
    #[schema(required = true, schema_with = schema::retry)]
    retry: Option<&'static str>,
    #[schema(required = true, schema_with = schema::acts)]
    acts: Option<&'static str>,
    /// 内容最近一次改动的日期。
    #[schema(required = true, format = "date")]
    updated: Option<&'a str>,
    /// 标题和报错原文里的错误码。
    codes: &'a [String],
}

impl<'a> EntryBrief<'a> {
    /// Of the entry at this position.
    pub(crate) fn new(now: &'a Generation, position: usize) -> Self {
        let kb = now.engine.kb();
        let entry = &kb.entries[position];
        Self {
            id: &entry.id,
            title: &entry.title,
            url: &now.render_cache.shown(kb, position).url,
            platforms: &entry.platforms,
            category: entry.category(),
            cause: entry.cause.map(|c| c.as_str()),
            retry: entry.retry.map(|r| r.as_str()),
            acts: entry.acts.map(|a| a.as_str()),
            updated: entry.updated.as_deref(),
            codes: now.catalog.codes(position),
        }
    }
}

/// 条目清单的一页。
#[derive(Serialize, ToSchema)]
#[schema(as = EntryList)]
struct EntriesBody<'a> {
    /// 所有页一共多少条。
    total: usize,
    /// 这是第几页，从 1 数起。
    page: usize,
    /// 一共几页，最少 1。
    pages: usize,
    /// 一页几条。
    per_page: usize,
    /// 按编号排。
    entries: Vec<EntryBrief<'a>>,
}

/// 完整的一条。
#[derive(Serialize, ToSchema)]
#[schema(as = Entry)]
struct EntryBody<'a> {
    #[serde(flatten)]
    brief: EntryBrief<'a>,
    /// 它回答的是原始问题表里的哪几问。
    sources: &'a [String],
    /// 以前用过的编号。
    aliases: &'a [String],
    /// 平台返回的报错原文，`<*>` 是每次不同的部分。
    messages: Vec<&'a str>,
    /// 答案，一节一节的。
    sections: Vec<SectionBody<'a>>,
    answer: AnswerText<'a>,
    /// 最相近的其他条目的编号，近的在前。
    related: Vec<&'a str>,
}

/// 答案的一节。
#[derive(Serialize, ToSchema)]
#[schema(as = Section)]
struct SectionBody<'a> {
    /// 小标题。
    heading: &'a str,
    /// 内容，Markdown。
    markdown: String,
}

/// 列出条目
///
/// 知识库里的全部条目，按编号排，可以筛选和翻页。
#[utoipa::path(
    get,
    path = "/api/v1/entries",
    operation_id = "entries",
    tag = "find",
    params(ListQuery),
    responses((status = 200, description = "清单的一页。", body = EntriesBody)),
)]
pub(crate) async fn list(
    Now(now): Now,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let state = ListState::entries(fields, now.engine.kb())?;
    etag::json(&now, &headers, || page(&now, &state))
}

fn page<'a>(now: &'a Generation, state: &ListState) -> EntriesBody<'a> {
    let kb = now.engine.kb();
    let such: Vec<usize> = (0..kb.entries.len())
        .filter(|e| state.filters.pass(kb, &kb.entries[*e]))
        .collect();
    let places = state.places();
    EntriesBody {
        total: such.len(),
        page: state.page,
        pages: state.pages(such.len()),
        per_page: state.per_page,
        entries: such
            .iter()
            .skip(places.start)
            .take(places.len())
            .map(|e| EntryBrief::new(now, *e))
            .collect(),
    }
}

/// 取一条
///
/// 一条的全文，按请求头 `Accept` 给 JSON（默认）、Markdown（`text/markdown`）或纯文本（`text/plain`）。
/// 编号里的斜杠照写，或者写成 `%2F`，都可以。
#[utoipa::path(
    get,
    path = "/api/v1/entries/{*id}",
    operation_id = "entry",
    tag = "find",
    params(("id" = String, Path, description = "条目的编号，结果里的 `id`。")),
    responses(
        (status = 200, description = "这一条。", content(
            (EntryBody = "application/json"),
            (String = "text/markdown"),
            (String = "text/plain"),
        )),
        (status = 301, description = "编号改过，现在的在响应头 `Location` 里。"),
    ),
)]
pub(crate) async fn one(
    Now(now): Now,
    headers: HeaderMap,
    Rest(id): Rest,
) -> Result<Response, Failure> {
    let kb = now.engine.kb();
    let entry = kb.entry(&id).ok_or(Failure::NotFound)?;
    let mut response = if entry.id == id {
        match preferred(&headers, &FORMS) {
            0 => etag::json(&now, &headers, || body(&now, entry))?,
            1 => etag::text(&now, &headers, "text/markdown; charset=utf-8", || {
                Ok(entry.public_markdown())
            })?,
            _ => etag::text(&now, &headers, "text/plain; charset=utf-8", || {
                Ok(render::plain(&entry.public_markdown()))
            })?,
        }
    } else {
        let to = format!("/api/v1/entries/{}", entry.id);
        let moved = [
            (header::LOCATION, to.as_str()),
            (GENERATION, now.engine.generation()),
        ];
        (StatusCode::MOVED_PERMANENTLY, moved).into_response()
    };
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

fn body<'a>(now: &'a Generation, entry: &'a Entry) -> EntryBody<'a> {
    let kb = now.engine.kb();
    let position = kb.position(&entry.id).expect("it is one of them");
    let shown = now.render_cache.shown(kb, position);
    EntryBody {
        brief: EntryBrief::new(now, position),
        sources: &entry.sources,
        aliases: &entry.aliases,
        messages: entry.templates.iter().map(|t| t.text.as_str()).collect(),
        sections: entry
            .sections
            .iter()
            .map(|s| SectionBody {
                heading: &s.heading,
                markdown: entry.section_markdown(s),
            })
            .collect(),
        answer: AnswerText::of(shown),
        related: now
            .render_cache
            .related(kb, position)
            .iter()
            .map(|e| kb.entries[*e].id.as_str())
            .collect(),
    }
}

/// The first page of two, and the first of them.
pub(crate) fn examples(now: &Generation) -> impl Iterator<Item = Example> {
    let kb = now.engine.kb();
    let list = ListState::first(kb, String::new(), None, 2).ok();
    let list = list.and_then(|state| {
        let request = json!({"per_page": state.per_page});
        Example::new("/api/v1/entries", "前两条", request, &page(now, &state))
    });
    let one = kb.entries.first().and_then(|entry| {
        let request = json!({"id": entry.id});
        Example::new("/api/v1/entries/{id}", "一条", request, &body(now, entry))
    });
    list.into_iter().chain(one)
}
