//! The fixture knowledge base, its engine, and the binary.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use jieda::journal::Journal;
use jieda::kb::{Kb, Severity};
use jieda::live::Live;
use jieda::lookup::Engine;
use jieda::service::Service;
use jieda::web::{App, Options};

/// A small knowledge base of the tests' own.
pub(crate) fn good() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kb/good")
}

/// The knowledge base that ships.
pub(crate) fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("kb")
}

/// The engine over a folder; fails the test with its diagnostics when it has errors.
#[track_caller]
pub(crate) fn load(dir: &Path) -> Engine {
    let sources = Kb::read(dir).expect("the folder can be read");
    let (kb, diagnostics) = Kb::parse(&sources);
    let errors: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}", errors.concat());
    Engine::new(kb, Kb::digest(&sources)).expect("the engine can be built")
}

/// The engine over [`good`], built once.
pub(crate) fn engine() -> Arc<Engine> {
    static ENGINE: LazyLock<Arc<Engine>> = LazyLock::new(|| Arc::new(load(&good())));
    ENGINE.clone()
}

/// [`engine`] in service, without a journal, with these options.
pub(crate) fn app_with(options: Options) -> App {
    App::new(
        Service::new(Arc::new(Live::new(engine())), Journal::off()),
        options,
    )
}

/// The same with the usual options.
pub(crate) fn app() -> App {
    app_with(Options::default())
}

/// The binary, with nothing of the environment that could change what it does.
pub(crate) fn jieda() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jieda"));
    for (key, _) in std::env::vars().filter(|(k, _)| k.starts_with("JIEDA_")) {
        command.env_remove(key);
    }
    // A journal that is nobody's.
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

/// Waits until a condition holds; fails the test when it does not within half a minute.
#[track_caller]
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A running server; killed with the value.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
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

    /// The whole answer, its head too.
    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        .expect("the request is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    /// A connection of its own.
    #[track_caller]
    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).expect("the server listens")
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log can be read")
    }

    /// The number of its process.
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

/// A connection that is kept: one request after the other.
pub(crate) struct Client(BufReader<TcpStream>);

/// What comes back on it.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    head: Vec<(String, String)>,
}

impl Client {
    #[track_caller]
    pub(crate) fn new(server: &Server) -> Self {
        Self(BufReader::new(server.connect()))
    }

    #[track_caller]
    pub(crate) fn get(&mut self, path: &str) -> Answer {
        write!(self.0.get_mut(), "GET {path} HTTP/1.1\r\nhost: x\r\n\r\n").expect("it is sent");
        let mut line = String::new();
        self.0.read_line(&mut line).expect("an answer");
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok());
        let mut answer = Answer {
            status: status.unwrap_or_else(|| panic!("no status: {line:?}")),
            body: String::new(),
            head: Vec::new(),
        };
        loop {
            line.clear();
            self.0.read_line(&mut line).expect("a head");
            match line.trim_end().split_once(": ") {
                Some((name, value)) => answer.head.push((name.to_lowercase(), value.to_owned())),
                None => break,
            }
        }
        let length = answer.header("content-length").expect("a length");
        let mut body = vec![0; length.parse().expect("a number")];
        self.0.read_exact(&mut body).expect("a body");
        answer.body = String::from_utf8(body).expect("UTF-8");
        answer
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.head.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What two platforms say alike.
pub(crate) const FROZEN: &str = "店铺资料冻结中,暂停推送物流信息";

/// A copy of [`good`] that a test may break; removed with the value.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let dir =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        copy(&good(), &dir);
        Self(dir)
    }

    /// With a message of two platforms, [`FROZEN`], so that the platform has to be asked for.
    pub(crate) fn asking(name: &str) -> Self {
        let kb = Self::new(name);
        for (id, rest) in [("alpha", "请补交执照"), ("beta", "请联系招商经理")] {
            kb.write(
                &format!("shipping/sync/frozen-{id}.md"),
                format!(
                    "---\nplatforms: [{id}]\nupdated: 2026-11-01\n---\n# 店铺资料冻结中，{rest}\n\n\
                     ## 报错信息\n```text\n{FROZEN},{rest}\n```\n\n\
                     ## 原因\n店铺资料被冻结。\n\n## 解决办法\n1. 解除冻结。\n"
                ),
            );
        }
        kb
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().expect("a file has a folder"))
            .expect("the folder can be made");
        std::fs::write(path, bytes).expect("the file can be written");
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.0.join(path)).expect("the file can be removed");
        // A folder of its own goes with it.
        let _ = std::fs::remove_dir(self.0.join(path).parent().expect("a file has a folder"));
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.join(path)).expect("the file can be read")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for item in std::fs::read_dir(from).expect("the folder can be read") {
        let path = item.expect("the folder can be read").path();
        let target = to.join(path.file_name().expect("an item has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}
