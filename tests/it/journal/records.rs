//! The records of the journal: what is written, counted and deleted, and what is not lost.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde_json::json;

use super::{Database, ENTRY, ERROR, degraded, feedback, lookup, post, wait_for};
use crate::support::{Server, eventually, jieda};

#[test]
fn every_lookup_and_every_feedback_is_kept_masked() {
    for database in Database::both() {
        let server = database.serve(&[]);
        let text = format!("{ERROR}，收件人：王小明，手机：13800138000");
        let answer = lookup(&server, &text);
        assert_eq!(answer["outcome"], "answer", "{answer}");
        let id = answer["lookup_id"].as_str().expect("an id");
        let form = "application/x-www-form-urlencoded";
        post(&server, "/search", form, "q=zxqv+wkjh&platform=beta").expect("a page");
        let why = "照做就好了，\n我是王小明 13800138000";
        let helped = json!({"lookup_id": id, "entry": ENTRY, "helped": true, "why": why});
        assert_eq!(feedback(&server, &helped), Some(201));
        let (status, head, _) = post(
            &server,
            "/feedback",
            form,
            &format!("entry={ENTRY}&helped=no&why=&lookup_id="),
        )
        .expect("an answer");
        assert_eq!(status, 303);
        let location = head
            .lines()
            .find_map(|l| l.strip_prefix("location: "))
            .expect("a location");
        assert!(server.get(location).contains("谢谢"));
        let command = jieda()
            .args(["lookup", "--kb", "tests/kb/good", "怎么提交单号"])
            .env(database.environment().0, database.environment().1)
            .output()
            .expect("the binary runs");
        assert!(command.status.success());

        wait_for(&database, "jieda_lookups", 3);
        let kept = database.texts(
            "select face || ' ' || outcome || ' ' || coalesce(platform, '-') || ' ' || coalesce(entry, '-') \
             from jieda_lookups order by at_ms",
        );
        assert_eq!(kept[0], format!("api answer - {ENTRY}"));
        assert!(kept[1].starts_with("page none beta"), "{kept:?}");
        assert!(kept[2].starts_with("command "), "{kept:?}");
        let masked = database.texts(&format!(
            "select masked from jieda_lookups where id = '{id}'"
        ));
        assert_eq!(
            masked,
            ["包裹 <*> 已被锁定,解锁前不可变更承运商，收件人：<*>，手机：<*>"]
        );
        let numbers = database.texts(
            "select fingerprint || ' ' || generation from jieda_lookups \
             where confidence > 0.5 and confidence < 1 and micros > 0 and at_ms > 1700000000000 and face = 'api'",
        );
        assert_eq!(numbers.len(), 1);
        let (fingerprint, generation) = numbers[0].split_once(' ').expect("two words");
        assert_eq!(fingerprint.len(), 16);
        assert_eq!(answer["generation"], generation);
        let votes = database.texts(
            "select entry || ' ' || coalesce(lookup_id, '-') || ' ' || case when helped then 'yes' else 'no' end \
             || ' ' || coalesce(why, '-') from jieda_feedback order by at_ms",
        );
        assert_eq!(
            votes,
            [
                format!("{ENTRY} {id} yes 照做就好了， 我是<*> <*>"),
                format!("{ENTRY} - no -"),
            ]
        );
    }
}

/// The entries that the home page lists, without their folder, once the journal has been counted.
fn asked_most(database: &Database) -> Vec<String> {
    let server = database.serve(&["--log-level", "jieda=debug"]);
    eventually("the journal is counted", || {
        server.log().contains("counted the entries asked most")
    });
    let home = server.get("/");
    let list = home.split("常查的问题").nth(1).unwrap_or_default();
    let list = list.split("</section>").next().unwrap_or_default();
    let links = list.split("href=\"/kb/shipping/sync/").skip(1);
    links
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_people_ask_most_stands_first_once_enough_was_asked() {
    let editors = [
        "quota-exceeded",
        "sender-phone-e17",
        "parcel-locked",
        "how-to-submit",
    ];
    for database in Database::both() {
        assert_eq!(asked_most(&database), editors, "nothing was asked yet");
        let server = database.serve(&[]);
        assert_eq!(lookup(&server, ERROR)["outcome"], "answer");
        wait_for(&database, "jieda_lookups", 1);
        drop(server);
        // As often as this, of this entry, so many days ago.
        let ask = |times: u32, entry: &str, days: u32| {
            let ago = i64::from(days) * 24 * 60 * 60 * 1_000;
            let asked = format!(
                "with recursive n(n) as (select 1 union all select n + 1 from n where n < {times}) \
                 insert into jieda_lookups select '{entry}' || n, at_ms - {ago}, masked, fingerprint, platform, \
                 outcome, 'shipping/sync/{entry}', confidence, generation, face, micros \
                 from jieda_lookups, n where length(jieda_lookups.id) = 36"
            );
            database.run(&asked).expect("rows can be added");
        };
        ask(500, "how-to-submit", 31);
        ask(96, "parcel-locked", 0);
        ask(2, "quota-exceeded", 29);
        assert_eq!(asked_most(&database), editors, "99 say nothing");
        // An entry's old name counts for it.
        ask(1, "old-sender-phone", 0);
        let people = [
            "parcel-locked",
            "quota-exceeded",
            "sender-phone-e17",
            "how-to-submit",
        ];
        assert_eq!(asked_most(&database), people);
    }
}

#[test]
fn feedback_that_cannot_be_kept_is_refused_with_its_reason() {
    let database = Database::sqlite();
    let server = database.serve(&[]);
    for (body, slug) in [
        (json!({"helped": true}), "missing-field"),
        (json!({"entry": ENTRY}), "missing-field"),
        (json!({"entry": "no/such", "helped": true}), "unknown-entry"),
        (json!({"entry": ENTRY, "helped": "yes"}), "wrong-type"),
        (json!({"entry": 1, "helped": true}), "wrong-type"),
        (
            json!({"entry": ENTRY, "helped": true, "stars": 5}),
            "unknown-field",
        ),
        (
            json!({"entry": ENTRY, "helped": true, "lookup_id": "x"}),
            "invalid-lookup-id",
        ),
        (
            json!({"entry": ENTRY, "helped": true, "lookup_id": "{01A20D94-D6E6-7394-9787-BAA3925D6565}"}),
            "invalid-lookup-id",
        ),
    ] {
        let (status, _, problem) = post(
            &server,
            "/api/v1/feedback",
            "application/json",
            &body.to_string(),
        )
        .expect("an answer");
        let wrong = if slug == "unknown-entry" { 404 } else { 400 };
        assert_eq!(status, wrong, "{body}");
        assert!(
            problem.contains(&format!("/problems/{slug}\"")),
            "{body}: {problem}"
        );
    }
    // Another server may have made the lookup, or it waits to be written still.
    let known = json!({"entry": ENTRY, "helped": true, "lookup_id": "01a20d94-d6e6-7394-9787-baa3925d6565"});
    assert_eq!(feedback(&server, &known), Some(201));
    assert!(
        server
            .get("/feedback?entry=no/such")
            .starts_with("HTTP/1.1 404")
    );
    wait_for(&database, "jieda_feedback", 1);
}

#[test]
fn servers_that_start_at_once_share_a_new_database() {
    for database in Database::both() {
        let servers: Vec<Server> = std::thread::scope(|scope| {
            let starting: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| database.serve(&[])))
                .collect();
            starting
                .into_iter()
                .map(|s| s.join().expect("it starts"))
                .collect()
        });
        for server in &servers {
            lookup(server, ERROR);
        }
        wait_for(&database, "jieda_lookups", 4);
        for server in &servers {
            assert_eq!(degraded(server), "");
            assert!(!server.log().contains("degraded"), "{}", server.log());
        }
    }
}

