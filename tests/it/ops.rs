//! Operation of the server: request ids, log, metrics, health, shutdown.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Server, eventually, jieda};

const GOOD: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--kb", "tests/kb/good"];

fn serve(more: &[&str]) -> Server {
    Server::start(&[&GOOD, more].concat(), &[])
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let head = answer.split("\r\n\r\n").next().expect("a head");
    head.lines()
        .filter_map(|l| l.split_once(": "))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map_or("", |(_, value)| value)
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").expect("a head and a body").1
}

fn with_id(server: &Server, path: &str, id: &str) -> String {
    server.get_with(path, &format!("x-request-id: {id}\r\n"))
}

#[test]
fn every_answer_has_a_request_id_that_is_on_its_log_line_too() {
    let server = serve(&["--log-format", "json"]);
    let paths = [
        "/",
        "/nowhere",
        "/api/v1/lookup",
        "/api/nowhere",
        "/healthz",
    ];
    let ids: Vec<String> = paths
        .iter()
        .map(|path| header(&server.get(path), "x-request-id").to_owned())
        .collect();
    for (id, path) in ids.iter().zip(paths) {
        assert_eq!(id.len(), 16, "{path}: {id:?}");
        assert_eq!(ids.iter().filter(|other| *other == id).count(), 1);
    }
    let given = with_id(&server, "/", "proxy-7.b_A:1");
    assert_eq!(header(&given, "x-request-id"), "proxy-7.b_A:1");
    for bad in ["", "a b", "a\"b", "姓名", &"x".repeat(65)] {
        let made = with_id(&server, "/", bad);
        assert_eq!(header(&made, "x-request-id").len(), 16, "{bad:?}");
    }

    let lines: Vec<Value> = server
        .log()
        .lines()
        .map(|l| serde_json::from_str(l).expect("each line is JSON"))
        .collect();
    let line = |id: &str| {
        let of = |l: &&Value| l["span"]["id"] == id && l["message"] == "answered";
        lines.iter().find(of).cloned().unwrap_or_default()
    };
    assert_eq!(line(&ids[0])["route"], "/");
    assert_eq!(
        line(&ids[1])["route"],
        "-",
        "a path may hold what was pasted"
    );
    assert_eq!(line(&ids[1])["status"], 404);
    assert_eq!(line(&ids[2])["route"], "/api/v1/lookup");
    assert_eq!(line("proxy-7.b_A:1")["method"], "GET");
    assert_eq!(line(&ids[4]), Value::Null, "probes are no news");
}

#[test]
fn nothing_that_was_pasted_is_on_the_log_at_any_level() {
    let server = serve(&["--log-level", "trace"]);
    let secret = "zhangsan13812345678";
    for path in [
        format!("/{secret}"),
        format!("/kb/{secret}"),
        format!("/search?q={secret}"),
        format!("/api/v1/lookup?text={secret}&platform={secret}"),
        format!("/api/v1/lookup?{secret}=1"),
    ] {
        assert!(server.get(&path).starts_with("HTTP/1.1 "));
    }
    let mut stream = server.connect();
    let form = format!("q={secret}&platform={secret}");
    write!(
        stream,
        "POST /search HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\r\n{form}",
        form.len()
    )
    .expect("the request is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let log = server.log();
    assert_eq!(log.matches("answered").count(), 6, "{log}");
    assert!(
        !log.contains("13812345678") && !log.contains("zhangsan"),
        "{log}"
    );
}

/// The value of a series, by its name and labels as `/metrics` writes them.
fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics.lines().find_map(|l| l.strip_prefix(series));
    line.and_then(|v| v.trim().parse().ok())
        .unwrap_or_else(|| panic!("no {series} in\n{metrics}"))
}

