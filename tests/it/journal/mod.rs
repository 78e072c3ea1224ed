//! The journal, with the real binary and real databases: its records, and trouble with a database,
//! which never affects a lookup.

mod records;
mod trouble;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

use crate::support::{Server, eventually};

const ENTRY: &str = "shipping/sync/parcel-locked";
const ERROR: &str = "包裹 SF1234567890123 已被锁定,解锁前不可变更承运商";

/// A new database for a journal, and access to it.
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

    /// A new database in the PostgreSQL of the tests.
    fn postgres() -> Self {
        let server = std::env::var("JIEDA_TEST_POSTGRES").expect(
            "JIEDA_TEST_POSTGRES is not set: run tests/run.sh, which starts a PostgreSQL and sets it",
        );
        Self::created(&server)
    }

    /// A new database of a server. The address of the server ends in the name of another database.
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

    /// The first column of the rows of a query, as text; empty while the table does not exist.
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

/// Status, head and body of the answer; `None` when the server is killed meanwhile.
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

/// Waits until a table has this many rows, and fails if it has more.
#[track_caller]
fn wait_for(database: &Database, table: &str, rows: usize) {
    let mut seen = 0;
    eventually(&format!("{rows} rows of {table}"), || {
        seen = database.count(table);
        seen >= rows
    });
    assert_eq!(seen, rows, "{table}");
}

/// Checks that the log reports a trouble once, and its end once.
#[track_caller]
fn logged_once(server: &Server) {
    let log = server.log();
    let lines = |text: &str| log.matches(text).count();
    assert_eq!(lines("the journal is degraded"), 1, "{log}");
    assert_eq!(lines("the journal has recovered"), 1, "{log}");
}
