//! A person's message to the bot's reply, the same for every platform. A repeated message gets no
//! reply; a message after a question is taken as the answer to it; anything else is looked up.

use std::time::Duration;

use super::expiring_map::ExpiringMap;
use super::message::Message;
use crate::journal::Channel;
use crate::lookup::follow::Turn;
use crate::lookup::{Answer, Paste};
use crate::web::app::App;
use crate::web::http::error::Failure;

/// Results that a decision is made from.
const LIMIT: usize = 5;
/// Time in which a platform may repeat a message: it does so within seconds, at most for minutes.
/// Chosen.
const REPEATS: Duration = Duration::from_secs(10 * 60);
/// Most ids of messages that are remembered. Chosen.
const MOST_IDS: usize = 20_000;
/// Longest wait of a question for its reply. Chosen.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// Most questions that wait at the same time; each holds the masked text that it was asked about.
/// Chosen.
const MOST_QUESTIONS: usize = 1_000;

/// A person's message, of whatever platform.
pub(super) struct Incoming {
    /// Names the person and the chat; no two platforms or people share one.
    pub(super) conversation: String,
    /// The platform's id of the message.
    pub(super) id: String,
    /// The text without mentions; `None` where it holds no text.
    pub(super) text: Option<String>,
}

/// Messages seen and questions asked lately, of all conversations.
pub(super) struct Conversations {
    seen: ExpiringMap<()>,
    questions: ExpiringMap<Turn>,
}

impl Conversations {
    pub(super) fn new() -> Self {
        Self {
            seen: ExpiringMap::new(MOST_IDS, REPEATS),
            questions: ExpiringMap::new(MOST_QUESTIONS, PATIENCE),
        }
    }

    /// The reply to a message; `None` to a repeat.
    pub(super) fn reply(&self, app: &App, message: &Incoming) -> Option<Message> {
        if self.seen.put(&message.id, ()).is_some() {
            return None;
        }
        let Some(text) = &message.text else {
            return Some(Message::plain(
                "我只看得懂文字",
                &["请把报错的文字贴过来。"],
            ));
        };
        if text.trim().is_empty() {
            let greeting = "把平台返回的报错原文，或者用一句话说的问题发给我，我来找解决办法。";
            return Some(Message::plain("你好", &[greeting]));
        }
        Some(self.look_up(app, &message.conversation, text))
    }

    fn look_up(&self, app: &App, conversation: &str, text: &str) -> Message {
        let now = app.service.current();
        let paste = match Paste::new(now.engine.kb(), text, None) {
            Ok(paste) => paste,
            Err(error) => {
                let view = Failure::from(error).view();
                return Message::plain(view.title, &[&view.detail]);
            }
        };
        let before = self.questions.take(conversation);
        let recorded = app
            .service
            .turn(&now, &paste, before.as_ref(), LIMIT, Channel::Hook);
        let Answer {
            verdict, problems, ..
        } = &recorded.answer;
        let base = app.options.public_url.as_deref();
        if !problems.is_empty() {
            return Message::problems(&now, problems, base);
        }
        if let Some(next) = recorded.next {
            self.questions.put(conversation, next);
        }
        Message::of(&now, verdict, base)
    }
}
