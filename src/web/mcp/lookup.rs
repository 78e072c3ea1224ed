//! `lookup_error`: the decision, and what the model is to do with it.

use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::size_budget::{fit, room, shorten, whole};
use super::tool_result::{detail, json};
use crate::journal::Channel;
use crate::live::Generation;
use crate::lookup::follow::{Turn, Understood};
use crate::lookup::{AskOption, Handover, Outcome, Paste, Reason, Verdict};
use crate::service::Recorded;
use crate::web::api::body::rounded;
use crate::web::api::context::ContextBody;
use crate::web::app::App;
use crate::web::http::decode::decode_field;
use crate::wording;

/// Candidates that a model is shown.
const CANDIDATES: usize = 4;

/// Arguments of `lookup_error`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LookupInput {
    /// 用户的原话：报错原文、日志、聊天记录或一句问题。原样传，不要改写、翻译或删减。
    #[schemars(length(min = 1, max = 262_144))]
    text: String,
    /// 订单在哪个平台卖的（代号，如 pdd、taobao），用户说了才填。
    platform: Option<String>,
    /// 用户在回答你刚问的问题时才填：上一次结果里的 context，原样放进来；text 里放用户的回答。
    #[schemars(with = "Option<ContextBody>")]
    context: Option<Value>,
    /// 结果最多多少个字符，2000 到 8000，不填是 4000。
    #[serde(default, deserialize_with = "whole")]
    #[schemars(range(min = 2_000, max = 8_000))]
    max_chars: Option<usize>,
}

/// Result of `lookup_error`.
#[derive(Serialize, JsonSchema)]
pub(super) struct LookupOutput {
    /// answer：第一条就是答案；choose：要反问一句；none：这里没有答案。
    outcome: &'static str,
    /// 现在该怎么做。
    next: &'static str,
    /// 第一条能解决问题的概率。
    confidence: f64,
    /// 这次查询的编号。
    lookup_id: String,
    /// 可能的条目，最可能的在前；answer 时第一条带着答案。
    results: Vec<Found>,
    /// choose 时要问用户的话和选项。
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<Question>,
    /// choose 时有：用户回答以后，和用户的回答一起再传进来。
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<ContextBody>,
    /// 带了 context 时，用户的回答被当成了什么。
    #[serde(skip_serializing_if = "Option::is_none")]
    understood: Option<&'static str>,
    /// none 时转人工用的内容。
    #[serde(skip_serializing_if = "Option::is_none")]
    handover: Option<Ticket>,
    /// 一次贴了几个报错时，每个报错的结果，按原文的顺序。
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Part>,
}

/// An entry that may be it.
#[derive(Serialize, JsonSchema)]
struct Found {
    id: String,
    title: String,
    confidence: f64,
    /// 会出现在哪些平台；空的是不限平台。
    platforms: Vec<String>,
    /// 原因和解决办法。
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
}

/// The question that tells the candidates apart.
#[derive(Serialize, JsonSchema)]
struct Question {
    question: String,
    options: Vec<Choice>,
}

/// A reply to it.
#[derive(Serialize, JsonSchema)]
struct Choice {
    label: String,
    /// 选了它，就带上这个平台再查一次。
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    /// 选了它，就是这些条目里的；空的是都不是。
    ids: Vec<String>,
}

/// Handover to a person.
#[derive(Serialize, JsonSchema)]
struct Ticket {
    /// 可以直接告诉用户的话。
    message: String,
    /// 这样的问题该去哪里问。
    #[serde(skip_serializing_if = "Option::is_none")]
    belongs: Option<String>,
    /// 同一种报错的指纹总是一样。
    fingerprint: String,
    /// 已脱敏的摘要。
    summary: String,
}

