//! The addresses of the pages: cached, linked, and listed for search engines.

use axum::body::Body;
use axum::http::{Request, header};
use jieda::web::Options;

use super::pages;
use crate::support;
use crate::support::fixture::{entries, get, get_bytes, send};
use crate::support::http::{self, encoded};

#[tokio::test]
async fn who_has_a_page_already_is_sent_nothing() {
    for uri in pages() {
        let first = get(&uri).await;
        let tag = first.header("etag").to_owned();
        if first.status != 200 || uri.starts_with("/search") {
            continue;
        }
        assert!(tag.starts_with("W/\""), "{uri}: {tag}");
        let again = |tag: &str| {
            let request = Request::get(&uri).header(header::IF_NONE_MATCH, tag);
            send(request.body(Body::empty()).expect("a request"))
        };
        let unchanged = again(&format!("\"other\", {tag}")).await;
        assert_eq!(unchanged.status, 304, "{uri}");
        assert_eq!(
            (unchanged.body.as_str(), unchanged.header("etag")),
            ("", tag.as_str())
        );
        assert_eq!(again("\"other\"").await.body, first.body, "{uri}");
    }
}

#[tokio::test]
async fn machines_are_told_what_is_worth_finding() {
    let asked = |uri: &str, name: &str, value: &str| {
        let request = Request::get(uri)
            .header("host", "help.example:8080")
            .header(name, value);
        send(request.body(Body::empty()).expect("a request"))
    };
    let sitemap = asked("/sitemap.xml", "x-forwarded-proto", "https").await;
    assert_eq!(sitemap.header("content-type"), "application/xml");
    for entry in entries() {
        let address = format!("<loc>https://help.example:8080/kb/{}</loc>", entry.id);
        assert!(sitemap.body.contains(&address), "{}", sitemap.body);
    }
    assert!(sitemap.body.contains("<lastmod>2026-11-01</lastmod>"));
    let robots = asked("/robots.txt", "accept", "*/*").await.body;
    assert!(
        robots.contains("\nSitemap: http://help.example:8080/sitemap.xml\n"),
        "{robots}"
    );
    let engine = asked("/opensearch.xml", "accept", "*/*").await.body;
    assert!(
        engine.contains("template=\"http://help.example:8080/search?q={searchTerms}\""),
        "{engine}"
    );
    let evil = Request::get("/sitemap.xml").header("host", "a\"><script>");
    assert_eq!(
        send(evil.body(Body::empty()).expect("a request"))
            .await
            .status,
        400
    );
    let manifest = get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    for icon in manifest.json()["icons"].as_array().expect("icons") {
        let icon = get_bytes(icon["src"].as_str().expect("an address")).await;
        assert_eq!(icon.0, 200);
    }
}

#[tokio::test]
async fn addresses_are_whole_where_the_public_one_is_known() {
    let options = Options {
        public_url: Some("https://help.example".to_owned()),
        ..Options::default()
    };
    let router = support::router_with(options);
    let get = async |uri: &str| {
        // The `Host` that the client sends does not count.
        let request = Request::get(uri).header(header::HOST, "evil.example");
        let request = request.body(Body::empty()).expect("a request");
        http::send(router.clone(), request).await.body
    };
    for uri in pages() {
        let page = get(&uri).await;
        if let Some(canonical) = page.split("<link rel=\"canonical\" href=\"").nth(1) {
            assert!(canonical.starts_with("https://help.example/"), "{uri}");
        }
        assert!(!page.contains("evil.example"), "{uri}");
    }
    for (uri, address) in [
        ("/sitemap.xml", "<loc>https://help.example/kb/"),
        ("/robots.txt", "Sitemap: https://help.example/sitemap.xml"),
        ("/opensearch.xml", "\"https://help.example/search?q="),
        (
            "/kb/shipping/sync/sender-phone-e17",
            "\"url\":\"https://help.example/kb/shipping/sync/sender-phone-e17\"",
        ),
        (
            "/kb/shipping/sync/sender-phone-e17",
            "另一条 (https://help.example/kb/shipping/sync/parcel-locked)",
        ),
    ] {
        let told = get(uri).await;
        assert!(
            told.contains(address) && !told.contains("evil.example"),
            "{uri}"
        );
    }
}

#[tokio::test]
async fn every_link_leads_somewhere_and_nowhere_to_what_is_for_agents() {
    let mut seen = std::collections::BTreeSet::new();
    let mut ahead = vec!["/".to_owned(), format!("/search?q={}", encoded("E17"))];
    while let Some(uri) = ahead.pop() {
        if !seen.insert(uri.clone()) {
            continue;
        }
        if uri.ends_with(".png") {
            assert_eq!(get_bytes(&uri).await.0, 200, "{uri}");
            continue;
        }
        let request = Request::get(&uri).header(header::HOST, "help.example");
        let page = send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(page.status, 200, "{uri}");
        assert!(!page.body.contains("AGENTS-ONLY-MARKER"), "{uri}");
        let links = page.body.split(" href=\"").skip(1);
        let links = links.filter_map(|rest| rest.split(['"', '#']).next());
        ahead.extend(links.filter(|l| l.starts_with('/')).map(str::to_owned));
    }
    assert!(seen.len() > 20, "{seen:?}");
    assert!(
        entries()
            .iter()
            .all(|e| seen.contains(&format!("/kb/{}", e.id))),
        "every entry can be reached"
    );
}
