//! The generation in service. A request takes it once and keeps it to its end; a new one is built
//! beside it, checked, and swapped in at once. Nothing here is async and nothing speaks HTTP.

mod gate;
mod generation;
mod reload;
mod watch;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, ArcSwapOption};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};

use gate::Checked;
pub use gate::Refusal;
pub use generation::Generation;
pub use reload::{Reload, reload_on_change};

use crate::index::all_threads;
use crate::kb::{Diagnostic, Kb, ReadError, Severity};
use crate::lookup::{BuildError, Engine};

/// Counts reloads by their result.
const RELOADS: &str = "jieda_reloads_total";

/// The generation in service.
#[derive(Debug)]
pub struct Live {
    current: ArcSwap<Generation>,
    refused: ArcSwapOption<Refusal>,
    /// The reason why the folder cannot be watched.
    unwatched: Mutex<Option<String>>,
}

/// A folder that was opened, with every diagnostic of its content.
#[derive(Debug)]
pub enum Opened {
    /// It serves; if opened leniently, perhaps without its parts that have errors.
    Serving(Live, Vec<Diagnostic>),
    /// It has errors and does not serve.
    Refused(Vec<Diagnostic>),
}

/// A folder that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The files cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The engine cannot be built from them.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Live {
    /// Serves this engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self::begin(Generation::new(engine))
    }

    fn begin(generation: Generation) -> Self {
        Self {
            current: ArcSwap::from_pointee(generation),
            refused: ArcSwapOption::empty(),
            unwatched: Mutex::new(None),
        }
    }

    /// Loads a knowledge base from a folder. With errors it is refused or, if `lenient`, served
    /// without the parts that have them.
    ///
    /// # Errors
    /// [`OpenError`] when the folder cannot be read, or no engine can be built from it.
    pub fn open(dir: &Path, lenient: bool) -> Result<Opened, OpenError> {
        let threads = all_threads();
        let sources = Kb::read(dir)?;
        match Checked::new(&sources, None, threads) {
            Ok(mut checked) => match checked.passed() {
                Some(engine) => {
                    let live = Self::begin(Generation::first(engine, checked.parse_cache));
                    return Ok(Opened::Serving(live, checked.diagnostics));
                }
                None if !lenient => return Ok(Opened::Refused(checked.diagnostics)),
                None => {}
            },
            Err(BuildError::Decision(_)) if lenient => {}
            Err(error) => return Err(error.into()),
        }
        let (engine, diagnostics) = gate::leniently(&sources, threads)?;
        let live = Self::new(Arc::new(engine));
        let errors = diagnostics.iter();
        let errors = errors.filter(|d| d.severity == Severity::Error).cloned();
        live.refuse(Refusal::wrong(Kb::digest(&sources), errors.collect()));
        Ok(Opened::Serving(live, diagnostics))
    }

    /// The generation in service now.
    pub fn current(&self) -> Arc<Generation> {
        self.current.load_full()
    }

    /// The newest state of the files, where it does not serve.
    pub fn refused(&self) -> Option<Arc<Refusal>> {
        self.refused.load_full()
    }

    /// The reason why the folder cannot be watched, so that changes are found by polling only.
    pub fn unwatched(&self) -> Option<String> {
        let unwatched = self.unwatched.lock();
        unwatched.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a generation in service and returns the one before.
    fn swap(&self, next: Generation) -> Arc<Generation> {
        let old = self.current.swap(Arc::new(next));
        self.refused.store(None);
        old
    }

    /// Clears the refusal; true if there was one.
    fn accept(&self) -> bool {
        self.refused.swap(None).is_some()
    }

    fn refuse(&self, refusal: Refusal) {
        self.refused.store(Some(Arc::new(refusal)));
    }

    /// Sets or clears the reason why the folder cannot be watched; true if there was one before.
    fn watched(&self, unless: Option<String>) -> bool {
        let unwatched = self.unwatched.lock();
        let mut unwatched = unwatched.unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *unwatched, unless).is_some()
    }

    /// Sets the gauges that are read at the moment of scraping.
    pub fn measure(&self) {
        let now = self.current();
        gauge!("jieda_entries").set(now.engine.kb().entries.len() as f64);
        gauge!("jieda_generation_age_seconds").set(now.age().as_secs_f64());
        gauge!("jieda_refused_errors").set(self.refused().map_or(0.0, |r| r.errors.len() as f64));
    }
}

/// Describes the metrics of this module. Called once, when the recorder is installed.
pub fn describe_metrics() {
    describe_gauge!("jieda_entries", "Entries of the generation in service.");
    describe_gauge!(
        "jieda_generation_age_seconds",
        metrics::Unit::Seconds,
        "How long ago the generation in service was made."
    );
    describe_gauge!(
        "jieda_refused_errors",
        "Errors of the generation that is refused at present."
    );
    describe_counter!(
        RELOADS,
        "Changes of the knowledge base, by what became of them (accepted, refused)."
    );
    describe_histogram!(
        "jieda_reload_duration_seconds",
        metrics::Unit::Seconds,
        "From the reading of a changed knowledge base to its serving."
    );
    for result in ["accepted", "refused"] {
        counter!(RELOADS, "result" => result).increment(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generation(id: &str) -> Generation {
        let engine = Engine::new(Kb::default(), id.to_owned()).expect("nothing to fail");
        Generation::new(Arc::new(engine))
    }

    #[test]
    fn the_old_generation_is_freed_with_the_last_request_that_reads_it() {
        let live = Live::begin(generation("one"));
        let request = live.current();
        let old = Arc::downgrade(&request);
        drop(live.swap(generation("two")));
        assert_eq!(
            request.engine.generation(),
            "one",
            "it keeps what it began with"
        );
        assert_eq!(live.current().engine.generation(), "two");
        drop(request);
        assert!(old.upgrade().is_none());
    }
}
