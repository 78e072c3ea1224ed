//! A message to what is said back: the same for every platform. A repeat says nothing; a reply to
//! the question before is understood as one; everything else is looked up.

use std::time::Duration;

use super::memory::Memory;
use super::speech::Speech;
use crate::journal::Face;
use crate::kb::Kb;
use crate::live::Generation;
use crate::lookup::{Ask, AskOption, Outcome, Paste};
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
/// Questions that wait at the same time; each holds the text that it was asked about.
const MOST_QUESTIONS: usize = 1_000;
/// A longer message is no reply to a question.
const LONGEST_REPLY: usize = 12;

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
    questions: Memory<Question>,
}

/// A question that waits for its reply.
struct Question {
    text: String,
    ask: Ask,
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
        let now = app.current();
        let Some(text) = &message.text else {
            return Some(Speech::plain("我只看得懂文字", &["请把报错的文字贴过来。"]));
        };
        if text.trim().is_empty() {
            let greeting = "把平台返回的报错原文，或者用一句话说的问题发给我，我来找解决办法。";
            return Some(Speech::plain("你好", &[greeting]));
        }
        let asked = self.questions.take(&message.conversation);
        let chosen = asked.and_then(|question| {
            let option = chosen(now.engine.kb(), text, &question.ask)?;
            Some((question.text, question.ask.options[option].clone()))
        });
        Some(match chosen {
            Some((text, option)) => self.follow(app, &now, message, text, &option),
            None => self.look(app, &now, message, text, None),
        })
    }

    /// What a reply to a question leads to.
    fn follow(
        &self,
        app: &App,
        now: &Generation,
        message: &Message,
        text: String,
        option: &AskOption,
    ) -> Speech {
        let kb = now.engine.kb();
        let entry = option.entries.first().and_then(|id| kb.entry(id));
        match (&option.platform, entry) {
            (Some(platform), _) => self.look(app, now, message, &text, Some(platform)),
            (None, Some(entry)) => Speech::entry(entry, app.options.public_url.as_deref()),
            (None, None) => Speech::plain(
                "那就是这里没有收录的问题",
                &["请把平台返回的报错原文完整贴过来，并说明是哪个平台的订单；或者转给客服。"],
            ),
        }
    }

    fn look(
        &self,
        app: &App,
        now: &Generation,
        message: &Message,
        text: &str,
        platform: Option<&str>,
    ) -> Speech {
        let paste = match Paste::new(now.engine.kb(), text, platform) {
            Ok(paste) => paste,
            Err(error) => {
                let told = Failure::from(error).told();
                return Speech::plain(told.title, &[&told.detail]);
            }
        };
        let answer = app.lookup(now, &paste, LIMIT, Face::Hook).answer;
        let base = app.options.public_url.as_deref();
        if !answer.problems.is_empty() {
            return Speech::problems(now, &answer.problems, base);
        }
        if let (Outcome::Choose, Some(ask)) = (answer.verdict.outcome, &answer.verdict.ask) {
            let question = Question {
                text: text.to_owned(),
                ask: ask.clone(),
            };
            self.questions.put(&message.conversation, question);
        }
        Speech::of(now, &answer.verdict, base)
    }
}

/// The option that a short message means: its number, its words, or a name of its platform.
fn chosen(kb: &Kb, text: &str, ask: &Ask) -> Option<usize> {
    let text = text
        .trim()
        .trim_end_matches(['。', '.', '！', '!', '、', ')', '）']);
    let same = |option: &AskOption| option.label == text;
    if let Some(at) = ask.options.iter().position(same) {
        return Some(at);
    }
    if text.is_empty() || text.chars().count() > LONGEST_REPLY {
        return None;
    }
    if let Some(number) = number(text) {
        return number.checked_sub(1).filter(|n| *n < ask.options.len());
    }
    let lower = text.to_lowercase();
    let named = |option: &&AskOption| {
        kb.vocabulary
            .platforms
            .iter()
            .filter(|p| option.platform.as_ref() == Some(&p.id))
            .any(|p| {
                let names = p.aliases.iter().chain([&p.label, &p.id]);
                names.map(|n| n.to_lowercase()).any(|n| lower.contains(&n))
            })
    };
    let mut meant = ask.options.iter().enumerate().filter(|(_, o)| named(o));
    match (meant.next(), meant.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    }
}

/// `2`, `２`, `第2个`, `选二`.
fn number(text: &str) -> Option<usize> {
    let bare = text
        .trim_start_matches(['选', '第', '是', '就'])
        .trim_end_matches(['个', '条', '项', '号', '吧']);
    let mut chars = bare.chars();
    let (first, rest) = (chars.next()?, chars.next());
    let chinese = "零一二三四五六七八九".chars().position(|c| c == first);
    let digit = match first {
        '０'..='９' => Some(first as usize - '０' as usize),
        _ => first.to_digit(10).map(|d| d as usize),
    };
    // A question has fewer options than ten.
    digit.or(chinese).filter(|_| rest.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for text in [
            "2",
            "２",
            "二",
            "第2个",
            "第二个",
            "选2",
            "选二",
            "就2吧",
            "2号",
        ] {
            assert_eq!(number(text), Some(2), "{text}");
        }
        for text in ["12", "2333", "22号", "订单2", "两个", "", "第", "#2", "P38"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
