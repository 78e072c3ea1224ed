//! The database: where it is, one schema and one set of statements for SQLite and PostgreSQL.
//!
//! A [`Store`] is one connection. After an error the caller drops it, connects again and retries.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::ops::Range;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fmt, io};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqlSafeStr as _};

use super::event::{Feedback, Lookup};

/// The file in the data folder.
const FILE: &str = "journal.sqlite";
/// Lock file of a migration: SQLite has no lock of its own that covers a whole one.
const LOCK: &str = "journal.lock";
/// Longest time that another program may hold the file before that counts as trouble.
const BUSY: Duration = Duration::from_secs(2);
/// Interval between two attempts at a held lock.
const AGAIN: Duration = Duration::from_millis(20);
/// Rows of one statement. Both databases prepare two statements a table, for this many and for one.
const MANY: usize = 32;
/// Rows that one step of the retention deletes: a step of this size holds no lock for long. Chosen.
pub(super) const STEP: u64 = 500;

/// The journal's database.
#[derive(Clone)]
pub enum Place {
    /// A SQLite file in this folder; made if missing.
    Folder(PathBuf),
    /// A PostgreSQL database, which several servers may share.
    Postgres(Box<PgConnectOptions>),
}

/// Not the address of a PostgreSQL database. The message does not repeat it, for it may hold a
/// password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal's address must be postgres://USER:PASSWORD@HOST:PORT/DATABASE")]
pub struct NoPostgres;

impl Place {
    /// The database at a `postgres://` address.
    ///
    /// # Errors
    /// When the address is not one.
    pub fn postgres(url: &str) -> Result<Self, NoPostgres> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(NoPostgres);
        }
        let options = PgConnectOptions::from_str(url).map_err(|_| NoPostgres)?;
        let options = options
            .application_name("jieda")
            .disable_statement_logging();
        Ok(Self::Postgres(Box::new(options)))
    }
}

/// Without user and password.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.join(FILE).display()),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or_default();
                write!(
                    f,
                    "postgres://{}:{}/{database}",
                    options.get_host(),
                    options.get_port()
                )
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A connection to the journal, its schema brought up to date.
#[derive(Debug)]
pub(super) enum Store {
    /// With the file and what told it from others when it was opened.
    Sqlite(SqliteConnection, PathBuf, (u64, u64)),
    /// A database of its own.
    Postgres(PgConnection),
}

/// The same body for either connection: their types differ, the statements do not.
macro_rules! either {
    ($store:expr, $connection:ident => $body:expr) => {
        match $store {
            Store::Sqlite($connection, ..) => $body,
            Store::Postgres($connection) => $body,
        }
    };
}

impl Store {
    /// Connects and migrates. Two servers may do it at once.
    //
    // `Migrator::run` would take the connections too, but a future that calls it with `&mut` is not
    // `Send` to the compiler; `run_direct` is what it calls.
    pub(super) async fn connect(place: &Place) -> sqlx::Result<Self> {
        let mut migrator = Migrator::with_migrations(vec![Migration::new(
            1,
            "lookups and feedback".into(),
            MigrationType::Simple,
            include_str!("migrations/0001_lookups_and_feedback.sql").into_sql_str(),
            false,
        )]);
        // A shared database may hold another program's tables.
        migrator.dangerous_set_table_name("jieda_migrations");
        match place {
            Place::Folder(folder) => {
                fs::create_dir_all(folder)?;
                let _lock = locked(&folder.join(LOCK)).await?;
                let path = folder.join(FILE);
                private(&path)?;
                let options = SqliteConnectOptions::new()
                    .filename(&path)
                    .journal_mode(SqliteJournalMode::Wal)
                    // A batch reaches the disk before it counts as written, so that it survives a
                    // lost machine too, not only a killed process. One flush a batch is cheap.
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(BUSY)
                    .disable_statement_logging();
                let mut connection = options.connect().await?;
                migrator.run_direct(None, &mut connection, false).await?;
                let identity = identity(&path)?;
                Ok(Self::Sqlite(connection, path, identity))
            }
            Place::Postgres(options) => {
                let mut connection = options.connect().await?;
                migrator.run_direct(None, &mut connection, false).await?;
                Ok(Self::Postgres(connection))
            }
        }
    }

