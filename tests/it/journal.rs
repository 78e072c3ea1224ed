//! The journal, with the real binary and real databases: what is kept, what is not, and that no
//! trouble of a database is ever a lookup's.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jieda::journal::{Feedback, Journal, Place, WriteStatus};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::support::{Server, eventually, jieda};

const ENTRY: &str = "shipping/sync/parcel-locked";
const ERROR: &str = "包裹 SF1234567890123 已被锁定,解锁前不可变更承运商";

/// A place for a journal of its own, and a way into it.
enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Database {
    /// A folder that does not exist yet.
    fn sqlite() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("journal-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self::Sqlite(folder)
    }

    /// A database of its own in the PostgreSQL of the tests.
    fn postgres() -> Self {
        let server = std::env::var("JIEDA_TEST_POSTGRES").expect(
            "JIEDA_TEST_POSTGRES is not set: run tests/run.sh, which starts a PostgreSQL and sets it",
        );
        Self::created(&server)
    }

    /// A new database of a server, whose address ends in the name of another.
    fn created(server: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("journal_{}_{number}", std::process::id());
        Self::Postgres(server.to_owned())
            .run(&format!("create database {name}"))
            .expect("the PostgreSQL of tests/run.sh runs");
        let (base, _) = server.rsplit_once('/').expect("an address");
        Self::Postgres(format!("{base}/{name}"))
    }

    fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres()]
    }

    fn folder(&self) -> &Path {
        match self {
            Self::Sqlite(folder) => folder,
            Self::Postgres(_) => panic!("it has no folder"),
        }
    }

    fn environment(&self) -> (&str, &str) {
        match self {
            Self::Sqlite(folder) => ("JIEDA_DATA", folder.to_str().expect("UTF-8")),
            Self::Postgres(url) => ("JIEDA_JOURNAL", url),
        }
    }

    fn serve(&self, more: &[&str]) -> Server {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--kb", "tests/kb/good"];
        Server::start(&[&serve, more].concat(), &[self.environment()])
    }

    /// Runs a statement.
    fn run(&self, statement: &str) -> sqlx::Result<u64> {
        let statement = AssertSqlSafe(statement.to_owned());
        block_on(async {
            Ok(match self {
                Self::Sqlite(_) => {
                    let mut connection = self.open().await?;
                    sqlx::query(statement)
                        .execute(&mut connection)
                        .await?
                        .rows_affected()
                }
                Self::Postgres(url) => {
                    let mut connection = PgConnection::connect(url).await?;
                    sqlx::query(statement)
                        .execute(&mut connection)
                        .await?
                        .rows_affected()
                }
            })
        })
    }

    async fn open(&self) -> sqlx::Result<SqliteConnection> {
        let file = self.folder().join("journal.sqlite");
        SqliteConnection::connect(&format!("sqlite://{}", file.display())).await
    }

    /// The first column of the rows of a query, as text; none while there is no such table.
    fn texts(&self, query: &str) -> Vec<String> {
        let query = AssertSqlSafe(query.to_owned());
        block_on(async {
            match self {
                Self::Sqlite(_) => {
                    let mut connection = self.open().await?;
                    sqlx::query_scalar(query).fetch_all(&mut connection).await
                }
                Self::Postgres(url) => {
                    let mut connection = PgConnection::connect(url).await?;
                    sqlx::query_scalar(query).fetch_all(&mut connection).await
                }
            }
        })
        .unwrap_or_default()
    }

    fn count(&self, table: &str) -> usize {
        let counted = self.texts(&format!("select cast(count(*) as text) from {table}"));
        counted.first().map_or(0, |n| n.parse().expect("a number"))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Sqlite(folder) = self {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(future)
}

/// The status, the head and the body of an answer. A server that is killed meanwhile gives none.
fn post(
    server: &Server,
    path: &str,
    content_type: &str,
    body: &str,
) -> Option<(u16, String, String)> {
    let mut stream = std::net::TcpStream::connect(&server.address).ok()?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, head.to_owned(), body.to_owned()))
}

