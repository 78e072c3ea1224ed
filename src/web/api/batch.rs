//! Many errors at once: grouped, one answer a group, as JSON for programs. The page of it is in
//! [`crate::web::pages::batch`].

use axum::extract::State;
use axum::response::Response;
use deserr::Deserr;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, SchemaType, Type};

use super::body::{VerdictBody, Wire};
use super::example::{Example, OFF_TOPIC, message};
use super::limit::Limit;
use super::schema::Platform;
use crate::journal::Channel;
use crate::live::Generation;
use crate::lookup::batch::{self, Group, Grouped, MOST};
use crate::lookup::{MAX_CHARS, Outcome};
use crate::service::Recorded;
use crate::web::app::{App, Now};
use crate::web::http::decode::decode;
use crate::web::http::error::Failure;
use crate::web::http::extract::JsonBody;
use crate::web::http::json::{json as json_response, written};
use crate::wording;

/// Results a group unless the request says how many.
const DEFAULT_LIMIT: usize = 3;

/// A group and its answer.
pub(crate) struct Answered {
    pub(crate) group: Group,
    pub(crate) recorded: Recorded,
}

impl Answered {
    pub(crate) fn outcome(&self) -> Outcome {
        self.recorded.answer.verdict.outcome
    }
}

/// 各种结果各有多少行。
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub(crate) struct Counts {
    /// 有答案的。
    pub(crate) answer: usize,
    /// 要反问一句的。
    pub(crate) choose: usize,
    /// 没有答案的。
    pub(crate) none: usize,
}

impl Counts {
    pub(crate) fn of(answered: &[Answered]) -> Self {
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

/// 一批报错：`texts` 和 `text` 要给一个，也只能给一个。
#[derive(Deserr, ToSchema)]
#[deserr(error = Failure, deny_unknown_fields)]
pub(crate) struct BatchRequest {
    /// 一项一个报错，最多 200 项；空白的跳过。
    #[schema(schema_with = texts, required = false)]
    #[deserr(default)]
    texts: Option<Vec<String>>,
    /// 一行一个报错，最多 200 行，空行不算，一行最多 20,000 个字符。可以是从表格里复制出来的几列（用制表符或逗号
    /// 隔开），会找出写着报错的那一列。
    #[schema(pattern = "^[^\\x00]*[^\\x00\\s][^\\x00]*$")]
    #[deserr(default)]
    text: Option<String>,
    /// 订单都是哪个平台的，知道就给。
    #[schema(value_type = Option<Platform>)]
    #[deserr(default)]
    platform: Option<String>,
    /// 每种报错最多要几条结果。
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 20, default = 3)]
    #[deserr(default)]
    limit: Option<Limit>,
}

fn texts() -> Array {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(MAX_CHARS))
        .pattern(Some("^[^\\x00]*$"));
    ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .items(text)
        .min_items(Some(1))
        .max_items(Some(MOST))
        .description(Some("一项一个报错，最多 200 项；空白的跳过。"))
        .build()
}

/// Completes the schema of a request by what no derive says: that it has one of two fields, and
/// something in it.
pub(crate) fn takes_one_of_two(schema: &mut Value) {
    schema["properties"]["texts"]["contains"] = json!({"pattern": "[^\\s]"});
    let given = |name: &str, kind: &str, other: &str| {
        json!({
            "required": [name],
            "properties": {name: {"type": kind}, other: {"type": "null"}},
        })
    };
    schema["oneOf"] = json!([
        given("texts", "array", "text"),
        given("text", "string", "texts"),
    ]);
}

/// 一批报错的结果。
#[derive(Serialize, ToSchema)]
#[schema(as = BatchAnswer)]
struct BatchBody<'a> {
    /// 知识库的版本。
    #[schema(pattern = "^[0-9a-f]{8}$")]
    generation: &'a str,
    /// 查了多少行；空白的没有查。
    total: usize,
    counts: Counts,
    /// 同一种报错归成一组，多的在前。
    groups: Vec<GroupBody<'a>>,
}

/// 同一种报错和它的结果。
#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
struct GroupBody<'a> {
    /// 同一种报错的指纹总是一样，不管单号和时间怎么变。
    #[schema(pattern = "^[0-9a-f]{16}$")]
    fingerprint: &'a str,
    /// 有几行。
    count: usize,
    /// 是哪几行：`texts` 的第几项或 `text` 的第几行，从 1 数起。
    lines: &'a [usize],
    /// 其中的第一行，已脱敏。
    sample: &'a str,
    /// 这次查询的编号；反馈时要用。
    #[schema(format = "uuid")]
    lookup_id: String,
    #[serde(flatten)]
    verdict: VerdictBody<'a>,
}

