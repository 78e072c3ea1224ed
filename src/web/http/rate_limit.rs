//! The rate limit of one client: a token bucket a key or address, and the header fields that tell it.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

/// The fields of draft-ietf-httpapi-ratelimit-headers-10.
pub(crate) const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// The quota that [`RATE_LIMIT`] counts against.
pub(crate) const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The time that a rate is given for, in seconds.
const WINDOW: u32 = 60;
/// Clients are counted in so many buckets, so that no number of addresses takes more memory than
/// about 3 MB. With a thousand clients at once, one in 65 shares its bucket with another.
const BUCKETS: u64 = 1 << 16;

/// The limit and what has been used of it.
#[derive(Debug)]
pub(crate) struct Limit {
    rate: NonZeroU32,
    limiter: RateLimiter<u64, HashMapStateStore<u64>, DefaultClock, StateInformationMiddleware>,
    // Keyed at random at start, so that no client can choose another's bucket to empty.
    hasher: RandomState,
}

/// The rest of a client's quota after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    rate: u32,
    remaining: u32,
    /// Seconds until the next request is served, when none remains; else until the bucket is full.
    seconds: u64,
}

impl Limit {
    /// So many requests a minute, all at once if need be.
    pub(crate) fn new(rate: NonZeroU32) -> Self {
        Self {
            rate,
            limiter: RateLimiter::hashmap(Quota::per_minute(rate)).with_middleware(),
            hasher: RandomState::new(),
        }
    }

    /// Counts a request of this client.
    ///
    /// # Errors
    /// It was one too many.
    pub(crate) fn count(&self, client: impl Hash) -> Result<Left, Left> {
        let bucket = self.hasher.hash_one(client) % BUCKETS;
        let rate = self.rate.get();
        let left = |remaining, wait: Duration| Left {
            rate,
            remaining,
            seconds: wait.as_secs_f64().ceil() as u64,
        };
        match self.limiter.check_key(&bucket) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity().min(rate);
                let missing = u64::from(rate - remaining) * u64::from(WINDOW);
                Ok(left(
                    remaining,
                    Duration::from_secs_f64(missing as f64 / f64::from(rate)),
                ))
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                Err(left(0, wait.max(Duration::from_secs(1))))
            }
        }
    }
}

impl Left {
    /// Whole seconds, at least one, until it is worth asking again.
    pub(crate) fn retry_after(self) -> u64 {
        self.seconds
    }

    /// Tells the client.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        let Self {
            rate,
            remaining,
            seconds,
        } = self;
        let fields = [
            (
                RATE_LIMIT_POLICY,
                format!("\"default\";q={rate};w={WINDOW}"),
            ),
            (RATE_LIMIT, format!("\"default\";r={remaining};t={seconds}")),
        ];
        for (name, value) in fields {
            headers.insert(name, HeaderValue::try_from(value).expect("it is ASCII"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_its_rate_at_once_and_then_waits() {
        let limit = Limit::new(NonZeroU32::new(3).expect("not zero"));
        let remaining: Vec<u32> = (0..3)
            .map(|_| limit.count("a").expect("within the rate").remaining)
            .collect();
        assert_eq!(remaining, [2, 1, 0]);
        let over = limit.count("a").expect_err("one too many");
        // A third of a minute each.
        assert!((1..=20).contains(&over.retry_after()), "{over:?}");
        let mut headers = HeaderMap::new();
        over.tell(&mut headers);
        assert_eq!(headers[RATE_LIMIT_POLICY], "\"default\";q=3;w=60");
        assert_eq!(
            headers[RATE_LIMIT],
            format!("\"default\";r=0;t={}", over.retry_after())
        );
        // Another client, whatever bucket chance gave it: one in 65,536 would fail.
        assert!(limit.count("b").is_ok());
    }

    #[test]
    fn any_number_of_clients_is_counted_in_bounded_memory() {
        let limit = Limit::new(NonZeroU32::MAX);
        for client in 0..200_000_u32 {
            let _ = limit.count(client);
        }
        assert!(limit.limiter.len() as u64 <= BUCKETS);
    }
}
