//! The search list and the entries, for people and for programs.
//!
//! 1. Every entry that matches is listed, an exact title or code first.
//! 2. Filters, counts and pages agree with one another, and every state has an address.
//! 3. An entry comes in the form that was asked for, and never with agent notes.
//! 4. Nothing that is asked for makes it fail or comes back as markup.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use jieda::search::facets::Filters;
use jieda::search::list::{Listing, list};
use proptest::prelude::*;
use serde_json::Value;

use super::{get, send};
use crate::support::http::{Reply, encoded};
use crate::support::{fixture, shipped_live};

fn listed(typed: &str) -> Listing {
    let now = shipped_live().current();
    list(
        &now.engine,
        &now.catalog,
        &now.render_cache,
        typed,
        &Filters::default(),
        0..100,
    )
}

fn ids(body: &Value, list: &str) -> Vec<String> {
    let items = body[list].as_array().expect("a list").iter();
    items
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// The text that is typed, the end of the first entry's id, and the least number of entries.
const FIRST: &[(&str, &str, usize)] = &[
    ("CD08", "invalid-contact-cd08", 1),
    ("#cd08", "invalid-contact-cd08", 1),
    ("cd08 联系人", "invalid-contact-cd08", 1),
    (
        "无效的联系人，请检查发货人相关信息 #CD08",
        "invalid-contact-cd08",
        1,
    ),
    ("WB_MAILNO_BLACK", "taobao-risk-wb-mailno-black", 1),
    ("p38", "split-check-failed-p38", 1),
    ("圆通国际", "pdd-yto-became-yto-international", 1),
    ("ytgj", "pdd-yto-became-yto-international", 1),
    ("pdd圆通", "pdd-yto-became-yto-international", 5),
    ("拼多多 圆通", "pdd-yto-became-yto-international", 5),
    ("如何进行物流同步", "how-to-sync", 1),
    ("qps", "douyin-qps-over-limit", 1),
    ("抖音 1604", "douyin-qps-over-limit", 1),
    ("HSF-0002", "alibaba-service-invoke-fail", 1),
    ("单", "", 30),
    ("超时", "", 3),
    ("wlys", "", 8),
    ("映射", "", 8),
    ("淘宝", "", 5),
    ("access_token", "pdd-access-token-expired", 1),
    (
        "订单 3598120047716620145 无效的联系人",
        "invalid-contact-cd08",
        1,
    ),
];

#[test]
fn what_shares_something_is_listed_and_the_best_comes_first() {
    let now = shipped_live().current();
    for (typed, id, least) in FIRST {
        let listing = listed(typed);
        let first = listing
            .hits
            .first()
            .unwrap_or_else(|| panic!("nothing for {typed}"));
        let found = &now.engine.kb().entries[first.entry].id;
        assert!(found.ends_with(id), "{typed}: {found}");
        assert!(listing.total >= *least, "{typed}: {}", listing.total);
    }
    assert_eq!(listed("zzzzqqqq").total, 0);
    assert_eq!(listed("？？").total, 0);
    assert_eq!(listed("  ").total, now.engine.kb().entries.len());
}

#[test]
fn every_entry_is_first_under_its_title_and_marked() {
    let now = shipped_live().current();
    for (position, entry) in now.engine.kb().entries.iter().enumerate() {
        let listing = listed(&entry.title);
        let first = &listing.hits[0];
        assert_eq!(first.entry, position, "{}", entry.title);
        assert!(!first.title_spans.is_empty(), "{}", entry.title);
    }
}

#[tokio::test]
async fn a_search_has_the_documented_shape() {
    let body = get(&format!(
        "/api/v1/search?q={}&per_page=3",
        encoded("物流映射")
    ))
    .await
    .json();
    assert_eq!((&body["page"], &body["per_page"]), (&1.into(), &3.into()));
    let total = body["total"].as_u64().expect("a number");
    assert_eq!(body["pages"].as_u64(), Some(total.div_ceil(3)));
    for result in body["results"].as_array().expect("a list") {
        for key in ["id", "title", "url", "category", "excerpt"] {
            assert!(result[key].is_string(), "{key}");
        }
        for key in ["platforms", "codes", "title_spans", "excerpt_spans"] {
            assert!(result[key].is_array(), "{key}");
        }
        for (text, spans) in [("title", "title_spans"), ("excerpt", "excerpt_spans")] {
            let length = result[text].as_str().expect("a text").chars().count() as u64;
            for span in result[spans].as_array().expect("a list") {
                let (start, end) = (span["start"].as_u64(), span["end"].as_u64());
                assert!(start < end && end <= Some(length), "{result}");
            }
        }
    }
}

#[tokio::test]
async fn every_count_is_what_its_filter_leaves() {
    for query in [
        "",
        "q=%E5%90%8C%E6%AD%A5",
        "q=%E5%90%8C%E6%AD%A5&platform=pdd",
        "acts=merchant&cause=mapping",
    ] {
        let all = get(&format!("/api/v1/search?{query}")).await.json();
        for filter in ["platform", "category", "cause", "acts"] {
            let others: Vec<&str> = query
                .split('&')
                .filter(|f| !f.is_empty() && !f.starts_with(&format!("{filter}=")))
                .collect();
            for value in all["facets"][filter].as_array().expect("a list") {
                let set = format!("{filter}={}", value["value"].as_str().expect("an id"));
                let uri = format!(
                    "/api/v1/search?{}",
                    [others.clone(), vec![&set]].concat().join("&")
                );
                let left = get(&uri).await.json();
                assert_eq!(left["total"], value["count"], "{uri}");
                assert!(left["total"].as_u64() > Some(0), "{uri}");
            }
        }
    }
}

#[tokio::test]
async fn pages_cover_everything_once() {
    let now = shipped_live().current();
    for (path, list) in [
        ("search?per_page=7", "results"),
        ("search?q=%E5%90%8C%E6%AD%A5&per_page=7", "results"),
        ("entries?per_page=7", "entries"),
    ] {
        let first = get(&format!("/api/v1/{path}")).await.json();
        let mut seen = BTreeSet::new();
        for page in 1..=first["pages"].as_u64().expect("a number") {
            let body = get(&format!("/api/v1/{path}&page={page}")).await.json();
            for id in ids(&body, list) {
                assert!(seen.insert(id.clone()), "{id} twice");
            }
        }
        assert_eq!(Some(seen.len() as u64), first["total"].as_u64(), "{path}");
        let beyond = get(&format!("/api/v1/{path}&page=99")).await;
        assert_eq!(
            (beyond.status.as_u16(), ids(&beyond.json(), list).len()),
            (200, 0)
        );
    }
    let all = get("/api/v1/entries?per_page=100").await.json();
    assert_eq!(ids(&all, "entries").len(), now.engine.kb().entries.len());
}

#[tokio::test]
async fn a_filter_holds_for_every_entry_of_the_list() {
    let body = get("/api/v1/entries?platform=pdd&cause=mapping&category=logistics&per_page=100.0")
        .await
        .json();
    let entries = body["entries"].as_array().expect("a list");
    assert!(!entries.is_empty());
    for entry in entries {
        assert!(
            entry["platforms"]
                .as_array()
                .expect("a list")
                .contains(&"pdd".into())
        );
        assert_eq!(entry["cause"], "mapping");
        assert!(
            entry["category"]
                .as_str()
                .expect("an id")
                .starts_with("logistics")
        );
    }
    let any = get("/api/v1/entries?platform=any").await.json();
    assert!(
        any["entries"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|e| e["platforms"] == Value::Array(vec![]))
    );
}

#[tokio::test]
async fn what_no_list_knows_is_a_problem_of_its_own() {
    for (query, problem, field) in [
        ("platform=ebay", "unknown-platform", "platform"),
        ("category=nowhere", "unknown-value", "category"),
        ("cause=weather", "unknown-value", "cause"),
        ("acts=nobody", "unknown-value", "acts"),
        ("page=0", "invalid-number", "page"),
        ("page=1.5", "invalid-number", "page"),
        ("per_page=101", "invalid-number", "per_page"),
        ("per_page=NaN", "invalid-number", "per_page"),
        ("size=3", "unknown-field", "size"),
        ("page=1&page=2", "repeated-field", "page"),
    ] {
        for path in ["search", "entries"] {
            let reply = get(&format!("/api/v1/{path}?{query}")).await;
            assert_eq!(reply.status, 400, "{path}?{query}");
            assert_eq!(
                reply.json()["type"],
                format!("/problems/{problem}"),
                "{path}?{query}"
            );
            assert_eq!(reply.json()["field"], field, "{path}?{query}");
            assert!(!reply.header("jieda-generation").is_empty());
        }
        assert_eq!(
            get(&format!("/browse?{query}")).await.status,
            400,
            "{query}"
        );
    }
    assert_eq!(get("/api/v1/entries?q=a").await.json()["field"], "q");
    let long = format!("/api/v1/search?q={}", "a".repeat(4_001));
    assert_eq!(get(&long).await.json()["type"], "/problems/text-too-long");
    let kept = get(&format!("/browse?cause=weather&q={}", encoded("物流映射"))).await;
    assert!(
        kept.body.contains("物流映射</textarea>"),
        "what was typed is kept"
    );
}

async fn entry(id: &str, accept: &str) -> Reply {
    let request = Request::get(format!("/api/v1/entries/{id}")).header("accept", accept);
    send(
        fixture::live(),
        request.body(Body::empty()).expect("a request"),
    )
    .await
}

#[tokio::test]
async fn an_entry_comes_in_the_form_that_was_asked_for() {
    let id = "shipping/sync/sender-phone-e17";
    let json = entry(id, "*/*").await;
    assert_eq!(json.header("content-type"), "application/json");
    let body = json.json();
    assert_eq!(
        (&body["id"], &body["cause"]),
        (&id.into(), &"settings".into())
    );
    assert_eq!(body["codes"], serde_json::json!(["E17"]));
    assert_eq!(
        body["messages"][0],
        "寄件电话未登记,请在仓库资料里补全后再提交 #E17"
    );
    assert_eq!(body["sections"][0]["heading"], "原因");
    assert!(
        body["answer"]["text"]
            .as_str()
            .expect("a text")
            .contains("填写寄件电话")
    );
    let markdown = entry(id, "text/markdown, application/json;q=0.5").await;
    assert_eq!(
        markdown.header("content-type"),
        "text/markdown; charset=utf-8"
    );
    assert!(markdown.body.starts_with("# 寄件电话未登记 #E17\n"));
    let plain = entry(id, "text/plain").await;
    assert_eq!(plain.header("content-type"), "text/plain; charset=utf-8");
    assert!(
        plain.body.contains("寄件电话未登记") && !plain.body.contains("**"),
        "{}",
        plain.body
    );
    let tags: BTreeSet<&str> = [&json, &markdown, &plain].map(|r| r.header("etag")).into();
    assert_eq!(tags.len(), 3, "each form has its own tag");
    for reply in [&json, &markdown, &plain] {
        assert!(reply.headers.get_all("vary").iter().any(|v| v == "accept"));
        let request = Request::get(format!("/api/v1/entries/{id}"))
            .header(
                "accept",
                reply
                    .header("content-type")
                    .split(';')
                    .next()
                    .unwrap_or_default(),
            )
            .header("if-none-match", reply.header("etag"));
        let again = send(
            fixture::live(),
            request.body(Body::empty()).expect("a request"),
        )
        .await;
        assert_eq!((again.status.as_u16(), again.body.as_str()), (304, ""));
        assert!(again.headers.get_all("vary").iter().any(|v| v == "accept"));
    }
    let moved = entry("shipping/sync/old-sender-phone", "text/plain").await;
    assert_eq!(moved.status, 301);
    assert_eq!(moved.header("location"), format!("/api/v1/entries/{id}"));
    assert_eq!(entry("shipping/sync/none", "*/*").await.status, 404);
}

#[tokio::test]
async fn what_agents_alone_may_read_is_in_no_list() {
    let now = fixture::live().current();
    let mut uris: Vec<String> = [
        "/api/v1/entries",
        "/api/v1/search",
        "/browse",
        "/batch",
        "/browse?q=AGENTS",
        "/api/v1/search?q=AGENTS-ONLY-MARKER",
        "/api/v1/suggest?q=AGENTS-ONLY-MARKER",
    ]
    .map(str::to_owned)
    .into();
    uris.extend(
        now.engine
            .kb()
            .entries
            .iter()
            .map(|e| format!("/api/v1/entries/{}", e.id)),
    );
    uris.push(format!("/api/v1/search?q={}", encoded("不要承诺解锁时间")));
    for uri in uris {
        for accept in ["*/*", "text/markdown", "text/plain"] {
            let request = Request::get(&uri).header("accept", accept);
            let reply = send(
                fixture::live(),
                request.body(Body::empty()).expect("a request"),
            )
            .await;
            assert_eq!(reply.status, 200, "{uri}");
            assert!(
                !reply.body.contains("不要承诺") && !reply.body.contains("先问商家"),
                "{uri}"
            );
            assert!(
                !reply.body.contains("AGENTS-ONLY") || uri.contains("AGENTS"),
                "{uri}"
            );
        }
    }
}

#[tokio::test]
async fn every_state_of_the_page_has_an_address_that_leads_back_to_it() {
    let page = get(&format!(
        "/browse?q={}&acts=merchant&per_page=5&page=2",
        encoded("同步")
    ))
    .await;
    assert_eq!(page.status, 200);
    let links: BTreeSet<&str> = page
        .body
        .split("href=\"/browse")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(links.len() > 20, "{links:?}");
    for link in links {
        let reply = get(&format!(
            "/browse{}",
            link.replace("&#38;", "&").replace("&amp;", "&")
        ))
        .await;
        assert_eq!(reply.status, 200, "{link}");
        assert!(
            !reply.body.contains("没有符合的条目"),
            "a counted filter leaves something: {link}"
        );
    }
    assert!(page.body.contains("<mark>同步</mark>"));
    assert!(
        page.body.contains("name=\"acts\" value=\"merchant\""),
        "the form keeps its filters"
    );
}

#[tokio::test]
async fn an_empty_list_says_what_to_loosen() {
    let page = get(&format!(
        "/browse?q={}&platform=jd&cause=network",
        encoded("cd08")
    ))
    .await;
    assert!(page.body.contains("没有符合的条目") && page.body.contains("去掉所有筛选"));
    assert!(page.body.contains("把它当报错查"));
    let page = get("/browse?q=zzzzqqqq").await;
    assert!(page.body.contains("没有符合的条目") && page.body.contains("换个短一点的词"));
}

#[tokio::test]
async fn what_was_typed_never_comes_back_as_markup() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;<b>";
    let mut sent = 0;
    for uri in [
        format!("/browse?q={}", encoded(evil)),
        format!("/browse?q={}&acts=merchant", encoded(evil)),
        format!("/browse?platform={0}&q={0}", encoded(evil)),
        format!("/browse?{}=1", encoded(evil)),
    ] {
        let reply = get(&uri).await;
        for raw in ["<script>", "<img src=x", "<b>al", "\"'>"] {
            assert!(!reply.body.contains(raw), "{raw} on {uri}");
        }
        sent += usize::from(reply.body.contains("alert(1)"));
    }
    assert!(sent > 2, "it was there, escaped");
}

proptest! {
    #[test]
    fn no_text_makes_a_list_fail(typed in any::<String>(), soup in "[a-z0-9 #单号锁定寄件電話ＥÀ\u{301}\n'<>%&\\\\]{0,80}") {
        let now = fixture::live().current();
        for typed in [typed, soup] {
            let listing = list(&now.engine, &now.catalog, &now.render_cache, &typed, &Filters::default(), 0..5);
            prop_assert!(listing.hits.len() <= listing.total);
            for hit in listing.hits {
                let length = hit.excerpt.chars().count();
                prop_assert!(hit.excerpt_spans.iter().all(|r| !r.is_empty() && r.end <= length));
            }
        }
    }
}
