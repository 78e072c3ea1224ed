//! Ways to look through the whole knowledge base: by platform, by cause, by code, and every answer
//! on one page. Searching is in [`super::result`].

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::contents::{self, Contents, Crumb, Facet};
use super::layout::{Badges, Label, Layout, html};
use crate::kb::render_cache::{RenderCache, Shown};
use crate::kb::{Cause, Entry, Kb};
use crate::live::Generation;
use crate::web::app::{App, Now};
use crate::web::http::error::Failure;
use crate::web::http::extract::Rest;
use crate::wording;

/// Answers on the page of all; beyond, it is too long to be read or printed.
const ON_FAQ: usize = 200;
/// Codes in the index.
const CODES: usize = 2_000;

#[derive(Template)]
#[template(path = "facet.html")]
struct FacetPage<'a> {
    layout: Layout<'a>,
    label: &'a str,
    url: &'a str,
    lead: String,
    total: usize,
    contents: Vec<Contents<'a>>,
    others_title: &'static str,
    others: Vec<Facet<'a>>,
}

impl FacetPage<'_> {
    fn knowledge_base(&self) -> [Crumb<'static>; 1] {
        [Crumb {
            title: "知识库",
            url: "/kb".to_owned(),
        }]
    }
}

/// `GET /platform/{id}`: what may happen there, with what may happen anywhere.
pub(crate) async fn platform(
    State(app): State<App>,
    Now(now): Now,
    Rest(id): Rest,
) -> Result<Response, Failure> {
    let kb = now.engine.kb();
    let known = kb.vocabulary.platform(&id);
    let Label { label, url } = Label::platform(kb, &known.ok_or(Failure::NotFound)?.id);
    let own = |e: &Entry| e.platforms.contains(&id);
    let page = FacetPage {
        layout: Layout::new(&app, &now, "kb"),
        label,
        url: &url,
        lead: format!("{label}订单会遇到的报错和问题，各平台都可能遇到的也列在后面。"),
        total: kb.entries.iter().filter(|e| own(e)).count(),
        contents: Contents::of(kb, &now.render_cache, |e| own(e) || e.platforms.is_empty()),
        others_title: "所有平台",
        others: contents::platforms(kb),
    };
    Ok(html(StatusCode::OK, &page))
}

/// `GET /cause/{id}`
pub(crate) async fn cause(
    State(app): State<App>,
    Now(now): Now,
    Rest(id): Rest,
) -> Result<Response, Failure> {
    let kb = now.engine.kb();
    let known = Cause::ALL.iter().find(|c| c.as_str() == id);
    let cause = *known.ok_or(Failure::NotFound)?;
    let Label { label, url } = Label::cause(cause);
    let contents = Contents::of(kb, &now.render_cache, |e| e.cause == Some(cause));
    let page = FacetPage {
        layout: Layout::new(&app, &now, "kb"),
        label,
        url: &url,
        lead: wording::cause(cause).to_owned(),
        total: contents.iter().map(|c| c.total).sum(),
        contents,
        others_title: "所有原因",
        others: contents::causes(kb),
    };
    Ok(html(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "codes.html")]
struct CodesPage<'a> {
    layout: Layout<'a>,
    codes: Vec<Row<'a>>,
}

/// A code and the entries that know it.
struct Row<'a> {
    code: &'a str,
    entries: Vec<(&'a Entry, Badges<'a>)>,
}

impl Row<'_> {
    /// The code cut where a line may end on a narrow screen.
    fn pieces(&self) -> impl Iterator<Item = &str> {
        self.code.split_inclusive(['_', '.', ':', '-'])
    }
}

/// `GET /codes`
pub(crate) async fn codes(State(app): State<App>, Now(now): Now) -> Response {
    let page = CodesPage {
        layout: Layout::new(&app, &now, "codes"),
        codes: code_rows(&now),
    };
    html(StatusCode::OK, &page)
}

/// The codes of the entries, in alphabetical order.
fn code_rows(now: &Generation) -> Vec<Row<'_>> {
    let kb = now.engine.kb();
    let mut by_code: BTreeMap<String, (&str, Vec<&Entry>)> = BTreeMap::new();
    for (position, entry) in kb.entries.iter().enumerate() {
        for code in now.catalog.codes(position) {
            let row = by_code.entry(code.to_lowercase());
            row.or_insert((code, Vec::new())).1.push(entry);
        }
    }
    by_code
        .into_values()
        .take(CODES)
        .map(|(code, entries)| Row {
            code,
            entries: entries
                .into_iter()
                .map(|entry| (entry, Badges::new(kb, entry)))
                .collect(),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "faq.html")]
struct FaqPage<'a> {
    layout: Layout<'a>,
    kb: &'a Kb,
    render_cache: &'a RenderCache,
    contents: Vec<Contents<'a>>,
    total: usize,
    more: usize,
}

impl FaqPage<'_> {
    fn shown(&self, entry: &Entry) -> &Shown {
        let position = self.kb.position(&entry.id);
        self.render_cache
            .shown(self.kb, position.expect("it is one of them"))
    }
}

/// `GET /faq`
pub(crate) async fn faq(State(app): State<App>, Now(now): Now) -> Response {
    let now: &Generation = &now;
    let kb = now.engine.kb();
    let total = kb.entries.len();
    // Entries are sorted by id, so the first ones are whole categories.
    let last = kb.entries.get(ON_FAQ).map(|e| e.id.as_str());
    let page = FaqPage {
        layout: Layout::new(&app, now, "kb"),
        kb,
        render_cache: &now.render_cache,
        contents: Contents::of(kb, &now.render_cache, |e| {
            last.is_none_or(|last| e.id.as_str() < last)
        }),
        total,
        more: total.saturating_sub(ON_FAQ),
    };
    html(StatusCode::OK, &page)
}
