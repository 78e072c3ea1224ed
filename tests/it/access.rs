//! Who may ask, how often and how many at once, over real connections: keys, rates, origins, and
//! clients that are slow, silent or too many.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::num::{NonZeroU32, NonZeroUsize};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jieda::web::{self, Options, Patience};
use serde_json::Value;

use crate::support::{app_with, eventually, run};

const LOOKUP: &str = "/api/v1/lookup?text=PARCEL_LOCKED_BY_AUDIT";
/// Longer than any test takes: what is not under test must not end a connection.
const NEVER: Duration = Duration::from_secs(600);

const PATIENT: Patience = Patience {
    head: NEVER,
    request: NEVER,
    unread: NEVER,
};

/// A server in this process, on a port of its own; it ends with the process.
fn serve(options: Options) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    listener.set_nonblocking(true).expect("it can be polled");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            web::serve(
                listener,
                app_with(options),
                web::Chat::off(),
                std::future::pending(),
            )
            .await
        })
    });
    address
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    let limit = Some(Duration::from_secs(30));
    stream.set_read_timeout(limit).expect("a limit");
    stream
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    #[track_caller]
    fn parse(answer: &[u8]) -> Self {
        let answer = String::from_utf8_lossy(answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status line");
        Self {
            status: status.parse().expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|l| l.split_once(": "))
            .find_map(|(n, v)| n.eq_ignore_ascii_case(name).then_some(v))
    }

    /// The last word of a problem's type.
    fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let body: Value = serde_json::from_str(&self.body).expect("JSON");
        let kind = body["type"].as_str().expect("a type");
        kind.rsplit('/').next().expect("a word").to_owned()
    }
}

/// Sends one request with these header lines and reads all of the answer.
#[track_caller]
fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut stream = connect(address);
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    Reply::parse(&answer)
}

fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Reply {
    send(address, "GET", path, headers)
}

/// A folder of the server's own, removed with the value.
struct Data(PathBuf);

