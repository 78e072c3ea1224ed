//! One immutable state of everything that a request reads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::kb::Kept;
use crate::kb::shelf::Shelf;
use crate::lookup::Engine;
use crate::lookup::find::Catalog;

/// One immutable state of everything that a request reads.
#[derive(Debug)]
pub struct Generation {
    /// Looks pastes up.
    pub engine: Arc<Engine>,
    /// Entries as they are shown.
    pub shelf: Shelf,
    /// Entries as they are listed and suggested.
    pub catalog: Catalog,
    pub(super) kept: Kept,
    made: Instant,
}

impl Generation {
    /// A generation around an engine, made now.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            catalog: Catalog::new(engine.kb()),
            shelf: Shelf::new(engine.kb()),
            engine,
            kept: Kept::default(),
            made: Instant::now(),
        }
    }

    /// The first generation of a folder, with the parsed files to share with the next.
    pub(super) fn first(engine: Engine, kept: Kept) -> Self {
        Self {
            kept,
            ..Self::new(Arc::new(engine))
        }
    }

    /// The generation after `before`: entries that are equal in both are rendered once.
    pub(super) fn after(before: &Self, engine: Engine, kept: Kept) -> Self {
        Self {
            shelf: Shelf::after(&before.shelf, before.engine.kb(), engine.kb()),
            catalog: Catalog::new(engine.kb()),
            engine: Arc::new(engine),
            kept,
            made: Instant::now(),
        }
    }

    /// Time since it was made.
    pub fn age(&self) -> Duration {
        self.made.elapsed()
    }
}
