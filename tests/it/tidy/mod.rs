//! The repository stays tidy: uses go one way and in no circle, files and functions stay small,
//! weights have names, and doc comments name their subject. Each test lists every violation.

mod circles;
mod effects;
mod order;
mod prose;
mod size;
mod source;
mod tree;

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use order::{Rows, top_level, web_unit};
use source::Source;
use tree::Tree;

/// Top-level modules. A module may use those in the rows above it; `eval` serves nothing, so only
/// the command line uses it.
const ORDER: Rows = &[
    &["lib"],
    &["text", "table"],
    &["privacy"],
    &["kb"],
    &["index"],
    &["lookup"],
    &["search"],
    &["journal", "eval"],
    &["live"],
    &["wording"],
    &["service"],
    &["web"],
    &["cli"],
    &["main"],
];
/// Modules that are used offline only.
const OFFLINE: &[&str] = &["eval"];
/// Modules of the binary.
const BINARY: [&str; 2] = ["cli", "main"];
/// Modules that touch no disk, wait for nothing and share no state.
const PURE: [&str; 5] = ["text", "table", "privacy", "index", "lookup"];
/// Modules in which every weight has a name.
const WEIGHED: [&str; 5] = ["text", "privacy", "index", "lookup", "search"];

/// Units of `src/web`, in the same way; `mod` is the router.
const WEB_ORDER: Rows = &[
    &["http"],
    &["app"],
    &["api"],
    &["pages", "chat", "mcp", "ops"],
    &["error_response"],
    &["layers"],
    &["mod"],
];

/// Lines of a function.
const FUNCTION: usize = 60;
/// Lines of a file before its tests.
const FILE: usize = 400;
/// Lines of a file of tests.
const TEST_FILE: usize = 500;
/// Lines of the router: an API on one screen or two.
const ROUTER: (&str, usize) = ("src/web/mod.rs", 100);

/// Words that a doc comment does not begin with: it names its subject in place of paraphrasing it.
const PARAPHRASES: &[&str] = &[
    "What", "Who", "Whoever", "Whose", "Whether", "Where", "How", "That",
];
/// Nouns that the glossary of `src/lib.rs` explains, each in an item that begins with it.
const NOUNS: &[&str] = &[
    "entry",
    "template",
    "training phrase",
    "out-of-scope topic",
    "boilerplate",
    "domain vocabulary",
    "paste",
    "outcome",
    "handover",
    "turn",
    "generation",
    "channel",
];

/// A place that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    path: String,
    line: usize,
    text: String,
}

impl Violation {
    fn new(path: &str, line: usize, text: String) -> Self {
        Self {
            path: path.to_owned(),
            line,
            text,
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}

/// Fails the test with all violations, in order.
#[track_caller]
fn none(mut violations: Vec<Violation>) {
    violations.sort();
    violations.dedup();
    let list: Vec<String> = violations.iter().map(ToString::to_string).collect();
    assert!(list.is_empty(), "{}:\n{}", list.len(), list.join("\n"));
}

/// Paths and texts of the Rust files below a folder, in the order of their paths.
fn read(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).expect("a folder can be read") {
            let path = item.expect("a folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let relative = path.strip_prefix(root).expect("it lies below");
                let text = std::fs::read_to_string(&path).expect("a source is text");
                files.push((relative.display().to_string(), text));
            }
        }
    }
    files.sort();
    assert!(files.len() > 20, "{} files", files.len());
    files
}

/// The sources of both crates, parsed once.
fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
        let files = read("src");
        files.iter().map(|(p, t)| Source::parse(p, t)).collect()
    });
    &SOURCES
}

/// Paths and texts of the integration tests.
fn tests() -> &'static [(String, String)] {
    static TESTS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| read("tests/it"));
    &TESTS
}

/// Paths and texts of the sources and of the integration tests.
fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let sources = sources().iter().map(|s| (&*s.path, &*s.text));
    sources.chain(tests().iter().map(|(path, text)| (&**path, &**text)))
}

/// These files, parsed.
fn parsed(files: &[(&str, &str)]) -> Vec<Source> {
    files.iter().map(|(p, t)| Source::parse(p, t)).collect()
}

fn in_binary(path: &str) -> bool {
    BINARY.contains(&top_level(path))
}

/// Violations in the files of some modules, those of tests left out.
fn in_modules(
    modules: impl Fn(&str) -> bool,
    check: impl Fn(&Source) -> Vec<Violation>,
) -> Vec<Violation> {
    let tree = Tree::new(sources());
    let files = sources().iter().enumerate();
    files
        .filter(|(file, source)| !tree.is_test(*file) && modules(&source.path))
        .flat_map(|(_, source)| check(source))
        .collect()
}

#[test]
fn arrows_point_upstream() {
    let tree = Tree::new(sources());
    let mut found = order::order(&tree, ORDER, |path| Some(top_level(path)));
    found.extend(order::offline(&tree, OFFLINE, in_binary));
    found.extend(order::order(&tree, WEB_ORDER, web_unit));
    none(found);
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    none(circles::circles(&Tree::new(sources())));
}

#[test]
fn every_file_says_what_it_is_and_stays_small() {
    let tree = Tree::new(sources());
    let mut found = prose::headers(files());
    found.extend(size::files(&tree, FILE));
    found.extend(size::test_files(&tree, tests(), TEST_FILE));
    found.extend(size::router(&tree, ROUTER.0, ROUTER.1));
    none(found);
}

#[test]
fn functions_stay_small() {
    none(size::functions(&Tree::new(sources()), FUNCTION));
}

#[test]
fn only_main_prints_or_exits() {
    none(in_modules(
        |path| !in_binary(path),
        effects::prints_and_exits,
    ));
}

#[test]
fn text_and_lookup_touch_no_disk_and_wait_for_nothing() {
    none(in_modules(
        |path| PURE.contains(&top_level(path)),
        effects::waits,
    ));
}

#[test]
fn the_library_knows_no_command_line() {
    none(in_modules(
        |path| !in_binary(path),
        |source| effects::uses_crate(source, "clap"),
    ));
}

#[test]
fn no_dead_code_is_let_pass() {
    none(in_modules(|_| true, effects::dead_code));
}

#[test]
fn every_weight_has_a_name() {
    none(in_modules(
        |path| WEIGHED.contains(&top_level(path)),
        effects::unnamed_numbers,
    ));
}

#[test]
fn doc_comments_name_their_subject() {
    // Comments of arguments are the command's help: sentences to its user.
    let code = files().filter(|(path, _)| !path.starts_with("src/cli/args/"));
    none(prose::openings(code, PARAPHRASES));
}

#[test]
fn the_glossary_explains_the_nouns_of_the_project() {
    let library = sources().iter().find(|s| s.path == "src/lib.rs");
    none(prose::glossary(library.expect("there is a library"), NOUNS));
}