impl Data {
    fn new(name: &str) -> Self {
        let name = format!("data-{name}-{}", std::process::id());
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&dir);
        Self(dir)
    }

    fn keys(&self, args: &[&str]) -> (Option<i32>, String) {
        let dir = self.0.to_str().expect("a path");
        let output = run(&[&["keys"], args, &["--data", dir]].concat());
        let text = String::from_utf8(output.stdout).expect("text");
        (output.status.code(), text.trim().to_owned())
    }

    /// Makes a key.
    #[track_caller]
    fn add(&self, name: &str, scopes: &str) -> String {
        let (status, key) = self.keys(&["add", name, "--scope", scopes]);
        assert_eq!(status, Some(0));
        key
    }

    fn options(&self) -> Options {
        Options {
            data: self.0.clone(),
            ..Options::default()
        }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_key_is_shown_once_and_kept_as_a_digest_that_nobody_else_may_read() {
    let data = Data::new("once");
    let key = data.add("wecom-bot", "lookup,feedback");
    assert!(key.starts_with("jieda_") && key.len() == 49, "{key}");
    assert_ne!(data.add("xiaoli", "agent"), key);
    let file = data.0.join("keys.json");
    let kept = std::fs::read_to_string(&file).expect("the file");
    assert!(!kept.contains(&key) && !kept.contains(&key[6..]), "{kept}");
    let mode = std::fs::metadata(&file).expect("the file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    assert_eq!(
        data.keys(&["list"]),
        (
            Some(0),
            "wecom-bot  lookup,feedback\nxiaoli  agent".to_owned()
        )
    );
    assert_eq!(data.keys(&["add", "xiaoli", "--scope", "agent"]).0, Some(1));
    for name in ["", "Xiaoli", "小李", "a b", "../x", &"x".repeat(65)] {
        let status = data.keys(&["add", name, "--scope", "lookup"]).0;
        assert_eq!(status, Some(2), "{name:?}");
    }
    assert_eq!(data.keys(&["add", "other", "--scope", "all"]).0, Some(2));
    assert_eq!(data.keys(&["revoke", "nobody"]).0, Some(1));
    assert_eq!(data.keys(&["revoke", "wecom-bot"]).0, Some(0));
    assert_eq!(data.keys(&["list"]).1, "xiaoli  agent");
    std::fs::write(&file, "[{\"name\": \"x\"}]").expect("it can be written");
    assert_eq!(data.keys(&["list"]).0, Some(1));
    assert_eq!(data.keys(&["add", "y", "--scope", "lookup"]).0, Some(1));
}

#[test]
fn the_api_answers_a_key_for_what_it_allows_until_it_is_revoked() {
    let data = Data::new("require");
    let mut options = data.options();
    options.require_key = true;
    let address = serve(options);
    let with = |key: &str| {
        get(
            address,
            LOOKUP,
            &[("authorization", &format!("Bearer {key}"))],
        )
    };

    let none = get(address, LOOKUP, &[]);
    assert_eq!((none.status, none.problem().as_str()), (401, "missing-key"));
    assert_eq!(
        none.header("www-authenticate"),
        Some("Bearer realm=\"jieda\"")
    );

    // Keys made while the server runs count at once.
    let bot = data.add("bot", "lookup");
    let form = data.add("form", "feedback");
    assert_eq!(with(&bot).status, 200);
    assert_eq!(
        get(
            address,
            LOOKUP,
            &[("AUTHORIZATION", &format!("bEARER  {bot} "))]
        )
        .status,
        200
    );
    let narrow = with(&form);
    assert_eq!(
        (narrow.status, narrow.problem().as_str()),
        (403, "missing-scope")
    );
    assert!(
        narrow
            .header("www-authenticate")
            .is_some_and(|h| h.contains("scope=\"lookup\""))
    );

    // The pages, the assets and the probes are for everybody.
    for path in ["/", "/kb", "/search?q=E17", "/healthz"] {
        assert_eq!(get(address, path, &[]).status, 200, "{path}");
    }
    assert_eq!(data.keys(&["revoke", "bot"]).0, Some(0));
    let gone = with(&bot);
    assert_eq!((gone.status, gone.problem().as_str()), (401, "invalid-key"));

    // A broken file neither lets anybody in nor locks anybody out.
    let kept = data.add("kept", "lookup");
    assert_eq!(with(&kept).status, 200);
    std::fs::write(data.0.join("keys.json"), "{").expect("it can be written");
    assert_eq!(with(&kept).status, 200);
    assert_eq!(with(&bot).status, 401);
    // Without its file there is no key.
    std::fs::remove_file(data.0.join("keys.json")).expect("it was there");
    assert_eq!(with(&kept).status, 401);
}

#[test]
fn a_wrong_key_is_refused_even_where_none_is_needed() {
    let data = Data::new("optional");
    let key = data.add("bot", "lookup");
    let address = serve(data.options());
    assert_eq!(get(address, LOOKUP, &[]).status, 200);
    let long = format!("Bearer {}", "x".repeat(8_000));
    let nearly = format!("Bearer {}", &key[..key.len() - 1]);
    let basic = format!("Basic {key}");
    let hostile = [
        "Bearer",
        "Bearer ",
        "bearer x",
        &key,
        &basic,
        &long,
        &nearly,
        "",
        "Bearer \u{fe}\u{ff}",
        "Bearer jieda_",
        "Bearer null",
        "Bearer ' OR 1=1 --",
        "Bearer ../../etc/passwd",
    ];
    for value in hostile {
        let reply = get(address, LOOKUP, &[("authorization", value)]);
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (401, "invalid-key"),
            "{value:?}"
        );
        assert!(!reply.body.contains("jieda_"), "{}", reply.body);
    }
    let right = format!("Bearer {key}");
    let twice = [
        ("authorization", right.as_str()),
        ("authorization", "Bearer x"),
    ];
    assert_eq!(get(address, LOOKUP, &twice).status, 401);
    // Not ours: a proxy in front may ask for a password of its own.
    assert_eq!(
        get(address, "/", &[("authorization", "Basic eDp5")]).status,
        200
    );
}

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
        (over.status, over.problem().as_str()),
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

#[test]
fn a_silent_or_dripping_client_is_let_go_while_others_are_served() {
    let address = serve(Options {
        patience: Patience {
            head: Duration::from_millis(400),
            ..PATIENT
        },
        ..Options::default()
    });
    let starts: [&[u8]; 5] = [
        b"",
        b"GET / HTTP/1.1\r\nhost: x\r\n",
        b"PRI * HTTP/2.0\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
    ];
    let clients: Vec<_> = starts
        .into_iter()
        .map(|start| {
            let mut stream = connect(address);
            stream.write_all(start).expect("it is sent");
            std::thread::spawn(move || {
                // A byte at a time does not buy more time; a refused write is an end as well.
                let mut writer = stream.try_clone().expect("a second handle");
                std::thread::spawn(move || {
                    while writer.write_all(b"x").is_ok() {
                        std::thread::sleep(Duration::from_millis(50));
                    }
                });
                let mut answer = Vec::new();
                // The end, or a reset: either way it is over.
                let end = stream.read_to_end(&mut answer);
                assert!(!matches!(end, Err(e) if e.kind() == std::io::ErrorKind::WouldBlock));
            })
        })
        .collect();
    while !clients.iter().all(std::thread::JoinHandle::is_finished) {
        assert_eq!(get(address, LOOKUP, &[]).status, 200);
    }
    for client in clients {
        client.join().expect("it was let go");
    }
}

