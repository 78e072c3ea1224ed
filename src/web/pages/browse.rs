//! The search list as a page: what was typed marked, filters with counts, an address for every
//! state. A form and links, no script.

use std::ops::Range;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::ask_box::AskBox;
use super::layout::{Badges, Layout, html};
use crate::kb::{Acts, Cause, Entry, Kb};
use crate::live::Generation;
use crate::search::catalog::LineOf;
use crate::search::facets::{Facets, Filters, OnPlatform};
use crate::search::list::Listed;
use crate::web::api::list_query::ListState;
use crate::web::api::search::list;
use crate::web::app::{App, Now};
use crate::web::http::extract::Query;
use crate::wording;

/// Address of the list.
const PATH: &str = "/browse";
/// Number of linked pages before and after this one.
const AROUND: usize = 2;

#[derive(Template)]
#[template(path = "browse.html")]
struct BrowsePage<'a> {
    layout: Layout<'a>,
    state: &'a ListState,
    address: String,
    total: usize,
    /// The fields that the form has to keep.
    set: Vec<(&'static str, &'a str)>,
    filters: Vec<Filter<'a>>,
    hits: Vec<Hit<'a>>,
    /// The place of the first hit, from 1 on.
    first: usize,
    pages: Vec<PageLink>,
    /// Conditions to leave out where nothing is found, with address and number of entries then.
    loosen: Vec<(String, String, usize)>,
}

/// A filter and what it can be set to.
struct Filter<'a> {
    label: &'static str,
    /// The label of the value that is set.
    active: Option<&'a str>,
    /// The same list without this filter.
    without: String,
    values: Vec<Value<'a>>,
}

/// A value of a filter.
struct Value<'a> {
    label: &'a str,
    count: usize,
    url: String,
    active: bool,
}

/// An entry of the list.
struct Hit<'a> {
    entry: &'a Entry,
    badges: Badges<'a>,
    title: Vec<Piece>,
    line: Option<(&'static str, Vec<Piece>)>,
    excerpt: Vec<Piece>,
}

/// A stretch of a text, marked or not.
struct Piece {
    marked: bool,
    text: String,
}

/// A link to another page of the list.
struct PageLink {
    label: String,
    url: String,
    current: bool,
}

/// `GET /browse`, with the fields of [`ListState::search`].
pub(crate) async fn by_address(
    State(app): State<App>,
    Now(now): Now,
    Query(fields): Query,
) -> Response {
    let fields = fields.filled();
    let q = fields.get("q").unwrap_or_default().to_owned();
    match ListState::search(fields, now.engine.kb()) {
        Ok(state) => page(&app, &now, &state),
        Err(failure) => {
            let mut response = failure.into_response();
            let asked = AskBox { q, platform: None };
            response.extensions_mut().insert(asked);
            response
        }
    }
}

fn page(app: &App, now: &Generation, state: &ListState) -> Response {
    let kb = now.engine.kb();
    let listing = list(now, state);
    let filters = filters(kb, state, &listing.facets);
    let page = BrowsePage {
        layout: Layout::new(app, now, "browse"),
        state,
        address: state.address(PATH, kb),
        total: listing.total,
        set: state.set(kb),
        loosen: loosen(now, state, listing.total, &filters),
        filters,
        hits: listing.hits.into_iter().map(|h| Hit::new(kb, h)).collect(),
        first: state.places().start + 1,
        pages: pages(kb, state, listing.total),
    };
    html(StatusCode::OK, &page)
}

impl<'a> Hit<'a> {
    fn new(kb: &'a Kb, hit: Listed) -> Self {
        let entry = &kb.entries[hit.entry];
        Self {
            entry,
            badges: Badges::new(kb, entry),
            title: pieces(&entry.title, &hit.title_spans),
            // A code stands in the title or the message anyway.
            line: hit
                .line
                .filter(|(kind, _, _)| *kind != LineOf::Code)
                .map(|(kind, text, spans)| (wording::line(kind), pieces(&text, &spans))),
            excerpt: pieces(&hit.excerpt, &hit.excerpt_spans),
        }
    }
}

/// A text cut at the ends of its marks, which are ascending and disjoint.
fn pieces(text: &str, marks: &[Range<usize>]) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut push = |range: Range<usize>, marked| {
        if let Some(part) = chars.get(range).filter(|part| !part.is_empty()) {
            pieces.push(Piece {
                marked,
                text: part.iter().collect(),
            });
        }
    };
    let mut at = 0;
    for mark in marks {
        push(at..mark.start, false);
        push(mark.clone(), true);
        at = mark.end;
    }
    push(at..chars.len(), false);
    pieces
}

