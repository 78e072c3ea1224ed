//! Pages are safe: no agent notes, no markup from a request, and headers that forbid the rest.

use jieda::kb::Entry;
use serde_json::json;

use crate::api::LOOKUP;
use crate::support::fixture::{entries, get, lookup, search};
use crate::support::http::encoded;

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
