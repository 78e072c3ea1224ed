//! A message to a person in a chat, before it gets a platform's own markup.

use crate::kb::{Entry, render};
use crate::live::Generation;
use crate::lookup::{Ask, Outcome, Problem, Reason, Verdict};
use crate::wording;

/// A paste's problems that are spoken of; one with more is better read on the page.
const PROBLEMS: usize = 5;
/// Characters after which a line may be cut.
const ENDS: [char; 6] = ['。', '；', '！', '？', '，', ' '];

/// A message to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) title: String,
    pub(super) lines: Vec<Line>,
    /// Address of the whole answer.
    pub(super) link: Option<Link>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Heading(String),
    Text(String),
}

/// An address with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) label: &'static str,
    pub(super) url: String,
}

impl Line {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Heading(text) | Self::Text(text) => text,
        }
    }
}

impl Message {
    /// A title and a few lines.
    pub(super) fn plain(title: &str, lines: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            lines: lines.iter().map(|l| Line::Text((*l).to_owned())).collect(),
            link: None,
        }
    }

    /// The message of a verdict; `base` is the address of the pages, if it is known.
    pub(super) fn of(now: &Generation, verdict: &Verdict, base: Option<&str>) -> Self {
        let kb = now.engine.kb();
        match (verdict.outcome, verdict.results.first(), &verdict.ask) {
            (Outcome::Answer, Some(hit), _) => {
                let sure = format!("{}是这个问题：", wording::sureness(hit.confidence));
                let mut message = Self::entry(&kb.entries[hit.entry], base);
                message.lines.insert(0, Line::Text(sure));
                message
            }
            (Outcome::Choose, _, Some(ask)) => Self::question(ask),
            _ => Self::handover(verdict),
        }
    }

    /// An entry's answer.
    pub(super) fn entry(entry: &Entry, base: Option<&str>) -> Self {
        let mut lines = Vec::new();
        for section in &entry.sections {
            lines.push(Line::Heading(section.heading.clone()));
            lines.extend(text_lines(&render::plain(&entry.section_markdown(section))));
        }
        Self {
            title: entry.title.clone(),
            lines,
            link: base.map(|base| Link {
                label: "打开这一条",
                url: format!("{base}/kb/{}", entry.id),
            }),
        }
    }

    /// The one question, its replies numbered.
    fn question(ask: &Ask) -> Self {
        let options = ask.options.iter().enumerate();
        let mut lines: Vec<Line> = options
            .map(|(i, option)| Line::Text(format!("{}. {}", i + 1, option.label)))
            .collect();
        lines.push(Line::Text("请回复序号，或者用自己的话说。".to_owned()));
        Self {
            title: ask.question.clone(),
            lines,
            link: None,
        }
    }

    fn handover(verdict: &Verdict) -> Self {
        let mut message = Self::plain(wording::NOT_COVERED, &[]);
        let Some(handover) = &verdict.handover else {
            return message;
        };
        let mut say = |text: &str| message.lines.push(Line::Text(text.to_owned()));
        say(&wording::reason(&handover.reason));
        match &handover.reason {
            Reason::OutOfScope { belongs, .. } => say(belongs),
            Reason::Damaged => {}
            Reason::TooShort | Reason::Unknown => {
                say(wording::SEND_MORE);
            }
        }
        message
            .lines
            .push(Line::Heading("转给客服时带上这些".to_owned()));
        message.lines.extend(text_lines(&handover.summary));
        message.lines.push(Line::Text(format!(
            "同类报错编号：{}",
            handover.fingerprint
        )));
        message
    }

    /// Several errors in one message: what each is, and where it is solved.
    pub(super) fn problems(now: &Generation, problems: &[Problem], base: Option<&str>) -> Self {
        let kb = now.engine.kb();
        let mut lines = Vec::new();
        for (number, problem) in problems.iter().take(PROBLEMS).enumerate() {
            let verdict = &problem.verdict;
            lines.push(Line::Heading(format!("第 {} 个", number + 1)));
            let likely = verdict.results.iter().map(|hit| &kb.entries[hit.entry]);
            let named: Vec<&Entry> = match verdict.outcome {
                Outcome::Answer => likely.take(1).collect(),
                Outcome::Choose => likely.take(3).collect(),
                Outcome::None => Vec::new(),
            };
            if named.is_empty() {
                lines.push(Line::Text("这里没有收录。".to_owned()));
            }
            for entry in named {
                lines.push(Line::Text(entry.title.clone()));
                if let Some(base) = base {
                    lines.push(Line::Text(format!("{base}/kb/{}", entry.id)));
                }
            }
        }
        lines.push(Line::Text(
            "要看哪一个的解决办法，请单独发那一段。".to_owned(),
        ));
        Self {
            title: format!("这里有 {} 个报错", problems.len()),
            lines,
            link: None,
        }
    }

    /// The same in at most so many bytes of title and text, each line counted with `extra` bytes
    /// beside its own: cut at the end of a line, or of a sentence where a single line is too long.
    pub(super) fn within(mut self, most: usize, extra: usize) -> Self {
        const CUT: &str = "……（太长了，后面的没有显示）";
        self.title = cut(&self.title, most / 2).to_owned();
        let cost = |text: &str| text.len() + extra;
        let mut left = most.saturating_sub(cost(&self.title));
        let whole: usize = self.lines.iter().map(|l| cost(l.text())).sum();
        if whole <= left {
            return self;
        }
        left = left.saturating_sub(cost(CUT));
        let mut kept = Vec::new();
        for line in self.lines {
            if cost(line.text()) <= left {
                left -= cost(line.text());
                kept.push(line);
                continue;
            }
            let part = cut(line.text(), left.saturating_sub(extra));
            if kept.is_empty() && !part.is_empty() {
                kept.push(Line::Text(part.to_owned()));
            }
            break;
        }
        // A heading with nothing under it says nothing.
        while matches!(kept.last(), Some(Line::Heading(_))) {
            kept.pop();
        }
        kept.push(Line::Text(CUT.to_owned()));
        self.lines = kept;
        if let Some(link) = &mut self.link {
            link.label = "打开这一条，看全文";
        }
        self
    }
}

