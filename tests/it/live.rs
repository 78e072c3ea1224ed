//! A knowledge base that is edited while it is served: valid changes are served, invalid ones are
//! not, and no request fails meanwhile.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Client, Scratch, Server, eventually, good, run};

const LOCKED: &str = "shipping/sync/parcel-locked.md";
const ASKED: &str = "/api/v1/lookup?text=PARCEL_LOCKED_BY_AUDIT";

fn serve(kb: &Path, more: &[&str]) -> Server {
    let kb = kb.to_str().expect("a path of ours");
    let fixed = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--kb",
        kb,
        "--rate",
        "0",
        "--log-format",
        "json",
    ];
    Server::start(&[&fixed, more].concat(), &[])
}

fn json(server: &Server, path: &str) -> Value {
    let answer = server.get(path);
    let body = answer.split_once("\r\n\r\n").expect("a head and a body").1;
    serde_json::from_str(body).expect("JSON")
}

/// The markdown of the answer to [`ASKED`].
fn answered(server: &Server) -> String {
    let answer = json(server, ASKED);
    answer["results"][0]["answer"]["markdown"].to_string()
}

#[track_caller]
fn soon_answers(server: &Server, part: &str) {
    eventually(part, || answered(server).contains(part));
}

/// The lines of the log with this message.
fn logged(server: &Server, message: &str) -> Vec<Value> {
    let log = server.log();
    // The last line may be half written.
    let lines = log.lines().filter_map(|l| serde_json::from_str(l).ok());
    lines.filter(|l: &Value| l["message"] == message).collect()
}

/// The entry with a marker in a step of its answer.
fn with(marker: &str) -> String {
    let text = fs::read_to_string(good().join(LOCKED)).expect("a file of ours");
    text.replace(
        "1. 等待平台审核结束。",
        &format!("1. 等待平台审核结束。{marker}"),
    )
}

#[test]
fn what_editors_and_git_do_is_served_and_what_has_not_changed_is_not_read_again() {
    let kb = Scratch::new("live-edits");
    let server = serve(kb.path(), &[]);

    kb.write(LOCKED, with("直接保存"));
    soon_answers(&server, "直接保存");
    let reload = &logged(&server, "a new generation serves")[0];
    assert_eq!(
        (&reload["parsed"], &reload["segmented"]),
        (&1.into(), &1.into())
    );
    assert_eq!(reload["entries"], 4);

    // Written beside it, then renamed over it.
    kb.write("shipping/sync/.parcel-locked.md.swp", with("改名保存"));
    let from = kb.path().join("shipping/sync/.parcel-locked.md.swp");
    fs::rename(from, kb.path().join(LOCKED)).expect("it is there");
    soon_answers(&server, "改名保存");

    // A new folder with what is in it, found although it came later.
    kb.write("shipping/late/_index.md", "---\ntitle: 后来的\n---\n");
    kb.write("shipping/late/deep/_index.md", "---\ntitle: 更深的\n---\n");
    let late =
        "# 波次号不存在\n\n## 报错信息\n```\nWAVE_NUMBER_UNKNOWN\n```\n\n## 原因\n后来才写。\n";
    kb.write("shipping/late/deep/wave.md", late);
    eventually("the new entry", || json(&server, "/readyz")["entries"] == 5);
    kb.write(
        "shipping/late/deep/wave.md",
        late.replace("后来才写", "后来又改"),
    );
    eventually("the change in the new folder", || {
        server
            .get("/kb/shipping/late/deep/wave")
            .contains("后来又改")
    });

    fs::remove_dir_all(kb.path().join("shipping/late")).expect("ours");
    eventually("it is gone", || json(&server, "/readyz")["entries"] == 4);
    assert!(
        server
            .get("/kb/shipping/late/deep/wave")
            .starts_with("HTTP/1.1 404")
    );

    // Half of a file is no entry: the old one serves until the other half comes.
    let whole = with("分两次写");
    let half = whole.find("## 原因").expect("it has a cause");
    kb.write(LOCKED, &whole[..half]);
    eventually("it is refused", || {
        json(&server, "/readyz")["degraded"][0]["part"] == "content"
    });
    assert!(answered(&server).contains("改名保存"));
    kb.write(LOCKED, &whole);
    soon_answers(&server, "分两次写");
    assert_eq!(json(&server, "/readyz")["degraded"], serde_json::json!([]));

    // Another domain vocabulary: every line is segmented again.
    let words = kb.read("_vocabulary/dictionary.txt");
    kb.write(
        "_vocabulary/dictionary.txt",
        format!("{words}\n波次号 100\n"),
    );
    eventually("it is read", || {
        logged(&server, "a new generation serves")
            .last()
            .is_some_and(|l| l["parsed"] == 0 && l["segmented"].as_u64() > Some(4))
    });
}

