//! Entity tags: a client that has the answer already is sent 304 and no body.
//!
//! Answers that depend on nothing but the address, the generation and `Accept` are tagged by the
//! generation ([`json`], [`text`]); other whole responses by their bytes ([`tagged`]).

use std::hash::{DefaultHasher, Hasher as _};

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::error::Failure;
use super::headers::{GENERATION, generation};
use super::json::written;
use crate::live::Generation;

/// JSON, unless the client has it.
pub(crate) fn json<T: Serialize>(
    now: &Generation,
    request: &HeaderMap,
    body: impl FnOnce() -> T,
) -> Result<Response, Failure> {
    text(now, request, "application/json", || written(&body()))
}

/// A text of this media type, unless the client has it.
pub(crate) fn text(
    now: &Generation,
    request: &HeaderMap,
    media_type: &'static str,
    body: impl FnOnce() -> Result<String, Failure>,
) -> Result<Response, Failure> {
    let tag = tag(now.engine.generation(), media_type);
    let mut response = if has(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media_type)], body()?).into_response()
    };
    let headers = response.headers_mut();
    let tag = HeaderValue::from_str(&tag).expect("hex digits and names of media types are ASCII");
    headers.insert(header::ETAG, tag);
    headers.insert(GENERATION, generation(now.engine.generation()));
    Ok(response)
}

/// Weak, since the same answer is sent compressed and plain. Another version of the program may
/// say the same otherwise.
fn tag(generation: &str, media_type: &str) -> String {
    let kind = media_type.split([';', '/']).nth(1).unwrap_or_default();
    format!("W/\"{generation}-{}-{kind}\"", env!("CARGO_PKG_VERSION"))
}

/// True if `If-None-Match` names the tag, by weak comparison (RFC 9110, 8.8.3.2).
pub(crate) fn has(request: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|given| given.trim() == "*" || opaque(given) == opaque(tag))
}

/// Tags what is whole already and has no tag of its own; a stream passes through.
pub(crate) async fn tagged(request: Request, next: Next) -> Response {
    let asked = (request.method() == Method::GET).then(|| request.headers().clone());
    let response = next.run(request).await;
    let whole = response.status() == StatusCode::OK
        && response.body().size_hint().exact().is_some()
        && !response.headers().contains_key(header::ETAG)
        && !response.headers().contains_key(header::CACHE_CONTROL);
    let Some(asked) = asked.filter(|_| whole) else {
        return response;
    };
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        tracing::error!("a body that is whole cannot be read");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    // Weak, since the same bytes are sent compressed and plain.
    let tag = format!("W/\"{:016x}\"", hasher.finish());
    let known = has(&asked, &tag);
    let value = HeaderValue::from_str(&tag).expect("hex digits are ASCII");
    parts.headers.insert(header::ETAG, value);
    if known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
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
