//! 飞书: event subscription of an application's bot. The body is signed and sealed; the answer is not
//! the response's, so it is sent by [`super::outbox`] after the event was taken.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::callback::{Body, Callback, REFUSED, fresh};
use super::conversation::Incoming;
use super::envelope::{decrypt, hex};
use super::message::{Line, Message};
use super::outbox::{Letter, Outbox};

/// A message's JSON has at most 30 kB; the text's share of it once each line is an object in it.
const MOST: usize = 15_000;
/// Bytes of a line's JSON object beside its text.
const LINE: usize = 64;

/// Settings of the application, as the console of 飞书 shows them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    app_id: String,
    app_secret: String,
    encrypt_key: String,
    verification_token: String,
    /// Address of the API; Lark's is another.
    #[serde(default = "feishu")]
    url: String,
}

fn feishu() -> String {
    "https://open.feishu.cn".to_owned()
}

/// A bot that is configured.
pub(super) struct Bot {
    encrypt_key: String,
    token: String,
    outbox: Outbox,
}

impl Settings {
    pub(super) fn bot(self) -> Result<Bot, &'static str> {
        let needed = [
            &self.app_id,
            &self.app_secret,
            &self.encrypt_key,
            &self.verification_token,
        ];
        if needed.iter().any(|value| value.is_empty()) {
            return Err("app_id, app_secret, encrypt_key and verification_token must not be empty");
        }
        if !self.url.starts_with("https://") && !self.url.starts_with("http://") {
            return Err("url is an address such as https://open.feishu.cn");
        }
        let url = self.url.trim_end_matches('/').to_owned();
        let outbox = Outbox::new(url, self.app_id, self.app_secret);
        Ok(Bot {
            encrypt_key: self.encrypt_key,
            token: self.verification_token,
            outbox: outbox.map_err(|_| "the system gives no thread to send answers with")?,
        })
    }
}

impl Bot {
    /// True if the body is signed, and recently.
    fn signed(&self, headers: &HeaderMap, body: &str) -> bool {
        let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
        let (Some(timestamp), Some(nonce), Some(signature)) = (
            header("x-lark-request-timestamp"),
            header("x-lark-request-nonce"),
            header("x-lark-signature"),
        ) else {
            return false;
        };
        let signed = [timestamp, nonce, &self.encrypt_key, body].concat();
        let right = hex(&Sha256::digest(signed));
        fresh(timestamp) && bool::from(right.as_bytes().ct_eq(signature.as_bytes()))
    }

    /// The event inside a body.
    fn open(&self, body: &str) -> Option<Value> {
        let body: Value = serde_json::from_str(body).ok()?;
        let text = unseal(&self.encrypt_key, body["encrypt"].as_str()?)?;
        serde_json::from_str(&text).ok()
    }

    /// True if an event carries our token, which older and newer events have in different places.
    fn ours(&self, event: &Value) -> bool {
        let token = event["header"]["token"]
            .as_str()
            .or(event["token"].as_str());
        token.is_some_and(|t| bool::from(t.as_bytes().ct_eq(self.token.as_bytes())))
    }
}

/// AES-256-CBC under the SHA-256 of the key, the initialisation vector in front, PKCS #7.
fn unseal(key: &str, sealed: &str) -> Option<String> {
    let bytes = STANDARD.decode(sealed).ok()?;
    let (iv, bytes) = bytes.split_at_checked(16)?;
    let mut bytes = decrypt(&Sha256::digest(key).into(), iv, bytes)?;
    let padding = usize::from(*bytes.last()?);
    if !(1..=16).contains(&padding) {
        return None;
    }
    bytes.truncate(bytes.len().checked_sub(padding)?);
    String::from_utf8(bytes).ok()
}

