//! The writer, which takes rows from the queue and writes them, a batch a transaction, until they are
//! written; and the sweeper, which deletes old rows on a connection of its own.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use metrics::{counter, gauge};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::event::{Feedback, Lookup};
use super::store::{Place, STEP, Store};
use super::trouble::{Health, Trouble};

/// Rows that wait for the database. They take a few kilobytes each at most, and outlast a restart
/// of the database at a hundred lookups a second.
pub(super) const QUEUE: usize = 8_192;
/// Rows of one transaction.
const BATCH: usize = 512;
/// Longest wait of a batch's first row for others.
const LINGER: Duration = Duration::from_millis(100);
/// Longest time to connect and write one batch.
const ATTEMPT: Duration = Duration::from_secs(10);
/// The pause after the first failure; it doubles from one to the next.
const PAUSE: Duration = Duration::from_millis(100);
/// The longest pause: after the database is back, writing goes on within this time.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Interval between two sweeps.
const SWEEP: Duration = Duration::from_secs(3_600);
/// The pause after a sweep that failed.
const SWEEP_AGAIN: Duration = Duration::from_secs(60);
/// The pause between two steps of a sweep.
const BREATH: Duration = Duration::from_millis(50);

/// A row on its way.
#[derive(Debug)]
pub(super) enum Event {
    /// A lookup; no client waits for it.
    Lookup(Box<Lookup>),
    /// Feedback, and the client that waits for it to be written.
    Feedback(Box<Feedback>, oneshot::Sender<()>),
}

impl Event {
    /// Its label in metrics.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Lookup(_) => "lookup",
            Self::Feedback(..) => "feedback",
        }
    }
}

/// Writes the queue to the database.
pub(super) struct Writer {
    pub(super) place: Place,
    pub(super) queue: mpsc::Receiver<Event>,
    pub(super) closing: watch::Receiver<bool>,
    pub(super) health: Arc<Health>,
}

impl Writer {
    /// Writes until the journal is closed and the queue is empty.
    pub(super) async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut store = None;
        // Nothing yet: it connects, so that trouble shows before the first lookup.
        self.persist(&mut store, &mut batch).await;
        while self.gather(&mut batch).await {
            self.persist(&mut store, &mut batch).await;
        }
        if let Some(store) = store {
            store.close().await;
        }
    }

    /// Waits for rows. False when there will be no more.
    async fn gather(&mut self, batch: &mut Vec<Event>) -> bool {
        let mut until = None;
        while batch.len() < BATCH {
            let closed = self.queue.is_closed();
            let lingered = sleep_until(until.unwrap_or_else(Instant::now));
            tokio::select! {
                // An error means that the journal's handle is gone.
                _ = self.closing.wait_for(|closing| *closing), if !closed => self.queue.close(),
                received = self.queue.recv_many(batch, BATCH - batch.len()) => {
                    if received == 0 {
                        break;
                    }
                    until.get_or_insert_with(|| Instant::now() + LINGER);
                }
                () = lingered, if until.is_some() => break,
            }
        }
        !batch.is_empty()
    }

    /// Tries until the batch is written, and empties it.
    async fn persist(&mut self, store: &mut Option<Store>, batch: &mut Vec<Event>) {
        let mut pause = PAUSE;
        loop {
            gauge!("jieda_journal_queue").set((self.queue.len() + batch.len()) as f64);
            match timeout(ATTEMPT, attempt(&self.place, store, batch)).await {
                Ok(Ok(())) => break,
                Ok(Err(error)) => self.health.begin(Trouble::of(&error), &error),
                Err(elapsed) => self.health.begin(Trouble::Slow, &elapsed),
            }
            *store = None;
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        for event in batch.drain(..) {
            counter!("jieda_journal_written_total", "kind" => event.kind()).increment(1);
            if let Event::Feedback(_, written) = event {
                // The client may have stopped waiting.
                let _ = written.send(());
            }
        }
        gauge!("jieda_journal_queue").set(self.queue.len() as f64);
        if self.queue.len() < QUEUE / 2 {
            self.health.end();
        }
    }
}

async fn attempt(place: &Place, store: &mut Option<Store>, batch: &[Event]) -> sqlx::Result<()> {
    let store = match store {
        Some(store) => store,
        None => store.insert(Store::connect(place).await?),
    };
    if batch.is_empty() {
        return Ok(());
    }
    let (mut lookups, mut feedback) = (Vec::with_capacity(batch.len()), Vec::new());
    for event in batch {
        match event {
            Event::Lookup(row) => lookups.push(&**row),
            Event::Feedback(row, _) => feedback.push(&**row),
        }
    }
    store.write(&lookups, &feedback).await
}

/// Deletes what is older than `keep`, now and every hour, in small steps. It never ends.
pub(super) async fn sweep(place: Place, keep: Duration) {
    let mut due = tokio::time::interval(SWEEP);
    loop {
        due.tick().await;
        if let Err(error) = forget(&place, keep).await {
            // The writer tells of the same trouble.
            tracing::debug!(%error, "old rows of the journal cannot be deleted");
            due.reset_after(SWEEP_AGAIN);
        }
    }
}

async fn forget(place: &Place, keep: Duration) -> sqlx::Result<()> {
    let Some(before) = SystemTime::now().checked_sub(keep) else {
        return Ok(());
    };
    let mut store = Store::connect(place).await?;
    while store.forget(before).await? == STEP {
        sleep(BREATH).await;
    }
    store.close().await;
    Ok(())
}
