//! Cross-origin use of the API from a browser: by the listed sites' pages, without cookies.
//! The pages themselves are for no other site's scripts.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::guard::for_programs;
use super::rate_limit::{RATE_LIMIT, RATE_LIMIT_POLICY};

/// Time that a browser may remember a preflight's answer. Chosen.
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// Answers preflights and marks what a listed origin may read; nothing without origins.
pub(crate) fn layer(
    origins: &[HeaderValue],
) -> tower::util::Either<CorsLayer, tower::layer::util::Identity> {
    let listed = origins.to_vec();
    let allowed = AllowOrigin::predicate(move |origin, request| {
        for_programs(request.uri.path()) && listed.contains(origin)
    });
    let exposed = [
        HeaderName::from_static("jieda-generation"),
        header::ETAG,
        header::RETRY_AFTER,
        header::WWW_AUTHENTICATE,
        RATE_LIMIT,
        RATE_LIMIT_POLICY,
    ];
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_NONE_MATCH,
        ])
        .expose_headers(exposed)
        .max_age(REMEMBERED);
    tower::util::option_layer((!origins.is_empty()).then_some(layer))
}
