//! The address that a request comes from: the socket's other end or, behind a trusted proxy, the one
//! that the proxy names. A client's own word on its address counts for nothing.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use ipnet::IpNet;

/// The other end of the connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The address that a request is counted under. Requests that came through no connection, as
/// in-process ones, share one.
pub(crate) fn address(request: &Request, trusted: &[IpNet]) -> IpAddr {
    let peer = request.extensions().get::<Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |p| p.0);
    if !trusts(trusted, peer) {
        return peer;
    }
    let headers = request.headers();
    let told = (
        farthest(addresses(headers, "x-forwarded-for", |v| v.trim()), trusted),
        farthest(addresses(headers, header::FORWARDED, forwarded), trusted),
    );
    match told {
        (Some(one), None) | (None, Some(one)) => one,
        (Some(one), Some(other)) if one == other => one,
        // A proxy sets one of the headers and may let the client's own of the other kind pass:
        // which one is true cannot be known, so neither is.
        _ => peer,
    }
}

/// True for the address of a trusted proxy.
pub(crate) fn trusts(trusted: &[IpNet], address: IpAddr) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// The addresses of one subscriber: an IPv6 address is one of the 2⁶⁴ of its owner (RFC 6177).
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
        v4 => v4,
    }
}

/// From the nearest hop outwards, the first that is no proxy of ours: everything before it was
/// written by the client.
fn farthest(hops: Vec<Option<IpAddr>>, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut last = None;
    for hop in hops.into_iter().rev() {
        // An unreadable hop (`unknown`, a name) was written by the proxy before: count under that.
        let Some(address) = hop else { break };
        last = Some(address);
        if !trusts(trusted, address) {
            break;
        }
    }
    last
}

/// The hops of a header that may be sent several times, each a list.
fn addresses(
    headers: &HeaderMap,
    name: impl header::AsHeaderName,
    read: impl Fn(&str) -> &str,
) -> Vec<Option<IpAddr>> {
    headers
        .get_all(name)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(|element| parse(read(element)))
        .collect()
}

/// The `for` of an element of RFC 7239.
fn forwarded(element: &str) -> &str {
    element
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
        .map_or("", |(_, value)| value.trim().trim_matches('"'))
}

/// `1.2.3.4`, `1.2.3.4:5`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:5`.
fn parse(text: &str) -> Option<IpAddr> {
    let address = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None if text.matches(':').count() == 1 => text.split(':').next()?,
        None => text,
    };
    address.parse().ok().map(|a: IpAddr| a.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, headers: &[(&str, &str)]) -> String {
        let trusted = ["10.0.0.0/8", "2001:db8:aaaa::/48"].map(|n| n.parse().expect("a net"));
        let mut request = Request::get("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(axum::body::Body::empty()).expect("a request");
        let peer = peer.parse().expect("an address");
        request.extensions_mut().insert(Peer(peer));
        address(&request, &trusted).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_what_it_wrote_itself() {
        let xff = |v| [("x-forwarded-for", v)];
        assert_eq!(seen("203.0.113.9", &xff("198.51.100.1")), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &xff("198.51.100.1")), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.1", &xff("6.6.6.6, 198.51.100.1, 10.0.0.2")),
            "198.51.100.1"
        );
        assert_eq!(seen("10.0.0.1", &xff("198.51.100.1:4711")), "198.51.100.1");
        assert_eq!(seen("10.0.0.1", &xff("6.6.6.6, nonsense")), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &xff("6.6.6.6, , 10.0.0.2")), "10.0.0.2");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        let twice = [
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-for", "8.8.8.8"),
        ];
        assert_eq!(seen("10.0.0.1", &twice), "8.8.8.8");
    }

    #[test]
    fn the_standard_header_is_read_too_and_a_contradiction_is_not_believed() {
        let fwd = |v| [("forwarded", v)];
        assert_eq!(
            seen("10.0.0.1", &fwd("for=198.51.100.1;proto=https")),
            "198.51.100.1"
        );
        assert_eq!(
            seen("10.0.0.1", &fwd("for=6.6.6.6, FOR=\"[2001:db8:1::1]:80\"")),
            "2001:db8:1::1"
        );
        assert_eq!(seen("10.0.0.1", &fwd("for=unknown")), "10.0.0.1");
        let both = [("forwarded", "for=6.6.6.6"), ("x-forwarded-for", "8.8.8.8")];
        assert_eq!(seen("10.0.0.1", &both), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_subscriber_is_one_client() {
        let net = |a: &str| network(a.parse().expect("an address"));
        assert_eq!(net("2001:db8:1:2:3:4:5:6"), net("2001:db8:1:2::1"));
        assert_ne!(net("2001:db8:1:2::1"), net("2001:db8:1:3::1"));
        assert_eq!(net("::ffff:1.2.3.4"), net("1.2.3.4"));
        assert_ne!(net("1.2.3.4"), net("1.2.3.5"));
    }
}
