//! Agent notes reach support agents who have signed in, and no other client: every linked page and
//! every answer of the API is searched for the marker in each 客服备注.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jieda::journal::Journal;
use jieda::live::{Live, Opened};
use jieda::service::Service;
use jieda::web::http::keys::{self, Scope};
use jieda::web::{App, Chat, Options, router};
use serde_json::{Value, json};

use crate::support::http::{FORM, JSON, Reply, encoded as quoted, send_for_bytes};
use crate::support::{Scratch, engine};

const MARKER: &str = "AGENTS-ONLY-MARKER";
const ENTRY: &str = "/kb/shipping/sync/parcel-locked";

/// A router with keys in its own folder.
struct Site {
    router: Router,
    data: PathBuf,
}

impl Site {
    fn new(name: &str, public_url: Option<&str>) -> Self {
        Self::serving(name, public_url, Arc::new(Live::new(engine())))
    }

    fn serving(name: &str, public_url: Option<&str>, live: Arc<Live>) -> Self {
        let name = format!("agents-{name}-{}", std::process::id());
        let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&data);
        let options = Options {
            data: data.clone(),
            rate: None,
            public_url: public_url.map(str::to_owned),
            ..Options::default()
        };
        Self {
            router: router(
                App::new(Service::new(live, Journal::off()), options),
                Chat::off(),
            ),
            data,
        }
    }

    fn key(&self, name: &str, scope: Scope) -> String {
        keys::add(&self.data, name, &[scope]).expect("a key is made")
    }

    async fn send(&self, request: Request<Body>) -> Reply {
        let (status, headers, bytes) = send_for_bytes(self.router.clone(), request).await;
        Reply {
            status,
            headers,
            // A picture is searched like a text.
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn get(&self, path: &str, cookie: &str) -> Reply {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }

    async fn post(&self, path: &str, form: &str, cookie: &str) -> Reply {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, FORM)
            .header(header::COOKIE, cookie);
        self.send(
            request
                .body(Body::from(form.to_owned()))
                .expect("a request"),
        )
        .await
    }

    /// Signs in; returns the cookie as a browser sends it back.
    async fn sign_in(&self, key: &str) -> String {
        let reply = self.post("/agent", &format!("key={key}"), "").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let cookie = reply.header(header::SET_COOKIE);
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// The cookie that the server would make for this key, valid until then.
    fn forged(&self, name: &str, end: u64) -> String {
        let kept = std::fs::read_to_string(self.data.join("keys.json")).expect("the keys");
        let kept: Value = serde_json::from_str(&kept).expect("JSON");
        let all = kept.as_array().expect("a list");
        let key = all.iter().find(|k| k["name"] == name).expect("the key");
        let secret = key["sha256"].as_str().expect("a digest");
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
        mac.update(format!("agent~{name}~{end}").as_bytes());
        let mac = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        format!("jieda-agent={name}~{end}~{mac}")
    }

    /// Every page that links from the home page lead to, and the addresses for programs.
    async fn crawl(&self, cookie: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut known: BTreeSet<String> = BTreeSet::from(["/".to_owned(), "/nowhere".to_owned()]);
        let programs = [
            "/api/v1/entries",
            "/api/v1/search?q=包裹",
            "/api/v1/suggest?q=包裹",
            "/api/openapi.json",
            "/sitemap.xml",
            "/robots.txt",
            "/opensearch.xml",
            "/metrics",
            "/readyz",
            "/browse",
            "/batch",
            "/search?q=AGENTS-ONLY",
            "/api/v1/search?q=AGENTS-ONLY-MARKER",
            "/api/v1/suggest?q=AGENTS",
        ];
        known.extend(programs.map(encoded));
        for entry in &engine().kb().entries {
            known.insert(format!("/kb/{}.md", entry.id));
            known.insert(format!("/feedback?entry={}", entry.id));
            known.insert(format!("/api/v1/entries/{}", entry.id));
            known.insert(encoded(&format!(
                "/search?q={}",
                entry.title.replace('#', "%23")
            )));
            known.insert(encoded(&format!(
                "/api/v1/lookup?text={}",
                entry.title.replace('#', "%23")
            )));
        }
        for entry in &engine().kb().entries {
            found.extend(self.tell(&entry.title, cookie).await);
        }
        let mut open: Vec<String> = known.iter().cloned().collect();
        while let Some(path) = open.pop() {
            let reply = self.get(&path, cookie).await;
            for link in links(&reply.body) {
                if known.insert(link.clone()) {
                    open.push(link);
                }
            }
            found.push((path, reply.body));
        }
        assert!(
            found.len() > 30,
            "the crawl goes somewhere: {}",
            found.len()
        );
        found
    }
}

impl Site {
    /// The answers to this text of every address that takes a text in a body.
    async fn tell(&self, text: &str, cookie: &str) -> Vec<(String, String)> {
        let (q, batch) = (json!({"text": text}), json!({"texts": [text]}));
        let tool = |name: &str, arguments: Value| {
            let params = json!({"name": name, "arguments": arguments});
            json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
        };
        let engine = engine();
        let entry = engine.kb().entries.iter().find(|e| e.title == text);
        let id = &entry.expect("the title of an entry").id;
        let bodies = [
            ("/search", FORM, format!("q={}", quoted(text))),
            ("/batch", FORM, format!("text={}", quoted(text))),
            ("/batch.csv", FORM, format!("text={}", quoted(text))),
            ("/api/v1/lookup", JSON, q.to_string()),
            ("/api/v1/lookup/batch", JSON, batch.to_string()),
            ("/mcp", JSON, tool("lookup_error", q).to_string()),
            (
                "/mcp",
                JSON,
                tool("get_entry", json!({"id": id, "max_chars": 8000})).to_string(),
            ),
        ];
        let mut said = Vec::new();
        for (path, media_type, body) in bodies {
            let request = Request::post(path)
                .header(header::HOST, "localhost")
                .header(
                    header::ACCEPT,
                    "application/json, text/event-stream, text/html",
                )
                .header(header::CONTENT_TYPE, media_type)
                .header(header::COOKIE, cookie);
            let reply = self
                .send(request.body(Body::from(body)).expect("a request"))
                .await;
            assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.body);
            assert!(
                reply.body.contains(id),
                "{path} tells of {id}: {}",
                reply.body
            );
            said.push((path.to_owned(), reply.body));
        }
        said
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// Percent-encodes all but printable ASCII.
fn encoded(path: &str) -> String {
    path.bytes()
        .map(|b| match b {
            b'!'..=b'~' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect()
}

/// Addresses on this site that a page links to.
fn links(page: &str) -> Vec<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|link| link.starts_with('/'))
        .map(|link| {
            let link = link.replace("&amp;", "&").replace("&#38;", "&");
            encoded(link.split('#').next().unwrap_or_default())
        })
        .collect()
}

fn later() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("after 1970").as_secs() + 1_000
}

#[tokio::test]
async fn nothing_of_an_agents_reaches_anybody_else() {
    let site = Site::new("crawl", None);
    let key = site.key("xiaoli", Scope::Agent);
    site.key("bot", Scope::Lookup);
    let revoked = site.key("gone", Scope::Agent);
    let gone = site.sign_in(&revoked).await;
    keys::revoke(&site.data, "gone").expect("it is there");
    let good = site.sign_in(&key).await;
    let cookies = [
        String::new(),
        format!("jieda-agent={key}"),
        "jieda-agent=xiaoli".to_owned(),
        format!("jieda-agent=xiaoli~{}~", later()),
        format!("jieda-agent=xiaoli~{}~{}", later(), "A".repeat(43)),
        good.replace("xiaoli", "bot"),
        good.replace('~', "."),
        format!("{good}~more"),
        good[..good.len() - 1].to_owned(),
        // Rightly made, but over, or for a key that lets nobody in.
        site.forged("xiaoli", 1),
        site.forged("bot", later()),
        gone,
    ];
    for (number, cookie) in cookies.iter().enumerate() {
        // The whole site for the first, where it would show for the others.
        let pages = match number {
            0 => site.crawl(cookie).await,
            _ => {
                let entry = site.get(ENTRY, cookie).await;
                let found = site
                    .post("/search", "q=PARCEL_LOCKED_BY_AUDIT", cookie)
                    .await;
                vec![
                    (ENTRY.to_owned(), entry.body),
                    ("/search".to_owned(), found.body),
                ]
            }
        };
        for (path, body) in pages {
            // A page that was asked for the mark shows what it was asked.
            let asked = path.contains("AGENTS-ONLY-MARKER");
            assert!(asked || !body.contains(MARKER), "{path} with {cookie}");
            assert!(
                !body.contains("class=\"agent-only\"") && !body.contains("data-agent"),
                "{path} with {cookie}"
            );
        }
    }
    // The test would see it: the same cookie, as it was made, shows the mark.
    assert!(
        site.get(ENTRY, &site.forged("xiaoli", later()))
            .await
            .body
            .contains(MARKER)
    );
}

#[tokio::test]
async fn an_agent_sees_notes_and_the_ranking_on_pages_alone() {
    let site = Site::new("sees", None);
    let cookie = site.sign_in(&site.key("xiaoli", Scope::Agent)).await;
    let public = site.get(ENTRY, "").await;
    let entry = site.get(ENTRY, &format!("other=1; {cookie}")).await;
    assert!(entry.body.contains(MARKER) && entry.body.contains("xiaoli"));
    assert_eq!(entry.header(header::CACHE_CONTROL), "private, no-cache");
    assert_ne!(public.header(header::CACHE_CONTROL), "private, no-cache");

    let found = site
        .post("/search", "q=PARCEL_LOCKED_BY_AUDIT", &cookie)
        .await;
    assert!(found.body.contains(MARKER) && found.body.contains("排序的依据"));
    assert_eq!(found.header(header::CACHE_CONTROL), "private, no-cache");
    // Each candidate with its features, as the command explains it.
    for part in [
        "shipping/sync/parcel-locked",
        "<th scope=\"row\"><code>",
        "none",
    ] {
        assert!(found.body.contains(part), "{part}");
    }
    // An entry without a note still says who looks.
    let plain = site.get("/kb/shipping/sync/how-to-submit", &cookie).await;
    assert!(plain.body.contains("xiaoli") && !plain.body.contains(MARKER));

    // Programs are told nothing, whoever's cookie they bring.
    let text = json!({"text": "PARCEL_LOCKED_BY_AUDIT"}).to_string();
    let request = Request::post("/api/v1/lookup")
        .header(header::CONTENT_TYPE, JSON)
        .header(header::COOKIE, &cookie);
    let answer = site
        .send(request.body(Body::from(text)).expect("a request"))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.body.contains(MARKER));
    assert!(
        !site
            .get(&format!("{ENTRY}.md"), &cookie)
            .await
            .body
            .contains(MARKER)
    );

    let out = site.post("/agent/sign-out", "", &cookie).await;
    assert_eq!(out.status, StatusCode::SEE_OTHER);
    assert!(out.header(header::SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
}

#[tokio::test]
async fn signing_in_takes_an_agents_key_and_few_guesses() {
    let site = Site::new("guesses", None);
    let bot = site.key("bot", Scope::Lookup);
    for key in ["", "x", "jieda_", &bot, "xiaoli", "%00", "%E5%B0%8F"] {
        let reply = site.post("/agent", &format!("key={key}"), "").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{key}");
        assert_eq!(reply.header(header::LOCATION), "/agent?wrong", "{key}");
        assert_eq!(reply.header(header::SET_COOKIE), "");
    }
    let told = site.get("/agent?wrong", "").await;
    assert!(told.body.contains("密钥不对"));
    assert_eq!(
        site.post("/agent", "other=1", "").await.status,
        StatusCode::BAD_REQUEST
    );
    let mut last = StatusCode::SEE_OTHER;
    for _ in 0..30 {
        last = site.post("/agent", "key=guess", "").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // Looking at the form is no guess.
    assert_eq!(site.get("/agent", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_cookie_is_for_the_server_and_its_pages_alone() {
    for (public_url, name, secure) in [
        (None, "jieda-agent", false),
        (Some("http://help.example"), "jieda-agent", false),
        (Some("https://help.example"), "__Host-jieda-agent", true),
    ] {
        let site = Site::new(name, public_url);
        let key = site.key("xiaoli", Scope::Agent);
        let reply = site.post("/agent", &format!("key={key}"), "").await;
        let cookie = reply.header(header::SET_COOKIE);
        assert!(cookie.starts_with(&format!("{name}=xiaoli~")), "{cookie}");
        for attribute in [
            "; HttpOnly",
            "; SameSite=Strict",
            "; Path=/;",
            "; Max-Age=43200",
        ] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
        assert!(!cookie.contains(&key), "{cookie}");
        assert_eq!(reply.header(header::CACHE_CONTROL), "private, no-cache");
    }
}

#[tokio::test]
async fn an_agent_is_told_what_keeps_the_content_from_being_renewed() {
    let kb = Scratch::new("agents-refused");
    kb.write(
        "shipping/sync/broken.md",
        "---\nplatfroms: [alpha]\n---\n# 标题一二三\n",
    );
    let opened = Live::open(kb.path(), true).expect("the folder can be read");
    let Opened::Serving(live, _) = opened else {
        panic!("what is good serves");
    };
    let site = Site::serving("refused", None, Arc::new(live));
    let cookie = site.sign_in(&site.key("xiaoli", Scope::Agent)).await;
    let told = site.get("/agent", &cookie).await.body;
    assert!(
        told.contains("没有生效") && told.contains("shipping/sync/broken.md"),
        "{told}"
    );
    assert!(!site.get("/agent", "").await.body.contains("broken.md"));
}
