//! The real binary: its output and its exit status.

use std::io::Write as _;
use std::process::{Output, Stdio};

use crate::support::{Scratch, Server, jieda, run};

const GOOD: &str = "tests/kb/good";

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output is text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("standard error is text")
}

fn lookup_of(input: &[u8], args: &[&str]) -> Output {
    let mut child = jieda()
        .args(["lookup", "--kb", GOOD])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // The reader may leave before it has read all of a bad input.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("the binary ends")
}

#[test]
fn check_passes_what_is_right() {
    let output = run(&["check", GOOD]);
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
    assert!(
        out(&output).ends_with("tests/kb/good: 4 entries, 0 errors, 0 warnings\n"),
        "{}",
        out(&output)
    );
}

/// A file to write or change, and the rule and line that `check` must name.
const BROKEN: &[(&str, &str, &str, u32)] = &[
    (
        "shipping/sync/a.md",
        "---\nplatfroms: [alpha]\n---\n# 标题一二三\n\n## 原因\n原因在此。\n",
        "unknown-key",
        2,
    ),
    (
        "shipping/sync/a.md",
        "---\nplatforms: [alhpa]\n---\n# 标题一二三\n\n## 原因\n原因在此。\n",
        "unknown-platform",
        2,
    ),
    (
        "shipping/sync/a.md",
        "---\ncause: weather\n---\n# 标题一二三\n\n## 原因\n原因在此。\n",
        "unknown-value",
        2,
    ),
    (
        "shipping/sync/a.md",
        "---\nupdated: 2026-13-01\n---\n# 标题一二三\n\n## 原因\n原因在此。\n",
        "bad-date",
        2,
    ),
    (
        "shipping/sync/a.md",
        "---\ncause: [\n---\n# 标题一二三\n\n## 原因\n原因在此。\n",
        "bad-front-matter",
        2,
    ),
    (
        "shipping/sync/a.md",
        "---\ncause: data\n# 标题一二三\n",
        "unclosed-front-matter",
        1,
    ),
    (
        "shipping/sync/a.md",
        "## 原因\n原因在此。\n",
        "missing-title",
        1,
    ),
    (
        "shipping/sync/a.md",
        "# 标题一二三\n\n## 相似问法\n- 怎么办才好呢\n",
        "no-answer",
        1,
    ),
    (
        "shipping/sync/a.md",
        "# 标题一二三\n\n## 报错信息\n没有围栏的报错\n\n## 原因\n原因在此。\n",
        "template-not-fenced",
        4,
    ),
    (
        "shipping/sync/a.md",
        "# 标题一二三\n\n## 报错信息\n```\n<*>错\n```\n\n## 原因\n原因在此。\n",
        "weak-template",
        5,
    ),
    (
        "shipping/sync/a.md",
        "# 标题一二三\n\n## 原因\n原因在此。\n```\n没有结束\n",
        "unclosed-fence",
        5,
    ),
    (
        "shipping/sync/a.md",
        "# 标题一二三\n\n## 原因\n见[那条](/kb/shipping/sync/none)。\n",
        "broken-link",
        4,
    ),
    (
        "shipping/sync/z.md",
        "# 标题一二三\n\n## 原因\n原因在此。\n\n## 相似问法\n- 今天提交次数满了怎么办\n",
        "shared-phrasing",
        7,
    ),
    (
        "shipping/sync/a_b.md",
        "# 标题一二三\n\n## 原因\n原因在此。\n",
        "bad-id",
        1,
    ),
    (
        "shipping/sync/deep/a.md",
        "# 标题一二三\n\n## 原因\n原因在此。\n",
        "missing-index",
        1,
    ),
    (
        "_neighbours/x.md",
        "## 话题\n- 没有说去哪里问\n",
        "neighbour-without-paragraph",
        1,
    ),
    ("_vocabulary/synonyms.txt", "单号\n", "lone-synonym", 1),
];

