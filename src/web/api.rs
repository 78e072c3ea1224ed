//! The lookup for programs: what a request may hold, and its answer. The wire types are in
//! [`super::wire`].

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::App;
use super::error::Failure;
use super::extract::{Fields, JsonObject, Query};
use super::wire::Wire;
use crate::journal::Face;
use crate::lookup::Paste;

/// Results in a response unless the request says how many.
const DEFAULT_LIMIT: usize = 5;
/// More results than this help nobody.
const MAX_LIMIT: usize = 20;
/// The longest text that is taken from an address, in characters: percent-encoded it stays below
/// what HTTP servers and proxies accept.
pub(super) const MAX_ADDRESS_CHARS: usize = 4_000;
/// The fields of a lookup.
const FIELDS: [&str; 3] = ["text", "platform", "limit"];

/// `POST /api/v1/lookup`
pub(super) async fn by_body(
    State(app): State<App>,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let request = Lookup::from_json(body)?;
    request.answer(&app)
}

/// `GET /api/v1/lookup`
pub(super) async fn by_query(
    State(app): State<App>,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let request = Lookup::from_query(fields)?;
    let chars = request.text.chars().count();
    if chars > MAX_ADDRESS_CHARS {
        return Err(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
    }
    request.answer(&app)
}

/// A lookup as it was asked for, its text and platform not checked yet.
struct Lookup {
    text: String,
    platform: Option<String>,
    limit: usize,
}

impl Lookup {
    fn from_json(mut body: Map<String, Value>) -> Result<Self, Failure> {
        let mut take = |name: &str| body.remove(name).filter(|v| !v.is_null());
        let text = match take("text") {
            Some(Value::String(text)) => text,
            Some(_) => return Err(Failure::WrongType("text", "字符串")),
            None => return Err(Failure::MissingField("text")),
        };
        let platform = match take("platform") {
            Some(Value::String(id)) => Some(id),
            Some(_) => return Err(Failure::WrongType("platform", "字符串")),
            None => None,
        };
        let limit = match take("limit") {
            Some(Value::Number(n)) => limit(n.as_f64())?,
            Some(_) => return Err(Failure::WrongType("limit", "整数")),
            None => DEFAULT_LIMIT,
        };
        match body.into_iter().next() {
            Some((unknown, _)) => Err(Failure::UnknownField(unknown, FIELDS.join("、"))),
            None => Ok(Self {
                text,
                platform,
                limit,
            }),
        }
    }

    fn from_query(mut fields: Fields) -> Result<Self, Failure> {
        let text = fields.take("text").ok_or(Failure::MissingField("text"))?;
        let platform = fields.take("platform");
        let limit = fields
            .take("limit")
            .map_or(Ok(DEFAULT_LIMIT), |l| limit(l.parse().ok()))?;
        match fields.left() {
            Some(twice) if FIELDS.contains(&twice.as_str()) => Err(Failure::RepeatedField(twice)),
            Some(unknown) => Err(Failure::UnknownField(unknown, FIELDS.join("、"))),
            None => Ok(Self {
                text,
                platform,
                limit,
            }),
        }
    }

    fn answer(self, app: &App) -> Result<Response, Failure> {
        let now = app.current();
        let engine = &now.engine;
        let paste = Paste::new(engine.kb(), self.text, self.platform.as_deref())?;
        let looked = app.lookup(&now, &paste, self.limit, Face::Api);
        let wire = Wire {
            kb: engine.kb(),
            shelf: &now.shelf,
        };
        let body =
            serde_json::to_vec(&wire.answer(engine.generation(), &looked)).map_err(|error| {
                tracing::error!(%error, "a lookup cannot be written as JSON");
                Failure::Internal
            })?;
        let headers = [
            (header::CONTENT_TYPE.as_str(), "application/json"),
            ("jieda-generation", engine.generation()),
        ];
        Ok((headers, body).into_response())
    }
}

/// JSON has no integers apart from numbers, so `2.0` is as good as `2`.
pub(super) fn limit(number: Option<f64>) -> Result<usize, Failure> {
    match number {
        Some(n) if n.fract() == 0.0 && (1.0..=MAX_LIMIT as f64).contains(&n) => Ok(n as usize),
        _ => Err(Failure::InvalidLimit(1, MAX_LIMIT)),
    }
}
