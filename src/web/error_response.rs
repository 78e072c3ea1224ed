//! Gives every failure the form that its client reads: a page, or RFC 9457 problem details. What
//! the framework refuses by itself (405, 408) passes here too.
//!
//! This layer also takes the generation that the request reads, so that a failure carries the id of
//! the generation that judged it, whatever serves by then.

use std::any::Any;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::web::app::{App, Now};
use crate::web::http::error::{ErrorView, Failure, Rendered};
use crate::web::http::guard::for_programs;
use crate::web::http::headers::{GENERATION, generation};
use crate::web::http::rate_limit::{RATE_LIMIT, RATE_LIMIT_POLICY};
use crate::web::pages;
use crate::web::pages::ask_box::AskBox;

/// Gives every failure its body: a page for people, problem details for programs.
pub(crate) async fn respond_to_failures(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    // A chat platform reads the status alone, and a stranger learns nothing there.
    if path.starts_with("/hooks/") {
        return next.run(request).await;
    }
    let page = wants_page(&request);
    let is_api = path.starts_with("/api/");
    // MCP has its own form for what it refuses.
    let own_form = path == "/mcp";
    let now = app.service.current();
    request.extensions_mut().insert(Now(now.clone()));
    let mut response = next.run(request).await;
    if response.extensions_mut().remove::<Rendered>().is_some() {
        return response;
    }
    let failure = match response.extensions_mut().remove::<Failure>() {
        None if !own_form => Failure::of(&response),
        ours => ours,
    };
    let Some(failure) = failure else {
        return response;
    };
    let view = failure.view();
    let mut rendered = if page {
        let asked = response.extensions_mut().remove::<AskBox>();
        pages::error(&app, &now, &view, &asked.unwrap_or_default())
    } else {
        problem(&view)
    };
    for name in [header::ALLOW, RATE_LIMIT, RATE_LIMIT_POLICY] {
        if let Some(value) = response.headers_mut().remove(&name) {
            rendered.headers_mut().insert(name, value);
        }
    }
    if is_api {
        let id = generation(now.engine.generation());
        rendered.headers_mut().insert(GENERATION, id);
    }
    if let Some((name, value)) = failure.headers() {
        let value = HeaderValue::try_from(value).expect("it is ASCII");
        rendered.headers_mut().insert(name, value);
    }
    rendered
}

/// The answer to a request whose handler panicked. The place is in the log already; the client
/// learns nothing of it.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failure::Internal.into_response()
}

/// True for a page's address, and for a program's where the client accepts HTML.
fn wants_page(request: &Request) -> bool {
    let html = |value: &header::HeaderValue| value.to_str().is_ok_and(|v| v.contains("text/html"));
    !for_programs(request.uri().path())
        || request.headers().get_all(header::ACCEPT).iter().any(html)
}

fn problem(view: &ErrorView) -> Response {
    let body = serde_json::to_vec(&view.problem()).expect("strings and a number are JSON");
    (
        view.status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        body,
    )
        .into_response()
}
