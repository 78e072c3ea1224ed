//! 钉钉: a robot of the company's own in HTTP mode. The head is signed, and the Markdown in the
//! response is what the conversation shows. `/hooks/dingtalk/events` answers the sealed check of an
//! event subscription's address, and takes its events without a word.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use super::callback::{Body, Callback, REFUSED, fresh, now};
use super::conversation::Incoming;
use super::envelope::Envelope;
use super::message::{Line, Message};
use crate::web::http::error::Failure;
use crate::web::http::extract::Query;

/// A message has at most 20,000 bytes; the JSON around the text and its escapes take some.
const MOST: usize = 15_000;

/// Settings of the robot, as the console of 钉钉 shows them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    app_secret: String,
    /// Of the event subscription, where there is one.
    events: Option<Events>,
}

/// Settings of the event subscription, as the console of 钉钉 shows them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Events {
    app_key: String,
    token: String,
    aes_key: String,
}

/// A robot that is configured.
pub(super) struct Robot {
    secret: String,
    events: Option<Envelope>,
}

impl Settings {
    pub(super) fn robot(self) -> Result<Robot, &'static str> {
        if self.app_secret.is_empty() {
            return Err("app_secret must not be empty");
        }
        let events = self
            .events
            .map(|e| Envelope::new(e.token, &e.aes_key, e.app_key));
        Ok(Robot {
            secret: self.app_secret,
            events: events.transpose()?,
        })
    }
}

impl Robot {
    /// True if the head is signed, and recently.
    fn signed(&self, headers: &HeaderMap) -> bool {
        let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let (Some(timestamp), Some(sign)) = (header("timestamp"), header("sign")) else {
            return false;
        };
        // In milliseconds.
        let seconds = timestamp.get(..timestamp.len().saturating_sub(3));
        if !timestamp.bytes().all(|b| b.is_ascii_digit()) || !seconds.is_some_and(fresh) {
            return false;
        }
        let Ok(sign) = STANDARD.decode(sign) else {
            return false;
        };
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes());
        let mut mac = mac.expect("a key of any length will do");
        mac.update(format!("{timestamp}\n{}", self.secret).as_bytes());
        mac.verify_slice(&sign).is_ok()
    }
}

/// `POST /hooks/dingtalk`: a person wrote to the robot, alone or in a group.
pub(super) async fn message(
    State(callback): State<Arc<Callback<Robot>>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if !callback.platform.signed(&headers) {
        return REFUSED.into_response();
    }
    let reply = || {
        let body: Value = serde_json::from_str(&body.ok()?).ok()?;
        let message = callback.reply(&incoming(&body)?)?;
        Some(answer(&message, &body))
    };
    Json(reply().unwrap_or_else(|| json!({}))).into_response()
}

fn incoming(body: &Value) -> Option<Incoming> {
    let text = |name: &str| body[name].as_str();
    let sender = text("senderStaffId").or_else(|| text("senderId"))?;
    let content = body["text"]["content"].as_str();
    Some(Incoming {
        conversation: format!("dingtalk {} {sender}", text("conversationId")?),
        id: format!("dingtalk {}", text("msgId")?),
        text: content.map(|content| without_mention(content).to_owned()),
    })
}

/// 钉钉 takes the mention of the robot out of the text, but for some clients.
fn without_mention(text: &str) -> &str {
    let text = text.trim();
    match text
        .strip_prefix('@')
        .map(|rest| rest.find(char::is_whitespace))
    {
        Some(Some(end)) => text[1 + end..].trim_start(),
        Some(None) => "",
        None => text,
    }
}

/// In a group the one who asked is named, so that each finds the own answer.
fn answer(message: &Message, body: &Value) -> Value {
    let staff = body["senderStaffId"].as_str();
    let group = body["conversationType"] == "2";
    let mentioned = staff.filter(|_| group);
    let mut text = markup(message);
    if let Some(staff) = mentioned {
        text.push_str(&format!("\n\n@{staff}"));
    }
    json!({
        "msgtype": "markdown",
        "markdown": {"title": message.title, "text": text},
        "at": {"atUserIds": mentioned.as_slice(), "isAtAll": false},
    })
}

/// The few marks of Markdown that every client of 钉钉 shows.
fn markup(message: &Message) -> String {
    let message = message.clone().within(MOST, 8);
    let mut text = format!("#### {}", inert(&message.title));
    for line in &message.lines {
        match line {
            Line::Heading(heading) => text.push_str(&format!("\n\n**{}**", inert(heading))),
            Line::Text(line) => text.push_str(&format!("\n\n{}", inert(line))),
        }
    }
    if let Some(link) = message.link {
        text.push_str(&format!("\n\n[{}]({})", link.label, link.url));
    }
    text
}

/// A quoted message may hold marks: none of them makes a link, a picture or a heading here.
fn inert(text: &str) -> String {
    let text = text.replace("](", "]\u{200b}(");
    match text.starts_with(['#', '>']) {
        true => format!("\u{200b}{text}"),
        false => text,
    }
}

/// `POST /hooks/dingtalk/events`: the check of the address, and events, sealed.
pub(super) async fn event(
    State(callback): State<Arc<Callback<Robot>>>,
    query: Result<Query, Failure>,
    body: Body,
) -> Result<Json<Value>, StatusCode> {
    let answer = || {
        let envelope = callback.platform.events.as_ref()?;
        let Query(mut fields) = query.ok()?;
        // The older parameter has the same value.
        let signature = fields
            .take("msg_signature")
            .or_else(|| fields.take("signature"))?;
        let (timestamp, nonce) = (fields.take("timestamp")?, fields.take("nonce")?);
        let body: Value = serde_json::from_str(&body.ok()?).ok()?;
        let seconds = timestamp.get(..10).unwrap_or(&timestamp);
        let sealed = body["encrypt"].as_str().filter(|_| fresh(seconds))?;
        envelope.open(&signature, &timestamp, &nonce, sealed)?;
        let (sealed, timestamp) = (envelope.seal("success")?, now().to_string());
        Some(json!({
            "msg_signature": envelope.signature(&timestamp, &nonce, &sealed),
            "timeStamp": timestamp,
            "nonce": nonce,
            "encrypt": sealed,
        }))
    };
    answer().map(Json).ok_or(REFUSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_in_front_is_taken_off() {
        for text in ["@小解 报错 P38", " 报错 P38 ", "@小解\u{2005}报错 P38"] {
            assert_eq!(without_mention(text), "报错 P38");
        }
        assert_eq!(without_mention("@小解"), "");
        assert_eq!(without_mention("a@b.example 收不到"), "a@b.example 收不到");
    }

    #[test]
    fn what_was_quoted_makes_no_link() {
        assert_eq!(
            inert("[点我](https://evil.example)"),
            "[点我]\u{200b}(https://evil.example)"
        );
        assert_eq!(inert("# 标题"), "\u{200b}# 标题");
        assert_eq!(inert("WB_MAILNO_BLACK #P38"), "WB_MAILNO_BLACK #P38");
    }
}
