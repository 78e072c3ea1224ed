//! `GET /metrics`, in the text format of Prometheus.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::web::app::App;
use crate::web::http::metrics;

/// `GET /metrics`
pub(crate) async fn exposition(State(app): State<App>) -> Response {
    app.service.live().measure();
    // By hand: a gauge of the recorder would keep every generation that ever was as a series.
    let generation = format!(
        "# HELP jieda_generation_info Always 1; the label is the generation in service.\n\
         # TYPE jieda_generation_info gauge\n\
         jieda_generation_info{{generation=\"{}\"}} 1\n",
        app.service.current().engine.generation()
    );
    let headers = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (headers, metrics::render() + generation.as_str()).into_response()
}
