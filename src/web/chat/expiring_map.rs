//! A map with a capacity and a time to live.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A bounded, forgetful map.
pub(super) struct ExpiringMap<V> {
    most: usize,
    life: Duration,
    held: Mutex<Held<V>>,
}

struct Held<V> {
    values: HashMap<String, (Instant, V)>,
    /// In the order they were put; one whose time is not its value's was replaced or taken.
    order: VecDeque<(Instant, String)>,
}

impl<V> ExpiringMap<V> {
    pub(super) fn new(most: usize, life: Duration) -> Self {
        Self {
            most,
            life,
            held: Mutex::new(Held {
                values: HashMap::new(),
                order: VecDeque::new(),
            }),
        }
    }

    /// Remembers a value; gives what was remembered under the key.
    pub(super) fn put(&self, key: &str, value: V) -> Option<V> {
        let now = Instant::now();
        let mut held = self.held(now);
        held.order.push_back((now, key.to_owned()));
        let before = held.values.insert(key.to_owned(), (now, value));
        before.map(|(_, value)| value)
    }

    /// Takes a value out.
    pub(super) fn take(&self, key: &str) -> Option<V> {
        let mut held = self.held(Instant::now());
        held.values.remove(key).map(|(_, value)| value)
    }

    /// The content, with room for one more value and none that is too old.
    fn held(&self, now: Instant) -> MutexGuard<'_, Held<V>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((since, _)) = held.order.front() {
            if held.order.len() < self.most && now.duration_since(*since) < self.life {
                break;
            }
            let (since, key) = held.order.pop_front().expect("it has a front");
            if held.values.get(&key).is_some_and(|(at, _)| *at == since) {
                held.values.remove(&key);
            }
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_no_more_than_it_may() {
        let memory = ExpiringMap::new(3, Duration::from_secs(60));
        for i in 0..1_000 {
            assert_eq!(memory.put(&i.to_string(), i), None);
        }
        let held = memory.held.lock().expect("not poisoned");
        assert!(held.values.len() <= 3 && held.order.len() <= 3);
        drop(held);
        assert_eq!(memory.take("999"), Some(999));
        assert_eq!(memory.take("999"), None);
        assert_eq!(memory.take("0"), None);
        for i in 0..1_000 {
            memory.put("same", i);
        }
        assert_eq!(memory.put("same", 0), Some(999));
    }

    #[test]
    fn it_forgets() {
        let memory = ExpiringMap::new(3, Duration::ZERO);
        assert_eq!(memory.put("a", 1), None);
        assert_eq!(memory.put("a", 2), None);
        assert_eq!(memory.take("a"), None);
    }
}
