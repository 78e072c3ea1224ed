//! The search list for programs.

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::body::Extent;
use super::entries::EntryBrief;
use super::example::Example;
use super::list_query::{ANY_PLATFORM, ListQuery, ListState};
use super::schema;
use crate::kb::{Acts, Cause, Kb};
use crate::live::Generation;
use crate::search::facets::Facets;
use crate::search::list::{self, Listed, Listing};
use crate::web::app::Now;
use crate::web::http::error::Failure;
use crate::web::http::etag;
use crate::web::http::extract::Query;
use crate::wording;

/// 名单里的一页。
#[derive(Serialize, ToSchema)]
#[schema(as = SearchList)]
struct SearchBody<'a> {
    /// 所有页一共多少条。
    total: usize,
    /// 这是第几页，从 1 数起。
    page: usize,
    /// 一共几页，最少 1。
    pages: usize,
    /// 一页几条。
    per_page: usize,
    /// 最像的在前；没有 `q` 时按编号排。
    results: Vec<FoundBody<'a>>,
    facets: FacetsBody<'a>,
}

/// 名单里的一条。
#[derive(Serialize, ToSchema)]
#[schema(as = Found)]
struct FoundBody<'a> {
    #[serde(flatten)]
    entry: EntryBrief<'a>,
    /// 要找的内容在标题里的位置。
    title_spans: Vec<Extent>,
    /// 答案里的一段：有要找的内容的那一段，没有就是开头。
    excerpt: String,
    /// 要找的内容在这一段里的位置。
    excerpt_spans: Vec<Extent>,
    /// 对得最多的那一行；就是标题时没有。
    #[schema(required = true)]
    matched: Option<LineBody>,
}

/// 条目里的一行。
#[derive(Serialize, ToSchema)]
#[schema(as = Line)]
struct LineBody {
    #[schema(schema_with = schema::line_kind)]
    kind: &'static str,
    /// 照作者写的。
    text: String,
    /// 要找的内容在这一行里的位置。
    spans: Vec<Extent>,
}

/// 每个筛选的每个值还剩多少条：别的筛选都算上，它自己的不算。没有条目的值不列。
#[derive(Serialize, ToSchema)]
#[schema(as = Facets)]
struct FacetsBody<'a> {
    /// 按平台；`any` 是不限平台的。
    platform: Vec<CountBody<'a>>,
    /// 按分类；下级分类的也算在上级里。
    category: Vec<CountBody<'a>>,
    /// 按原因。
    cause: Vec<CountBody<'a>>,
    /// 按该由谁处理。
    acts: Vec<CountBody<'a>>,
}

/// 筛选的一个值。
#[derive(Serialize, ToSchema)]
#[schema(as = Count)]
struct CountBody<'a> {
    /// 筛选用的值。
    value: &'a str,
    /// 给人看的字。
    label: &'a str,
    /// 多少条。
    count: usize,
}

/// 搜条目
///
/// 列出和这些字有关的所有条目，最像的在前，可以筛选和翻页。它只找，不判断哪一条是答案；要答案用 `/api/v1/lookup`。
#[utoipa::path(
    get,
    path = "/api/v1/search",
    operation_id = "search",
    tag = "find",
    params(
        (
            "q" = Option<String>,
            Query,
            description = "要找的词、错误码、拼音或一句话；不给就列出全部。",
            max_length = 4_000,
        ),
        ListQuery,
    ),
    responses((status = 200, description = "名单里的一页。", body = SearchBody)),
)]
pub(crate) async fn by_query(
    Now(now): Now,
    headers: HeaderMap,
    Query(fields): Query,
) -> Result<Response, Failure> {
    let state = ListState::search(fields, now.engine.kb())?;
    etag::json(&now, &headers, || body(&now, &state))
}

/// The best entry for the shortest code, or for the first title where there is none.
pub(crate) fn example(now: &Generation) -> Option<Example> {
    let kb = now.engine.kb();
    let codes = (0..kb.entries.len()).flat_map(|e| now.catalog.codes(e));
    let code = codes.min_by_key(|code| code.len());
    let q = code.or(kb.entries.first().map(|e| &e.title))?.clone();
    let state = ListState::first(kb, q.clone(), None, 1).ok()?;
    Example::new(
        "/api/v1/search",
        "搜一个词",
        json!({"q": q, "per_page": 1}),
        &body(now, &state),
    )
}

/// The page of a list.
pub(crate) fn list(now: &Generation, state: &ListState) -> Listing {
    list::list(
        &now.engine,
        &now.catalog,
        &now.render_cache,
        &state.q,
        &state.filters,
        state.places(),
    )
}

fn body<'a>(now: &'a Generation, state: &ListState) -> SearchBody<'a> {
    let listing = list(now, state);
    SearchBody {
        total: listing.total,
        page: state.page,
        pages: state.pages(listing.total),
        per_page: state.per_page,
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
            kind: wording::line_id(kind),
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
