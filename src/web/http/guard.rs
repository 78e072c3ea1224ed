//! Access control: keys, rate limits and the number of requests at once. Each request passes here
//! before any handler sees it; a refusal costs next to nothing.

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

/// Addresses of monitoring and orchestration, which are answered even under overload.
pub(super) const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// Attempts to sign in, a minute and address: enough for a team that begins its day.
const GUESSES: NonZeroU32 = NonZeroU32::new(30).expect("30 is not zero");

/// The keys, limits and places that requests are checked against.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) keys: Keyring,
    require_key: bool,
    trusted: Vec<ipnet::IpNet>,
    limit: Option<Limit>,
    /// Limit of sign-ins, since keys may be guessed at.
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

    /// The key that a request to the API brings. Pages do not read `Authorization`: it may hold a
    /// proxy's own sign-in.
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

    /// Refuses a path to a request with this key, or without one.
    fn admit(&self, path: &str, key: Option<&Key>) -> Result<(), Failure> {
        match (scope(path), key) {
            (Some(scope), Some(key)) if !key.allows(scope) => Err(Failure::MissingScope(scope)),
            (Some(_), None) if self.require_key => Err(Failure::NoKey),
            _ => Ok(()),
        }
    }
}

/// True for addresses of programs, which get problem details.
pub(crate) fn for_programs(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/") || path == "/mcp" || path.starts_with("/mcp/")
}

/// The scope that a path needs; `None` for the API's documentation, which is public.
pub(crate) fn scope(path: &str) -> Option<Scope> {
    match path {
        "/api" | "/api/" | "/api/openapi.json" => None,
        "/api/v1/feedback" => Some(Scope::Feedback),
        path => for_programs(path).then_some(Scope::Lookup),
    }
}

/// True for addresses under the rate limit: not assets, which browsers cache, nor chats, since a
/// platform's few servers speak for all its people, under its signature.
fn counted(path: &str) -> bool {
    !path.starts_with("/assets/") && !path.starts_with("/hooks/")
}

/// Passes a request on, or refuses it.
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