#[test]
fn a_generation_with_an_error_is_refused_and_the_old_one_serves_on() {
    let kb = Scratch::new("live-refused");
    let server = serve(kb.path(), &[]);
    let before = json(&server, "/readyz")["generation"].clone();

    let broken = with("").replace("platforms: [beta]", "platforms: [bteta]");
    kb.write(LOCKED, broken);
    // An entry whose question another entry answers better.
    let lost = "# 仓库的电话\n\n## 原因\n原因在此。\n\n## 相似问法\n- E17 寄件电话未登记,请在仓库资料里补全后再提交\n";
    let mut rule = "unknown-platform";
    for expected in [(LOCKED, 2), ("shipping/sync/a.md", 7)] {
        eventually(rule, || {
            json(&server, "/readyz")["degraded"][0]["errors"][0]["rule"] == rule
        });
        let ready = json(&server, "/readyz");
        assert_eq!(
            (&ready["ready"], &ready["generation"]),
            (&true.into(), &before)
        );
        let place = &ready["degraded"][0]["errors"][0];
        assert_eq!(
            (&place["file"], &place["line"]),
            (&expected.0.into(), &expected.1.into())
        );
        let told = logged(&server, "refused");
        let told = told.last().expect("the log says why");
        assert_eq!(
            (&told["file"], &told["line"], &told["rule"]),
            (&expected.0.into(), &expected.1.into(), &rule.into())
        );
        kb.write(LOCKED, with(""));
        kb.write("shipping/sync/a.md", lost);
        rule = "not-found-first";
    }
    assert!(server.get(ASKED).contains(before.as_str().expect("an id")));
    let metrics = server.get("/metrics");
    assert!(
        metrics.contains("jieda_reloads_total{result=\"accepted\"} 0"),
        "{metrics}"
    );
    assert!(
        !metrics.contains("jieda_reloads_total{result=\"refused\"} 0"),
        "{metrics}"
    );
    assert!(metrics.contains("jieda_refused_errors 1"), "{metrics}");

    // Back to what is served: nothing is refused any more, and nothing was swapped.
    kb.remove("shipping/sync/a.md");
    eventually("nothing is degraded", || {
        json(&server, "/readyz")["degraded"] == serde_json::json!([])
    });
    assert_eq!(json(&server, "/readyz")["generation"], before);
}

#[test]
fn links_are_followed_as_kubernetes_and_deployments_swap_them() {
    let base = Scratch::new("live-links");
    let at = |path: &str| base.path().join(path);
    let version = |name: &str| {
        let other = Scratch::new(&format!("live-links-{name}"));
        other.write(LOCKED, with(name));
        other
    };
    let swap = |target: &Path, link: &str| {
        symlink(target, at("new-link")).expect("a link can be made");
        fs::rename(at("new-link"), at(link)).expect("a link can be swapped");
    };
    let (one, two, three) = (version("第一版"), version("第二版"), version("第三版"));

    // `kb` is a link, as deployments leave it.
    swap(one.path(), "kb");
    let server = serve(&at("kb"), &[]);
    assert!(answered(&server).contains("第一版"));
    swap(two.path(), "kb");
    soon_answers(&server, "第二版");
    two.write(LOCKED, with("链接后面改的"));
    soon_answers(&server, "链接后面改的");

    // A mount of Kubernetes: each item is a link into `..data`, which is a link itself.
    fs::create_dir(at("mount")).expect("a folder can be made");
    swap(one.path(), "mount/..data");
    for item in ["shipping", "_vocabulary", "_neighbours"] {
        symlink(format!("..data/{item}"), at("mount").join(item)).expect("a link can be made");
    }
    let server = serve(&at("mount"), &[]);
    assert!(answered(&server).contains("第一版"));
    swap(three.path(), "mount/..data");
    soon_answers(&server, "第三版");
}