/// 查一批报错
///
/// 最多 200 个报错一起查：同一种的归成一组，每组一个结果。
#[utoipa::path(
    post,
    path = "/api/v1/lookup/batch",
    operation_id = "lookupBatch",
    tag = "lookup",
    request_body = BatchRequest,
    responses((status = 200, description = "每种报错的结果。", body = BatchBody)),
)]
pub(crate) async fn by_body(
    State(app): State<App>,
    Now(now): Now,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Failure> {
    let asked = Asked::from_json(body)?;
    aside(move || {
        let answered = answer(&app, &now, &asked, Channel::Api)?;
        let body = written(&wire(&now, &answered))?;
        Ok(json_response(&now, body))
    })
    .await
}

/// Runs work of milliseconds away from the threads that all requests share.
pub(crate) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a batch broke off");
        Failure::Internal
    })?
}

/// A checked batch.
pub(crate) struct Asked {
    pub(crate) texts: Texts,
    pub(crate) platform: Option<String>,
    pub(crate) limit: usize,
}

/// The texts of a batch.
pub(crate) enum Texts {
    /// As they are.
    Each(Vec<String>),
    /// One a line, perhaps in a column of a table.
    Lines(String),
}

impl Asked {
    // Which of the two fields is given is told before what is wrong in one of them.
    fn from_json(body: Value) -> Result<Self, Failure> {
        let texts = body.get("texts").filter(|texts| !texts.is_null());
        let text = body.get("text").filter(|text| !text.is_null());
        if texts.is_some() == text.is_some() {
            return Err(Failure::EitherField("texts", "text"));
        }
        match texts.and_then(Value::as_array).map(Vec::len) {
            Some(count) if count > MOST => return Err(in_texts(Failure::TooManyTexts(count))),
            _ => (),
        }
        let request: BatchRequest = decode(body)?;
        Ok(Self {
            texts: match request.texts {
                Some(texts) => Texts::Each(texts),
                None => Texts::Lines(request.text.unwrap_or_default()),
            },
            platform: request.platform,
            limit: request.limit.map_or(DEFAULT_LIMIT, |Limit(limit)| limit),
        })
    }
}

/// The groups, each looked up once.
pub(crate) fn answer(
    app: &App,
    now: &Generation,
    asked: &Asked,
    channel: Channel,
) -> Result<Vec<Answered>, Failure> {
    let engine = &now.engine;
    let platform = asked.platform.as_deref();
    let (texts, given): (_, fn(Failure) -> Failure) = match &asked.texts {
        Texts::Each(texts) => (batch::each(texts), in_texts),
        Texts::Lines(text) => (batch::messages(engine, text), |failure| failure),
    };
    if texts.len() > MOST {
        return Err(given(Failure::TooManyTexts(texts.len())));
    }
    let groups = batch::group(engine, &texts, platform)
        .and_then(Grouped::whole)
        .map_err(|error| given(error.into()))?;
    Ok(groups
        .into_iter()
        .map(|group| Answered {
            recorded: app
                .service
                .turn(now, &group.paste, None, asked.limit, channel),
            group,
        })
        .collect())
}

/// Names the field that the texts came in.
fn in_texts(failure: Failure) -> Failure {
    match failure {
        Failure::UnknownPlatform(..) => failure,
        of_a_text => Failure::InField("texts", Box::new(of_a_text)),
    }
}

fn wire<'a>(now: &'a Generation, answered: &'a [Answered]) -> BatchBody<'a> {
    let wire = Wire::new(now);
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
                sample: &a.recorded.answer.query.masked,
                lookup_id: a.recorded.id.to_string(),
                verdict: wire.verdict(&a.recorded.answer.verdict),
            })
            .collect(),
    }
}

/// A group's outcome in a word, for a person.
pub(crate) fn word(answered: &Answered) -> &'static str {
    let verdict = &answered.recorded.answer.verdict;
    wording::outcome(verdict.outcome, verdict.confidence)
}

/// A message twice, and something else.
pub(crate) fn example(now: &Generation) -> Option<Example> {
    let message = message(now)?;
    let texts = [message.as_str(), OFF_TOPIC, message.as_str()];
    let grouped = batch::group(&now.engine, &batch::each(&texts), None).ok()?;
    let answered: Vec<Answered> = grouped
        .groups
        .into_iter()
        .map(|group| Answered {
            recorded: Recorded::unrecorded(now.engine.lookup(&group.paste, 1)),
            group,
        })
        .collect();
    Example::new(
        "/api/v1/lookup/batch",
        "三行，两种报错",
        json!({"texts": texts, "limit": 1}),
        &wire(now, &answered),
    )
}
