//! The callbacks of chat platforms, called by independent implementations of the platforms
//! (`tests/chat/`), which decrypt and check the answers.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::{Scratch, Server, run};

/// The fixture with a question, and with an answer that is too long for a chat message.
fn kb(name: &str) -> Scratch {
    let kb = Scratch::asking(name);
    let steps: String = (1..=80)
        .map(|n| format!("{n}. 打开仓库设置，检查第 {n} 个仓库的编码，超过二十位的改短。\n"))
        .collect();
    let long = format!(
        "---\nplatforms: [alpha]\nupdated: 2026-11-01\n---\n# 仓储编码超长\n\n## 报错信息\n```text\n仓储编码超长校验未通过\n```\n\n## 解决办法\n{steps}"
    );
    kb.write("shipping/sync/warehouse-code-too-long.md", long);
    kb
}

/// A program that plays a platform.
struct Peer(Child);

impl Peer {
    fn start(script: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/chat");
        let python = std::env::var("CHAT_PYTHON")
            .expect("CHAT_PYTHON names a Python with the platforms' libraries: see tests/run.sh");
        let child = Command::new(python)
            .arg("-B")
            .arg(folder.join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        Self(child.expect("Python starts"))
    }

    /// The next line of its output.
    fn line(&mut self) -> String {
        let mut line = String::new();
        let stdout = self.0.stdout.as_mut().expect("a pipe");
        // A byte at a time: nothing of the next line is taken.
        BufReader::with_capacity(1, stdout)
            .read_line(&mut line)
            .expect("a line");
        line.trim().to_owned()
    }

    /// Runs it against a server, to its end.
    #[track_caller]
    fn run(mut self, server: &Server) {
        let mut stdin = self.0.stdin.take().expect("a pipe");
        writeln!(stdin, "http://{}", server.address).expect("it listens");
        drop(stdin);
        let output = self.0.wait_with_output().expect("it ends");
        let (said, wrong) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success() && said.ends_with("ok\n"),
            "{said}{wrong}"
        );
    }
}

/// A server over a knowledge base, with the chat platforms of this configuration.
fn serve(kb: &Scratch, hooks: &str) -> Server {
    let path = |p: &Path| p.to_str().expect("a path").to_owned();
    let (dir, file) = (path(kb.path()), path(&kb.path().with_extension("toml")));
    std::fs::write(&file, hooks).expect("the file can be written");
    let options = [
        ("JIEDA_KB", dir.as_str()),
        ("JIEDA_LISTEN", "127.0.0.1:0"),
        ("JIEDA_HOOKS", &file),
        ("JIEDA_PUBLIC_URL", "https://help.example"),
    ];
    Server::start(&[], &options)
}

const WECOM: &str = "[wecom]\ncorp_id = \"wx5823bf96d3bd56c7\"\ntoken = \"QDG6eK\"\naes_key = \"jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C\"\n";
const DINGTALK: &str = "[dingtalk]\napp_secret = \"ding-app-secret\"\nevents = { app_key = \"dingapp\", token = \"events-token\", aes_key = \"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG\" }\n";

#[test]
fn wecom_is_answered_as_its_own_library_reads_it() {
    let kb = kb("wecom");
    Peer::start("as_wecom.py").run(&serve(&kb, WECOM));
}

#[test]
fn dingtalk_is_answered_as_its_own_library_reads_it() {
    let kb = kb("dingtalk");
    Peer::start("as_dingtalk.py").run(&serve(&kb, DINGTALK));
}

#[test]
fn feishu_is_answered_through_its_api() {
    let kb = kb("feishu");
    let mut peer = Peer::start("as_feishu.py");
    let hooks = format!(
        "[feishu]\napp_id = \"cli_1\"\napp_secret = \"feishu-secret\"\nencrypt_key = \"feishu-encrypt-key\"\n\
         verification_token = \"feishu-token\"\nurl = \"http://127.0.0.1:{}\"\n",
        peer.line()
    );
    let server = serve(&kb, &hooks);
    peer.run(&server);
    let log = server.log();
    for secret in [
        "feishu-secret",
        "feishu-encrypt-key",
        "feishu-token",
        "t-1",
        "13812345678",
    ] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn a_platform_that_is_not_configured_is_not_there() {
    let kb = kb("not-there");
    let server = serve(&kb, WECOM);
    assert!(server.get("/hooks/wecom").starts_with("HTTP/1.1 401"));
    for path in ["/hooks/dingtalk", "/hooks/feishu", "/hooks", "/hooks/other"] {
        assert!(server.get(path).starts_with("HTTP/1.1 404"), "{path}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_said_to_be_without_its_secrets() {
    let kb = kb("bad-hooks");
    let file = kb.path().join("bad.toml");
    let bad = [
        ("[wecom]\ntoken = \"s3cret\"\n", "corp_id"),
        (
            "[wecom]\ncorp_id = \"c\"\ntoken = \"s3cret\"\naes_key = \"s3cret\"\n",
            "[wecom]: aes_key",
        ),
        ("[dingtalk]\napp_secret = \"\"\n", "[dingtalk]: app_secret"),
        (
            "[feishu]\napp_id = \"a\"\napp_secret = \"s3cret\"\nencrypt_key = \"\"\nverification_token = \"s3cret\"\n",
            "[feishu]",
        ),
        ("[slack]\ntoken = \"s3cret\"\n", "slack"),
        ("[wecom]\ncorp_id = s3cret\n", "line 2"),
    ];
    for (text, expected) in bad {
        kb.write("bad.toml", text);
        let file = file.to_str().expect("a path");
        let output = run(&[
            "serve",
            "--kb",
            "tests/kb/good",
            "--listen",
            "127.0.0.1:0",
            "--hooks",
            file,
        ]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && said.contains(expected),
            "{said}"
        );
        assert!(!said.contains("s3cret"), "{said}");
    }
    let help = run(&["serve", "--help"]);
    assert!(String::from_utf8_lossy(&help.stdout).contains("JIEDA_HOOKS"));
}
