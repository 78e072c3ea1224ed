//! What an edit costs while the server works: from a save to its serving, and the longest request
//! meanwhile. Drives the real binary over the shipped knowledge base; prints a table.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Edits of each kind.
const TIMES: usize = 10;
/// Who asks meanwhile.
const CLIENTS: usize = 2;
const PASTE: &str =
    "/api/v1/lookup?text=%E6%8B%86%E5%8D%95%E6%A0%A1%E9%AA%8C%E6%9C%AA%E9%80%9A%E8%BF%87%23P38";

fn main() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("kb");
    let kb = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("reload-{}", std::process::id()));
    copy(&shipped, &kb);
    let starts = (0..TIMES).map(|_| start(&kb).2);
    println!("start to listening           {}", spread(starts.collect()));

    let (server, address, _) = start(&kb);
    let entries: Vec<PathBuf> = files(&kb)
        .into_iter()
        .filter(|file| {
            let relative = file.strip_prefix(&kb).expect("it is in there");
            relative
                .iter()
                .all(|part| !part.as_encoded_bytes().starts_with(b"_"))
        })
        .collect();
    let dictionary = kb.join("_vocabulary/dictionary.txt");
    println!(
        "{:28} {:44} requests meanwhile: p50, p99, longest",
        "", "save to serving: least, median, longest"
    );
    let nothing = while_asked(&address, || std::thread::sleep(Duration::from_secs(3)));
    println!("{:28} {:44} {}", "nothing changes", "", requests(nothing.1));
    let mut edits = 0..;
    for (what, changed) in [
        ("one file", &entries[..1]),
        ("all entries", &entries[..]),
        ("the vocabulary", std::slice::from_ref(&dictionary)),
    ] {
        let (took, asked) = while_asked(&address, || {
            let numbers = edits.by_ref().take(TIMES);
            let took = numbers.map(|number| edit(&address, changed, number));
            took.collect::<Vec<_>>()
        });
        let what = format!("{what} ({})", changed.len());
        println!("{what:28} {:44} {}", spread(took), requests(asked));
    }
    drop(server);
    let _ = std::fs::remove_dir_all(&kb);
}

/// Starts the server; how long it took until it listened.
fn start(kb: &Path) -> (Server, String, Duration) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_jieda"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--rate",
            "0",
            "--log-level",
            "warn",
            "--kb",
        ])
        .arg(kb)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let took = begun.elapsed();
    let address = line.trim().rsplit("http://").next().expect("an address");
    (Server(child), address.to_owned(), took)
}

/// Killed with the value.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Changes these files and waits until another generation serves.
fn edit(address: &str, changed: &[PathBuf], number: u32) -> Duration {
    let mut client = connect(address);
    let before = get(&mut client, "/readyz").0;
    let generation = |ready: &str| {
        ready
            .split("\"generation\":\"")
            .nth(1)
            .map(|r| r[..8].to_owned())
    };
    for file in changed {
        let text = std::fs::read_to_string(file).expect("it can be read");
        let line = if file.extension().is_some_and(|e| e == "md") {
            format!("{text}\n## 备注{number}\n改了{number}次。\n")
        } else {
            format!(
                "{text}\n新词甲乙丙{} 100\n",
                char::from_u32(0x4e00 + number).expect("a 汉字")
            )
        };
        std::fs::write(file, line).expect("it can be written");
    }
    let saved = Instant::now();
    while generation(&get(&mut client, "/readyz").0) == generation(&before) {
        assert!(
            saved.elapsed() < Duration::from_secs(30),
            "it is never served"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    saved.elapsed()
}

/// What `work` gives, and how long each request took meanwhile.
fn while_asked<T>(address: &str, work: impl FnOnce() -> T) -> (T, Vec<Duration>) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let ask = || {
            let mut client = connect(address);
            let mut took = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let begun = Instant::now();
                let (body, status) = get(&mut client, PASTE);
                took.push(begun.elapsed());
                assert!(
                    status == 200 && body.contains("split-check-failed-p38"),
                    "{status} {body}"
                );
            }
            took
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        let given = work();
        done.store(true, Ordering::Relaxed);
        let took = clients
            .into_iter()
            .flat_map(|c| c.join().expect("no request failed"));
        (given, took.collect())
    })
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("a socket");
    BufReader::new(stream)
}

fn get(client: &mut BufReader<TcpStream>, path: &str) -> (String, u16) {
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    client
        .get_mut()
        .write_all(head.as_bytes())
        .expect("it is sent");
    let mut line = String::new();
    client.read_line(&mut line).expect("an answer");
    let status = line.split(' ').nth(1).and_then(|s| s.parse().ok());
    let mut length = 0;
    while line != "\r\n" {
        line.clear();
        client.read_line(&mut line).expect("a head");
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    client.read_exact(&mut body).expect("a body");
    (
        String::from_utf8(body).expect("UTF-8"),
        status.expect("a status"),
    )
}

fn spread(mut took: Vec<Duration>) -> String {
    took.sort();
    let millis = |at: usize| took[at].as_secs_f64() * 1e3;
    format!(
        "{:.0} ms, {:.0} ms, {:.0} ms",
        millis(0),
        millis(took.len() / 2),
        millis(took.len() - 1)
    )
}

fn requests(mut took: Vec<Duration>) -> String {
    took.sort();
    let millis = |at: usize| took[at].as_secs_f64() * 1e3;
    let last = took.len() - 1;
    format!(
        "{:.2} ms, {:.2} ms, {:.2} ms ({} requests)",
        millis(last / 2),
        millis(last * 99 / 100),
        millis(last),
        took.len()
    )
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(dir).expect("a folder") {
        let path = item.expect("an item").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).expect("it is in there"));
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("it can be made");
        std::fs::copy(&file, target).expect("it can be copied");
    }
}
