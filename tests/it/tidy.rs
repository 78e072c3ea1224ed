//! The house keeps its shape: arrows point one way, files say what they are, functions and files
//! stay small.

use std::path::{Path, PathBuf};

/// A module may use only what stands to its left.
const ORDER: [&str; 13] = [
    "text", "privacy", "kb", "index", "lookup", "eval", "journal", "live", "web", "terminal",
    "keep", "access", "config",
];
/// Lines of a file before its tests.
const FILE: usize = 400;

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).expect("src can be read") {
            let path = item.expect("src can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source is text");
                files.push((path, text));
            }
        }
    }
    files.sort();
    assert!(files.len() > 20, "the walk found the sources");
    files
}

fn module(path: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let relative = path.strip_prefix(src).expect("a source lies in src");
    let first = relative.components().next().expect("a path has a part");
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

fn before_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

#[test]
fn arrows_point_upstream() {
    for (path, text) in sources() {
        let Some(own) = ORDER.iter().position(|m| *m == module(&path)) else {
            continue;
        };
        for (position, other) in ORDER.iter().enumerate().skip(own + 1) {
            let uses = text.contains(&format!("crate::{other}"));
            assert!(
                !uses,
                "{} ({}) uses {} ({position})",
                path.display(),
                ORDER[own],
                other
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is_and_stays_small() {
    for (path, text) in sources() {
        if path.ends_with("tests.rs") {
            continue;
        }
        assert!(
            text.starts_with("//!"),
            "{} has no module documentation",
            path.display()
        );
        let lines = before_tests(&text).lines().count();
        assert!(
            lines <= FILE,
            "{} has {lines} lines before its tests, at most {FILE}",
            path.display()
        );
    }
}

#[test]
fn only_main_prints_or_exits() {
    for (path, text) in sources().iter().filter(|(p, _)| module(p) != "main") {
        for call in ["println!", "eprintln!", "print!(", "process::exit", "dbg!"] {
            assert!(
                !before_tests(text).contains(call),
                "{} calls {call}",
                path.display()
            );
        }
    }
}

#[test]
fn text_and_lookup_touch_no_disk_and_wait_for_nothing() {
    for (path, text) in sources()
        .iter()
        .filter(|(p, _)| matches!(module(p).as_str(), "text" | "privacy" | "lookup" | "index"))
    {
        for word in [
            "std::fs", "std::net", "async fn", "tokio", "Mutex", "RwLock",
        ] {
            assert!(
                !before_tests(text).contains(word),
                "{} has {word}",
                path.display()
            );
        }
    }
}
