//! Suggestions while typing, for the box of the pages and for programs.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;

use crate::live::Generation;
use crate::lookup::find::suggest::{Suggestion, SuggestionKind, suggest};
use crate::web::api::{self, MAX_ADDRESS_CHARS};
use crate::web::error::Failure;
use crate::web::extract::Query;
use crate::web::wire::Extent;
use crate::web::{App, cached};

/// Suggestions in a response unless the request says how many.
const DEFAULT_LIMIT: usize = 8;

/// The body of the response.
#[derive(Serialize)]
struct SuggestBody<'a> {
    /// Best first, each entry once. Empty for what is blank, or too long to be still typed.
    suggestions: Vec<SuggestionBody<'a>>,
}

/// An entry that may be what is being typed.
#[derive(Serialize)]
struct SuggestionBody<'a> {
    /// The title, code, message or phrasing that matched, as its author wrote it.
    text: String,
    /// What matched: `title`, `code`, `phrasing`, or `pinyin` where the letters spell the text.
    kind: &'static str,
    /// Where in `text`, in Unicode scalar values, ascending and disjoint.
    spans: Vec<Extent>,
    /// The entry's id.
    id: &'a str,
    /// The entry's title.
    title: &'a str,
    /// The entry's page.
    url: &'a str,
}

/// `GET /api/v1/suggest?q=&limit=`
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
    cached::json(&now, &headers, || SuggestBody {
        suggestions: suggest(&now.engine, &now.catalog, &q, limit)
            .into_iter()
            .map(|s| body(&now, s))
            .collect(),
    })
}

fn body(now: &Generation, suggestion: Suggestion) -> SuggestionBody<'_> {
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
        url: &now.shelf.shown(kb, suggestion.entry).url,
    }
}
