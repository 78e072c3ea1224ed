//! What was asked: every lookup, masked, under the id that its answer carries.
//!
//! [`Journal::lookup`] is the one way to a lookup for every face, so that none is left out.

mod event;

use std::time::Instant;

pub use event::{Face, Lookup, LookupId, MASKED};

use crate::lookup::{Answer, Engine, Paste};

/// Keeps what happens; cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal;

/// An answer under the id of its lookup.
#[derive(Debug, Clone)]
pub struct Looked {
    /// What feedback refers to.
    pub id: LookupId,
    /// The answer.
    pub answer: Answer,
}

impl Journal {
    /// One that keeps nothing.
    pub fn off() -> Self {
        Self
    }

    /// Looks a paste up and remembers that it was asked; at most `limit` results.
    pub fn lookup(&self, engine: &Engine, paste: &Paste, limit: usize, face: Face) -> Looked {
        let start = Instant::now();
        let answer = engine.lookup(paste, limit);
        let lookup = Lookup::new(engine, &answer, face, start.elapsed());
        let id = lookup.id;
        tracing::debug!(
            %id,
            face = face.as_str(),
            outcome = lookup.outcome.as_str(),
            micros = lookup.duration.as_micros(),
            "lookup"
        );
        Looked { id, answer }
    }
}
