//! The markup of the pages: whole documents, with a title, nothing inline, and a stylesheet.

use serde_json::Value;

use super::pages;
use crate::support::fixture::get;

#[tokio::test]
async fn pages_say_in_their_head_what_they_are() {
    let mut titles = std::collections::BTreeSet::new();
    for uri in pages() {
        let page = get(&uri).await;
        let between = |from: &str, to: &str| {
            let rest = page.body.split(from).nth(1).unwrap_or_default();
            rest.split(to).next().unwrap_or_default().to_owned()
        };
        assert!(
            !between("<meta name=\"description\" content=\"", "\"").is_empty(),
            "{uri}"
        );
        let canonical = between("<link rel=\"canonical\" href=\"", "\"");
        let hidden = page
            .body
            .contains("<meta name=\"robots\" content=\"noindex\">");
        assert_ne!(
            canonical.is_empty(),
            !hidden,
            "{uri} is found, or not to be found"
        );
        if !hidden {
            assert!(
                titles.insert((between("<title>", "</title>"), canonical.clone()))
                    || uri == "/search"
            );
        }
        if uri.starts_with("/kb/shipping/sync/") {
            let data: Value =
                serde_json::from_str(&between("ld+json\">", "</script>")).expect("JSON");
            assert_eq!(data["@type"], "FAQPage");
            assert!(
                data["mainEntity"][0]["acceptedAnswer"]["text"]
                    .as_str()
                    .is_some_and(|t| !t.is_empty())
            );
        }
    }
}

#[tokio::test]
async fn every_page_is_a_whole_document_with_nothing_inline() {
    for uri in pages() {
        let page = get(&uri).await.body;
        assert!(
            page.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"),
            "{uri}"
        );
        let count = |needle: &str| page.matches(needle).count();
        for once in ["<title>", "<h1", "<main ", "<header ", "<footer>"] {
            assert_eq!(count(once), 1, "{once} on {uri}");
        }
        assert!(
            count("<title>") == 1 && !page.contains("<title></title>"),
            "{uri}"
        );
        // Data for search engines is no script, whatever its tag says.
        assert_eq!(
            count("<script type=\"module\" src=\"/assets/app-"),
            1,
            "{uri}"
        );
        assert_eq!(
            count("<script"),
            1 + count("<script type=\"application/ld+json\">"),
            "{uri}"
        );
        for never in ["<style", " style=", "javascript:", " onclick="] {
            assert_eq!(count(never), 0, "{never} on {uri}");
        }
        for id in page
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            assert_eq!(count(&format!(" id=\"{id}\"")), 1, "id {id} on {uri}");
        }
        assert_eq!(count("<textarea"), count("<label for=\"q\">"), "{uri}");
        assert_eq!(count(" id=\"q\""), 1, "one box on {uri}");
        assert_eq!(count("<select"), count("<label for=\"platform\">"), "{uri}");
    }
}

#[tokio::test]
async fn the_stylesheet_may_be_kept_for_ever() {
    let home = get("/").await.body;
    let url = home
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let style = get(url.expect("the page links its stylesheet")).await;
    assert_eq!(style.status, 200);
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.header("cache-control").contains("immutable"));
    assert_eq!(get("/assets/style-0.css").await.status, 404);
}
