//! The public wire types of a lookup. They follow the model but are not it, so that the model may
//! change and the wire does not.
//!
//! The comments of types and fields are in Chinese: the API's documentation shows them to people.

use std::ops::Range;

use serde::Serialize;
use utoipa::ToSchema;

use super::context::ContextBody;
use super::schema::{self, Platform};
use crate::kb::Kb;
use crate::kb::render_cache::{RenderCache, Shown};
use crate::live::Generation;
use crate::lookup::follow::Understood;
use crate::lookup::{AskOption, Handover, Hit, Matched, Reason, Verdict};
use crate::service::Recorded;
use crate::wording;

/// The JSON of a lookup's answer, as the API sends it.
///
/// # Errors
/// Only if it cannot be written as JSON, which no answer should bring about.
pub fn lookup_json(now: &Generation, recorded: &Recorded) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&Wire::new(now).answer(recorded))
}

/// 一次查询的结果。
#[derive(Serialize, ToSchema)]
#[schema(as = LookupAnswer)]
pub(crate) struct AnswerBody<'a> {
    #[schema(schema_with = schema::outcome)]
    outcome: &'static str,
    /// 第一条结果能解决问题的概率，已校准：给出 0.9 的结果里，十个有九个是对的。
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// 知识库的版本。同一版本里，同样的请求得到同样的结果。
    #[schema(pattern = "^[0-9a-f]{8}$")]
    generation: &'a str,
    /// 这次查询的编号，每次都不同；反馈时要用。
    #[schema(format = "uuid")]
    lookup_id: String,
    query: QueryBody<'a>,
    /// 按把握从大到小。`outcome` 是 `none` 时，这里只是最接近的几条，不是答案。
    #[schema(max_items = 20)]
    results: Vec<ResultBody<'a>>,
    /// `outcome` 是 `choose` 时有：该反问的一句话。
    #[schema(required = true)]
    ask: Option<AskBody<'a>>,
    /// `outcome` 是 `none` 时有：转人工要用的东西。
    #[schema(required = true)]
    handover: Option<HandoverBody<'a>>,
    /// 一次贴了几个报错时才有，按原文的顺序，每个报错一项；最外层的字段是其中最有把握的那一个。
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemBody<'a>>,
    /// 这次的内容是回答上一轮的问题时，它被当成了什么。
    #[schema(schema_with = schema::understood, required = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    understood: Option<&'static str>,
    /// `outcome` 是 `choose` 时有：连同用户的回答一起，放进下一次查询。
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<ContextBody>,
}

/// 从原文里读出了什么。
#[derive(Serialize, ToSchema)]
#[schema(as = Query)]
struct QueryBody<'a> {
    /// 原文提到的、或请求里给出的平台。
    #[schema(value_type = Vec<Platform>)]
    platforms: &'a [String],
    /// 错误码，按原文的顺序。
    codes: &'a [String],
    /// 原文，其中每次不同的部分（单号、时间、手机号……）换成了 `<*>`。
    masked: &'a str,
    /// 内容太长时，有多少个字符没有读；堆栈之类不算在内。
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(required = false)]
    left_out: usize,
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// 几个报错里的一个。
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct ProblemBody<'a> {
    span: Extent,
    /// 这一行在原文里有几次，`span` 是第一次；只有一次就没有。
    #[serde(skip_serializing_if = "is_one")]
    #[schema(required = false, minimum = 2)]
    count: usize,
    #[serde(flatten)]
    verdict: VerdictBody<'a>,
}

/// 一个报错的结果。
#[derive(Serialize, ToSchema)]
#[schema(as = Verdict)]
pub(crate) struct VerdictBody<'a> {
    #[schema(schema_with = schema::outcome)]
    outcome: &'static str,
    /// 第一条结果能解决问题的概率，已校准。
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// 按把握从大到小。
    #[schema(max_items = 20)]
    results: Vec<ResultBody<'a>>,
    /// `outcome` 是 `choose` 时有。
    #[schema(required = true)]
    ask: Option<AskBody<'a>>,
    /// `outcome` 是 `none` 时有。
    #[schema(required = true)]
    handover: Option<HandoverBody<'a>>,
}

