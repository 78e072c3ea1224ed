//! The server: every address and who answers it. The folders are cut by who is served: programs
//! ([`api`]), people ([`pages`]), chats ([`chat`]), models ([`mcp`]), orchestrators ([`ops`]); what they
//! have in common is in [`http`] and [`app`]. No handler decides about an entry, and no failure is worded
//! outside [`http`].
//!
//! `http < app < api < pages, chat, mcp, ops < error_response`: a folder uses only what stands to its
//! left, and none of its neighbours.

mod api;
mod app;
pub mod chat;
mod error_response;
pub mod http;
mod mcp;
mod ops;
mod pages;

use std::future::Future;
use std::io;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use tokio::net::TcpListener;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

pub use api::body::lookup_json;
pub use app::App;
pub use chat::Chat;
pub use http::options::{Options, Patience};
pub use mcp::stdio as mcp_on_stdio;

/// How hard responses are compressed: gzip's own default. A page is an eighth smaller by brotli than
/// at its 4, which takes two thirds of the time.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(6);

/// The server's router: every address, and the layers that every request passes.
pub fn router(app: App, chat: Chat) -> Router {
    http::metrics::record();
    routes(&app, chat)
        // A layer is around those above it: a request meets its trace first.
        .layer(DefaultBodyLimit::max(http::bounds::MAX_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            app.options.patience.request,
        ))
        .layer(CatchPanicLayer::custom(error_response::panicked))
        .layer(from_fn_with_state(app.guard.clone(), http::guard::guard))
        .layer(from_fn_with_state(
            app.clone(),
            error_response::respond_to_failures,
        ))
        .layer(from_fn(http::etag::tagged))
        .layer(http::cors::layer(&app.options.cors_origins))
        .layer(CompressionLayer::new().quality(COMPRESSION))
        .layer(map_response(http::headers::common))
        .layer(from_fn(http::trace::trace))
        .with_state(app)
}

/// Every address of the server.
fn routes(app: &App, chat: Chat) -> Router<App> {
    let (api, documents) = api::openapi::routes();
    let routes = Router::new();
    #[cfg(debug_assertions)]
    let routes = routes.route("/design", get(pages::design::design));
    routes
        .route("/", get(pages::home))
        .route(
            "/search",
            get(pages::result::by_address).post(pages::result::by_form),
        )
        .route("/browse", get(pages::browse::by_address))
        .route(
            "/batch",
            get(pages::batch::form).post(pages::batch::by_form),
        )
        .route("/batch.csv", post(pages::batch::csv))
        .route("/kb", get(pages::table_of_contents))
        .route("/kb/{*path}", get(pages::kb))
        .route("/platform/{*id}", get(pages::lists::platform))
        .route("/cause/{*id}", get(pages::lists::cause))
        .route("/codes", get(pages::lists::codes))
        .route("/faq", get(pages::lists::faq))
        .route(
            "/feedback",
            get(pages::feedback::thanks).post(pages::feedback::by_form),
        )
        .route(
            "/agent",
            get(pages::agent::home).post(pages::agent::sign_in),
        )
        .route("/agent/sign-out", post(pages::agent::sign_out))
        .route(
            "/api",
            get(pages::api_reference::page).layer(Extension(documents)),
        )
        .route("/robots.txt", get(pages::site::robots))
        .route("/sitemap.xml", get(pages::site::sitemap))
        .route("/opensearch.xml", get(pages::site::opensearch))
        .route("/manifest.webmanifest", get(pages::site::manifest))
        .route("/assets/{name}", get(pages::assets::asset))
        .merge(api)
        .route_service("/mcp", mcp::service(app))
        .merge(chat.routes(app))
        .route("/healthz", get(ops::health::alive))
        .route("/readyz", get(ops::health::ready))
        .route("/metrics", get(ops::metrics::exposition))
}

/// Serves on a bound listener until `shutdown` is done, then finishes what is under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    chat: Chat,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let options = app.options.clone();
    http::listen::listen(listener, router(app, chat), &options, shutdown).await
}
