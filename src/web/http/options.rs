//! The operator's options of the web server: checked values, with defaults for a server that stands
//! alone.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderValue;
use ipnet::IpNet;

/// The operator's options.
#[derive(Debug, Clone)]
pub struct Options {
    /// The server's own folder; the keys are in it.
    pub data: PathBuf,
    /// True if the API answers only requests with a key.
    pub require_key: bool,
    /// Requests a minute of one key or address; nothing is no limit.
    pub rate: Option<NonZeroU32>,
    /// Proxies whose word on a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may read the API from a browser.
    pub cors_origins: Vec<HeaderValue>,
    /// Requests that are served at once; one more is told to come back.
    pub max_concurrent: NonZeroUsize,
    /// Public address of the pages, without a slash at its end, for links in other places.
    pub public_url: Option<String>,
    /// Time limits of a client.
    pub patience: Patience,
}

/// Time limits of a client, one for each thing that it can be slow at.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The head of a request; also how long a connection may be silent between two.
    pub head: Duration,
    /// A whole request, from its head to its response.
    pub request: Duration,
    /// Taking what was sent.
    pub unread: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            request: Duration::from_secs(15),
            unread: Duration::from_secs(30),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            require_key: false,
            rate: NonZeroU32::new(3_000),
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            max_concurrent: NonZeroUsize::new(128).expect("128 is not zero"),
            public_url: None,
            patience: Patience::default(),
        }
    }
}
