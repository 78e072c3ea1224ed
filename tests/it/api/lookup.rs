//! The answer to a lookup: its fields, and the same bytes for the same text.

use serde_json::{Value, json};

use super::LOOKUP;
use crate::support;
use crate::support::fixture::{entries, get, lookup};
use crate::support::http::{JSON, Reply, encoded};

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
    let keys = [
        "outcome",
        "confidence",
        "generation",
        "lookup_id",
        "query",
        "results",
        "ask",
        "handover",
    ];
    let order: Vec<usize> = keys
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
    has(&body, &keys);
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
