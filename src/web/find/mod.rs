//! Entries by what is typed of them and by filters, rather than by what solves a paste.

mod suggest;

use axum::Router;
use axum::routing::get;

use super::App;

/// The routes of this folder.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/api/v1/suggest", get(suggest::by_query))
}
