//! Requests that the pages refuse: a page that says why, with the text still in its box.

use axum::body::Body;
use axum::http::{Request, header};

use crate::support::fixture::{get, post, search, send};
use crate::support::http::{FORM, JSON, Reply};

#[tokio::test]
async fn people_get_failures_as_pages() {
    let table = [
        ("/nowhere", 404, "没有这个地址"),
        ("/kb/nowhere", 404, "没有这个地址"),
        ("/kb/%ff", 400, "编码不对"),
        ("/platform/ebay", 404, "没有这个地址"),
        ("/cause/fate", 404, "没有这个地址"),
        ("/search?q=+", 400, "内容是空的"),
        ("/search?q=%ff", 400, "编码不对"),
        ("/search?q=a&platform=ebay", 400, "不认识这个平台"),
    ];
    for (uri, status, title) in table {
        let reply = get(uri).await;
        assert_eq!(reply.status, status, "{uri}");
        assert_eq!(
            reply.header("content-type"),
            "text/html; charset=utf-8",
            "{uri}"
        );
        assert!(reply.body.contains(&format!("<h1>{title}</h1>")), "{uri}");
    }
    let browser = Request::get("/api/v1/nowhere").header(header::ACCEPT, "text/html,*/*;q=0.8");
    let reply = send(browser.body(Body::empty()).expect("a request")).await;
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(post("/search", JSON, "{}").await.status, 415);
    assert_eq!(post("/search", FORM, "platform=pdd").await.status, 400);
    assert_eq!(
        post("/search", FORM, "q=a".repeat(1 << 20)).await.status,
        413
    );
}

#[tokio::test]
async fn a_refused_text_stays_in_the_box() {
    let kept = |reply: &Reply, text: &str| reply.body.contains(&format!(">\n{text}</textarea>"));
    let reply = search("无效的联系人", "ebay").await;
    assert_eq!(reply.status, 400);
    assert!(kept(&reply, "无效的联系人"));
    let long = "长".repeat(87_382);
    let reply = search(&long, "").await;
    assert_eq!(reply.status, 400);
    assert!(kept(&reply, &long));
    let reply = get(&format!("/search?q={}", "a".repeat(4_001))).await;
    assert_eq!(reply.status, 400);
    assert!(kept(&reply, &"a".repeat(4_001)) && reply.body.contains("输入框"));
}

#[tokio::test]
async fn a_text_comes_back_as_it_was_sent() {
    let reply = search("\n  第一行\r\n第二行", "").await;
    assert_eq!(reply.status, 200);
    // One line end after the tag belongs to the markup; browsers send the others as CRLF.
    assert!(reply.body.contains(">\n\n  第一行\n第二行</textarea>"));
}
