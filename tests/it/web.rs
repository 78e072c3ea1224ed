//! The faces, spoken to as any client would, without a socket: every failure has its form, nothing
//! that was sent comes back as markup, and what is for support agents comes back nowhere.

use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use jieda::kb::Entry;
use jieda::lookup::Engine;
use jieda::web::Options;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support;

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |v| v.to_str().expect("ASCII"))
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

async fn send(request: Request<Body>) -> Reply {
    let response = jieda::web::router(support::app(), jieda::web::Chat::off())
        .oneshot(request)
        .await
        .expect("infallible");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.expect("the body is whole");
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(bytes.into()).expect("UTF-8"),
    }
}

/// For what is no text.
async fn get_bytes(uri: &str) -> (StatusCode, usize) {
    let request = Request::get(uri).body(Body::empty()).expect("a request");
    let router = jieda::web::router(support::app(), jieda::web::Chat::off());
    let response = router.oneshot(request).await.expect("infallible");
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await;
    (status, bytes.expect("the body is whole").len())
}

async fn get(uri: &str) -> Reply {
    send(Request::get(uri).body(Body::empty()).expect("a request")).await
}

async fn post(uri: &str, content_type: &str, body: impl Into<Body>) -> Reply {
    let request = Request::post(uri).header(header::CONTENT_TYPE, content_type);
    send(request.body(body.into()).expect("a request")).await
}

async fn lookup(body: Value) -> Reply {
    post("/api/v1/lookup", JSON, body.to_string()).await
}

async fn search(q: &str, platform: &str) -> Reply {
    post(
        "/search",
        FORM,
        format!("q={}&platform={}", encoded(q), encoded(platform)),
    )
    .await
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const LOOKUP: &str = "/api/v1/lookup";

fn entries() -> &'static [Entry] {
    static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(support::engine);
    &ENGINE.kb().entries
}

/// Addresses of one page of each kind.
fn pages() -> Vec<String> {
    let entry = &entries()[0];
    let mut pages: Vec<String> = [
        "/",
        "/search",
        "/kb",
        "/kb/nowhere",
        "/search?q=",
        "/faq",
        "/codes",
        "/browse",
        "/browse?q=sd&acts=platform",
        "/browse?q=zzzzqqqq",
        "/batch",
        "/api",
        "/design",
        "/platform/alpha",
        "/cause/settings",
    ]
    .map(str::to_owned)
    .into();
    pages.push(format!("/kb/{}", entry.category()));
    pages.push(format!("/search?q={}", encoded(&entry.title)));
    pages.push(format!("/search?q={}", encoded("今天天气怎么样")));
    pages.extend(entries().iter().map(|e| format!("/kb/{}", e.id)));
    pages
}