fn lookup(server: &Server, text: &str) -> Value {
    let body = json!({"text": text}).to_string();
    let (status, _, body) =
        post(server, "/api/v1/lookup", "application/json", &body).expect("an answer");
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).expect("JSON")
}

fn feedback(server: &Server, body: &Value) -> Option<u16> {
    let answer = post(
        server,
        "/api/v1/feedback",
        "application/json",
        &body.to_string(),
    )?;
    Some(answer.0)
}

fn degraded(server: &Server) -> String {
    let answer = server.get("/readyz");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let ready: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(ready["ready"], true);
    let parts = ready["degraded"].as_array().expect("a list");
    let journal = parts.iter().find(|d| d["part"] == "journal");
    journal.map_or(String::new(), |d| {
        d["reason"].as_str().expect("a reason").to_owned()
    })
}

/// Waits for rows; says how many there were instead.
#[track_caller]
fn wait_for(database: &Database, table: &str, rows: usize) {
    let mut seen = 0;
    eventually(&format!("{rows} rows of {table}"), || {
        seen = database.count(table);
        seen >= rows
    });
    assert_eq!(seen, rows, "{table}");
}

/// The log tells of a trouble once, and once that it is over.
#[track_caller]
fn told_once(server: &Server) {
    let log = server.log();
    let lines = |text: &str| log.matches(text).count();
    assert_eq!(lines("the journal is degraded"), 1, "{log}");
    assert_eq!(lines("the journal has recovered"), 1, "{log}");
}

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

