//! The engine in service: which generation requests read. A request takes it once and keeps it to
//! its end.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::kb::shelf::Shelf;
use crate::lookup::Engine;

/// One immutable state of everything that a request reads.
#[derive(Debug)]
pub struct Generation {
    /// Finds entries.
    pub engine: Arc<Engine>,
    /// Shows them.
    pub shelf: Shelf,
}

impl Generation {
    /// The generation around an engine.
    pub fn new(engine: Arc<Engine>) -> Self {
        let shelf = Shelf::new(engine.kb());
        Self { engine, shelf }
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
}
