//! `jieda serve`: settings, the log, the signals, and the order in which the parts start and stop.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jieda::journal::{Journal, NoPostgres, Place};
use jieda::live::{self, Live};
use jieda::service::Service;
use jieda::web::http::metrics;
use jieda::web::{self, App, Chat, Patience};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

use super::args::{LogFormat, ServeArgs};
use super::{Misuse, open_live, print};

/// Least time that the journal gets to write its queue, even when requests have used up the grace
/// period; chosen.
const JOURNAL_FLUSH: Duration = Duration::from_millis(500);

/// Log filter without an option: MCP's own crate logs every call at `info`.
const DEFAULT_LOG: &str = "info,rmcp=warn";

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Serves until a signal ends it.
pub(crate) fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    start_log(args.log_format, args.log_level.as_deref())?;
    metrics::record();
    let settings = Settings::new(args).map_err(Misuse::new)?;
    let Some(live) = open_live(&settings.kb, settings.lenient)? else {
        return Ok(ExitCode::FAILURE);
    };
    let chat = match &settings.hooks {
        Some(file) => Chat::read(file).with_context(|| file.display().to_string())?,
        None => Chat::off(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(serve(settings, live, chat));
    // Tasks still running have had the grace period.
    runtime.shutdown_background();
    served.map(|()| ExitCode::SUCCESS)
}

/// The arguments of `serve`, checked and in the types of the parts that use them.
struct Settings {
    kb: PathBuf,
    /// Starts without the entries that have errors.
    lenient: bool,
    /// Interval of reading the knowledge base; `None` watches it.
    poll: Option<Duration>,
    listen: SocketAddr,
    /// Time for the requests under way once a signal has come.
    grace: Duration,
    /// The file that configures the chat platforms.
    hooks: Option<PathBuf>,
    journal: Place,
    /// Age at which the journal deletes a row; `None` is never.
    retention: Option<Duration>,
    web: web::Options,
}

impl Settings {
    fn new(args: ServeArgs) -> Result<Self, NoPostgres> {
        let data = args.data.dir;
        let database = args.journal.database()?;
        Ok(Self {
            kb: args.kb.dir,
            lenient: args.lenient,
            poll: args.poll.map(Duration::from_secs),
            listen: args.listen,
            grace: Duration::from_secs(args.grace),
            hooks: args.hooks,
            journal: database.unwrap_or_else(|| Place::Folder(data.clone())),
            retention: (args.keep_days > 0).then(|| DAY * args.keep_days),
            web: web::Options {
                data,
                require_key: args.access.require_key,
                rate: NonZeroU32::new(args.access.rate),
                trusted_proxies: args.access.trusted_proxy,
                cors_origins: args.access.cors_origin,
                max_concurrent: args.access.max_concurrent,
                public_url: args.public_url,
                patience: Patience::default(),
            },
        })
    }
}

async fn serve(settings: Settings, live: Arc<Live>, chat: Chat) -> anyhow::Result<()> {
    let mut shutdown = ShutdownSignals::new()?;
    let mut hangup = signal(SignalKind::hangup())?;
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    print(&format!(
        "jieda serves {} entries on http://{}\n",
        live.current().engine.kb().entries.len(),
        listener.local_addr()?
    ))?;
    tokio::spawn(metrics::upkeep());
    let reload = live::reload_on_change(live.clone(), settings.kb, settings.poll)?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            reload.ask();
        }
    });
    let journal = Journal::open(settings.journal, settings.retention);
    let counted = journal.clone();
    tokio::spawn(async move { counted.count().await });
    let (drain, drained) = oneshot::channel();
    let app = App::new(Service::new(live, journal.clone()), settings.web);
    let serving = web::serve(listener, app, chat, async {
        let _ = drained.await;
    });
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => return Ok(ended?),
        () = shutdown.recv() => {}
    }
    let grace = settings.grace;
    let signalled = Instant::now();
    tracing::info!(
        grace_seconds = grace.as_secs(),
        "shutting down: waiting for the requests under way"
    );
    let _ = drain.send(());
    tokio::select! {
        ended = &mut serving => ended?,
        () = tokio::time::sleep(grace) => {
            tracing::warn!("grace period over: cutting off the requests under way");
        }
        () = shutdown.recv() => {
            tracing::warn!("second signal: cutting off the requests under way");
        }
    }
    let left = grace.saturating_sub(signalled.elapsed());
    journal.close(left.max(JOURNAL_FLUSH)).await;
    Ok(())
}

/// The signals that end the server: SIGTERM and SIGINT.
struct ShutdownSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl ShutdownSignals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one.
    async fn recv(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Opens the log on standard error; without `filter` RUST_LOG decides, else [`DEFAULT_LOG`].
fn start_log(format: LogFormat, filter: Option<&str>) -> anyhow::Result<()> {
    let filter = match filter {
        Some(filter) => filter.to_owned(),
        None => std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_else(|_| DEFAULT_LOG.to_owned()),
    };
    let filter = EnvFilter::try_new(&filter)
        .map_err(|e| Misuse(format!("{filter:?} is no filter of the log: {e}")))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    // Log only the place of a panic: its message may quote what a user pasted.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
    Ok(())
}
