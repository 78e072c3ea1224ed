//! A message to what is said back: the same for every platform. A repeat says nothing; a message
//! after a question is understood as its reply where it is one; everything else is looked up.

use std::time::Duration;

use super::memory::Memory;
use super::speech::Speech;
use crate::journal::Face;
use crate::lookup::Paste;
use crate::lookup::follow::Turn;
use crate::web::App;
use crate::web::error::Failure;

/// Results that a decision is made from.
const LIMIT: usize = 5;
/// A platform repeats a message within seconds, at most for some minutes.
const REPEATS: Duration = Duration::from_secs(10 * 60);
/// Ids of messages that are remembered.
const MOST_IDS: usize = 20_000;
/// How long a question waits for its reply.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// Questions that wait at the same time; each holds the masked text that it was asked about.
const MOST_QUESTIONS: usize = 1_000;
/// What every platform's message comes down to.
pub(super) struct Message {
    /// Who talks where; no two platforms or people share one.
    pub(super) conversation: String,
    /// The platform's id of the message.
    pub(super) id: String,
    /// Without mentions; nothing where it holds no text.
    pub(super) text: Option<String>,
}

/// What is remembered of all conversations.
pub(super) struct Talks {
    seen: Memory<()>,
    questions: Memory<Turn>,
}

impl Talks {
    pub(super) fn new() -> Self {
        Self {
            seen: Memory::new(MOST_IDS, REPEATS),
            questions: Memory::new(MOST_QUESTIONS, PATIENCE),
        }
    }

    /// What is said back; nothing to a repeat.
    pub(super) fn reply(&self, app: &App, message: &Message) -> Option<Speech> {
        if self.seen.put(&message.id, ()).is_some() {
            return None;
        }
        let Some(text) = &message.text else {
            return Some(Speech::plain("我只看得懂文字", &["请把报错的文字贴过来。"]));
        };
        if text.trim().is_empty() {
            let greeting = "把平台返回的报错原文，或者用一句话说的问题发给我，我来找解决办法。";
            return Some(Speech::plain("你好", &[greeting]));
        }
        Some(self.look(app, &message.conversation, text))
    }

    fn look(&self, app: &App, conversation: &str, text: &str) -> Speech {
        let now = app.current();
        let paste = match Paste::new(now.engine.kb(), text, None) {
            Ok(paste) => paste,
            Err(error) => {
                let told = Failure::from(error).told();
                return Speech::plain(told.title, &[&told.detail]);
            }
        };
        let looked = match self.questions.take(conversation) {
            Some(turn) => app.follow(&now, &turn, &paste, LIMIT, Face::Hook).0,
            None => app.lookup(&now, &paste, LIMIT, Face::Hook),
        };
        let answer = looked.answer;
        let base = app.options.public_url.as_deref();
        if !answer.problems.is_empty() {
            return Speech::problems(&now, &answer.problems, base);
        }
        if let Some(turn) = Turn::of(&answer, None) {
            self.questions.put(conversation, turn);
        }
        Speech::of(&now, &answer.verdict, base)
    }
}