#[tokio::test]
async fn every_bad_request_to_the_api_is_a_problem_of_its_own() {
    let long = "错".repeat(20_001);
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
            "NUL",
            post(body(json!({"text": "a\u{0}b"}))),
            400,
            "nul-character",
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
            "NUL in the query",
            get(query("text=a%00")),
            400,
            "nul-character",
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

#[tokio::test]
async fn every_answer_of_the_api_names_its_generation_and_what_is_got_can_be_kept() {
    let generation = support::engine().generation().to_owned();
    let id = &entries()[0].id;
    let got = [
        format!("{LOOKUP}?text=E17"),
        "/api/v1/suggest?q=E17".to_owned(),
        "/api/v1/search?q=E17".to_owned(),
        "/api/v1/entries".to_owned(),
        format!("/api/v1/entries/{id}"),
        format!("/api/v1/entries/{}", id.replace('/', "%2F")),
        "/api/openapi.json".to_owned(),
    ];
    for uri in &got {
        let reply = get(uri).await;
        assert_eq!(reply.status, 200, "{uri}");
        assert_eq!(reply.header("jieda-generation"), generation, "{uri}");
        let tag = reply.header("etag").to_owned();
        assert!(!tag.is_empty(), "{uri}");
        for method in [Method::GET, Method::HEAD] {
            let request = |known: &str| {
                Request::builder()
                    .method(&method)
                    .uri(uri)
                    .header(header::IF_NONE_MATCH, known)
                    .body(Body::empty())
                    .expect("a request")
            };
            let known = send(request(&tag)).await;
            assert_eq!(known.status, 304, "{method} {uri}");
            assert_eq!(known.body, "");
            assert_eq!(
                known.header("jieda-generation"),
                generation,
                "{method} {uri}"
            );
            assert_eq!(known.header("etag"), tag, "{method} {uri}");
            let other = send(request("\"other\"")).await;
            assert_eq!(other.status, 200, "{method} {uri}");
            assert_eq!(other.header("etag"), tag, "{method} {uri}");
            assert_eq!(
                other.body.is_empty(),
                method == Method::HEAD,
                "{method} {uri}"
            );
        }
    }
    for (uri, body, status) in [
        (LOOKUP, json!({"text": "E17"}), 200),
        ("/api/v1/lookup/batch", json!({"texts": ["E17"]}), 200),
        (
            "/api/v1/feedback",
            json!({"entry": id, "helped": true}),
            503,
        ),
        (LOOKUP, json!({}), 400),
        ("/api/v1/nowhere", json!({}), 404),
    ] {
        let reply = post(uri, JSON, body.to_string()).await;
        assert_eq!(reply.status, status, "{uri}");
        assert_eq!(reply.header("jieda-generation"), generation, "{uri}");
    }
}

#[tokio::test]
async fn people_get_failures_as_pages() {
    let table = [
        ("/nowhere", 404, "没有这个地址"),
        ("/kb/nowhere", 404, "没有这个地址"),
        ("/kb/%ff", 400, "编码不对"),
        ("/platform/ebay", 404, "没有这个地址"),
        ("/cause/fate", 404, "没有这个地址"),
        ("/search?q=+", 400, "内容是空的"),
        ("/search?q=a%00b", 400, "内容里有空字符"),
        ("/search?q=%ff", 400, "编码不对"),
        ("/search?q=a&platform=ebay", 400, "不认识这个平台"),
    ];
    for (uri, status, title) in table {
        let reply = get(uri).await;
        assert_eq!(reply.status, status, "{uri}");
        assert_eq!(
            reply.header("content-type"),
            "text/html; charset=utf-8",
            "{uri}"
        );
        assert!(reply.body.contains(&format!("<h1>{title}</h1>")), "{uri}");
    }
    let browser = Request::get("/api/v1/nowhere").header(header::ACCEPT, "text/html,*/*;q=0.8");
    let reply = send(browser.body(Body::empty()).expect("a request")).await;
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(post("/search", JSON, "{}").await.status, 415);
    assert_eq!(post("/search", FORM, "platform=pdd").await.status, 400);
    assert_eq!(
        post("/search", FORM, "q=a".repeat(1 << 20)).await.status,
        413
    );
}

#[tokio::test]
async fn a_refused_text_stays_in_the_box() {
    let kept = |reply: &Reply, text: &str| reply.body.contains(&format!(">\n{text}</textarea>"));
    let reply = search("无效的联系人", "ebay").await;
    assert_eq!(reply.status, 400);
    assert!(kept(&reply, "无效的联系人"));
    let long = "长".repeat(20_001);
    let reply = search(&long, "").await;
    assert_eq!(reply.status, 400);
    assert!(kept(&reply, &long));
    let reply = get(&format!("/search?q={}", "a".repeat(4_001))).await;
    assert_eq!(reply.status, 400);
    assert!(kept(&reply, &"a".repeat(4_001)) && reply.body.contains("输入框"));
}

#[tokio::test]
async fn a_lookup_has_the_documented_shape() {
    let title = &entries()[0].title;
    let reply = lookup(json!({"text": title, "limit": 2.0})).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), JSON);
    assert_eq!(
        reply.header("jieda-generation"),
        support::engine().generation()
    );
    let order: Vec<usize> = [
        "outcome",
        "confidence",
        "generation",
        "lookup_id",
        "query",
        "results",
        "ask",
        "handover",
    ]
    .iter()
    .map(|key| {
        reply
            .body
            .find(&format!("\"{key}\":"))
            .expect("every key is there")
    })
    .collect();
    assert!(order[..6].is_sorted(), "as documented: {order:?}");
    let body = reply.json();
    let has = |value: &Value, keys: &[&str]| {
        let object = value.as_object().expect("an object");
        for key in keys {
            assert!(object.contains_key(*key), "{key} in {value}");
        }
    };
    has(
        &body,
        &[
            "outcome",
            "confidence",
            "generation",
            "lookup_id",
            "query",
            "results",
            "ask",
            "handover",
        ],
    );
    has(&body["query"], &["platforms", "codes", "masked"]);
    let results = body["results"].as_array().expect("a list");
    assert!((1..=2).contains(&results.len()));
    let first = &results[0];
    let keys = [
        "id",
        "title",
        "url",
        "confidence",
        "platforms",
        "sources",
        "cause",
        "retry",
        "acts",
        "matched",
        "answer",
    ];
    has(first, &keys);
    has(&first["matched"], &["template", "phrasing", "spans"]);
    has(&first["answer"], &["markdown", "text"]);
    assert_eq!(first["id"], entries()[0].id);
    assert_eq!(first["url"], format!("/kb/{}", entries()[0].id));
    let length = title.chars().count() as u64;
    for span in first["matched"]["spans"].as_array().expect("a list") {
        assert!(
            span["start"].as_u64() < span["end"].as_u64() && span["end"].as_u64() <= Some(length)
        );
        assert!(
            ["literal", "variable", "code", "platform"]
                .contains(&span["kind"].as_str().expect("a string"))
        );
    }
    let confidence = body["confidence"].as_f64().expect("a number");
    assert!(
        (confidence * 1e4 - (confidence * 1e4).round()).abs() < 1e-6,
        "four decimals: {confidence}"
    );
}

