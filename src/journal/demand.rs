//! The entries that are asked most, counted from the journal every few minutes on a connection of its
//! own, so that no page waits for a database: it reads the last count.

use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use tokio::time::sleep;

use super::store::{Place, Store};

/// Period that is counted: older problems may be solved by now. Chosen.
const PERIOD: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Interval between two counts. Chosen.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// Pause after a count that failed. Chosen.
const AGAIN: Duration = Duration::from_secs(60);
/// With fewer answered lookups than this, a count says nothing. Chosen.
const LEAST: i64 = 100;
/// Entries that are counted: more than any page shows.
const MOST: i64 = 100;

/// Ids of entries, the most asked first; empty while too little was asked.
pub(super) type Demand = ArcSwap<Vec<String>>;

/// Counts at every interval. It never ends.
pub(super) async fn count(place: &Place, demand: &Demand) {
    loop {
        let pause = match counted(place).await {
            Ok(ids) => {
                let entries = ids.len();
                demand.store(ids.into());
                tracing::debug!(entries, "counted the entries asked most");
                EVERY
            }
            // The writer reports the same trouble; the last count stands.
            Err(error) => {
                tracing::debug!(%error, "the journal cannot be counted");
                AGAIN
            }
        };
        sleep(pause).await;
    }
}

async fn counted(place: &Place) -> sqlx::Result<Vec<String>> {
    let since = SystemTime::now().checked_sub(PERIOD);
    let mut store = Store::connect(place).await?;
    let since = since.unwrap_or(SystemTime::UNIX_EPOCH);
    let counts = store.answered(since, MOST).await?;
    store.close().await;
    let all: i64 = counts.iter().map(|(_, times)| times).sum();
    let ids = counts.into_iter().map(|(id, _)| id);
    Ok(if all < LEAST {
        Vec::new()
    } else {
        ids.collect()
    })
}
