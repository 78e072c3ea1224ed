//! The generation that an answer of the API was made from, and the caching that rests on it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Method, Request, header};
use hyper::body::Frame;
use jieda::journal::{Journal, Place};
use jieda::live::{Live, Reload, reload_on_change};
use jieda::service::Service;
use jieda::web::{App, Chat, Options, router};
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use serde_json::json;

use super::LOOKUP;
use crate::support::fixture::{entries, get, post, send};
use crate::support::http::{self, JSON};
use crate::support::{self, Scratch, eventually, load, router_over};

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

/// A knowledge base in service that is replaced when a test says so.
struct Replaced {
    kb: Scratch,
    live: Arc<Live>,
    reload: Reload,
    /// The generation that serves first.
    first: String,
}

impl Replaced {
    /// First the platform `gamma` is known, then `delta`.
    fn new(name: &str) -> Self {
        let kb = Scratch::new(name);
        let platform = "\n[[platform]]\nid = \"gamma\"\nlabel = \"伽马\"\n";
        kb.write(PLATFORMS, kb.read(PLATFORMS) + platform);
        let live = Arc::new(Live::new(Arc::new(load(kb.path()))));
        // Nothing is read unless it is asked for.
        let hour = Some(Duration::from_secs(3_600));
        let reload = reload_on_change(live.clone(), kb.path().to_owned(), hour).expect("a thread");
        let first = live.current().engine.generation().to_owned();
        Self {
            kb,
            live,
            reload,
            first,
        }
    }

    /// Replaces the generation that serves first; returns once the next one serves.
    fn replace(&self) {
        let next = self.kb.read(PLATFORMS).replace("gamma", "delta");
        self.kb.write(PLATFORMS, next);
        self.reload.ask();
        eventually("the next generation serves", || self.now() != self.first);
    }

    /// The generation that serves now.
    fn now(&self) -> String {
        self.live.current().engine.generation().to_owned()
    }
}

const PLATFORMS: &str = "_vocabulary/platforms.toml";

/// Replaces the generation while a handler gives feedback to a journal that drops it: the handler
/// has judged the entry by then, and its failure has not been rendered yet.
struct ReplaceOnDrop<'a>(&'a Replaced);

impl Recorder for ReplaceOnDrop<'_> {
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        if key.name() == "jieda_journal_dropped_total" {
            self.0.replace();
        }
        Counter::noop()
    }

    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn a_failure_carries_the_generation_that_judged() {
    let replaced = Replaced::new("judged");
    let data = Scratch::new("judged-data");
    let reply = with_local_recorder(&ReplaceOnDrop(&replaced), || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let journal = Journal::open(Place::Folder(data.path().to_owned()), None);
            journal.close(Duration::from_secs(30)).await;
            let service = Service::new(replaced.live.clone(), journal);
            let app = App::new(service, Options::default());
            let feedback = json!({"entry": entries()[0].id, "helped": true}).to_string();
            let request = http::post("/api/v1/feedback", JSON, feedback);
            http::send(router(app, Chat::off()), request).await
        })
    });
    assert_eq!(reply.json()["type"], "/problems/journal-full");
    assert_ne!(replaced.now(), replaced.first, "another serves by now");
    assert_eq!(reply.header("jieda-generation"), replaced.first);
}

/// A body that comes only after the generation has been replaced.
struct Late(Arc<Replaced>, Option<Bytes>);

impl HttpBody for Late {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let bytes = self.1.take();
        if bytes.is_some() {
            self.0.replace();
        }
        Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[tokio::test]
async fn a_request_that_outlasts_a_generation_is_judged_by_the_one_that_it_names() {
    for (platform, known_at_first) in [("gamma", true), ("delta", false)] {
        let replaced = Arc::new(Replaced::new(platform));
        let body = json!({"text": "E17", "platform": platform}).to_string();
        let late = Late(replaced.clone(), Some(body.into()));
        let request = http::post(LOOKUP, JSON, Body::new(late));
        let reply = http::send(router_over(replaced.live.clone()), request).await;
        let by_first = reply.header("jieda-generation") == replaced.first;
        let status = if by_first == known_at_first { 200 } else { 400 };
        assert_eq!(reply.status, status, "{platform}: {}", reply.body);
    }
}
