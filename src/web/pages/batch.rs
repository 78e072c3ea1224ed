//! Many errors at once as a page, and as a table for Excel.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::layout::{Badges, Layout, html, whole};
use super::site::Origin;
use crate::journal::Channel;
use crate::kb::Entry;
use crate::kb::render_cache::Shown;
use crate::live::Generation;
use crate::lookup::{Hit, Outcome, batch};
use crate::web::api::batch::{Asked, Texts, answer, aside};
use crate::web::api::batch_body::{Answered, Counts};
use crate::web::app::{App, Now};
use crate::web::http::error::{ErrorView, Failure, Rendered};
use crate::web::http::extract::{Fields, Form};

/// Results a group: the answer and what else it may be.
const LIMIT: usize = 3;
/// Numbers of lines that a group shows.
const LINES: usize = 12;
/// First characters of a formula, to spreadsheets (OWASP, CSV injection).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

#[derive(Template)]
#[template(path = "batch.html")]
struct BatchPage<'a> {
    layout: Layout<'a>,
    most: usize,
    text: &'a str,
    platform: &'a str,
    refused: Option<ErrorView>,
    counts: Counts,
    groups: Vec<GroupView<'a>>,
}

impl BatchPage<'_> {
    fn total(&self) -> usize {
        self.counts.answer + self.counts.choose + self.counts.none
    }
}

/// A group as it is shown.
struct GroupView<'a> {
    count: usize,
    lines: String,
    outcome: Outcome,
    word: &'static str,
    sample: &'a str,
    results: Vec<ResultView<'a>>,
    summary: Option<&'a str>,
}

/// An entry as it is shown.
struct ResultView<'a> {
    entry: &'a Entry,
    shown: &'a Shown,
    badges: Badges<'a>,
}

impl GroupView<'_> {
    /// The class of the outcome's word.
    fn class(&self) -> &'static str {
        match self.outcome {
            Outcome::Answer => "sure",
            Outcome::Choose => "sure unsure",
            Outcome::None => "sure unknown",
        }
    }

    fn is_answer(&self) -> bool {
        self.outcome == Outcome::Answer
    }

    fn is_none(&self) -> bool {
        self.outcome == Outcome::None
    }
}

/// `GET /batch`
pub(crate) async fn form(State(app): State<App>, Now(now): Now) -> Response {
    page(&app, &now, "", "", Ok(&[]))
}

/// `POST /batch`
pub(crate) async fn by_form(
    State(app): State<App>,
    Now(now): Now,
    Form(fields): Form,
) -> Result<Response, Failure> {
    let asked = asked(fields)?;
    aside(move || {
        let answered = answer(&app, &now, &asked, Channel::Page);
        Ok(respond(
            &app,
            &now,
            &asked,
            answered.as_deref().map_err(Clone::clone),
        ))
    })
    .await
}

/// `POST /batch.csv` with the same fields
pub(crate) async fn csv(
    State(app): State<App>,
    Now(now): Now,
    origin: Result<Origin, Failure>,
    Form(fields): Form,
) -> Result<Response, Failure> {
    let asked = asked(fields)?;
    // A request without a host gets its table too.
    let origin = origin.map_or(String::new(), |Origin(origin)| origin);
    aside(move || match answer(&app, &now, &asked, Channel::Page) {
        Ok(answered) => {
            let headers = [
                (
                    header::CONTENT_TYPE,
                    "text/csv; charset=utf-8; header=present",
                ),
                (
                    header::CONTENT_DISPOSITION,
                    "attachment; filename=\"jieda.csv\"",
                ),
                (header::CACHE_CONTROL, "no-store"),
            ];
            Ok((headers, table(&now, &origin, text(&asked), &answered)).into_response())
        }
        Err(failure) => Ok(respond(&app, &now, &asked, Err(failure))),
    })
    .await
}

fn asked(mut fields: Fields) -> Result<Asked, Failure> {
    let text = fields
        .take("text")
        .ok_or(Failure::MissingField("text".into()))?;
    Ok(Asked {
        texts: Texts::Lines(text.replace("\r\n", "\n")),
        platform: fields.take("platform").filter(|p| !p.is_empty()),
        limit: LIMIT,
    })
}

fn text(asked: &Asked) -> &str {
    match &asked.texts {
        Texts::Lines(text) => text,
        Texts::Each(_) | Texts::File(_) => "",
    }
}

fn respond(
    app: &App,
    now: &Generation,
    asked: &Asked,
    answered: Result<&[Answered], Failure>,
) -> Response {
    page(
        app,
        now,
        text(asked),
        asked.platform.as_deref().unwrap_or(""),
        answered,
    )
}

