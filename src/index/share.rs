//! Parallel work over topics or entries. The result does not depend on the number of threads.

use std::num::NonZeroUsize;
use std::thread;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

/// The results of `work` for `0..count`, in that order, on at most `threads` threads.
///
/// The threads end with the call, so that a server at rest has none of them. With one thread, or
/// where no more can be started, the work is done on the calling thread.
///
/// # Panics
/// If `work` panics.
pub fn share<T: Send>(
    count: usize,
    threads: NonZeroUsize,
    work: impl Fn(usize) -> T + Sync + Send,
) -> Vec<T> {
    let pool = || ThreadPoolBuilder::new().num_threads(threads.get()).build();
    match (threads > NonZeroUsize::MIN).then(pool) {
        Some(Ok(pool)) => pool.install(|| (0..count).into_par_iter().map(work).collect()),
        _ => (0..count).map(work).collect(),
    }
}

/// The number of threads that the machine runs at once.
pub fn all_threads() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
