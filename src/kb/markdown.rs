//! The Markdown that an answer is written in: one parser and one list of URL schemes, for checking
//! links and for rendering.

use pulldown_cmark::{Options, Parser};

/// URL schemes that the renderer keeps and a browser or phone can open.
pub(super) const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// CommonMark with tables and strikethrough.
pub(super) fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(
        markdown,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    )
}
