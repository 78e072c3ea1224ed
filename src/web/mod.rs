//! One outcome, its faces: pages for people, JSON for programs.
//!
//! Everything HTTP is here and nothing else is: no handler decides about an entry, and no failure
//! is worded outside `error`. A lookup is computed in the handler itself: it takes microseconds.

mod agent;
mod api;
mod assets;
mod cached;
mod client;
mod contents;
mod context;
mod cors;
#[cfg(debug_assertions)]
mod design;
mod error;
mod etag;
mod examples;
mod extract;
mod face;
mod feedback;
mod find;
mod guard;
mod health;
pub mod hooks;
pub mod keys;
mod layout;
mod limit;
mod listen;
mod lists;
mod mcp;
mod openapi;
mod options;
mod pages;
mod reference;
mod schema;
mod search;
mod site;
pub mod telemetry;
mod trace;
mod wire;
mod wording;

use std::any::Any;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

pub use mcp::stdio as mcp_on_stdio;
pub use options::{Options, Patience};
pub use wire::lookup_json;

use crate::journal::{Face, Journal, Looked};
use crate::live::{Generation, Live};
use crate::lookup::Paste;
use crate::lookup::follow::{Turn, Understood};
use error::Failure;
use guard::Guard;
use hooks::Hooks;

/// The largest body that is read, in bytes: the longest paste takes 240 kB when every character of
/// it is percent-encoded or written as a `\u` pair.
const MAX_BODY: usize = 1 << 20;

/// How hard responses are compressed: what gzip does by itself. A page is an eighth smaller by brotli
/// than at its 4, which takes two thirds of the time.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(6);

/// What is sent with every response. Pages have one script and one stylesheet, of this server's own;
/// nothing inline may run.
const SECURITY: [(header::HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // An address may hold what was pasted: it goes to nobody.
    (header::REFERRER_POLICY, "no-referrer"),
];

/// What the handlers share; cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    live: Arc<Live>,
    journal: Journal,
    options: Arc<Options>,
    guard: Arc<Guard>,
    hooks: Arc<Hooks>,
}

impl App {
    /// What answers, what remembers, and how the operator wants it.
    pub fn new(live: Arc<Live>, journal: Journal, options: Options) -> Self {
        Self {
            live,
            journal,
            guard: Arc::new(Guard::new(&options)),
            options: Arc::new(options),
            hooks: Arc::new(Hooks::off()),
        }
    }

    /// The same, with chat platforms that may call.
    pub fn with_hooks(self, hooks: Hooks) -> Self {
        Self {
            hooks: Arc::new(hooks),
            ..self
        }
    }

    /// The one way to a lookup for every face, counted and timed.
    fn lookup(&self, now: &Generation, paste: &Paste, limit: usize, face: Face) -> Looked {
        let start = Instant::now();
        let looked = self.journal.lookup(&now.engine, paste, limit, face);
        telemetry::lookup(face, looked.answer.verdict.outcome, start.elapsed());
        looked
    }

    /// The same for the reply to a question.
    fn follow(
        &self,
        now: &Generation,
        turn: &Turn,
        reply: &Paste,
        limit: usize,
        face: Face,
    ) -> (Looked, Understood) {
        let start = Instant::now();
        let (looked, understood) = self.journal.follow(&now.engine, turn, reply, limit, face);
        telemetry::lookup(face, looked.answer.verdict.outcome, start.elapsed());
        (looked, understood)
    }

    /// The generation that a request reads: taken once, kept to its end.
    fn current(&self) -> Arc<Generation> {
        self.live.current()
    }
}

/// All routes.
pub fn router(app: App) -> Router {
    telemetry::record();
    let routes = Router::new();
    #[cfg(debug_assertions)]
    let routes = routes.route("/design", get(design::design));
    routes
        .route("/", get(pages::home))
        .route("/search", get(search::by_address).post(search::by_form))
        .route("/kb", get(pages::contents))
        .route("/kb/{*path}", get(pages::kb))
        .route("/platform/{*id}", get(lists::platform))
        .route("/cause/{*id}", get(lists::cause))
        .route("/codes", get(lists::codes))
        .route("/faq", get(lists::faq))
        .route("/robots.txt", get(site::robots))
        .route("/sitemap.xml", get(site::sitemap))
        .route("/opensearch.xml", get(site::opensearch))
        .route("/manifest.webmanifest", get(site::manifest))
        .route("/assets/{name}", get(assets::asset))
        .merge(openapi::routes(&app))
        .route("/feedback", get(feedback::thanks).post(feedback::by_form))
        .route_service("/mcp", mcp::service(&app))
        .route("/agent", get(agent::home).post(agent::sign_in))
        .route("/agent/sign-out", post(agent::sign_out))
        .merge(app.hooks.routes())
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(telemetry::exposition))
        // A layer is around those above it: a request meets its trace first.
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            app.options.patience.request,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(
            app.guard.clone(),
            guard::guard,
        ))
        .layer(middleware::from_fn_with_state(app.clone(), face::face))
        .layer(middleware::from_fn(etag::tagged))
        .layer(cors::layer(&app.options.cors_origins))
        .layer(CompressionLayer::new().quality(COMPRESSION))
        .layer(middleware::map_response(common_headers))
        .layer(middleware::from_fn(trace::trace))
        .with_state(app)
}

/// Serves on a bound listener until `shutdown` is done, then finishes what is under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let options = app.options.clone();
    listen::listen(listener, router(app), &options, shutdown).await
}

async fn common_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// Where it panicked is on the log already; whoever asked learns nothing of it.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failure::Internal.into_response()
}
