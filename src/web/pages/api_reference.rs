//! The API's documentation as a page, made from the OpenAPI document alone: what programs read and
//! what people read cannot drift apart. It needs no script and nothing from elsewhere.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::layout::{Layout, html};
use crate::kb::render;
use crate::web::api::openapi::Documents;
use crate::web::app::{App, Now};
use crate::web::http::error::Failure;

const SCHEMA: &str = "#/components/schemas/";
const RESPONSE: &str = "#/components/responses/";

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage<'a> {
    layout: Layout<'a>,
    title: &'a str,
    version: &'a str,
    about: String,
    operations: Vec<Operation<'a>>,
    failures: Vec<Kind<'a>>,
    schemas: Vec<Named<'a>>,
}

/// A method of an address.
struct Operation<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    summary: &'a str,
    about: String,
    parameters: Vec<Row<'a>>,
    /// The schema of the body.
    takes: Option<&'a str>,
    /// The schema of the answer.
    gives: Vec<(&'a str, Option<&'a str>)>,
    failures: Vec<&'a str>,
    examples: Vec<Example<'a>>,
}

/// A parameter of an operation or a property of a schema.
struct Row<'a> {
    name: &'a str,
    kind: Type<'a>,
    required: bool,
    about: String,
    bounds: String,
}

/// A type as people are told.
struct Type<'a> {
    /// `…的列表`, `可为空`
    words: String,
    /// The schema that it refers to.
    schema: Option<&'a str>,
}

/// A schema with its properties.
struct Named<'a> {
    name: &'a str,
    about: String,
    rows: Vec<Row<'a>>,
}

/// A type of failure.
struct Kind<'a> {
    status: &'a str,
    uri: &'a str,
    title: &'a str,
    detail: &'a str,
}

/// A request with its answer.
struct Example<'a> {
    summary: &'a str,
    request: String,
    answer: String,
}

/// `GET /api`
pub(crate) async fn page(
    State(app): State<App>,
    Now(now): Now,
    Extension(documents): Extension<Arc<Documents>>,
) -> Result<Response, Failure> {
    let document = documents.of(&now);
    let root = &document.value;
    let page = ReferencePage {
        layout: Layout::new(&app, &now, "api"),
        title: text(&root["info"]["title"]),
        version: text(&root["info"]["version"]),
        about: prose(&root["info"]["description"]),
        operations: operations(root),
        failures: failures(root),
        schemas: members(&root["components"]["schemas"])
            .map(|(name, schema)| Named {
                name,
                about: prose(&schema["description"]),
                rows: rows(root, schema),
            })
            .collect(),
    };
    Ok(html(StatusCode::OK, &page))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Markdown of the document as HTML.
fn prose(value: &Value) -> String {
    render::html(text(value))
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object: Option<&Map<String, Value>> = value.as_object();
    object.into_iter().flatten().map(|(k, v)| (k.as_str(), v))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn operations(root: &Value) -> Vec<Operation<'_>> {
    let mut operations: Vec<Operation> = members(&root["paths"])
        .flat_map(|(path, item)| members(item).map(move |(m, o)| operation(path, m, o)))
        .collect();
    // In the order of the tags, what changes nothing after what asks.
    let tags: Vec<&str> = items(&root["tags"]).map(|t| text(&t["name"])).collect();
    let rank = |o: &Operation| {
        let tag = text(&root["paths"][o.path][o.method.to_lowercase()]["tags"][0]);
        let at = tags.iter().position(|t| *t == tag).unwrap_or(tags.len());
        (at, o.method != "POST")
    };
    operations.sort_by_key(rank);
    operations
}

fn operation<'a>(path: &'a str, method: &'a str, operation: &'a Value) -> Operation<'a> {
    let parameters = items(&operation["parameters"]).map(|p| Row {
        name: text(&p["name"]),
        kind: kind(&p["schema"]),
        required: p["required"] == true,
        about: prose(&p["description"]),
        bounds: bounds(&p["schema"]),
    });
    let body = content(&operation["requestBody"]).next();
    let responses = &operation["responses"];
    let is_failure = |r: &Value| text(&r["$ref"]).starts_with(RESPONSE);
    Operation {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path,
        summary: text(&operation["summary"]),
        about: prose(&operation["description"]),
        parameters: parameters.collect(),
        takes: body.and_then(|(_, b)| kind(&b["schema"]).schema),
        gives: ["200", "201"]
            .into_iter()
            .flat_map(|status| content(&responses[status]))
            .map(|(media_type, c)| (media_type, kind(&c["schema"]).schema))
            .collect(),
        failures: members(responses)
            .filter(|(_, r)| is_failure(r))
            .map(|(status, _)| status)
            .collect(),
        examples: examples(path, operation),
    }
}

fn content(message: &Value) -> impl Iterator<Item = (&str, &Value)> {
    members(&message["content"])
}