#[test]
fn check_names_file_line_and_rule_of_every_broken_example() {
    let scratch = Scratch::new("broken");
    for (path, text, rule, line) in BROKEN {
        let before = scratch
            .path()
            .join(path)
            .exists()
            .then(|| scratch.read(path));
        scratch.write(path, text);
        let output = run(&["check", &scratch.path().display().to_string()]);
        let shown = out(&output);
        assert_eq!(output.status.code(), Some(1), "{rule}: {shown}");
        assert!(shown.contains(&format!("error[{rule}]")), "{rule}: {shown}");
        let place = if *rule == "missing-index" {
            "shipping/sync/deep/_index.md"
        } else {
            path
        };
        assert!(
            shown.contains(&format!("--> {place}:{line}\n")),
            "{rule}: {shown}"
        );
        match before {
            Some(text) => scratch.write(path, text),
            None => scratch.remove(path),
        }
    }
    assert_eq!(
        run(&["check", &scratch.path().display().to_string()])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn check_finds_an_entry_that_does_not_find_itself() {
    let scratch = Scratch::new("lost");
    let copy = "# 仓库的电话\n\n## 原因\n原因在此。\n\n## 相似问法\n- E17 寄件电话未登记,请在仓库资料里补全后再提交\n";
    scratch.write("shipping/sync/a.md", copy);
    let output = run(&[
        "check",
        "--format",
        "json",
        &scratch.path().display().to_string(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let found: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
    let rules: Vec<&str> = found
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|d| d["rule"].as_str())
        .collect();
    assert!(rules.contains(&"not-found-first"), "{found}");
}

#[test]
fn check_warns_of_a_template_that_matches_another_entrys_message() {
    let scratch = Scratch::new("shared-template");
    let twin = "# 包裹锁定\n\n## 原因\n原因在此。\n\n## 报错信息\n```\n包裹已被锁定,解锁前不可变更承运商了\n```\n";
    scratch.write("shipping/sync/z.md", twin);
    let shown = out(&run(&["check", &scratch.path().display().to_string()]));
    assert!(shown.contains("warning[shared-template]"), "{shown}");
    assert!(
        shown.contains("--> shipping/sync/z.md:8\n")
            || shown.contains("--> shipping/sync/parcel-locked.md"),
        "{shown}"
    );
}

#[test]
fn a_broken_entry_ends_the_server_with_every_diagnostic() {
    let scratch = Scratch::new("broken-start");
    scratch.write(
        "shipping/sync/a.md",
        "---\nplatfroms: [alpha]\n---\n# 标题一二三\n\n## 原因\n原因在此。\n",
    );
    scratch.write("shipping/sync/b.md", "## 原因\n原因在此。\n");
    let output = run(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--kb",
        &scratch.path().display().to_string(),
    ]);
    assert_eq!(output.status.code(), Some(1));
    let shown = err(&output);
    assert!(
        shown.contains("shipping/sync/a.md:2") && shown.contains("shipping/sync/b.md:1"),
        "{shown}"
    );
}

#[test]
fn lookup_takes_an_argument_or_standard_input() {
    let text = "包裹773309128847155已被锁定,解锁前不可变更承运商";
    let by_argument = run(&["lookup", "--kb", GOOD, text]);
    assert_eq!(by_argument.status.code(), Some(0), "{}", err(&by_argument));
    let shown = out(&by_argument);
    assert!(
        shown.starts_with("[包裹]<773309128847155>[已被锁定,解锁前不可变更承运商]\n"),
        "{shown}"
    );
    assert!(
        shown.contains("等待平台审核结束") && shown.contains("shipping/sync/parcel-locked"),
        "{shown}"
    );
    assert!(!shown.contains("AGENTS-ONLY-MARKER"), "{shown}");
    assert_eq!(out(&lookup_of(text.as_bytes(), &[])), shown);
    assert_eq!(out(&lookup_of(text.as_bytes(), &["-"])), shown);
}

#[test]
fn lookup_prints_the_api_json_and_the_explanation() {
    let text = "包裹773309128847155已被锁定,解锁前不可变更承运商";
    let json: serde_json::Value =
        serde_json::from_str(&out(&run(&["lookup", "--kb", GOOD, "--json", text]))).expect("JSON");
    assert_eq!(json["results"][0]["id"], "shipping/sync/parcel-locked");
    let explained = out(&run(&["lookup", "--kb", GOOD, "--explain", text]));
    assert!(
        explained.contains("entry_template") && explained.contains("shipping/sync/parcel-locked"),
        "{explained}"
    );
}

#[test]
fn wrong_use_is_status_2_and_says_why() {
    let cases: [(Output, &str); 7] = [
        (lookup_of(b"", &[]), "empty"),
        (lookup_of(b" \n", &[]), "empty"),
        (lookup_of(b"\0\0", &[]), "empty"),
        (lookup_of(b"\xff\xfe", &[]), "UTF-8"),
        (lookup_of("a".repeat(262_145).as_bytes(), &[]), "262145"),
        (lookup_of(b"x", &["--platform", "gamma"]), "alpha, beta"),
        (lookup_of(b"x", &["--limit", "0"]), "1..=20"),
    ];
    for (output, why) in cases {
        assert_eq!(output.status.code(), Some(2), "{why}: {}", err(&output));
        assert!(err(&output).contains(why), "{why}: {}", err(&output));
    }
    assert_eq!(run(&["look"]).status.code(), Some(2));
    let missing = run(&["check", "tests/kb/nowhere"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        err(&missing).contains("tests/kb/nowhere"),
        "{}",
        err(&missing)
    );
}

#[test]
fn eval_counts_and_lists_what_was_missed() {
    let scratch = Scratch::new("eval");
    let lines = [
        r#"{"id":"a","kind":"paste","text":"寄件电话未登记,请在仓库资料里补全后再提交 #E17","gold":["T01"],"note":"x"}"#,
        r#"{"id":"b","kind":"ask","text":"快递号在哪里提交给平台","gold":["shipping/sync/how-to-submit"]}"#,
        r#"{"id":"c","kind":"out","text":"今天天气怎么样","gold":[]}"#,
        r#"{"id":"d","kind":"paste","text":"今天天气怎么样","gold":["T02"]}"#,
    ];
    scratch.write("queries.jsonl", lines.join("\n"));
    let file = scratch.path().join("queries.jsonl").display().to_string();
    let output = run(&["eval", "--kb", GOOD, "--misses", &file]);
    let shown = out(&output);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        shown.contains("\npaste           2   0.500   0.500     0.500"),
        "{shown}"
    );
    assert!(
        shown.contains("\nask             1   1.000")
            && shown.contains("\nout             1       –"),
        "{shown}"
    );
    assert!(
        shown.contains("\nd paste ") && !shown.contains("\na paste "),
        "{shown}"
    );
    scratch.write("queries.jsonl", "{\"id\":\"a\"}\n");
    let broken = run(&["eval", "--kb", GOOD, &file]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(err(&broken).contains("queries.jsonl:1"), "{}", err(&broken));
}

#[test]
fn fit_is_deterministic_and_what_it_writes_is_used() {
    let scratch = Scratch::new("fit");
    let dir = scratch.path().display().to_string();
    assert_eq!(run(&["fit", "--kb", &dir]).status.code(), Some(0));
    let first = scratch.read("_decision.toml");
    assert_eq!(out(&run(&["fit", "--kb", &dir, "--output", "-"])), first);
    assert_eq!(run(&["check", &dir]).status.code(), Some(0));
    scratch.write(
        "_decision.toml",
        first.replace("entry_template", "entry_temperature"),
    );
    let output = run(&["check", &dir]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("entry_temperature"),
        "{}",
        err(&output)
    );
}

#[test]
fn new_writes_an_entry_that_check_can_read() {
    let scratch = Scratch::new("new");
    let dir = scratch.path().display().to_string();
    let output = run(&[
        "new",
        "shipping/sync/account-frozen",
        "--title",
        "商家账号已冻结",
        "--kb",
        &dir,
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        scratch
            .read("shipping/sync/account-frozen.md")
            .contains("# 商家账号已冻结\n")
    );
    assert_eq!(
        run(&["check", &dir]).status.code(),
        Some(0),
        "{}",
        out(&run(&["check", &dir]))
    );
    let again = run(&["new", "shipping/sync/account-frozen", "--kb", &dir]);
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(
        run(&["new", "../outside", "--kb", &dir]).status.code(),
        Some(2)
    );
    assert_eq!(
        run(&["new", "nowhere/x", "--kb", &dir]).status.code(),
        Some(2)
    );
}

#[test]
fn the_server_is_the_default_and_leaves_when_asked() {
    let mut server = Server::start(&[], &[("JIEDA_LISTEN", "127.0.0.1:0"), ("JIEDA_KB", GOOD)]);
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(
        server
            .get("/api/v1/lookup?text=PARCEL_LOCKED_BY_AUDIT")
            .contains("shipping/sync/parcel-locked")
    );
    server.signal("TERM");
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn lookup_reads_a_table_row_by_row() {
    const A: &str = "3598120047716620145";
    let csv = format!(
        "订单号,失败原因\n\t{A},寄件电话未登记 #E17\n3.59812E+18,寄件电话未登记 #E17\n1,今天吃什么\n"
    );
    let output = lookup_of(csv.as_bytes(), &["--batch", "-"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let text = out(&output);
    let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows.len(), 4, "{text}");
    assert_eq!((rows[1][0], rows[1][1]), ("2", A));
    assert_eq!((rows[2][0], rows[2][1]), ("3", "3.59812E+18（已损坏）"));
    assert!(rows[1][4].starts_with("shipping/sync/"), "{text}");
    assert_eq!((rows[3][0], rows[3][1]), ("4", "1"));
    let output = lookup_of(csv.as_bytes(), &["--batch", "-", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let lines: Vec<serde_json::Value> = out(&output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!((lines.len(), &lines[2]["total"]), (3, &3.into()));
    assert_eq!(lines[0]["orders"][0]["text"], A);
    let many = "寄件电话未登记 #E17\n".repeat(10_001);
    let output = lookup_of(many.as_bytes(), &["--batch", "-", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("1 of the rows 10001 to 10001"),
        "{}",
        err(&output)
    );
    for args in [
        &["--batch", "no-such-file"][..],
        &["--batch", "-", "--explain"],
    ] {
        assert_eq!(lookup_of(b"", args).status.code(), Some(2), "{args:?}");
    }
    assert_eq!(lookup_of(b" ", &["--batch", "-"]).status.code(), Some(2));
}
