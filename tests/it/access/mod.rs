//! Access over real connections: keys, rates, origins, and clients that are slow, silent or too
//! many.

mod connections;
mod keys;
mod rates;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jieda::web::{self, Chat, Options, Patience};
use serde_json::Value;

use crate::support::{Answer, app_with, run};

const LOOKUP: &str = "/api/v1/lookup?text=PARCEL_LOCKED_BY_AUDIT";
/// Longer than any test takes: only the limit under test may end a connection.
const NEVER: Duration = Duration::from_secs(600);

const PATIENT: Patience = Patience {
    head: NEVER,
    request: NEVER,
    unread: NEVER,
};

/// Starts a server in this process on a free port; it ends with the process.
fn serve(options: Options) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    listener.set_nonblocking(true).expect("it can be polled");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let (app, chat) = (app_with(options), Chat::off());
            web::serve(listener, app, chat, std::future::pending()).await
        })
    });
    address
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    let limit = Some(Duration::from_secs(30));
    stream.set_read_timeout(limit).expect("a limit");
    stream
}

/// The last word of the type of a problem.
fn problem(answer: &Answer) -> String {
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    let kind = body["type"].as_str().expect("a type");
    kind.rsplit('/').next().expect("a word").to_owned()
}

/// Sends one request with these header lines and reads all of the answer.
#[track_caller]
fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = connect(address);
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).expect("it is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("an answer");
    Answer::parse(&answer)
}

fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(address, "GET", path, headers)
}

/// A data folder for a server, removed with the value.
struct Data(PathBuf);

impl Data {
    fn new(name: &str) -> Self {
        let name = format!("data-{name}-{}", std::process::id());
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&dir);
        Self(dir)
    }

    fn keys(&self, args: &[&str]) -> (Option<i32>, String) {
        let dir = self.0.to_str().expect("a path");
        let output = run(&[&["keys"], args, &["--data", dir]].concat());
        let text = String::from_utf8(output.stdout).expect("text");
        (output.status.code(), text.trim().to_owned())
    }

    /// Adds a key and returns it.
    #[track_caller]
    fn add(&self, name: &str, scopes: &str) -> String {
        let (status, key) = self.keys(&["add", name, "--scope", scopes]);
        assert_eq!(status, Some(0));
        key
    }

    fn options(&self) -> Options {
        Options {
            data: self.0.clone(),
            ..Options::default()
        }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
