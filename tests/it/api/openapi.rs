//! The document of the API: equal to the reviewed copy, with examples that a caller gets, and shown
//! to people on one page.

use std::path::Path;
use std::process::Command;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::Value;

use super::LOOKUP;
use crate::mcp::tools;
use crate::support::http::{self, JSON, encoded, send};
use crate::support::{self, Server, fixture, router_over, shipped_live};

const COPY: &str = "tests/openapi.json";
/// Operations of the API.
const OPERATIONS: [&str; 9] = [
    "GET /api/openapi.json",
    "GET /api/v1/entries",
    "GET /api/v1/entries/{id}",
    "POST /api/v1/feedback",
    "GET /api/v1/lookup",
    "POST /api/v1/lookup",
    "POST /api/v1/lookup/batch",
    "GET /api/v1/search",
    "GET /api/v1/suggest",
];

fn shipped() -> Router {
    router_over(shipped_live())
}

async fn get(router: Router, uri: &str) -> String {
    let reply = send(router, http::get(uri)).await;
    assert_eq!(reply.status, 200, "{uri}: {}", reply.body);
    reply.body
}

async fn document(router: Router) -> Value {
    let body = get(router, "/api/openapi.json").await;
    serde_json::from_str(&body).expect("the document is JSON")
}

/// Removes the examples: they change with the content of the knowledge base, the rest must not.
fn without_examples(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("examples");
            object.values_mut().for_each(without_examples);
        }
        Value::Array(items) => items.iter_mut().for_each(without_examples),
        _ => {}
    }
}

