//! The lookup for programs: what a request may hold, and its answer. The wire types of the answer
//! are in [`super::body`]; as there, documentation that programs' authors read is in Chinese.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::body::{AnswerBody, Wire};
use super::context::{self, ContextBody};
use super::schema::Platform;
use crate::journal::Channel;
use crate::live::Generation;
use crate::lookup::Paste;
use crate::service::Recorded;
use crate::web::app::{App, Now};
use crate::web::http::error::Failure;
use crate::web::http::etag;
use crate::web::http::extract::{Fields, JsonObject, MAX_ADDRESS_CHARS, Query};
use crate::web::http::json::{json, written};

/// Results in a response unless the request says how many.
const DEFAULT_LIMIT: usize = 5;
/// More results than this help nobody.
const MAX_LIMIT: usize = 20;
/// The fields of a lookup that an address may hold.
const FIELDS: [&str; 3] = ["text", "platform", "limit"];

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
    request_body = Lookup,
    responses((status = 200, description = "查询的结果。", body = AnswerBody)),
)]
pub(crate) async fn by_body(
    State(app): State<App>,
    Now(now): Now,
    JsonObject(mut body): JsonObject,
) -> Result<Response, Failure> {
    let context = body.remove("context").filter(|v| !v.is_null());
    let before = context.map(context::read).transpose()?;
    let request = Lookup::from_json(body)?;
    let (paste, limit) = request.checked(&now)?;
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
    params(Lookup),
    responses((status = 200, description = "查询的结果。", body = AnswerBody)),
)]
pub(crate) async fn by_query(
    State(app): State<App>,
    Now(now): Now,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let request = Lookup::from_query(fields)?;
    let chars = request.text.chars().count();
    if chars > MAX_ADDRESS_CHARS {
        return Err(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
    }
    let (paste, limit) = request.checked(&now)?;
    // A client that has the answer already asks nothing new: it is neither looked up nor recorded.
    etag::text(&now, &headers, "application/json", || {
        let turn = app.service.turn(&now, &paste, None, limit, Channel::Api);
        written(&Wire::new(&now).answer(&turn))
    })
}

// As it was asked for: text and platform are not checked yet.
/// 要查的内容。
#[derive(ToSchema, IntoParams)]
#[schema(as = LookupRequest)]
#[into_params(parameter_in = Query)]
pub(crate) struct Lookup {
    /// 报错原文、日志、聊天记录或一句问题；不能只有空白，不能有空字符（U+0000）。
    #[schema(
        min_length = 1,
        max_length = 20_000,
        pattern = "^[^\\x00]*[^\\x00\\s][^\\x00]*$"
    )]
    #[param(
        min_length = 1,
        max_length = 4_000,
        pattern = "^[^\\x00]*[^\\x00\\s][^\\x00]*$"
    )]
    text: String,
    /// 订单是哪个平台的，知道就给。
    #[schema(value_type = Option<Platform>)]
    #[param(value_type = Option<Platform>)]
    platform: Option<String>,
    /// 最多要几条结果。
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 20, default = 5)]
    #[param(value_type = Option<u8>, minimum = 1, maximum = 20, default = 5)]
    limit: usize,
    /// 回答上一轮的问题时：上一轮给出的 `context`，原样放回来。
    #[schema(value_type = Option<ContextBody>)]
    #[param(ignore)]
    #[expect(
        dead_code,
        reason = "it is read before the rest, which an address may hold too"
    )]
    context: (),
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
            Some((unknown, _)) => Err(Failure::UnknownField(
                unknown,
                format!("{}、context", FIELDS.join("、")),
            )),
            None => Ok(Self {
                text,
                platform,
                limit,
                context: (),
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
                context: (),
            }),
        }
    }

    /// The text and how many results are wanted.
    fn checked(self, now: &Generation) -> Result<(Paste, usize), Failure> {
        let paste = Paste::new(now.engine.kb(), self.text, self.platform.as_deref())?;
        Ok((paste, self.limit))
    }
}

/// The answer to a text, for the documentation: it is not recorded.
pub(super) fn example(now: &Generation, text: &str, limit: usize) -> Option<Value> {
    let paste = Paste::new(now.engine.kb(), text, None).ok()?;
    let recorded = Recorded::unrecorded(now.engine.lookup(&paste, limit));
    serde_json::to_value(Wire::new(now).answer(&recorded)).ok()
}

/// JSON has no integers apart from numbers, so `2.0` is as good as `2`.
pub(crate) fn limit(number: Option<f64>) -> Result<usize, Failure> {
    match number {
        Some(n) if n.fract() == 0.0 && (1.0..=MAX_LIMIT as f64).contains(&n) => Ok(n as usize),
        _ => Err(Failure::InvalidLimit(1, MAX_LIMIT)),
    }
}
