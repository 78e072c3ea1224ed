//! The knowledge base as pages: home, categories, entries, and the page of a failure. They work
//! without script and, but for what [`agent`] adds for a support agent, say nothing that is not
//! in the public part of an entry.

pub(crate) mod agent;
pub(crate) mod api_reference;
pub(crate) mod ask_box;
pub(crate) mod assets;
pub(crate) mod batch;
pub(crate) mod browse;
mod contents;
#[cfg(debug_assertions)]
pub(crate) mod design;
pub(crate) mod feedback;
mod layout;
pub(crate) mod lists;
mod marked_text;
pub(crate) mod result;
pub(crate) mod site;

use std::cmp::Reverse;
use std::collections::HashSet;

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::kb::render_cache::{Listed, Shown};
use crate::kb::{Category, Entry, Kb};
use crate::live::Generation;
use crate::text::WILDCARD;
use crate::web::app::{App, Now};
use crate::web::http::error::{ErrorView, Failure};
use crate::web::http::extract::Rest;
use agent::{AgentEntry, Bar, Viewer, private_for};
use ask_box::AskBox;
use contents::{Contents, Crumb, Facet, crumbs};
use layout::{Badges, Layout, html};

/// So many entries are named on the home page: a glance's worth.
const ASKED_MOST: usize = 10;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    layout: Layout<'a>,
    asked: &'a AskBox,
    asked_most: Vec<(&'a Entry, Badges<'a>)>,
    platforms: Vec<Facet<'a>>,
    causes: Vec<Facet<'a>>,
    /// With the number of their entries.
    categories: Vec<(&'a Category, usize)>,
    bar: Option<Bar>,
}

#[derive(Template)]
#[template(path = "contents.html")]
struct ContentsPage<'a> {
    layout: Layout<'a>,
    contents: Vec<Contents<'a>>,
}

#[derive(Template)]
#[template(path = "category.html")]
struct CategoryPage<'a> {
    layout: Layout<'a>,
    /// Without the category itself.
    crumbs: Vec<Crumb<'a>>,
    this: Contents<'a>,
    below: Vec<Contents<'a>>,
}

#[derive(Template)]
#[template(path = "entry.html")]
struct EntryPage<'a> {
    layout: Layout<'a>,
    crumbs: Vec<Crumb<'a>>,
    entry: &'a Entry,
    shown: &'a Shown,
    badges: Badges<'a>,
    related: Vec<&'a Entry>,
    without_picture: bool,
    structured: String,
    agent: Option<AgentEntry>,
}

impl EntryPage<'_> {
    /// A template cut at its wildcards.
    fn pieces<'t>(&self, template: &'t str) -> std::str::Split<'t, &'static str> {
        template.split(WILDCARD)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    layout: Layout<'a>,
    asked: &'a AskBox,
    told: &'a ErrorView,
}

/// `GET /`
pub(crate) async fn home(State(app): State<App>, Now(now): Now, viewer: Viewer) -> Response {
    home_page(&app, &now, viewer)
}

/// The box, the entries asked most, and links to platforms, causes and categories.
fn home_page(app: &App, now: &Generation, viewer: Viewer) -> Response {
    let kb = now.engine.kb();
    let asked = AskBox::default();
    let categories = now.render_cache.categories.iter().filter(|l| l.total > 0);
    let page = HomePage {
        layout: Layout::new(app, now, "search"),
        asked: &asked,
        asked_most: asked_most(kb, &app.service.journal().asked_most()),
        platforms: contents::platforms(kb),
        causes: contents::causes(kb),
        categories: categories
            .map(|l| (&kb.categories[l.category], l.total))
            .collect(),
        bar: viewer.bar(),
    };
    private_for(page.bar.is_some(), html(StatusCode::OK, &page))
}

/// The entries that people asked for most, as the journal counted them; after those, and where
/// nothing is counted, those that were written from most questions, in the order of these.
fn asked_most<'a>(kb: &'a Kb, counted: &[String]) -> Vec<(&'a Entry, Badges<'a>)> {
    // An entry may have another name by now.
    let counted = counted.iter().filter_map(|id| kb.entry(id));
    let mut others: Vec<&Entry> = kb.entries.iter().collect();
    let first = |e: &Entry| (e.sources.is_empty(), e.sources.first().cloned());
    others.sort_by_cached_key(|e| (Reverse(e.sources.len()), first(e)));
    let mut seen = HashSet::new();
    counted
        .chain(others)
        .filter(|entry| seen.insert(entry.id.as_str()))
        .take(ASKED_MOST)
        .map(|entry| (entry, Badges::new(kb, entry)))
        .collect()
}

