//! Chat bots: the callbacks of 企业微信, 钉钉 and 飞书. Each platform's file knows its signature,
//! envelope and markup; `conversation` decides the reply for all of them.
//!
//! A request without the platform's signature gets 401 and an empty body: it learns nothing. A
//! platform that is not configured has no route.

mod callback;
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

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::web::app::App;
use callback::Callback;
use conversation::Conversations;

/// The largest body of a callback, in bytes: a platform's longest message, sealed, is smaller.
const MAX_BODY: usize = 512 << 10;

/// The platforms as the operator's file configures them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    wecom: Option<wecom::Settings>,
    dingtalk: Option<dingtalk::Settings>,
    feishu: Option<feishu::Settings>,
}

/// A file of settings that cannot be used. Never holds a value of it.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is not valid TOML of this shape.
    #[error("line {line}: {message}")]
    Malformed {
        /// Line, from 1 on.
        line: usize,
        /// The fault.
        message: String,
    },
    /// A value of a platform is not what its console shows.
    #[error("[{0}]: {1}")]
    Value(&'static str, &'static str),
}

/// The configured platforms.
pub struct Chat {
    wecom: Option<envelope::Envelope>,
    dingtalk: Option<dingtalk::Robot>,
    feishu: Option<feishu::Bot>,
}

impl Chat {
    /// No platform.
    pub fn off() -> Self {
        Self {
            wecom: None,
            dingtalk: None,
            feishu: None,
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
        })
    }

    /// The routes of the platforms that are configured.
    pub(crate) fn routes(self, app: &App) -> Router<App> {
        let conversations = Arc::new(Conversations::new());
        let mut router = Router::new();
        if let Some(envelope) = self.wecom {
            let callback = Callback::new(envelope, app, &conversations);
            let route = get(wecom::check).post(wecom::message);
            router = router.route("/hooks/wecom", route.with_state(callback));
        }
        if let Some(robot) = self.dingtalk {
            let callback = Callback::new(robot, app, &conversations);
            let (message, event) = (post(dingtalk::message), post(dingtalk::event));
            router = router
                .route("/hooks/dingtalk", message.with_state(callback.clone()))
                .route("/hooks/dingtalk/events", event.with_state(callback));
        }
        if let Some(bot) = self.feishu {
            let callback = Callback::new(bot, app, &conversations);
            router = router.route("/hooks/feishu", post(feishu::event).with_state(callback));
        }
        router.layer(DefaultBodyLimit::max(MAX_BODY))
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
