//! Parts that all pages share: their frame, the facts of an entry at a glance, and the rendering.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::assets::{APPLE_ICON, ICON, SCRIPT, STYLE};
use crate::kb::{Cause, Entry, Kb, Platform};
use crate::live::Generation;
use crate::web::app::App;
use crate::web::http::error::Failure;

/// The frame of every page.
pub(crate) struct Layout<'a> {
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) apple_icon: &'static str,
    /// Scheme and host that stand before a path where it has to be a whole address; empty where they
    /// are not configured, and a browser puts its own there.
    pub(crate) origin: &'a str,
    /// Those of the vocabulary, for the box.
    pub(crate) platforms: &'a [Platform],
    pub(crate) entries: usize,
    pub(crate) generation: &'a str,
    /// The item of the main navigation that is current.
    pub(crate) here: &'static str,
}

impl<'a> Layout<'a> {
    /// `here` is `search`, `kb`, `codes` or empty.
    pub(crate) fn new(app: &'a App, now: &'a Generation, here: &'static str) -> Self {
        let kb = now.engine.kb();
        Self {
            style: &STYLE.url,
            script: &SCRIPT.url,
            icon: &ICON.url,
            apple_icon: &APPLE_ICON.url,
            origin: app.options.public_url.as_deref().unwrap_or_default(),
            platforms: &kb.vocabulary.platforms,
            entries: kb.entries.len(),
            generation: now.engine.generation(),
            here,
        }
    }

    /// An answer's plain text as it goes elsewhere, into a chat or a search engine: its links are whole
    /// addresses, where they can be.
    pub(crate) fn reply(&self, text: &str) -> String {
        whole(text, self.origin)
    }
}

/// The same text, its links to other entries behind this scheme and host.
pub(crate) fn whole(text: &str, origin: &str) -> String {
    text.replace("(/kb/", &format!("({origin}/kb/"))
}

/// A name that leads to the page of all entries that bear it.
pub(crate) struct Label<'a> {
    pub(crate) label: &'a str,
    pub(crate) url: String,
}

impl<'a> Label<'a> {
    pub(crate) fn platform(kb: &'a Kb, id: &'a str) -> Self {
        let platform = kb.vocabulary.platform(id);
        Self {
            label: platform.map_or(id, |p| &p.label),
            url: format!("/platform/{id}"),
        }
    }

    pub(crate) fn cause(cause: Cause) -> Self {
        Self {
            label: cause.label(),
            url: format!("/cause/{}", cause.as_str()),
        }
    }
}

/// The facts of an entry at a glance, in Chinese.
pub(crate) struct Badges<'a> {
    pub(crate) platforms: Vec<Label<'a>>,
    pub(crate) cause: Option<Label<'a>>,
    pub(crate) retry: Option<&'static str>,
    pub(crate) acts: Option<&'static str>,
}

impl<'a> Badges<'a> {
    pub(crate) fn new(kb: &'a Kb, entry: &'a Entry) -> Self {
        Self {
            platforms: entry
                .platforms
                .iter()
                .map(|id| Label::platform(kb, id))
                .collect(),
            cause: entry.cause.map(Label::cause),
            retry: entry.retry.map(|r| r.label()),
            acts: entry.acts.map(|a| a.label()),
        }
    }

    /// Its platforms on one line.
    pub(crate) fn where_sold(&self) -> String {
        let labels: Vec<&str> = self.platforms.iter().map(|p| p.label).collect();
        labels.join("、")
    }
}

/// Renders a page.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(body) => (status, Html(body)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            Failure::Internal.into_response()
        }
    }
}