fn page(
    app: &App,
    now: &Generation,
    text: &str,
    platform: &str,
    answered: Result<&[Answered], Failure>,
) -> Response {
    let refused = answered.as_ref().err().map(Failure::view);
    let answered = answered.unwrap_or(&[]);
    let status = refused.as_ref().map_or(StatusCode::OK, |told| told.status);
    let page = BatchPage {
        layout: Layout::new(app, now, "batch"),
        most: batch::MOST,
        text,
        platform,
        refused,
        counts: Counts::of(answered),
        groups: answered.iter().map(|a| view(now, a)).collect(),
    };
    let mut response = html(status, &page);
    response.extensions_mut().insert(Rendered);
    response
}

fn view<'a>(now: &'a Generation, answered: &'a Answered) -> GroupView<'a> {
    let verdict = &answered.recorded.answer.verdict;
    let kb = now.engine.kb();
    let most = if verdict.outcome == Outcome::Answer {
        1
    } else {
        LIMIT
    };
    let result = |hit: &Hit| ResultView {
        entry: &kb.entries[hit.entry],
        shown: now.render_cache.shown(kb, hit.entry),
        badges: Badges::new(kb, &kb.entries[hit.entry]),
    };
    GroupView {
        count: answered.group.lines.len(),
        lines: numbers(&answered.group.lines),
        outcome: verdict.outcome,
        word: answered.word(),
        sample: &answered.recorded.answer.query.masked,
        results: verdict.results.iter().take(most).map(result).collect(),
        summary: verdict.handover.as_ref().map(|h| h.summary.as_str()),
    }
}

fn numbers(lines: &[usize]) -> String {
    let shown: Vec<String> = lines.iter().take(LINES).map(usize::to_string).collect();
    let more = if lines.len() > LINES { "…" } else { "" };
    format!("{}{more}", shown.join("、"))
}

/// One row a line of the text, so that it can stand beside the export that the text is from.
fn table(now: &Generation, origin: &str, text: &str, answered: &[Answered]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut rows: Vec<(usize, [String; 11])> = Vec::new();
    for (number, one) in (1..).zip(answered) {
        let facts = facts(now, origin, one);
        for &line in &one.group.lines {
            let sent = lines.get(line - 1).copied().unwrap_or_default();
            let [outcome, title, url, acts, retry, steps] = facts.clone();
            let row = [
                line.to_string(),
                sent.to_owned(),
                number.to_string(),
                one.group.lines.len().to_string(),
                one.group.fingerprint.clone(),
                outcome,
                title,
                url,
                acts,
                retry,
                steps,
            ];
            rows.push((line, row));
        }
    }
    rows.sort_by_key(|(line, _)| *line);
    let head = [
        "行号",
        "原文",
        "组",
        "同组行数",
        "指纹",
        "结论",
        "条目",
        "地址",
        "谁处理",
        "重试",
        "处理办法",
    ]
    .map(str::to_owned);
    // The mark tells Excel that this is UTF-8.
    let mut csv = "\u{feff}".to_owned();
    for row in std::iter::once(&head).chain(rows.iter().map(|(_, row)| row)) {
        csv.push_str(&row.each_ref().map(|c| cell(c)).join(","));
        csv.push_str("\r\n");
    }
    csv
}

/// Of an answer everything, of anything else the outcome alone: what is not sure belongs in no table.
fn facts(now: &Generation, origin: &str, one: &Answered) -> [String; 6] {
    let kb = now.engine.kb();
    let verdict = &one.recorded.answer.verdict;
    let first = verdict
        .results
        .first()
        .filter(|_| verdict.outcome == Outcome::Answer);
    let Some(hit) = first else {
        let mut facts: [String; 6] = Default::default();
        facts[0] = one.word().to_owned();
        return facts;
    };
    let entry = &kb.entries[hit.entry];
    let shown = now.render_cache.shown(kb, hit.entry);
    [
        one.word().to_owned(),
        entry.title.clone(),
        format!("{origin}{}", shown.url),
        entry.acts.map_or("", |a| a.label()).to_owned(),
        entry.retry.map_or("", |r| r.label()).to_owned(),
        whole(&shown.text, origin),
    ]
}

/// A cell in quotation marks, so that no spreadsheet takes it for a formula.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(cell(text), format!("\"'{text}\""));
        }
        assert_eq!(cell("a\"b,c\nd"), "\"a\"\"b,c\nd\"");
        assert_eq!(cell("1-1"), "\"1-1\"");
    }
}
