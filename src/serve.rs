//! `jieda serve`: the log, the signals, and the order in which the parts start and leave.

use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jieda::config::{LogFormat, Serve};
use jieda::journal::{Journal, Place};
use jieda::live::{self, Live, Opened};
use jieda::service::Service;
use jieda::web::http::metrics;
use jieda::web::{self, App, Chat};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

use crate::{Misuse, WRONG, complain, say};

/// What is left to the journal even when requests have taken all of the time of grace.
const LAST_WRITES: Duration = Duration::from_millis(500);

/// What is logged unless an option says otherwise: MCP's own crate tells of every call.
const DEFAULT_LOG: &str = "info,rmcp=warn";

/// Serves until it is told to leave.
pub(crate) fn serve(options: &Serve) -> anyhow::Result<ExitCode> {
    log(options)?;
    metrics::record();
    let place = options.place().map_err(|e| Misuse(e.to_string()))?;
    let live = match Live::open(&options.kb.dir, options.lenient)? {
        Opened::Serving(live, diagnostics) => {
            complain(&diagnostics);
            Arc::new(live)
        }
        Opened::Refused(diagnostics) => {
            complain(&diagnostics);
            return Ok(ExitCode::from(WRONG));
        }
    };
    let chat = match &options.hooks {
        Some(file) => Chat::read(file).with_context(|| file.display().to_string())?,
        None => Chat::off(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(run(options, live, place, chat));
    // What still runs was given its time.
    runtime.shutdown_background();
    done.map(|()| ExitCode::SUCCESS)
}

async fn run(options: &Serve, live: Arc<Live>, place: Place, chat: Chat) -> anyhow::Result<()> {
    let mut leave = Leave::new()?;
    let mut hangup = signal(SignalKind::hangup())?;
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("cannot listen on {}", options.listen))?;
    say(&format!(
        "jieda serves {} entries on http://{}\n",
        live.current().engine.kb().entries.len(),
        listener.local_addr()?
    ))?;
    tokio::spawn(metrics::upkeep());
    let poll = options.poll.map(Duration::from_secs);
    let reload = live::reload_on_change(live.clone(), options.kb.dir.clone(), poll)?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            reload.ask();
        }
    });
    let journal = Journal::open(place, options.keep());
    let counted = journal.clone();
    tokio::spawn(async move { counted.count().await });
    let (drain, drained) = oneshot::channel();
    let app = App::new(Service::new(live, journal.clone()), options.options());
    let serving = web::serve(listener, app, chat, async {
        let _ = drained.await;
    });
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => return Ok(ended?),
        () = leave.told() => {}
    }
    let deadline = Instant::now() + Duration::from_secs(options.grace);
    tracing::info!(
        grace_seconds = options.grace,
        "leaving once the requests under way are answered"
    );
    let _ = drain.send(());
    tokio::select! {
        ended = &mut serving => ended?,
        () = tokio::time::sleep(Duration::from_secs(options.grace)) => {
            tracing::warn!("the time of grace is over: requests under way are cut off");
        }
        () = leave.told() => tracing::warn!("told twice: requests under way are cut off"),
    }
    let left = deadline.saturating_duration_since(Instant::now());
    journal.close(left.max(LAST_WRITES)).await;
    Ok(())
}

/// What tells the server to leave.
struct Leave {
    terminate: Signal,
    interrupt: Signal,
}

impl Leave {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Opens the log on standard error.
fn log(options: &Serve) -> anyhow::Result<()> {
    let filter = match &options.log_level {
        Some(given) => given.clone(),
        None => std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_else(|_| DEFAULT_LOG.to_owned()),
    };
    let filter = EnvFilter::try_new(&filter)
        .map_err(|e| Misuse(format!("{filter:?} is no filter of the log: {e}")))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match options.log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    // A panic's message may quote the text that was worked on; where it happened does not.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
    Ok(())
}
