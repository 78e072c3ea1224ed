//! Responses of a JSON value a line, each sent as it is ready (`application/x-ndjson`).

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Frame;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::headers::{GENERATION, generation};

/// Media type of such a response.
pub(crate) const MEDIA_TYPE: &str = "application/x-ndjson";
/// Lines that wait for a slow client; its work waits then. Chosen.
const WAITING: usize = 16;

/// The lines of a response, sent by work that may block.
pub(crate) struct Lines(Sender<Bytes>);

impl Lines {
    /// Sends a line. False if nobody reads any more, so that the work may end.
    pub(crate) fn send(&self, mut line: String) -> bool {
        line.push('\n');
        self.0.blocking_send(line.into()).is_ok()
    }
}

/// A response whose lines `work` sends, away from the threads that all requests share. One that
/// breaks off ends without its last line.
pub(crate) fn response(id: &str, work: impl FnOnce(&Lines) + Send + 'static) -> Response {
    let (sender, receiver) = channel(WAITING);
    tokio::task::spawn_blocking(move || work(&Lines(sender)));
    let media_type = HeaderValue::from_static(MEDIA_TYPE);
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (GENERATION, generation(id)),
    ];
    (headers, Body::new(Received(receiver))).into_response()
}

/// A body of what comes in.
struct Received(Receiver<Bytes>);

impl hyper::body::Body for Received {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.0.poll_recv(context);
        next.map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}