/// `POST /hooks/feishu`
pub(super) async fn event(
    State(callback): State<Arc<Callback<Bot>>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, StatusCode> {
    let bot = &callback.platform;
    let body = body.map_err(|_| REFUSED)?;
    let signed = bot.signed(&headers, &body);
    // The check of the address may come without a signature; sealed and with the token it always is.
    let checks = headers.get("x-lark-signature").is_none();
    if !signed && !checks {
        return Err(REFUSED);
    }
    let event = bot.open(&body).filter(|e| bot.ours(e)).ok_or(REFUSED)?;
    if event["type"] == "url_verification" {
        return Ok(Json(json!({"challenge": event["challenge"]})));
    }
    if !signed {
        return Err(REFUSED);
    }
    if let Some((message, to)) = incoming(&event)
        && let Some(message) = callback.reply(&message)
    {
        bot.outbox.send(Letter {
            to,
            content: markup(&message),
        });
    }
    Ok(Json(json!({})))
}

/// The message of an event, and the id that an answer refers to. In a group, one that mentions
/// nobody is not meant for the bot.
fn incoming(event: &Value) -> Option<(Incoming, String)> {
    if event["header"]["event_type"] != "im.message.receive_v1" {
        return None;
    }
    let event = &event["event"];
    let message = &event["message"];
    let mentions = message["mentions"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if event["sender"]["sender_type"] != "user"
        || (message["chat_type"] != "p2p" && mentions.is_empty())
    {
        return None;
    }
    let id = message["message_id"].as_str()?;
    let chat = message["chat_id"].as_str()?;
    let sender = event["sender"]["sender_id"]["open_id"].as_str()?;
    let content: Value = serde_json::from_str(message["content"].as_str()?).ok()?;
    let text = match message["message_type"].as_str()? {
        "text" => content["text"].as_str().map(str::to_owned),
        "post" => Some(post_text(&content)),
        _ => None,
    };
    let text = text.map(|mut text| {
        for key in mentions.iter().filter_map(|m| m["key"].as_str()) {
            text = text.replace(key, " ");
        }
        text.trim().to_owned()
    });
    let message = Incoming {
        conversation: format!("feishu {chat} {sender}"),
        id: format!("feishu {id}"),
        text,
    };
    Some((message, id.to_owned()))
}

/// The text of a rich message: its paragraphs, mentions left out.
fn post_text(content: &Value) -> String {
    let mut text = content["title"].as_str().unwrap_or_default().to_owned();
    for paragraph in content["content"].as_array().into_iter().flatten() {
        text.push('\n');
        for part in paragraph.as_array().into_iter().flatten() {
            text.push_str(part["text"].as_str().unwrap_or_default());
        }
    }
    text
}

/// A rich message in 飞书's own form: nothing in it is parsed for marks, so nothing can be forged.
fn markup(message: &Message) -> Value {
    let message = message.clone().within(MOST, LINE);
    let mut paragraphs: Vec<Value> = message
        .lines
        .iter()
        .map(|line| match line {
            Line::Heading(heading) => json!([{"tag": "text", "text": heading, "style": ["bold"]}]),
            Line::Text(text) => json!([{"tag": "text", "text": text}]),
        })
        .collect();
    if let Some(link) = message.link {
        paragraphs.push(json!([{"tag": "a", "text": link.label, "href": link.url}]));
    }
    json!({"zh_cn": {"title": message.title, "content": paragraphs}})
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of 飞书's own documentation.
    #[test]
    fn the_documented_example_opens() {
        let sealed = "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=";
        assert_eq!(unseal("test key", sealed).as_deref(), Some("hello world"));
        for (key, sealed) in [
            ("test kez", sealed),
            ("test key", ""),
            ("test key", "AAAA"),
            ("test key", "P37w+VZImNgPEO1RBhJ6Rg=="),
            ("test key", "no Base64!"),
        ] {
            assert_ne!(unseal(key, sealed).as_deref(), Some("hello world"));
        }
    }

    #[test]
    fn an_answer_of_many_lines_stays_within_the_platforms_bound() {
        let line = "一步。\"".repeat(5);
        let lines = vec![line.as_str(); 2_000];
        let content = markup(&Message::plain("标题", &lines)).to_string();
        // It is sent as a string inside another JSON.
        let sent = json!(content).to_string();
        assert!(sent.len() <= 30_000, "{}", sent.len());
    }
}
