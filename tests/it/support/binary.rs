//! The binary: run to its end, or as a server, and clients of it.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::eventually;

/// A command that runs the binary without its environment variables.
pub(crate) fn jieda() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jieda"));
    for (key, _) in std::env::vars().filter(|(k, _)| k.starts_with("JIEDA_")) {
        command.env_remove(key);
    }
    // A journal that no test reads.
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("data");
    command
        .env("JIEDA_DATA", data)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    command
}

/// Runs the binary to its end.
pub(crate) fn run(args: &[&str]) -> Output {
    jieda().args(args).output().expect("the binary starts")
}

/// A running server; killed with the value.
pub(crate) struct Server {
    child: Child,
    /// The address that it listens on.
    pub(crate) address: String,
    log: PathBuf,
}

impl Server {
    /// Starts `jieda` with these arguments and this environment, and waits until it listens.
    #[track_caller]
    pub(crate) fn start(args: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::run(jieda().args(args).envs(environment.iter().copied()))
    }

    /// Starts a command that becomes the server.
    #[track_caller]
    pub(crate) fn run(command: &mut Command) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let log = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("server-{}-{number}.log", std::process::id()));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("the log can be made"))
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let Some((_, address)) = line.trim().rsplit_once("http://") else {
            let log = std::fs::read_to_string(&log).unwrap_or_default();
            panic!("it does not listen: {line}{log}");
        };
        Self {
            child,
            address: address.to_owned(),
            log,
        }
    }

    /// The answer to `GET`: head and body.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> String {
        self.get_with(path, "")
    }

    /// The same with more header lines, each ended by CRLF.
    #[track_caller]
    pub(crate) fn get_with(&self, path: &str, lines: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\n{lines}connection: close\r\n\r\n"
        )
        .expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// A new connection.
    #[track_caller]
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).expect("the server listens")
    }

    /// Its log so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `TERM`.
    #[track_caller]
    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .args([format!("-{name}"), self.id().to_string()])
            .status();
        assert!(kill.expect("kill runs").success());
    }

    /// Its exit status, once it has ended.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let mut status = None;
        eventually("the server ends", || {
            status = self.child.try_wait().expect("a child of ours");
            status.is_some()
        });
        status.and_then(|s| s.code())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.log);
    }
}

/// A connection that carries one request after the other.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    #[track_caller]
    pub(crate) fn new(server: &Server) -> Self {
        Self(BufReader::new(server.connect()))
    }

    #[track_caller]
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        write!(self.0.get_mut(), "GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").expect("it is sent");
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = self.0.read_line(&mut head).expect("a head");
            assert!(read > 0, "the connection ended in {head:?}");
        }
        let mut answer = Answer::parse(head.as_bytes());
        let length = answer.header("content-length").expect("a length");
        let mut body = vec![0; length.parse().expect("a number")];
        self.0.read_exact(&mut body).expect("a body");
        answer.body = String::from_utf8(body).expect("UTF-8");
        answer
    }
}

/// An answer that came over a connection.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// An answer from its bytes.
    #[track_caller]
    pub(crate) fn parse(answer: &[u8]) -> Self {
        let answer = String::from_utf8_lossy(answer);
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status line");
        Self {
            status: status.parse().expect("a status"),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// The value of a header, its name in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|l| l.split_once(": "))
            .find_map(|(n, v)| n.eq_ignore_ascii_case(name).then_some(v))
    }
}
