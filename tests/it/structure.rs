//! A message in what programs print around it: it is answered as if it stood alone, and nothing
//! around it is a code, a platform or a word of the problem.

use jieda::lookup::{Answer, Outcome, Paste};
use jieda::text::structure::structure;
use proptest::prelude::*;

use crate::support::engine;

const MESSAGE: &str = "寄件电话未登记,请在仓库资料里补全后再提交 #E17";
const ENTRY: &str = "shipping/sync/sender-phone-e17";
/// Another system's message.
const UNKNOWN: &str = "盘点单已审核,不可重复提交";

/// Output of programs, `MSG` for the message.
const FORMS: [(&str, &str); 22] = [
    (
        "a Java trace with causes",
        "2026-05-06 10:11:12.345 ERROR [http-nio-8080-exec-3] com.alf.ship.Pusher - push failed\n\
         java.lang.IllegalStateException: push failed\n\tat com.alf.ship.Pusher.push(Pusher.java:42)\n\
         Caused by: com.alf.ship.ShipException: MSG\n\tat com.alf.ship.Client.call(Client.java:7)\n\t... 12 more\n",
    ),
    (
        "a Java trace of proxies",
        "com.shop.ApiException: MSG\n\tat com.shop.Sync$$EnhancerBySpringCGLIB$$1a2b.push(<generated>)\n\
         \tat java.base/java.lang.reflect.Method.invoke(Method.java:569)\n\tat jdk.internal.reflect.GeneratedMethodAccessor1.invoke(Unknown Source)",
    ),
    (
        "a trace in JSON",
        r#"{"@timestamp":"2026-05-06T02:00:00Z","log.level":"ERROR","message":"push failed","error.stack_trace":"com.shop.ApiException: MSG\n\tat com.shop.Sync.push(Sync.java:9)\n\t... 3 more\n","log.logger":"com.bt.Sync"}"#,
    ),
    (
        "a Python trace",
        "Traceback (most recent call last):\n  File \"/srv/ship/worker.py\", line 23, in run\n    client.send(order)\n    ^^^^^^^^^^^^^^^^^^\n\
         \x20 File \"/srv/ship/client.py\", line 9, in send\n    raise ShipError(body)\nship.client.ShipError: MSG\n",
    ),
    (
        "a chained Python trace",
        "ValueError: MSG\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n\
         \x20 File \"a.py\", line 3, in f\n    raise RuntimeError('sync failed') from e\nRuntimeError: sync failed",
    ),
    (
        "a Node error",
        "/srv/ship/push.js:3\n  throw new ShipError(m)\n  ^\n\nShipError: MSG\n    at send (/srv/ship/push.js:3:9)\n\
         \x20   at async Server.<anonymous> (/srv/ship/index.js:12:7) {\n  code: 50001,\n  retry: false\n}\n\nNode.js v22.1.0",
    ),
    (
        "a PHP error",
        "PHP Fatal error:  Uncaught Ship\\ApiException: MSG in /srv/ship/Client.php:4\nStack trace:\n#0 /srv/ship/Push.php(7): Ship\\Client->send()\n#1 {main}\n  thrown in /srv/ship/Client.php on line 4",
    ),
    (
        "a Go panic",
        "panic: push 773309128847155: MSG\n\ngoroutine 1 [running]:\nmain.push({0x5121e9, 0x7f10})\n\tship/main.go:5 +0xdd\nmain.main()\n\tship/main.go:7 +0x45\nexit status 2",
    ),
    (
        "a Rust panic",
        "thread 'main' (28524) panicked at src/main.rs:6:25:\ncalled `Result::unwrap()` on an `Err` value: Api { code: 50001, msg: \"MSG\" }\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    ),
    (
        "a .NET trace",
        "Ship.Platform.PlatformException: MSG\r\n   at Ship.Platform.Client.SendAsync(Order order) in D:\\src\\Ship\\Client.cs:line 88\r\n   at Ship.Sync.Push()\r\n--- End of inner exception stack trace ---",
    ),
    (
        "a Ruby trace",
        "/srv/ship/push.rb:12:in `push': MSG (ShipError)\n\tfrom /srv/ship/push.rb:20:in `block in run'\n\tfrom /srv/ship/push.rb:30:in `<main>'",
    ),
    (
        "a syslog line",
        "May  6 10:11:12 ship-1 ship-sync[1234]: push failed: MSG",
    ),
    (
        "a log file of grep",
        r"D:\bt\ship\log\sync-20260506.log(128): [ERROR] MSG",
    ),
    (
        "java.util.logging",
        "May 06, 2026 10:11:12 AM com.shop.Sync push\nSEVERE: MSG\n",
    ),
    (
        "logfmt",
        r#"time="2026-05-06T10:11:12Z" level=error caller=push.go:17 host=bt-worker-1 msg="push failed" err="MSG""#,
    ),
    (
        "a JSON log line",
        r#"{"level":50,"time":1795770387005,"pid":18655,"hostname":"alf-1","name":"ship","err":{"type":"ShipError","message":"MSG"},"trace_id":"0af7651916cd43dd8448eb211c80319c","msg":"push failed"}"#,
    ),
    (
        "curl -i",
        "HTTP/1.1 500 Internal Server Error\r\nServer: nginx\r\nDate: Wed, 06 May 2026 02:00:00 GMT\r\nContent-Type: application/json; charset=utf-8\r\nX-Request-Id: 7f3a\r\n\r\n{\"code\": 50001, \"message\": \"MSG\", \"log_id\": \"2026050610\"}",
    ),
    (
        "curl -v",
        "* Connected to gw.ship.example (10.0.0.7) port 443\n> POST /order/ship HTTP/1.1\n> Host: gw.ship.example\n> Accept: */*\n>\n< HTTP/1.1 200 OK\n< Content-Type: application/json\n<\n{\"msg\":\"MSG\"}\n* Connection #0 to host gw.ship.example left intact",
    ),
    (
        "an XML record",
        "<record>\n  <date>2026-05-06T10:11:12Z</date>\n  <millis>1795770387005</millis>\n  <logger>com.shop.Sync</logger>\n  <level>SEVERE</level>\n  <thread>1</thread>\n  <message>MSG</message>\n</record>",
    ),
    (
        "PowerShell",
        "Invoke-RestMethod : {\"message\": \"MSG\"}\n所在位置 行:1 字符: 1\n+ Invoke-RestMethod https://gw.ship.example/order\n+ ~~~~~~~~~~~~~~~\n    + CategoryInfo          : InvalidOperation: (:) [Invoke-RestMethod]，WebException",
    ),
    (
        "a Laravel log",
        "[2026-05-06 10:11:12] production.ERROR: MSG {\"exception\":\"[object] (App\\\\ShipException(code: 0): MSG at /var/www/ship/Client.php:88)\n[stacktrace]\n#0 /var/www/ship/Push.php(42): App\\\\Client->send()\n#1 {main}\n\"}",
    ),
    (
        "an RPC framework",
        "org.apache.dubbo.rpc.RpcException: Failed to invoke the method push in the service com.bt.ShipService. Tried 3 times of the providers [10.0.0.7:20880] (1/1) from the registry 10.0.0.2:2181 on the consumer 10.0.0.9 using the dubbo version 2.7.8. Last error is: MSG",
    ),
];

fn look_up(text: &str) -> Answer {
    let engine = engine();
    engine.lookup(&Paste::new(engine.kb(), text, None).expect("a paste"), 5)
}

fn first(answer: &Answer) -> Option<String> {
    let hit = answer.verdict.results.first()?;
    Some(engine().kb().entries[hit.entry].id.clone())
}

#[test]
fn a_message_is_answered_in_whatever_a_program_prints() {
    let mut wrong = Vec::new();
    for (name, form) in FORMS {
        let answer = look_up(&form.replace("MSG", MESSAGE));
        if answer.verdict.outcome != Outcome::Answer || first(&answer).as_deref() != Some(ENTRY) {
            wrong.push(format!(
                "{name}: {:?} {:?}",
                answer.verdict.outcome,
                first(&answer)
            ));
        }
        if answer.query.codes != ["E17"] || !answer.query.platforms.is_empty() {
            wrong.push(format!("{name}: {:?}", answer.query));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_message_that_is_not_known_is_not_answered_there_either() {
    for (name, form) in FORMS {
        let answer = look_up(&form.replace("MSG", UNKNOWN));
        assert_ne!(answer.verdict.outcome, Outcome::Answer, "{name}");
    }
}

#[test]
fn each_line_that_is_a_message_is_a_problem_and_an_unknown_one_beside_them() {
    let lines = [
        MESSAGE,
        "包裹773309128847155已被锁定,解锁前不可变更承运商",
        UNKNOWN,
        "quota exceeded: 501 of 500 submissions today",
        "您的仓库未开通极速上门揽收业务",
        MESSAGE,
    ];
    let text = lines.join("\n");
    let answer = look_up(&text);
    let sent: Vec<char> = text.chars().collect();
    let found: Vec<(String, bool, usize)> = answer
        .problems
        .iter()
        .map(|p| {
            let line = sent[p.span.clone()].iter().collect();
            (line, p.verdict.outcome == Outcome::Answer, p.count)
        })
        .collect();
    let expected = [
        (lines[0], true, 2),
        (lines[1], true, 1),
        (lines[2], false, 1),
        (lines[3], true, 1),
        (lines[4], false, 1),
    ];
    let expected = expected.map(|(line, known, count)| (line.to_owned(), known, count));
    assert_eq!(found, expected);
}

#[test]
fn a_trace_longer_than_is_read_is_answered_and_nothing_of_it_is_left_out() {
    let frames = "\tat org.springframework.web.servlet.Frame.service(Frame.java:880) ~[web-5.3.20.jar:5.3.20]\n";
    let text = format!(
        "java.lang.IllegalStateException: push failed\n{}Caused by: com.shop.ApiException: {MESSAGE}\n{}",
        frames.repeat(1_200),
        frames.repeat(1_200)
    );
    let answer = look_up(&text);
    assert_eq!(
        (answer.verdict.outcome, answer.query.left_out),
        (Outcome::Answer, 0)
    );
}

#[test]
fn of_a_long_log_the_line_that_failed_is_read_and_the_rest_is_counted() {
    let noise = "2026-05-06 10:11:12 INFO 正在处理下一个包裹的入库登记与上架复核\n";
    let text = format!("{}{MESSAGE}\n{}", noise.repeat(1_500), noise.repeat(1_500));
    let answer = look_up(&text);
    assert_eq!(answer.verdict.outcome, Outcome::Answer);
    assert!(answer.query.left_out > 20_000, "{}", answer.query.left_out);
    assert!(answer.query.masked.chars().count() < 25_000);
    let hit = &answer.verdict.results[0];
    let span = hit.matched.spans.first().expect("something matched");
    let sent: String = text.chars().skip(span.start).take(2).collect();
    assert_eq!(sent, "寄件", "spans lie on the text as it was sent");
}

#[test]
fn personal_data_in_what_is_not_read_is_masked_all_the_same() {
    let answer = look_up(&format!(
        "{MESSAGE}\n\tat com.shop.Push.to(Push.java:1) mobile=13812345678\nX-Customer: 收件人：王小明，手机：13812345678"
    ));
    for gone in ["13812345678", "王小明"] {
        assert!(
            !answer.query.masked.contains(gone),
            "{}",
            answer.query.masked
        );
    }
}

#[test]
fn a_name_that_stands_for_itself_is_still_a_platform() {
    assert_eq!(
        look_up(&format!("alf {MESSAGE}")).query.platforms,
        ["alpha"]
    );
    assert_eq!(
        look_up(&format!("https://api.alf.com/x {MESSAGE}"))
            .query
            .platforms,
        ["alpha"]
    );
}

/// Pieces that structure is made of.
const PIECES: &str = r#"(\n|\tat |at a\.b\(c\.java:1\)|Caused by: |com\.a\.BException: |2026-05-06 10:11:12 |\[main\] |ERROR |"msg":|"|'|level=|\{|\}|File "a\.py", line 1|#0 |<level>|</level>|HTTP/1\.1 200 OK|\* |[a-z=:.]{1,6}|[失败错误寄件电话]{1,4}|[0-9]{1,6}| ){0,60}"#;

proptest! {
    #[test]
    fn structure_is_ascending_and_within_the_text(text in PIECES) {
        let chars: Vec<char> = text.chars().collect();
        let mut end = 0;
        for range in structure(&chars) {
            prop_assert!(range.start >= end && range.start < range.end && range.end <= chars.len());
            end = range.end;
        }
    }

    #[test]
    fn no_structure_makes_a_lookup_fail(text in PIECES) {
        let engine = engine();
        if let Ok(paste) = Paste::new(engine.kb(), text.as_str(), None) {
            let answer = engine.lookup(&paste, 3);
            let length = text.chars().count();
            for span in answer.verdict.results.iter().flat_map(|hit| &hit.matched.spans) {
                prop_assert!(span.start < span.end && span.end <= length);
            }
        }
    }
}
