//! Arguments of `serve` about who may ask, how much, and from where; and the parsers of values that
//! are an address.

use std::net::IpAddr;
use std::num::NonZeroUsize;

use axum::http::uri::Authority;
use axum::http::{HeaderValue, Uri};
use clap::Args;
use ipnet::IpNet;

/// Arguments of `serve` about keys, rate, proxies, origins and concurrency.
#[derive(Debug, Args)]
pub(crate) struct AccessArgs {
    /// Answer API requests only with a key (see `jieda keys`).
    #[arg(long, env = "JIEDA_REQUIRE_KEY")]
    pub(crate) require_key: bool,
    /// Requests a minute of one key or one address (an IPv6 address by its /64); 0 is no limit.
    #[arg(
        long,
        env = "JIEDA_RATE",
        default_value_t = 3_000,
        value_name = "REQUESTS"
    )]
    pub(crate) rate: u32,
    /// Networks of proxies whose X-Forwarded-For or Forwarded is believed, such as 10.0.0.0/8.
    #[arg(long, env = "JIEDA_TRUSTED_PROXY", value_delimiter = ',', value_name = "CIDR", value_parser = network)]
    pub(crate) trusted_proxy: Vec<IpNet>,
    /// Origins whose pages may use the API from a browser, such as `https://erp.example`.
    #[arg(long, env = "JIEDA_CORS_ORIGIN", value_delimiter = ',', value_name = "ORIGIN", value_parser = origin)]
    pub(crate) cors_origin: Vec<HeaderValue>,
    /// Requests served at once; more are told to come back (503).
    #[arg(
        long,
        env = "JIEDA_MAX_CONCURRENT",
        default_value = "128",
        value_name = "REQUESTS"
    )]
    pub(crate) max_concurrent: NonZeroUsize,
}

/// Parses a network or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "an address or a network such as 10.0.0.0/8 is expected".to_owned())
}

/// Parses an origin as browsers send it in `Origin`: a scheme and a host, nothing after them.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let expected = || "an origin such as https://erp.example is expected".to_owned();
    let bare = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or_else(expected)?;
    let authority: Authority = bare.parse().map_err(|_| expected())?;
    if authority.as_str() != bare || bare.contains(['@', '*']) || text != text.to_lowercase() {
        return Err(expected());
    }
    HeaderValue::from_str(text).map_err(|_| expected())
}

/// Parses a URL that paths can be appended to; slashes at its end are removed.
pub(super) fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let valid = ["https://", "http://"].iter().any(|s| url.starts_with(s))
        && url.parse::<Uri>().is_ok_and(|u| u.query().is_none())
        && !url.contains(['"', '<', '>', '(', ')']);
    valid
        .then(|| url.to_owned())
        .ok_or_else(|| "an address such as https://help.example is expected".to_owned())
}
