//! Suggestions while typing, for the box of the pages and for programs.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::live::Generation;
use crate::lookup::find::suggest::{Suggestion, SuggestionKind, suggest};
use crate::web::api::{self, MAX_ADDRESS_CHARS};
use crate::web::error::Failure;
use crate::web::examples::Example;
use crate::web::extract::Query;
use crate::web::schema;
use crate::web::wire::Extent;
use crate::web::{App, cached};

/// Suggestions in a response unless the request says how many.
const DEFAULT_LIMIT: usize = 8;

/// What the address may hold.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the fields are read by name")]
struct SuggestQuery {
    /// 打了一半的内容。
    #[param(max_length = 4_000)]
    q: String,
    /// 最多要几条。
    #[param(minimum = 1, maximum = 20, default = 8)]
    limit: Option<u8>,
}

/// 可能要找的条目。
#[derive(Serialize, ToSchema)]
#[schema(as = Suggestions)]
struct SuggestBody<'a> {
    /// 最像的在前，一个条目只出现一次。没有内容、或者长得不像还在打字时，是空的。
    suggestions: Vec<SuggestionBody<'a>>,
}

/// 可能要找的一条。
#[derive(Serialize, ToSchema)]
#[schema(as = Suggestion)]
struct SuggestionBody<'a> {
    /// 对上的标题、错误码、报错原文或问法，照作者写的。
    text: String,
    #[schema(schema_with = schema::suggestion_kind)]
    kind: &'static str,
    /// `text` 里对上的地方，从前往后，互不重叠。
    spans: Vec<Extent>,
    /// 条目的编号。
    id: &'a str,
    /// 条目的标题。
    title: &'a str,
    /// 条目的页面，相对于服务器的地址。
    url: &'a str,
}

/// 边打边猜
///
/// 用打了一半的字、错误码、拼音或拼音首字母找条目，给输入框用。
#[utoipa::path(
    get,
    path = "/api/v1/suggest",
    operation_id = "suggest",
    tag = "find",
    params(SuggestQuery),
    responses((status = 200, description = "可能要找的条目。", body = SuggestBody)),
)]
pub(super) async fn by_query(
    State(app): State<App>,
    headers: HeaderMap,
    Query(mut fields): Query,
) -> Result<Response, Failure> {
    let q = fields.take("q").ok_or(Failure::MissingField("q"))?;
    let limit = fields
        .take("limit")
        .map_or(Ok(DEFAULT_LIMIT), |l| api::limit(l.parse().ok()))?;
    fields.end(&["q", "limit"])?;
    let chars = q.chars().count();
    if chars > MAX_ADDRESS_CHARS {
        return Err(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
    }
    let now = app.current();
    cached::json(&now, &headers, || body(&now, &q, limit))
}

fn body<'a>(now: &'a Generation, q: &str, limit: usize) -> SuggestBody<'a> {
    let suggestions = suggest(&now.engine, &now.catalog, q, limit).into_iter();
    SuggestBody {
        suggestions: suggestions.map(|s| suggestion_body(now, s)).collect(),
    }
}

/// What the first letters of a title lead to.
pub(super) fn example(now: &Generation) -> Option<Example> {
    let title = &now.engine.kb().entries.first()?.title;
    let q: String = title.chars().take(3).collect();
    Example::new(
        "/api/v1/suggest",
        "打了三个字",
        json!({"q": q, "limit": 2}),
        &body(now, &q, 2),
    )
}

fn suggestion_body(now: &Generation, suggestion: Suggestion) -> SuggestionBody<'_> {
    let kb = now.engine.kb();
    let entry = &kb.entries[suggestion.entry];
    SuggestionBody {
        text: suggestion.text,
        kind: match suggestion.kind {
            SuggestionKind::Title => "title",
            SuggestionKind::Code => "code",
            SuggestionKind::Phrasing => "phrasing",
            SuggestionKind::Pinyin => "pinyin",
        },
        spans: suggestion.spans.into_iter().map(Extent::from).collect(),
        id: &entry.id,
        title: &entry.title,
        url: &now.render_cache.shown(kb, suggestion.entry).url,
    }
}
