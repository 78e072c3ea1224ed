//! Requests to the fixture knowledge base, without a socket.

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jieda::kb::Entry;
use jieda::live::Live;
use jieda::lookup::Engine;
use serde_json::Value;

use super::http::{self, FORM, JSON, Reply, encoded};
use super::{engine, router};

/// The knowledge base, in service.
pub(crate) fn live() -> Arc<Live> {
    static LIVE: LazyLock<Arc<Live>> = LazyLock::new(|| Arc::new(Live::new(engine())));
    LIVE.clone()
}

/// Its entries.
pub(crate) fn entries() -> &'static [Entry] {
    static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(engine);
    &ENGINE.kb().entries
}

pub(crate) async fn send(request: Request<Body>) -> Reply {
    http::send(router(), request).await
}

pub(crate) async fn get(uri: &str) -> Reply {
    send(http::get(uri)).await
}

/// Status and length of a response that is not text.
pub(crate) async fn get_bytes(uri: &str) -> (StatusCode, usize) {
    let (status, _, bytes) = http::send_for_bytes(router(), http::get(uri)).await;
    (status, bytes.len())
}

pub(crate) async fn post(uri: &str, content_type: &str, body: impl Into<Body>) -> Reply {
    send(http::post(uri, content_type, body)).await
}

/// Looks a text up over the API.
pub(crate) async fn lookup(body: Value) -> Reply {
    post("/api/v1/lookup", JSON, body.to_string()).await
}

/// Looks a text up with the form of the pages.
pub(crate) async fn search(q: &str, platform: &str) -> Reply {
    let form = format!("q={}&platform={}", encoded(q), encoded(platform));
    post("/search", FORM, form).await
}
