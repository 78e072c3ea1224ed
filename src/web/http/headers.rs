//! Headers that every response has.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

/// Id of the generation that a response was made from.
pub(crate) const GENERATION: HeaderName = HeaderName::from_static("jieda-generation");

/// Security headers of every response. Pages have one script and one stylesheet, of this server's own;
/// nothing inline may run.
const SECURITY: [(HeaderName, &str); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; manifest-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // An address may hold what was pasted: no other site may see it.
    (header::REFERRER_POLICY, "no-referrer"),
];

/// Adds the security headers, and `Cache-Control: no-cache` where the response says nothing of caching.
pub(crate) async fn common(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// A generation's id as a header value.
pub(crate) fn generation(id: &str) -> HeaderValue {
    HeaderValue::from_str(id).expect("hex digits are ASCII")
}
