//! The only public wire types. They follow the model but are not it, so that the model may change
//! and the wire does not.

use std::ops::Range;

use serde::Serialize;

use super::wording;
use crate::journal::Looked;
use crate::kb::Kb;
use crate::kb::shelf::Shelf;
use crate::lookup::{AskOption, Engine, Handover, Hit, Matched, Reason, Verdict};

/// The JSON of a lookup's answer, as the API sends it.
///
/// # Errors
/// Only if it cannot be written as JSON, which no answer should bring about.
pub fn lookup_json(engine: &Engine, looked: &Looked) -> serde_json::Result<String> {
    let wire = Wire {
        kb: engine.kb(),
        shelf: &Shelf::new(engine.kb()),
    };
    serde_json::to_string_pretty(&wire.answer(engine.generation(), looked))
}

/// The body of a lookup's response.
#[derive(Serialize)]
pub(super) struct AnswerBody<'a> {
    outcome: &'static str,
    confidence: f64,
    generation: &'a str,
    lookup_id: String,
    query: QueryBody<'a>,
    results: Vec<ResultBody<'a>>,
    ask: Option<AskBody<'a>>,
    handover: Option<HandoverBody<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<ProblemBody<'a>>,
}

#[derive(Serialize)]
struct QueryBody<'a> {
    platforms: &'a [String],
    codes: &'a [String],
    masked: &'a str,
}

#[derive(Serialize)]
struct ProblemBody<'a> {
    span: Extent,
    #[serde(flatten)]
    verdict: VerdictBody<'a>,
}

/// A decision.
#[derive(Serialize)]
pub(super) struct VerdictBody<'a> {
    outcome: &'static str,
    confidence: f64,
    results: Vec<ResultBody<'a>>,
    ask: Option<AskBody<'a>>,
    handover: Option<HandoverBody<'a>>,
}

#[derive(Serialize)]
struct ResultBody<'a> {
    id: &'a str,
    title: &'a str,
    url: &'a str,
    confidence: f64,
    platforms: &'a [String],
    sources: &'a [String],
    cause: Option<&'static str>,
    retry: Option<&'static str>,
    acts: Option<&'static str>,
    matched: MatchedBody<'a>,
    answer: AnswerText<'a>,
}

#[derive(Serialize)]
struct MatchedBody<'a> {
    template: Option<&'a str>,
    phrasing: Option<&'a str>,
    spans: Vec<SpanBody>,
}

#[derive(Serialize)]
struct SpanBody {
    #[serde(flatten)]
    extent: Extent,
    kind: &'static str,
}

/// In Unicode scalar values of the text as it was sent.
#[derive(Serialize)]
pub(super) struct Extent {
    start: usize,
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

#[derive(Serialize)]
struct AnswerText<'a> {
    markdown: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct AskBody<'a> {
    question: &'a str,
    options: Vec<OptionBody<'a>>,
}

#[derive(Serialize)]
struct OptionBody<'a> {
    label: &'a str,
    platform: Option<&'a str>,
    entries: &'a [String],
}

#[derive(Serialize)]
struct HandoverBody<'a> {
    reason: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    belongs: Option<&'a str>,
    fingerprint: &'a str,
    summary: &'a str,
}

/// Puts a model into its wire types.
pub(super) struct Wire<'a> {
    pub(super) kb: &'a Kb,
    pub(super) shelf: &'a Shelf,
}

impl<'a> Wire<'a> {
    /// The body of a lookup's response.
    pub(super) fn answer(&self, generation: &'a str, looked: &'a Looked) -> AnswerBody<'a> {
        let answer = &looked.answer;
        let problems = answer.problems.iter().map(|p| ProblemBody {
            span: Extent {
                start: p.span.start,
                end: p.span.end,
            },
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
            generation,
            lookup_id: looked.id.to_string(),
            query: QueryBody {
                platforms: &query.platforms,
                codes: &query.codes,
                masked: &query.masked,
            },
            results,
            ask,
            handover,
            problems: problems.collect(),
        }
    }

    /// A decision without what was understood of the text.
    pub(super) fn verdict(&self, verdict: &'a Verdict) -> VerdictBody<'a> {
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
        let shown = self.shelf.shown(self.kb, hit.entry);
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
            answer: AnswerText {
                markdown: &shown.markdown,
                text: &shown.text,
            },
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
        phrasing: matched.phrasing.as_deref(),
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
        Reason::Neighbour { topic, belongs } => {
            ("neighbour", Some(topic.as_str()), Some(belongs.as_str()))
        }
        Reason::Unknown => ("unknown", None, None),
        Reason::TooShort => ("too-short", None, None),
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
fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}
