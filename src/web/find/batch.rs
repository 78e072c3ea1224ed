//! Many errors at once: grouped, one answer a group, as JSON for programs. The page of it is in
//! [`super::batch_page`].

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, SchemaType, Type};

use crate::journal::{Face, Looked, LookupId};
use crate::live::Generation;
use crate::lookup::batch::{self, Group, MOST};
use crate::lookup::{MAX_CHARS, Outcome};
use crate::web::error::Failure;
use crate::web::examples::{Example, OFF_TOPIC};
use crate::web::extract::JsonObject;
use crate::web::schema::Platform;
use crate::web::wire::{VerdictBody, Wire};
use crate::web::{App, api, examples, wording};

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

/// 各种结果各有多少行。
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub(super) struct Counts {
    /// 有答案的。
    pub(super) answer: usize,
    /// 要反问一句的。
    pub(super) choose: usize,
    /// 没有答案的。
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

/// 一批报错：`texts` 和 `text` 要给一个，也只能给一个。
#[derive(ToSchema)]
#[expect(dead_code, reason = "the fields are read by name")]
struct BatchRequest {
    /// 一项一个报错，最多 200 项；空白的跳过。
    #[schema(schema_with = texts, required = false)]
    texts: Option<Vec<String>>,
    /// 一行一个报错，最多 200 行，空行不算，一行最多 20,000 个字符。可以是从表格里复制出来的几列（用制表符或逗号
    /// 隔开），会找出写着报错的那一列。
    #[schema(pattern = "^[^\\x00]*[^\\x00\\s][^\\x00]*$")]
    text: Option<String>,
    /// 订单都是哪个平台的，知道就给。
    #[schema(value_type = Option<Platform>)]
    platform: Option<String>,
    /// 每种报错最多要几条结果。
    #[schema(minimum = 1, maximum = 20, default = 3)]
    limit: Option<u8>,
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
pub(in crate::web) fn takes_one_of_two(schema: &mut Value) {
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
pub(super) async fn by_body(
    State(app): State<App>,
    JsonObject(body): JsonObject,
) -> Result<Response, Failure> {
    let asked = Asked::from_json(body)?;
    aside(move || {
        let now = app.current();
        let answered = answer(&app, &now, &asked, Face::Api)?;
        let body = api::written(&wire(&now, &answered))?;
        Ok(api::json(&now, body))
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
            (Some(Value::Array(texts)), None) if texts.len() > MOST => {
                return Err(in_texts(Failure::TooManyTexts(texts.len())));
            }
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
        Texts::Each(texts) => {
            batch::group(engine, texts, platform).map_err(|error| in_texts(error.into()))?
        }
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

/// The field that the texts came in is told.
fn in_texts(failure: Failure) -> Failure {
    match failure {
        Failure::UnknownPlatform(..) => failure,
        of_a_text => Failure::InField("texts", Box::new(of_a_text)),
    }
}

fn wire<'a>(now: &'a Generation, answered: &'a [Answered]) -> BatchBody<'a> {
    let wire = Wire {
        kb: now.engine.kb(),
        render_cache: &now.render_cache,
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

/// A message twice, and something else.
pub(super) fn example(now: &Generation) -> Option<Example> {
    let message = examples::message(now)?;
    let texts = [message.as_str(), OFF_TOPIC, message.as_str()];
    let groups = batch::group(&now.engine, &texts, None).ok()?;
    let answered: Vec<Answered> = groups
        .into_iter()
        .map(|group| Answered {
            looked: Looked {
                id: LookupId::default(),
                answer: now.engine.lookup(&group.paste, 1),
            },
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
