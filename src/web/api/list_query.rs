//! The state of a list: the typed text, filters and the page, checked; and the address of each state.
//! The API and the page read the same fields.

use std::fmt::Write as _;
use std::ops::Range;

use deserr::Deserr;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use utoipa::IntoParams;

use super::schema::{self, Category, PlatformFilter};
use crate::kb::{Acts, Cause, Kb};
use crate::search::facets::{Filters, OnPlatform};
use crate::web::http::bounds::MAX_ADDRESS_CHARS;
use crate::web::http::error::Failure;
use crate::web::http::extract::Fields;

/// Value of the platform filter for entries about no platform in particular.
pub(crate) const ANY_PLATFORM: &str = "any";
/// Entries on a page unless the request says how many.
pub(crate) const PER_PAGE: usize = 20;
/// Most entries on a page. Chosen.
const MOST_PER_PAGE: usize = 100;
/// Highest number of a page. Chosen.
const MOST_PAGES: usize = 100_000;
/// Everything but what RFC 3986 calls unreserved, and the slash of ids.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');
/// The fields of a list's address beside the text. Platform and category are not checked yet.
#[derive(Deserr, IntoParams)]
#[deserr(error = Failure, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// 只要这个平台的。
    #[param(value_type = Option<PlatformFilter>)]
    #[deserr(default)]
    platform: Option<String>,
    /// 只要这个分类和它下面的。
    #[param(value_type = Option<Category>)]
    #[deserr(default)]
    category: Option<String>,
    /// 只要这一类原因的。
    #[param(schema_with = schema::cause_filter, required = false)]
    #[deserr(default, try_from(Option<String>) = checked_cause -> Failure)]
    cause: Option<Cause>,
    /// 只要该由谁处理的。
    #[param(schema_with = schema::acts_filter, required = false)]
    #[deserr(default, try_from(Option<String>) = checked_acts -> Failure)]
    acts: Option<Acts>,
    /// 第几页，从 1 数起。
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100_000, default = 1)]
    #[deserr(default, try_from(Option<String>) = checked_page -> Failure)]
    page: Option<usize>,
    /// 一页几条。
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, default = 20)]
    #[deserr(default, try_from(Option<String>) = checked_per_page -> Failure)]
    per_page: Option<usize>,
}

/// The state of a list, checked.
#[derive(Debug, Clone)]
pub(crate) struct ListState {
    /// The typed text; empty for all entries.
    pub(crate) q: String,
    pub(crate) filters: Filters,
    /// From 1 on.
    pub(crate) page: usize,
    pub(crate) per_page: usize,
}

impl ListState {
    /// Of the list of a search; its text is the field `q`, and empty without.
    pub(crate) fn search(mut fields: Fields, kb: &Kb) -> Result<Self, Failure> {
        let q = fields.take("q").unwrap_or_default();
        let chars = q.chars().count();
        if chars > MAX_ADDRESS_CHARS {
            return Err(Failure::AddressTooLong(chars, MAX_ADDRESS_CHARS));
        }
        Self::checked(q, fields, kb).map_err(|failure| match failure {
            Failure::UnknownField(name, _) if name == "q" => Failure::RepeatedField(name),
            Failure::UnknownField(name, known) => {
                Failure::UnknownField(name, format!("q、{known}"))
            }
            other => other,
        })
    }

    /// Of a list without a text.
    pub(crate) fn entries(fields: Fields, kb: &Kb) -> Result<Self, Failure> {
        Self::checked(String::new(), fields, kb)
    }

    // A value that is none is told before a field that is none.
    fn checked(q: String, fields: Fields, kb: &Kb) -> Result<Self, Failure> {
        if let Some(id) = fields.get("platform") {
            platform(kb, id)?;
        }
        if let Some(id) = fields.get("category") {
            category(kb, id)?;
        }
        let list: ListQuery = fields.decode()?;
        Ok(Self {
            q,
            filters: Filters {
                platform: list.platform.map(|id| platform(kb, &id)).transpose()?,
                category: list.category.map(|id| category(kb, &id)).transpose()?,
                cause: list.cause,
                acts: list.acts,
            },
            page: list.page.unwrap_or(1),
            per_page: list.per_page.unwrap_or(PER_PAGE),
        })
    }

    /// The first entries that hold a text, perhaps of a platform alone.
    pub(crate) fn first(
        kb: &Kb,
        q: String,
        on: Option<&str>,
        most: usize,
    ) -> Result<Self, Failure> {
        Ok(Self {
            q,
            filters: Filters {
                platform: on.map(|id| platform(kb, id)).transpose()?,
                ..Filters::default()
            },
            page: 1,
            per_page: most,
        })
    }

