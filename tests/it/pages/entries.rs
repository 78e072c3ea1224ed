//! The pages of entries, and the lists that lead to them.

use serde_json::json;

use crate::support;
use crate::support::fixture::{entries, get, get_bytes, lookup};
use crate::support::http::Reply;

#[tokio::test]
async fn an_entry_is_found_under_its_id_as_markdown_and_under_its_aliases() {
    for entry in entries() {
        let page = get(&format!("/kb/{}", entry.id)).await;
        assert_eq!(page.status, 200, "{}", entry.id);
        let markdown = get(&format!("/kb/{}.md", entry.id)).await;
        assert_eq!(
            markdown.header("content-type"),
            "text/markdown; charset=utf-8"
        );
        assert_eq!(markdown.body, entry.public_markdown());
        for alias in &entry.aliases {
            for extension in ["", ".md"] {
                let moved = get(&format!("/kb/{alias}{extension}")).await;
                assert_eq!(moved.status, 301);
                assert_eq!(
                    moved.header("location"),
                    format!("/kb/{}{extension}", entry.id)
                );
            }
        }
    }
    assert!(
        entries().iter().any(|e| !e.aliases.is_empty()),
        "the fixture has an alias"
    );
}

#[tokio::test]
async fn entries_are_listed_by_platform_cause_and_code_and_answered_on_one_page() {
    let phone = "/kb/shipping/sync/sender-phone-e17";
    let links = |reply: &Reply, to: &str| reply.body.contains(&format!("href=\"{to}\""));
    for (uri, here) in [
        ("/platform/alpha", true),
        ("/platform/beta", false),
        ("/cause/settings", true),
        ("/cause/network", false),
        ("/codes", true),
        ("/faq", true),
        ("/kb", true),
    ] {
        let page = get(uri).await;
        assert_eq!(page.status, 200, "{uri}");
        assert_eq!(links(&page, phone), here, "{uri}");
    }
    let general = "/kb/shipping/sync/how-to-submit";
    assert!(
        links(&get("/platform/beta").await, general),
        "what may happen anywhere may happen there"
    );
    assert!(get("/codes").await.body.contains("<code>E17</code>"));
    let faq = get("/faq").await.body;
    for entry in entries() {
        assert!(
            faq.contains(&format!("href=\"#{}\"", entry.id)),
            "{}",
            entry.id
        );
        assert!(
            faq.contains(&format!(" id=\"{}\"", entry.id)),
            "{}",
            entry.id
        );
    }
    assert!(faq.contains("填写寄件电话并保存"), "with the whole answer");
}

#[tokio::test]
async fn a_picture_beside_an_entry_is_shown_with_its_size() {
    let page = get("/kb/shipping/sync/sender-phone-e17").await.body;
    let image = "<img src=\"/kb/shipping/sync/depot.png?320x120\" alt=\"仓库资料页，寄件电话在第一栏\" width=\"320\" height=\"120\" loading=\"lazy\">";
    assert!(page.contains(image), "{page}");
    let (status, length) = get_bytes("/kb/shipping/sync/depot.png?320x120").await;
    let file = support::good().join("shipping/sync/depot.png");
    let bytes = std::fs::read(file).expect("the fixture has it");
    assert_eq!((status.as_u16(), length), (200, bytes.len()));
    assert_eq!(get("/kb/shipping/sync/none.png").await.status, 404);
}

#[tokio::test]
async fn an_entry_tells_what_changed_when_and_its_answer_does_not() {
    let uri = "/kb/shipping/sync/sender-phone-e17";
    let page = get(uri).await.body;
    let list = page.split("<ul class=\"changes\">").nth(1).expect("a list");
    let days: Vec<&str> = list
        .split("<time datetime=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(days[..2], ["2026-11-01", "2026-10-12"], "the latest first");
    let markdown = get(&format!("{uri}.md")).await.body;
    assert!(markdown.ends_with(
        "## 更新记录\n\n- 2026-11-01 补上仓库资料页的截图\n- 2026-10-12 菜单改名为“仓库 → 资料”\n"
    ));
    let answered = lookup(json!({"text": "E17"})).await;
    assert!(answered.body.contains("寄件电话") && !answered.body.contains("补上仓库资料页"));
    let other = get("/kb/shipping/sync/parcel-locked").await.body;
    assert!(!other.contains("更新记录"), "no history is made up");
}
