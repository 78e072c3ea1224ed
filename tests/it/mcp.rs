//! The tools for language models, called by both official SDKs over HTTP and over standard input
//! and output: the same results for every client, and none longer than its limit.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::body::Body;
use axum::http::{Request, header};
use jieda::web::Options;
use serde_json::{Value, json};

use crate::support::http::{JSON, send};
use crate::support::{self, Scratch, Server};

/// The folder of the outside clients, which tests/run.sh fills.
pub(crate) fn tools() -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../test-tools");
    assert!(tools.is_dir(), "tests/run.sh sets the outside clients up");
    tools
}

/// Runs a client to its end; returns its output, or fails the test with its errors.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> String {
    let output = command.output().expect("the client starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn python(server: &str, mode: &str, calls: &Value) -> Value {
    let out = run(Command::new(tools().join("python/bin/python"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/mcp_client.py"))
        .args([server, mode, &calls.to_string()]));
    serde_json::from_str(&out).expect("JSON")
}

fn typescript(server: &str, calls: &Value) -> Value {
    // A module finds its packages beside itself.
    let script = tools().join("node/mcp_client.mjs");
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/mcp_client.mjs");
    std::fs::copy(ours, &script).expect("the script can be copied");
    let out = run(Command::new("node")
        .arg(script)
        .args([server, &calls.to_string()]));
    serde_json::from_str(&out).expect("JSON")
}

const NOTE: &str = "内部电话转三线";

/// The fixture with an entry that is longer than the limit of a result.
fn knowledge_base(name: &str) -> Scratch {
    let scratch = Scratch::new(name);
    let steps: String = (1..=900)
        .map(|n| format!("{n}. 打开设置，找到第 {n} 项并核对。\n"))
        .collect();
    scratch.write(
        "shipping/sync/very-long.md",
        format!(
            "# 物流编码对照表没有维护\n\n## 报错信息\n```text\nCOURIER_TABLE_MISSING\n```\n\n## 原因\n没有维护。\n\n## 解决办法\n{steps}\n## 客服备注\n{NOTE}\n"
        ),
    );
    scratch
}

fn calls() -> Value {
    json!([
        ["lookup_error", {"text": "PARCEL_LOCKED_BY_AUDIT"}],
        ["lookup_error", {"text": "今晚吃什么 zxqv wkjh"}],
        ["lookup_error", {"text": "COURIER_TABLE_MISSING", "max_chars": 8000}],
        ["lookup_error", {"text": "错".repeat(20_000)}],
        ["get_entry", {"id": "shipping/sync/parcel-locked"}],
        ["get_entry", {"id": "shipping/sync/very-long", "max_chars": 2000.0}],
        ["get_entry", {"id": "shipping/sync/very-long", "max_chars": 8000}],
        ["search", {"query": "包裹"}],
        ["search", {"query": "wl", "platform": "alpha", "max_chars": 2000}],
        ["search", {"query": "zxqvwkjh"}],
        ["get_entry", {"id": "nowhere"}],
        ["get_entry", {"id": "shipping/sync/very-long", "max_chars": 9000}],
        ["lookup_error", {"txt": "a"}],
        ["lookup_error", {"text": "a", "platform": "ebay"}],
        ["lookup_error", {"text": " "}],
        ["find_everything", {}],
        ["search", {"query": "长".repeat(201)}],
        ["search", {"query": "a", "platform": "ebay"}],
        ["lookup_error", {"text": "第二个", "context": {"text": "a"}}],
    ])
}

/// Checks the results of [`calls`], which are the same for every client and transport.
#[track_caller]
fn check(seen: &Value, protocol: &str) {
    assert_eq!(seen["server"], "jieda");
    assert_eq!(seen["version"], env!("CARGO_PKG_VERSION"));
    if !seen["protocol"].is_null() {
        assert_eq!(seen["protocol"], protocol);
    }
    let tools = seen["tools"].as_array().expect("a list");
    let names: Vec<&str> = tools.iter().filter_map(|t| t["name"].as_str()).collect();
    let offered = ["lookup_error", "search", "get_entry", "report_gap"];
    assert_eq!(names, offered[..names.len()]);
    for tool in tools {
        let chars = tool["description"]
            .as_str()
            .expect("a string")
            .chars()
            .count();
        assert!((10..200).contains(&chars), "short, and there: {tool}");
        assert_eq!(tool["input"]["additionalProperties"], false);
        assert_eq!(tool["output"]["type"], "object");
        for (name, of) in tool["input"]["properties"].as_object().expect("an object") {
            assert!(of["description"].is_string(), "{name} says what it is");
        }
    }
    let results = seen["calls"].as_array().expect("a list");
    let limits = [4000, 4000, 8000, 4000, 4000, 2000, 8000, 4000, 2000, 4000];
    for (i, result) in results.iter().enumerate() {
        assert_eq!(result["error"], i >= limits.len(), "{i}: {result}");
        let most = limits.get(i).copied().unwrap_or(4000);
        let chars = result["chars"].as_u64().expect("a number");
        assert!(chars <= most, "{i} has {chars} characters, at most {most}");
        assert!(
            !result["text"].as_str().expect("a string").contains(NOTE),
            "{i}"
        );
        if i < limits.len() {
            let text = result["text"].as_str().expect("a string");
            let text: Value = serde_json::from_str(text).expect("the text says the same");
            assert!(same(&text, &result["structured"]), "{i}: {result}");
        }
    }
    let structured = |i: usize| &results[i]["structured"];
    assert_eq!(structured(0)["outcome"], "answer");
    assert_eq!(
        structured(0)["results"][0]["id"],
        "shipping/sync/parcel-locked"
    );
    assert!(structured(0)["results"][0]["answer"].is_string());
    assert_eq!(structured(1)["outcome"], "none");
    assert!(structured(1)["handover"]["fingerprint"].is_string());
    let long = structured(2)["results"][0]["answer"]
        .as_str()
        .expect("a string");
    assert!(long.contains("第 100 项") && long.ends_with("（太长，后面的没有放下）"));
    assert_eq!(structured(4)["cut"], false);
    assert_eq!(structured(4)["url"], "/kb/shipping/sync/parcel-locked");
    let cut = structured(5)["answer"].as_str().expect("a string");
    assert_eq!(structured(5)["cut"], true);
    assert!(
        cut.contains("并核对。\n……"),
        "cut at the end of a line: {cut}"
    );
    let found = &structured(7)["results"][0];
    assert_eq!(found["id"], "shipping/sync/parcel-locked");
    assert!(found["excerpt"].is_string() && structured(7)["total"].as_u64() >= Some(1));
    let on_alpha = structured(8)["results"].as_array().expect("a list");
    assert!(!on_alpha.is_empty(), "{}", structured(8));
    for found in on_alpha {
        assert_eq!(found["platforms"], json!(["alpha"]));
    }
    assert_eq!(structured(9)["total"], 0);
    let hints = [
        "没有“nowhere”",
        "2000 到 8000",
        "`text`",
        "taobao|alpha",
        "贴进来",
        "tools/list",
        "lookup_error",
        "taobao|alpha",
        "context.options",
    ];
    assert_eq!(results.len(), limits.len() + hints.len());
    for (result, hint) in results[limits.len()..].iter().zip(hints) {
        let text = result["text"].as_str().expect("a string");
        assert!(
            hint.split('|').any(|h| text.contains(h)),
            "{text} tells {hint}"
        );
    }
    let ids: HashSet<&str> = [0, 1, 2, 3]
        .iter()
        .filter_map(|i| structured(*i)["lookup_id"].as_str())
        .collect();
    assert_eq!(ids.len(), 4, "every lookup has an id of its own");
}

/// True for equal values; `1` equals `1.0`.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}

/// Two entries that only the platform tells apart.
const ASKED: &str = "店铺资料冻结中,暂停推送物流信息";

fn with_a_question(name: &str) -> Scratch {
    let scratch = knowledge_base(name);
    for (platform, rest) in [("alpha", "请补交执照"), ("beta", "请联系招商经理")] {
        scratch.write(
            &format!("shipping/sync/frozen-{platform}.md"),
            format!(
                "---\nplatforms: [{platform}]\n---\n# 店铺资料冻结中，{rest}\n\n## 报错信息\n```text\n{ASKED},{rest}\n```\n\n## 原因\n店铺资料被冻结。\n"
            ),
        );
    }
    scratch
}

/// A question and replies to it. Calls share no state, so each reply sends the turn before.
#[track_caller]
fn converse(call: impl Fn(&Value) -> Value) {
    let long = format!(
        "{ASKED}\n{}",
        "2026-11-24 10:00:00 INFO 推送开始\n".repeat(200)
    );
    let first = call(&json!([
        ["lookup_error", {"text": ASKED}],
        ["lookup_error", {"text": long, "max_chars": 2000}],
    ]));
    let asked = &first["calls"][0]["structured"];
    assert_eq!(asked["outcome"], "choose", "{first}");
    assert!(asked.get("understood").is_none() && asked["next"].to_string().contains("context"));
    let options = asked["ask"]["options"].as_array().expect("a list");
    let chars = first["calls"][1]["chars"].as_u64();
    assert!(chars <= Some(2000), "a long turn is cut: {first}");
    let context = &asked["context"];
    let replies = [
        "第二个",
        "贝塔",
        "要补交执照的那个",
        "都不是",
        "PARCEL_LOCKED_BY_AUDIT",
    ];
    let calls: Vec<Value> = replies
        .iter()
        .map(|reply| json!(["lookup_error", {"text": reply, "context": context}]))
        .collect();
    let seen = call(&json!(calls));
    let understood = ["choice", "choice", "words", "none-of-them", "new-question"];
    let outcomes = ["answer", "answer", "answer", "none", "answer"];
    for (i, reply) in replies.iter().enumerate() {
        let result = &seen["calls"][i]["structured"];
        assert_eq!(result["understood"], understood[i], "{reply}: {result}");
        assert_eq!(result["outcome"], outcomes[i], "{reply}: {result}");
        assert!(result.get("context").is_none(), "{reply}");
    }
    let id = |i: usize| &seen["calls"][i]["structured"]["results"][0]["id"];
    assert_eq!(id(0), &options[1]["ids"][0]);
    assert_eq!(id(1), "shipping/sync/frozen-beta");
    assert_eq!(id(2), "shipping/sync/frozen-alpha");
    assert_eq!(id(4), "shipping/sync/parcel-locked");
}

/// Calls that report a gap: not helped, known, unknown entry.
fn gaps() -> Value {
    json!([
        ["report_gap", {"text": "ZZ_GAP_77 出库失败", "entry": "shipping/sync/parcel-locked", "why": "试了没用"}],
        ["report_gap", {"text": "PARCEL_LOCKED_BY_AUDIT"}],
        ["report_gap", {"text": "ZZ_GAP_77", "entry": "nowhere"}],
    ])
}

#[track_caller]
fn check_gaps(seen: &Value) {
    let structured = |i: usize| &seen["calls"][i]["structured"];
    assert_eq!(structured(0)["written"], true, "{seen}");
    assert_eq!(
        structured(0)["fingerprint"].as_str().map(str::len),
        Some(16)
    );
    assert!(structured(0).get("known").is_none());
    assert_eq!(structured(1)["known"], "shipping/sync/parcel-locked");
    assert_eq!(seen["calls"][2]["error"], true);
}

#[test]
fn both_sdks_call_the_tools_over_http() {
    let kb = with_a_question("mcp-http");
    let server = Server::start(
        &["serve", "--listen", "127.0.0.1:0"],
        &[("JIEDA_KB", &kb.path().to_string_lossy())],
    );
    let url = format!("http://{}/mcp", server.address);
    check(&python(&url, "auto", &calls()), "2026-07-28");
    check(&python(&url, "legacy", &calls()), "2025-11-25");
    check(&typescript(&url, &calls()), "2025-11-25");
    check_gaps(&python(&url, "auto", &gaps()));
    check_gaps(&typescript(&url, &gaps()));
    converse(|calls| python(&url, "auto", calls));
    converse(|calls| python(&url, "legacy", calls));
    converse(|calls| typescript(&url, calls));
    let log = server.log();
    assert!(log.contains("/mcp"), "requests are logged");
    for pasted in ["PARCEL_LOCKED", "今晚吃什么", "ZZ_GAP", "冻结", "rmcp"] {
        assert!(!log.contains(pasted), "{pasted} is in the log: {log}");
    }
}

#[test]
fn both_sdks_call_the_tools_over_standard_input_and_output() {
    let kb = with_a_question("mcp-stdio");
    let command = format!(
        "{} mcp --kb {}",
        env!("CARGO_BIN_EXE_jieda"),
        kb.path().display()
    );
    check(&python(&command, "auto", &calls()), "2026-07-28");
    check(&typescript(&command, &calls()), "2025-11-25");
    converse(|calls| python(&command, "auto", calls));
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mcp-{}", std::process::id()));
    let journal = format!("{command} --data {}", data.display());
    check_gaps(&python(&journal, "auto", &gaps()));
    assert!(data.join("journal.sqlite").is_file(), "it is kept");
    std::fs::remove_dir_all(data).expect("the folder can be removed");
}

#[tokio::test]
async fn only_a_known_host_is_answered() {
    let call = |options: Options, host: &'static str| async move {
        let body = json!({
            "jsonrpc": "2.0", "id": 1, "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25", "capabilities": {},
                "clientInfo": {"name": "t", "version": "1"},
            },
        });
        let request = Request::post("/mcp")
            .header(header::HOST, host)
            .header(header::CONTENT_TYPE, JSON)
            .header(header::ACCEPT, "application/json, text/event-stream")
            .body(Body::from(body.to_string()))
            .expect("a request");
        let reply = send(support::router_with(options), request).await;
        (reply.status, reply.body)
    };
    let public = || Options {
        public_url: Some("https://jieda.example".into()),
        ..Options::default()
    };
    let (status, body) = call(Options::default(), "127.0.0.1:8080").await;
    assert!(status == 200 && body.contains("\"jieda\""), "{body}");
    assert_eq!(call(Options::default(), "evil.example").await.0, 403);
    assert_eq!(call(Options::default(), "jieda.example").await.0, 403);
    assert_eq!(call(public(), "jieda.example").await.0, 200);
    assert_eq!(call(public(), "evil.example").await.0, 403);
}
