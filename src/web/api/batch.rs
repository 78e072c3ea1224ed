//! Many errors at once: grouped, one answer a group, as JSON for programs. The page of it is in
//! [`crate::web::pages::batch`].

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request, State};
use axum::response::Response;
use deserr::Deserr;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::{IntoParams, ToSchema};

use super::batch_body::{Answered, BatchBody, EndBody, batch_lines, whole};
use super::example::{Example, OFF_TOPIC, message};
use super::limit::Limit;
use super::schema::{self, Platform};
use crate::journal::Channel;
use crate::live::Generation;
use crate::lookup::batch::{self, Bounded, Grouped, MOST, Text};
use crate::lookup::{MAX_BYTES, known_platform};
use crate::service::Recorded;
use crate::table;
use crate::web::app::{App, Now};
use crate::web::http::bounds::MAX_BATCH;
use crate::web::http::decode::decode;
use crate::web::http::error::Failure;
use crate::web::http::extract::{self, JsonBody, Query};
use crate::web::http::json::{json as json_response, written};
use crate::web::http::ndjson;

/// Results a group unless the request says how many.
const DEFAULT_LIMIT: usize = 3;
/// Large batches that are answered at once: each holds its rows until its client has read them.
const LARGE_AT_ONCE: usize = 4;

/// Media types of files. A file is read by what is in it: Windows names a CSV after Excel too.
const FILES: [&str; 4] = [
    "text/csv",
    "text/tab-separated-values",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
];

/// Places of large batches.
static LARGE: Semaphore = Semaphore::const_new(LARGE_AT_ONCE);

/// 一批报错：`texts` 和 `text` 要给一个，也只能给一个。
#[derive(Deserr, ToSchema)]
#[deserr(error = Failure, deny_unknown_fields)]
pub(crate) struct BatchRequest {
    /// 一项一个报错；空白的跳过。
    #[schema(schema_with = texts, required = false)]
    #[deserr(default)]
    texts: Option<Vec<String>>,
    /// 一行一个报错，空行不算，一行最多 256 KiB。可以是表格：从 Excel 或网页复制的，CSV，Markdown，
    /// psql、MySQL（`\\G` 也行）和 DuckDB 的输出，JSON 数组；会找出写着报错的那一列，和写着订单号的那一列。
    #[schema(pattern = "[^\\x00\\s]")]
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
        .max_length(Some(MAX_BYTES));
    ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .items(text)
        .min_items(Some(1))
        .description(Some("一项一个报错；空白的跳过。"))
        .build()
}

/// Completes the schema of a request by what no derive says: that it has one of two fields, and
/// something in it.
pub(crate) fn takes_one_of_two(schema: &mut Value) {
    schema["properties"]["texts"]["contains"] = json!({"pattern": "[^\\x00\\s]"});
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

/// 查一批报错
///
/// 一批报错一起查：同一种的归成一组，每组一个结果。不超过 200 行的，回答是一个 JSON。更多的，回答是
/// `application/x-ndjson`：一行一组，查好一组给一组；最后一行是总数和没有查的。最多查 10,000 行，再多的在
/// 最后一行里说明；没有最后一行，就是中途断了。
///
/// 也可以直接传文件，请求体就是文件：CSV 和 TSV（UTF-8、UTF-16 或 GBK）、XLSX，和名字是 `.xls` 的网页。
#[utoipa::path(
    post,
    path = "/api/v1/lookup/batch",
    operation_id = "lookupBatch",
    tag = "lookup",
    params(BatchQuery),
    request_body(content(
        (BatchRequest = "application/json"),
        (schema::File = "text/csv"),
        (schema::File = "text/tab-separated-values"),
        (schema::File = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (schema::File = "application/vnd.ms-excel"),
    )),
    responses((status = 200, description = "每种报错的结果。", content(
        (BatchBody = "application/json"),
        (EndBody = "application/x-ndjson"),
    ))),
)]
pub(crate) async fn by_body(
    State(app): State<App>,
    Now(now): Now,
    Query(fields): Query,
    request: Request,
) -> Result<Response, Failure> {
    let query: BatchQuery = fields.decode()?;
    known_platform(now.engine.kb(), query.platform.as_deref())?;
    let asked = Asked::from_request(request, query, &app).await?;
    aside(move || respond(app, now, &asked)).await
}

fn respond(app: App, now: Arc<Generation>, asked: &Asked) -> Result<Response, Failure> {
    let place = || LARGE.try_acquire().map_err(|_| Failure::Overloaded);
    // A workbook is larger than its file, so each takes a place before it is read.
    let taken = match &asked.texts {
        Texts::File(_) => Some(place()?),
        _ => None,
    };
    let read = asked.read(&now)?;
    if read.texts.len() > MOST {
        let place = taken.map_or_else(place, Ok)?;
        return stream(app, now, asked, read, place);
    }
    let answered = answer_texts(&app, &now, asked, &read.texts, Channel::Api)?;
    let body = written(&whole(&now, &answered, &read.other_sheets))?;
    Ok(json_response(&now, body))
}

