//! Reloads a knowledge base: waits for a change and for quiet after it, then puts the new generation
//! in the place of the old one, or refuses it and logs why. A thread of its own, so that no request
//! waits for a build.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use metrics::{counter, histogram};

use super::gate::{Checked, Refusal};
use super::generation::Generation;
use super::watch::Watch;
use super::{Live, RELOADS};
use crate::kb::{Kb, Source};

/// Quiet after a change before it is read: the files of a `git pull` come closer together than this.
const QUIET: Duration = Duration::from_millis(150);
/// A folder that is never quiet is read after this long.
const RESTLESS: Duration = Duration::from_secs(3);
/// Pause and number of attempts: a folder may be missing for a moment while it is replaced.
const AGAIN: (Duration, u32) = (Duration::from_millis(100), 5);
/// Interval of polling where the folder cannot be watched.
const UNWATCHED: Duration = Duration::from_secs(2);
/// Longest wait for the old generation's last request, so that it is freed here and not inside one.
const FREEING: Duration = Duration::from_secs(1);

enum Wake {
    /// Something may have changed.
    Changed,
    /// A reload was requested.
    Asked,
}

/// Requests reloads; cheap to clone.
#[derive(Debug, Clone)]
pub struct Reload(Sender<Wake>);

impl Reload {
    /// Reads the knowledge base again, as if it had changed. Returns at once.
    pub fn ask(&self) {
        // Without its thread the program is ending.
        let _ = self.0.send(Wake::Asked);
    }
}

/// Starts the thread that reloads the folder when it changes: watched, or read every `poll`.
///
/// # Errors
/// When the system gives no thread.
pub fn reload_on_change(
    live: Arc<Live>,
    dir: PathBuf,
    poll: Option<Duration>,
) -> std::io::Result<Reload> {
    let (wake, woken) = channel();
    let reload = Reload(wake.clone());
    let reloader = Reloader {
        live,
        dir,
        poll,
        wake,
        woken,
        watch: None,
    };
    std::thread::Builder::new()
        .name("reload".to_owned())
        .spawn(move || reloader.run())?;
    Ok(reload)
}

struct Reloader {
    live: Arc<Live>,
    dir: PathBuf,
    poll: Option<Duration>,
    wake: Sender<Wake>,
    woken: Receiver<Wake>,
    watch: Option<Watch>,
}

impl Reloader {
    fn run(mut self) {
        // The folder may have changed between the first reading and the first watch.
        let mut asked = false;
        loop {
            self.renew_watch();
            self.reload(asked);
            asked = self.wait();
        }
    }

    /// Waits until there is something to read; true if a reload was requested.
    fn wait(&self) -> bool {
        let poll = self.poll.or(self.watch.is_none().then_some(UNWATCHED));
        let first = match poll {
            Some(interval) => self.woken.recv_timeout(interval),
            None => self.woken.recv().map_err(RecvTimeoutError::from),
        };
        let mut asked = matches!(first, Ok(Wake::Asked));
        let since = Instant::now();
        while !asked && first.is_ok() && since.elapsed() < RESTLESS {
            match self.woken.recv_timeout(QUIET) {
                Ok(wake) => asked = matches!(wake, Wake::Asked),
                Err(_) => break,
            }
        }
        asked
    }

    /// Watches the folder as it is now. The old watch ends after the new one begins, so that no
    /// change is missed.
    fn renew_watch(&mut self) {
        if self.poll.is_some() {
            return;
        }
        let wake = self.wake.clone();
        let watch = Watch::new(&self.dir, move || {
            let _ = wake.send(Wake::Changed);
        });
        match watch {
            Ok(watch) => {
                if self.live.watched(None) {
                    tracing::info!("the knowledge base is watched again");
                }
                self.watch = Some(watch);
            }
            Err(error) => {
                if !self.live.watched(Some(error.to_string())) {
                    tracing::warn!(
                        %error,
                        seconds = UNWATCHED.as_secs(),
                        "the knowledge base cannot be watched: it is read every so often"
                    );
                }
                self.watch = None;
            }
        }
    }

    fn reload(&self, asked: bool) {
        let start = Instant::now();
        let sources = match self.read() {
            Ok(sources) => sources,
            Err(refusal) => return self.refuse(refusal, asked),
        };
        let id = Kb::digest(&sources);
        let now = self.live.current();
        if id == now.engine.generation() {
            if self.live.accept() {
                tracing::info!(
                    generation = id,
                    "the knowledge base is as it is served again"
                );
            } else if asked {
                tracing::info!(generation = id, "nothing has changed");
            }
            return;
        }
        let known = self.live.refused();
        if !asked && known.is_some_and(|r| r.generation.as_ref() == Some(&id)) {
            return;
        }
        // One thread: the others are for requests. A panic must not end this one.
        let build = || Checked::new(&sources, Some(&now), NonZeroUsize::MIN);
        let mut checked = match catch_unwind(AssertUnwindSafe(build)) {
            Ok(Ok(checked)) => checked,
            Ok(Err(error)) => {
                return self.refuse(Refusal::unbuildable(id, error.to_string()), asked);
            }
            Err(_) => return self.refuse(Refusal::unbuildable(id, "it panicked".into()), asked),
        };
        let Some(engine) = checked.passed() else {
            let errors = checked.errors().cloned().collect();
            return self.refuse(Refusal::wrong(id, errors), asked);
        };
        let (parsed, segmented) = (checked.parse_cache.parsed(), checked.segmented);
        let next = Generation::after(&now, engine, checked.parse_cache);
        let entries = next.engine.kb().entries.len();
        let warnings = checked.diagnostics.len();
        drop(now);
        let old = self.live.swap(next);
        let took = start.elapsed();
        counter!(RELOADS, "result" => "accepted").increment(1);
        histogram!("jieda_reload_duration_seconds").record(took);
        tracing::info!(
            generation = id,
            entries,
            parsed,
            segmented,
            warnings,
            millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            "a new generation serves"
        );
        free(old);
    }

    fn read(&self) -> Result<Vec<Source>, Refusal> {
        let (pause, times) = AGAIN;
        for _ in 1..times {
            if let Ok(sources) = Kb::read(&self.dir) {
                return Ok(sources);
            }
            std::thread::sleep(pause);
        }
        Kb::read(&self.dir).map_err(|error| Refusal::unreadable(&error))
    }

    /// Logs and counts a refusal, once; the old generation serves on.
    fn refuse(&self, refusal: Refusal, asked: bool) {
        let known = self.live.refused();
        if !asked && known.is_some_and(|known| refusal.repeats(&known)) {
            return;
        }
        counter!(RELOADS, "result" => "refused").increment(1);
        tracing::error!(
            generation = refusal.generation,
            reason = refusal.reason,
            detail = refusal.detail,
            errors = refusal.errors.len(),
            "a new generation is refused, the old one serves on"
        );
        for error in &refusal.errors {
            tracing::error!(
                file = error.path,
                line = error.line,
                rule = error.rule.as_str(),
                what = error.message,
                hint = error.hint,
                "refused"
            );
        }
        self.live.refuse(refusal);
    }
}

/// Waits, for a while, for the requests that still read the old generation.
fn free(mut old: Arc<Generation>) {
    let since = Instant::now();
    while Arc::get_mut(&mut old).is_none() && since.elapsed() < FREEING {
        std::thread::sleep(Duration::from_millis(1));
    }
}
