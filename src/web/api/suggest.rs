//! Suggestions while typing, for the box of the pages and for programs.

use axum::http::HeaderMap;
use axum::response::Response;
use deserr::Deserr;
use serde::Serialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::body::Extent;
use super::example::Example;
use super::limit::Limit;
use super::schema;
use crate::live::Generation;
use crate::search::suggest::{Suggestion, SuggestionKind, suggest};
use crate::web::app::Now;
use crate::web::http::bounds::MAX_ADDRESS_CHARS;
use crate::web::http::error::Failure;
use crate::web::http::etag;
use crate::web::http::extract::Query;

/// Suggestions in a response unless the request says how many.
const DEFAULT_LIMIT: Limit = Limit(8);

/// The fields of the address.
#[derive(Deserr, IntoParams)]
#[deserr(error = Failure, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SuggestQuery {
    /// 打了一半的内容。
    #[param(max_length = 4_000)]
    q: String,
    /// 最多要几条。
    #[param(value_type = Option<u8>, minimum = 1, maximum = 20, default = 8)]
    #[deserr(default, try_from(Option<String>) = Limit::from_address -> Failure)]
    limit: Option<Limit>,
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
pub(crate) async fn by_query(
    Now(now): Now,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let SuggestQuery { q, limit } = fields.decode()?;
    let Limit(limit) = limit.unwrap_or(DEFAULT_LIMIT);
    let chars = q.chars().count();
    if chars > MAX_ADDRESS_CHARS {
        return Err(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
    }
    etag::json(&now, &headers, || body(&now, &q, limit))
}

fn body<'a>(now: &'a Generation, q: &str, limit: usize) -> SuggestBody<'a> {
    let suggestions = suggest(&now.engine, &now.catalog, q, limit).into_iter();
    SuggestBody {
        suggestions: suggestions.map(|s| suggestion_body(now, s)).collect(),
    }
}

/// Suggestions for the first letters of a title.
pub(crate) fn example(now: &Generation) -> Option<Example> {
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
            SuggestionKind::Phrase => "phrasing",
            SuggestionKind::Pinyin => "pinyin",
        },
        spans: suggestion.spans.into_iter().map(Extent::from).collect(),
        id: &entry.id,
        title: &entry.title,
        url: &now.render_cache.shown(kb, suggestion.entry).url,
    }
}
