//! What people ask most, counted from the journal every so often on a connection of its own, so that
//! no page waits for a database: it reads the last count.

use std::time::{Duration, SystemTime};

use arc_swap::ArcSwap;
use tokio::time::sleep;

use super::store::{Place, Store};

/// How far back is counted: what was asked before that may long be mended.
const PERIOD: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How often.
const EVERY: Duration = Duration::from_secs(10 * 60);
/// The pause after a count that failed.
const AGAIN: Duration = Duration::from_secs(60);
/// With fewer lookups than this that found their answer, a count says nothing of what people ask.
const LEAST: i64 = 100;
/// So many entries are counted out: more than any page shows.
pub(super) const MOST: i64 = 100;

/// Ids of entries, the most asked first; none as long as too little was asked.
pub(super) type Demand = ArcSwap<Vec<String>>;

/// Counts now and then. It never ends.
pub(super) async fn count(place: &Place, demand: &Demand) {
    loop {
        let pause = match counted(place).await {
            Ok(ids) => {
                tracing::debug!(entries = ids.len(), "what is asked most is counted");
                demand.store(ids.into());
                EVERY
            }
            // The writer tells of the same trouble; the last count stands.
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
    let counts = store
        .answered(since.unwrap_or(SystemTime::UNIX_EPOCH))
        .await?;
    store.close().await;
    let all: i64 = counts.iter().map(|(_, times)| times).sum();
    let ids = counts.into_iter().map(|(id, _)| id);
    Ok(if all < LEAST {
        Vec::new()
    } else {
        ids.collect()
    })
}
