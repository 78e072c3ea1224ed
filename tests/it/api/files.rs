//! Files of tables, sent as they are: read by what is in them, answered as a batch.

use encoding_rs::GB18030;
use serde_json::{Value, json};

use crate::support::http::{Reply, post, send};
use crate::support::{router_over, shipped_live};

const A: &str = "3598120047716620145";
const SPLIT: &str = "拆单校验未通过#P38";

async fn sent(media_type: &str, query: &str, body: Vec<u8>) -> Reply {
    let uri = format!("/api/v1/lookup/batch{query}");
    send(router_over(shipped_live()), post(&uri, media_type, body)).await
}

#[tokio::test]
async fn a_file_is_answered_as_a_batch() {
    let csv = format!("订单号,失败原因\r\n{A},\"{SPLIT}\"\r\n");
    let page = format!(
        "<table><tr><th>订单号</th><th>失败原因</th></tr><tr><td>{A}</td><td>{SPLIT}</td></tr></table>"
    );
    let (gbk, ..) = GB18030.encode(&csv);
    let utf_16: Vec<u8> = csv.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let excel = "application/vnd.ms-excel";
    for (media_type, body) in [
        ("text/csv", csv.clone().into_bytes()),
        ("text/csv; charset=gbk", gbk.to_vec()),
        (excel, utf_16),
        (excel, page.into_bytes()),
        (
            "text/tab-separated-values",
            csv.replace(',', "\t").into_bytes(),
        ),
    ] {
        let reply = sent(media_type, "?limit=1&platform=taobao", body).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let body = reply.json();
        assert_eq!(body["total"], 1);
        let group = &body["groups"][0];
        assert_eq!(group["outcome"], "answer", "{media_type}");
        let order = json!({"line": 2, "text": A, "damaged": false});
        assert_eq!(group["orders"], json!([order]), "{media_type}");
        assert_eq!(group["results"].as_array().map(Vec::len), Some(1));
    }
    let many = format!("订单号,失败原因\n{}", format!("{A},{SPLIT}\n").repeat(201));
    let reply = sent("text/csv", "", many.into_bytes()).await;
    assert_eq!(reply.header("content-type"), "application/x-ndjson");
    let last: Value =
        serde_json::from_str(reply.body.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["total"], 201);
}

#[tokio::test]
async fn what_is_no_table_is_told() {
    let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let old = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    for (media_type, query, body, slug, status) in [
        (workbook, "", b"PK\x03\x04".to_vec(), "unreadable-file", 400),
        (workbook, "", old, "unreadable-file", 400),
        ("text/csv", "", b" \n\t\n".to_vec(), "blank-text", 400),
        (
            "text/csv",
            "?platform=ebay",
            b"a".to_vec(),
            "unknown-platform",
            400,
        ),
        ("text/csv", "?limit=0", b"a".to_vec(), "invalid-limit", 400),
        ("text/csv", "?x=0", b"a".to_vec(), "unknown-field", 400),
        (
            "text/csv",
            "",
            vec![b'a'; (8 << 20) + 1],
            "body-too-large",
            413,
        ),
        (
            "text/plain",
            "",
            b"a".to_vec(),
            "unsupported-media-type",
            415,
        ),
    ] {
        let reply = sent(media_type, query, body).await;
        assert_eq!(reply.status, status, "{slug}: {}", reply.body);
        assert_eq!(reply.json()["type"], format!("/problems/{slug}"));
    }
}
