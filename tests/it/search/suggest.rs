//! Suggestions, on the fixture and on the knowledge base that ships.
//!
//! 1. A title, a code, a training phrase, pinyin or initials, whole or in part, finds its entry first.
//! 2. Case, width, script and the `#` of a code do not matter.
//! 3. An entry comes once, marked where it matched.
//! 4. Nothing that is typed makes it fail.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jieda::live::Generation;
use jieda::search::suggest::{Suggestion, SuggestionKind, suggest};
use proptest::prelude::*;

use SuggestionKind::{Code, Phrase, Pinyin, Title};

use super::{get, send};
use crate::support::http::encoded;
use crate::support::{fixture, shipped_live};

fn suggested(now: &Generation, typed: &str) -> Vec<Suggestion> {
    suggest(&now.engine, &now.catalog, typed, 8)
}

/// The text that is typed, and the kind and a part of the text of the first suggestion.
const FIRST: &[(&str, SuggestionKind, &str)] = &[
    ("无效的联系人", Title, "无效的联系人"),
    ("無效的聯繫人", Title, "无效的联系人"),
    ("无效的联", Title, "无效的联"),
    ("CD08", Code, "CD08"),
    ("#cd08", Code, "CD08"),
    ("ＣＤ０８", Code, "CD08"),
    ("cd0", Code, "CD0"),
    ("p38", Code, "P38"),
    ("wb_mailno", Code, "WB_MAILNO_BLACK"),
    ("mailno black", Code, "WB_MAILNO_BLACK"),
    ("wlys", Pinyin, "物流映射"),
    ("wuliuyingshe", Pinyin, "物流映射"),
    ("wuliuys", Pinyin, "物流映射"),
    ("wu liu ying she", Pinyin, "物流映射"),
    ("wuliu", Pinyin, "物流"),
    ("wul", Pinyin, "物流"),
    ("chaidan", Pinyin, "拆单"),
    ("ytgj", Pinyin, "圆通国际"),
    ("圆通国际", Title, "圆通国际"),
    ("拼多多圆通", Title, "拼多多圆通"),
    ("圆通 拼多多", Title, "拼多多圆通"),
    ("pdd 圆通国际", Title, "圆通国际"),
    ("qps", Title, "QPS"),
    ("over limit", Title, "over limit"),
    ("抖音cds_key", Title, "cds_key"),
    ("cds_key 是什么", Phrase, "cds_key"),
    ("拆", Title, "拆"),
    ("物 流 映 射", Title, "物流映射"),
];

#[test]
fn what_is_typed_finds_its_entry_first() {
    let now = shipped_live().current();
    for (typed, kind, part) in FIRST {
        let found = suggested(&now, typed);
        let first = found
            .first()
            .unwrap_or_else(|| panic!("nothing for {typed}"));
        assert_eq!(
            (first.kind, first.text.contains(part)),
            (*kind, true),
            "{typed}: {first:?}"
        );
    }
}

