//! The lookup as JSON: the only public wire types. They follow the model but are not it, so that
//! the model may change and the wire does not.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use super::App;
use super::error::Failure;
use super::extract::{Fields, JsonObject, Query};
use super::shelf::Shelf;
use super::wording;
use crate::kb::Kb;
use crate::lookup::{
    Answer, AskOption, Engine, Handover, Hit, Matched, Outcome, Paste, Reason, Verdict,
};

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
        let engine: &Arc<Engine> = &app.engine;
        let paste = Paste::new(engine.kb(), self.text, self.platform.as_deref())?;
        let answer = engine.lookup(&paste, self.limit);
        let wire = Wire {
            kb: engine.kb(),
            shelf: &app.shelf,
        };
        let body =
            serde_json::to_vec(&wire.answer(engine.generation(), &answer)).map_err(|error| {
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

/// The JSON of a lookup's answer, as the API sends it.
///
/// # Errors
/// Only if it cannot be written as JSON, which no answer should bring about.
pub fn lookup_json(engine: &Engine, answer: &Answer) -> serde_json::Result<String> {
    let wire = Wire {
        kb: engine.kb(),
        shelf: &Shelf::new(engine.kb()),
    };
    serde_json::to_string_pretty(&wire.answer(engine.generation(), answer))
}

/// JSON has no integers apart from numbers, so `2.0` is as good as `2`.
fn limit(number: Option<f64>) -> Result<usize, Failure> {
    match number {
        Some(n) if n.fract() == 0.0 && (1.0..=MAX_LIMIT as f64).contains(&n) => Ok(n as usize),
        _ => Err(Failure::InvalidLimit(1, MAX_LIMIT)),
    }
}

#[derive(Serialize)]
struct AnswerBody<'a> {
    outcome: &'static str,
    confidence: f64,
    generation: &'a str,
    query: QueryBody<'a>,
    results: Vec<ResultBody<'a>>,
    ask: Option<AskBody<'a>>,
    handover: Option<HandoverBody<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemBody<'a>>,
}

#[derive(Serialize)]
struct QueryBody<'a> {
    platforms: &'a [String],
    codes: &'a [String],
    masked: &'a str,
}

#[derive(Serialize)]
struct ProblemBody<'a> {
    span: Extent,
    #[serde(flatten)]
    verdict: VerdictBody<'a>,
}

#[derive(Serialize)]
struct VerdictBody<'a> {
    outcome: &'static str,
    confidence: f64,
    results: Vec<ResultBody<'a>>,
    ask: Option<AskBody<'a>>,
    handover: Option<HandoverBody<'a>>,
}

#[derive(Serialize)]
struct ResultBody<'a> {
    id: &'a str,
    title: &'a str,
    url: &'a str,
    confidence: f64,
    platforms: &'a [String],
    sources: &'a [String],
    cause: Option<&'static str>,
    retry: Option<&'static str>,
    acts: Option<&'static str>,
    matched: MatchedBody<'a>,
    answer: AnswerText<'a>,
}

#[derive(Serialize)]
struct MatchedBody<'a> {
    template: Option<&'a str>,
    phrasing: Option<&'a str>,
    spans: Vec<SpanBody>,
}

#[derive(Serialize)]
struct SpanBody {
    #[serde(flatten)]
    extent: Extent,
    kind: &'static str,
}

/// In Unicode scalar values of the text as it was sent.
#[derive(Serialize)]
struct Extent {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct AnswerText<'a> {
    markdown: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct AskBody<'a> {
    question: &'a str,
    options: Vec<OptionBody<'a>>,
}

#[derive(Serialize)]
struct OptionBody<'a> {
    label: &'a str,
    platform: Option<&'a str>,
    entries: &'a [String],
}

#[derive(Serialize)]
struct HandoverBody<'a> {
    reason: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    belongs: Option<&'a str>,
    fingerprint: &'a str,
    summary: &'a str,
}

/// Puts a model into its wire types.
struct Wire<'a> {
    kb: &'a Kb,
    shelf: &'a Shelf,
}

impl<'a> Wire<'a> {
    fn answer(&self, generation: &'a str, answer: &'a Answer) -> AnswerBody<'a> {
        let problems = answer.problems.iter().map(|p| ProblemBody {
            span: Extent {
                start: p.span.start,
                end: p.span.end,
            },
            verdict: self.verdict(&p.verdict),
        });
        let VerdictBody {
            outcome,
            confidence,
            results,
            ask,
            handover,
        } = self.verdict(&answer.verdict);
        let query = &answer.query;
        AnswerBody {
            outcome,
            confidence,
            generation,
            query: QueryBody {
                platforms: &query.platforms,
                codes: &query.codes,
                masked: &query.masked,
            },
            results,
            ask,
            handover,
            problems: problems.collect(),
        }
    }

    fn verdict(&self, verdict: &'a Verdict) -> VerdictBody<'a> {
        VerdictBody {
            outcome: match verdict.outcome {
                Outcome::Answer => "answer",
                Outcome::Choose => "choose",
                Outcome::None => "none",
            },
            confidence: rounded(verdict.confidence),
            results: verdict.results.iter().map(|hit| self.result(hit)).collect(),
            ask: verdict.ask.as_ref().map(|ask| AskBody {
                question: &ask.question,
                options: ask.options.iter().map(option).collect(),
            }),
            handover: verdict.handover.as_ref().map(handover),
        }
    }

    fn result(&self, hit: &'a Hit) -> ResultBody<'a> {
        let entry = &self.kb.entries[hit.entry];
        let shown = self.shelf.shown(self.kb, hit.entry);
        ResultBody {
            id: &entry.id,
            title: &entry.title,
            url: &shown.url,
            confidence: rounded(hit.confidence),
            platforms: &entry.platforms,
            sources: &entry.sources,
            cause: entry.cause.map(|c| c.as_str()),
            retry: entry.retry.map(|r| r.as_str()),
            acts: entry.acts.map(|a| a.as_str()),
            matched: matched(&hit.matched),
            answer: AnswerText {
                markdown: &shown.markdown,
                text: &shown.text,
            },
        }
    }
}

fn matched(matched: &Matched) -> MatchedBody<'_> {
    let spans = matched.spans.iter().map(|s| SpanBody {
        extent: Extent {
            start: s.start,
            end: s.end,
        },
        kind: wording::span_id(s.kind),
    });
    MatchedBody {
        template: matched.template.as_deref(),
        phrasing: matched.phrasing.as_deref(),
        spans: spans.collect(),
    }
}

fn option(option: &AskOption) -> OptionBody<'_> {
    OptionBody {
        label: &option.label,
        platform: option.platform.as_deref(),
        entries: &option.entries,
    }
}

fn handover(handover: &Handover) -> HandoverBody<'_> {
    let (reason, topic, belongs) = match &handover.reason {
        Reason::Neighbour { topic, belongs } => {
            ("neighbour", Some(topic.as_str()), Some(belongs.as_str()))
        }
        Reason::Unknown => ("unknown", None, None),
        Reason::TooShort => ("too-short", None, None),
    };
    HandoverBody {
        reason,
        message: wording::reason(&handover.reason),
        topic,
        belongs,
        fingerprint: &handover.fingerprint,
        summary: &handover.summary,
    }
}

/// Four decimals: more would only show the noise of the fit.
fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}
