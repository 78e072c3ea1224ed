//! The stylesheet and the icon, inside the binary, under names that change with their content.

use std::hash::{DefaultHasher, Hasher};
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::error::Failure;
use super::extract::Rest;

/// A file that never changes under its name.
pub(super) struct Asset {
    /// The address it is served at.
    pub(super) url: String,
    content: &'static str,
    media_type: &'static str,
}

impl Asset {
    fn new(stem: &str, extension: &str, media_type: &'static str, content: &'static str) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(content.as_bytes());
        Self {
            url: format!("/assets/{stem}-{:016x}.{extension}", hasher.finish()),
            content,
            media_type,
        }
    }
}

/// The one stylesheet.
pub(super) static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "style",
        "css",
        "text/css; charset=utf-8",
        include_str!("../../templates/style.css"),
    )
});

/// The icon of the tab and the header.
pub(super) static ICON: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new(
        "icon",
        "svg",
        "image/svg+xml",
        include_str!("../../templates/icon.svg"),
    )
});

/// `GET /assets/{name}`
pub(super) async fn asset(Rest(name): Rest) -> Result<Response, Failure> {
    let asset = [&*STYLE, &*ICON]
        .into_iter()
        .find(|a| a.url.strip_prefix("/assets/") == Some(&name))
        .ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.content).into_response())
}
