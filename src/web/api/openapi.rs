//! The API's OpenAPI document: made from the handlers and their types, completed with what depends
//! on the generation in service (its platforms, and examples that it answered itself).
//!
//! The parts that all operations share are added in one place: failures, headers, and that no request
//! takes a field that it does not know.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use super::list_query::ANY_PLATFORM;
use super::schema::{Category, Platform, PlatformFilter};
use super::{batch, batch_body, entries, examples, feedback, lookup, search, suggest};
use crate::kb::Kb;
use crate::live::Generation;
use crate::web::app::{App, Now};
use crate::web::http::bounds::MAX_BATCH;
use crate::web::http::error::{ErrorView, Failure};
use crate::web::http::headers::GENERATION;
use crate::web::http::problem::ProblemDetails;
use crate::web::http::{etag, guard, ndjson};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "解答 API",
        description = "把报错交给它，得到一个决定：直接回答、反问一句，或者这里没有。给客服机器人、工单系统和工具用。\n\n所有失败都是 RFC 9457 的 `application/problem+json`，`type` 不会变，程序可以依赖它。\n\n服务器要求密钥时，每个请求带上 `Authorization: Bearer 密钥`。还能请求多少次在响应头 `RateLimit` 里，超了得到 429，过 `Retry-After` 秒再来。回答用的知识库版本在响应头 `jieda-generation` 里；`GET` 的回答有 `ETag`，内容没变时用 `If-None-Match` 得到 304。",
        license(name = "MIT", identifier = "MIT"),
    ),
    servers((url = "/", description = "这台服务器")),
    components(schemas(Category, Platform, PlatformFilter, ProblemDetails)),
    tags(
        (name = "lookup", description = "查报错"),
        (name = "feedback", description = "反馈"),
        (name = "find", description = "找条目"),
        (name = "document", description = "文档"),
    ),
)]
struct Api;

/// The document of a generation.
#[derive(Debug)]
pub(crate) struct Document {
    /// To be read by the documentation page.
    pub(crate) value: Value,
    json: String,
}

/// The document of the generation in service, made when it is first asked for.
#[derive(Debug)]
pub(crate) struct Documents {
    base: Value,
    latest: Mutex<Option<(String, Arc<Document>)>>,
}

/// The API's routes, and the documents that are made from them.
pub(crate) fn routes() -> (Router<App>, Arc<Documents>) {
    let (api, mut described) = OpenApiRouter::with_openapi(Api::openapi())
        .routes(routes!(lookup::by_body, lookup::by_query))
        .routes(routes!(batch::by_body).layer(DefaultBodyLimit::max(MAX_BATCH)))
        .routes(routes!(suggest::by_query))
        .routes(routes!(search::by_query))
        .routes(routes!(entries::list))
        .routes(routes!(entries::one))
        .routes(routes!(feedback::by_body))
        .split_for_parts();
    let (documentation, more) = OpenApiRouter::new()
        .routes(routes!(document))
        .split_for_parts();
    described.merge(more);
    let documents = Arc::new(Documents {
        base: base(&described),
        latest: Mutex::default(),
    });
    let api = api.merge(documentation.with_state(documents.clone()));
    (api, documents)
}

/// The part of the document that depends on the program alone.
fn base(api: &utoipa::openapi::OpenApi) -> Value {
    let mut base = serde_json::to_value(api).expect("a document of strings is JSON");
    components(&mut base);
    batch::takes_one_of_two(&mut base["components"]["schemas"]["BatchRequest"]);
    let answer = &mut base["paths"]["/api/v1/lookup/batch"]["post"]["responses"]["200"];
    batch_body::is_a_line_each(&mut answer["content"][ndjson::MEDIA_TYPE]);
    // A parameter that catches the rest of an address is one like another to callers.
    let paths = base["paths"].as_object().into_iter().flatten();
    let named = paths.map(|(path, item)| (path.replace("{*", "{"), item.clone()));
    base["paths"] = Value::Object(named.collect());
    for (path, item) in base["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            share(path, method, operation);
        }
    }
    close_requests(&mut base);
    base
}

/// 这份文档
///
/// OpenAPI 3.1，由程序自己生成；例子都是正在使用的知识库真实的回答。
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "openapi",
    tag = "document",
    responses((status = 200, description = "OpenAPI 文档。", body = Object)),
)]
async fn document(
    State(documents): State<Arc<Documents>>,
    Now(now): Now,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let document = documents.of(&now);
    etag::text(&now, &headers, "application/json", || {
        Ok(document.json.clone())
    })
}

impl Documents {
    /// The document of a generation; the latest is kept.
    pub(crate) fn of(&self, now: &Generation) -> Arc<Document> {
        // Nothing in here can be left half done, so a poisoned lock is as good as another.
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let generation = now.engine.generation();
        if let Some((of, document)) = &*latest
            && of == generation
        {
            return document.clone();
        }
        let mut value = self.base.clone();
        lists(&mut value, now.engine.kb());
        examples::add(&mut value, now);
        let json = value.to_string();
        let document = Arc::new(Document { value, json });
        *latest = Some((generation.to_owned(), document.clone()));
        document
    }
}

/// Adds the values that the knowledge base knows: its platforms and categories.
fn lists(document: &mut Value, kb: &Kb) {
    let platforms = kb.vocabulary.platforms.iter();
    let platforms = platforms.map(|p| (p.id.as_str(), p.label.as_str()));
    let categories = kb.categories.iter();
    let categories = categories.map(|c| (c.id.as_str(), c.title.as_str()));
    let schemas = &mut document["components"]["schemas"];
    list(&mut schemas["Platform"], platforms.clone());
    let any = [(ANY_PLATFORM, "不限平台的")];
    list(
        &mut schemas["PlatformFilter"],
        any.into_iter().chain(platforms),
    );
    list(&mut schemas["Category"], categories);
}

