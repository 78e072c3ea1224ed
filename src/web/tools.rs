//! The tools that a language model is offered: what each takes and gives, and the answer. Every
//! word here is read by a model that has to choose, so there are few, and they are in the language
//! that its users speak. How they travel is in [`super::mcp`].

use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::App;
use super::error::Failure;
use super::room::{fit, room, shorten};
use super::wire::rounded;
use super::wording;
use crate::journal::{Face, Feedback, Kept};
use crate::kb::Kb;
use crate::live::Generation;
use crate::lookup::{AskOption, Handover, Outcome, Paste, Reason, Verdict};

/// Candidates that a model is shown.
const CANDIDATES: usize = 4;

/// What `lookup_error` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LookupInput {
    /// 用户的原话：报错原文、日志、聊天记录或一句问题。原样传，不要改写、翻译或删减。
    #[schemars(length(min = 1, max = 20_000))]
    text: String,
    /// 订单在哪个平台卖的（代号，如 pdd、taobao），用户说了才填。
    platform: Option<String>,
    /// 结果最多多少个字符，2000 到 8000，不填是 4000。
    #[serde(default, deserialize_with = "whole")]
    #[schemars(range(min = 2_000, max = 8_000))]
    max_chars: Option<usize>,
}

/// What `get_entry` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EntryInput {
    /// 条目的编号，别的工具的结果里的 id。
    id: String,
    /// 结果最多多少个字符，2000 到 8000，不填是 4000。
    #[serde(default, deserialize_with = "whole")]
    #[schemars(range(min = 2_000, max = 8_000))]
    max_chars: Option<usize>,
}

/// What `report_gap` takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GapInput {
    /// 用户的原话：没有查到答案的报错或问题。
    #[schemars(length(min = 1, max = 20_000))]
    text: String,
    /// 给过用户、但没有解决问题的条目的 id；没给过就不填。
    entry: Option<String>,
    /// 为什么没有解决，用户怎么说的。
    why: Option<String>,
}

/// What `lookup_error` gives.
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

/// What a person who takes over needs.
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

/// What `get_entry` gives.
#[derive(Serialize, JsonSchema)]
pub(super) struct EntryOutput {
    id: String,
    title: String,
    /// 页面的地址。
    url: String,
    /// 会出现在哪些平台；空的是不限平台。
    platforms: Vec<String>,
    /// 要不要重试。
    #[serde(skip_serializing_if = "Option::is_none")]
    retry: Option<&'static str>,
    /// 该谁来处理。
    #[serde(skip_serializing_if = "Option::is_none")]
    acts: Option<&'static str>,
    /// 平台返回的报错原文，<*> 是每次不同的部分。
    messages: Vec<String>,
    /// 原因和解决办法，Markdown。
    answer: String,
    /// 答案太长，后面的没有放下。
    cut: bool,
}

/// What `report_gap` gives.
#[derive(Serialize, JsonSchema)]
pub(super) struct GapOutput {
    /// 记下来了；false 是要等数据库连上才记。
    written: bool,
    /// 这次记录的编号。
    lookup_id: String,
    /// 同一种报错的指纹总是一样，可以告诉用户或写进工单。
    fingerprint: String,
    /// 其实有这一条，还没给过用户的话，用 get_entry 看。
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<String>,
}

/// `lookup_error`
pub(super) fn lookup(app: &App, input: LookupInput) -> Result<Value, String> {
    let max_chars = room(input.max_chars)?;
    let now = app.current();
    let kb = now.engine.kb();
    let paste = Paste::new(kb, input.text, input.platform.as_deref())
        .map_err(|error| Failure::from(error).told().detail)?;
    let looked = app.lookup(&now, &paste, CANDIDATES, Face::Mcp);
    let verdict = &looked.answer.verdict;
    let problems = looked.answer.problems.iter().map(|p| {
        let first = p.verdict.results.first().map(|h| &kb.entries[h.entry]);
        Part {
            start: p.span.start,
            end: p.span.end,
            outcome: p.verdict.outcome.as_str(),
            id: first.map(|e| e.id.clone()),
            title: first.map(|e| e.title.clone()),
        }
    });
    let mut output = LookupOutput {
        outcome: verdict.outcome.as_str(),
        next: next(verdict.outcome, looked.answer.problems.len() > 1),
        confidence: rounded(verdict.confidence),
        lookup_id: looked.id.to_string(),
        results: found(&now, verdict),
        ask: verdict.ask.as_ref().map(|ask| Question {
            question: ask.question.clone(),
            options: ask.options.iter().map(choice).collect(),
        }),
        handover: verdict.handover.as_ref().map(ticket),
        problems: problems.collect(),
    };
    fit(max_chars, |over| {
        let longest = match (&mut output.handover, output.results.first_mut()) {
            (Some(ticket), _) => Some(&mut ticket.summary),
            (None, first) => first.and_then(|f| f.answer.as_mut()),
        };
        if over > 0 && longest.is_none_or(|text| !shorten(text, over)) {
            output.results.pop();
            output.problems.pop();
        }
        json(&output)
    })
}

