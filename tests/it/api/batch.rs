//! A batch: many errors in one request.
//!
//! 1. Equal errors are one group, whatever varies in them and whatever stands beside them.
//! 2. A group is answered like a single lookup.
//! 3. A refusal names the limit and keeps the text in the box.
//! 4. No cell of the table is a formula.
//! 5. Rows of a table are rows, however it was pasted, and keep their order numbers.
//! 6. More than 200 texts are answered a line a group; the last line names what was left out.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::support::http::{FORM, JSON, Reply, encoded, post, send};
use crate::support::{fixture, router_over, shipped_live};

const BATCH: &str = "/api/v1/lookup/batch";

async fn batch(body: Value) -> Reply {
    let request = post(BATCH, JSON, body.to_string());
    send(router_over(shipped_live()), request).await
}

async fn form(path: &str, text: &str) -> Reply {
    let body = format!("platform=&text={}", encoded(text));
    let request = Request::post(path)
        .header("host", "help.example")
        .header("content-type", FORM);
    let request = request.body(Body::from(body)).expect("a request");
    send(router_over(shipped_live()), request).await
}

/// The lines of each group, and the end of the id of its first result.
#[track_caller]
fn groups(reply: &Reply) -> Vec<(Vec<u64>, String)> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let body = reply.json();
    let groups = body["groups"].as_array().expect("a list").iter();
    groups
        .map(|g| {
            let lines = g["lines"].as_array().expect("a list").iter();
            let id = g["results"][0]["id"].as_str().unwrap_or_default();
            assert_eq!(g["count"].as_u64(), Some(lines.len() as u64));
            (
                lines.filter_map(Value::as_u64).collect(),
                id.rsplit('/').next().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

const CONTACT: &str = "无效的联系人,请检查发货人相关信息,如手机号码、电话等 #CD08";
const SPLIT: &str = "拆单校验未通过#P38";

fn expected() -> Vec<(Vec<u64>, String)> {
    vec![
        (vec![1, 3, 4], "invalid-contact-cd08".to_owned()),
        (vec![2], "split-check-failed-p38".to_owned()),
    ]
}

#[tokio::test]
async fn equal_errors_are_one_group() {
    let texts = json!([
        format!("订单 3598120047716620145 {CONTACT}"),
        SPLIT,
        format!("订单 3598120047716620999 {CONTACT}"),
        format!("订单 1598120047716620145 {CONTACT}"),
        " ",
    ]);
    let reply = batch(json!({"texts": texts})).await;
    assert_eq!(groups(&reply), expected());
    let body = reply.json();
    assert_eq!(body["total"], 4);
    let counts = &body["counts"];
    let sum: u64 = ["answer", "choose", "none"]
        .iter()
        .filter_map(|k| counts[k].as_u64())
        .sum();
    assert_eq!((sum, &counts["answer"]), (4, &4.into()));
    assert!(
        body["groups"][0]["sample"]
            .as_str()
            .expect("a text")
            .starts_with("订单 <*> 无效")
    );
    assert_eq!(reply.header("jieda-generation"), body["generation"]);
    let lone = batch(json!({"texts": [SPLIT]})).await.json();
    assert_eq!(
        lone["groups"][0]["fingerprint"],
        body["groups"][1]["fingerprint"]
    );
}

#[tokio::test]
async fn the_message_of_a_row_is_found_among_its_cells() {
    let rows = |joint: &str, quote: &str| {
        let row = |n: usize, shop: &str, buyer: &str, text: &str| {
            [
                &format!("35981200477166201{n}"),
                shop,
                text_in(quote, text).as_str(),
                buyer,
                "2026-11-20 10:21:07",
            ]
            .join(joint)
        };
        [
            row(45, "木禾家居旗舰店", "张三", CONTACT),
            row(46, "一二三男装", "李四", SPLIT),
            row(47, "一二三男装", "王小五", CONTACT),
            row(48, "木禾家居旗舰店", "赵六", CONTACT),
        ]
    };
    fn text_in(quote: &str, text: &str) -> String {
        format!("{quote}{text}{quote}")
    }
    let (tabs, commas) = (rows("\t", ""), rows(",", "\""));
    let bare: Vec<String> = [CONTACT, SPLIT, CONTACT, CONTACT]
        .iter()
        .enumerate()
        .map(|(i, t)| format!("35981200477166201{i},{t}"))
        .collect();
    for (what, text) in [
        ("tabs", tabs.join("\n")),
        ("tabs and CRLF", tabs.join("\r\n")),
        ("quoted", commas.join("\n")),
        ("commas inside", bare.join("\n")),
        ("lines", [CONTACT, SPLIT, CONTACT, CONTACT].join("\n")),
    ] {
        assert_eq!(
            groups(&batch(json!({"text": text})).await),
            expected(),
            "{what}: {text}"
        );
    }
    let headed = format!("订单编号\t店铺\t失败原因\t买家\t时间\n{}", tabs.join("\n"));
    let found = groups(&batch(json!({"text": headed})).await);
    assert_eq!(found[0], (vec![2, 4, 5], "invalid-contact-cd08".to_owned()));
    assert_eq!(found.len(), 2, "the head of the table is no error");
}

#[tokio::test]
async fn a_group_is_answered_as_a_lookup_of_its_own() {
    let reply = batch(json!({"texts": [CONTACT], "limit": 2, "platform": "taobao"}))
        .await
        .json();
    let body = json!({"text": CONTACT, "limit": 2, "platform": "taobao"}).to_string();
    let alone = send(
        router_over(shipped_live()),
        post("/api/v1/lookup", JSON, body),
    )
    .await
    .json();
    for key in ["outcome", "confidence", "results", "ask", "handover"] {
        assert_eq!(reply["groups"][0][key], alone[key], "{key}");
    }
}

#[tokio::test]
async fn rows_keep_their_order_numbers() {
    const A: &str = "3598120047716620145";
    const B: &str = "3598120047716620146";
    let orders = |reply: &Reply| -> Vec<Value> {
        let body = reply.json();
        let groups = body["groups"].as_array().expect("a list").clone();
        groups.iter().map(|g| g["orders"].clone()).collect()
    };
    let found = |line: u64, text: &str| json!({"line": line, "text": text, "damaged": false});
    for (text, lines) in [
        (
            format!("订单号,失败原因\n\"\t{A}\",\"{CONTACT}\"\n\t{B},{CONTACT}"),
            [2, 3],
        ),
        (
            format!("失败原因\t订单号\n{CONTACT}\t=\"{A}\"\n{CONTACT}\t'{B}"),
            [2, 3],
        ),
        (
            format!("tid | err\n----+----\n{A} | {CONTACT}\n{B} | {CONTACT}\n(2 rows)"),
            [3, 4],
        ),
        (
            format!("订单号\n失败原因\n{A}\n{CONTACT}\n{B}\n{CONTACT}"),
            [3, 5],
        ),
        (
            format!(
                "[\n{{\"tid\": {A},\n\"msg\": \"{CONTACT}\"}},\n{{\"tid\": {B},\n\"msg\": \"{CONTACT}\"}}\n]"
            ),
            [2, 4],
        ),
        (format!("1、{A} {CONTACT}\n2、{B} {CONTACT}"), [1, 2]),
    ] {
        let reply = batch(json!({"text": text})).await;
        assert_eq!(
            groups(&reply),
            [(lines.to_vec(), "invalid-contact-cd08".to_owned())],
            "{text}"
        );
        assert_eq!(
            orders(&reply),
            [json!([found(lines[0], A), found(lines[1], B)])],
            "{text}"
        );
    }
    let text = format!("订单号,失败原因\n3.59812E+18,{SPLIT}\n,{SPLIT}");
    let reply = batch(json!({"text": text})).await;
    let damaged = json!({"line": 2, "text": "3.59812E+18", "damaged": true});
    assert_eq!(orders(&reply), [json!([damaged])]);
}

/// The lines of a large batch's answer: the groups, and the last.
#[track_caller]
fn lines(reply: &Reply) -> (Vec<Value>, Value) {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.header("content-type"), "application/x-ndjson");
    let lines = reply.body.lines().map(serde_json::from_str::<Value>);
    let mut lines: Vec<Value> = lines.map(|line| line.expect("JSON")).collect();
    let last = lines.pop().expect("a last line");
    assert_eq!(reply.header("jieda-generation"), last["generation"]);
    (lines, last)
}

#[tokio::test]
async fn a_large_batch_is_answered_a_line_a_group() {
    let mut texts = vec![SPLIT.to_owned(); 250];
    texts[3] = CONTACT.to_owned();
    texts[5] = "a".repeat(262_145);
    let (groups, last) = lines(&batch(json!({"texts": texts, "limit": 1})).await);
    assert_eq!((groups.len(), &groups[1]["lines"]), (2, &json!([4])));
    assert_eq!(groups[0]["count"], 248);
    assert_eq!(last["total"], 249);
    assert_eq!(last["counts"]["answer"], 249);
    let left = |line: u64, reason: &str| json!({"first": line, "last": line, "count": 1, "reason": reason});
    let left_out = json!([left(6, "text-too-long")]);
    assert_eq!(last["left_out"], left_out);
    let small = batch(json!({"texts": vec![SPLIT; 200], "limit": 1}))
        .await
        .json();
    for key in ["fingerprint", "outcome", "confidence", "results"] {
        assert_eq!(groups[0][key], small["groups"][0][key], "{key}");
    }
    let refused = batch(json!({"texts": vec!["a"; 201], "platform": "ebay"})).await;
    assert_eq!(refused.json()["type"], "/problems/unknown-platform");
}

#[tokio::test]
async fn rows_over_the_bound_are_named() {
    let text = format!("订单号,失败原因\n{}", format!("1,{SPLIT}\n").repeat(10_003));
    assert!(text.len() < 8 << 20);
    let (groups, last) = lines(&batch(json!({"text": text})).await);
    assert_eq!((groups.len(), &last["total"]), (1, &json!(10_000)));
    let over = json!({"first": 10_002, "last": 10_004, "count": 3, "reason": "too-many-rows"});
    assert_eq!(last["left_out"], json!([over]));
    let long = "a".repeat(8 << 20);
    let refused = batch(json!({"text": long})).await;
    assert_eq!(refused.status, 413);
    assert!(refused.body.contains("8192 KiB"), "{}", refused.body);
}

#[tokio::test]
async fn what_is_no_batch_is_a_problem_of_its_own() {
    for (body, problem) in [
        (json!({}), "either-field"),
        (json!({"text": "a", "texts": ["a"]}), "either-field"),
        (json!({"texts": "a"}), "wrong-type"),
        (json!({"texts": [1]}), "wrong-type"),
        (json!({"text": ["a"]}), "wrong-type"),
        (json!({"texts": []}), "blank-text"),
        (json!({"text": " \n\t"}), "blank-text"),
        (json!({"texts": ["a".repeat(262_145)]}), "text-too-long"),
        (json!({"text": "a", "platform": "ebay"}), "unknown-platform"),
        (json!({"text": "a", "limit": 0}), "invalid-limit"),
        (json!({"text": "a", "top": 1}), "unknown-field"),
    ] {
        let reply = batch(body.clone()).await;
        assert_eq!(reply.status, 400, "{problem}");
        let told = reply.json();
        assert_eq!(told["type"], format!("/problems/{problem}"));
        let field = told["field"].as_str().expect("a field");
        let there = body.get(field).is_some();
        assert!(there || problem == "either-field", "{field} of {problem}");
    }
    assert_eq!(
        batch(json!({"texts": vec!["同步失败"; 200]})).await.status,
        200
    );
    assert!(
        batch(json!({"texts": ["a", "b".repeat(262_145)]}))
            .await
            .json()["detail"]
            .as_str()
            .expect("a text")
            .starts_with("第 2 行")
    );
}

#[tokio::test]
async fn the_page_keeps_what_was_pasted() {
    let text = format!("{CONTACT}\r\n{SPLIT}");
    let page = form("/batch", &text).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains(&format!(">\n{}</textarea>", text.replace("\r\n", "\n")))
    );
    assert!(page.body.contains("2 行，归成 2 组"), "{}", page.body);
    let many = "同步失败\n".repeat(201);
    for path in ["/batch", "/batch.csv"] {
        let refused = form(path, &many).await;
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains("role=\"alert\"") && refused.body.contains("201"));
        assert!(refused.body.contains(&format!(">\n{many}</textarea>")));
    }
    let evil = form("/batch", "<script>alert(1)</script>\n</textarea><b>x").await;
    assert!(!evil.body.contains("<script>") && !evil.body.contains("<b>x"));
    assert!(evil.body.contains("alert(1)"));
}

