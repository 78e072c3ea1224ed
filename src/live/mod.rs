//! The engine in service: which generation requests read. A request takes it once and keeps it to
//! its end. Nothing here is async and nothing speaks HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use metrics::{describe_gauge, gauge};

use crate::kb::shelf::Shelf;
use crate::lookup::Engine;
use crate::lookup::find::Catalog;

/// One immutable state of everything that a request reads.
#[derive(Debug)]
pub struct Generation {
    /// Finds entries.
    pub engine: Arc<Engine>,
    /// Shows them.
    pub shelf: Shelf,
    /// Lists them by what is typed.
    pub catalog: Catalog,
    made: Instant,
}

impl Generation {
    /// The generation around an engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        let shelf = Shelf::new(engine.kb());
        Self {
            catalog: Catalog::new(engine.kb()),
            engine,
            shelf,
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
}

impl Live {
    /// Begins with this engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            current: ArcSwap::from_pointee(Generation::new(engine)),
        }
    }

    /// The generation in service now.
    pub fn current(&self) -> Arc<Generation> {
        self.current.load_full()
    }

    /// Sets the gauges that are true at the moment of looking only.
    pub fn measure(&self) {
        let now = self.current();
        gauge!("jieda_entries").set(now.engine.kb().entries.len() as f64);
        gauge!("jieda_generation_age_seconds").set(now.age().as_secs_f64());
    }
}

/// Says what each metric of this module means. Called once, by
/// whoever installs the recorder.
pub fn describe_metrics() {
    describe_gauge!("jieda_entries", "Entries of the generation in service.");
    describe_gauge!(
        "jieda_generation_age_seconds",
        metrics::Unit::Seconds,
        "How long ago the generation in service was made."
    );
}
