//! Pages that need not be sent again: each has an entity tag made of its bytes, and whoever has them
//! already is sent nothing.

use std::hash::{DefaultHasher, Hasher as _};

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::cached;

/// Tags what is whole already and has no tag of its own; a stream passes through.
pub(super) async fn tagged(request: Request, next: Next) -> Response {
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
    let known = cached::has(&asked, &tag);
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