/// Closes a list of words, each with what it means.
fn list<'a>(schema: &mut Value, words: impl Iterator<Item = (&'a str, &'a str)> + Clone) {
    let meanings: Vec<String> = words
        .clone()
        .map(|(word, meaning)| format!("`{word}` {meaning}"))
        .collect();
    let about = schema["description"].as_str().unwrap_or_default();
    let about = about.trim_end_matches('。').to_owned();
    schema["description"] = format!("{about}：{}。", meanings.join("，")).into();
    schema["enum"] = words.map(|(word, _)| word).collect();
}

/// Responses that operations refer to: a failure a status, with an example of each type.
fn components(base: &mut Value) {
    let told: Vec<ErrorView> = Failure::every().iter().map(Failure::view).collect();
    let mut slugs: Vec<String> = told.iter().map(ErrorView::uri).collect();
    slugs.sort_unstable();
    slugs.dedup();
    let components = &mut base["components"];
    components["schemas"]["ProblemDetails"]["properties"]["type"]["enum"] = slugs.into();
    components["headers"]["generation"] = json!({
        "description": "回答所用的知识库的版本。",
        "schema": {"type": "string"},
    });
    components["headers"]["retry-after"] = json!({
        "description": "过多少秒再试。",
        "schema": {"type": "integer", "minimum": 1},
    });
    components["securitySchemes"]["key"] = json!({
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer 密钥`。服务器不要求密钥时可以不带；带了就要是对的。密钥由运营的人用 `jieda keys add` 发放。",
    });
    components["headers"]["etag"] = json!({
        "description": "下次请求放进 `If-None-Match`，内容没变时得到 304。",
        "schema": {"type": "string"},
    });
    for told in &told {
        let response = &mut components["responses"][told.status.as_str()];
        if response.is_null() {
            *response = json!({
                "description": meaning(told.status),
                "content": {"application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/ProblemDetails"},
                    "examples": {},
                }},
            });
        }
        if matches!(told.status.as_u16(), 429 | 503) {
            response["headers"]["retry-after"] =
                json!({"$ref": "#/components/headers/retry-after"});
        }
        let examples = &mut response["content"]["application/problem+json"]["examples"];
        if examples[told.slug].is_null() {
            examples[told.slug] = json!({"summary": told.title, "value": told.problem()});
        }
    }
}

/// No request takes a field that it does not know, on whatever level.
fn close_requests(base: &mut Value) {
    let paths = base["paths"].as_object().into_iter().flatten();
    let mut open: Vec<String> = paths
        .flat_map(|(_, item)| references(&item["post"]["requestBody"]))
        .collect();
    while let Some(name) = open.pop() {
        let schema = &mut base["components"]["schemas"][&name];
        if schema["type"] == "object" && schema["additionalProperties"].is_null() {
            schema["additionalProperties"] = false.into();
            open.extend(references(schema));
        }
    }
}

/// Names of the schemas that a part of the document refers to.
fn references(part: &Value) -> Vec<String> {
    match part {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| match value.as_str() {
                Some(name) if key == "$ref" => {
                    name.rsplit('/').take(1).map(str::to_owned).collect()
                }
                _ => references(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "请求不对，改了再发。",
        StatusCode::UNAUTHORIZED => "这里要密钥，或者密钥不对。",
        StatusCode::FORBIDDEN => "密钥没有这个权限。",
        StatusCode::TOO_MANY_REQUESTS => "请求太多，等一会儿再发。",
        StatusCode::SERVICE_UNAVAILABLE => "服务器正忙，等一会儿再发。",
        StatusCode::NOT_FOUND => "没有这个地址，或者没有这个编号。",
        StatusCode::METHOD_NOT_ALLOWED => "请求方法不对，可以用的在响应头 `Allow` 里。",
        StatusCode::REQUEST_TIMEOUT => "请求没有在规定时间里传完。",
        StatusCode::PAYLOAD_TOO_LARGE => "请求体太大。",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "请求体的类型不对。",
        _ => "服务器出错了，不是请求的问题。",
    }
}

/// Adds the parts that all operations share.
fn share(path: &str, method: &str, operation: &mut Value) {
    let mut failures = vec!["408", "429", "500", "503"];
    if guard::scope(path).is_some() {
        failures.extend(["401", "403"]);
        operation["security"] = json!([{}, {"key": []}]);
    }
    if path.contains('{') || path.ends_with("/feedback") {
        failures.push("404");
    }
    if !operation["parameters"].is_null() || !operation["requestBody"].is_null() {
        failures.push("400");
    }
    if !operation["requestBody"].is_null() {
        failures.extend(["413", "415"]);
    }
    let responses = &mut operation["responses"];
    for status in failures {
        responses[status] = json!({"$ref": format!("#/components/responses/{status}")});
    }
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if status.starts_with('2') {
            response["headers"][GENERATION.as_str()] =
                json!({"$ref": "#/components/headers/generation"});
        }
    }
    if method == "get" {
        responses["200"]["headers"]["etag"] = json!({"$ref": "#/components/headers/etag"});
        responses["304"] =
            json!({"description": "内容没变（`If-None-Match` 里的 `ETag` 还有效）。"});
    }
}