/// The filters with the values that leave something, and the one that is set in any case.
fn filters<'a>(kb: &'a Kb, state: &ListState, facets: &Facets) -> Vec<Filter<'a>> {
    let set = &state.filters;
    let platforms = &kb.vocabulary.platforms;
    let on = |at: usize| match platforms.get(at) {
        Some(_) => OnPlatform::One(at),
        None => OnPlatform::Any,
    };
    let labels = platforms
        .iter()
        .map(|p| p.label.as_str())
        .chain(["各平台通用"]);
    let counts = facets.platforms.iter().chain([&facets.any_platform]);
    let platform = labels
        .zip(counts)
        .enumerate()
        .map(|(at, (label, n))| (label, *n, set.platform == Some(on(at))));
    let category = (kb.categories.iter().zip(&facets.categories).enumerate())
        .map(|(at, (c, n))| (c.title.as_str(), *n, set.category == Some(at)));
    let cause = (Cause::ALL.iter().zip(&facets.causes))
        .map(|(c, n)| (c.label(), *n, set.cause == Some(*c)));
    let acts =
        (Acts::ALL.iter().zip(&facets.acts)).map(|(a, n)| (a.label(), *n, set.acts == Some(*a)));
    let to = |put: &dyn Fn(&mut Filters)| state.filtered(put).address(PATH, kb);
    vec![
        Filter::new("平台", platform, |at| to(&|f| f.platform = at.map(on))),
        Filter::new("分类", category, |at| to(&|f| f.category = at)),
        Filter::new("原因", cause, |at| {
            to(&|f| f.cause = at.map(|at| Cause::ALL[at]))
        }),
        Filter::new("谁处理", acts, |at| {
            to(&|f| f.acts = at.map(|at| Acts::ALL[at]))
        }),
    ]
}

impl<'a> Filter<'a> {
    /// `values` are label, count and whether it is set; `to` gives the address with the value at
    /// this place set, or none.
    fn new(
        label: &'static str,
        values: impl Iterator<Item = (&'a str, usize, bool)>,
        to: impl Fn(Option<usize>) -> String,
    ) -> Self {
        let values: Vec<Value<'a>> = values
            .enumerate()
            .filter(|(_, (_, count, active))| *count > 0 || *active)
            .map(|(at, (label, count, active))| Value {
                label,
                count,
                url: to(Some(at)),
                active,
            })
            .collect();
        Self {
            label,
            active: values.iter().find(|v| v.active).map(|v| v.label),
            without: to(None),
            values,
        }
    }
}

/// For an empty list: each thing that may be left out and leaves something then.
fn loosen(
    now: &Generation,
    state: &ListState,
    total: usize,
    filters: &[Filter<'_>],
) -> Vec<(String, String, usize)> {
    if total > 0 {
        return Vec::new();
    }
    let kb = now.engine.kb();
    let removals: [fn(&mut Filters); 4] = [
        |f| f.platform = None,
        |f| f.category = None,
        |f| f.cause = None,
        |f| f.acts = None,
    ];
    let mut ways: Vec<(String, ListState)> = Vec::new();
    for (filter, remove) in filters.iter().zip(removals) {
        if let Some(active) = filter.active {
            let label = format!("不限{}（现在是“{active}”）", filter.label);
            ways.push((label, state.filtered(remove)));
        }
    }
    if ways.len() > 1 {
        let none = state.filtered(|f| *f = Filters::default());
        ways.push(("去掉所有筛选".to_owned(), none));
    }
    if !ways.is_empty() && !state.q.trim().is_empty() {
        let mut without = state.filtered(|_| ());
        without.q.clear();
        ways.push(("不限关键词，只看筛选".to_owned(), without));
    }
    ways.into_iter()
        .map(|(label, way)| (label, way.address(PATH, kb), list(now, &way).total))
        .filter(|(_, _, total)| *total > 0)
        .collect()
}

/// Links to the first page, the last, and those around this one.
fn pages(kb: &Kb, state: &ListState, total: usize) -> Vec<PageLink> {
    let last = state.pages(total);
    if last == 1 && state.page == 1 {
        return Vec::new();
    }
    let to = |page: usize| ListState {
        page,
        ..state.clone()
    };
    let link = |label: String, page| PageLink {
        label,
        url: to(page).address(PATH, kb),
        current: page == state.page,
    };
    let here = state.page.min(last);
    let around = here.saturating_sub(AROUND).max(1)..=(here + AROUND).min(last);
    let mut links = Vec::new();
    if state.page > 1 {
        links.push(link("上一页".to_owned(), here.max(2) - 1));
    }
    if *around.start() > 1 {
        links.push(link("1".to_owned(), 1));
    }
    links.extend(around.clone().map(|page| link(page.to_string(), page)));
    if *around.end() < last {
        links.push(link(last.to_string(), last));
    }
    if state.page < last {
        links.push(link("下一页".to_owned(), state.page + 1));
    }
    links
}
