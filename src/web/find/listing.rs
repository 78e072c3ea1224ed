//! The search list for programs.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;

use super::entries::EntryBrief;
use super::wanted::{ANY_PLATFORM, Wanted};
use crate::kb::{Acts, Cause, Kb};
use crate::live::Generation;
use crate::lookup::find::LineOf;
use crate::lookup::find::facets::Facets;
use crate::lookup::find::search::{Listed, Listing, search};
use crate::web::error::Failure;
use crate::web::extract::Query;
use crate::web::wire::Extent;
use crate::web::{App, cached};

/// The body of a search's response.
#[derive(Serialize)]
struct SearchBody<'a> {
    /// How many entries there are on all pages.
    total: usize,
    /// This page, from 1 on.
    page: usize,
    /// How many pages there are, at least 1.
    pages: usize,
    /// Entries on a page.
    per_page: usize,
    /// Best first; without a text in the order of their ids.
    results: Vec<FoundBody<'a>>,
    /// How many entries each value of a filter leaves, the other filters applied and its own not.
    facets: FacetsBody<'a>,
}

/// An entry of the list.
#[derive(Serialize)]
struct FoundBody<'a> {
    #[serde(flatten)]
    entry: EntryBrief<'a>,
    /// What was typed, on the title.
    title_spans: Vec<Extent>,
    /// A passage of the answer: where it holds what was typed, else how it begins.
    excerpt: String,
    /// What was typed, on the passage.
    excerpt_spans: Vec<Extent>,
    /// The line that holds most of what was typed, where that is not the title.
    matched: Option<LineBody>,
}

/// A line of an entry.
#[derive(Serialize)]
struct LineBody {
    /// `code`, `message`, `similar-error` or `question`.
    kind: &'static str,
    /// As its author wrote it.
    text: String,
    /// What was typed, on the line.
    spans: Vec<Extent>,
}

/// Counts of each filter, values without entries left out.
#[derive(Serialize)]
struct FacetsBody<'a> {
    /// `any` are the entries about no platform in particular.
    platform: Vec<CountBody<'a>>,
    /// Entries of the categories below are counted too.
    category: Vec<CountBody<'a>>,
    cause: Vec<CountBody<'a>>,
    acts: Vec<CountBody<'a>>,
}

/// A value of a filter.
#[derive(Serialize)]
struct CountBody<'a> {
    /// What the filter is set to.
    value: &'a str,
    /// What people are shown.
    label: &'a str,
    /// Entries.
    count: usize,
}

/// `GET /api/v1/search?q=&platform=&category=&cause=&acts=&page=&per_page=`
pub(super) async fn by_query(
    State(app): State<App>,
    headers: HeaderMap,
    Query(mut fields): Query,
) -> Result<Response, Failure> {
    let now = app.current();
    let q = fields.take("q").unwrap_or_default();
    let wanted = Wanted::search(q, fields, now.engine.kb())?;
    cached::json(&now, &headers, || body(&now, &wanted))
}

/// The page of a list that is wanted.
pub(super) fn list(now: &Generation, wanted: &Wanted) -> Listing {
    search(
        &now.engine,
        &now.catalog,
        &now.shelf,
        &wanted.q,
        &wanted.filters,
        wanted.places(),
    )
}

fn body<'a>(now: &'a Generation, wanted: &Wanted) -> SearchBody<'a> {
    let listing = list(now, wanted);
    SearchBody {
        total: listing.total,
        page: wanted.page,
        pages: wanted.pages(listing.total),
        per_page: wanted.per_page,
        results: listing.hits.into_iter().map(|h| found(now, h)).collect(),
        facets: facets(now.engine.kb(), &listing.facets),
    }
}

fn found(now: &Generation, hit: Listed) -> FoundBody<'_> {
    let extents =
        |spans: Vec<std::ops::Range<usize>>| spans.into_iter().map(Extent::from).collect();
    FoundBody {
        entry: EntryBrief::new(now, hit.entry),
        title_spans: extents(hit.title_spans),
        excerpt: hit.excerpt,
        excerpt_spans: extents(hit.excerpt_spans),
        matched: hit.line.map(|(kind, text, spans)| LineBody {
            kind: match kind {
                LineOf::Title => "title",
                LineOf::Code => "code",
                LineOf::Message => "message",
                LineOf::SimilarError => "similar-error",
                LineOf::Question => "question",
            },
            text,
            spans: extents(spans),
        }),
    }
}

/// The values of each filter that leave something, in the order in which lists show them.
fn facets<'a>(kb: &'a Kb, facets: &Facets) -> FacetsBody<'a> {
    let some = |all: &mut dyn Iterator<Item = (&'a str, &'a str, usize)>| {
        all.filter(|(_, _, count)| *count > 0)
            .map(|(value, label, count)| CountBody {
                value,
                label,
                count,
            })
            .collect()
    };
    let platforms = kb.vocabulary.platforms.iter().zip(&facets.platforms);
    let categories = kb.categories.iter().zip(&facets.categories);
    let causes = Cause::ALL.iter().zip(&facets.causes);
    let acts = Acts::ALL.iter().zip(&facets.acts);
    let any = (ANY_PLATFORM, "各平台通用", facets.any_platform);
    FacetsBody {
        platform: some(
            &mut platforms
                .map(|(p, n)| (p.id.as_str(), p.label.as_str(), *n))
                .chain([any]),
        ),
        category: some(&mut categories.map(|(c, n)| (c.id.as_str(), c.title.as_str(), *n))),
        cause: some(&mut causes.map(|(c, n)| (c.as_str(), c.label(), *n))),
        acts: some(&mut acts.map(|(a, n)| (a.as_str(), a.label(), *n))),
    }
}