#[test]
fn a_folder_that_is_gone_for_a_while_is_served_on_and_taken_up_again() {
    let kb = Scratch::new("live-gone");
    let away = kb.path().with_extension("away");
    let server = serve(kb.path(), &[]);
    fs::rename(kb.path(), &away).expect("a folder can be moved");
    eventually("it is missed", || {
        json(&server, "/readyz")["degraded"][0]["reason"] == "the knowledge base cannot be read"
    });
    assert!(answered(&server).contains("等待平台审核结束"));
    fs::write(away.join(LOCKED), with("搬回来了")).expect("it is there");
    fs::rename(&away, kb.path()).expect("a folder can be moved");
    soon_answers(&server, "搬回来了");
    assert_eq!(json(&server, "/readyz")["degraded"], serde_json::json!([]));
}

#[test]
fn it_is_read_when_asked_or_every_so_often_where_nothing_tells_of_changes() {
    let kb = Scratch::new("live-poll");
    let asked = serve(kb.path(), &["--poll", "3600"]);
    let polled = serve(kb.path(), &["--poll", "1"]);
    kb.write(LOCKED, with("没有通知"));
    soon_answers(&polled, "没有通知");
    assert!(!answered(&asked).contains("没有通知"), "nobody told it");
    asked.signal("HUP");
    soon_answers(&asked, "没有通知");
    asked.signal("HUP");
    eventually("it answers that nothing is new", || {
        !logged(&asked, "nothing has changed").is_empty()
    });
}

#[test]
fn where_the_system_allows_no_watch_it_is_read_every_so_often_and_that_is_said() {
    let kb = Scratch::new("live-unwatched");
    // A name space of its own has limits of its own.
    let script = "echo 0 > /proc/sys/user/max_inotify_watches && exec \"$@\"";
    let server = Server::run(
        Command::new("unshare")
            .args(["--user", "--map-root-user", "sh", "-c", script, "sh"])
            .args([
                env!("CARGO_BIN_EXE_jieda"),
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--kb",
            ])
            .arg(kb.path()),
    );
    eventually("it says so", || {
        json(&server, "/readyz")["degraded"][0]["part"] == "watch"
    });
    assert!(
        server.log().contains("cannot be watched"),
        "{}",
        server.log()
    );
    kb.write(LOCKED, with("没有监视"));
    soon_answers(&server, "没有监视");
    assert_eq!(server.log().matches("cannot be watched").count(), 1);
}

#[test]
fn it_starts_with_what_is_good_only_when_told_to_be_lenient() {
    let kb = Scratch::new("live-lenient");
    kb.write(
        LOCKED,
        with("").replace("platforms: [beta]", "platforms: [bteta]"),
    );
    let lost = "# 仓库的电话\n\n## 原因\n原因在此。\n\n## 相似问法\n- E17 寄件电话未登记,请在仓库资料里补全后再提交\n";
    let path = kb.path().display().to_string();
    let refused = |rule: &str| {
        let output = run(&["serve", "--listen", "127.0.0.1:0", "--kb", &path]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(&format!("error[{rule}]")), "{told}");
    };
    refused("unknown-platform");
    let server = serve(kb.path(), &["--lenient"]);
    let ready = json(&server, "/readyz");
    assert_eq!(
        (&ready["ready"], &ready["entries"]),
        (&true.into(), &3.into())
    );
    assert_eq!(ready["degraded"][0]["errors"][0]["file"], LOCKED);
    assert!(
        server
            .get("/kb/shipping/sync/parcel-locked")
            .starts_with("HTTP/1.1 404")
    );
    assert!(
        server
            .get("/api/v1/lookup?text=quota+exceeded")
            .contains("quota-exceeded")
    );

    kb.write(LOCKED, with("改好了"));
    soon_answers(&server, "改好了");
    assert_eq!(json(&server, "/readyz")["degraded"], serde_json::json!([]));
    drop(server);

    kb.write("shipping/sync/a.md", lost);
    refused("not-found-first");
    let server = serve(kb.path(), &["--lenient"]);
    assert_eq!(json(&server, "/readyz")["entries"], 4);
}