/// The answers of an operation, each with the request of the same name.
fn examples<'a>(path: &str, operation: &'a Value) -> Vec<Example<'a>> {
    ["200", "201"]
        .into_iter()
        .flat_map(|status| content(&operation["responses"][status]))
        .flat_map(|(_, c)| members(&c["examples"]))
        .map(|(name, answer)| {
            let body = content(&operation["requestBody"]).next();
            Example {
                summary: text(&answer["summary"]),
                request: match body {
                    Some((_, body)) => posted(path, &body["examples"][name]["value"]),
                    None => got(path, name, &operation["parameters"]),
                },
                answer: format!("{:#}", answer["value"]),
            }
        })
        .collect()
}

/// A command that a shell takes as it is.
fn posted(path: &str, body: &Value) -> String {
    let body = quoted(&body.to_string());
    format!("curl -s $JIEDA{path} -H 'content-type: application/json' \\\n  -d {body}")
}

/// As [`posted`], for what is asked by an address.
fn got(path: &str, example: &str, parameters: &Value) -> String {
    let (mut path, mut fields) = (path.to_owned(), String::new());
    for parameter in items(parameters) {
        let name = text(&parameter["name"]);
        let value = match &parameter["examples"][example]["value"] {
            Value::Null => continue,
            Value::String(value) => value.clone(),
            other => other.to_string(),
        };
        if parameter["in"] == "path" {
            path = path.replace(&format!("{{{name}}}"), &value);
        } else {
            let field = quoted(&format!("{name}={value}"));
            fields.push_str(&format!(" \\\n  --data-urlencode {field}"));
        }
    }
    let form = if fields.is_empty() { "" } else { "G" };
    format!("curl -s{form} $JIEDA{path}{fields}")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn failures(root: &Value) -> Vec<Kind<'_>> {
    members(&root["components"]["responses"])
        .flat_map(|(status, response)| {
            content(response)
                .flat_map(|(_, c)| members(&c["examples"]))
                .map(move |(_, example)| Kind {
                    status,
                    uri: text(&example["value"]["type"]),
                    title: text(&example["summary"]),
                    detail: text(&example["value"]["detail"]),
                })
        })
        .collect()
}

/// The properties of a schema, those of the schemas that it is made of among them.
fn rows<'a>(root: &'a Value, schema: &'a Value) -> Vec<Row<'a>> {
    let mut all: Vec<Row> = items(&schema["allOf"])
        .flat_map(|part| rows(root, resolved(root, part)))
        .collect();
    all.extend(members(&schema["properties"]).map(|(name, property)| {
        let about = items(&property["oneOf"])
            .chain([property])
            .map(|p| &p["description"])
            .find(|d| d.is_string())
            .unwrap_or(&resolved(root, property)["description"]);
        Row {
            name,
            kind: kind(property),
            required: items(&schema["required"]).any(|r| r == name),
            about: prose(about),
            bounds: bounds(property),
        }
    }));
    all
}

fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match text(&schema["$ref"]).strip_prefix(SCHEMA) {
        Some(name) => &root["components"]["schemas"][name],
        None => schema,
    }
}

fn kind(schema: &Value) -> Type<'_> {
    if let Some(name) = text(&schema["$ref"]).strip_prefix(SCHEMA) {
        return Type {
            words: String::new(),
            schema: Some(name),
        };
    }
    let choices: Vec<&Value> = items(&schema["oneOf"]).collect();
    if let Some(choice) = choices.iter().find(|c| c["type"] != "null") {
        return with(kind(choice), "，可为空");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let word = match types.iter().find(|t| **t != "null") {
        Some(&"array") => return with(kind(&schema["items"]), " 的列表"),
        Some(&"string") => "字符串",
        Some(&"integer") => "整数",
        Some(&"number") => "数",
        Some(&"boolean") => "真假",
        _ => "对象",
    };
    let null = if types.contains(&"null") {
        "，可为空"
    } else {
        ""
    };
    Type {
        words: format!("{word}{null}"),
        schema: None,
    }
}

fn with<'a>(kind: Type<'a>, more: &str) -> Type<'a> {
    Type {
        words: format!("{}{more}", kind.words),
        ..kind
    }
}

/// The bounds of a value in words.
fn bounds(schema: &Value) -> String {
    let mut words = Vec::new();
    match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        (Some(least), Some(most)) => words.push(format!("{least} 到 {most}")),
        (Some(least), None) if least > 0 => words.push(format!("不小于 {least}")),
        _ => {}
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        words.push(format!("最多 {most} 个字符"));
    }
    if let Some(most) = schema["maxItems"].as_u64() {
        words.push(format!("最多 {most} 个"));
    }
    if !schema["default"].is_null() {
        words.push(format!("不给时是 {}", schema["default"]));
    }
    words.join("，")
}
