//! Support agents: signing in with a key, and what they alone see. A page asks [`Viewer`] whether it
//! is for an agent; nothing of an agent's is made for anybody else.
//!
//! The cookie holds the key's name, its end, and a MAC under the key's digest. So the server keeps no
//! sessions, a restart ends no sign-in, and a revoked key's sessions end with it. A reader of
//! the digests could sign in, but can read the notes in the knowledge base beside them anyway.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::SystemTime;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::assets::AGENT_SCRIPT;
use super::layout::{Layout, html};
use crate::kb::{Entry, render};
use crate::live::{Generation, Refusal};
use crate::lookup::Exclude;
use crate::lookup::weigh::{Weighed, weighed};
use crate::lookup::{Answer, Paste};
use crate::web::app::{App, Now};
use crate::web::http::client_ip;
use crate::web::http::error::Failure;
use crate::web::http::extract::Form;
use crate::web::http::keys::{Key, Scope};

/// Life of a sign-in, in seconds: a working day. Chosen.
const LIFE: u64 = 12 * 3_600;
/// Candidates in the explanation of a ranking.
const EXPLAINED: usize = 6;

/// The viewer of a page: an agent, by the name of the key, or anyone else.
pub(crate) struct Viewer(Option<String>);

impl Viewer {
    /// The line that tells an agent of being signed in.
    pub(crate) fn bar(self) -> Option<Bar> {
        self.0.map(Bar::new)
    }

    /// An agent's view beside an entry.
    pub(crate) fn entry(self, entry: &Entry) -> Option<AgentEntry> {
        Some(AgentEntry {
            bar: Bar::new(self.0?),
            notes: entry.agent_notes.as_deref().map(render::html),
        })
    }

    /// An agent's view beside a result.
    pub(crate) fn result<'a>(
        self,
        now: &'a Generation,
        paste: &Paste,
        answer: &Answer,
    ) -> Option<AgentResult<'a>> {
        let bar = Bar::new(self.0?);
        let engine = &now.engine;
        let mut named: Vec<usize> = Vec::new();
        let problems = answer.problems.iter().map(|p| &p.verdict);
        for hit in problems.chain([&answer.verdict]).flat_map(|v| &v.results) {
            if !named.contains(&hit.entry) {
                named.push(hit.entry);
            }
        }
        let entries = named.iter().map(|&e| &engine.kb().entries[e]);
        let considered = engine.consider(paste.text(), paste.platform(), Exclude::Nothing);
        Some(AgentResult {
            bar,
            notes: entries
                .filter_map(|e| Some((e, render::html(e.agent_notes.as_deref()?))))
                .collect(),
            message: considered.reading.analyzed.style.message,
            information: considered.reading.information,
            none: considered.judgement.none,
            weighed: weighed(engine, &considered, EXPLAINED),
        })
    }
}

/// The line that tells an agent of being signed in.
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) script: &'static str,
}

impl Bar {
    fn new(name: String) -> Self {
        Self {
            name,
            script: &AGENT_SCRIPT.url,
        }
    }
}

/// An agent's view beside an entry.
pub(crate) struct AgentEntry {
    pub(crate) bar: Bar,
    /// 客服备注, as sanitised HTML.
    pub(crate) notes: Option<String>,
}

/// An agent's view beside a result.
pub(crate) struct AgentResult<'a> {
    pub(crate) bar: Bar,
    /// 客服备注 of the entries that are listed.
    pub(crate) notes: Vec<(&'a Entry, String)>,
    pub(crate) message: bool,
    pub(crate) information: f32,
    pub(crate) none: f64,
    pub(crate) weighed: Vec<Weighed>,
}

/// The response; one with an agent's content is kept by the agent's own browser alone, to go back
/// to: a result that was posted for would have to be sent again.
pub(crate) fn private_for(agent: bool, response: Response) -> Response {
    if agent {
        keep_private(response)
    } else {
        response
    }
}

fn keep_private(mut response: Response) -> Response {
    let value = HeaderValue::from_static("private, no-cache");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}

