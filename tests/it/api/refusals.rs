//! Requests that the API refuses, each with its own type of problem.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

use super::LOOKUP;
use crate::support::fixture::{get, post, send};
use crate::support::http::{FORM, JSON};

#[tokio::test]
async fn every_bad_request_to_the_api_is_a_problem_of_its_own() {
    let long = "错".repeat(87_382);
    let query = |q: &str| format!("{LOOKUP}?{q}");
    let body = |b: Value| Body::from(b.to_string());
    let get = |uri: String| Request::get(uri).body(Body::empty());
    let post = |b: Body| {
        Request::post(LOOKUP)
            .header(header::CONTENT_TYPE, JSON)
            .body(b)
    };
    let table = [
        (
            "no text",
            post(body(json!({}))),
            400,
            "missing-field",
            Some("text"),
        ),
        (
            "null",
            post(body(json!({"text": null}))),
            400,
            "missing-field",
            Some("text"),
        ),
        (
            "empty",
            post(body(json!({"text": ""}))),
            400,
            "blank-text",
            Some("text"),
        ),
        (
            "blank",
            post(body(json!({"text": " \n\u{3000}"}))),
            400,
            "blank-text",
            Some("text"),
        ),
        (
            "too long",
            post(body(json!({"text": long}))),
            400,
            "text-too-long",
            Some("text"),
        ),
        (
            "number",
            post(body(json!({"text": 5}))),
            400,
            "wrong-type",
            Some("text"),
        ),
        (
            "list",
            post(body(json!({"text": "a", "platform": ["pdd"]}))),
            400,
            "wrong-type",
            Some("platform"),
        ),
        (
            "string",
            post(body(json!({"text": "a", "limit": "5"}))),
            400,
            "wrong-type",
            Some("limit"),
        ),
        (
            "unknown",
            post(body(json!({"text": "a", "top": 5}))),
            400,
            "unknown-field",
            Some("top"),
        ),
        (
            "platform",
            post(body(json!({"text": "a", "platform": "ebay"}))),
            400,
            "unknown-platform",
            Some("platform"),
        ),
        (
            "no platform",
            post(body(json!({"text": "a", "platform": ""}))),
            400,
            "unknown-platform",
            Some("platform"),
        ),
        (
            "none",
            post(body(json!({"text": "a", "limit": 0}))),
            400,
            "invalid-limit",
            Some("limit"),
        ),
        (
            "billion",
            post(body(json!({"text": "a", "limit": 1_000_000_000}))),
            400,
            "invalid-limit",
            Some("limit"),
        ),
        (
            "half",
            post(body(json!({"text": "a", "limit": 2.5}))),
            400,
            "invalid-limit",
            Some("limit"),
        ),
        (
            "negative",
            post(body(json!({"text": "a", "limit": -1}))),
            400,
            "invalid-limit",
            Some("limit"),
        ),
        (
            "no object",
            post(body(json!(["text"]))),
            400,
            "wrong-type",
            None,
        ),
        (
            "no JSON",
            post("{\"text\": \n  nope}".into()),
            400,
            "malformed-json",
            None,
        ),
        ("no body", post(Body::empty()), 400, "malformed-json", None),
        (
            "deep",
            post("[".repeat(100_000).into()),
            400,
            "malformed-json",
            None,
        ),
        (
            "lone surrogate",
            post(r#"{"text": "\ud800"}"#.into()),
            400,
            "malformed-json",
            None,
        ),
        (
            "no UTF-8",
            post(b"{\"text\": \"\xff\"}".to_vec().into()),
            400,
            "invalid-utf-8",
            None,
        ),
        (
            "huge",
            post(vec![b' '; 2 << 20].into()),
            413,
            "body-too-large",
            None,
        ),
        (
            "no type",
            Request::post(LOOKUP).body(body(json!({"text": "a"}))),
            415,
            "unsupported-media-type",
            None,
        ),
        (
            "a form",
            Request::post(LOOKUP)
                .header(header::CONTENT_TYPE, FORM)
                .body("text=a".into()),
            415,
            "unsupported-media-type",
            None,
        ),
        (
            "no query",
            get(LOOKUP.into()),
            400,
            "missing-field",
            Some("text"),
        ),
        (
            "blank query",
            get(query("text=+%0A")),
            400,
            "blank-text",
            Some("text"),
        ),
        (
            "bad query",
            get(query("text=%ff")),
            400,
            "invalid-utf-8",
            None,
        ),
        (
            "long query",
            get(query(&format!("text={}", "a".repeat(4_001)))),
            400,
            "text-too-long",
            Some("text"),
        ),
        (
            "unknown query",
            get(query("text=a&top=5")),
            400,
            "unknown-field",
            Some("top"),
        ),
        (
            "twice",
            get(query("text=a&text=b")),
            400,
            "repeated-field",
            Some("text"),
        ),
        (
            "word",
            get(query("text=a&limit=many")),
            400,
            "invalid-limit",
            Some("limit"),
        ),
        (
            "NaN",
            get(query("text=a&limit=NaN")),
            400,
            "invalid-limit",
            Some("limit"),
        ),
        (
            "nowhere",
            get("/api/v1/nowhere".into()),
            404,
            "not-found",
            None,
        ),
        ("the root", get("/api/v1".into()), 404, "not-found", None),
        (
            "DELETE",
            Request::delete(LOOKUP).body(Body::empty()),
            405,
            "method-not-allowed",
            None,
        ),
    ];
    for (name, request, status, slug, field) in table {
        let reply = send(request.expect("a request")).await;
        assert_eq!(reply.status, status, "{name}: {}", reply.body);
        assert_eq!(
            reply.header("content-type"),
            "application/problem+json",
            "{name}"
        );
        let problem = reply.json();
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{name}");
        assert_eq!(problem["status"], status, "{name}");
        assert_eq!(
            problem.get("field").and_then(Value::as_str),
            field,
            "{name}"
        );
        assert!(
            problem["title"].is_string() && problem["detail"].is_string(),
            "{name}"
        );
    }
}

#[tokio::test]
async fn refusals_of_the_framework_keep_what_they_say() {
    let reply = send(
        Request::delete(LOOKUP)
            .body(Body::empty())
            .expect("a request"),
    )
    .await;
    assert_eq!(reply.header("allow"), "POST,GET,HEAD");
    let reply = post(LOOKUP, JSON, "{\"text\": \n  nope}").await;
    assert!(reply.body.contains("第 2 行第"), "{}", reply.body);
}

#[tokio::test]
async fn an_address_says_which_methods_it_takes() {
    let table = [
        (LOOKUP, "POST,GET,HEAD"),
        ("/api/v1/search", "GET,HEAD"),
        (
            "/api/v1/entries/shipping%2Fsync%2Fparcel-locked",
            "GET,HEAD",
        ),
        ("/api/v1/lookup/batch", "POST"),
        ("/api/v1/feedback", "POST"),
        ("/api/openapi.json", "GET,HEAD"),
    ];
    for (uri, allowed) in table {
        for method in [Method::OPTIONS, Method::PUT, Method::PATCH, Method::DELETE] {
            let request = Request::builder().method(&method).uri(uri);
            let reply = send(request.body(Body::empty()).expect("a request")).await;
            assert_eq!(reply.status, 405, "{method} {uri}");
            assert_eq!(reply.header("allow"), allowed, "{method} {uri}");
            assert_eq!(reply.json()["type"], "/problems/method-not-allowed");
        }
    }
}

/// Clients mend one fault after the other, in an order that stays.
#[tokio::test]
async fn of_several_faults_the_same_one_is_told_first() {
    let told = async |path: &str, body: Value| {
        let refused = post(path, JSON, body.to_string()).await;
        let kind = refused.json()["type"].as_str().map(str::to_owned);
        let kind = kind.expect("a problem has a type");
        let kind = kind.rsplit('/').next().map(str::to_owned);
        (kind.unwrap_or_default(), refused.json()["field"].clone())
    };
    let batch = "/api/v1/lookup/batch";
    let feedback = "/api/v1/feedback";
    for (path, body, kind, field) in [
        (
            LOOKUP,
            json!({"platform": 1, "limit": "x"}),
            "missing-field",
            "text",
        ),
        (
            LOOKUP,
            json!({"text": "a", "limit": "x", "platform": 1}),
            "wrong-type",
            "platform",
        ),
        (
            LOOKUP,
            json!({"text": "a", "limit": 0, "a": 1}),
            "invalid-limit",
            "limit",
        ),
        (
            LOOKUP,
            json!({"text": 1, "context": {"a": 1}}),
            "missing-field",
            "context.text",
        ),
        (batch, json!({"a": 1}), "either-field", "texts"),
        (
            batch,
            json!({"texts": 1, "text": 2}),
            "either-field",
            "texts",
        ),
        (
            batch,
            json!({"texts": 1, "limit": "x"}),
            "wrong-type",
            "texts",
        ),
        (
            batch,
            json!({"texts": vec![1; 201], "a": 1}),
            "wrong-type",
            "texts",
        ),
        (
            feedback,
            json!({"why": 1, "helped": 1}),
            "wrong-type",
            "why",
        ),
        (feedback, json!({"a": 1}), "missing-field", "helped"),
    ] {
        let expected = (kind.to_owned(), json!(field));
        assert_eq!(told(path, body.clone()).await, expected, "{path} {body}");
    }
    let element = post(batch, JSON, json!({"texts": [1]}).to_string()).await;
    assert_eq!(element.json()["detail"], "texts 要是字符串的列表。");
    let list = get("/api/v1/entries?a=1&acts=a").await;
    assert_eq!(list.json()["field"], "acts");
    let suggestions = get("/api/v1/suggest?limit=a").await;
    assert_eq!(suggestions.json()["field"], "q");
}