/// Versions of the knowledge base that are served one after the other.
const VERSIONS: usize = 50;
/// Requests meanwhile, at least.
const REQUESTS: usize = 10_000;
/// Clients that send requests at the same time.
const CLIENTS: usize = 16;
/// The pause between two requests of a client, so that the server has time to build.
const PACE: Duration = Duration::from_millis(10);

#[test]
fn fifty_reloads_under_ten_thousand_requests_fail_and_tear_none() {
    let base = Scratch::new("live-load");
    let version = |number: usize| {
        let dir = base.path().with_extension(format!("v{number}"));
        let _ = fs::remove_dir_all(&dir);
        let copy = Scratch::new("live-load-copy");
        for entry in [
            "parcel-locked",
            "sender-phone-e17",
            "quota-exceeded",
            "how-to-submit",
        ] {
            let path = format!("shipping/sync/{entry}.md");
            let text = copy.read(&path);
            copy.write(&path, format!("{text}\n## 版本\n这是 版次{number}。\n"));
        }
        fs::rename(copy.path(), &dir).expect("a folder can be moved");
        symlink(&dir, base.path().join("new-link")).expect("a link can be made");
        let link = base.path().join("kb");
        fs::rename(base.path().join("new-link"), link).expect("a link can be swapped");
        dir
    };
    let mut dirs = vec![version(0)];
    let server = serve(&base.path().join("kb"), &[]);

    let (asked, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let ask = || {
        let mut client = Client::new(&server);
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut newest = 0;
        let page = "/kb/shipping/sync/parcel-locked";
        let file = "/kb/shipping/sync/parcel-locked.md";
        let paths = [
            file, file, ASKED, file, file, "/faq", file, file, page, file,
        ];
        for path in paths.iter().cycle() {
            if done.load(Ordering::Relaxed) && asked.load(Ordering::Relaxed) >= REQUESTS {
                return seen;
            }
            std::thread::sleep(PACE);
            let answer = client.get(path);
            asked.fetch_add(1, Ordering::Relaxed);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            let numbers: Vec<usize> = answer
                .body
                .split("版次")
                .skip(1)
                .map(|rest| {
                    let end = rest
                        .find(|c: char| !c.is_ascii_digit())
                        .unwrap_or(rest.len());
                    rest[..end].parse().expect("a number")
                })
                .collect();
            assert!(!numbers.is_empty(), "{path}: {}", answer.body);
            let one = numbers[0];
            assert!(
                numbers.iter().all(|n| *n == one),
                "{path} is torn: {numbers:?}"
            );
            assert!(one >= newest, "{path} went back from {newest} to {one}");
            newest = one;
            if let Some(id) = answer.header("jieda-generation") {
                assert!(
                    answer.body.contains(id),
                    "{path}: the header is of another generation"
                );
                assert_eq!(*seen.entry(id.to_owned()).or_insert(one), one, "{path}");
            }
        }
        seen
    };
    let seen = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        for number in 1..=VERSIONS {
            dirs.push(version(number));
            soon_answers(&server, &format!("版次{number}。"));
        }
        done.store(true, Ordering::Relaxed);
        let all = clients
            .into_iter()
            .map(|c| c.join().expect("no request failed"));
        all.flatten().collect::<HashMap<_, _>>()
    });
    assert!(asked.load(Ordering::Relaxed) >= REQUESTS);
    assert!(
        seen.len() > VERSIONS / 2,
        "the clients met {} generations",
        seen.len()
    );
    let metrics = server.get("/metrics");
    for result in [
        format!("accepted\"}} {VERSIONS}"),
        "refused\"} 0".to_owned(),
    ] {
        let series = format!("jieda_reloads_total{{result=\"{result}\n");
        assert!(metrics.contains(&series), "{series}{metrics}");
    }
    drop(server);
    for dir in dirs {
        let _ = fs::remove_dir_all(dir);
    }
}
