//! Options about where the journal lies: a folder of files, or a database whose address may hold a
//! password.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use crate::journal::{NoPostgres, Place};

/// A database for the journal.
#[derive(Debug, Clone, Args)]
pub struct JournalUrl {
    /// A PostgreSQL database for the journal in place of `journal.sqlite` in the data folder, which
    /// several servers may share: postgres://USER@HOST/DATABASE. Give an address with a password by
    /// environment, so that it stays out of the list of processes.
    #[arg(
        long = "journal",
        env = "JIEDA_JOURNAL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub postgres: Option<Secret>,
}

/// A value that may hold a password, and is shown nowhere.
#[derive(Clone)]
pub struct Secret(String);

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

impl JournalUrl {
    /// The place that was named: this database, else this folder.
    ///
    /// # Errors
    /// When the address is none.
    pub(crate) fn place(&self, folder: Option<&PathBuf>) -> Result<Option<Place>, NoPostgres> {
        match &self.postgres {
            Some(Secret(url)) => Place::postgres(url).map(Some),
            None => Ok(folder.cloned().map(Place::Folder)),
        }
    }
}

/// Where a command keeps what was asked, if it does.
#[derive(Debug, Args)]
pub struct Keep {
    /// The folder to keep in that it was asked; it is kept nowhere when no place is named.
    #[arg(long, env = "JIEDA_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where to keep it instead.
    #[command(flatten)]
    pub journal: JournalUrl,
}

impl Keep {
    /// The place that was named.
    ///
    /// # Errors
    /// When the journal's address is none.
    pub fn place(&self) -> Result<Option<Place>, NoPostgres> {
        self.journal.place(self.data.as_ref())
    }
}
