//! The format of entries, and the API's operations and tools.

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use super::{Page, number, root};
use crate::support::http::{JSON, get, send};
use crate::support::{Scratch, engine, load, router, run, shipped};

/// Writes an entry with this line of front matter; true if `check` finds no error.
fn accepted(kb: &Scratch, line: &str) -> bool {
    let entry = format!(
        "---\n{line}\n---\n# 一个只用来试字段的条目标题\n\n## 原因\n试。\n\n## 解决办法\n1. 试。\n"
    );
    kb.write("shipping/sync/tried.md", entry);
    run(&["check", kb.path().to_str().expect("a path")])
        .status
        .success()
}

#[test]
fn the_fields_of_the_front_matter_and_their_values_are_accepted() {
    let kb = Scratch::new("docs-fields");
    let page = Page::read("docs/content-format.md");
    let chinese = Page::read("README.zh-CN.md");
    let fields = ["cause", "retry", "acts", "needs"];
    for field in fields {
        let row = page.row(&format!("`{field}`"));
        let values: Vec<&str> = row[1].split('`').skip(1).step_by(2).collect();
        assert!(!values.is_empty(), "{field}");
        for value in &values {
            let list = field == "needs";
            let value = if list {
                format!("[{value}]")
            } else {
                (*value).to_owned()
            };
            assert!(
                accepted(&kb, &format!("{field}: {value}")),
                "{field}: {value}"
            );
        }
        let also = chinese.row(&format!("`{field}`"));
        let theirs: Vec<&str> = also[1].split('`').skip(1).step_by(2).collect();
        assert_eq!(theirs, values, "{field} in README.zh-CN.md");
    }
    for line in [
        "platforms: [alpha]",
        "sources: [x]",
        "updated: 2026-11-24",
        "aliases: [shipping/sync/old]",
    ] {
        assert!(accepted(&kb, line), "{line}");
        let field = line.split(':').next().expect("a field");
        page.row(&format!("`{field}`"));
        chinese.row(&format!("`{field}`"));
    }
    for wrong in [
        "cause: unheard-of",
        "acts: nobody",
        "retry: perhaps",
        "causes: data",
    ] {
        assert!(!accepted(&kb, wrong), "{wrong}");
    }
}

#[test]
fn the_values_of_the_documentation_are_all_there_are() {
    let page = Page::read("docs/content-format.md");
    let values = |field: &str| number_of_values(page.row(&format!("`{field}`"))[1]);
    assert_eq!(values("cause"), jieda::kb::Cause::ALL.len());
    assert_eq!(values("retry"), jieda::kb::Retry::ALL.len());
    assert_eq!(values("acts"), jieda::kb::Acts::ALL.len());
}

fn number_of_values(cell: &str) -> usize {
    cell.split('`').skip(1).step_by(2).count()
}

#[test]
fn the_advice_on_phrases_is_one_and_the_content_follows_it() {
    let said = Page::read("docs/content-format.md").text;
    assert!(said.contains("about fourteen pay") && said.contains("about twenty pay"));
    let readme = Page::read("README.md").text;
    assert!(
        readme.contains("Twenty questions (相似问法) and fourteen similar messages (类似报错)")
    );
    let chinese = Page::read("README.zh-CN.md").text;
    assert!(chinese.contains("十四条左右就够") && chinese.contains("二十条左右就够"));
    let scaffold = jieda::kb::scaffold::entry("x");
    assert!(scaffold.contains("，十四条左右") && scaffold.contains("，二十条左右"));
    let engine = load(&shipped());
    for entry in &engine.kb().entries {
        assert!(entry.questions.len() >= 20, "{}", entry.id);
        assert!(
            entry.similar_errors.len() >= 14 || entry.templates.is_empty(),
            "{}",
            entry.id
        );
    }
}

#[tokio::test]
async fn the_operations_and_tools_of_the_api_page_are_all_there_are() {
    let page = Page::read("docs/api.md");
    let document: Value = send(router(), get("/api/openapi.json")).await.json();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("methods").keys() {
            operations.push(format!("{} {path}", method.to_uppercase()));
        }
    }
    for operation in &operations {
        page.row(&format!("`{operation}`"));
    }
    let listed = page
        .rows()
        .filter(|c| c[0].starts_with("`GET ") || c[0].starts_with("`POST "));
    assert_eq!(listed.count(), operations.len());

    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let request = Request::post("/mcp")
        .header(header::CONTENT_TYPE, JSON)
        .header(header::ACCEPT, "application/json, text/event-stream")
        .header(header::HOST, "127.0.0.1");
    let answer = send(router(), request.body(Body::from(call)).expect("a request")).await;
    let tools = answer.json()["result"]["tools"].clone();
    let tools = tools.as_array().expect("tools");
    for tool in tools {
        page.row(&format!("`{}`", tool["name"].as_str().expect("a name")));
    }
    // This router has no journal, so it does not offer the fourth.
    page.row("`report_gap`");
    assert_eq!(tools.len(), 3);
    let bounds = tools[0]["inputSchema"]["properties"]["max_chars"].to_string();
    assert!(
        bounds.contains("2000") && bounds.contains("8000"),
        "{bounds}"
    );
    let sentence = "4,000 by default, 2,000 to 8,000";
    assert!(page.text.contains(sentence));
}

#[tokio::test]
async fn the_fields_of_an_answer_are_documented_in_both_languages() {
    let text = json!({"text": crate::support::FROZEN}).to_string();
    let request = Request::post("/api/v1/lookup").header(header::CONTENT_TYPE, JSON);
    let answer = send(router(), request.body(Body::from(text)).expect("a request")).await;
    let answer: Value = answer.json();
    let (english, chinese) = (
        Page::read("docs/api.md"),
        Page::read("README.zh-CN.md").text,
    );
    for field in answer.as_object().expect("an object").keys() {
        english.row(&format!("`{field}`"));
        assert!(chinese.contains(&format!("`{field}`")), "{field}");
    }
    assert_eq!(engine().generation(), answer["generation"]);
}

#[test]
fn the_masked_lengths_and_the_queue_are_those_of_the_journal() {
    let page = Page::read("docs/journal.md").text;
    let sentence = page
        .lines()
        .find(|l| l.starts_with("A masked text has"))
        .expect("a sentence");
    assert_eq!(number(sentence), jieda::journal::MASKED);
    let reason = sentence.split("reason ").nth(1).expect("a reason");
    assert_eq!(number(reason), jieda::journal::WHY);
    let source = std::fs::read_to_string(root().join("src/journal/writer.rs")).expect("a source");
    assert!(source.contains("const QUEUE: usize = 8_192;") && page.contains("a queue of 8,192"));
}
