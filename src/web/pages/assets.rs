//! The stylesheet, the script and the icons, inside the binary, under names that change with their
//! content.

use std::hash::{DefaultHasher, Hasher};
use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::web::http::error::Failure;
use crate::web::http::extract::Rest;

/// A file that never changes under its name.
pub(crate) struct Asset {
    /// The address it is served at.
    pub(crate) url: String,
    content: &'static [u8],
    media_type: &'static str,
}

impl Asset {
    fn new(name: &str, media_type: &'static str, content: &'static [u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(content);
        let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
        Self {
            url: format!("/assets/{stem}-{:016x}.{extension}", hasher.finish()),
            content,
            media_type,
        }
    }
}

/// Names an asset after its file in `templates/`.
macro_rules! asset {
    ($(#[$doc:meta])+ $name:ident $file:literal $media_type:literal) => {
        $(#[$doc])+
        pub(crate) static $name: LazyLock<Asset> = LazyLock::new(|| {
            Asset::new($file, $media_type, include_bytes!(concat!("../../../templates/", $file)))
        });
    };
}

asset! {
    /// The one stylesheet.
    STYLE "style.css" "text/css; charset=utf-8"
}
asset! {
    /// The one script.
    SCRIPT "app.js" "text/javascript; charset=utf-8"
}
asset! {
    /// The script of signed-in agents alone.
    AGENT_SCRIPT "agent.js" "text/javascript; charset=utf-8"
}
asset! {
    /// The icon of the tab and the header.
    ICON "icon.svg" "image/svg+xml"
}
asset! {
    /// The icon with nothing at its edges, for phones that cut their own shape.
    MASKABLE_ICON "icon-maskable.svg" "image/svg+xml"
}
asset! {
    /// The same for phones that read no SVG.
    APPLE_ICON "icon-180.png" "image/png"
}

/// `GET /assets/{name}`
pub(crate) async fn asset(Rest(name): Rest) -> Result<Response, Failure> {
    let assets = [
        &*STYLE,
        &*SCRIPT,
        &*AGENT_SCRIPT,
        &*ICON,
        &*MASKABLE_ICON,
        &*APPLE_ICON,
    ];
    let asset = assets
        .into_iter()
        .find(|a| a.url.strip_prefix("/assets/") == Some(&name))
        .ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    Ok((headers, asset.content).into_response())
}
