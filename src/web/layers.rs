//! The layers that every request passes, whatever its address.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use super::app::App;
use super::error_response::{panicked, respond_to_failures};
use super::http::bounds::MAX_BODY;
use super::http::{cors, etag, guard, headers, trace};

/// Compression level of responses: gzip's own default. By brotli a page is an eighth smaller than at
/// its 4, which takes two thirds of the time (measured on the shipped pages, 2026-11).
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(6);

/// Routes with the layers around them. A layer is around those above it: a request meets its trace
/// first, and its handler last.
pub(crate) fn around(routes: Router<App>, app: App) -> Router {
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            app.options.patience.request,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.guard.clone(), guard::guard))
        .layer(from_fn_with_state(app.clone(), respond_to_failures))
        .layer(from_fn(etag::tagged))
        .layer(cors::layer(&app.options.cors_origins))
        .layer(CompressionLayer::new().quality(COMPRESSION))
        .layer(map_response(headers::common))
        .layer(from_fn(trace::trace))
        .with_state(app)
}
