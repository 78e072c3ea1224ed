//! One immutable state of everything that a request reads.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::kb::ParseCache;
use crate::kb::render_cache::RenderCache;
use crate::lookup::Engine;
use crate::search::catalog::Catalog;

/// One immutable state of everything that a request reads.
#[derive(Debug)]
pub struct Generation {
    /// Looks pastes up.
    pub engine: Arc<Engine>,
    /// Entries as they are shown.
    pub render_cache: RenderCache,
    /// Entries as they are listed and suggested.
    pub catalog: Catalog,
    pub(super) parse_cache: ParseCache,
    made: Instant,
}

impl Generation {
    /// A generation around an engine, made now.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self {
            catalog: Catalog::new(engine.kb()),
            render_cache: RenderCache::new(engine.kb()),
            engine,
            parse_cache: ParseCache::default(),
            made: Instant::now(),
        }
    }

    /// The first generation of a folder, with the parsed files to share with the next.
    pub(super) fn first(engine: Engine, parse_cache: ParseCache) -> Self {
        Self {
            parse_cache,
            ..Self::new(Arc::new(engine))
        }
    }

    /// The generation after `before`: entries that are equal in both are rendered once.
    pub(super) fn after(before: &Self, engine: Engine, parse_cache: ParseCache) -> Self {
        Self {
            render_cache: RenderCache::after(&before.render_cache, before.engine.kb(), engine.kb()),
            catalog: Catalog::new(engine.kb()),
            engine: Arc::new(engine),
            parse_cache,
            made: Instant::now(),
        }
    }

    /// Time since it was made.
    pub fn age(&self) -> Duration {
        self.made.elapsed()
    }
}
