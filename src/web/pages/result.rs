//! The outcome of a lookup as a page, with what matched marked on the user's own text.

use std::ops::Range;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::agent::{AgentResult, Viewer, private_for};
use super::ask_box::AskBox;
use super::layout::{Badges, Layout, html};
use super::marked_text::{MarkedText, Segment, trimmed};
use crate::journal::Channel;
use crate::kb::render_cache::Shown;
use crate::kb::{Entry, Kb};
use crate::live::Generation;
use crate::lookup::{AskOption, Handover, Hit, Matched, Outcome, Paste, Reason, SpanKind, Verdict};
use crate::service::Recorded;
use crate::web::app::{App, Now};
use crate::web::http::bounds::MAX_ADDRESS_CHARS;
use crate::web::http::error::Failure;
use crate::web::http::extract::{Form, Query};
use crate::wording;

/// Results on a page: the answer and a few beside it.
const LIMIT: usize = 5;

/// `GET /search?q=&platform=`; without `q` the home page.
pub(crate) async fn by_address(
    State(app): State<App>,
    Now(now): Now,
    viewer: Viewer,
    Query(fields): Query,
) -> Response {
    let Some(asked) = AskBox::take(fields) else {
        return super::home_page(&app, &now, viewer);
    };
    let chars = asked.q.chars().count();
    if chars > MAX_ADDRESS_CHARS {
        return asked.refused(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
    }
    result(&app, &now, viewer, asked)
}

/// `POST /search` with the same fields as a form.
pub(crate) async fn by_form(
    State(app): State<App>,
    Now(now): Now,
    viewer: Viewer,
    Form(fields): Form,
) -> Response {
    match AskBox::take(fields) {
        Some(asked) => result(&app, &now, viewer, asked),
        None => Failure::MissingField("q".into()).into_response(),
    }
}

fn result(app: &App, now: &Generation, viewer: Viewer, asked: AskBox) -> Response {
    let paste = match Paste::new(now.engine.kb(), asked.q.as_str(), asked.platform.as_deref()) {
        Ok(paste) => paste,
        Err(error) => return asked.refused(error.into()),
    };
    let Recorded { id, answer, .. } = app.service.turn(now, &paste, None, LIMIT, Channel::Page);
    let text: Vec<char> = paste.text().chars().collect();
    let pasted = Pasted {
        text: &text,
        structure: &answer.query.structure,
    };
    let view = |number, span, verdict| Problem::new(now, &pasted, number, span, verdict);
    let problems: Vec<Problem> = if answer.problems.is_empty() {
        vec![view(1, 0..text.len(), &answer.verdict)]
    } else {
        answer
            .problems
            .iter()
            .enumerate()
            .map(|(i, p)| view(i + 1, p.span.clone(), &p.verdict))
            .collect()
    };
    let page = SearchPage {
        layout: Layout::new(app, now, "search"),
        asked: &asked,
        // A heading of its own stands above several problems.
        level: if problems.len() > 1 { 2 } else { 1 },
        problems,
        lookup_id: id.to_string(),
        left_out: answer.query.left_out,
        platform_known: !answer.query.platforms.is_empty(),
        agent: viewer.result(now, &paste, &answer),
    };
    private_for(page.agent.is_some(), html(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage<'a> {
    layout: Layout<'a>,
    asked: &'a AskBox,
    /// Of a problem's heading.
    level: u8,
    problems: Vec<Problem<'a>>,
    lookup_id: String,
    /// Characters of a long text that were not read.
    left_out: usize,
    platform_known: bool,
    agent: Option<AgentResult<'a>>,
}

impl SearchPage<'_> {
    /// 客服备注 of an entry, for an agent.
    fn notes(&self, entry: &Entry) -> Option<&str> {
        let notes = &self.agent.as_ref()?.notes;
        let found = notes.iter().find(|(noted, _)| noted.id == entry.id);
        found.map(|(_, notes)| notes.as_str())
    }
}

/// The text as it was sent, and what stands around its messages.
struct Pasted<'a> {
    text: &'a [char],
    structure: &'a [Range<usize>],
}

/// One problem and its outcome. Of several, each has its own part of the text.
struct Problem<'a> {
    number: usize,
    outcome: Outcome,
    /// The part's text, to ask again with.
    text: String,
    segments: Vec<Segment>,
    /// Class and label of the kinds that are marked.
    legend: Vec<(&'static str, &'static str)>,
    matched: Option<&'a Matched>,
    results: Vec<ResultView<'a>>,
    question: &'a str,
    /// Number of results that the question is about: the first ones.
    candidates: usize,
    replies: Vec<Reply<'a>>,
    handover: Option<Ticket<'a>>,
}