    /// Writes all or nothing. Rows that are there already stay as they are, so that a batch whose
    /// end was lost can be written again.
    pub(super) async fn write(
        &mut self,
        lookups: &[&Lookup],
        feedback: &[&Feedback],
    ) -> sqlx::Result<()> {
        if let Self::Sqlite(_, path, opened) = self
            && identity(path)? != *opened
        {
            // A later write would go into a file that no program can open.
            return Err(io::Error::new(io::ErrorKind::NotFound, "the file was replaced").into());
        }
        either!(self, connection => {
            let mut transaction = connection.begin().await?;
            for piece in pieces(lookups.len()) {
                let mut insert = sqlx::query(LOOKUPS.of(piece.len()));
                for row in &lookups[piece] {
                    insert = insert
                        .bind(row.id.to_string())
                        .bind(millis(row.at))
                        .bind(&row.masked)
                        .bind(&row.fingerprint)
                        .bind(&row.platform)
                        .bind(row.outcome.as_str())
                        .bind(&row.entry)
                        .bind(row.confidence)
                        .bind(&row.generation)
                        .bind(row.channel.as_str())
                        .bind(row.duration.as_micros() as i64);
                }
                insert.execute(&mut *transaction).await?;
            }
            for piece in pieces(feedback.len()) {
                let mut insert = sqlx::query(FEEDBACK.of(piece.len()));
                for row in &feedback[piece] {
                    insert = insert
                        .bind(row.id.to_string())
                        .bind(millis(row.at))
                        .bind(row.lookup.map(|id| id.to_string()))
                        .bind(&row.entry)
                        .bind(row.helped)
                        .bind(&row.why);
                }
                insert.execute(&mut *transaction).await?;
            }
            transaction.commit().await
        })
    }

    /// Deletes at most [`STEP`] rows of each table that are older than `before`; how many at most
    /// of one table it were.
    pub(super) async fn forget(&mut self, before: SystemTime) -> sqlx::Result<u64> {
        const OLD: [&str; 2] = [
            "delete from jieda_lookups where id in \
             (select id from jieda_lookups where at_ms < $1 order by at_ms limit $2)",
            "delete from jieda_feedback where id in \
             (select id from jieda_feedback where at_ms < $1 order by at_ms limit $2)",
        ];
        let mut most = 0;
        for statement in OLD {
            let deleted = either!(self, connection => {
                let delete = sqlx::query(statement).bind(millis(before)).bind(STEP as i64);
                delete.execute(connection).await?.rows_affected()
            });
            most = most.max(deleted);
        }
        Ok(most)
    }

    /// Ids of the entries that answered a lookup since then, with the number of lookups, the most
    /// often first; at most `most` of them.
    pub(super) async fn answered(
        &mut self,
        since: SystemTime,
        most: i64,
    ) -> sqlx::Result<Vec<(String, i64)>> {
        const ANSWERED: &str = "select entry, count(*) from jieda_lookups \
             where at_ms >= $1 and outcome = 'answer' and entry is not null \
             group by entry order by count(*) desc, entry limit $2";
        either!(self, connection => {
            let counts = sqlx::query_as(ANSWERED).bind(millis(since)).bind(most);
            counts.fetch_all(connection).await
        })
    }

    /// Closes the connection, so that nothing is left to tidy up.
    pub(super) async fn close(self) {
        // Everything is written: no error here would change anything.
        let _ = match self {
            Self::Sqlite(connection, ..) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        };
    }
}

/// An insert for one row and for [`MANY`].
struct Insert {
    one: String,
    many: String,
}

static LOOKUPS: LazyLock<Insert> = LazyLock::new(|| {
    Insert::new(
        "jieda_lookups",
        "id, at_ms, masked, fingerprint, platform, outcome, entry, confidence, generation, face, micros",
    )
});
static FEEDBACK: LazyLock<Insert> =
    LazyLock::new(|| Insert::new("jieda_feedback", "id, at_ms, lookup_id, entry, helped, why"));

impl Insert {
    fn new(table: &str, columns: &str) -> Self {
        let width = columns.split(',').count();
        let statement = |rows: usize| {
            let row = |r: usize| {
                let places: Vec<String> =
                    (1..=width).map(|c| format!("${}", r * width + c)).collect();
                format!("({})", places.join(", "))
            };
            let values: Vec<String> = (0..rows).map(row).collect();
            format!(
                "insert into {table} ({columns}) values {} on conflict (id) do nothing",
                values.join(", ")
            )
        };
        Self {
            one: statement(1),
            many: statement(MANY),
        }
    }

    /// The statement for one row or for [`MANY`].
    fn of(&'static self, rows: usize) -> &'static str {
        if rows == 1 { &self.one } else { &self.many }
    }
}

/// Pieces of [`MANY`], then the rest one by one.
fn pieces(rows: usize) -> impl Iterator<Item = Range<usize>> {
    let whole = rows - rows % MANY;
    let many = (0..whole).step_by(MANY).map(|at| at..at + MANY);
    many.chain((whole..rows).map(|at| at..at + 1))
}

/// Milliseconds since 1970.
fn millis(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Identity of a file, whatever its name: device and inode.
fn identity(path: &Path) -> io::Result<(u64, u64)> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Creates the file so that only its owner may read it; the files that SQLite puts beside it get the
/// same mode.
fn private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

/// Takes the lock of a file. It ends with the value, or with the process.
async fn locked(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = options.create(true).append(true).mode(0o600).open(path)?;
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if waited < BUSY => {
                tokio::time::sleep(AGAIN).await;
                waited += AGAIN;
            }
            Err(e) => return Err(e.into()),
        }
    }
}
