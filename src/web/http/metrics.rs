//! The recorder that Prometheus reads. Metrics are counted where things happen, by the macros of the
//! `metrics` crate; here is only how they are stored and written out.

use std::sync::LazyLock;
use std::time::Duration;

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::{live, service};

/// Upper bounds in seconds where a metric has none of its own: from a page out of memory to a
/// request that is about to be cut off.
const DURATIONS: [f64; 14] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
/// The same for lookups, which take tens of microseconds; a large knowledge base, milliseconds.
const LOOKUPS: [f64; 12] = [
    0.000_02, 0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
];
/// Interval of moving samples into their buckets if nothing scrapes them: until then each takes
/// memory. Chosen.
const UPKEEP: Duration = Duration::from_secs(5);

static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&DURATIONS)
        .expect("there are buckets")
        .set_buckets_for_metric(Matcher::Full(service::LOOKUP_DURATION.to_owned()), &LOOKUPS)
        .expect("there are buckets")
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).expect("this is the only recorder");
    live::describe_metrics();
    service::describe_metrics();
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
        "jieda_http_requests_total",
        "Requests answered, by method, matched route and status."
    );
    describe_histogram!(
        "jieda_http_request_duration_seconds",
        Unit::Seconds,
        "From a request's head to the head of its answer, by matched route."
    );
    describe_gauge!("jieda_build_info", "Always 1; the label is the version.");
    gauge!("jieda_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Counts a request that was answered.
pub(crate) fn request(method: &'static str, route: &str, status: u16, took: Duration) {
    counter!(
        "jieda_http_requests_total",
        "method" => method, "route" => route.to_owned(), "status" => status.to_string()
    )
    .increment(1);
    histogram!("jieda_http_request_duration_seconds", "route" => route.to_owned()).record(took);
}

/// Everything that was counted, in the text format of Prometheus.
pub(crate) fn render() -> String {
    RECORDER.render()
}
