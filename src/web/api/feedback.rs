//! Whether an entry helped, as programs say it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::example::Example;
use crate::journal::{LookupId, WriteStatus};
use crate::live::Generation;
use crate::web::app::{App, Now};
use crate::web::http::error::Failure;
use crate::web::http::extract::JsonObject;
use crate::web::http::json::json as json_response;

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
pub(crate) async fn by_body(
    State(app): State<App>,
    Now(now): Now,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let feedback = Feedback::from_json(body)?;
    let (status, written) = match feedback.record(&app, &now).await?.1 {
        WriteStatus::Written => (StatusCode::CREATED, true),
        WriteStatus::Queued => (StatusCode::ACCEPTED, false),
        WriteStatus::Dropped => return Err(Failure::JournalFull),
    };
    let body = serde_json::to_string(&FeedbackKept { written }).expect("a bool is JSON");
    Ok((status, json_response(&now, body)).into_response())
}

/// Of the first entry.
pub(crate) fn example(now: &Generation) -> Option<Example> {
    let entry = &now.engine.kb().entries.first()?.id;
    Example::new(
        "/api/v1/feedback",
        "有帮助",
        json!({"entry": entry, "helped": true}),
        &FeedbackKept { written: true },
    )
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
pub(crate) struct Feedback {
    pub(crate) lookup: Option<String>,
    pub(crate) entry: String,
    pub(crate) helped: bool,
    pub(crate) why: Option<String>,
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

    /// Records it; gives the id of the entry, as it is called now, and what became of the feedback.
    ///
    /// # Errors
    /// The id of the lookup is not one, or there is no such entry.
    pub(crate) async fn record(
        self,
        app: &App,
        now: &Generation,
    ) -> Result<(String, WriteStatus), Failure> {
        let lookup = match self.lookup {
            Some(id) => Some(LookupId::parse(&id).ok_or(Failure::InvalidLookupId)?),
            None => None,
        };
        let Some(entry) = now.engine.kb().entry(&self.entry) else {
            return Err(Failure::UnknownEntry(self.entry));
        };
        let why = self.why.as_deref();
        let status = app.service.feedback(lookup, entry, self.helped, why).await;
        Ok((entry.id.clone(), status))
    }
}