/// 知识库里的一条，和它为什么在这里。
#[derive(Serialize, ToSchema)]
#[schema(as = Result)]
struct ResultBody<'a> {
    /// 条目的编号，永远不变。
    id: &'a str,
    /// 报错原文，或一句话说清的问题。
    title: &'a str,
    /// 条目的页面，相对于服务器的地址。
    url: &'a str,
    /// 这一条能解决问题的概率。
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// 会出现在哪些平台；空的表示不限平台。
    #[schema(value_type = Vec<Platform>)]
    platforms: &'a [String],
    /// 它回答的是原始问题表里的哪几问。
    sources: &'a [String],
    #[schema(required = true, schema_with = schema::cause)]
    cause: Option<&'static str>,
    #[schema(required = true, schema_with = schema::retry)]
    retry: Option<&'static str>,
    #[schema(required = true, schema_with = schema::acts)]
    acts: Option<&'static str>,
    matched: MatchedBody<'a>,
    answer: AnswerText<'a>,
}

/// 原文里的哪些地方说明是这一条。
#[derive(Serialize, ToSchema)]
#[schema(as = Matched)]
struct MatchedBody<'a> {
    /// 对上的报错模板，`<*>` 是每次不同的部分。
    #[schema(required = true)]
    template: Option<&'a str>,
    /// 没有对上模板时，最接近的一句问法。
    #[schema(required = true)]
    phrasing: Option<&'a str>,
    /// 互不重叠，从前往后。
    spans: Vec<SpanBody>,
}

/// 原文里的一段。
#[derive(Serialize, ToSchema)]
#[schema(as = Span)]
struct SpanBody {
    #[serde(flatten)]
    extent: Extent,
    #[schema(schema_with = schema::span_kind)]
    kind: &'static str,
}

/// 起止位置，按所发原文的 Unicode 字符（scalar value）计，不是字节，也不是 UTF-16。
#[derive(Serialize, ToSchema)]
pub(crate) struct Extent {
    /// 第一个字符，从 0 数起。
    start: usize,
    /// 最后一个字符的后一位。
    end: usize,
}

impl From<Range<usize>> for Extent {
    fn from(range: Range<usize>) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}

/// 原因和解决办法。
#[derive(Serialize, ToSchema)]
#[schema(as = AnswerText)]
pub(crate) struct AnswerText<'a> {
    /// Markdown。
    markdown: &'a str,
    /// 纯文本，可以直接发到聊天里。
    text: &'a str,
}

impl<'a> AnswerText<'a> {
    /// Of an entry.
    pub(crate) fn of(shown: &'a Shown) -> Self {
        Self {
            markdown: &shown.markdown,
            text: &shown.text,
        }
    }
}

/// 能把几个候选区分开的一个问题。
#[derive(Serialize, ToSchema)]
#[schema(as = Ask)]
struct AskBody<'a> {
    /// 直接问用户的话。
    question: &'a str,
    /// 可选的回答，最少两个。
    options: Vec<OptionBody<'a>>,
}

/// 一个可选的回答。
#[derive(Serialize, ToSchema)]
#[schema(as = AskOption)]
struct OptionBody<'a> {
    /// 给用户看的字。
    label: &'a str,
    /// 有它时：带上这个平台再查一次就能定下来。
    #[schema(required = true, value_type = Option<Platform>)]
    platform: Option<&'a str>,
    /// 选了它，剩下的是这些条目；空的表示都不是。
    entries: &'a [String],
}

/// 这里没有答案时，转人工要用的东西。
#[derive(Serialize, ToSchema)]
#[schema(as = Handover)]
struct HandoverBody<'a> {
    #[schema(schema_with = schema::reason)]
    reason: &'static str,
    /// 可以直接告诉用户的一句话。
    message: String,
    /// `neighbour` 时有：像是哪方面的问题。
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    /// `neighbour` 时有：这样的问题该去哪里问。
    #[serde(skip_serializing_if = "Option::is_none")]
    belongs: Option<&'a str>,
    /// 同一种报错的指纹总是一样，不管单号和时间怎么变：可以用来归并工单。
    #[schema(pattern = "^[0-9a-f]{16}$")]
    fingerprint: &'a str,
    /// 已脱敏的摘要，可以直接写进工单。
    summary: &'a str,
}

