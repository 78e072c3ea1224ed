//! Entries for programs: the list of them all, and each as JSON, Markdown or plain text. Nothing of
//! 客服备注 is read here.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::accept::preferred;
use super::wanted::Wanted;
use crate::kb::{Entry, render};
use crate::live::Generation;
use crate::web::error::Failure;
use crate::web::extract::{Query, Rest};
use crate::web::{App, cached};

/// What an entry can be had as, the usual one first.
const FORMS: [&str; 3] = ["application/json", "text/markdown", "text/plain"];

/// An entry at a glance.
#[derive(Serialize)]
pub(super) struct EntryBrief<'a> {
    /// Stable: its path in the knowledge base.
    id: &'a str,
    /// The message itself, or the problem in a phrase.
    title: &'a str,
    /// Its page.
    url: &'a str,
    /// Ids of the platforms that it is about; empty where it may be any.
    platforms: &'a [String],
    /// The id of its category.
    category: &'a str,
    /// Why the problem occurs.
    cause: Option<&'static str>,
    /// Whether to try again.
    retry: Option<&'static str>,
    /// Who has to act.
    acts: Option<&'static str>,
    /// The day of its last change of substance, `YYYY-MM-DD`.
    updated: Option<&'a str>,
    /// Error codes in its title and messages.
    codes: &'a [String],
}

impl<'a> EntryBrief<'a> {
    /// Of the entry at this position.
    pub(super) fn new(now: &'a Generation, position: usize) -> Self {
        let kb = now.engine.kb();
        let entry = &kb.entries[position];
        Self {
            id: &entry.id,
            title: &entry.title,
            url: &now.shelf.shown(kb, position).url,
            platforms: &entry.platforms,
            category: entry.category(),
            cause: entry.cause.map(|c| c.as_str()),
            retry: entry.retry.map(|r| r.as_str()),
            acts: entry.acts.map(|a| a.as_str()),
            updated: entry.updated.as_deref(),
            codes: now.catalog.codes(position),
        }
    }
}

/// A page of the list of entries.
#[derive(Serialize)]
struct EntriesBody<'a> {
    /// How many entries there are on all pages.
    total: usize,
    /// This page, from 1 on.
    page: usize,
    /// How many pages there are, at least 1.
    pages: usize,
    /// Entries on a page.
    per_page: usize,
    /// In the order of their ids.
    entries: Vec<EntryBrief<'a>>,
}

/// A whole entry.
#[derive(Serialize)]
struct EntryBody<'a> {
    #[serde(flatten)]
    brief: EntryBrief<'a>,
    /// Ids of the questions that it was written from.
    sources: &'a [String],
    /// Ids that it had before.
    aliases: &'a [String],
    /// Messages as a platform sends them, their variable parts written `<*>`.
    messages: Vec<&'a str>,
    /// The answer, section by section.
    sections: Vec<SectionBody<'a>>,
    /// The answer in one piece.
    answer: AnswerBody<'a>,
    /// Ids of the nearest other entries, nearest first.
    related: Vec<&'a str>,
}

/// A section of an answer.
#[derive(Serialize)]
struct SectionBody<'a> {
    heading: &'a str,
    markdown: &'a str,
}

/// An answer in one piece.
#[derive(Serialize)]
struct AnswerBody<'a> {
    markdown: &'a str,
    /// For a chat.
    text: &'a str,
}

/// `GET /api/v1/entries?platform=&category=&cause=&acts=&page=&per_page=`
pub(super) async fn list(
    State(app): State<App>,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let now = app.current();
    let kb = now.engine.kb();
    let wanted = Wanted::entries(fields, kb)?;
    cached::json(&now, &headers, || {
        let such: Vec<usize> = (0..kb.entries.len())
            .filter(|e| wanted.filters.pass(kb, &kb.entries[*e]))
            .collect();
        let places = wanted.places();
        EntriesBody {
            total: such.len(),
            page: wanted.page,
            pages: wanted.pages(such.len()),
            per_page: wanted.per_page,
            entries: such
                .iter()
                .skip(places.start)
                .take(places.len())
                .map(|e| EntryBrief::new(&now, *e))
                .collect(),
        }
    })
}

/// `GET /api/v1/entries/{id}`, in the form that `Accept` likes best.
pub(super) async fn one(
    State(app): State<App>,
    headers: HeaderMap,
    Rest(id): Rest,
) -> Result<Response, Failure> {
    let now = app.current();
    let kb = now.engine.kb();
    let entry = kb.entry(&id).ok_or(Failure::NotFound)?;
    let mut response = if entry.id == id {
        match preferred(&headers, &FORMS) {
            0 => cached::json(&now, &headers, || body(&now, entry))?,
            1 => cached::text(&now, &headers, "text/markdown; charset=utf-8", || {
                Ok(entry.public_markdown())
            })?,
            _ => cached::text(&now, &headers, "text/plain; charset=utf-8", || {
                Ok(render::plain(&entry.public_markdown()))
            })?,
        }
    } else {
        let to = format!("/api/v1/entries/{}", entry.id);
        let moved = [
            (header::LOCATION, to.as_str()),
            (cached::GENERATION, now.engine.generation()),
        ];
        (StatusCode::MOVED_PERMANENTLY, moved).into_response()
    };
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

fn body<'a>(now: &'a Generation, entry: &'a Entry) -> EntryBody<'a> {
    let kb = now.engine.kb();
    let position = kb
        .entries
        .binary_search_by(|e| e.id.cmp(&entry.id))
        .expect("it is one of them, and they are sorted");
    let shown = now.shelf.shown(kb, position);
    EntryBody {
        brief: EntryBrief::new(now, position),
        sources: &entry.sources,
        aliases: &entry.aliases,
        messages: entry.templates.iter().map(|t| t.text.as_str()).collect(),
        sections: entry
            .sections
            .iter()
            .map(|s| SectionBody {
                heading: &s.heading,
                markdown: &s.markdown,
            })
            .collect(),
        answer: AnswerBody {
            markdown: &shown.markdown,
            text: &shown.text,
        },
        related: now
            .shelf
            .related(kb, position)
            .iter()
            .map(|e| kb.entries[*e].id.as_str())
            .collect(),
    }
}