#[tokio::test]
async fn a_change_of_the_api_is_seen() {
    let mut now = document(support::router()).await;
    without_examples(&mut now);
    let now = format!("{now:#}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(COPY);
    if std::env::var_os("RENEW").is_some() {
        std::fs::write(&path, &now).expect("the copy can be written");
    }
    let copy = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = now.lines().zip(copy.lines()).position(|(a, b)| a != b);
    assert!(
        now == copy,
        "The API is not what {COPY} says, from line {} on. If it is meant to change, and no caller \
         is broken by it, renew the copy: RENEW=1 cargo test --test it a_change_of_the_api",
        differs.unwrap_or(copy.lines().count()) + 1
    );
}

#[tokio::test]
async fn the_examples_are_what_a_caller_gets() {
    let document = document(shipped()).await;
    let mut checked = Vec::new();
    for (path, method, operation) in operations(&document) {
        let answers = &operation["responses"]["200"]["content"]["application/json"]["examples"];
        for (name, shown) in answers.as_object().into_iter().flatten() {
            let request = example(path, method, operation, name);
            let reply = send(shipped(), request).await;
            assert_eq!(reply.status, 200, "{path} {name}: {}", reply.body);
            let mut given = reply.json();
            let mut shown = shown["value"].clone();
            if path == "/api/v1/lookup" {
                assert_eq!(shown["outcome"], *name);
            }
            without_ids(&mut given);
            without_ids(&mut shown);
            assert_eq!(given, shown, "{path} {name}");
            checked.push(format!("{path} {name}"));
        }
    }
    let every = [
        "/api/v1/entries example",
        "/api/v1/entries/{id} example",
        "/api/v1/lookup answer",
        "/api/v1/lookup choose",
        "/api/v1/lookup none",
        "/api/v1/lookup/batch example",
        "/api/v1/search example",
        "/api/v1/suggest example",
    ];
    checked.sort();
    assert_eq!(checked, every);
}

/// Path, method and operation.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = document["paths"].as_object().expect("an object").iter();
    paths.flat_map(|(path, item)| {
        let item = item.as_object().expect("an object").iter();
        item.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// The request of an example, made from the body or the parameters in the document.
fn example(path: &str, method: &str, operation: &Value, name: &str) -> Request<Body> {
    if method == "post" {
        let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
        return http::post(path, JSON, examples[name]["value"].to_string());
    }
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for parameter in operation["parameters"].as_array().expect("a list") {
        let field = parameter["name"].as_str().expect("a name");
        let value = match &parameter["examples"][name]["value"] {
            Value::Null => continue,
            Value::String(value) => encoded(value),
            other => other.to_string(),
        };
        if parameter["in"] == "path" {
            // As generated clients put it there: its slashes encoded.
            path = path.replace(&format!("{{{field}}}"), &value);
        } else {
            query.push(format!("{field}={value}"));
        }
    }
    http::get(&format!("{path}?{}", query.join("&")))
}

/// Removes the ids of lookups, which differ each time.
fn without_ids(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(id) = object.get_mut("lookup_id") {
                assert!(id.is_string());
                *id = Value::Null;
            }
            object.values_mut().for_each(without_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        _ => {}
    }
}

#[tokio::test]
async fn people_read_the_same_on_one_page() {
    let document = document(shipped()).await;
    let page = get(shipped(), "/api").await;
    let count = |needle: &str| page.matches(needle).count();
    let mut described = Vec::new();
    for (path, method, operation) in operations(&document) {
        let method = method.to_uppercase();
        assert!(
            page.contains(&format!("{method}</span> <code>{path}<")),
            "{method} {path}"
        );
        let summary = operation["summary"].as_str().expect("a summary");
        assert!(page.contains(&format!("<h2>{summary}</h2>")), "{summary}");
        described.push(format!("{method} {path}"));
    }
    assert_eq!(described, OPERATIONS);
    for link in page.split(" href=\"#").skip(1) {
        let id = link.split('"').next().expect("a link ends");
        assert_eq!(count(&format!(" id=\"{id}\"")), 1, "#{id} leads somewhere");
    }
    let types = &document["components"]["schemas"]["ProblemDetails"]["properties"]["type"]["enum"];
    for problem in types.as_array().expect("a list") {
        let problem = problem.as_str().expect("a string");
        assert!(
            page.contains(&format!("<code>{problem}</code>")),
            "{problem}"
        );
    }
    for never in ["<script>", "<style", " style=", "https://", "src=\"http"] {
        assert_eq!(
            count(never),
            0,
            "{never}: the page needs nothing from elsewhere"
        );
    }
    assert!(page.contains("curl -s $JIEDA/api/v1/lookup"));
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let uri = "/api/v1/lookup?text=PARCEL_LOCKED_BY_AUDIT";
    let ask = |method: Method, uri: &str, known: Option<&str>| {
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        fixture::send(request.body(Body::empty()).expect("a request"))
    };
    let first = ask(Method::GET, uri, None).await;
    assert_eq!(first.status, 200);
    let tag = first.header(header::ETAG);
    assert!(tag.contains(support::engine().generation()), "{tag}");
    for method in [Method::GET, Method::HEAD] {
        for known in [tag, "*", &format!("\"other\", {tag}"), &tag[2..]] {
            let again = ask(method.clone(), uri, Some(known)).await;
            assert_eq!(again.status, 304, "{method} {known}");
            assert_eq!(again.header(header::ETAG), tag);
            assert!(again.headers.contains_key("jieda-generation"));
            assert_eq!(again.body, "");
        }
        let other = ask(method.clone(), uri, Some("W/\"00000000\"")).await;
        assert_eq!(other.status, 200, "{method}");
    }
    let document = ask(Method::GET, "/api/openapi.json", Some(tag)).await;
    assert_eq!(document.status, 304);
    // A failure is never taken for an answer that is known.
    let failed = ask(Method::GET, LOOKUP, Some("*")).await;
    assert_eq!(failed.status, 400);
    assert!(!failed.headers.contains_key(header::ETAG));
}

/// Schemathesis calls every operation of the document with valid and invalid requests, and checks
/// each answer against it. A failure shows the end of its log.
#[test]
fn no_answer_is_outside_the_document() {
    let server = Server::start(
        &["serve", "--listen", "127.0.0.1:0", "--rate", "0"],
        &[("JIEDA_KB", "kb")],
    );
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schemathesis");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let path = folder.join("log.txt");
    let log = std::fs::File::create(&path).expect("the log can be made");
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/schemathesis.toml");
    let status = Command::new(tools().join("python/bin/st"))
        .current_dir(&folder)
        .arg("--config-file")
        .arg(config)
        .arg("run")
        .arg(format!("http://{}/api/openapi.json", server.address))
        .args(["--phases", "examples,coverage,fuzzing,stateful"])
        .args(["--max-examples", "30", "--generation-deterministic"])
        .args(["--continue-on-failure", "--request-timeout", "10"])
        .args(["--report", "junit", "--report-junit-path", "report.xml"])
        .arg("--no-color")
        .stdout(log.try_clone().expect("a handle"))
        .stderr(log)
        .status()
        .expect("schemathesis starts: tests/run.sh sets it up");
    let log = std::fs::read_to_string(&path).expect("the log can be read");
    let short = |line: &str| line.chars().take(300).collect::<String>();
    let lines: Vec<String> = log.lines().map(short).collect();
    let tail = lines[lines.len().saturating_sub(80)..].join("\n");
    assert!(status.success(), "{tail}");
    assert!(log.contains("No issues found"), "{tail}");
    // None is lost: each was called, but for the document's own, which the tool has already.
    let report = std::fs::read_to_string(folder.join("report.xml")).expect("a report");
    for operation in &OPERATIONS[1..] {
        assert!(
            report.contains(&format!("\"{operation}\"")),
            "{operation}: {tail}"
        );
    }
}