/// `get_entry`
pub(super) fn entry(app: &App, input: EntryInput) -> Result<Value, String> {
    let max_chars = room(input.max_chars)?;
    let now = app.current();
    let kb = now.engine.kb();
    let Some(position) = position(kb, &input.id) else {
        return Err(unknown(&input.id));
    };
    let entry = &kb.entries[position];
    let shown = now.shelf.shown(kb, position);
    let mut output = EntryOutput {
        id: entry.id.clone(),
        title: entry.title.clone(),
        url: format!(
            "{}{}",
            app.options.public_url.as_deref().unwrap_or_default(),
            shown.url
        ),
        platforms: entry.platforms.clone(),
        retry: entry.retry.map(|r| r.label()),
        acts: entry.acts.map(|a| a.label()),
        messages: entry.templates.iter().map(|t| t.text.clone()).collect(),
        answer: shown.markdown.clone(),
        cut: false,
    };
    fit(max_chars, |over| {
        if over > 0 {
            output.cut = true;
            if !shorten(&mut output.answer, over) {
                output.messages.pop();
            }
        }
        json(&output)
    })
}

/// `report_gap`: a lookup that the journal remembers, and what did not help with it.
pub(super) async fn report(app: &App, input: GapInput) -> Result<Value, String> {
    let told = |failure: Failure| failure.told().detail;
    let now = app.current();
    let kb = now.engine.kb();
    let paste = Paste::new(kb, input.text, None).map_err(|error| told(error.into()))?;
    let tried = match &input.entry {
        Some(id) => Some(kb.entry(id).ok_or_else(|| unknown(id))?),
        None => None,
    };
    let looked = app.lookup(&now, &paste, 1, Face::Mcp);
    let mut written = true;
    if let Some(entry) = tried {
        let feedback = Feedback::new(Some(looked.id), &entry.id, false, input.why.as_deref());
        written = match app.journal.feedback(feedback).await {
            Kept::Written => true,
            Kept::Queued => false,
            Kept::Dropped => return Err(told(Failure::JournalFull)),
        };
    }
    let verdict = &looked.answer.verdict;
    let first = verdict.results.first().map(|hit| &kb.entries[hit.entry]);
    let known = first.filter(|entry| {
        verdict.outcome == Outcome::Answer && tried.is_none_or(|tried| tried.id != entry.id)
    });
    Ok(json(&GapOutput {
        written,
        lookup_id: looked.id.to_string(),
        fingerprint: looked.answer.query.fingerprint.clone(),
        known: known.map(|entry| entry.id.clone()),
    }))
}

fn unknown(id: &str) -> String {
    format!("没有“{id}”这个条目。编号要用别的工具的结果里的 id，原样照抄。")
}

/// What the model should do now, in its own hands.
fn next(outcome: Outcome, several: bool) -> &'static str {
    match outcome {
        _ if several => {
            "原文里有几个报错：按 problems 逐个处理，outcome 是 answer 的用 get_entry 取答案再回答，其余的只说还没有答案。"
        }
        Outcome::Answer => {
            "用 results 第一条的 answer 回答用户：步骤和菜单路径照原样，不要添加里面没有的内容。"
        }
        Outcome::Choose => {
            "先不要回答。把 ask.question 和选项问用户；用户选定后，有 platform 的带上它再调一次 lookup_error，没有的用 ids 调 get_entry。"
        }
        Outcome::None => {
            "不要自己编答案。把 handover.message 告诉用户；要转人工时附上 handover.summary 和 fingerprint。"
        }
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
            answer: answers.then(|| now.shelf.shown(kb, hit.entry).text.clone()),
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
            Reason::Neighbour { belongs, .. } => Some(belongs.clone()),
            Reason::Unknown | Reason::TooShort => None,
        },
        fingerprint: handover.fingerprint.clone(),
        summary: handover.summary.clone(),
    }
}

/// Position of an entry in [`Kb::entries`], by its id or one that it had.
fn position(kb: &Kb, id: &str) -> Option<usize> {
    let entry = kb.entry(id)?;
    kb.entries.iter().position(|e| e.id == entry.id)
}

fn json(output: &impl Serialize) -> Value {
    serde_json::to_value(output).expect("strings, numbers and lists are JSON")
}

/// JSON has no integers apart from numbers: `4000.0` is as good as `4000`.
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match Option::<f64>::deserialize(from)? {
        None => Ok(None),
        Some(n) if n.fract() == 0.0 && (0.0..=1e9).contains(&n) => Ok(Some(n as usize)),
        Some(n) => Err(serde::de::Error::custom(format!("{n} 不是整数"))),
    }
}
