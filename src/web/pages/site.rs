//! Documents about the site for other programs: search engines (robots, sitemap, structured data),
//! browsers (OpenSearch description, web manifest).

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::assets::{APPLE_ICON, ICON, MASKABLE_ICON};
use super::contents;
use crate::kb::Entry;
use crate::live::Generation;
use crate::web::app::{App, Now};
use crate::web::http::error::Failure;

/// The sitemap protocol allows no more addresses in a file (<https://www.sitemaps.org/protocol.html>).
const ON_SITEMAP: usize = 50_000;

/// Scheme and host for addresses that must be whole: those of the operator's option, else those that
/// the client wrote. Behind a proxy the scheme is then that of `X-Forwarded-Proto`.
pub(crate) struct Origin(pub(crate) String);

impl FromRequestParts<App> for Origin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        if let Some(url) = &app.options.public_url {
            return Ok(Self(url.clone()));
        }
        let header = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let host = parts.uri.authority().map(|a| a.as_str());
        let host = host
            .or_else(|| header(header::HOST.as_str()))
            .filter(|host| {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b);
                !host.is_empty() && host.bytes().all(plain)
            });
        let scheme = match header("x-forwarded-proto") {
            Some("https") => "https",
            _ => "http",
        };
        Ok(Self(format!(
            "{scheme}://{}",
            host.ok_or(Failure::BadRequest)?
        )))
    }
}

/// `GET /robots.txt`: outcomes are of no use to a search engine, the entries are.
pub(crate) async fn robots(Origin(origin): Origin) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /search\nDisallow: /api/\n\nSitemap: {origin}/sitemap.xml\n"
    );
    text.into_response()
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap<'a> {
    origin: String,
    /// Paths, each with the day of its last change where it is known.
    pages: Vec<(String, Option<&'a str>)>,
}

/// `GET /sitemap.xml`
pub(crate) async fn sitemap(Now(now): Now, Origin(origin): Origin) -> Response {
    let mut pages = pages(&now);
    pages.truncate(ON_SITEMAP);
    xml("application/xml", &Sitemap { origin, pages })
}

/// Every page that is worth finding.
fn pages(now: &Generation) -> Vec<(String, Option<&str>)> {
    let kb = now.engine.kb();
    let fixed = ["/", "/kb", "/faq", "/codes"].map(str::to_owned);
    let categories = kb.categories.iter().map(|c| format!("/kb/{}", c.id));
    let facets = contents::platforms(kb)
        .into_iter()
        .chain(contents::causes(kb));
    let entries = kb
        .entries
        .iter()
        .map(|e| (format!("/kb/{}", e.id), e.updated.as_deref()));
    fixed
        .into_iter()
        .chain(categories)
        .chain(facets.map(|f| f.url))
        .map(|path| (path, None))
        .chain(entries)
        .collect()
}

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct OpenSearch {
    origin: String,
    icon: &'static str,
}

/// `GET /opensearch.xml`: a browser can take jieda for one of its search engines.
pub(crate) async fn opensearch(Origin(origin): Origin) -> Response {
    let icon = &ICON.url;
    xml(
        "application/opensearchdescription+xml",
        &OpenSearch { origin, icon },
    )
}

fn xml(media_type: &'static str, document: &impl Template) -> Response {
    match document.render() {
        Ok(body) => typed(media_type, body),
        Err(error) => {
            tracing::error!(%error, "a document cannot be rendered");
            Failure::Internal.into_response()
        }
    }
}

fn typed(media_type: &'static str, body: String) -> Response {
    let media_type = HeaderValue::from_static(media_type);
    (StatusCode::OK, [(header::CONTENT_TYPE, media_type)], body).into_response()
}

/// `GET /manifest.webmanifest`: on a phone, jieda can be put beside the apps, and text can be shared
/// with it from them.
pub(crate) async fn manifest() -> Response {
    let icon = |url: &str, media_type: &str, sizes: &str, purpose: &str| json!({"src": url, "type": media_type, "sizes": sizes, "purpose": purpose});
    let manifest = json!({
        "name": "解答：贴上报错，找到解决办法",
        "short_name": "解答",
        "lang": "zh-CN",
        "start_url": "/",
        "display": "standalone",
        "background_color": "#f6f6f3",
        "theme_color": "#2f5bd0",
        "icons": [
            icon(&ICON.url, "image/svg+xml", "any", "any"),
            icon(&MASKABLE_ICON.url, "image/svg+xml", "any", "maskable"),
            icon(&APPLE_ICON.url, "image/png", "180x180", "any"),
        ],
        "share_target": {
            "action": "/search",
            "method": "POST",
            "enctype": "application/x-www-form-urlencoded",
            "params": {"text": "q"},
        },
    });
    typed("application/manifest+json", manifest.to_string())
}

/// A question with its answer as a search engine reads it: schema.org's `FAQPage`, ready to stand in a
/// `<script>`, whatever it holds.
pub(crate) fn structured(url: &str, entry: &Entry, answer: &str) -> String {
    let answer = json!({"@type": "Answer", "text": answer});
    let mut page = json!({
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "url": url,
        "inLanguage": "zh-CN",
        "mainEntity": [{"@type": "Question", "name": entry.title, "acceptedAnswer": answer}],
    });
    if let Some(day) = &entry.updated {
        page["dateModified"] = day.as_str().into();
    }
    // In JSON these stand in strings alone, where an escape means the same.
    page.to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structured_data_cannot_end_its_script() {
        let evil = "</script><script>alert(1)</script><!-- &amp;";
        let entry = Entry {
            title: evil.to_owned(),
            ..Entry::default()
        };
        let written = structured("/kb/a", &entry, evil);
        assert!(!written.contains(['<', '>', '&']));
        let read: serde_json::Value = serde_json::from_str(&written).expect("it is JSON still");
        assert_eq!(read["mainEntity"][0]["name"], evil);
    }
}