fn text_lines(text: &str) -> impl Iterator<Item = Line> + '_ {
    text.lines()
        .map(str::trim_end)
        .filter(|l| !l.is_empty())
        .map(|l| Line::Text(l.to_owned()))
}

/// At most so many bytes, up to the end of a part of a sentence if there is one.
fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    let text = &text[..text.floor_char_boundary(most)];
    match text.char_indices().rfind(|(_, c)| ENDS.contains(c)) {
        Some((at, c)) => &text[..at + c.len_utf8()],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(message: &Message, extra: usize) -> usize {
        let lines: usize = message.lines.iter().map(|l| l.text().len() + extra).sum();
        message.title.len() + extra + lines
    }

    #[test]
    fn what_fits_is_left_alone_and_what_does_not_is_cut_between_lines() {
        let message = Message {
            title: "标题".to_owned(),
            lines: vec![
                Line::Heading("原因".to_owned()),
                Line::Text("第一句。第二句".to_owned()),
                Line::Heading("解决办法".to_owned()),
                Line::Text("1. 打开设置。".repeat(30)),
            ],
            link: None,
        };
        assert_eq!(message.clone().within(10_000, 2), message);
        for most in [120, 150, 200, 300, 500] {
            let cut = message.clone().within(most, 2);
            assert!(bytes(&cut, 2) <= most, "{cut:?}");
            assert!(
                cut.lines
                    .last()
                    .is_some_and(|l| l.text().contains("太长了"))
            );
            assert!(cut.lines.windows(2).all(|w| !matches!(
                (&w[0], &w[1]),
                (Line::Heading(_), Line::Text(t)) if t.contains("太长了")
            )));
        }
    }

    #[test]
    fn one_endless_line_is_cut_at_a_sentence() {
        let message = Message::plain(&"题".repeat(500), &["一句话。".repeat(500).as_str()]);
        let cut = message.within(600, 1);
        assert!(bytes(&cut, 1) <= 600);
        assert!(cut.lines[0].text().ends_with('。'));
    }
}
