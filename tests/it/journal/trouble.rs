//! Trouble with the database: it degrades the journal, and nothing else.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use jieda::journal::{Feedback, Journal, Place, WriteStatus};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};

use super::{Database, ENTRY, ERROR, block_on, degraded, feedback, logged_once, lookup, wait_for};
use crate::support::{Server, eventually, jieda};

/// Looks an error up, which must not wait for the database.
#[track_caller]
fn look_up_at_once(server: &Server) {
    let start = Instant::now();
    lookup(server, ERROR);
    let took = start.elapsed();
    assert!(took < Duration::from_secs(5), "it waited: {took:?}");
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
            look_up_at_once(&server);
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
        logged_once(&server);
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
    logged_once(&server);
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
            look_up_at_once(&server);
        }
        eventually("the trouble is seen", || !degraded(&server).is_empty());
        assert_eq!(degraded(&server), "the database does not keep up");
        other.close().await.expect("it can be left");
    });
    wait_for(&database, "jieda_lookups", 6);
    eventually("the trouble is over", || degraded(&server).is_empty());
    logged_once(&server);
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
    logged_once(&server);
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

/// Runs itself again in a name space with a file system of one megabyte, and fills that.
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
    // A test is named without its crate.
    let (_, module) = module_path!().split_once("::").expect("this is no root");
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
        .args(["--exact", "--nocapture"])
        .arg(format!("{module}::a_full_disk_degrades_the_journal_alone"))
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
    logged_once(&server);
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
            let of = |status: WriteStatus| all.iter().filter(|k| **k == status).count();
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
