//! The callback of one platform: its state, and what every platform's callback needs.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::rejection::StringRejection;
use axum::http::StatusCode;

use super::conversation::{Conversations, Incoming};
use super::message::Message;
use crate::web::app::App;

/// Largest difference of a callback's time from ours, as 钉钉 demands; the others' documentation says
/// nothing of it.
const FRESH: Duration = Duration::from_secs(3_600);

/// A configured platform, with the conversations of all of them.
pub(super) struct Callback<P> {
    pub(super) platform: P,
    app: App,
    conversations: Arc<Conversations>,
}

impl<P> Callback<P> {
    pub(super) fn new(platform: P, app: &App, conversations: &Arc<Conversations>) -> Arc<Self> {
        Arc::new(Self {
            platform,
            app: app.clone(),
            conversations: conversations.clone(),
        })
    }

    /// The reply to a message; `None` to a repeat.
    pub(super) fn reply(&self, incoming: &Incoming) -> Option<Message> {
        self.conversations.reply(&self.app, incoming)
    }
}

/// The body of a callback; one that is no text or too large is as good as none, and is refused with
/// what is not signed.
pub(super) type Body = Result<String, StringRejection>;

/// The answer to a request without the platform's signature.
pub(super) const REFUSED: StatusCode = StatusCode::UNAUTHORIZED;

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// True if a time in seconds is near ours: an old callback may be a recorded one.
pub(super) fn fresh(seconds: &str) -> bool {
    let seconds: Option<u64> = seconds.parse().ok();
    seconds.is_some_and(|s| s.abs_diff(now()) <= FRESH.as_secs())
}
