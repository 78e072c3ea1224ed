//! Feedback of programs: whether an entry helped.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use deserr::Deserr;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::example::Example;
use crate::journal::{LookupId, WriteStatus};
use crate::live::Generation;
use crate::web::app::{App, Now};
use crate::web::http::error::Failure;
use crate::web::http::extract::JsonBody;
use crate::web::http::json::json as json_response;

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
    JsonBody(feedback): JsonBody<FeedbackRequest>,
) -> Result<Response, Failure> {
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

/// 反馈有没有记下来。
#[derive(Serialize, ToSchema)]
struct FeedbackKept {
    /// 已经写进数据库。
    written: bool,
}

// Entry and lookup are not checked yet.
/// 反馈。
#[derive(Deserr, ToSchema)]
#[deserr(error = Failure, deny_unknown_fields)]
pub(crate) struct FeedbackRequest {
    /// 查询结果里的 `lookup_id`。
    #[schema(
        format = "uuid",
        pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
    )]
    #[deserr(default)]
    pub(crate) lookup_id: Option<String>,
    /// 有没有帮助。
    pub(crate) helped: bool,
    /// 是哪一条：结果里的 `id`。
    pub(crate) entry: String,
    /// 为什么，用户自己的话；个人信息会先去掉再记下。
    #[deserr(default)]
    pub(crate) why: Option<String>,
}

impl FeedbackRequest {
    /// Records it; gives the id of the entry, as it is called now, and what became of the feedback.
    ///
    /// # Errors
    /// The id of the lookup is not one, or there is no such entry.
    pub(crate) async fn record(
        self,
        app: &App,
        now: &Generation,
    ) -> Result<(String, WriteStatus), Failure> {
        let lookup = match self.lookup_id {
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
