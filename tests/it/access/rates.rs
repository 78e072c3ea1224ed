//! Rate limits per client, with a proxy and without, and the origins that may read the API.

use std::num::NonZeroU32;

use jieda::web::Options;

use super::{Data, LOOKUP, get, problem, send, serve};
use crate::support::run;

#[test]
fn a_client_that_asks_too_often_is_told_when_to_come_back() {
    let data = Data::new("rate");
    let key = data.add("bot", "lookup");
    let mut options = data.options();
    options.rate = NonZeroU32::new(3);
    options.trusted_proxies = vec!["127.0.0.2/32".parse().expect("a network")];
    let address = serve(options);
    for remaining in ["2", "1", "0"] {
        let reply = get(address, LOOKUP, &[]);
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.header("ratelimit-policy"),
            Some("\"default\";q=3;w=60")
        );
        let left = format!("\"default\";r={remaining};t=");
        assert!(
            reply
                .header("ratelimit")
                .is_some_and(|h| h.starts_with(&left))
        );
    }
    let over = get(address, LOOKUP, &[]);
    assert_eq!(
        (over.status, problem(&over).as_str()),
        (429, "too-many-requests")
    );
    let wait: u32 = over
        .header("retry-after")
        .expect("a time")
        .parse()
        .expect("seconds");
    assert!((1..=20).contains(&wait));
    let told = format!("\"default\";r=0;t={wait}");
    assert_eq!(over.header("ratelimit"), Some(told.as_str()));
    // Pages count too, and nothing that a client says of itself makes it another.
    let page = get(address, "/", &[("accept", "text/html")]);
    assert_eq!(page.status, 429);
    assert!(page.body.contains("请求太频繁"));
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        assert_eq!(get(address, LOOKUP, &[(header, "for=6.6.6.6")]).status, 429);
        assert_eq!(get(address, LOOKUP, &[(header, "6.6.6.6")]).status, 429);
    }
    // Guessing keys is counted as well.
    let guess = get(address, LOOKUP, &[("authorization", "Bearer guess")]);
    assert_eq!(guess.status, 429);
    // Probes are not counted, and a key has a rate of its own.
    assert_eq!(get(address, "/healthz", &[]).status, 200);
    let bearer = format!("Bearer {key}");
    let keyed = get(address, LOOKUP, &[("authorization", &bearer)]);
    assert_eq!(keyed.status, 200);
}

#[test]
fn behind_a_trusted_proxy_each_client_is_counted_by_itself() {
    let address = serve(Options {
        rate: NonZeroU32::new(2),
        trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")],
        ..Options::default()
    });
    let from = |client: &str| get(address, LOOKUP, &[("x-forwarded-for", client)]).status;
    assert_eq!(
        [from("1.1.1.1"), from("1.1.1.1"), from("1.1.1.1")],
        [200, 200, 429]
    );
    assert_eq!(from("6.6.6.6, 1.1.1.1"), 429);
    assert_eq!(from("2.2.2.2"), 200);
    // One subscriber's IPv6 addresses are one client.
    let six = ["2001:db8::1", "2001:db8::2", "2001:db8::3"].map(from);
    assert_eq!(six, [200, 200, 429]);
}

#[test]
fn listed_origins_may_read_the_api_and_no_other_site_may() {
    let address = serve(Options {
        require_key: true,
        cors_origins: vec!["https://erp.example".parse().expect("a value")],
        ..Options::default()
    });
    let preflight = |origin| {
        let asked = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization,content-type",
            ),
        ];
        send(address, "OPTIONS", "/api/v1/lookup", &asked)
    };
    let allowed = preflight("https://erp.example");
    assert_eq!(allowed.status, 200);
    let header = |name| allowed.header(name).unwrap_or_default().to_lowercase();
    assert_eq!(header("access-control-allow-origin"), "https://erp.example");
    assert!(header("access-control-allow-methods").contains("post"));
    assert!(header("access-control-allow-headers").contains("authorization"));
    assert!(header("vary").contains("origin"));

    // A failure can be read too, with what it says in its head.
    let refused = get(address, LOOKUP, &[("origin", "https://erp.example")]);
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some("https://erp.example")
    );
    let exposed = refused
        .header("access-control-expose-headers")
        .unwrap_or_default();
    for name in ["jieda-generation", "ratelimit", "retry-after"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    let strangers = [
        "https://evil.example",
        "http://erp.example",
        "https://erp.example.evil.example",
        "https://erp.example:8443",
        "null",
        "*",
    ];
    for origin in strangers {
        for reply in [
            preflight(origin),
            get(address, LOOKUP, &[("origin", origin)]),
        ] {
            assert_eq!(
                reply.header("access-control-allow-origin"),
                None,
                "{origin}"
            );
        }
    }
    let page = get(address, "/", &[("origin", "https://erp.example")]);
    assert_eq!(page.header("access-control-allow-origin"), None);
    for reply in [&allowed, &refused, &page] {
        assert_eq!(reply.header("access-control-allow-credentials"), None);
    }
    // And without a list nothing is said at all.
    let plain = serve(Options::default());
    let reply = get(plain, LOOKUP, &[("origin", "https://erp.example")]);
    assert!(!reply.head.contains("access-control"), "{}", reply.head);
}

#[test]
fn only_origins_and_networks_are_taken_from_the_command_line() {
    let bad = [
        ("--cors-origin", "*"),
        ("--cors-origin", "erp.example"),
        ("--cors-origin", "null"),
        ("--cors-origin", "https://erp.example/path"),
        ("--cors-origin", "https://"),
        ("--cors-origin", "https://u@erp.example"),
        ("--cors-origin", "https://*.example"),
        ("--trusted-proxy", "everyone"),
        ("--trusted-proxy", "10.0.0.0/33"),
        ("--max-concurrent", "0"),
        ("--rate", "-1"),
    ];
    for (option, value) in bad {
        let status = run(&["serve", &format!("{option}={value}")]).status.code();
        assert_eq!(status, Some(2), "{option} {value}");
    }
}
