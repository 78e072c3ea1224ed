//! Handovers hold nothing personal and nothing secret, whichever channel was asked: the API, a
//! batch, a tool call, a chat.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jieda::web::Chat;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::privacy::{Row, corpus};
use crate::support;
use crate::support::http::{JSON, send};

/// The parts of an answer that may repeat the text: without the words of the knowledge base and
/// without ids.
fn repeated(answer: &Value) -> String {
    const OURS: [&str; 8] = [
        "orders",
        "results",
        "ask",
        "options",
        "generation",
        "lookup_id",
        "fingerprint",
        "next",
    ];
    match answer {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !OURS.contains(&name.as_str()))
            .map(|(_, value)| repeated(value))
            .collect(),
        Value::Array(items) => items.iter().map(repeated).collect(),
        Value::String(text) => format!("{}\n", text.to_lowercase()),
        _ => String::new(),
    }
}

/// Parts that came back and must not.
#[derive(Default)]
struct Leaks(Vec<String>);

impl Leaks {
    fn look(&mut self, channel: &str, row: &Row, repeated: &str) {
        let left = row.leaks(repeated);
        self.0
            .extend(left.iter().map(|leak| format!("{channel}: {leak}")));
    }

    #[track_caller]
    fn none(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

async fn post(router: &Router, uri: &str, headers: &[(&str, &str)], body: &Value) -> Value {
    let mut request = Request::post(uri)
        .header(header::CONTENT_TYPE, JSON)
        .header(header::HOST, "127.0.0.1");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(Body::from(body.to_string()))
        .expect("a request");
    let reply = send(router.clone(), request).await;
    assert_eq!(reply.status, 200, "{body}: {}", reply.body);
    reply.json()
}

#[tokio::test]
async fn a_lookup_hands_over_nothing_personal() {
    let router = support::router();
    let (mut leaks, mut handed) = (Leaks::default(), 0);
    for row in corpus() {
        let answer = post(&router, "/api/v1/lookup", &[], &json!({"text": row.text})).await;
        handed += usize::from(answer["handover"].is_object());
        leaks.look("lookup", row, &repeated(&answer));
    }
    leaks.none();
    assert!(
        handed * 10 > corpus().len() * 8,
        "{handed} were handed over"
    );
}

#[tokio::test]
async fn a_batch_hands_over_nothing_personal() {
    let router = support::router();
    let mut leaks = Leaks::default();
    for rows in corpus().chunks(200) {
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        let body = json!({"texts": texts});
        let answer = post(&router, "/api/v1/lookup/batch", &[], &body).await;
        let groups = answer["groups"].as_array().expect("a list");
        assert!(groups.len() * 2 > rows.len(), "{} groups", groups.len());
        for group in groups {
            for line in group["lines"].as_array().expect("a list") {
                let at = line.as_u64().expect("a number") as usize - 1;
                leaks.look("batch", &rows[at], &repeated(group));
            }
        }
    }
    leaks.none();
}

#[tokio::test]
async fn a_tool_call_hands_over_nothing_personal() {
    let router = support::router();
    let headers = [
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2025-11-25"),
    ];
    let (mut leaks, mut handed) = (Leaks::default(), 0);
    for row in corpus() {
        let call = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "lookup_error", "arguments": {"text": row.text}},
        });
        let answer = post(&router, "/mcp", &headers, &call).await;
        let result = &answer["result"]["structuredContent"];
        assert!(result.is_object(), "{answer}");
        handed += usize::from(result["handover"].is_object());
        leaks.look("mcp", row, &repeated(result));
    }
    leaks.none();
    assert!(
        handed * 10 > corpus().len() * 8,
        "{handed} were handed over"
    );
}

const SECRET: &str = "ding-app-secret";

fn signature(timestamp: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes());
    let mut mac = mac.expect("a key of any length will do");
    mac.update(format!("{timestamp}\n{SECRET}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[tokio::test]
async fn a_chat_hands_over_nothing_personal() {
    let folder = support::Scratch::new("handover");
    folder.write(
        "hooks.toml",
        format!("[dingtalk]\napp_secret = \"{SECRET}\"\n"),
    );
    let chat = Chat::read(&folder.path().join("hooks.toml")).expect("the file can be used");
    let router = jieda::web::router(support::app(), chat);
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let timestamp = now.expect("after 1970").as_millis().to_string();
    let sign = signature(&timestamp);
    let headers = [("timestamp", timestamp.as_str()), ("sign", sign.as_str())];
    let (mut leaks, mut handed) = (Leaks::default(), 0);
    for (number, row) in corpus().iter().enumerate() {
        let message = json!({
            "conversationId": format!("c{number}"), "conversationType": "1", "senderId": "s",
            "msgId": number.to_string(), "msgtype": "text", "text": {"content": row.text},
        });
        let answer = post(&router, "/hooks/dingtalk", &headers, &message).await;
        let text = answer["markdown"]["text"].as_str().expect("a text");
        // The rest says which entry it is, in the entry's own words.
        if text.contains("转给客服") {
            handed += 1;
            let (said, _) = text.split_once("同类报错编号").expect("a fingerprint");
            leaks.look("chat", row, &said.to_lowercase());
        }
    }
    leaks.none();
    assert!(
        handed * 10 > corpus().len() * 8,
        "{handed} were handed over"
    );
}
