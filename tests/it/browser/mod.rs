//! The pages in a real Chromium, against the real binary: keys, pointer and clipboard, the weight
//! of a page, the rules of axe-core and the content security policy.

mod agents;
mod keys;
mod pages;
mod pictures;

use std::future::Future;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::support::Server;

/// Time after which a test has waited in vain. The machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

const FLAGS: [&str; 13] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
    "--log-level=3",
    // Nothing but this machine: a page that asked another host would fail.
    "--host-resolver-rules=MAP help.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];
/// A name of this machine that browsers do not treat as local: without https it is not secure.
const ELSEWHERE: &str = "help.example";

/// Notes forbidden acts of a page from its first moment on.
const WITNESS: &str = "window.wrongs = [];
    document.addEventListener('securitypolicyviolation', e => window.wrongs.push('CSP: ' + e.violatedDirective + ' ' + e.blockedURI));
    window.addEventListener('error', e => window.wrongs.push('error: ' + e.message));
    window.addEventListener('unhandledrejection', e => window.wrongs.push('rejection: ' + e.reason));";

/// The WebDriver server for Chromium; killed with the value.
struct Chromedriver(Child);

impl Chromedriver {
    /// Starts it on a free port; returns that port too. It ends where the port that IPv4 gave it is
    /// not free under IPv6 as well, so it is started again.
    fn start() -> (Self, String) {
        const ATTEMPTS: usize = 5;
        let mut attempts = (0..ATTEMPTS).filter_map(|_| Self::attempt());
        attempts.next().expect("it says its port in time")
    }

    fn attempt() -> Option<(Self, String)> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts: tests/run.sh installs it");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let started = Self(child);
        let (send, said) = mpsc::channel();
        // Read to the end, or the program would wait on a full pipe.
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = said.recv_timeout(left).ok()?;
            if let Some(port) = line.strip_prefix("ChromeDriver was started successfully on port ")
            {
                return Some((started, port.trim_end_matches('.').to_owned()));
            }
        }
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A browser, and a server for it.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    base: String,
    /// The server's own folder.
    data: PathBuf,
}

/// Runs a test with a new browser and a new server over a knowledge base; ends both when the test
/// has passed or failed.
pub(crate) async fn with_browser<F>(kb: &Path, test: impl FnOnce(Browser) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let kb = kb.to_str().expect("a path in UTF-8");
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("browser-{}-{number}", std::process::id());
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&data);
    let server = Server::start(
        &["--listen", "127.0.0.1:0", "--kb", kb],
        &[("JIEDA_DATA", data.to_str().expect("a path in UTF-8"))],
    );
    let base = format!("http://{}", server.address);
    let (_chromedriver, port) = Chromedriver::start();
    let mut wanted = DesiredCapabilities::chrome();
    for flag in FLAGS {
        wanted.add_arg(flag).expect("a flag is a string");
    }
    wanted.set_binary("/usr/bin/chromium").expect("a path");
    let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted)
        .await
        .expect("Chromium starts");
    let browser = Browser {
        driver,
        base,
        data: data.clone(),
    };
    browser
        .cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": WITNESS}),
        )
        .await;
    // In a task of its own, so that a panic of the test comes back as an error.
    let outcome = tokio::spawn(test(browser.clone())).await;
    let _ = browser.driver.quit().await;
    drop(server);
    let _ = std::fs::remove_dir_all(&data);
    if let Err(error) = outcome {
        std::panic::resume_unwind(error.into_panic());
    }
}

impl Browser {
    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The same browser, to which the server seems to be another machine, without https.
    pub(crate) fn elsewhere(&self) -> Self {
        Self {
            base: self.base.replace("127.0.0.1", ELSEWHERE),
            ..self.clone()
        }
    }

    /// Opens a page.
    pub(crate) async fn open(&self, path: &str) {
        let url = self.url(path);
        self.driver.goto(&url).await.expect("the page opens");
    }

    /// The path of the page that is open.
    pub(crate) async fn path(&self) -> String {
        let url = self.driver.current_url().await.expect("it is somewhere");
        url.path().to_owned()
    }

    /// A command of the Chrome DevTools Protocol.
    pub(crate) async fn cdp(&self, command: &str, parameters: Value) -> Value {
        let sent = self.driver.cdp().send_raw(command, parameters).await;
        sent.unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// Runs a script, which may `await`, and returns its value.
    pub(crate) async fn run(&self, script: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; (async () => {{ {script} }})().then(done, e => done('failed: ' + e))"
        );
        let returned = self.driver.execute_async(script, Vec::new()).await;
        returned.expect("the script runs").json().clone()
    }

    /// Sets the width of the screen and the preferences of its reader, such as
    /// `prefers-color-scheme`.
    pub(crate) async fn screen(&self, width: u32, preferences: &[(&str, &str)]) {
        let phone = width < 600;
        self.cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": if phone { 780 } else { 900 }, "deviceScaleFactor": 1, "mobile": phone}),
        )
        .await;
        let features: Vec<Value> = preferences
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        self.cdp(
            "Emulation.setEmulatedMedia",
            json!({"media": "screen", "features": features}),
        )
        .await;
    }

    /// Waits until a script's expression is true.
    pub(crate) async fn until(&self, what: &str, expression: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.run(&format!("return Boolean({expression})")).await != true {
            assert!(Instant::now() < deadline, "never so: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Types into the element that has the focus.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) {
        let focused = self.driver.active_element().await.expect("one has it");
        focused.send_keys(keys).await.expect("it takes keys");
    }

    /// Clicks the first element that a selector finds.
    pub(crate) async fn click(&self, selector: &str) {
        let found = self.driver.find(By::Css(selector)).await;
        let element = found.unwrap_or_else(|e| panic!("{selector}: {e}"));
        element.click().await.expect("it can be clicked");
    }

    /// Waits until the page says that something was copied.
    pub(crate) async fn until_copied(&self) {
        self.until(
            "it says so",
            "document.querySelector('.toast').textContent.includes('已复制')",
        )
        .await;
    }

    /// Pastes a text into the box of the page that is open, in place of what it holds.
    pub(crate) async fn paste(&self, text: &str) {
        let quoted = serde_json::to_string(text).expect("a string");
        self.run(&format!(
            "const q = document.getElementById('q');
            await navigator.clipboard.writeText({quoted}); q.focus(); q.select()"
        ))
        .await;
        self.press(Key::Control + "v").await;
    }

    /// Looks a text up in the box of the page that is open, and waits for the outcome.
    pub(crate) async fn ask(&self, text: &str) {
        let q = serde_json::to_string(text).expect("a string");
        self.run(&format!(
            "document.getElementById('q').value = {q}; document.getElementById('q').form.querySelector('button:not(.csv)').click()"
        ))
        .await;
        self.until(
            "an outcome",
            "document.querySelector('.outcome, .failure, .found')",
        )
        .await;
    }

    /// Forbidden acts of the page that is open.
    pub(crate) async fn wrongs(&self) -> Value {
        self.run("return window.wrongs").await
    }
}
