//! What an orchestrator asks: is the process alive, is it ready, and what of it is degraded.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;

/// `GET /healthz`: it answers, so it is alive.
pub(super) async fn alive() -> &'static str {
    "ok"
}

/// What is served, and what of it is not as it should be.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    generation: &'a str,
    age_seconds: u64,
    entries: usize,
    degraded: Vec<Degraded>,
}

/// A part that does not work as it should, while lookups do.
#[derive(Serialize)]
struct Degraded {
    part: &'static str,
    reason: String,
}

/// `GET /readyz`: ready as soon as it answers, since nothing listens before a generation serves. What
/// is degraded does not make it unready: another server would be no better off.
pub(super) async fn ready(State(app): State<App>) -> Response {
    let now = app.current();
    let ready = Ready {
        ready: true,
        generation: now.engine.generation(),
        age_seconds: now.age().as_secs(),
        entries: now.engine.kb().entries.len(),
        degraded: Vec::new(),
    };
    let body = serde_json::to_vec(&ready).expect("numbers and strings are JSON");
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
