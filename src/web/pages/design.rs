//! `/design`: every component on one page, for changes of the stylesheet. Debug builds only.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::ask_box::AskBox;
use super::layout::{Layout, html};
use crate::web::app::{App, Now};

#[derive(Template)]
#[template(path = "design.html")]
struct DesignPage<'a> {
    layout: Layout<'a>,
    asked: &'a AskBox,
}

/// `GET /design`
pub(crate) async fn design(State(app): State<App>, Now(now): Now) -> Response {
    let page = DesignPage {
        layout: Layout::new(&app, &now, ""),
        asked: &AskBox::default(),
    };
    html(StatusCode::OK, &page)
}
