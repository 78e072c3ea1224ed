//! Logs and counts each request: an id on every log line and in the answer's header, one line when it
//! is answered, and its metrics. Never a path or a query: either may hold what a person pasted.

use std::fmt::Write as _;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::guard::PROBES;
use super::metrics;

/// Header of the request's id, in requests and responses.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// A longer id is replaced: it would be copied to every line.
const LONGEST_ID: usize = 64;
/// The route of a request that no route matched.
const NO_ROUTE: &str = "-";

/// Outermost, so that refused requests, failures and panics are seen too.
pub(crate) async fn trace(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id(&request);
    let method = method(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| NO_ROUTE.to_owned(), |m| m.as_str().to_owned());
    // As an error, so that a filter that lets an error pass keeps the id beside it.
    let span = tracing::error_span!("request", id = id.to_str().unwrap_or_default());
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), start.elapsed());
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        if PROBES.contains(&route.as_str()) {
            tracing::debug!(method, route, status, micros, "answered");
        } else {
            tracing::info!(method, route, status, micros, "answered");
        }
    });
    metrics::request(method, &route, status, took);
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The id that a proxy or a client gave, if it is a plain one; else one of our own.
fn request_id(request: &Request) -> HeaderValue {
    let plain = |id: &&HeaderValue| {
        (1..=LONGEST_ID).contains(&id.len())
            && id
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(b))
    };
    let given = request.headers().get(REQUEST_ID);
    given.filter(plain).cloned().unwrap_or_else(|| {
        let mut id = String::with_capacity(16);
        let _ = write!(id, "{:016x}", fastrand::u64(..));
        HeaderValue::try_from(id).expect("hexadecimal digits are a header's value")
    })
}

/// A method as a label: a client may invent any number of them.
fn method(method: &Method) -> &'static str {
    let known = [
        (Method::GET, "GET"),
        (Method::HEAD, "HEAD"),
        (Method::POST, "POST"),
        (Method::PUT, "PUT"),
        (Method::PATCH, "PATCH"),
        (Method::DELETE, "DELETE"),
        (Method::OPTIONS, "OPTIONS"),
    ];
    known
        .into_iter()
        .find(|(m, _)| m == method)
        .map_or("other", |(_, name)| name)
}
