//! The record of lookups and feedback, in SQLite or PostgreSQL: every lookup, masked, under the id
//! that its answer carries, and every feedback.
//!
//! It records and counts; it looks nothing up. [`Journal::record`] puts a row into a bounded queue
//! and never waits: where there is no room (the database is slow, or away for long) the new row is
//! dropped and counted, and the queued rows stay. One writer takes rows from the queue, a batch a
//! transaction, tries each batch until it is written, and logs once when it cannot. The only thing
//! read back is which entries are asked most.

mod demand;
mod event;
mod store;
mod trouble;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinHandle};

pub use event::{Channel, Feedback, Lookup, LookupId, MASKED, WHY};
pub use store::{NoPostgres, Place};
pub use trouble::Trouble;

use demand::Demand;
use trouble::Health;
use writer::{Event, QUEUE, Writer, sweep};

/// Longest wait of a client that gives feedback to hear that it is written.
const ACKNOWLEDGE: Duration = Duration::from_secs(2);

/// The journal, or none; cheap to clone.
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

/// Result of recording feedback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteStatus {
    /// Stored in the database.
    Written,
    /// Queued; lost if the server ends before the database takes it.
    Queued,
    /// The queue was full, or the journal is off.
    Dropped,
}

impl Journal {
    /// A journal that records nothing.
    pub fn off() -> Self {
        Self(None)
    }

    /// A journal at `place`. Rows older than `keep` are deleted; none without it. It connects in the
    /// background: a database that cannot be reached does not keep the server from starting.
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

    /// True if it records.
    pub fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Counts which entries are asked most, now and every few minutes, for as long as it is polled.
    pub async fn count(&self) {
        if let Some(open) = &self.0 {
            demand::count(&open.place, &open.demand).await;
        }
    }

    /// Ids of the entries that are asked most, by the last count: none before the first count, and
    /// while too little was asked. Never waits.
    pub fn asked_most(&self) -> Arc<Vec<String>> {
        let open = self.0.as_ref();
        open.map_or_else(Arc::default, |open| open.demand.load_full())
    }

    /// Queues a lookup; never waits. False if there was no room.
    pub fn record(&self, lookup: Lookup) -> bool {
        self.0
            .as_ref()
            .is_some_and(|open| open.put(Event::Lookup(Box::new(lookup))))
    }

    /// Queues feedback, and waits a short while for it to be written.
    pub async fn feedback(&self, feedback: Feedback) -> WriteStatus {
        let Some(open) = &self.0 else {
            return WriteStatus::Dropped;
        };
        let (written, acknowledged) = oneshot::channel();
        if !open.put(Event::Feedback(Box::new(feedback), written)) {
            return WriteStatus::Dropped;
        }
        if open.health.trouble().is_some() {
            // A request that waited would take the place of one with a lookup.
            return WriteStatus::Queued;
        }
        match tokio::time::timeout(ACKNOWLEDGE, acknowledged).await {
            Ok(Ok(())) => WriteStatus::Written,
            _ => WriteStatus::Queued,
        }
    }

    /// The present reason why it cannot write; `None` while it can.
    pub fn trouble(&self) -> Option<Trouble> {
        self.0.as_ref()?.health.trouble()
    }

    /// Writes the queue and disconnects; rows not written within `grace` are lost. It records nothing
    /// after that.
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
    /// Never waits; false if there was no room.
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
