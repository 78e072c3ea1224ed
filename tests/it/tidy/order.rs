//! The order of modules: each may use those in the rows above its own.

use std::collections::BTreeSet;

use super::Violation;
use super::tree::Tree;

/// Rows of modules, from the one that uses nothing to the one that may use everything. Modules of
/// one row may not use each other.
pub(super) type Rows = &'static [&'static [&'static str]];

/// Uses against the order, one for each pair of files, and modules that are not in it. `unit` is the
/// module that a path belongs to, if the order is about it.
pub(super) fn order(
    tree: &Tree,
    rows: Rows,
    unit: impl Fn(&str) -> Option<&str>,
) -> Vec<Violation> {
    let row = |unit: &str| rows.iter().position(|row| row.contains(&unit));
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for (file, source) in tree.sources.iter().enumerate() {
        let unknown = unit(&source.path).filter(|u| row(u).is_none());
        if let Some(unknown) = unknown.filter(|u| !tree.is_test(file) && known.insert(*u)) {
            let text = format!("`{unknown}` is not in the order of modules");
            found.push(Violation::new(&source.path, 1, text));
        }
    }
    let mut pairs = BTreeSet::new();
    for arrow in tree.arrows() {
        let (from, to) = (tree.path(arrow.from), tree.path(arrow.to));
        let (Some(own), Some(used)) = (unit(from), unit(to)) else {
            continue;
        };
        let (Some(here), Some(there)) = (row(own), row(used)) else {
            continue;
        };
        if own != used && here <= there && pairs.insert((from, to)) {
            let text = format!("`{own}` may not use `{used}` ({to})");
            found.push(Violation::new(from, arrow.line, text));
        }
    }
    found
}

/// Uses of modules that serve nothing, by a file outside the binary.
pub(super) fn offline(
    tree: &Tree,
    offline: &[&str],
    in_binary: impl Fn(&str) -> bool,
) -> Vec<Violation> {
    let is_offline = |path: &str| offline.contains(&top_level(path));
    let mut found = Vec::new();
    for arrow in tree.arrows() {
        let (from, to) = (tree.path(arrow.from), tree.path(arrow.to));
        if is_offline(to) && !is_offline(from) && !in_binary(from) {
            let text = format!("only the command line may use {to}");
            found.push(Violation::new(from, arrow.line, text));
        }
    }
    found
}

/// The top-level module of a path: `kb` of `src/kb/mod.rs`, `service` of `src/service.rs`.
pub(super) fn top_level(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    let first = below.split('/').next().unwrap_or_default();
    first.trim_end_matches(".rs")
}

/// The unit of a file in `src/web`: a folder, a file beside them, or `mod`, the router.
pub(super) fn web_unit(path: &str) -> Option<&str> {
    let below = path.strip_prefix("src/web/")?;
    Some(top_level(below))
}

#[cfg(test)]
mod tests {
    use super::super::parsed;
    use super::*;

    const ROWS: Rows = &[
        &["lib"],
        &["text"],
        &["kb", "eval"],
        &["web"],
        &["cli"],
        &["main"],
    ];

    fn violations(files: &[(&str, &str)]) -> Vec<String> {
        let sources = parsed(files);
        let tree = Tree::new(&sources);
        let mut found = order(&tree, ROWS, |path| Some(top_level(path)));
        found.extend(offline(&tree, &["eval"], |path| top_level(path) == "cli"));
        found.sort();
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_use_against_the_order_is_found_however_it_is_written() {
        let kb = ("src/kb.rs", "pub struct Kb; pub fn read() {}");
        for text in [
            "use crate::kb::Kb;",
            "use super::kb::{self, Kb};",
            "use crate::kb; fn f() { kb::read() }",
            "fn f() { crate::kb::read() }",
            "fn f(kb: &super::kb::Kb) {}",
            "fn f() { use crate::kb::read; read() }",
            "fn f() { format!(\"{:?}\", crate::kb::read()); }",
            "#[schema(with = crate::kb::read)] struct S;",
            "use crate::kb;",
            "mod inner { fn f() { super::super::kb::read() } }",
            "use crate::*; fn f() { kb::read() }",
        ] {
            let lib = ("src/lib.rs", "pub mod kb; pub mod text;");
            let found = violations(&[lib, kb, ("src/text.rs", text)]);
            assert_eq!(
                found,
                ["src/text.rs:1: `text` may not use `kb` (src/kb.rs)"],
                "{text}"
            );
        }
    }

    #[test]
    fn a_use_with_the_order_and_one_of_tests_or_in_prose_is_none() {
        let found = violations(&[
            (
                "src/text.rs",
                "/// See [`crate::kb::Kb`].\npub struct Text;\n#[cfg(test)]\nmod tests { use crate::kb::Kb; }",
            ),
            (
                "src/kb/mod.rs",
                "mod entry; #[cfg(test)] mod tests; use crate::text::Text; pub struct Kb;",
            ),
            ("src/kb/entry.rs", "use super::Kb;"),
            ("src/kb/tests.rs", "use crate::web::App;"),
            ("src/web.rs", "pub struct App;"),
        ]);
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn modules_of_one_row_and_those_that_serve_nothing_are_not_used() {
        let found = violations(&[
            ("src/eval.rs", "use crate::kb::Kb; pub fn fit() {}"),
            ("src/kb.rs", "pub struct Kb;"),
            ("src/web.rs", "\nuse crate::eval::fit;"),
            ("src/cli/main.rs", "mod args; use jieda::eval::fit;"),
            ("src/cli/args.rs", "use jieda::eval;"),
        ]);
        assert_eq!(
            found,
            [
                "src/eval.rs:1: `eval` may not use `kb` (src/kb.rs)",
                "src/web.rs:2: only the command line may use src/eval.rs",
            ]
        );
    }

    #[test]
    fn the_binary_has_modules_of_its_own_beside_the_library() {
        let found = violations(&[
            ("src/lib.rs", "pub mod kb;"),
            ("src/kb.rs", "pub struct Kb;"),
            (
                "src/main.rs",
                "mod cli; use jieda::kb::Kb; fn main() { cli::serve::run() }",
            ),
            ("src/cli/mod.rs", "pub mod serve;"),
            ("src/cli/serve.rs", "pub fn run() { crate::main() }"),
        ]);
        assert_eq!(
            found,
            ["src/cli/serve.rs:1: `cli` may not use `main` (src/main.rs)"]
        );
    }

    #[test]
    fn a_module_that_the_order_does_not_name_is_found() {
        let found = violations(&[("src/utils.rs", "")]);
        assert_eq!(
            found,
            ["src/utils.rs:1: `utils` is not in the order of modules"]
        );
    }

    #[test]
    fn a_name_is_followed_through_re_exports_to_where_it_is_defined() {
        let found = violations(&[
            (
                "src/text/mod.rs",
                "mod low; pub use low::Low; use super::kb::*;",
            ),
            ("src/text/low.rs", "use super::Through; pub struct Low;"),
            ("src/kb/mod.rs", "mod deep; pub use deep::Deep as Through;"),
            ("src/kb/deep.rs", "pub struct Deep;"),
        ]);
        assert_eq!(
            found,
            [
                "src/text/low.rs:1: `text` may not use `kb` (src/kb/deep.rs)",
                "src/text/mod.rs:1: `text` may not use `kb` (src/kb/mod.rs)",
            ]
        );
    }

    #[test]
    fn the_units_of_web_are_its_folders_its_files_and_the_router() {
        let units = ["src/web/http/etag.rs", "src/web/app.rs", "src/web/mod.rs"].map(web_unit);
        assert_eq!(units, [Some("http"), Some("app"), Some("mod")]);
        assert_eq!(web_unit("src/kb/mod.rs"), None);
    }
}
