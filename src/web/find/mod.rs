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
use super::examples::Example;
use crate::live::Generation;
pub(super) use batch::takes_one_of_two as batch_takes_one_of_two;
pub(super) use listing::list;
pub(super) use wanted::{ANY_PLATFORM, Wanted};

/// The routes of this folder.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(suggest::by_query))
        .routes(routes!(listing::by_query))
        .routes(routes!(entries::list))
        .routes(routes!(entries::one))
        .routes(routes!(batch::by_body))
        .route("/browse", get(browse::by_address))
        .route("/batch", get(batch_page::form).post(batch_page::by_form))
        .route("/batch.csv", post(batch_page::csv))
}

/// A request of each operation, with its answer.
pub(super) fn examples(now: &Generation) -> impl Iterator<Item = Example> {
    let others = [suggest::example, listing::example, batch::example];
    let others = others.into_iter().filter_map(|example| example(now));
    others.chain(entries::examples(now))
}
