//! Whether an entry helped: from programs as JSON, from people as a form with a page of thanks.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::error::Failure;
use super::examples::Example;
use super::extract::{Fields, Form, JsonObject, Query};
use super::layout::{Layout, html};
use super::{App, api};
use crate::journal::{self, Kept, LookupId};
use crate::kb::Entry;
use crate::live::Generation;

/// The fields of feedback.
const FIELDS: [&str; 4] = ["lookup_id", "entry", "helped", "why"];

/// 有没有帮助
///
/// 一条答案对用户有没有帮助，连同为什么。答案会因此越来越准。
#[utoipa::path(
    post,
    path = "/api/v1/feedback",
    operation_id = "feedback",
    tag = "feedback",
    request_body = FeedbackRequest,
    responses(
        (status = 201, description = "记下来了。", body = FeedbackKept),
        (status = 202, description = "收到了，数据库暂时连不上，之后再记。", body = FeedbackKept),
    ),
)]
pub(super) async fn by_body(
    State(app): State<App>,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let feedback = Feedback::from_json(body)?;
    let now = app.current();
    let (status, written) = match feedback.keep(&app, &now).await?.1 {
        Kept::Written => (StatusCode::CREATED, true),
        Kept::Queued => (StatusCode::ACCEPTED, false),
        Kept::Dropped => return Err(Failure::JournalFull),
    };
    let body = serde_json::to_string(&FeedbackKept { written }).expect("a bool is JSON");
    Ok((status, api::json(&now, body)).into_response())
}

/// Of the first entry.
pub(super) fn example(now: &Generation) -> Option<Example> {
    let entry = &now.engine.kb().entries.first()?.id;
    Example::new(
        "/api/v1/feedback",
        "有帮助",
        json!({"entry": entry, "helped": true}),
        &FeedbackKept { written: true },
    )
}

/// `POST /feedback` with the same fields as a form, `helped` being `yes` or `no`. It leads on to the
/// page of thanks, so that reloading that page sends nothing twice.
pub(super) async fn by_form(
    State(app): State<App>,
    Form(fields): Form,
) -> Result<Response, Failure> {
    let feedback = Feedback::from_form(fields)?;
    match feedback.keep(&app, &app.current()).await? {
        (_, Kept::Dropped) => Err(Failure::JournalFull),
        (entry, _) => {
            let thanks = format!("/feedback?entry={entry}");
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, thanks)]).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "thanks.html")]
struct ThanksPage<'a> {
    layout: Layout<'a>,
    entry: &'a Entry,
}

/// `GET /feedback?entry=`
pub(super) async fn thanks(
    State(app): State<App>,
    Query(mut fields): Query,
) -> Result<Response, Failure> {
    let now = app.current();
    let id = fields.take("entry").unwrap_or_default();
    let entry = now.engine.kb().entry(&id).ok_or(Failure::NotFound)?;
    let layout = Layout::new(&app, &now, "kb");
    Ok(html(StatusCode::OK, &ThanksPage { layout, entry }))
}

/// 反馈。
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields are read by name")]
struct FeedbackRequest {
    /// 查询结果里的 `lookup_id`。
    #[schema(
        format = "uuid",
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
    )]
    lookup_id: Option<String>,
    /// 是哪一条：结果里的 `id`。
    entry: String,
    /// 有没有帮助。
    helped: bool,
    /// 为什么，用户自己的话；个人信息会先去掉再记下。
    why: Option<String>,
}

/// 反馈有没有记下来。
#[derive(Serialize, ToSchema)]
struct FeedbackKept {
    /// 已经写进数据库。
    written: bool,
}

/// Feedback as it was sent, its entry and lookup not checked yet.
struct Feedback {
    lookup: Option<String>,
    entry: String,
    helped: bool,
    why: Option<String>,
}

impl Feedback {
    fn from_json(mut body: Map<String, Value>) -> Result<Self, Failure> {
        let mut text = |name: &'static str| match body.remove(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Null) | None => Ok(None),
            Some(_) => Err(Failure::WrongType(name, "字符串")),
        };
        let (lookup, entry, why) = (text("lookup_id")?, text("entry")?, text("why")?);
        let helped = match body.remove("helped") {
            Some(Value::Bool(helped)) => helped,
            Some(Value::Null) | None => return Err(Failure::MissingField("helped")),
            Some(_) => return Err(Failure::WrongType("helped", " true 或 false")),
        };
        match body.into_iter().next() {
            Some((unknown, _)) => Err(Failure::UnknownField(unknown, FIELDS.join("、"))),
            None => Ok(Self {
                lookup,
                entry: entry.ok_or(Failure::MissingField("entry"))?,
                helped,
                why,
            }),
        }
    }

    fn from_form(mut fields: Fields) -> Result<Self, Failure> {
        let helped = match fields.take("helped").as_deref() {
            Some("yes") => true,
            Some("no") => false,
            Some(_) => return Err(Failure::WrongType("helped", " yes 或 no")),
            None => return Err(Failure::MissingField("helped")),
        };
        Ok(Self {
            lookup: fields.take("lookup_id").filter(|id| !id.is_empty()),
            entry: fields.take("entry").ok_or(Failure::MissingField("entry"))?,
            helped,
            why: fields.take("why"),
        })
    }

    /// Keeps it; the id of the entry, as it is now called, and what became of it. A lookup need not
    /// be known: it may wait to be written still, or another server made it.
    async fn keep(self, app: &App, now: &Generation) -> Result<(String, Kept), Failure> {
        let lookup = match self.lookup {
            Some(id) => Some(LookupId::parse(&id).ok_or(Failure::InvalidLookupId)?),
            None => None,
        };
        let Some(entry) = now.engine.kb().entry(&self.entry) else {
            return Err(Failure::UnknownEntry(self.entry));
        };
        let feedback = journal::Feedback::new(lookup, &entry.id, self.helped, self.why.as_deref());
        Ok((entry.id.clone(), app.journal.feedback(feedback).await))
    }
}
