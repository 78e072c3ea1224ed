//! The state that handlers share, and the generation that a request reads.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::http::error::Failure;
use super::http::guard::Guard;
use super::http::options::Options;
use crate::live::Generation;
use crate::service::Service;

/// The service, the operator's options and the guard; cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) service: Service,
    pub(crate) options: Arc<Options>,
    pub(crate) guard: Arc<Guard>,
}

impl App {
    /// The state of a server with these options.
    pub fn new(service: Service, options: Options) -> Self {
        Self {
            service,
            guard: Arc::new(Guard::new(&options)),
            options: Arc::new(options),
        }
    }
}

/// The generation that a request reads, from its head to its answer or failure.
/// [`respond_to_failures`](super::error_response::respond_to_failures) puts it beside the request.
#[derive(Debug, Clone)]
pub(crate) struct Now(pub(crate) Arc<Generation>);

impl<S: Sync> FromRequestParts<S> for Now {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        // Missing only where a route stands outside that layer.
        parts.extensions.get().cloned().ok_or(Failure::Internal)
    }
}