#[tokio::test]
async fn the_table_opens_in_a_spreadsheet_and_holds_no_formula() {
    let text = format!("=HYPERLINK(\"http://x\")\n{SPLIT}\n+1 {CONTACT}\n@x \"y\"\n-2");
    let reply = form("/batch.csv", &text).await;
    assert_eq!(
        reply.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    assert!(
        reply
            .header("content-disposition")
            .starts_with("attachment")
    );
    let csv = reply
        .body
        .strip_prefix('\u{feff}')
        .expect("a mark for Excel");
    let cells = read(csv);
    assert_eq!(cells.len(), 6);
    assert_eq!(cells[1][1], "'=HYPERLINK(\"http://x\")");
    assert_eq!((cells[2][0].as_str(), cells[2][1].as_str()), ("2", SPLIT));
    assert!(
        cells[2][6].contains("P38") && !cells[2][10].is_empty(),
        "{:?}",
        cells[2]
    );
    assert!(
        cells[2][7].starts_with("http://help.example/kb/"),
        "an address that leads there from a spreadsheet: {}",
        cells[2][7]
    );
    for row in &cells {
        assert_eq!(row.len(), cells[0].len());
        assert!(
            row.iter()
                .all(|c| !c.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{row:?}"
        );
    }
}

/// Rows of quoted cells.
fn read(csv: &str) -> Vec<Vec<String>> {
    let rows = csv.split("\"\r\n").filter(|row| !row.is_empty());
    rows.map(|row| {
        let cells = row.trim_start_matches('"').split("\",\"");
        cells.map(|c| c.replace("\"\"", "\"")).collect()
    })
    .collect()
}

#[tokio::test]
async fn agents_notes_are_in_no_batch() {
    let body = json!({"text": "包裹773309128847155已被锁定,解锁前不可变更承运商\n寄件电话未登记 #E17", "limit": 20});
    let reply = fixture::post(BATCH, JSON, body.to_string()).await;
    assert!(reply.body.contains("parcel-locked") && !reply.body.contains("AGENTS-ONLY-MARKER"));
}
