//! Support for every test: the fixture knowledge base and the one that ships, requests to them, the
//! binary, and copies that may be changed.

mod binary;
pub(crate) mod fixture;
pub(crate) mod http;
mod scratch;

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use axum::Router;
use jieda::journal::Journal;
use jieda::kb::{Kb, Severity};
use jieda::live::Live;
use jieda::lookup::Engine;
use jieda::service::Service;
use jieda::web::{self, App, Chat, Options};

pub(crate) use binary::{Answer, Client, Server, jieda, run};
pub(crate) use scratch::{FROZEN, Scratch};

/// The folder of the fixture, a small knowledge base.
pub(crate) fn good() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kb/good")
}

/// The folder of the knowledge base that ships.
pub(crate) fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("kb")
}

/// The engine over a folder; fails the test when the folder has errors, with the diagnostics.
#[track_caller]
pub(crate) fn load(dir: &Path) -> Engine {
    let sources = Kb::read(dir).expect("the folder can be read");
    let (kb, diagnostics) = Kb::parse(&sources);
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}", errors.concat());
    Engine::new(kb, Kb::digest(&sources)).expect("the engine can be built")
}

/// The engine over [`good`], built once.
pub(crate) fn engine() -> Arc<Engine> {
    static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(|| Arc::new(load(&good())));
    ENGINE.clone()
}

/// [`engine`] in service, without a journal, with these options.
pub(crate) fn app_with(options: Options) -> App {
    let live = Arc::new(Live::new(engine()));
    App::new(Service::new(live, Journal::off()), options)
}

/// The same with the usual options.
pub(crate) fn app() -> App {
    app_with(Options::default())
}

/// The router over [`app_with`], without chat platforms.
pub(crate) fn router_with(options: Options) -> Router {
    web::router(app_with(options), Chat::off())
}

/// The same with the usual options.
pub(crate) fn router() -> Router {
    router_with(Options::default())
}

/// The router over a knowledge base in service, with the usual options.
pub(crate) fn router_over(live: Arc<Live>) -> Router {
    let app = App::new(Service::new(live, Journal::off()), Options::default());
    web::router(app, Chat::off())
}

/// The knowledge base that ships, in service, loaded once.
pub(crate) fn shipped_live() -> Arc<Live> {
    static LIVE: LazyLock<Arc<Live>> =
        LazyLock::new(|| Arc::new(Live::new(Arc::new(load(&shipped())))));
    LIVE.clone()
}

/// Waits until a condition holds; fails the test after half a minute.
#[track_caller]
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