/// One of several errors in a text.
#[derive(Serialize, JsonSchema)]
struct Part {
    /// 原文里的起止位置，按字符计。
    start: usize,
    end: usize,
    outcome: &'static str,
    /// 最可能的条目。
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

/// `lookup_error`
pub(super) fn lookup(app: &App, input: LookupInput) -> Result<Value, String> {
    let max_chars = room(input.max_chars)?;
    let before = input
        .context
        .map(|context| decode_field::<ContextBody>("context", context));
    let before = before.transpose();
    let before = before.map_err(detail)?.map(Turn::from);
    let now = app.service.current();
    let paste = Paste::new(now.engine.kb(), input.text, input.platform.as_deref());
    let paste = paste.map_err(|error| detail(error.into()))?;
    let recorded = app
        .service
        .turn(&now, &paste, before.as_ref(), CANDIDATES, Channel::Mcp);
    let mut output = output(&now, &recorded);
    fit(max_chars, |over| {
        if over > 0 && !output.shorten(over) {
            output.results.pop();
            output.problems.pop();
        }
        json(&output)
    })
}

fn output(now: &Generation, recorded: &Recorded) -> LookupOutput {
    let kb = now.engine.kb();
    let answer = &recorded.answer;
    let verdict = &answer.verdict;
    let several = !answer.problems.is_empty();
    let problems = answer.problems.iter().map(|p| {
        let first = p.verdict.results.first().map(|h| &kb.entries[h.entry]);
        Part {
            start: p.span.start,
            end: p.span.end,
            outcome: p.verdict.outcome.as_str(),
            id: first.map(|e| e.id.clone()),
            title: first.map(|e| e.title.clone()),
        }
    });
    LookupOutput {
        outcome: verdict.outcome.as_str(),
        next: wording::next_step(verdict.outcome, several),
        confidence: rounded(verdict.confidence),
        lookup_id: recorded.id.to_string(),
        results: found(now, verdict),
        ask: verdict.ask.as_ref().map(|ask| Question {
            question: ask.question.clone(),
            options: ask.options.iter().map(choice).collect(),
        }),
        // Of several problems each is asked about by itself.
        context: recorded
            .next
            .clone()
            .filter(|_| !several)
            .map(ContextBody::from),
        understood: recorded.understood.map(Understood::as_str),
        handover: verdict.handover.as_ref().map(ticket),
        problems: problems.collect(),
    }
}

impl LookupOutput {
    /// Cuts the longest text of it; false when there is nothing left to cut.
    fn shorten(&mut self, over: usize) -> bool {
        if let Some(context) = &mut self.context {
            return context.shorten(over);
        }
        let longest = match (&mut self.handover, self.results.first_mut()) {
            (Some(ticket), _) => Some(&mut ticket.summary),
            (None, first) => first.and_then(|f| f.answer.as_mut()),
        };
        longest.is_some_and(|text| shorten(text, over))
    }
}

fn found(now: &Generation, verdict: &Verdict) -> Vec<Found> {
    let kb = now.engine.kb();
    let hits = verdict.results.iter().enumerate();
    hits.map(|(rank, hit)| {
        let entry = &kb.entries[hit.entry];
        let answers = rank == 0 && verdict.outcome == Outcome::Answer;
        Found {
            id: entry.id.clone(),
            title: entry.title.clone(),
            confidence: rounded(hit.confidence),
            platforms: entry.platforms.clone(),
            answer: answers.then(|| now.render_cache.shown(kb, hit.entry).text.clone()),
        }
    })
    .collect()
}

fn choice(option: &AskOption) -> Choice {
    Choice {
        label: option.label.clone(),
        platform: option.platform.clone(),
        ids: option.entries.clone(),
    }
}

fn ticket(handover: &Handover) -> Ticket {
    Ticket {
        message: wording::reason(&handover.reason),
        belongs: match &handover.reason {
            Reason::OutOfScope { belongs, .. } => Some(belongs.clone()),
            Reason::Unknown | Reason::TooShort | Reason::Damaged => None,
        },
        fingerprint: handover.fingerprint.clone(),
        summary: handover.summary.clone(),
    }
}