/// The entries that home names first, without their folder, once the journal has been counted.
fn asked_most(database: &Database) -> Vec<String> {
    let server = database.serve(&["--log-level", "jieda=debug"]);
    eventually("the journal is counted", || {
        server.log().contains("what is asked most is counted")
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

/// Feedback that was answered with 201 is there after `kill -9`, whenever it comes.
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
fn a_database_that_is_killed_and_brought_back_degrades_the_journal_alone() {
    let script = |command: &[&str]| {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/postgres.sh");
        let output = Command::new(script)
            .args(command)
            .output()
            .expect("the script runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "tests/postgres.sh {command:?}: {error}"
        );
        String::from_utf8(output.stdout).expect("text")
    };
    let started = script(&["start"]);
    let (folder, address) = started.trim().split_once('\n').expect("two lines");
    let done = std::panic::catch_unwind(|| {
        let database = Database::created(address);
        let server = database.serve(&[]);
        for _ in 0..10 {
            lookup(&server, ERROR);
        }
        wait_for(&database, "jieda_lookups", 10);
        script(&["kill", folder]);
        for _ in 0..10 {
            let start = Instant::now();
            lookup(&server, ERROR);
            assert!(
                start.elapsed() < Duration::from_secs(5),
                "a lookup waits for nobody"
            );
        }
        eventually("the trouble is seen", || !degraded(&server).is_empty());
        assert_eq!(degraded(&server), "the database cannot be reached");
        assert!(
            server
                .get("/metrics")
                .contains("\njieda_journal_degraded 1")
        );
        // It waits with the rest, and is told so.
        let late = json!({"entry": ENTRY, "helped": false});
        assert_eq!(feedback(&server, &late), Some(202));
        script(&["again", folder]);
        wait_for(&database, "jieda_lookups", 20);
        wait_for(&database, "jieda_feedback", 1);
        eventually("the trouble is over", || degraded(&server).is_empty());
        told_once(&server);
        let metrics = server.get("/metrics");
        for line in [
            "jieda_journal_degraded 0",
            "jieda_journal_queue 0",
            "jieda_journal_written_total{kind=\"lookup\"} 20",
            "jieda_journal_written_total{kind=\"feedback\"} 1",
        ] {
            assert!(
                metrics.contains(&format!("\n{line}\n")),
                "{line} in {metrics}"
            );
        }
    });
    script(&["remove", folder]);
    if let Err(panic) = done {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn a_file_that_another_program_has_locked_degrades_the_journal_alone() {
    let database = Database::sqlite();
    let server = database.serve(&[]);
    lookup(&server, ERROR);
    wait_for(&database, "jieda_lookups", 1);
    block_on(async {
        let mut other = database.open().await.expect("the file is there");
        sqlx::query("begin immediate")
            .execute(&mut other)
            .await
            .expect("it can be locked");
        for _ in 0..5 {
            lookup(&server, ERROR);
        }
        eventually("the trouble is seen", || !degraded(&server).is_empty());
        assert_eq!(
            degraded(&server),
            "the database is locked by another program"
        );
        sqlx::query("rollback")
            .execute(&mut other)
            .await
            .expect("it can be unlocked");
    });
    wait_for(&database, "jieda_lookups", 6);
    eventually("the trouble is over", || degraded(&server).is_empty());
    told_once(&server);
}

#[test]
fn a_database_that_does_not_answer_degrades_the_journal_alone() {
    let database = Database::postgres();
    let Database::Postgres(url) = &database else {
        unreachable!()
    };
    let server = database.serve(&[]);
    lookup(&server, ERROR);
    wait_for(&database, "jieda_lookups", 1);
    block_on(async {
        let mut other = PgConnection::connect(url).await.expect("it runs");
        for statement in ["begin", "lock table jieda_lookups in exclusive mode"] {
            let locked = sqlx::query(statement).execute(&mut other).await;
            locked.expect("a table can be locked");
        }
        for _ in 0..5 {
            let start = Instant::now();
            lookup(&server, ERROR);
            assert!(
                start.elapsed() < Duration::from_secs(5),
                "it waits for nobody"
            );
        }
        eventually("the trouble is seen", || !degraded(&server).is_empty());
        assert_eq!(degraded(&server), "the database does not keep up");
        other.close().await.expect("it can be left");
    });
    wait_for(&database, "jieda_lookups", 6);
    eventually("the trouble is over", || degraded(&server).is_empty());
    told_once(&server);
}

#[test]
fn a_place_that_cannot_be_used_at_the_start_does_not_keep_the_server_from_starting() {
    let database = Database::sqlite();
    std::fs::write(database.folder(), "no folder").expect("a file can be written");
    let server = database.serve(&[]);
    lookup(&server, ERROR);
    eventually("the trouble is seen", || !degraded(&server).is_empty());
    std::fs::remove_file(database.folder()).expect("the file can be removed");
    wait_for(&database, "jieda_lookups", 1);
    eventually("the trouble is over", || degraded(&server).is_empty());
    told_once(&server);
}

#[test]
fn a_file_that_is_taken_away_is_made_anew() {
    let database = Database::sqlite();
    let server = database.serve(&[]);
    lookup(&server, ERROR);
    wait_for(&database, "jieda_lookups", 1);
    std::fs::remove_dir_all(database.folder()).expect("the folder can be removed");
    let vote = json!({"entry": ENTRY, "helped": true});
    assert_eq!(feedback(&server, &vote), Some(201));
    assert_eq!(database.count("jieda_feedback"), 1);
}

/// Runs itself once more where it may mount a file system of a megabyte, and there fills it.
#[test]
fn a_full_disk_degrades_the_journal_alone() {
    const INSIDE: &str = "JIEDA_TEST_SMALL_DISK";
    if let Some(disk) = std::env::var_os(INSIDE) {
        return on_a_small_disk(Path::new(&disk));
    }
    let Database::Sqlite(disk) = &Database::sqlite() else {
        unreachable!()
    };
    std::fs::create_dir_all(disk).expect("the folder can be made");
    let mount = "mount -t tmpfs -o size=1m tmpfs \"$0\" && exec \"$@\"";
    let output = Command::new("unshare")
        .args([
            "--mount",
            "--map-root-user",
            "--propagation",
            "private",
            "sh",
            "-c",
            mount,
        ])
        .arg(disk)
        .arg(std::env::current_exe().expect("this program has a path"))
        .args([
            "--exact",
            "--nocapture",
            "journal::a_full_disk_degrades_the_journal_alone",
        ])
        .env(INSIDE, disk)
        .output()
        .expect("unshare runs");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

fn on_a_small_disk(disk: &Path) {
    let database = Database::Sqlite(disk.join("data"));
    let server = database.serve(&[]);
    lookup(&server, ERROR);
    wait_for(&database, "jieda_lookups", 1);
    let ballast = disk.join("ballast");
    // Until not even a byte has room.
    let mut file = std::fs::File::create(&ballast).expect("a file can be made");
    for size in [65_536, 4_096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    // What SQLite has room for in its own files is soon used up.
    let long = format!("{ERROR} {}", "的".repeat(1_500));
    let mut sent = 1;
    eventually("the trouble is seen", || {
        lookup(&server, &long);
        sent += 1;
        !degraded(&server).is_empty()
    });
    assert_eq!(degraded(&server), "the disk is full");
    lookup(&server, ERROR);
    // What is open keeps its room.
    drop(file);
    std::fs::remove_file(&ballast).expect("the file can be removed");
    wait_for(&database, "jieda_lookups", sent + 1);
    eventually("the trouble is over", || degraded(&server).is_empty());
    told_once(&server);
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

#[test]
fn what_finds_no_room_is_dropped_and_nobody_waits() {
    let database = Database::sqlite();
    std::fs::write(database.folder(), "no folder").expect("a file can be written");
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(async {
            let journal = Journal::open(Place::Folder(database.folder().to_owned()), None);
            let mut given = tokio::task::JoinSet::new();
            for _ in 0..9_500 {
                let journal = journal.clone();
                given.spawn(async move {
                    journal
                        .feedback(Feedback::new(None, ENTRY, true, None))
                        .await
                });
            }
            let all = given.join_all().await;
            let of = |kept: WriteStatus| all.iter().filter(|k| **k == kept).count();
            assert!(
                of(WriteStatus::Dropped) > 0 && of(WriteStatus::Written) == 0,
                "{}",
                of(WriteStatus::Dropped)
            );
            assert!(journal.trouble().is_some());
            std::fs::remove_file(database.folder()).expect("the file can be removed");
            journal.close(Duration::from_secs(30)).await;
            assert_eq!(of(WriteStatus::Queued), 9_500 - of(WriteStatus::Dropped));
            let queued = of(WriteStatus::Queued);
            tokio::task::spawn_blocking(move || {
                assert_eq!(database.count("jieda_feedback"), queued)
            })
            .await
            .expect("what was queued is written");
        });
}

#[test]
fn a_password_is_shown_nowhere() {
    let url = "postgres://somebody:t0psecret@127.0.0.1:1/nowhere";
    let server = Server::start(
        &["serve", "--listen", "127.0.0.1:0", "--kb", "tests/kb/good"],
        &[("JIEDA_JOURNAL", url), ("RUST_LOG", "trace")],
    );
    lookup(&server, ERROR);
    eventually("the trouble is seen", || !degraded(&server).is_empty());
    assert!(server.log().contains("127.0.0.1:1/nowhere"));
    assert!(!server.log().contains("t0psecret"), "{}", server.log());
    for args in [
        &["serve", "--help"][..],
        &["serve", "--journal", "mysql://somebody:t0psecret@x/y"],
        &["--journal"],
    ] {
        let output = jieda()
            .args(args)
            .env("JIEDA_JOURNAL", url)
            .output()
            .expect("the binary runs");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("t0psecret"), "{said}");
        assert_eq!(output.status.success(), args.contains(&"--help"), "{said}");
    }
}
