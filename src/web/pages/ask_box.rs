//! The box that a text is asked in. It keeps its content on every page that answers, failures too.

use axum::response::{IntoResponse, Response};

use crate::web::http::error::Failure;
use crate::web::http::extract::Fields;

/// The text and the platform in the box.
#[derive(Debug, Clone, Default)]
pub(crate) struct AskBox {
    pub(crate) q: String,
    pub(crate) platform: Option<String>,
}

impl AskBox {
    /// From the fields of a request; `None` without `q`.
    pub(crate) fn take(mut fields: Fields) -> Option<Self> {
        // Browsers send every line end of a text area as CRLF, whatever was pasted.
        let q = fields.take("q")?.replace("\r\n", "\n");
        Some(Self {
            q,
            platform: fields.take("platform").filter(|p| !p.is_empty()),
        })
    }

    /// True if this platform is chosen.
    pub(crate) fn is_platform(&self, id: &str) -> bool {
        self.platform.as_deref() == Some(id)
    }

    /// The failure, with what was asked beside it so that the page can keep it in the box.
    pub(crate) fn refused(self, failure: Failure) -> Response {
        let mut response = failure.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