#[test]
fn metrics_count_what_was_asked_and_pass_promtool() {
    let server = serve(&[]);
    assert!(
        server
            .get("/api/v1/lookup?text=PARCEL_LOCKED_BY_AUDIT")
            .contains("parcel-locked")
    );
    assert!(
        server
            .get("/search?q=PARCEL_LOCKED_BY_AUDIT")
            .contains("parcel-locked")
    );
    server.get("/nowhere/at/all");
    let answer = server.get("/metrics");
    assert!(header(&answer, "content-type").starts_with("text/plain; version=0.0.4"));
    let metrics = body(&answer);
    for (series, expected) in [
        ("jieda_lookups_total{face=\"api\",outcome=\"answer\"}", 1.0),
        ("jieda_lookups_total{face=\"page\",outcome=\"answer\"}", 1.0),
        ("jieda_lookups_total{face=\"mcp\",outcome=\"none\"}", 0.0),
        ("jieda_lookup_duration_seconds_bucket{le=\"+Inf\"}", 2.0),
        (
            "jieda_http_requests_total{method=\"GET\",route=\"/search\",status=\"200\"}",
            1.0,
        ),
        (
            "jieda_http_requests_total{method=\"GET\",route=\"-\",status=\"404\"}",
            1.0,
        ),
        ("jieda_entries", 4.0),
    ] {
        assert_eq!(value(metrics, series), expected, "{series}");
    }
    assert!(!metrics.contains("nowhere"));
    let generation = header(&server.get("/api/v1/lookup?text=E17"), "jieda-generation").to_owned();
    assert!(metrics.contains(&format!(
        "jieda_generation_info{{generation=\"{generation}\"}} 1\n"
    )));

    let mut promtool = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("tests/run.sh installs promtool");
    let mut input = promtool.stdin.take().expect("a pipe");
    input.write_all(metrics.as_bytes()).expect("it reads all");
    drop(input);
    let checked = promtool.wait_with_output().expect("promtool ends");
    let complaints = String::from_utf8_lossy(&checked.stderr);
    assert!(
        checked.status.success() && complaints.is_empty(),
        "{complaints}"
    );
}

#[test]
fn it_says_that_it_is_ready_and_what_serves() {
    let server = serve(&[]);
    assert_eq!(body(&server.get("/healthz")), "ok");
    let ready: Value = serde_json::from_str(body(&server.get("/readyz"))).expect("JSON");
    assert_eq!(ready["ready"], true);
    assert_eq!(ready["entries"], 4);
    assert_eq!(ready["degraded"], serde_json::json!([]));
    assert_eq!(ready["generation"].as_str().map(str::len), Some(8));
}

/// Starts a lookup whose handler waits for the body; returns the connection and that body.
fn under_way(server: &Server) -> (TcpStream, &'static [u8]) {
    let body = br#"{"text": "PARCEL_LOCKED_BY_AUDIT"}"#;
    let mut stream = server.connect();
    write!(
        stream,
        "POST /api/v1/lookup HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .expect("the head is sent");
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).expect("an interim answer");
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    (stream, body)
}

#[test]
fn a_request_under_way_is_answered_before_it_leaves() {
    let mut server = serve(&[]);
    let (mut stream, body) = under_way(&server);
    server.signal("TERM");
    eventually("it stops listening", || {
        TcpStream::connect(&server.address).is_err()
    });
    stream.write_all(body).expect("the body is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("parcel-locked"));
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn a_slow_client_cannot_hold_it_and_a_second_signal_ends_it_at_once() {
    for (grace, signals, said) in [("1", 1, "grace period over"), ("600", 2, "second signal")] {
        let mut server = serve(&["--grace", grace]);
        let _held = under_way(&server);
        for _ in 0..signals {
            server.signal("TERM");
            eventually("it hears it", || server.log().contains("shutting down"));
        }
        assert_eq!(server.wait(), Some(0));
        assert!(server.log().contains(said), "{}", server.log());
    }
}

#[test]
fn a_filter_that_is_none_is_used_wrongly() {
    let output = jieda()
        .args(GOOD)
        .args(["--log-level", "info,=what=="])
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
}
