//! HTTP itself, for every client: listening, limits, keys, headers, request bodies, failures. Nothing
//! here knows the application's state or an entry.

pub(crate) mod accept;
pub(crate) mod bounds;
pub(crate) mod client_ip;
pub(crate) mod cors;
pub(crate) mod decode;
pub(crate) mod error;
pub(crate) mod etag;
pub(crate) mod extract;
pub(crate) mod guard;
pub(crate) mod headers;
pub(crate) mod json;
pub mod keys;
pub(crate) mod listen;
pub mod metrics;
pub(crate) mod ndjson;
pub(crate) mod options;
pub(crate) mod problem;
pub(crate) mod rate_limit;
pub(crate) mod trace;