#[tokio::test]
async fn what_is_not_known_is_handed_over() {
    let body = lookup(json!({"text": "zxqv wkjh 今晚吃什么"})).await.json();
    assert_eq!(body["outcome"], "none");
    for key in ["reason", "message", "fingerprint", "summary"] {
        assert!(body["handover"][key].is_string(), "{key}");
    }
    assert!(body.get("problems").is_none());
}

fn lookup_id(reply: &Reply) -> String {
    let id = reply.json()["lookup_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert!(id.len() == 36 && id.is_ascii(), "{id}");
    id
}

#[tokio::test]
async fn the_same_text_gives_the_same_bytes_by_either_method_but_for_the_lookups_id() {
    let title = &entries()[0].title;
    let replies = [
        lookup(json!({"text": title})).await,
        lookup(json!({"limit": 5, "platform": null, "text": title})).await,
        get(&format!("{LOOKUP}?text={}&limit=5", encoded(title))).await,
    ];
    let ids: Vec<String> = replies.iter().map(lookup_id).collect();
    let without = |n: usize| replies[n].body.replace(&ids[n], "");
    assert_eq!(without(0), without(1));
    assert_eq!(without(0), without(2));
    assert!(
        ids[0] < ids[1] && ids[1] < ids[2],
        "each has its own, in order"
    );
}

#[tokio::test]
async fn an_entry_is_found_under_its_id_as_markdown_and_under_its_aliases() {
    for entry in entries() {
        let page = get(&format!("/kb/{}", entry.id)).await;
        assert_eq!(page.status, 200, "{}", entry.id);
        let markdown = get(&format!("/kb/{}.md", entry.id)).await;
        assert_eq!(
            markdown.header("content-type"),
            "text/markdown; charset=utf-8"
        );
        assert_eq!(markdown.body, entry.public_markdown());
        for alias in &entry.aliases {
            for extension in ["", ".md"] {
                let moved = get(&format!("/kb/{alias}{extension}")).await;
                assert_eq!(moved.status, 301);
                assert_eq!(
                    moved.header("location"),
                    format!("/kb/{}{extension}", entry.id)
                );
            }
        }
    }
    assert!(
        entries().iter().any(|e| !e.aliases.is_empty()),
        "the fixture has an alias"
    );
}

#[tokio::test]
async fn entries_are_listed_by_platform_cause_and_code_and_answered_on_one_page() {
    let phone = "/kb/shipping/sync/sender-phone-e17";
    let links = |reply: &Reply, to: &str| reply.body.contains(&format!("href=\"{to}\""));
    for (uri, here) in [
        ("/platform/alpha", true),
        ("/platform/beta", false),
        ("/cause/settings", true),
        ("/cause/network", false),
        ("/codes", true),
        ("/faq", true),
        ("/kb", true),
    ] {
        let page = get(uri).await;
        assert_eq!(page.status, 200, "{uri}");
        assert_eq!(links(&page, phone), here, "{uri}");
    }
    let general = "/kb/shipping/sync/how-to-submit";
    assert!(
        links(&get("/platform/beta").await, general),
        "what may happen anywhere may happen there"
    );
    assert!(get("/codes").await.body.contains("<code>E17</code>"));
    let faq = get("/faq").await.body;
    for entry in entries() {
        assert!(
            faq.contains(&format!("href=\"#{}\"", entry.id)),
            "{}",
            entry.id
        );
        assert!(
            faq.contains(&format!(" id=\"{}\"", entry.id)),
            "{}",
            entry.id
        );
    }
    assert!(faq.contains("填写寄件电话并保存"), "with the whole answer");
}

#[tokio::test]
async fn a_picture_beside_an_entry_is_shown_with_its_size() {
    let page = get("/kb/shipping/sync/sender-phone-e17").await.body;
    let image = "<img src=\"/kb/shipping/sync/depot.png?320x120\" alt=\"仓库资料页，寄件电话在第一栏\" width=\"320\" height=\"120\" loading=\"lazy\">";
    assert!(page.contains(image), "{page}");
    let (status, length) = get_bytes("/kb/shipping/sync/depot.png?320x120").await;
    let file = support::good().join("shipping/sync/depot.png");
    let bytes = std::fs::read(file).expect("the fixture has it");
    assert_eq!((status.as_u16(), length), (200, bytes.len()));
    assert_eq!(get("/kb/shipping/sync/none.png").await.status, 404);
}

#[tokio::test]
async fn who_has_a_page_already_is_sent_nothing() {
    for uri in pages() {
        let first = get(&uri).await;
        let tag = first.header("etag").to_owned();
        if first.status != 200 || uri.starts_with("/search") {
            continue;
        }
        assert!(tag.starts_with("W/\""), "{uri}: {tag}");
        let again = |tag: &str| {
            let request = Request::get(&uri).header(header::IF_NONE_MATCH, tag);
            send(request.body(Body::empty()).expect("a request"))
        };
        let unchanged = again(&format!("\"other\", {tag}")).await;
        assert_eq!(unchanged.status, 304, "{uri}");
        assert_eq!(
            (unchanged.body.as_str(), unchanged.header("etag")),
            ("", tag.as_str())
        );
        assert_eq!(again("\"other\"").await.body, first.body, "{uri}");
    }
}

#[tokio::test]
async fn machines_are_told_what_is_worth_finding() {
    let asked = |uri: &str, name: &str, value: &str| {
        let request = Request::get(uri)
            .header("host", "help.example:8080")
            .header(name, value);
        send(request.body(Body::empty()).expect("a request"))
    };
    let sitemap = asked("/sitemap.xml", "x-forwarded-proto", "https").await;
    assert_eq!(sitemap.header("content-type"), "application/xml");
    for entry in entries() {
        let address = format!("<loc>https://help.example:8080/kb/{}</loc>", entry.id);
        assert!(sitemap.body.contains(&address), "{}", sitemap.body);
    }
    assert!(sitemap.body.contains("<lastmod>2026-11-01</lastmod>"));
    let robots = asked("/robots.txt", "accept", "*/*").await.body;
    assert!(
        robots.contains("\nSitemap: http://help.example:8080/sitemap.xml\n"),
        "{robots}"
    );
    let engine = asked("/opensearch.xml", "accept", "*/*").await.body;
    assert!(
        engine.contains("template=\"http://help.example:8080/search?q={searchTerms}\""),
        "{engine}"
    );
    let evil = Request::get("/sitemap.xml").header("host", "a\"><script>");
    assert_eq!(
        send(evil.body(Body::empty()).expect("a request"))
            .await
            .status,
        400
    );
    let manifest = get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    for icon in manifest.json()["icons"].as_array().expect("icons") {
        let icon = get_bytes(icon["src"].as_str().expect("an address")).await;
        assert_eq!(icon.0, 200);
    }
}

#[tokio::test]
async fn addresses_are_whole_where_the_public_one_is_known() {
    let options = Options {
        public_url: Some("https://help.example".to_owned()),
        ..Options::default()
    };
    let router = jieda::web::router(support::app_with(options), jieda::web::Chat::off());
    let get = async |uri: &str| {
        // What whoever asks calls the server counts for nothing.
        let request = Request::get(uri).header(header::HOST, "evil.example");
        let request = request.body(Body::empty()).expect("a request");
        let response = router.clone().oneshot(request).await.expect("infallible");
        let bytes = to_bytes(response.into_body(), usize::MAX).await;
        String::from_utf8(bytes.expect("the body is whole").into()).expect("UTF-8")
    };
    for uri in pages() {
        let page = get(&uri).await;
        if let Some(canonical) = page.split("<link rel=\"canonical\" href=\"").nth(1) {
            assert!(canonical.starts_with("https://help.example/"), "{uri}");
        }
        assert!(!page.contains("evil.example"), "{uri}");
    }
    for (uri, address) in [
        ("/sitemap.xml", "<loc>https://help.example/kb/"),
        ("/robots.txt", "Sitemap: https://help.example/sitemap.xml"),
        ("/opensearch.xml", "\"https://help.example/search?q="),
        (
            "/kb/shipping/sync/sender-phone-e17",
            "\"url\":\"https://help.example/kb/shipping/sync/sender-phone-e17\"",
        ),
        (
            "/kb/shipping/sync/sender-phone-e17",
            "另一条 (https://help.example/kb/shipping/sync/parcel-locked)",
        ),
    ] {
        let told = get(uri).await;
        assert!(
            told.contains(address) && !told.contains("evil.example"),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn an_entry_tells_what_changed_when_and_its_answer_does_not() {
    let uri = "/kb/shipping/sync/sender-phone-e17";
    let page = get(uri).await.body;
    let list = page.split("<ul class=\"changes\">").nth(1).expect("a list");
    let days: Vec<&str> = list
        .split("<time datetime=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(days[..2], ["2026-11-01", "2026-10-12"], "the latest first");
    let markdown = get(&format!("{uri}.md")).await.body;
    assert!(markdown.ends_with(
        "## 更新记录\n\n- 2026-11-01 补上仓库资料页的截图\n- 2026-10-12 菜单改名为“仓库 → 资料”\n"
    ));
    let answered = lookup(json!({"text": "E17"})).await;
    assert!(answered.body.contains("寄件电话") && !answered.body.contains("补上仓库资料页"));
    let other = get("/kb/shipping/sync/parcel-locked").await.body;
    assert!(!other.contains("更新记录"), "no history is made up");
}

#[tokio::test]
async fn pages_say_in_their_head_what_they_are() {
    let mut titles = std::collections::BTreeSet::new();
    for uri in pages() {
        let page = get(&uri).await;
        let between = |from: &str, to: &str| {
            let rest = page.body.split(from).nth(1).unwrap_or_default();
            rest.split(to).next().unwrap_or_default().to_owned()
        };
        assert!(
            !between("<meta name=\"description\" content=\"", "\"").is_empty(),
            "{uri}"
        );
        let canonical = between("<link rel=\"canonical\" href=\"", "\"");
        let hidden = page
            .body
            .contains("<meta name=\"robots\" content=\"noindex\">");
        assert_ne!(
            canonical.is_empty(),
            !hidden,
            "{uri} is found, or not to be found"
        );
        if !hidden {
            assert!(
                titles.insert((between("<title>", "</title>"), canonical.clone()))
                    || uri == "/search"
            );
        }
        if uri.starts_with("/kb/shipping/sync/") {
            let data: Value =
                serde_json::from_str(&between("ld+json\">", "</script>")).expect("JSON");
            assert_eq!(data["@type"], "FAQPage");
            assert!(
                data["mainEntity"][0]["acceptedAnswer"]["text"]
                    .as_str()
                    .is_some_and(|t| !t.is_empty())
            );
        }
    }
}

#[tokio::test]
async fn agent_notes_are_on_no_face() {
    let noted: Vec<&Entry> = entries()
        .iter()
        .filter(|e| e.agent_notes.is_some())
        .collect();
    assert!(!noted.is_empty(), "the fixture has agent notes");
    for entry in noted {
        let notes = entry.agent_notes.as_deref().unwrap_or_default();
        let faces = [
            get("/").await,
            get("/faq").await,
            get("/codes").await,
            get(&format!("/kb/{}", entry.id)).await,
            get(&format!("/kb/{}.md", entry.id)).await,
            search(&entry.title, "").await,
            lookup(json!({"text": entry.title, "limit": 20})).await,
            // Nor can they be searched for and come back.
            lookup(json!({"text": entry.id, "limit": 20})).await,
        ];
        for (i, face) in faces.iter().enumerate() {
            assert_eq!(face.status, 200);
            assert!(!face.body.contains("客服备注"), "{} on face {i}", entry.id);
            for line in notes.lines().map(str::trim).filter(|l| !l.is_empty()) {
                assert!(
                    !face.body.contains(line),
                    "{} on face {i}: {line}",
                    entry.id
                );
            }
        }
    }
}

#[tokio::test]
async fn every_link_leads_somewhere_and_nowhere_to_what_is_for_agents() {
    let mut seen = std::collections::BTreeSet::new();
    let mut ahead = vec!["/".to_owned(), format!("/search?q={}", encoded("E17"))];
    while let Some(uri) = ahead.pop() {
        if !seen.insert(uri.clone()) {
            continue;
        }
        if uri.ends_with(".png") {
            assert_eq!(get_bytes(&uri).await.0, 200, "{uri}");
            continue;
        }
        let request = Request::get(&uri).header(header::HOST, "help.example");
        let page = send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(page.status, 200, "{uri}");
        assert!(!page.body.contains("AGENTS-ONLY-MARKER"), "{uri}");
        let links = page.body.split(" href=\"").skip(1);
        let links = links.filter_map(|rest| rest.split(['"', '#']).next());
        ahead.extend(links.filter(|l| l.starts_with('/')).map(str::to_owned));
    }
    assert!(seen.len() > 20, "{seen:?}");
    assert!(
        entries()
            .iter()
            .all(|e| seen.contains(&format!("/kb/{}", e.id))),
        "every entry can be reached"
    );
}

#[tokio::test]
async fn nothing_that_was_sent_comes_back_as_markup() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;<b>";
    let replies = [
        search(evil, "").await,
        search(evil, evil).await,
        search(&format!("{evil}\n\n{}", entries()[0].title), "").await,
        search(&format!("{}{evil}", "a".repeat(20_000)), evil).await,
        get(&format!(
            "/search?q={}&platform={}",
            encoded(evil),
            encoded(evil)
        ))
        .await,
        get(&format!("/kb/{}", encoded(evil))).await,
        get(&format!("/{}", encoded(evil))).await,
        get(&format!("/assets/{}", encoded(evil))).await,
    ];
    for (i, reply) in replies.iter().enumerate() {
        for raw in ["<script>", "<img src=x", "<b>", "\"'>"] {
            assert!(!reply.body.contains(raw), "{raw} in reply {i}");
        }
    }
    assert!(
        replies[0].body.contains("&#38;amp;"),
        "an ampersand is escaped once more"
    );
}

#[tokio::test]
async fn a_text_comes_back_as_it_was_sent() {
    let reply = search("\n  第一行\r\n第二行", "").await;
    assert_eq!(reply.status, 200);
    // One line end after the tag belongs to the markup; browsers send the others as CRLF.
    assert!(reply.body.contains(">\n\n  第一行\n第二行</textarea>"));
}

#[tokio::test]
async fn every_page_is_a_whole_document_with_nothing_inline() {
    for uri in pages() {
        let page = get(&uri).await.body;
        assert!(
            page.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"),
            "{uri}"
        );
        let count = |needle: &str| page.matches(needle).count();
        for once in ["<title>", "<h1", "<main ", "<header ", "<footer>"] {
            assert_eq!(count(once), 1, "{once} on {uri}");
        }
        assert!(
            count("<title>") == 1 && !page.contains("<title></title>"),
            "{uri}"
        );
        // Data for search engines is no script, whatever its tag says.
        assert_eq!(
            count("<script type=\"module\" src=\"/assets/app-"),
            1,
            "{uri}"
        );
        assert_eq!(
            count("<script"),
            1 + count("<script type=\"application/ld+json\">"),
            "{uri}"
        );
        for never in ["<style", " style=", "javascript:", " onclick="] {
            assert_eq!(count(never), 0, "{never} on {uri}");
        }
        for id in page
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            assert_eq!(count(&format!(" id=\"{id}\"")), 1, "id {id} on {uri}");
        }
        assert_eq!(count("<textarea"), count("<label for=\"q\">"), "{uri}");
        assert_eq!(count(" id=\"q\""), 1, "one box on {uri}");
        assert_eq!(count("<select"), count("<label for=\"platform\">"), "{uri}");
    }
}

#[tokio::test]
async fn every_response_forbids_what_no_page_needs() {
    for uri in ["/", "/nowhere", LOOKUP, "/healthz"] {
        let reply = get(uri).await;
        assert!(
            reply
                .header("content-security-policy")
                .starts_with("default-src 'none'; style-src 'self';"),
            "{uri}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{uri}");
        assert_eq!(reply.header("referrer-policy"), "no-referrer", "{uri}");
        assert_eq!(reply.header("cache-control"), "no-cache", "{uri}");
    }
    assert_eq!(get("/healthz").await.body, "ok");
}

#[tokio::test]
async fn the_stylesheet_may_be_kept_for_ever() {
    let home = get("/").await.body;
    let url = home
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let style = get(url.expect("the page links its stylesheet")).await;
    assert_eq!(style.status, 200);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.header("cache-control").contains("immutable"));
    assert_eq!(get("/assets/style-0.css").await.status, 404);
}
