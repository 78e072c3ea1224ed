//! The pages for people, requested without a socket.

mod addresses;
mod agents;
mod entries;
mod markup;
mod refusals;
mod safety;

use crate::support::fixture::entries;
use crate::support::http::encoded;

/// Addresses of one page of each kind.
fn pages() -> Vec<String> {
    let entry = &entries()[0];
    let mut pages: Vec<String> = [
        "/",
        "/search",
        "/kb",
        "/kb/nowhere",
        "/search?q=",
        "/faq",
        "/codes",
        "/browse",
        "/browse?q=sd&acts=platform",
        "/browse?q=zzzzqqqq",
        "/batch",
        "/api",
        "/design",
        "/platform/alpha",
        "/cause/settings",
    ]
    .map(str::to_owned)
    .into();
    pages.push(format!("/kb/{}", entry.category()));
    pages.push(format!("/search?q={}", encoded(&entry.title)));
    pages.push(format!("/search?q={}", encoded("今天天气怎么样")));
    pages.extend(entries().iter().map(|e| format!("/kb/{}", e.id)));
    pages
}
