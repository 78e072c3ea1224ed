//! `/design`: every component on one page, for whoever changes the stylesheet. Debug builds only.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::App;
use super::layout::{Layout, html};
use super::search::Asked;

#[derive(Template)]
#[template(path = "design.html")]
struct DesignPage<'a> {
    layout: Layout<'a>,
    asked: &'a Asked,
}

/// `GET /design`
pub(super) async fn design(State(app): State<App>) -> Response {
    let now = app.current();
    let page = DesignPage {
        layout: Layout::new(&app, &now, ""),
        asked: &Asked::default(),
    };
    html(StatusCode::OK, &page)
}
