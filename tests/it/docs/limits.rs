//! Numbers: limits of requests, versions, packages.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::{Page, number, root};
use crate::support::http::{JSON, Reply, get, send};
use crate::support::{router, run};

async fn post(uri: &str, body: String) -> Reply {
    let request = Request::post(uri).header(header::CONTENT_TYPE, JSON);
    send(router(), request.body(Body::from(body)).expect("a request")).await
}

/// A request at the limit passes; one over it gets the status and the type of the row.
#[track_caller]
fn held(row: &[&str], at: &Reply, over: &Reply) {
    assert_eq!(at.status, StatusCode::OK, "{row:?}: {}", at.body);
    assert_eq!(usize::from(over.status.as_u16()), number(row[2]), "{row:?}");
    let slug = row[2].split('`').nth(1).expect("a type");
    let body: Value = over.json();
    assert_eq!(body["type"], format!("/problems/{slug}"), "{row:?}");
}

#[tokio::test]
async fn the_limits_of_requests_are_those_of_the_program() {
    let page = Page::read("docs/configuration.md");
    let lookup = |text: &str, limit: usize| json!({"text": text, "limit": limit}).to_string();
    let row = page.row("text of a lookup by `POST`");
    let most = number(row[1]) * 1024;
    let (at, over) = ("a".repeat(most), "a".repeat(most + 1));
    let (at, over) = (lookup(&at, 1), lookup(&over, 1));
    let uri = "/api/v1/lookup";
    held(&row, &post(uri, at).await, &post(uri, over).await);

    let row = page.row("text in an address");
    let by_address = |n: usize| get(&format!("{uri}?text={}", "a".repeat(n)));
    let (at, over) = (by_address(number(row[1])), by_address(number(row[1]) + 1));
    held(&row, &send(router(), at).await, &send(router(), over).await);

    let batches = "/api/v1/lookup/batch";
    let batch = |n: usize| post(batches, json!({"texts": vec!["a"; n]}).to_string());
    let row = page.row("rows in one JSON answer");
    let (at, over) = (batch(number(row[1])).await, batch(number(row[1]) + 1).await);
    assert_eq!(at.header(header::CONTENT_TYPE), JSON);
    assert!(
        row[2].contains(over.header(header::CONTENT_TYPE)),
        "{row:?}"
    );
    let row = page.row("rows of a batch");
    let over = batch(number(row[1]) + 1).await;
    let last: Value =
        serde_json::from_str(over.body.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["total"], number(row[1]), "{row:?}");
    assert_eq!(last["left_out"][0]["count"], 1, "{row:?}");

    let row = page.row("results of a lookup");
    let (at, over) = (
        lookup("CD08", number(row[1])),
        lookup("CD08", number(row[1]) + 1),
    );
    let uri = "/api/v1/lookup";
    held(&row, &post(uri, at).await, &post(uri, over).await);

    let row = page.row("body of a request");
    // White space around JSON is no text of it.
    let body = |n: usize| {
        let text = lookup("CD08", 1);
        format!("{text}{}", " ".repeat(n - text.len()))
    };
    let (at, over) = (body(number(row[1]) * 1024), body(number(row[1]) * 1024 + 1));
    held(&row, &post(uri, at).await, &post(uri, over).await);

    let row = page.row("body of a batch");
    let body = |n: usize| {
        let text = json!({"texts": ["CD08"]}).to_string();
        format!("{text}{}", " ".repeat(n - text.len()))
    };
    let (at, over) = (body(number(row[1]) * 1024), body(number(row[1]) * 1024 + 1));
    held(&row, &post(batches, at).await, &post(batches, over).await);
}

#[test]
fn the_limits_of_options_are_their_defaults() {
    let page = Page::read("docs/configuration.md");
    let help = String::from_utf8(run(&["serve", "--help"]).stdout).expect("UTF-8");
    for (row, flag) in [
        ("requests a minute", "--rate"),
        ("requests at once", "--max-concurrent"),
    ] {
        let text = help
            .split(&format!("      {flag} "))
            .nth(1)
            .expect("a flag");
        let default = text.split("[default: ").nth(1).expect("a default");
        assert_eq!(number(page.row(row)[1]), number(default), "{row}");
    }
    let options = jieda::web::Options::default();
    let seconds = |row: &str| number(page.row(row)[1]) as u64;
    assert_eq!(
        seconds("head of a request"),
        options.patience.head.as_secs()
    );
    assert_eq!(seconds("whole request"), options.patience.request.as_secs());
}

#[test]
fn the_readmes_name_what_the_commands_need() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    let version = manifest
        .split("rust-version = \"")
        .nth(1)
        .expect("a version");
    let version = version.split('"').next().expect("a version");
    let scripts = ["tests/run.sh", "tests/clients/setup.sh"]
        .map(|path| std::fs::read_to_string(root().join(path)).expect("a script"));
    // need COMMAND PACKAGE…, install PACKAGE…, and the arguments of apt-get.
    let lines = scripts.iter().flat_map(|script| script.lines());
    let others = ["#", "pip", "npm install", "cargo"];
    let lines = lines.filter(|line| !others.iter().any(|word| line.contains(word)));
    let installed = lines.flat_map(|line| {
        let words: Vec<&str> = line.split([' ', ';', '|']).collect();
        let at = |w: &str| words.iter().position(|word| *word == w);
        let after = at("need").map(|i| i + 2).or(at("install").map(|i| i + 1));
        words[after.unwrap_or(words.len()).min(words.len())..].to_vec()
    });
    let named = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let installed: Vec<&str> = installed
        .filter(named)
        .filter(|w| *w != "install")
        .collect();
    assert!(installed.len() > 8, "{installed:?}");
    for name in ["README.md", "README.zh-CN.md"] {
        let page = Page::read(name);
        assert!(page.text.contains(&format!("Rust {version}")), "{name}");
        for package in &installed {
            assert!(
                page.text.contains(&format!("`{package}`")),
                "{name}: {package}"
            );
        }
    }
    let unit = Page::read("docs/deployment.md");
    assert!(unit.text.contains(&format!("FROM rust:{version} ")));
}
