//! JSON responses under the generation that they were made from.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::error::Failure;
use super::headers::{GENERATION, generation};
use crate::live::Generation;

/// A body as JSON text.
///
/// # Errors
/// [`Failure::Internal`] if it cannot be written as JSON, which no body should bring about.
pub(crate) fn written(body: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(body).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written as JSON");
        Failure::Internal
    })
}

/// A response of JSON text, with the generation's id in its head.
pub(crate) fn json(now: &Generation, body: String) -> Response {
    let json = HeaderValue::from_static("application/json");
    let generation = generation(now.engine.generation());
    let headers = [(header::CONTENT_TYPE, json), (GENERATION, generation)];
    (headers, body).into_response()
}
