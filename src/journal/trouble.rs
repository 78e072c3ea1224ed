//! Reasons why the journal cannot write, and their reporting: the log once, `/readyz` and the metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::{fmt, io};

use metrics::gauge;
use sqlx::migrate::MigrateError;

/// A reason why the journal cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No server answers at its address.
    Unreachable,
    /// It refuses the sign-in, or its tables are of another version.
    Refused,
    /// Another program holds it.
    Locked,
    /// The disk is full.
    NoSpace,
    /// It is slower than rows come in.
    Slow,
    /// Anything else.
    Failed,
}

impl Trouble {
    /// One clause for the operator.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "the database cannot be reached",
            Self::Refused => "the database cannot be used",
            Self::Locked => "the database is locked by another program",
            Self::NoSpace => "the disk is full",
            Self::Slow => "the database does not keep up",
            Self::Failed => "the database fails",
        }
    }

    /// The reason behind an error.
    pub(super) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Io(e) => match e.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoSpace,
                io::ErrorKind::WouldBlock => Self::Locked,
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    Self::Refused
                }
                _ => Self::Unreachable,
            },
            sqlx::Error::Database(e) => Self::of_code(&e.code().unwrap_or_default()),
            sqlx::Error::Migrate(e) => match &**e {
                MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _) => Self::of(e),
                _ => Self::Refused,
            },
            sqlx::Error::Tls(_) | sqlx::Error::Configuration(_) => Self::Refused,
            _ => Self::Failed,
        }
    }

    /// SQLite's codes are numbers, the lower byte the kind; PostgreSQL's have five characters, the
    /// first two the class.
    fn of_code(code: &str) -> Self {
        match code.parse::<u32>() {
            Ok(number) if code.len() < 5 => match number & 0xff {
                5 | 6 => Self::Locked,
                13 => Self::NoSpace,
                3 | 8 | 14 | 23 | 26 => Self::Refused,
                _ => Self::Failed,
            },
            _ => match code.get(..2) {
                Some("08" | "57") => Self::Unreachable,
                Some("28" | "3D" | "42") => Self::Refused,
                Some("40" | "55") => Self::Locked,
                Some("53") => Self::NoSpace,
                _ => Self::Failed,
            },
        }
    }
}

/// The journal's present state.
#[derive(Debug, Default)]
pub(super) struct Health {
    trouble: Mutex<Option<Trouble>>,
    /// Rows that were dropped in the present trouble.
    dropped: AtomicU64,
}

impl Health {
    /// The present reason why it cannot write; `None` while it can.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the reason. It is logged when trouble begins, and not again before it has ended.
    pub(super) fn begin(&self, trouble: Trouble, error: &dyn fmt::Display) {
        let mut now = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = trouble.as_str();
        if now.is_none() {
            tracing::warn!(reason, %error, "the journal is degraded; lookups are not");
            gauge!("jieda_journal_degraded").set(1.0);
        } else {
            tracing::debug!(reason, %error, "the journal is still degraded");
        }
        *now = Some(trouble);
    }

    /// Clears the reason.
    pub(super) fn end(&self) {
        let mut now = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        if now.take().is_some() {
            let dropped = self.dropped.swap(0, Ordering::Relaxed);
            tracing::info!(dropped, "the journal has recovered");
            gauge!("jieda_journal_degraded").set(0.0);
        }
    }

    /// Counts a row that found no room.
    pub(super) fn dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        if self.trouble().is_none() {
            self.begin(Trouble::Slow, &"the queue is full");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_are_understood() {
        for (code, trouble) in [
            ("5", Trouble::Locked),
            ("517", Trouble::Locked),
            ("13", Trouble::NoSpace),
            ("1032", Trouble::Refused),
            ("26", Trouble::Refused),
            ("11", Trouble::Failed),
            ("57P01", Trouble::Unreachable),
            ("57P03", Trouble::Unreachable),
            ("28P01", Trouble::Refused),
            ("53100", Trouble::NoSpace),
            ("55P03", Trouble::Locked),
            ("22021", Trouble::Failed),
            ("", Trouble::Failed),
        ] {
            assert_eq!(Trouble::of_code(code), trouble, "{code}");
        }
    }
}
