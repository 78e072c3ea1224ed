//! What was asked and whether it helped: every lookup, masked, under the id that its answer
//! carries, and every feedback, in SQLite or PostgreSQL.
//!
//! [`Journal::lookup`] is the one way to a lookup for every face, so that none is left out. It puts
//! the row into a bounded queue and never waits: where there is no room (the database is slow, or
//! gone for long) what is new is dropped and counted, and what waits stays. One writer takes rows
//! from the queue a batch a transaction, tries each batch until it is written, and says so once
//! when it cannot. All that is read back is what people ask most.

mod demand;
mod event;
mod store;
mod trouble;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use metrics::{counter, describe_counter, describe_gauge};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle};

pub use event::{Face, Feedback, Lookup, LookupId, MASKED, WHY};
pub use store::{NoPostgres, Place};
pub use trouble::Trouble;

use crate::lookup::follow::{Turn, Understood};
use crate::lookup::{Answer, Engine, Paste};
use demand::Demand;
use trouble::Health;
use writer::{Event, QUEUE, Writer, sweep};

/// How long whoever gives feedback waits to hear that it is written.
const ACKNOWLEDGE: Duration = Duration::from_secs(2);

/// Keeps what happens; cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal(Option<Arc<Open>>);

#[derive(Debug)]
struct Open {
    queue: mpsc::Sender<Event>,
    closing: watch::Sender<bool>,
    health: Arc<Health>,
    place: Place,
    demand: Demand,
    /// Until the journal is closed.
    writer: Mutex<Option<JoinHandle<()>>>,
    sweeper: Option<AbortHandle>,
}

/// An answer under the id of its lookup.
#[derive(Debug, Clone)]
pub struct Looked {
    /// What feedback refers to.
    pub id: LookupId,
    /// The answer.
    pub answer: Answer,
}

/// What became of feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is in the database and stays there.
    Written,
    /// It waits for the database, and is lost if the server ends first.
    Queued,
    /// There was no room for it.
    Dropped,
}

impl Journal {
    /// One that keeps nothing.
    pub fn off() -> Self {
        Self(None)
    }

    /// Begins to keep what happens at `place`; rows older than `keep` are deleted, none without it.
    /// It connects in the background: a database that cannot be reached does not keep the server
    /// from starting.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    pub fn open(place: Place, keep: Option<Duration>) -> Self {
        describe();
        tracing::info!(%place, "the journal");
        let (sender, queue) = mpsc::channel(QUEUE);
        let (closing, closed) = watch::channel(false);
        let health = Arc::new(Health::default());
        let sweeper = keep.map(|keep| tokio::spawn(sweep(place.clone(), keep)).abort_handle());
        let writer = Writer {
            place: place.clone(),
            queue,
            closing: closed,
            health: health.clone(),
        };
        Self(Some(Arc::new(Open {
            queue: sender,
            closing,
            health,
            place,
            demand: Demand::default(),
            writer: Mutex::new(Some(tokio::spawn(writer.run()))),
            sweeper,
        })))
    }

    /// Whether anything is kept.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Counts what is asked most, now and every few minutes, for as long as it is polled.
    pub async fn count(&self) {
        if let Some(open) = &self.0 {
            demand::count(&open.place, &open.demand).await;
        }
    }

    /// Ids of the entries that are asked most, as they were counted last: none while nobody counts or
    /// too little was asked. Never waits.
    pub fn asked_most(&self) -> Arc<Vec<String>> {
        let open = self.0.as_ref();
        open.map_or_else(Arc::default, |open| open.demand.load_full())
    }

    /// Looks a paste up and remembers that it was asked; at most `limit` results.
    pub fn lookup(&self, engine: &Engine, paste: &Paste, limit: usize, face: Face) -> Looked {
        let start = Instant::now();
        let answer = engine.lookup(paste, limit);
        self.looked(engine, answer, face, start)
    }

    /// Decides on the reply to the question of the turn before, and remembers it as a lookup.
    pub fn follow(
        &self,
        engine: &Engine,
        turn: &Turn,
        reply: &Paste,
        limit: usize,
        face: Face,
    ) -> (Looked, Understood) {
        let start = Instant::now();
        let (answer, understood) = engine.follow(turn, reply, limit);
        (self.looked(engine, answer, face, start), understood)
    }

    fn looked(&self, engine: &Engine, answer: Answer, face: Face, start: Instant) -> Looked {
        let duration = start.elapsed();
        let id = LookupId::new();
        if self.0.is_some() {
            self.record(Lookup::new(id, engine, &answer, face, duration));
        }
        Looked { id, answer }
    }

    /// Keeps a lookup that was made; never waits. Whether there was room.
    pub fn record(&self, lookup: Lookup) -> bool {
        self.0
            .as_ref()
            .is_some_and(|open| open.put(Event::Lookup(Box::new(lookup))))
    }

    /// Keeps feedback; waits a short while to say whether it is written.
    pub async fn feedback(&self, feedback: Feedback) -> Kept {
        let Some(open) = &self.0 else {
            return Kept::Dropped;
        };
        let (written, acknowledged) = oneshot::channel();
        if !open.put(Event::Feedback(Box::new(feedback), written)) {
            return Kept::Dropped;
        }
        if open.health.trouble().is_some() {
            // Whoever waited would take the place of somebody with a lookup.
            return Kept::Queued;
        }
        match tokio::time::timeout(ACKNOWLEDGE, acknowledged).await {
            Ok(Ok(())) => Kept::Written,
            _ => Kept::Queued,
        }
    }

    /// What keeps it from writing now.
    pub fn trouble(&self) -> Option<Trouble> {
        self.0.as_ref()?.health.trouble()
    }

    /// Writes what waits and lets go of the database; what is not written within `grace` is lost.
    /// Nothing is kept any more after that.
    pub async fn close(&self, grace: Duration) {
        let Some(open) = &self.0 else { return };
        let writer = open
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(writer) = writer else { return };
        if let Some(sweeper) = &open.sweeper {
            sweeper.abort();
        }
        open.closing.send_replace(true);
        if tokio::time::timeout(grace, writer).await.is_err() {
            tracing::warn!("the journal could not write everything before the end");
        }
    }
}

impl Open {
    /// Never waits; whether there was room.
    fn put(&self, event: Event) -> bool {
        let (event, full) = match self.queue.try_send(event) {
            Ok(()) => return true,
            Err(TrySendError::Full(event)) => (event, true),
            Err(TrySendError::Closed(event)) => (event, false),
        };
        counter!("jieda_journal_dropped_total", "kind" => event.kind()).increment(1);
        if full {
            self.health.dropped();
        }
        false
    }
}

fn describe() {
    describe_counter!(
        "jieda_journal_written_total",
        "Rows that the journal has written"
    );
    describe_counter!(
        "jieda_journal_dropped_total",
        "Rows that found no room in the journal's queue"
    );
    describe_gauge!(
        "jieda_journal_queue",
        "Rows that wait to be written to the journal"
    );
    describe_gauge!(
        "jieda_journal_degraded",
        "1 while the journal cannot write, else 0"
    );
}
