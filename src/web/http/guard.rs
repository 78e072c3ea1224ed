//! Who may ask, how often, and how many at once. Each request passes here before any handler sees
//! it; what is refused here costs next to nothing.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use super::client_ip;
use super::error::Failure;
use super::keys::{Key, Keyring, Scope};
use super::options::Options;
use super::rate_limit::Limit;

/// Asked by the machines that keep the server running, who must be answered when nobody else is.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Attempts to sign in, a minute and address: enough for a team that begins its day.
const GUESSES: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");

/// What is checked against.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) keys: Keyring,
    require_key: bool,
    trusted: Vec<ipnet::IpNet>,
    limit: Option<Limit>,
    /// Signing in, which somebody may try to guess at.
    pub(crate) guesses: Limit,
    places: Semaphore,
}

impl Guard {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            keys: Keyring::new(&options.data),
            require_key: options.require_key,
            trusted: options.trusted_proxies.clone(),
            limit: options.rate.map(Limit::new),
            guesses: Limit::new(GUESSES),
            places: Semaphore::new(options.max_concurrent.get()),
        }
    }

    /// The key that a request to the API brings. Nobody else reads `Authorization`: a proxy's own
    /// sign-in to the pages is none of our business.
    fn key(&self, request: &Request) -> Result<Option<Arc<Key>>, Failure> {
        if !for_programs(request.uri().path()) {
            return Ok(None);
        }
        let mut sent = request.headers().get_all(header::AUTHORIZATION).iter();
        let Some(value) = sent.next() else {
            return Ok(None);
        };
        let bearer = value.to_str().ok().and_then(|v| v.split_once(' '));
        match bearer {
            Some((scheme, token))
                if scheme.eq_ignore_ascii_case("bearer") && sent.next().is_none() =>
            {
                let key = self.keys.find(token.trim());
                key.map(Some).ok_or(Failure::WrongKey)
            }
            _ => Err(Failure::WrongKey),
        }
    }

    /// Whether who brings this key, or none, may go there.
    fn admit(&self, path: &str, key: Option<&Key>) -> Result<(), Failure> {
        match (scope(path), key) {
            (Some(scope), Some(key)) if !key.allows(scope) => Err(Failure::MissingScope(scope)),
            (Some(_), None) if self.require_key => Err(Failure::NoKey),
            _ => Ok(()),
        }
    }
}

/// Whether programs ask there, and get problem details.
pub(crate) fn for_programs(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/") || path == "/mcp" || path.starts_with("/mcp/")
}

/// What a key must allow there. How the API is used is no secret.
pub(crate) fn scope(path: &str) -> Option<Scope> {
    match path {
        "/api" | "/api/" | "/api/openapi.json" => None,
        "/api/v1/feedback" => Some(Scope::Feedback),
        path => for_programs(path).then_some(Scope::Lookup),
    }
}

/// Whether requests are counted there: assets are cached for ever, and a chat platform's few
/// servers speak for all its people, under its signature.
fn counted(path: &str) -> bool {
    !path.starts_with("/assets/") && !path.starts_with("/hooks/")
}

/// Lets a request through, or says why not.
pub(crate) async fn guard(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    if PROBES.contains(&path) {
        return next.run(request).await;
    }
    let key = guard.key(&request);
    let left = guard.limit.as_ref().filter(|_| counted(path)).map(|limit| {
        match &key {
            Ok(Some(key)) => limit.count(&key.name),
            // A wrong key counts too: guessing is slow.
            _ => limit.count(client_ip::network(client_ip::address(
                &request,
                &guard.trusted,
            ))),
        }
    });
    let mut response = match (&left, key.and_then(|k| guard.admit(path, k.as_deref()))) {
        (Some(Err(left)), _) => Failure::TooManyRequests(left.retry_after()).into_response(),
        (_, Err(failure)) => failure.into_response(),
        // Held until the response is made, its request's body read.
        _ => match guard.places.try_acquire() {
            Ok(_place) => next.run(request).await,
            Err(_) => Failure::Overloaded.into_response(),
        },
    };
    if let Some(Ok(left) | Err(left)) = left {
        left.tell(response.headers_mut());
    }
    response
}