/// Sends the head of a lookup whose body is announced; gives the status that comes first, which is
/// 100 once a handler waits for the body.
fn announce(address: SocketAddr, length: usize) -> (TcpStream, u16) {
    let mut stream = connect(address);
    let head = format!(
        "POST /api/v1/lookup HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("it is sent");
    let mut line = [0; 12];
    stream.read_exact(&mut line).expect("a status line");
    let status = String::from_utf8_lossy(&line[9..]).parse();
    (stream, status.expect("a status"))
}

fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .expect("the answer is whole");
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_body_that_does_not_arrive_is_not_waited_for() {
    let address = serve(Options {
        patience: Patience {
            request: Duration::from_millis(400),
            ..PATIENT
        },
        ..Options::default()
    });
    let (mut stream, status) = announce(address, 1_000);
    assert_eq!(status, 100);
    stream.write_all(b"{\"text\"").expect("it is sent");
    let answer = rest(stream);
    assert!(
        answer.contains("HTTP/1.1 408") && answer.contains("request-timeout"),
        "{answer}"
    );
}

#[test]
fn twice_as_many_as_can_be_served_at_once_are_half_served_and_half_told_to_come_back() {
    let bound = 8;
    let address = serve(Options {
        max_concurrent: NonZeroUsize::new(bound).expect("not zero"),
        patience: PATIENT,
        ..Options::default()
    });
    let body = br#"{"text": "PARCEL_LOCKED_BY_AUDIT"}"#;
    let clients: Vec<_> = (0..2 * bound)
        .map(|_| std::thread::spawn(move || announce(address, body.len())))
        .collect();
    let clients: Vec<_> = clients
        .into_iter()
        .map(|c| c.join().expect("an answer"))
        .collect();
    let (served, refused): (Vec<_>, Vec<_>) = clients.into_iter().partition(|(_, s)| *s == 100);
    assert_eq!((served.len(), refused.len()), (bound, bound));
    for (stream, status) in refused {
        assert_eq!(status, 503);
        let answer = rest(stream).to_lowercase();
        assert!(answer.contains("retry-after: 1\r\n") && answer.contains("/problems/overloaded"));
    }
    // The probes still answer, and so does everybody once there is room.
    assert_eq!(get(address, "/healthz", &[]).status, 200);
    assert_eq!(get(address, "/", &[]).status, 503);
    for (mut stream, _) in served {
        stream.write_all(body).expect("it is sent");
        assert!(rest(stream).contains("shipping/sync/parcel-locked"));
    }
    assert_eq!(get(address, "/", &[]).status, 200);
}

#[test]
fn one_address_cannot_take_all_connections() {
    let address = serve(Options {
        max_concurrent: NonZeroUsize::new(1).expect("not zero"),
        patience: PATIENT,
        ..Options::default()
    });
    // Four connections for one request at a time, half of them for one address.
    let held: Vec<TcpStream> = (0..2).map(|_| connect(address)).collect();
    let full = rest(connect(address));
    assert!(
        full.starts_with("HTTP/1.1 503") && full.contains("retry-after: 1"),
        "{full}"
    );
    drop(held);
    eventually("there is room again", || {
        let mut stream = connect(address);
        let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(ask).is_ok() && {
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).is_ok() && answer.starts_with(b"HTTP/1.1 200")
        }
    });
}

#[test]
fn a_client_that_takes_no_answer_is_let_go() {
    let address = serve(Options {
        max_concurrent: NonZeroUsize::new(1).expect("not zero"),
        rate: None,
        patience: Patience {
            unread: Duration::from_millis(500),
            ..PATIENT
        },
        ..Options::default()
    });
    let deaf: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = connect(address);
            let limit = Some(Duration::from_millis(200));
            stream.set_write_timeout(limit).expect("a limit");
            // Until nothing more fits anywhere between the two.
            while stream
                .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                .is_ok()
            {}
            stream
        })
        .collect();
    eventually("there is room again", || {
        let mut stream = connect(address);
        let ask = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let mut answer = Vec::new();
        stream.write_all(ask).is_ok()
            && stream.read_to_end(&mut answer).is_ok()
            && answer.starts_with(b"HTTP/1.1 200")
    });
    drop(deaf);
}
