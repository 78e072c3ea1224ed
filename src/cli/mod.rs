//! The command line: one file a subcommand, each with `run(args)`, and what several of them share.
//! Part of the binary, not of the library; clap is used nowhere else, and nothing else prints.

pub(crate) mod args;
mod batch;
pub(crate) mod check;
pub(crate) mod eval;
pub(crate) mod fit;
pub(crate) mod keys;
pub(crate) mod lookup;
pub(crate) mod mcp;
pub(crate) mod new;
pub(crate) mod serve;
mod terminal;

use std::fmt::Display;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jieda::eval::labelled::{self, Labelled};
use jieda::journal::{Journal, Place};
use jieda::kb::{Diagnostic, Kb, Severity};
use jieda::live::{Live, Opened};
use jieda::lookup::Engine;
use jieda::service::Service;

/// Time that `lookup` and `mcp` give the journal to write its queue before they end; chosen.
const JOURNAL_FLUSH: Duration = Duration::from_secs(5);

/// An error of the caller, as opposed to one found in the content or the system: it has an exit
/// status of its own.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misuse(String);

impl Misuse {
    fn new(error: impl Display) -> Self {
        Self(error.to_string())
    }
}

/// Writes to standard output.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // The reader has seen enough (`jieda check | head`).
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output"),
    }
}

/// Writes one diagnostic a line to standard error.
fn print_diagnostics(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        eprintln!("{diagnostic}");
    }
}

/// The number of diagnostics that are errors, not warnings.
fn count_errors(diagnostics: &[Diagnostic]) -> usize {
    let is_error = |d: &&Diagnostic| d.severity == Severity::Error;
    diagnostics.iter().filter(is_error).count()
}

/// Loads a knowledge base, prints its diagnostics, and builds its engine; `None` if it has errors.
fn load_engine(dir: &Path) -> anyhow::Result<Option<Engine>> {
    let sources = Kb::read(dir)?;
    let (base, diagnostics) = Kb::parse(&sources);
    print_diagnostics(&diagnostics);
    if count_errors(&diagnostics) > 0 {
        return Ok(None);
    }
    Ok(Some(Engine::new(base, Kb::digest(&sources))?))
}

/// Opens a knowledge base for service and prints its diagnostics; `None` if it is refused.
fn open_live(dir: &Path, lenient: bool) -> anyhow::Result<Option<Arc<Live>>> {
    let (live, diagnostics) = match Live::open(dir, lenient)? {
        Opened::Serving(live, diagnostics) => (Some(Arc::new(live)), diagnostics),
        Opened::Refused(diagnostics) => (None, diagnostics),
    };
    print_diagnostics(&diagnostics);
    Ok(live)
}

/// Reads files of labelled queries, in the order given.
fn read_labelled(files: &[PathBuf]) -> anyhow::Result<Vec<Labelled>> {
    let mut all = Vec::new();
    for file in files {
        all.extend(labelled::read(file).map_err(Misuse::new)?);
    }
    Ok(all)
}

/// Does work with a service, and writes what it recorded if there is a place for the journal.
fn recorded<T>(
    live: Arc<Live>,
    place: Option<Place>,
    work: impl FnOnce(&Service) -> T,
) -> anyhow::Result<T> {
    let Some(place) = place else {
        return Ok(work(&Service::new(live, Journal::off())));
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(async {
        let journal = Journal::open(place, None);
        let done = work(&Service::new(live, journal.clone()));
        journal.close(JOURNAL_FLUSH).await;
        if let Some(trouble) = journal.trouble() {
            eprintln!("jieda: the journal: {}", trouble.as_str());
        }
        done
    }))
}
