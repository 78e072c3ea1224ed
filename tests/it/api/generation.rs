//! The generation that an answer of the API was made from, and the caching that rests on it.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::json;

use super::LOOKUP;
use crate::support;
use crate::support::fixture::{entries, get, post, send};
use crate::support::http::JSON;

#[tokio::test]
async fn every_answer_of_the_api_names_its_generation_and_what_is_got_can_be_kept() {
    let generation = support::engine().generation().to_owned();
    let id = &entries()[0].id;
    let got = [
        format!("{LOOKUP}?text=E17"),
        "/api/v1/suggest?q=E17".to_owned(),
        "/api/v1/search?q=E17".to_owned(),
        "/api/v1/entries".to_owned(),
        format!("/api/v1/entries/{id}"),
        format!("/api/v1/entries/{}", id.replace('/', "%2F")),
        "/api/openapi.json".to_owned(),
    ];
    for uri in &got {
        let reply = get(uri).await;
        assert_eq!(reply.status, 200, "{uri}");
        assert_eq!(reply.header("jieda-generation"), generation, "{uri}");
        let tag = reply.header("etag").to_owned();
        assert!(!tag.is_empty(), "{uri}");
        for method in [Method::GET, Method::HEAD] {
            let request = |known: &str| {
                Request::builder()
                    .method(&method)
                    .uri(uri)
                    .header(header::IF_NONE_MATCH, known)
                    .body(Body::empty())
                    .expect("a request")
            };
            let known = send(request(&tag)).await;
            assert_eq!(known.status, 304, "{method} {uri}");
            assert_eq!(known.body, "");
            assert_eq!(
                known.header("jieda-generation"),
                generation,
                "{method} {uri}"
            );
            assert_eq!(known.header("etag"), tag, "{method} {uri}");
            let other = send(request("\"other\"")).await;
            assert_eq!(other.status, 200, "{method} {uri}");
            assert_eq!(other.header("etag"), tag, "{method} {uri}");
            assert_eq!(
                other.body.is_empty(),
                method == Method::HEAD,
                "{method} {uri}"
            );
        }
    }
    for (uri, body, status) in [
        (LOOKUP, json!({"text": "E17"}), 200),
        ("/api/v1/lookup/batch", json!({"texts": ["E17"]}), 200),
        (
            "/api/v1/feedback",
            json!({"entry": id, "helped": true}),
            503,
        ),
        (LOOKUP, json!({}), 400),
        ("/api/v1/nowhere", json!({}), 404),
    ] {
        let reply = post(uri, JSON, body.to_string()).await;
        assert_eq!(reply.status, status, "{uri}");
        assert_eq!(reply.header("jieda-generation"), generation, "{uri}");
    }
}
