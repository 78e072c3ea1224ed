//! Answers on their way to 飞书: a bounded queue and the thread that empties it. When the API is
//! slow or away, answers are dropped and said to be; no request waits for it.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use ureq::Agent;

/// Answers that wait.
const WAITING: usize = 256;
/// One call of the API may take so long.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A token is renewed so long before it ends.
const EARLY: Duration = Duration::from_secs(300);
/// Codes of the API for a token that is no longer valid (Feishu's documentation).
const NO_TOKEN: [i64; 3] = [99_991_661, 99_991_663, 99_991_668];

/// An answer to a message.
pub(super) struct Letter {
    /// The message's id.
    pub(super) to: String,
    /// A rich message.
    pub(super) content: Value,
}

/// Sends answers, on a thread of its own.
pub(super) struct Outbox(SyncSender<Letter>);

impl Outbox {
    /// The thread ends with the value.
    pub(super) fn new(url: String, app_id: String, app_secret: String) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(WAITING);
        let agent = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        let api = Api {
            agent,
            url,
            credentials: json!({"app_id": app_id, "app_secret": app_secret}),
            token: None,
        };
        std::thread::Builder::new()
            .name("feishu".to_owned())
            .spawn(move || deliver(api, &receiver))?;
        Ok(Self(sender))
    }

    /// Puts an answer on its way.
    pub(super) fn send(&self, letter: Letter) {
        if self.0.try_send(letter).is_err() {
            tracing::error!("飞书: too many answers wait, one was dropped");
        }
    }
}

fn deliver(mut api: Api, letters: &Receiver<Letter>) {
    for letter in letters {
        if let Err(error) = api.reply(&letter) {
            tracing::error!(%error, "飞书: an answer was not delivered");
        }
    }
}

/// 飞书's API as one application sees it.
struct Api {
    agent: Agent,
    url: String,
    credentials: Value,
    token: Option<(String, Instant)>,
}

/// A failed delivery. Never holds a token or a text.
#[derive(Debug, thiserror::Error)]
enum Undelivered {
    #[error("{0}")]
    Http(#[from] ureq::Error),
    #[error("the API refused with code {0}")]
    Refused(i64),
}

impl Api {
    fn reply(&mut self, letter: &Letter) -> Result<(), Undelivered> {
        match self.try_reply(letter) {
            Err(Undelivered::Refused(code)) if NO_TOKEN.contains(&code) => {
                self.token = None;
                self.try_reply(letter)
            }
            done => done,
        }
    }

    fn try_reply(&mut self, letter: &Letter) -> Result<(), Undelivered> {
        let token = self.token()?;
        let path = format!("/open-apis/im/v1/messages/{}/reply", plain(&letter.to));
        let body = json!({
            "msg_type": "post",
            "content": letter.content.to_string(),
            // The same answer twice, from several servers or after a broken connection, is one.
            "uuid": letter.to.chars().take(50).collect::<String>(),
        });
        self.call(&path, Some(&token), &body).map(drop)
    }

    fn token(&mut self) -> Result<String, Undelivered> {
        if let Some((token, until)) = &self.token
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let path = "/open-apis/auth/v3/tenant_access_token/internal";
        let answer = self.call(path, None, &self.credentials)?;
        let token = answer["tenant_access_token"].as_str();
        let token = token.ok_or(Undelivered::Refused(0))?.to_owned();
        let life = Duration::from_secs(answer["expire"].as_u64().unwrap_or_default());
        let until = Instant::now() + life.saturating_sub(EARLY).min(Duration::from_secs(7_200));
        self.token = Some((token.clone(), until));
        Ok(token)
    }

    fn call(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, Undelivered> {
        let mut request = self
            .agent
            .post(format!("{}{path}", self.url))
            .header("content-type", "application/json; charset=utf-8");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.send(body.to_string())?;
        let text = response.body_mut().read_to_string()?;
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        match answer["code"].as_i64() {
            Some(0) => Ok(answer),
            code => Err(Undelivered::Refused(code.unwrap_or(-1))),
        }
    }
}

/// An id is letters, digits and underscores; nothing else gets into an address.
fn plain(id: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    id.chars().filter(plain).collect()
}
