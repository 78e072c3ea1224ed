//! What Prometheus reads: the recorder of the process, and `GET /metrics`. What is counted is said
//! where it happens, by the macros of `metrics`; here is only how it is kept and written out.

use std::sync::LazyLock;
use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::App;
use crate::journal::Face;
use crate::live;
use crate::lookup::Outcome;

/// Upper bounds in seconds where a metric has none of its own: from a page out of memory to a
/// request that is about to be cut off.
const DURATIONS: [f64; 14] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
/// The same for lookups, which take tens of microseconds; a large knowledge base, milliseconds.
const LOOKUPS: [f64; 12] = [
    0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
];
/// How often samples are moved into their buckets when nobody asks for them: until then each takes
/// memory.
const UPKEEP: Duration = Duration::from_secs(5);

static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&DURATIONS)
        .expect("there are buckets")
        .set_buckets_for_metric(
            Matcher::Full("jieda_lookup_duration_seconds".to_owned()),
            &LOOKUPS,
        )
        .expect("there are buckets")
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).expect("this is the only recorder");
    live::describe_metrics();
    describe_metrics();
    handle
});

/// Counts from now on; what was counted before is lost. The first call does it, later ones are free.
pub fn record() {
    LazyLock::force(&RECORDER);
}

/// Keeps the recorder small for as long as it is polled.
pub async fn upkeep() {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        RECORDER.run_upkeep();
    }
}

fn describe_metrics() {
    describe_counter!(
        "jieda_lookups_total",
        "Lookups by who asked (page, api, mcp, hook, command) and outcome (answer, choose, none)."
    );
    describe_histogram!(
        "jieda_lookup_duration_seconds",
        Unit::Seconds,
        "What a lookup takes, its way into the journal included."
    );
    describe_counter!(
        "jieda_http_requests_total",
        "Requests answered, by method, matched route and status."
    );
    describe_histogram!(
        "jieda_http_request_duration_seconds",
        Unit::Seconds,
        "From a request's head to the head of its answer, by matched route."
    );
    describe_gauge!("jieda_build_info", "Always 1; the label is the version.");
    // From the beginning at zero: a counter that appears with a 1 is no increase to Prometheus.
    for outcome in Outcome::ALL {
        for face in Face::ALL {
            lookups(face, outcome).increment(0);
        }
    }
    gauge!("jieda_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Counts a lookup.
pub(super) fn lookup(face: Face, outcome: Outcome, took: Duration) {
    lookups(face, outcome).increment(1);
    histogram!("jieda_lookup_duration_seconds").record(took);
}

fn lookups(face: Face, outcome: Outcome) -> metrics::Counter {
    counter!("jieda_lookups_total", "face" => face.as_str(), "outcome" => outcome.as_str())
}

/// Counts a request that was answered.
pub(super) fn request(method: &'static str, route: &str, status: u16, took: Duration) {
    counter!(
        "jieda_http_requests_total",
        "method" => method, "route" => route.to_owned(), "status" => status.to_string()
    )
    .increment(1);
    histogram!("jieda_http_request_duration_seconds", "route" => route.to_owned()).record(took);
}

/// `GET /metrics`
pub(super) async fn exposition(State(app): State<App>) -> Response {
    app.live.measure();
    // By hand: a gauge of the recorder would keep every generation that ever was as a series.
    let generation = format!(
        "# HELP jieda_generation_info Always 1; the label is the generation in service.\n\
         # TYPE jieda_generation_info gauge\n\
         jieda_generation_info{{generation=\"{}\"}} 1\n",
        app.current().engine.generation()
    );
    let headers = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (headers, RECORDER.render() + generation.as_str()).into_response()
}
