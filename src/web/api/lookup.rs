//! The lookup for programs: what a request may hold, and its answer. The wire types of the answer
//! are in [`super::body`]; as there, documentation that programs' authors read is in Chinese.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use deserr::Deserr;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::body::{AnswerBody, Wire};
use super::context::ContextBody;
use super::limit::Limit;
use super::schema::Platform;
use crate::journal::Channel;
use crate::live::Generation;
use crate::lookup::Paste;
use crate::lookup::follow::Turn;
use crate::service::Recorded;
use crate::web::app::{App, Now};
use crate::web::http::bounds::MAX_ADDRESS_CHARS;
use crate::web::http::error::Failure;
use crate::web::http::etag;
use crate::web::http::extract::{JsonBody, Query};
use crate::web::http::json::{json, written};

/// Results in a response unless the request says how many. Chosen.
const DEFAULT_LIMIT: Limit = Limit(5);
/// 查一段报错
///
/// 把报错原文、日志、聊天记录或一句问题发来，得到一个决定：直接回答（`answer`）、反问一句（`choose`），
/// 或者这里没有（`none`，附上转人工要用的东西）。查询不会失败成 `none`：出了错一定是 4xx 或 5xx。
///
/// 反问以后，把用户的回答放进 `text`，把上一轮给出的 `context` 原样放进 `context`，再查一次。用户可以说平台
/// （“拼多多”）、选一个（“第二个”）、用自己的话说（“是取消了的那个”）、说都不是，或者干脆问别的。
#[utoipa::path(
    post,
    path = "/api/v1/lookup",
    operation_id = "lookup",
    tag = "lookup",
    request_body = LookupRequest,
    responses((status = 200, description = "查询的结果。", body = AnswerBody)),
)]
pub(crate) async fn by_body(
    State(app): State<App>,
    Now(now): Now,
    JsonBody(request): JsonBody<LookupRequest>,
) -> Result<Response, Failure> {
    let paste = Paste::new(now.engine.kb(), request.text, request.platform.as_deref())?;
    let before = request.context.map(Turn::from);
    let Limit(limit) = request.limit.unwrap_or(DEFAULT_LIMIT);
    let recorded = app
        .service
        .turn(&now, &paste, before.as_ref(), limit, Channel::Api);
    Ok(json(&now, written(&Wire::new(&now).answer(&recorded))?))
}

/// 查一段报错（短内容）
///
/// 与 POST 相同，只是内容写在地址里，因此要短一些。结果可以用 `ETag` 缓存。
#[utoipa::path(
    get,
    path = "/api/v1/lookup",
    operation_id = "lookupByAddress",
    tag = "lookup",
    params(LookupQuery),
    responses((status = 200, description = "查询的结果。", body = AnswerBody)),
)]
pub(crate) async fn by_query(
    State(app): State<App>,
    Now(now): Now,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let request: LookupQuery = fields.decode()?;
    let Limit(limit) = request.limit.unwrap_or(DEFAULT_LIMIT);
    let chars = request.text.chars().count();
    if chars > MAX_ADDRESS_CHARS {
        return Err(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
    }
    let paste = Paste::new(now.engine.kb(), request.text, request.platform.as_deref())?;
    // A client that has the answer already asks nothing new: it is neither looked up nor recorded.
    etag::text(&now, &headers, "application/json", || {
        let turn = app.service.turn(&now, &paste, None, limit, Channel::Api);
        written(&Wire::new(&now).answer(&turn))
    })
}

// Text and platform are not checked yet.
/// 要查的内容。
#[derive(Deserr, ToSchema)]
#[deserr(error = Failure, deny_unknown_fields)]
pub(crate) struct LookupRequest {
    /// 报错原文、日志、聊天记录或一句问题；不能只有空白。
    #[schema(min_length = 1, max_length = 262_144, pattern = "[^\\x00\\s]")]
    text: String,
    /// 订单是哪个平台的，知道就给。
    #[schema(value_type = Option<Platform>)]
    #[deserr(default)]
    platform: Option<String>,
    /// 最多要几条结果。
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 20, default = 5)]
    #[deserr(default)]
    limit: Option<Limit>,
    /// 回答上一轮的问题时：上一轮给出的 `context`，原样放回来。
    #[deserr(default)]
    context: Option<ContextBody>,
}

// The same in an address, which holds no context.
#[derive(Deserr, IntoParams)]
#[deserr(error = Failure, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LookupQuery {
    /// 报错原文、日志、聊天记录或一句问题；不能只有空白。
    #[param(min_length = 1, max_length = 4_000, pattern = "[^\\x00\\s]")]
    text: String,
    /// 订单是哪个平台的，知道就给。
    #[param(value_type = Option<Platform>)]
    #[deserr(default)]
    platform: Option<String>,
    /// 最多要几条结果。
    #[param(value_type = Option<u8>, minimum = 1, maximum = 20, default = 5)]
    #[deserr(default, try_from(Option<String>) = Limit::from_address -> Failure)]
    limit: Option<Limit>,
}

/// The answer to a text, for the documentation: it is not recorded.
pub(super) fn example(now: &Generation, text: &str, limit: usize) -> Option<Value> {
    let paste = Paste::new(now.engine.kb(), text, None).ok()?;
    let recorded = Recorded::unrecorded(now.engine.lookup(&paste, limit));
    serde_json::to_value(Wire::new(now).answer(&recorded)).ok()
}
