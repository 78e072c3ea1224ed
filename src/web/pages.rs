//! The knowledge base as pages: home, categories, entries, and the page of a failure. They work
//! without script and say nothing that is not in the public part of an entry.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::App;
use super::error::{Failure, Told};
use super::extract::Rest;
use super::layout::{Badges, Layout, html};
use super::search::Asked;
use crate::kb::shelf::{Listed, Shown, ancestors};
use crate::kb::{Category, Entry, Kb};
use crate::live::Generation;

/// The home page names no more entries of one category.
const ON_HOME: usize = 80;
/// A page of a category names no more than these; beyond, searching is quicker than reading.
const ON_CATEGORY: usize = 1_000;
/// What stands for a variable part in a template.
const WILDCARD: &str = "<*>";

/// A step of the breadcrumbs.
struct Crumb<'a> {
    title: &'a str,
    url: String,
}

/// The categories from the top down to `category`, that one among them.
fn crumbs<'a>(kb: &'a Kb, category: &'a str) -> Vec<Crumb<'a>> {
    let title = |id: &'a str| kb.category(id).map_or(id, |c| &c.title);
    ancestors(category)
        .map(|id| Crumb {
            title: title(id),
            url: format!("/kb/{id}"),
        })
        .collect()
}

/// A category in a table of contents.
struct Contents<'a> {
    category: &'a Category,
    total: usize,
    groups: Vec<Group<'a>>,
    /// How many entries were left out.
    more: usize,
}

/// Entries of the same platforms.
struct Group<'a> {
    label: String,
    entries: Vec<&'a Entry>,
}

impl<'a> Contents<'a> {
    fn new(kb: &'a Kb, listed: &Listed, most: usize) -> Self {
        let shown = listed.entries.iter().take(most).map(|&e| &kb.entries[e]);
        Self {
            category: &kb.categories[listed.category],
            total: listed.total,
            groups: groups(kb, shown),
            more: listed.entries.len().saturating_sub(most),
        }
    }
}

/// Groups in the order of the vocabulary, those of several platforms after their first one's, those
/// of none last.
fn groups<'a>(kb: &'a Kb, entries: impl Iterator<Item = &'a Entry>) -> Vec<Group<'a>> {
    let rank = |id: &String| {
        kb.vocabulary
            .platforms
            .iter()
            .position(|p| &p.id == id)
            .unwrap_or(usize::MAX)
    };
    let mut keyed: Vec<(Vec<usize>, &Entry)> = entries
        .map(|entry| {
            let mut key: Vec<usize> = entry.platforms.iter().map(rank).collect();
            key.sort_unstable();
            (key, entry)
        })
        .collect();
    keyed.sort_by(|a, b| (a.0.is_empty(), &a.0).cmp(&(b.0.is_empty(), &b.0)));
    keyed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|chunk| {
            let platforms = chunk[0]
                .0
                .iter()
                .filter_map(|&p| kb.vocabulary.platforms.get(p));
            let labels: Vec<&str> = platforms.map(|p| p.label.as_str()).collect();
            let label = if labels.is_empty() {
                "各平台通用".to_owned()
            } else {
                labels.join("、")
            };
            Group {
                label,
                entries: chunk.iter().map(|(_, entry)| *entry).collect(),
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    layout: Layout<'a>,
    asked: &'a Asked,
    contents: Vec<Contents<'a>>,
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
    related: Vec<(&'a Entry, Badges<'a>)>,
    without_picture: bool,
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
    asked: &'a Asked,
    told: &'a Told,
}

/// `GET /`
pub(super) async fn home(State(app): State<App>) -> Response {
    home_page(&app.current())
}

/// The box and the table of contents.
pub(super) fn home_page(now: &Generation) -> Response {
    let kb = now.engine.kb();
    let contents = now
        .shelf
        .categories
        .iter()
        .map(|l| Contents::new(kb, l, ON_HOME))
        .collect();
    let asked = Asked::default();
    html(
        StatusCode::OK,
        &HomePage {
            layout: Layout::new(now, "search"),
            asked: &asked,
            contents,
        },
    )
}

/// `GET /kb`
pub(super) async fn contents(State(app): State<App>) -> Response {
    let now = app.current();
    let kb = now.engine.kb();
    let contents = now
        .shelf
        .categories
        .iter()
        .map(|l| Contents::new(kb, l, ON_CATEGORY))
        .collect();
    html(
        StatusCode::OK,
        &ContentsPage {
            layout: Layout::new(&now, "kb"),
            contents,
        },
    )
}

/// `GET /kb/{*path}`: an entry, its Markdown, or a category.
pub(super) async fn kb(State(app): State<App>, Rest(path): Rest) -> Result<Response, Failure> {
    let now = app.current();
    let kb = now.engine.kb();
    let (id, extension) = match path.strip_suffix(".md") {
        Some(id) => (id, ".md"),
        None => (path.as_str(), ""),
    };
    match kb.entry(id) {
        Some(entry) if entry.id != id => Ok(moved(&format!("/kb/{}{extension}", entry.id))),
        Some(entry) if extension.is_empty() => Ok(entry_page(&now, entry)),
        Some(entry) => Ok(markdown(entry)),
        None => category_page(&now, &path).ok_or(Failure::NotFound),
    }
}

/// 301, not axum's 308: clients of all ages follow it, and nobody posts here.
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

fn entry_page(now: &Generation, entry: &Entry) -> Response {
    let kb = now.engine.kb();
    let position = kb
        .entries
        .iter()
        .position(|e| e.id == entry.id)
        .expect("it is one of them");
    let shown = now.shelf.shown(kb, position);
    let page = EntryPage {
        layout: Layout::new(now, "kb"),
        crumbs: crumbs(kb, entry.category()),
        entry,
        shown,
        badges: Badges::new(kb, entry),
        related: shown
            .related
            .iter()
            .map(|&e| (&kb.entries[e], Badges::new(kb, &kb.entries[e])))
            .collect(),
        without_picture: entry.needs.iter().any(|n| n == "screenshot"),
    };
    html(StatusCode::OK, &page)
}

fn category_page(now: &Generation, id: &str) -> Option<Response> {
    let kb = now.engine.kb();
    let listed = |l: &&Listed| kb.categories[l.category].id == id;
    let this = Contents::new(kb, now.shelf.categories.iter().find(listed)?, ON_CATEGORY);
    let inside = |l: &&Listed| {
        kb.categories[l.category]
            .id
            .strip_prefix(id)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    let below = now
        .shelf
        .categories
        .iter()
        .filter(inside)
        .map(|l| Contents::new(kb, l, ON_CATEGORY))
        .collect();
    let mut crumbs = crumbs(kb, &this.category.id);
    crumbs.pop();
    Some(html(
        StatusCode::OK,
        &CategoryPage {
            layout: Layout::new(now, "kb"),
            crumbs,
            this,
            below,
        },
    ))
}

/// The page of a failure, with what was asked still in the box.
pub(super) fn error(now: &Generation, told: &Told, asked: &Asked) -> Response {
    html(
        told.status,
        &ErrorPage {
            layout: Layout::new(now, ""),
            asked,
            told,
        },
    )
}
