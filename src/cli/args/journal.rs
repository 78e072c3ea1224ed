//! Arguments about where the journal is: a folder of files, or a database whose URL may hold a
//! password.

use std::fmt;
use std::path::PathBuf;

use clap::Args;
use jieda::journal::{NoPostgres, Place};

/// The database of the journal, if it is one.
#[derive(Debug, Args)]
pub(crate) struct JournalUrl {
    /// A PostgreSQL database for the journal in place of `journal.sqlite` in the data folder, which
    /// several servers may share: postgres://USER@HOST/DATABASE. Give an address with a password by
    /// environment, so that it stays out of the list of processes.
    #[arg(
        long = "journal",
        env = "JIEDA_JOURNAL",
        hide_env_values = true,
        value_name = "URL"
    )]
    postgres: Option<Secret>,
}

impl JournalUrl {
    /// The database, or `None` when no URL is given.
    ///
    /// # Errors
    /// [`NoPostgres`] when the URL is not that of a PostgreSQL database.
    pub(crate) fn database(&self) -> Result<Option<Place>, NoPostgres> {
        self.postgres
            .as_ref()
            .map(|Secret(url)| Place::postgres(url))
            .transpose()
    }
}

/// A value that may hold a password; `Debug` does not show it.
#[derive(Clone)]
struct Secret(String);

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Arguments of the commands that record a lookup only when a journal is named.
#[derive(Debug, Args)]
pub(crate) struct RecordArgs {
    /// Record the lookup in the journal of this folder; without it and `--journal`, nothing is recorded.
    #[arg(long, env = "JIEDA_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The database, used instead of the folder.
    #[command(flatten)]
    journal: JournalUrl,
}

impl RecordArgs {
    /// The journal's place: the database, else the folder, else `None`.
    ///
    /// # Errors
    /// [`NoPostgres`] when the URL is not that of a PostgreSQL database.
    pub(crate) fn place(&self) -> Result<Option<Place>, NoPostgres> {
        let folder = || self.data.clone().map(Place::Folder);
        Ok(self.journal.database()?.or_else(folder))
    }
}
