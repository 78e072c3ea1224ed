//! The server: every address with its handler. A folder a client: programs (`api`), people (`pages`),
//! [`chat`], models (`mcp`), orchestrators (`ops`). Their common parts are in [`http`] and `app`. No
//! handler decides about an entry, and no failure is worded outside [`http`].
//!
//! `http < app < api < pages, chat, mcp, ops < error_response < layers`: a folder uses only what stands
//! to its left, and none beside it.

mod api;
mod app;
pub mod chat;
mod error_response;
pub mod http;
mod layers;
mod mcp;
mod ops;
mod pages;

use std::future::Future;
use std::io;

use axum::routing::{get, post};
use axum::{Extension, Router};
use tokio::net::TcpListener;

pub use api::batch_body::batch_lines;
pub use api::body::lookup_json;
pub use app::App;
pub use chat::Chat;
pub use http::options::{Options, Patience};
pub use mcp::stdio as mcp_on_stdio;

/// The server's router: every address, behind the layers that every request passes.
pub fn router(app: App, chat: Chat) -> Router {
    http::metrics::record();
    layers::around(routes(&app, chat), app)
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
