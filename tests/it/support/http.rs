//! Requests to a router, without a socket.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{self, AsHeaderName};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;

/// The media type of JSON.
pub(crate) const JSON: &str = "application/json";
/// The media type of a form.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// A response with a body of text.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    /// The value of a header; empty when it is missing.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |v| v.to_str().expect("ASCII"))
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

/// Sends a request; its response may have any body.
pub(crate) async fn send_for_bytes(
    router: Router,
    request: Request<Body>,
) -> (StatusCode, HeaderMap, Bytes) {
    let response = router.oneshot(request).await.expect("infallible");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("the body is whole");
    (parts.status, parts.headers, bytes)
}

/// Sends a request; its response must be UTF-8.
pub(crate) async fn send(router: Router, request: Request<Body>) -> Reply {
    let (status, headers, bytes) = send_for_bytes(router, request).await;
    Reply {
        status,
        headers,
        body: String::from_utf8(bytes.into()).expect("UTF-8"),
    }
}

/// `GET` this address.
pub(crate) fn get(uri: &str) -> Request<Body> {
    Request::get(uri).body(Body::empty()).expect("a request")
}

/// `POST` a body to this address.
pub(crate) fn post(uri: &str, content_type: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post(uri)
        .header(header::CONTENT_TYPE, content_type)
        .body(body.into())
        .expect("a request")
}

/// Percent-encodes every byte.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}