#[test]
fn a_server_that_is_told_to_leave_writes_what_waits() {
    for database in Database::both() {
        let mut server = database.serve(&[]);
        for _ in 0..20 {
            lookup(&server, ERROR);
        }
        server.signal("TERM");
        assert_eq!(server.wait(), Some(0));
        assert_eq!(database.count("jieda_lookups"), 20);
    }
}

/// Feedback that was answered with 201 is stored, even after `kill -9` at any moment.
#[test]
fn what_was_acknowledged_survives_a_kill() {
    for database in Database::both() {
        for round in 0..5 {
            let mut server = database.serve(&[]);
            let acknowledged = AtomicU32::new(0);
            let killed = AtomicBool::new(false);
            let mut kept: Vec<String> = Vec::new();
            std::thread::scope(|scope| {
                let writers: Vec<_> = (0..4)
                    .map(|writer| {
                        let (server, acknowledged, killed) = (&server, &acknowledged, &killed);
                        scope.spawn(move || {
                            let mut kept = Vec::new();
                            for n in 0.. {
                                let why = format!("回 {round} {writer} {n}");
                                let body = json!({"entry": ENTRY, "helped": true, "why": why});
                                match feedback(server, &body) {
                                    Some(201) => kept.push(why),
                                    Some(_) => {}
                                    None => break,
                                }
                                acknowledged.fetch_add(1, Ordering::Relaxed);
                                assert!(!killed.load(Ordering::Relaxed) || n < 10_000);
                            }
                            kept
                        })
                    })
                    .collect();
                eventually("some feedback is kept", || {
                    acknowledged.load(Ordering::Relaxed) >= 5 + 3 * round
                });
                server.signal("KILL");
                killed.store(true, Ordering::Relaxed);
                for writer in writers {
                    kept.extend(writer.join().expect("it ends"));
                }
            });
            server.wait();
            assert!(!kept.is_empty());
            let there = database.texts("select why from jieda_feedback");
            let lost: Vec<&String> = kept.iter().filter(|k| !there.contains(k)).collect();
            assert!(
                lost.is_empty(),
                "{} of {} are lost: {lost:?}",
                lost.len(),
                kept.len()
            );
            let mut twice = there.clone();
            twice.sort();
            twice.dedup();
            assert_eq!(twice.len(), there.len(), "none is there twice");
        }
    }
}

#[test]
fn what_is_older_than_it_may_be_is_deleted() {
    for database in Database::both() {
        let mut first = database.serve(&[]);
        lookup(&first, ERROR);
        wait_for(&database, "jieda_lookups", 1);
        first.signal("TERM");
        first.wait();
        // More than two steps delete.
        let old =
            "select n, 1600000000000, '', '', null, 'none', null, 0, '', 'api', 1 from numbers";
        database
            .run(&format!(
                "insert into jieda_lookups (id, at_ms, masked, fingerprint, platform, outcome, entry, confidence, generation, face, micros) \
                 with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 1200), \
                 numbers(n) as (select cast(n as text) from counted) {old}"
            ))
            .expect("old rows can be written");
        database
            .run(&format!("insert into jieda_feedback (id, at_ms, entry, helped) values ('1', 1600000000000, '{ENTRY}', true)"))
            .expect("an old row can be written");
        assert_eq!(database.count("jieda_lookups"), 1_201);
        let forever = database.serve(&["--keep-days", "0"]);
        lookup(&forever, ERROR);
        wait_for(&database, "jieda_lookups", 1_202);
        let _server = database.serve(&["--keep-days", "30"]);
        eventually("the old rows are gone", || {
            database.count("jieda_lookups") == 2 && database.count("jieda_feedback") == 0
        });
    }
}
