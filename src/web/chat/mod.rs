//! Chat bots: the callbacks of 企业微信, 钉钉 and 飞书. Each platform's file knows its signature,
//! envelope and markup; `conversation` decides the reply for all of them.
//!
//! A request without the platform's signature gets 401 and an empty body: it learns nothing. A
//! platform that is not configured has no route.

mod conversation;
mod dingtalk;
mod envelope;
mod expiring_map;
mod feishu;
mod message;
mod outbox;
mod wecom;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::rejection::StringRejection;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::web::app::App;
use conversation::{Conversations, Incoming};
use message::Message;

/// The largest body of a callback, in bytes: a platform's longest message, sealed, is smaller.
const MAX_BODY: usize = 512 << 10;
/// A callback's time may differ from ours by so much, as 钉钉 demands; the others say nothing.
const FRESH: Duration = Duration::from_secs(3_600);

/// The platforms as the operator's file configures them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    wecom: Option<wecom::Settings>,
    dingtalk: Option<dingtalk::Settings>,
    feishu: Option<feishu::Settings>,
}

/// Why the file cannot be used. Never holds what stands in it.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is no TOML of this shape.
    #[error("line {line}: {message}")]
    Malformed {
        /// Where.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// A value of a platform is not what its console shows.
    #[error("[{0}]: {1}")]
    Value(&'static str, &'static str),
}

/// The configured platforms and their open conversations.
pub struct Chat {
    wecom: Option<envelope::Envelope>,
    dingtalk: Option<dingtalk::Robot>,
    feishu: Option<feishu::Bot>,
    conversations: Conversations,
}

impl Chat {
    /// No platform.
    pub fn off() -> Self {
        Self {
            wecom: None,
            dingtalk: None,
            feishu: None,
            conversations: Conversations::new(),
        }
    }

    /// The platforms of a file.
    ///
    /// # Errors
    /// [`ChatError`] says what is wrong with it.
    pub fn read(path: &Path) -> Result<Self, ChatError> {
        let text = std::fs::read_to_string(path)?;
        let settings: Settings = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            ChatError::Malformed {
                line: text[..at].lines().count().max(1),
                // What is said of a wrong type quotes the value.
                message: match error.message() {
                    said if said.starts_with("invalid ") => "not what is expected here".to_owned(),
                    said => said.to_owned(),
                },
            }
        })?;
        let wrong = |platform| move |what| ChatError::Value(platform, what);
        Ok(Self {
            wecom: settings
                .wecom
                .map(wecom::Settings::envelope)
                .transpose()
                .map_err(wrong("wecom"))?,
            dingtalk: settings
                .dingtalk
                .map(dingtalk::Settings::robot)
                .transpose()
                .map_err(wrong("dingtalk"))?,
            feishu: settings
                .feishu
                .map(feishu::Settings::bot)
                .transpose()
                .map_err(wrong("feishu"))?,
            conversations: Conversations::new(),
        })
    }

    /// The routes of the platforms that are configured.
    pub(crate) fn routes(self, app: &App) -> Router<App> {
        let mut router = Router::new();
        if self.wecom.is_some() {
            router = router.route("/hooks/wecom", get(wecom::check).post(wecom::message));
        }
        if self.dingtalk.is_some() {
            router = router
                .route("/hooks/dingtalk", post(dingtalk::message))
                .route("/hooks/dingtalk/events", post(dingtalk::event));
        }
        if self.feishu.is_some() {
            router = router.route("/hooks/feishu", post(feishu::event));
        }
        let state = ChatState {
            app: app.clone(),
            chat: Arc::new(self),
        };
        router
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(state)
    }
}

/// The state of the callbacks: the server's, and the platforms with their conversations.
#[derive(Clone)]
struct ChatState {
    app: App,
    chat: Arc<Chat>,
}

impl ChatState {
    /// The reply to a message; `None` to a repeat.
    fn reply(&self, incoming: &Incoming) -> Option<Message> {
        self.chat.conversations.reply(&self.app, incoming)
    }
}

/// The configured platforms by name, without their secrets.
impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chat")
            .field("wecom", &self.wecom.is_some())
            .field("dingtalk", &self.dingtalk.is_some())
            .field("feishu", &self.feishu.is_some())
            .finish_non_exhaustive()
    }
}

/// The body of a callback; one that is no text or too large is as good as none, and is refused with
/// what is not signed.
type Body = Result<String, StringRejection>;

/// To whoever did not sign as the platform signs.
const REFUSED: StatusCode = StatusCode::UNAUTHORIZED;

/// Seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// Whether a time in seconds is near ours: an old callback may be a recorded one.
fn fresh(seconds: &str) -> bool {
    let seconds: Option<u64> = seconds.parse().ok();
    seconds.is_some_and(|s| s.abs_diff(now()) <= FRESH.as_secs())
}
