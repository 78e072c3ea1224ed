//! Entries by what is typed of them and by filters, rather than by what solves a paste; and many
//! pastes at once.

mod accept;
mod batch;
mod batch_page;
mod browse;
mod entries;
mod listing;
mod suggest;
mod wanted;

use axum::routing::{get, post};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::App;

/// The routes of this folder.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(suggest::by_query))
        .route("/browse", get(browse::by_address))
        .route("/batch", get(batch_page::form).post(batch_page::by_form))
        .route("/batch.csv", post(batch_page::csv))
        .route("/api/v1/search", get(listing::by_query))
        .route("/api/v1/entries", get(entries::list))
        .route("/api/v1/entries/{*id}", get(entries::one))
        .route("/api/v1/lookup/batch", post(batch::by_body))
}
