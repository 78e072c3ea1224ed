//! The engine in service: which generation requests read. A request takes it once and keeps it to
//! its end; a new one is built beside it, checked, and swapped in at once. Nothing here is async and
//! nothing speaks HTTP.

mod gate;
mod keeper;
mod watch;

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::{ArcSwap, ArcSwapOption};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};

use gate::Checked;
pub use gate::Refusal;
pub use keeper::{Reload, keep};

use crate::index::all_threads;
use crate::kb::render_cache::RenderCache;
use crate::kb::{Diagnostic, Kb, ParseCache, ReadError, Severity};
use crate::lookup::find::Catalog;
use crate::lookup::{BuildError, Engine};

/// Counts reloads by their result.
const RELOADS: &str = "jieda_reloads_total";

/// One immutable state of everything that a request reads.
#[derive(Debug)]
pub struct Generation {
    /// Finds entries.
    pub engine: Arc<Engine>,
    /// Shows them.
    pub render_cache: RenderCache,
    /// Lists them by what is typed.
    pub catalog: Catalog,
    parse_cache: ParseCache,
    made: Instant,
}

impl Generation {
    /// The generation around an engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            catalog: Catalog::new(engine.kb()),
            render_cache: RenderCache::new(engine.kb()),
            engine,
            parse_cache: ParseCache::default(),
            made: Instant::now(),
        }
    }

    /// The one that comes after `before`: entries that are the same in both are rendered once.
    fn after(before: &Self, engine: Engine, parse_cache: ParseCache) -> Self {
        Self {
            render_cache: RenderCache::after(&before.render_cache, before.engine.kb(), engine.kb()),
            catalog: Catalog::new(engine.kb()),
            engine: Arc::new(engine),
            parse_cache,
            made: Instant::now(),
        }
    }

    /// How long ago it was made.
    pub fn age(&self) -> Duration {
        self.made.elapsed()
    }
}

/// The generation in service.
#[derive(Debug)]
pub struct Live {
    current: ArcSwap<Generation>,
    refused: ArcSwapOption<Refusal>,
    /// Why the folder cannot be watched.
    unwatched: Mutex<Option<String>>,
}

/// Why there is no first generation.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The files cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// They cannot be used.
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Live {
    /// Begins with this engine.
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

    /// Begins with a folder, if it passes the gate; with `lenient`, with what of it is good. With it,
    /// everything that was found.
    ///
    /// # Errors
    /// [`OpenError`] when the folder cannot be read or used at all.
    pub fn open(dir: &Path, lenient: bool) -> Result<(Option<Self>, Vec<Diagnostic>), OpenError> {
        let threads = all_threads();
        let sources = Kb::read(dir)?;
        let checked = match Checked::new(&sources, None, threads) {
            Err(BuildError::Decision(_)) if lenient => None,
            other => Some(other?),
        };
        if let Some(mut checked) = checked {
            let engine = checked.passed();
            if engine.is_some() || !lenient {
                let live = engine.map(|engine| {
                    Self::begin(Generation {
                        parse_cache: checked.parse_cache,
                        ..Generation::new(Arc::new(engine))
                    })
                });
                return Ok((live, checked.diagnostics));
            }
        }
        let (engine, diagnostics) = gate::leniently(&sources, threads)?;
        let live = Self::new(Arc::new(engine));
        let errors = diagnostics.iter();
        let errors = errors.filter(|d| d.severity == Severity::Error).cloned();
        live.refuse(Refusal::wrong(Kb::digest(&sources), errors.collect()));
        Ok((Some(live), diagnostics))
    }

    /// The generation in service now.
    pub fn current(&self) -> Arc<Generation> {
        self.current.load_full()
    }

    /// Why the newest state of the files does not serve, where it does not.
    pub fn refused(&self) -> Option<Arc<Refusal>> {
        self.refused.load_full()
    }

    /// Why changes are found by reading the files every so often only, where nobody wanted that.
    pub fn unwatched(&self) -> Option<String> {
        let unwatched = self.unwatched.lock();
        unwatched.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts a generation in service and gives back the one before.
    fn swap(&self, next: Generation) -> Arc<Generation> {
        let old = self.current.swap(Arc::new(next));
        self.refused.store(None);
        old
    }

    /// Nothing is refused any more; true when something was.
    fn accept(&self) -> bool {
        self.refused.swap(None).is_some()
    }

    fn refuse(&self, refusal: Refusal) {
        self.refused.store(Some(Arc::new(refusal)));
    }

    /// Remembers whether the folder can be watched; true when it could not before.
    fn watched(&self, unless: Option<String>) -> bool {
        let unwatched = self.unwatched.lock();
        let mut unwatched = unwatched.unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *unwatched, unless).is_some()
    }

    /// Sets the gauges that are true at the moment of looking only.
    pub fn measure(&self) {
        let now = self.current();
        gauge!("jieda_entries").set(now.engine.kb().entries.len() as f64);
        gauge!("jieda_generation_age_seconds").set(now.age().as_secs_f64());
        gauge!("jieda_refused_errors").set(self.refused().map_or(0.0, |r| r.errors.len() as f64));
    }
}

/// Says what each metric of this module means. Called once, by whoever installs the recorder.
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