/// A ranked entry.
struct ResultView<'a> {
    entry: &'a Entry,
    shown: &'a Shown,
    badges: Badges<'a>,
    sureness: &'static str,
    percent: u8,
}

/// A reply to the question that is no candidate of the list below it.
struct Reply<'a> {
    label: &'a str,
    /// Looking up again with this platform.
    platform: Option<&'a str>,
    /// Without one: the entry that it leads to.
    href: String,
}

/// Handover to a person.
struct Ticket<'a> {
    reason: String,
    /// The topic that it is about instead, and the place where that belongs.
    topic: String,
    belongs: Option<&'a str>,
    /// Title of the advice on asking again.
    help: &'static str,
    /// Masked, with the fingerprint at its end.
    text: String,
}

impl<'a> Problem<'a> {
    fn new(
        now: &'a Generation,
        pasted: &Pasted,
        number: usize,
        part: Range<usize>,
        verdict: &'a Verdict,
    ) -> Self {
        let kb = now.engine.kb();
        let Pasted { text, structure } = pasted;
        let part = trimmed(text, part);
        let matched = verdict.results.first().map(|hit| &hit.matched);
        let mut spans = matched.map_or_else(Vec::new, |m| m.spans.clone());
        if verdict.outcome == Outcome::None {
            // What it shares with an entry that is no answer would only mislead.
            spans.retain(|s| s.kind != SpanKind::Literal);
        }
        let MarkedText { segments, legend } =
            MarkedText::new(text, part.clone(), &spans, structure);
        Self {
            number,
            outcome: verdict.outcome,
            text: text[part].iter().collect(),
            legend,
            segments,
            matched: matched.filter(|_| verdict.outcome != Outcome::None),
            results: verdict
                .results
                .iter()
                .map(|hit| ResultView::new(now, hit))
                .collect(),
            candidates: candidates(kb, verdict),
            question: verdict.ask.as_ref().map_or("", |ask| &ask.question),
            replies: verdict
                .ask
                .iter()
                .flat_map(|a| &a.options)
                .filter_map(|o| Reply::new(kb, verdict, o))
                .collect(),
            handover: verdict.handover.as_ref().map(Ticket::new),
        }
    }

    fn is_answer(&self) -> bool {
        self.outcome == Outcome::Answer
    }

    fn is_choose(&self) -> bool {
        self.outcome == Outcome::Choose
    }
}

impl<'a> ResultView<'a> {
    fn new(now: &'a Generation, hit: &Hit) -> Self {
        let kb = now.engine.kb();
        let entry = &kb.entries[hit.entry];
        Self {
            entry,
            shown: now.render_cache.shown(kb, hit.entry),
            badges: Badges::new(kb, entry),
            sureness: wording::sureness(hit.confidence),
            percent: wording::percent(hit.confidence),
        }
    }
}

impl<'a> Reply<'a> {
    /// Nothing for a candidate that the list shows anyway, nor for "none of them": the page says
    /// below the list what to do then.
    fn new(kb: &Kb, verdict: &Verdict, option: &'a AskOption) -> Option<Self> {
        let listed = |id: &String| {
            verdict
                .results
                .iter()
                .any(|hit| &kb.entries[hit.entry].id == id)
        };
        let platform = option.platform.as_deref();
        let href = match option.entries.iter().find(|id| !listed(id)) {
            Some(entry) => format!("/kb/{entry}"),
            None if platform.is_some() => String::new(),
            None => return None,
        };
        Some(Self {
            label: &option.label,
            platform,
            href,
        })
    }
}

impl<'a> Ticket<'a> {
    fn new(handover: &'a Handover) -> Self {
        let reason = wording::reason(&handover.reason);
        let (reason, topic, belongs, help) = match &handover.reason {
            Reason::OutOfScope { topic, belongs } => (
                wording::UNANSWERED.to_owned(),
                wording::about(topic),
                Some(belongs.as_str()),
                "如果不是这方面的问题",
            ),
            Reason::Unknown => (reason, String::new(), None, "换个方式再查"),
            Reason::TooShort => (reason, String::new(), None, "请补充这些"),
            Reason::Damaged => (reason, String::new(), None, "重新复制后再查"),
        };
        Self {
            reason,
            topic,
            belongs,
            help,
            text: format!("{}\n指纹：{}", handover.summary, handover.fingerprint),
        }
    }
}

/// Number of results, from the first on, that the question leaves to choose from.
fn candidates(kb: &Kb, verdict: &Verdict) -> usize {
    let named = |hit: &Hit| {
        let id = &kb.entries[hit.entry].id;
        verdict
            .ask
            .iter()
            .flat_map(|ask| &ask.options)
            .any(|option| option.entries.contains(id))
    };
    verdict
        .results
        .iter()
        .rposition(named)
        .map_or(verdict.results.len(), |last| last + 1)
}
