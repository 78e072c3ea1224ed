//! Health and readiness: is the process alive, is it ready, and which parts are degraded.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::web::app::App;

/// No more errors of a refused generation are named than these; the log has all.
const ERRORS: usize = 50;

/// `GET /healthz`: it answers, so it is alive.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// The generation in service, and the parts that are degraded.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    generation: &'a str,
    age_seconds: u64,
    entries: usize,
    degraded: Vec<Degraded>,
}

/// A part that does not work as it should, while lookups do.
#[derive(Default, Serialize)]
struct Degraded {
    part: &'static str,
    reason: String,
    /// Of the content: what is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Place>,
}

/// Place of an error, and the rule that it breaks. Not the line itself: it may be a note for support
/// agents.
#[derive(Serialize)]
struct Place {
    file: String,
    line: u32,
    rule: &'static str,
}

fn degraded(app: &App) -> Vec<Degraded> {
    let live = app.service.live();
    let refused = live.refused().map(|refused| Degraded {
        part: "content",
        reason: refused.reason.to_owned(),
        generation: refused.generation.clone(),
        errors: refused
            .errors
            .iter()
            .take(ERRORS)
            .map(|error| Place {
                file: error.path.clone(),
                line: error.line,
                rule: error.rule.as_str(),
            })
            .collect(),
    });
    let unwatched = live.unwatched().map(|_| Degraded {
        part: "watch",
        reason: "the knowledge base cannot be watched: changes are seen later".to_owned(),
        ..Degraded::default()
    });
    let journal = app.service.journal().trouble().map(|trouble| Degraded {
        part: "journal",
        reason: trouble.as_str().to_owned(),
        ..Degraded::default()
    });
    let parts = refused.into_iter().chain(unwatched).chain(journal);
    parts.collect()
}

/// `GET /readyz`: ready as soon as it answers, since nothing listens before a generation serves. What
/// is degraded does not make it unready: another server would be no better off.
pub(crate) async fn ready(State(app): State<App>) -> Response {
    let now = app.service.current();
    let ready = Ready {
        ready: true,
        generation: now.engine.generation(),
        age_seconds: now.age().as_secs(),
        entries: now.engine.kb().entries.len(),
        degraded: degraded(&app),
    };
    let body = serde_json::to_vec(&ready).expect("numbers and strings are JSON");
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