#[test]
fn every_entry_is_suggested_by_its_title_and_its_codes() {
    for live in [shipped_live(), fixture::live()] {
        let now = live.current();
        for (position, entry) in now.engine.kb().entries.iter().enumerate() {
            let title: String = entry.title.chars().take(60).collect();
            let first = &suggested(&now, &title)[0];
            assert_eq!((first.entry, first.kind), (position, Title), "{title}");
            for code in now.catalog.codes(position) {
                let code: String = code.chars().take(60).collect();
                for typed in [code.to_lowercase(), format!("#{code}")] {
                    let found = suggested(&now, &typed);
                    assert!(
                        found.iter().any(|s| s.entry == position),
                        "{typed}: {found:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn an_entry_comes_once_and_its_marks_lie_on_what_was_typed() {
    let now = shipped_live().current();
    for typed in ["同步", "拼多多", "映射 物流", "wl", "订单", "d"] {
        let found = suggested(&now, typed);
        assert_eq!(found.len(), 8, "{typed}");
        let mut entries: Vec<usize> = found.iter().map(|s| s.entry).collect();
        entries.sort_unstable();
        entries.dedup();
        assert_eq!(entries.len(), 8, "{typed}: an entry twice");
        for s in &found {
            let length = s.text.chars().count();
            assert!(
                s.spans.is_sorted_by(|a, b| a.end < b.start),
                "{typed}: {s:?}"
            );
            assert!(
                s.spans.iter().all(|r| !r.is_empty() && r.end <= length),
                "{typed}: {s:?}"
            );
        }
    }
    let marked = |typed: &str| {
        let first = &suggested(&now, typed)[0];
        let chars: Vec<char> = first.text.chars().collect();
        first
            .spans
            .iter()
            .map(|r| chars[r.clone()].iter().collect::<String>())
            .collect::<Vec<_>>()
    };
    assert_eq!(marked("wlys"), ["物流映射"]);
    assert_eq!(marked("圆通 拼多多"), ["拼多多圆通", "圆通"]);
    assert_eq!(marked("＃ｃｄ０８"), ["CD08"]);
}

#[tokio::test]
async fn suggestions_have_the_documented_shape() {
    let reply = get(&format!("/api/v1/suggest?q={}", encoded("wlys"))).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/json");
    let now = shipped_live().current();
    assert_eq!(reply.header("jieda-generation"), now.engine.generation());
    let body = reply.json();
    let all = body["suggestions"].as_array().expect("a list");
    assert!((1..=8).contains(&all.len()));
    for one in all {
        let entry = now
            .engine
            .kb()
            .entry(one["id"].as_str().expect("an id"))
            .expect("an entry");
        assert_eq!(one["title"], entry.title);
        assert_eq!(one["url"], format!("/kb/{}", entry.id));
        assert!(one["text"].is_string() && one["spans"].is_array());
    }
    assert_eq!(all[0]["kind"], "pinyin");
    let count = async |query: &str| {
        let reply = get(&format!("/api/v1/suggest?{query}")).await;
        reply.json()["suggestions"].as_array().map(Vec::len)
    };
    assert_eq!(count("q=%E5%90%8C%E6%AD%A5&limit=20").await, Some(20));
    assert_eq!(count("q=%E5%90%8C%E6%AD%A5&limit=3").await, Some(3));
    for nothing in ["q=", "q=+%0A", "q=%00", "q=%3F%EF%BC%8C", "q=zzzzqqqq"] {
        assert_eq!(count(nothing).await, Some(0), "{nothing}");
    }
    let paste = encoded(&"拼多多物流映射".repeat(10));
    assert_eq!(
        count(&format!("q={paste}")).await,
        Some(0),
        "a paste is not typed"
    );
    for (query, problem) in [
        (String::new(), "missing-field"),
        ("q=a&limit=0".into(), "invalid-limit"),
        ("q=a&limit=21".into(), "invalid-limit"),
        ("q=a&limit=x".into(), "invalid-limit"),
        ("q=a&q=b".into(), "repeated-field"),
        ("q=a&size=3".into(), "unknown-field"),
        (format!("q={}", "a".repeat(4_001)), "text-too-long"),
    ] {
        let reply = get(&format!("/api/v1/suggest?{query}")).await;
        assert_eq!(reply.status, 400, "{query}");
        assert_eq!(
            reply.json()["type"],
            format!("/problems/{problem}"),
            "{query}"
        );
    }
}

#[tokio::test]
async fn who_has_the_suggestions_already_is_sent_nothing() {
    let uri = "/api/v1/suggest?q=cd08";
    let tag = get(uri).await.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let request = Request::get(uri).header("if-none-match", &tag);
    let again = send(
        shipped_live(),
        request.body(Body::empty()).expect("a request"),
    )
    .await;
    assert_eq!(
        (again.status, again.body.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(again.header("etag"), tag);
    let request = Request::get(uri).header("if-none-match", "W/\"old\"");
    let again = send(
        shipped_live(),
        request.body(Body::empty()).expect("a request"),
    )
    .await;
    assert_eq!(again.status, StatusCode::OK);
    let request = Request::get(uri).header("if-none-match", &tag);
    let other = send(
        fixture::live(),
        request.body(Body::empty()).expect("a request"),
    )
    .await;
    assert_eq!(
        other.status,
        StatusCode::OK,
        "another generation has another tag"
    );
}

proptest! {
    #[test]
    fn nothing_that_is_typed_makes_it_fail(typed in any::<String>(), soup in "[a-z0-9 #物流映射單號ＡａÀ\u{301}\n'<>]{0,45}") {
        let now = fixture::live().current();
        for typed in [typed, soup] {
            for s in suggested(&now, &typed) {
                let length = s.text.chars().count();
                prop_assert!(s.spans.iter().all(|r| !r.is_empty() && r.end <= length));
            }
        }
    }
}
