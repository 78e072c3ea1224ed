//! The lookup for programs: what a request may hold, and its answer. The wire types of the answer
//! are in [`super::wire`]; as there, documentation that programs' authors read is in Chinese.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::cached::{self, GENERATION};
use super::context::{self, ContextBody};
use super::error::Failure;
use super::extract::{Fields, JsonObject, Query};
use super::schema::Platform;
use super::wire::{AnswerBody, Wire};
use crate::journal::{Face, Looked, LookupId};
use crate::live::Generation;
use crate::lookup::Paste;
use crate::lookup::follow::{Turn, Understood};

/// Results in a response unless the request says how many.
const DEFAULT_LIMIT: usize = 5;
/// More results than this help nobody.
const MAX_LIMIT: usize = 20;
/// The longest text that is taken from an address, in characters: percent-encoded it stays below
/// what HTTP servers and proxies accept.
pub(super) const MAX_ADDRESS_CHARS: usize = 4_000;
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
pub(super) async fn by_body(
    State(app): State<App>,
    JsonObject(mut body): JsonObject,
) -> Result<Response, Failure> {
    let context = body.remove("context").filter(|v| !v.is_null());
    let before = context.map(context::read).transpose()?;
    let request = Lookup::from_json(body)?;
    let now = app.current();
    let (paste, limit) = request.checked(&now)?;
    let body = match before {
        None => {
            let looked = app.lookup(&now, &paste, limit, Face::Api);
            written(&self::body(&now, &looked, paste.platform()))
        }
        Some(turn) => {
            let (looked, understood) = app.follow(&now, &turn, &paste, limit, Face::Api);
            let platform = match understood {
                Understood::NewQuestion => paste.platform(),
                _ => turn.platform.as_deref(),
            };
            let mut body = self::body(&now, &looked, platform);
            body.understood = Some(understood.as_str());
            written(&body)
        }
    };
    body.map(|body| json(&now, body))
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
pub(super) async fn by_query(
    State(app): State<App>,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let request = Lookup::from_query(fields)?;
    let chars = request.text.chars().count();
    if chars > MAX_ADDRESS_CHARS {
        return Err(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
    }
    let now = app.current();
    let (paste, limit) = request.checked(&now)?;
    // Whoever has the answer already asks nothing new: it is neither looked up nor remembered.
    cached::text(&now, &headers, "application/json", || {
        let looked = app.lookup(&now, &paste, limit, Face::Api);
        written(&body(&now, &looked, paste.platform()))
    })
}

// As it was asked for: text and platform are not checked yet.
/// 要查的内容。
#[derive(ToSchema, IntoParams)]
#[schema(as = LookupRequest)]
#[into_params(parameter_in = Query)]
pub(super) struct Lookup {
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

/// The body of an answer, with what the next turn needs when it is a question. The platform is the
/// one that was given.
fn body<'a>(now: &'a Generation, looked: &'a Looked, platform: Option<&str>) -> AnswerBody<'a> {
    let wire = Wire {
        kb: now.engine.kb(),
        render_cache: &now.render_cache,
    };
    let mut body = wire.answer(now.engine.generation(), looked);
    body.context = Turn::of(&looked.answer, platform).map(ContextBody::from);
    body
}

/// The answer to a text, for the documentation: nobody asked, so it is not remembered.
pub(super) fn example(now: &Generation, text: &str, limit: usize) -> Option<Value> {
    let paste = Paste::new(now.engine.kb(), text, None).ok()?;
    let looked = Looked {
        id: LookupId::default(),
        answer: now.engine.lookup(&paste, limit),
    };
    serde_json::to_value(body(now, &looked, None)).ok()
}

/// JSON.
pub(super) fn written(body: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(body).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written as JSON");
        Failure::Internal
    })
}

/// A response of JSON under the generation that it was made from.
pub(super) fn json(now: &Generation, body: String) -> Response {
    let generation = HeaderValue::from_str(now.engine.generation()).expect("hex digits are ASCII");
    let json = HeaderValue::from_static("application/json");
    let headers = [(header::CONTENT_TYPE, json), (GENERATION, generation)];
    (headers, body).into_response()
}

/// JSON has no integers apart from numbers, so `2.0` is as good as `2`.
pub(super) fn limit(number: Option<f64>) -> Result<usize, Failure> {
    match number {
        Some(n) if n.fract() == 0.0 && (1.0..=MAX_LIMIT as f64).contains(&n) => Ok(n as usize),
        _ => Err(Failure::InvalidLimit(1, MAX_LIMIT)),
    }
}