/// Answers more than [`MOST`] texts, a line a group.
fn stream(
    app: App,
    now: Arc<Generation>,
    asked: &Asked,
    read: Read,
    place: SemaphorePermit<'static>,
) -> Result<Response, Failure> {
    let grouped = batch::group_bounded(&now.engine, &read.texts, asked.platform.as_deref());
    let bounded = Bounded {
        other_sheets: read.other_sheets,
        ..grouped?
    };
    let limit = asked.limit;
    let generation = now.engine.generation().to_owned();
    Ok(ndjson::response(&generation, move |lines| {
        let _place = place;
        let emit = |line| lines.send(line);
        let sent = batch_lines((&app.service, Channel::Api), &now, bounded, limit, emit);
        if let Err(error) = sent {
            tracing::error!(%error, "a group cannot be written as JSON");
        }
    }))
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
    /// A file of them.
    File(Bytes),
}

/// The texts of a request, as they are looked up.
struct Read {
    texts: Vec<Text>,
    other_sheets: Vec<String>,
}

// The same for a file, whose body has no room for them.
#[derive(Deserr, IntoParams)]
#[deserr(error = Failure, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BatchQuery {
    /// 订单都是哪个平台的，知道就给；请求体里给了的，以请求体为准。
    #[param(value_type = Option<Platform>)]
    #[deserr(default)]
    platform: Option<String>,
    /// 传文件时：每种报错最多要几条结果。
    #[param(value_type = Option<u8>, minimum = 1, maximum = 20, default = 3)]
    #[deserr(default, try_from(Option<String>) = Limit::from_address -> Failure)]
    limit: Option<Limit>,
}

impl Asked {
    async fn from_request(request: Request, query: BatchQuery, app: &App) -> Result<Self, Failure> {
        let bounded = |failure| match failure {
            Failure::BodyTooLarge(_) => Failure::BodyTooLarge(MAX_BATCH),
            other => other,
        };
        let media_type = extract::media_type(request.headers()).unwrap_or_default();
        if FILES.contains(&media_type.as_str()) {
            let file = extract::body(request, app).await.map_err(bounded)?;
            return Ok(Self {
                texts: Texts::File(file),
                platform: query.platform,
                limit: query.limit.map_or(DEFAULT_LIMIT, |Limit(limit)| limit),
            });
        }
        let body = JsonBody::from_request(request, app).await;
        let JsonBody(body) = body.map_err(bounded)?;
        let asked = Self::from_json(body)?;
        Ok(Self {
            platform: asked.platform.or(query.platform),
            ..asked
        })
    }

    /// The texts, read from what was sent.
    fn read(&self, now: &Generation) -> Result<Read, Failure> {
        let read = |texts| Read {
            texts,
            other_sheets: Vec::new(),
        };
        match &self.texts {
            Texts::Each(texts) => Ok(read(batch::each(texts))),
            Texts::Lines(text) => Ok(read(batch::messages(&now.engine, text))),
            Texts::File(bytes) => {
                let content = table::file::read(bytes)?;
                Ok(Read {
                    texts: batch::of_parts(&now.engine, &content.parts),
                    other_sheets: content.other_sheets,
                })
            }
        }
    }

    // Which of the two fields is given is told before what is wrong in one of them.
    fn from_json(body: Value) -> Result<Self, Failure> {
        let texts = body.get("texts").filter(|texts| !texts.is_null());
        let text = body.get("text").filter(|text| !text.is_null());
        if texts.is_some() == text.is_some() {
            return Err(Failure::EitherField("texts", "text"));
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

/// The groups of at most [`MOST`] texts, each looked up once.
pub(crate) fn answer(
    app: &App,
    now: &Generation,
    asked: &Asked,
    channel: Channel,
) -> Result<Vec<Answered>, Failure> {
    let read = asked.read(now)?;
    if read.texts.len() > MOST {
        return Err(Failure::TooManyTexts(read.texts.len()));
    }
    answer_texts(app, now, asked, &read.texts, channel)
}

fn answer_texts(
    app: &App,
    now: &Generation,
    asked: &Asked,
    texts: &[Text],
    channel: Channel,
) -> Result<Vec<Answered>, Failure> {
    let groups = batch::group(&now.engine, texts, asked.platform.as_deref())
        .and_then(Grouped::whole)
        .map_err(|error| match &asked.texts {
            Texts::Each(_) => in_texts(error.into()),
            Texts::Lines(_) | Texts::File(_) => error.into(),
        })?;
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
        &whole(now, &answered, &[]),
    )
}