/// `GET /kb`
pub(crate) async fn table_of_contents(State(app): State<App>, Now(now): Now) -> Response {
    let kb = now.engine.kb();
    let contents = now
        .render_cache
        .categories
        .iter()
        .map(|l| Contents::new(kb, l))
        .collect();
    html(
        StatusCode::OK,
        &ContentsPage {
            layout: Layout::new(&app, &now, "kb"),
            contents,
        },
    )
}

/// `GET /kb/{*path}`: an entry, its Markdown, a picture that it shows, or a category.
pub(crate) async fn kb(
    State(app): State<App>,
    Now(now): Now,
    viewer: Viewer,
    Rest(path): Rest,
) -> Result<Response, Failure> {
    let kb = now.engine.kb();
    if let Some(picture) = kb.pictures.get(&path) {
        let bytes = Bytes::from_owner(picture.bytes.clone());
        return Ok(([(header::CONTENT_TYPE, picture.media_type)], bytes).into_response());
    }
    let (id, extension) = match path.strip_suffix(".md") {
        Some(id) => (id, ".md"),
        None => (path.as_str(), ""),
    };
    match kb.entry(id) {
        Some(entry) if entry.id != id => Ok(moved(&format!("/kb/{}{extension}", entry.id))),
        Some(entry) if extension.is_empty() => Ok(entry_page(&app, &now, entry, viewer)),
        Some(entry) => Ok(markdown(entry)),
        None => category_page(&app, &now, &path).ok_or(Failure::NotFound),
    }
}

/// 301, not axum's 308: clients of all ages follow it, and no form posts here.
fn moved(to: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response()
}

fn markdown(entry: &Entry) -> Response {
    (
        [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")],
        entry.public_markdown(),
    )
        .into_response()
}

fn entry_page(app: &App, now: &Generation, entry: &Entry, viewer: Viewer) -> Response {
    let kb = now.engine.kb();
    let position = kb.position(&entry.id).expect("it is one of them");
    let shown = now.render_cache.shown(kb, position);
    let layout = Layout::new(app, now, "kb");
    let address = format!("{}{}", layout.origin, shown.url);
    let page = EntryPage {
        structured: site::structured(&address, entry, &layout.reply(&shown.text)),
        layout,
        crumbs: crumbs(kb, entry.category()),
        entry,
        shown,
        badges: Badges::new(kb, entry),
        related: now
            .render_cache
            .related(kb, position)
            .iter()
            .map(|&e| &kb.entries[e])
            .collect(),
        without_picture: entry.needs.iter().any(|n| n == "screenshot"),
        agent: viewer.entry(entry),
    };
    private_for(page.agent.is_some(), html(StatusCode::OK, &page))
}

fn category_page(app: &App, now: &Generation, id: &str) -> Option<Response> {
    let kb = now.engine.kb();
    let listed = |l: &&Listed| kb.categories[l.category].id == id;
    let this = Contents::new(kb, now.render_cache.categories.iter().find(listed)?);
    let inside = |l: &&Listed| {
        kb.categories[l.category]
            .id
            .strip_prefix(id)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let below = now
        .render_cache
        .categories
        .iter()
        .filter(inside)
        .map(|l| Contents::new(kb, l))
        .collect();
    let mut crumbs = crumbs(kb, &this.category.id);
    crumbs.pop();
    Some(html(
        StatusCode::OK,
        &CategoryPage {
            layout: Layout::new(app, now, "kb"),
            crumbs,
            this,
            below,
        },
    ))
}

/// The page of a failure, with what was asked still in the box.
pub(crate) fn error(app: &App, now: &Generation, view: &ErrorView, asked: &AskBox) -> Response {
    html(
        view.status,
        &ErrorPage {
            layout: Layout::new(app, now, ""),
            asked,
            told: view,
        },
    )
}