/// Puts the model of a generation into its wire types.
pub(crate) struct Wire<'a> {
    generation: &'a str,
    kb: &'a Kb,
    render_cache: &'a RenderCache,
}

impl<'a> Wire<'a> {
    pub(crate) fn new(now: &'a Generation) -> Self {
        Self {
            generation: now.engine.generation(),
            kb: now.engine.kb(),
            render_cache: &now.render_cache,
        }
    }

    /// The body of a lookup's response.
    pub(crate) fn answer(&self, recorded: &'a Recorded) -> AnswerBody<'a> {
        let answer = &recorded.answer;
        let problems = answer.problems.iter().map(|p| ProblemBody {
            span: p.span.clone().into(),
            count: p.count,
            verdict: self.verdict(&p.verdict),
        });
        let VerdictBody {
            outcome,
            confidence,
            results,
            ask,
            handover,
        } = self.verdict(&answer.verdict);
        let query = &answer.query;
        AnswerBody {
            outcome,
            confidence,
            generation: self.generation,
            lookup_id: recorded.id.to_string(),
            query: QueryBody {
                platforms: &query.platforms,
                codes: &query.codes,
                masked: &query.masked,
                left_out: query.left_out,
            },
            results,
            ask,
            handover,
            problems: problems.collect(),
            understood: recorded.understood.map(Understood::as_str),
            context: recorded.next.clone().map(ContextBody::from),
        }
    }

    /// A decision without what was understood of the text.
    pub(crate) fn verdict(&self, verdict: &'a Verdict) -> VerdictBody<'a> {
        VerdictBody {
            outcome: verdict.outcome.as_str(),
            confidence: rounded(verdict.confidence),
            results: verdict.results.iter().map(|hit| self.result(hit)).collect(),
            ask: verdict.ask.as_ref().map(|ask| AskBody {
                question: &ask.question,
                options: ask.options.iter().map(option).collect(),
            }),
            handover: verdict.handover.as_ref().map(handover),
        }
    }

    fn result(&self, hit: &'a Hit) -> ResultBody<'a> {
        let entry = &self.kb.entries[hit.entry];
        let shown = self.render_cache.shown(self.kb, hit.entry);
        ResultBody {
            id: &entry.id,
            title: &entry.title,
            url: &shown.url,
            confidence: rounded(hit.confidence),
            platforms: &entry.platforms,
            sources: &entry.sources,
            cause: entry.cause.map(|c| c.as_str()),
            retry: entry.retry.map(|r| r.as_str()),
            acts: entry.acts.map(|a| a.as_str()),
            matched: matched(&hit.matched),
            answer: AnswerText::of(shown),
        }
    }
}

fn matched(matched: &Matched) -> MatchedBody<'_> {
    let spans = matched.spans.iter().map(|s| SpanBody {
        extent: Extent {
            start: s.start,
            end: s.end,
        },
        kind: wording::span_id(s.kind),
    });
    MatchedBody {
        template: matched.template.as_deref(),
        phrasing: matched.phrase.as_deref(),
        spans: spans.collect(),
    }
}

fn option(option: &AskOption) -> OptionBody<'_> {
    OptionBody {
        label: &option.label,
        platform: option.platform.as_deref(),
        entries: &option.entries,
    }
}

fn handover(handover: &Handover) -> HandoverBody<'_> {
    let (reason, topic, belongs) = match &handover.reason {
        Reason::OutOfScope { topic, belongs } => {
            ("neighbour", Some(topic.as_str()), Some(belongs.as_str()))
        }
        Reason::Unknown => ("unknown", None, None),
        Reason::TooShort => ("too-short", None, None),
        Reason::Damaged => ("damaged", None, None),
    };
    HandoverBody {
        reason,
        message: wording::reason(&handover.reason),
        topic,
        belongs,
        fingerprint: &handover.fingerprint,
        summary: &handover.summary,
    }
}

/// Four decimals: more would only show the noise of the fit.
pub(crate) fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}
