//! Answers that depend on nothing but the address, the generation and what the client accepts: each
//! has an entity tag, and whoever has it already is sent nothing.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::error::Failure;
use crate::live::Generation;

/// The id of the generation that an answer was made from.
pub(super) const GENERATION: header::HeaderName =
    header::HeaderName::from_static("jieda-generation");

/// JSON, unless the client has it.
pub(super) fn json<T: Serialize>(
    now: &Generation,
    request: &HeaderMap,
    body: impl FnOnce() -> T,
) -> Result<Response, Failure> {
    text(now, request, "application/json", || {
        serde_json::to_string(&body()).map_err(|error| {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Failure::Internal
        })
    })
}

/// A text of this media type, unless the client has it.
pub(super) fn text(
    now: &Generation,
    request: &HeaderMap,
    media_type: &'static str,
    body: impl FnOnce() -> Result<String, Failure>,
) -> Result<Response, Failure> {
    let generation = now.engine.generation();
    let tag = tag(generation, media_type);
    let mut response = if has(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type)], body()?).into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [(header::ETAG, tag.as_str()), (GENERATION, generation)] {
        headers.insert(
            name,
            HeaderValue::from_str(value).expect("hex digits and names of media types are ASCII"),
        );
    }
    Ok(response)
}

/// Weak, since the same answer is sent compressed and plain. Another version of the program may
/// say the same otherwise.
fn tag(generation: &str, media_type: &str) -> String {
    let kind = media_type.split([';', '/']).nth(1).unwrap_or_default();
    format!("W/\"{generation}-{}-{kind}\"", env!("CARGO_PKG_VERSION"))
}

/// Whether `If-None-Match` names the tag, compared weakly.
pub(super) fn has(request: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|given| given.trim() == "*" || opaque(given) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_compared_weakly_and_in_lists() {
        let tag = tag("9f2c41d0", "text/markdown; charset=utf-8");
        assert!(tag.starts_with("W/\"9f2c41d0-") && tag.ends_with("-markdown\""));
        let asked = |value: &str| {
            let value = HeaderValue::from_str(value).expect("a header's value");
            has(
                &HeaderMap::from_iter([(header::IF_NONE_MATCH, value)]),
                &tag,
            )
        };
        assert!(asked(&tag) && asked("*") && asked(&format!("\"a\", {tag}")));
        assert!(asked(tag.trim_start_matches("W/")));
        assert!(!asked("\"a\"") && !asked(&tag[..tag.len() - 2]));
    }
}