    /// The range of places in the list that are on the page.
    pub(crate) fn places(&self) -> Range<usize> {
        let start = (self.page - 1) * self.per_page;
        start..start + self.per_page
    }

    /// Number of pages of so many entries, at least 1.
    pub(crate) fn pages(&self, total: usize) -> usize {
        total.div_ceil(self.per_page).max(1)
    }

    /// The same list with other filters, from its beginning.
    pub(crate) fn filtered(&self, change: impl FnOnce(&mut Filters)) -> Self {
        let mut other = Self {
            page: 1,
            ..self.clone()
        };
        change(&mut other.filters);
        other
    }

    /// The fields that a filter or a number is set by, with their values.
    pub(crate) fn set<'a>(&self, kb: &'a Kb) -> Vec<(&'static str, &'a str)> {
        let f = &self.filters;
        let platform = f.platform.map(|p| match p {
            OnPlatform::Any => ANY_PLATFORM,
            OnPlatform::One(at) => kb.vocabulary.platforms[at].id.as_str(),
        });
        let category = f.category.map(|at| kb.categories[at].id.as_str());
        [
            ("platform", platform),
            ("category", category),
            ("cause", f.cause.map(|c| c.as_str())),
            ("acts", f.acts.map(|a| a.as_str())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The address of this state: what is as usual is left out of it.
    pub(crate) fn address(&self, path: &str, kb: &Kb) -> String {
        let mut fields: Vec<(&str, String)> = Vec::new();
        if !self.q.is_empty() {
            fields.push(("q", self.q.clone()));
        }
        let set = self.set(kb).into_iter();
        fields.extend(set.map(|(name, value)| (name, value.to_owned())));
        if self.page > 1 {
            fields.push(("page", self.page.to_string()));
        }
        if self.per_page != PER_PAGE {
            fields.push(("per_page", self.per_page.to_string()));
        }
        let mut address = path.to_owned();
        for (i, (name, value)) in fields.iter().enumerate() {
            let joint = if i == 0 { '?' } else { '&' };
            let value = utf8_percent_encode(value, ENCODED);
            write!(address, "{joint}{name}={value}").expect("a string takes everything");
        }
        address
    }
}

fn platform(kb: &Kb, id: &str) -> Result<OnPlatform, Failure> {
    if id == ANY_PLATFORM {
        return Ok(OnPlatform::Any);
    }
    let platforms = &kb.vocabulary.platforms;
    let found = kb.vocabulary.platform_position(id);
    found.map(OnPlatform::One).ok_or_else(|| {
        let known: Vec<&str> = platforms.iter().map(|p| p.id.as_str()).collect();
        Failure::UnknownPlatform(
            id.to_owned(),
            format!("{}, {ANY_PLATFORM}", known.join(", ")),
        )
    })
}

fn category(kb: &Kb, id: &str) -> Result<usize, Failure> {
    let found = kb.categories.iter().position(|c| c.id == id);
    found.ok_or_else(|| {
        let known: Vec<&str> = kb.categories.iter().map(|c| c.id.as_str()).collect();
        Failure::UnknownValue("category", id.to_owned(), known.join(", "))
    })
}

fn checked_cause(id: Option<String>) -> Result<Option<Cause>, Failure> {
    id.map(|id| choice("cause", &id, Cause::ALL, |c| c.as_str()))
        .transpose()
}

fn checked_acts(id: Option<String>) -> Result<Option<Acts>, Failure> {
    id.map(|id| choice("acts", &id, Acts::ALL, |a| a.as_str()))
        .transpose()
}

fn checked_page(n: Option<String>) -> Result<Option<usize>, Failure> {
    n.map(|n| number("page", &n, MOST_PAGES)).transpose()
}

fn checked_per_page(n: Option<String>) -> Result<Option<usize>, Failure> {
    n.map(|n| number("per_page", &n, MOST_PER_PAGE)).transpose()
}

fn choice<T: Copy>(
    field: &'static str,
    id: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, Failure> {
    let found = all.iter().find(|value| name(**value) == id);
    found.copied().ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|value| name(*value)).collect();
        Failure::UnknownValue(field, id.to_owned(), known.join(", "))
    })
}

/// A whole number from 1 on; `2.0` is one.
fn number(field: &'static str, text: &str, most: usize) -> Result<usize, Failure> {
    match text.parse::<f64>() {
        Ok(n) if n.fract() == 0.0 && (1.0..=most as f64).contains(&n) => Ok(n as usize),
        _ => Err(Failure::InvalidNumber(field, 1, most)),
    }
}