impl FromRequestParts<App> for Viewer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let cookie = cookie(&parts.headers, cookie_name(app));
        Ok(Self(cookie.and_then(|value| signed_in(app, value))))
    }
}

/// A browser takes the prefixed name only over TLS, from this very host, for all its paths.
fn cookie_name(app: &App) -> &'static str {
    if secure(app) {
        "__Host-jieda-agent"
    } else {
        "jieda-agent"
    }
}

fn secure(app: &App) -> bool {
    let url = app.options.public_url.as_deref();
    url.is_some_and(|url| url.starts_with("https://"))
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(n, value)| (n == name).then_some(value))
}

/// The name that a cookie proves.
fn signed_in(app: &App, value: &str) -> Option<String> {
    let mut parts = value.split('~');
    let (name, end, mac) = (parts.next()?, parts.next()?, parts.next()?);
    let key = app.guard.keys.named(name)?;
    let proven = mac_of(&key, end).verify_slice(&URL_SAFE_NO_PAD.decode(mac).ok()?);
    let alive = end.parse::<u64>().is_ok_and(|end| end > now());
    let agent = key.allows(Scope::Agent) && alive && proven.is_ok() && parts.next().is_none();
    agent.then(|| name.to_owned())
}

fn mac_of(key: &Key, end: &str) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key.secret());
    let mut mac = mac.expect("a key of any length will do");
    mac.update(format!("agent~{}~{end}", key.name).as_bytes());
    mac
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

#[derive(Template)]
#[template(path = "agent.html")]
struct AgentPage<'a> {
    layout: Layout<'a>,
    bar: Option<Bar>,
    /// For an agent: why the newest state of the content does not serve.
    refused: Option<Arc<Refusal>>,
    script: &'static str,
    wrong: bool,
}

/// `GET /agent`: the form, or who is signed in. With `?wrong` after a key that was none.
pub(crate) async fn home(
    State(app): State<App>,
    Now(now): Now,
    viewer: Viewer,
    uri: Uri,
) -> Response {
    let page = AgentPage {
        layout: Layout::new(&app, &now, ""),
        refused: viewer.0.as_ref().and_then(|_| app.service.live().refused()),
        bar: viewer.bar(),
        script: &AGENT_SCRIPT.url,
        wrong: uri.query() == Some("wrong"),
    };
    keep_private(html(StatusCode::OK, &page))
}

/// `POST /agent` with the key.
pub(crate) async fn sign_in(State(app): State<App>, request: Request) -> Response {
    let address = client_ip::address(&request, &app.options.trusted_proxies);
    if let Err(left) = app.guard.guesses.count(client_ip::network(address)) {
        return Failure::TooManyRequests(left.retry_after()).into_response();
    }
    let mut fields =
        match <Form as axum::extract::FromRequest<App>>::from_request(request, &app).await {
            Ok(Form(fields)) => fields,
            Err(failure) => return failure.into_response(),
        };
    let Some(token) = fields.take("key") else {
        return Failure::MissingField("key".into()).into_response();
    };
    let key = app.guard.keys.find(token.trim());
    let Some(key) = key.filter(|key| key.allows(Scope::Agent)) else {
        return Redirect::to("/agent?wrong").into_response();
    };
    let end = (now() + LIFE).to_string();
    let mac = URL_SAFE_NO_PAD.encode(mac_of(&key, &end).finalize().into_bytes());
    let cookie = set_cookie(&app, &format!("{}~{end}~{mac}", key.name), LIFE);
    keep_private(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

/// `POST /agent/sign-out`
pub(crate) async fn sign_out(State(app): State<App>) -> Response {
    let headers = [
        (header::SET_COOKIE.as_str(), set_cookie(&app, "", 0)),
        // The pages and the recent lookups of this browser.
        ("clear-site-data", "\"cache\", \"storage\"".to_owned()),
    ];
    keep_private((headers, Redirect::to("/agent")).into_response())
}

fn set_cookie(app: &App, value: &str, life: u64) -> String {
    let secure = if secure(app) { "; Secure" } else { "" };
    let name = cookie_name(app);
    format!("{name}={value}; Path=/; Max-Age={life}; HttpOnly; SameSite=Strict{secure}")
}
