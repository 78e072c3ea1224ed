//! Many errors at once: grouped, one answer a group, as JSON for programs. The page of it is in
//! [`super::batch_page`].

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::journal::{Face, Looked};
use crate::live::Generation;
use crate::lookup::Outcome;
use crate::lookup::batch::{self, Group};
use crate::web::api;
use crate::web::cached::GENERATION;
use crate::web::error::Failure;
use crate::web::extract::JsonObject;
use crate::web::wire::{VerdictBody, Wire};
use crate::web::{App, wording};

/// Results a group unless the request says how many.
const DEFAULT_LIMIT: usize = 3;
const FIELDS: [&str; 4] = ["texts", "text", "platform", "limit"];

/// A group and its answer.
pub(super) struct Answered {
    pub(super) group: Group,
    pub(super) looked: Looked,
}

impl Answered {
    pub(super) fn outcome(&self) -> Outcome {
        self.looked.answer.verdict.outcome
    }
}

/// Texts of each outcome.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Counts {
    /// The first result solves it.
    pub(super) answer: usize,
    /// One of a few does.
    pub(super) choose: usize,
    /// Nothing here is likely.
    pub(super) none: usize,
}

impl Counts {
    pub(super) fn of(answered: &[Answered]) -> Self {
        let mut counts = Self::default();
        for one in answered {
            let count = match one.outcome() {
                Outcome::Answer => &mut counts.answer,
                Outcome::Choose => &mut counts.choose,
                Outcome::None => &mut counts.none,
            };
            *count += one.group.lines.len();
        }
        counts
    }
}

/// The body of the response.
#[derive(Serialize)]
struct BatchBody<'a> {
    generation: &'a str,
    /// Texts that were looked up; blank ones are not.
    total: usize,
    /// How many of them have which outcome.
    counts: Counts,
    /// Equal errors, the most frequent first.
    groups: Vec<GroupBody<'a>>,
}

/// Equal errors and their answer.
#[derive(Serialize)]
struct GroupBody<'a> {
    /// Equal for equal errors whatever their variable parts.
    fingerprint: &'a str,
    /// How many texts these are.
    count: usize,
    /// Which ones: positions in `texts` or lines of `text`, from 1 on.
    lines: &'a [usize],
    /// The first of them, its variable parts replaced by `<*>`.
    sample: &'a str,
    /// What feedback refers to.
    lookup_id: String,
    #[serde(flatten)]
    verdict: VerdictBody<'a>,
}

/// `POST /api/v1/lookup/batch`
pub(super) async fn by_body(
    State(app): State<App>,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let asked = Asked::from_json(body)?;
    aside(move || {
        let now = app.current();
        let answered = answer(&app, &now, &asked, Face::Api)?;
        let body = serde_json::to_vec(&wire(&now, &answered)).map_err(|error| {
            tracing::error!(%error, "a batch cannot be written as JSON");
            Failure::Internal
        })?;
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (GENERATION, now.engine.generation()),
        ];
        Ok((headers, body).into_response())
    })
    .await
}

/// Work of milliseconds, away from the threads that everybody's requests share.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a batch broke off");
        Failure::Internal
    })?
}

/// What a batch may hold.
pub(super) struct Asked {
    pub(super) texts: Texts,
    pub(super) platform: Option<String>,
    pub(super) limit: usize,
}

/// The texts of a batch.
pub(super) enum Texts {
    /// As they are.
    Each(Vec<String>),
    /// One a line, perhaps in a column of a table.
    Lines(String),
}

impl Asked {
    fn from_json(mut body: Map<String, Value>) -> Result<Self, Failure> {
        let mut take = |name: &str| body.remove(name).filter(|v| !v.is_null());
        let texts = match (take("texts"), take("text")) {
            (Some(Value::Array(texts)), None) => texts
                .into_iter()
                .map(|text| match text {
                    Value::String(text) => Ok(text),
                    _ => Err(Failure::WrongType("texts", "字符串的数组")),
                })
                .collect::<Result<_, _>>()
                .map(Texts::Each)?,
            (None, Some(Value::String(text))) => Texts::Lines(text),
            (Some(_), None) => return Err(Failure::WrongType("texts", "字符串的数组")),
            (None, Some(_)) => return Err(Failure::WrongType("text", "字符串")),
            _ => return Err(Failure::EitherField("texts", "text")),
        };
        let platform = match take("platform") {
            Some(Value::String(id)) => Some(id),
            Some(_) => return Err(Failure::WrongType("platform", "字符串")),
            None => None,
        };
        let limit = match take("limit") {
            Some(Value::Number(n)) => api::limit(n.as_f64())?,
            Some(_) => return Err(Failure::WrongType("limit", "整数")),
            None => DEFAULT_LIMIT,
        };
        match body.into_iter().next() {
            Some((unknown, _)) => Err(Failure::UnknownField(unknown, FIELDS.join("、"))),
            None => Ok(Self {
                texts,
                platform,
                limit,
            }),
        }
    }
}

/// The groups, each looked up once.
pub(super) fn answer(
    app: &App,
    now: &Generation,
    asked: &Asked,
    face: Face,
) -> Result<Vec<Answered>, Failure> {
    let engine = &now.engine;
    let platform = asked.platform.as_deref();
    let groups = match &asked.texts {
        Texts::Each(texts) => batch::group(engine, texts, platform)?,
        Texts::Lines(text) => batch::group(engine, &batch::messages(engine, text), platform)?,
    };
    Ok(groups
        .into_iter()
        .map(|group| Answered {
            looked: app.lookup(now, &group.paste, asked.limit, face),
            group,
        })
        .collect())
}

fn wire<'a>(now: &'a Generation, answered: &'a [Answered]) -> BatchBody<'a> {
    let wire = Wire {
        kb: now.engine.kb(),
        shelf: &now.shelf,
    };
    BatchBody {
        generation: now.engine.generation(),
        total: answered.iter().map(|a| a.group.lines.len()).sum(),
        counts: Counts::of(answered),
        groups: answered
            .iter()
            .map(|a| GroupBody {
                fingerprint: &a.group.fingerprint,
                count: a.group.lines.len(),
                lines: &a.group.lines,
                sample: &a.looked.answer.query.masked,
                lookup_id: a.looked.id.to_string(),
                verdict: wire.verdict(&a.looked.answer.verdict),
            })
            .collect(),
    }
}

/// What a person is told of an outcome, in a word.
pub(super) fn word(answered: &Answered) -> &'static str {
    let verdict = &answered.looked.answer.verdict;
    match verdict.outcome {
        Outcome::Answer => wording::sureness(verdict.confidence),
        Outcome::Choose => "有几种可能",
        Outcome::None => "没有答案",
    }
}
