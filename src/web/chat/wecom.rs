//! 企业微信: an application's callback. A GET checks the address; a POST is a sealed XML whose answer,
//! sealed too, is what the person reads. Text alone: passive replies know no Markdown.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::callback::{Body, Callback, REFUSED, fresh, now};
use super::conversation::Incoming;
use super::envelope::Envelope;
use super::message::{Line, Message};
use crate::web::http::error::Failure;
use crate::web::http::extract::{Fields, Query};

/// A text message's content has at most so many bytes; the rest is cut off by the platform.
const MOST: usize = 2_048;

/// Settings of the application's callback, as the console of 企业微信 shows them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    corp_id: String,
    token: String,
    aes_key: String,
}

impl Settings {
    pub(super) fn envelope(self) -> Result<Envelope, &'static str> {
        if self.corp_id.is_empty() || self.token.is_empty() {
            return Err("corp_id and token must not be empty");
        }
        Envelope::new(self.token, &self.aes_key, self.corp_id)
    }
}

/// The signature in the address of a callback.
struct Signed {
    signature: String,
    timestamp: String,
    nonce: String,
}

impl Signed {
    fn take(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            signature: fields.take("msg_signature")?,
            timestamp: fields.take("timestamp")?,
            nonce: fields.take("nonce")?,
        })
    }

    fn open(&self, envelope: &Envelope, sealed: &str) -> Option<String> {
        fresh(&self.timestamp)
            .then(|| envelope.open(&self.signature, &self.timestamp, &self.nonce, sealed))
            .flatten()
    }
}

/// `GET /hooks/wecom`: the console asks whether the address is ours.
pub(super) async fn check(
    State(callback): State<Arc<Callback<Envelope>>>,
    query: Result<Query, Failure>,
) -> Result<String, StatusCode> {
    let echo = || {
        let Query(mut fields) = query.ok()?;
        let signed = Signed::take(&mut fields)?;
        signed.open(&callback.platform, &fields.take("echostr")?)
    };
    echo().ok_or(REFUSED)
}

/// `POST /hooks/wecom`: a person wrote.
pub(super) async fn message(
    State(callback): State<Arc<Callback<Envelope>>>,
    query: Result<Query, Failure>,
    body: Body,
) -> Response {
    let opened = || {
        let Query(mut fields) = query.ok()?;
        let signed = Signed::take(&mut fields)?;
        let envelope = &callback.platform;
        let text = signed.open(envelope, &element(&body.ok()?, "Encrypt")?)?;
        Some((envelope, text, signed.nonce))
    };
    let Some((envelope, xml, nonce)) = opened() else {
        return REFUSED.into_response();
    };
    // From here on it is the platform that asks: an empty answer says that there is none.
    let reply = Opened::read(&xml).and_then(|incoming| {
        let message = callback.reply(&incoming.message)?;
        sealed(envelope, &incoming.answer(&message)?, &nonce)
    });
    match reply {
        Some(xml) => ([(header::CONTENT_TYPE, "application/xml")], xml).into_response(),
        None => StatusCode::OK.into_response(),
    }
}

/// A message, decrypted.
struct Opened {
    user: String,
    corp: String,
    message: Incoming,
}

impl Opened {
    /// Nothing for what is no person's message, such as the opening of the conversation.
    fn read(xml: &str) -> Option<Self> {
        let user = element(xml, "FromUserName")?;
        let kind = element(xml, "MsgType")?;
        if kind == "event" {
            return None;
        }
        Some(Self {
            corp: element(xml, "ToUserName")?,
            message: Incoming {
                conversation: format!("wecom {user}"),
                id: format!("wecom {}", element(xml, "MsgId")?),
                text: (kind == "text").then(|| element(xml, "Content")).flatten(),
            },
            user,
        })
    }

    /// The reply in XML; `None` if it cannot be rendered.
    fn answer(&self, message: &Message) -> Option<String> {
        let reply = Reply {
            user: &self.user,
            corp: &self.corp,
            time: now(),
            content: &allowed(&markup(message)),
        };
        reply.render().ok()
    }
}

#[derive(Template)]
#[template(path = "wecom_reply.xml")]
struct Reply<'a> {
    user: &'a str,
    corp: &'a str,
    time: u64,
    content: &'a str,
}

#[derive(Template)]
#[template(path = "wecom_envelope.xml")]
struct Sealed<'a> {
    encrypted: &'a str,
    signature: &'a str,
    time: &'a str,
    nonce: &'a str,
}

/// Lines of text; a link is an anchor, the one markup that a text message knows.
fn markup(message: &Message) -> String {
    let link = message.link.as_ref();
    let anchor = link.map_or(0, |l| l.url.len() + 64);
    let message = message.clone().within(MOST - anchor.min(MOST / 2), 8);
    let mut text = message.title;
    for line in &message.lines {
        match line {
            Line::Heading(heading) => text.push_str(&format!("\n\n【{heading}】")),
            Line::Text(line) => text.push_str(&format!("\n{line}")),
        }
    }
    if let Some(link) = message.link {
        text.push_str(&format!("\n\n<a href=\"{}\">{}</a>", link.url, link.label));
    }
    text
}

fn sealed(envelope: &Envelope, xml: &str, nonce: &str) -> Option<String> {
    let encrypted = envelope.seal(xml)?;
    let time = now().to_string();
    let sealed = Sealed {
        signature: &envelope.signature(&time, nonce, &encrypted),
        encrypted: &encrypted,
        time: &time,
        nonce: &allowed(nonce),
    };
    sealed.render().ok()
}

/// A text with a space for each control character, which XML allows in no form.
fn allowed(text: &str) -> String {
    let barred = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    text.replace(barred, " ")
}

/// The text of an element right below the root. Documents with a DTD are refused by the parser.
fn element(xml: &str, name: &str) -> Option<String> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let element = document
        .root_element()
        .children()
        .find(|child| child.has_tag_name(name))?;
    element.text().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_xml_is_no_message() {
        let billion = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><xml><Content>&b;</Content></xml>";
        let external = "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><Content>&a;</Content></xml>";
        let deep = "<a>".repeat(100_000);
        for xml in [
            billion,
            external,
            &deep,
            "",
            "<xml>",
            "<xml><Content/></xml>",
            "\u{0}",
            "{}",
        ] {
            assert_eq!(element(xml, "Content"), None);
        }
        assert_eq!(
            element(
                "<xml><Content><![CDATA[a<b>&amp;]]></Content></xml>",
                "Content"
            )
            .as_deref(),
            Some("a<b>&amp;")
        );
    }

    #[test]
    fn an_answer_stays_within_the_platforms_bound_with_its_link() {
        let mut message = Message::plain("标题", &["一步。".repeat(1_000).as_str()]);
        message.link = Some(super::super::message::Link {
            label: "打开这一条",
            url: "https://help.example/kb/shipping/sync/sender-phone-e17".to_owned(),
        });
        let text = markup(&message);
        assert!(text.len() <= MOST, "{}", text.len());
        assert!(
            text.len() > MOST / 2 && text.ends_with("看全文</a>"),
            "{text}"
        );
    }
}
