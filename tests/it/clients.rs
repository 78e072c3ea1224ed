//! The clients in the README, run as they are against the real binary.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::mcp::{run, tools};
use crate::support::Server;

/// The first block in a language in the README's section on the API, with the address of this
/// server.
#[track_caller]
fn block(language: &str, server: &Server) -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("the README can be read");
    let section = readme.split("\n## ").find(|s| s.starts_with("The API\n"));
    let code = section
        .and_then(|s| s.split(&format!("\n```{language}\n")).nth(1))
        .and_then(|s| s.split("\n```").next())
        .expect("the README has such a client");
    assert!(code.lines().count() <= 13, "a client is short");
    let calling = code.replace("127.0.0.1:8080", &server.address);
    assert_ne!(calling, code, "it says whom it calls");
    calling
}

#[test]
fn the_clients_of_the_readme_work() {
    let server = Server::start(&["serve", "--listen", "127.0.0.1:0"], &[("JIEDA_KB", "kb")]);
    let curl = run(Command::new("sh").arg("-c").arg(block("sh", &server)));
    let answer: Value = serde_json::from_str(&curl).expect("curl prints the answer");
    assert_eq!(answer["outcome"], "answer");
    let text = answer["results"][0]["answer"]["text"].as_str();
    let text = text.expect("an answer has a text").trim();

    let python = run(Command::new(tools().join("python/bin/python"))
        .arg("-c")
        .arg(block("python", &server)));
    assert_eq!(python.trim(), text);

    let folder = tools().join("node");
    std::fs::write(folder.join("client.ts"), block("ts", &server)).expect("it can be written");
    run(Command::new("node_modules/.bin/esbuild")
        .args([
            "client.ts",
            "--format=esm",
            "--log-level=error",
            "--outfile=client.mjs",
        ])
        .current_dir(&folder));
    let typescript = run(Command::new("node").arg(folder.join("client.mjs")));
    assert_eq!(typescript.trim(), text);
}
