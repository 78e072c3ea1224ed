//! Circles of files that use each other.

use std::collections::{BTreeSet, VecDeque};

use super::Violation;
use super::tree::{Arrow, Tree};

/// The circles between files: one violation for each set of files of which every one leads to every
/// other, with a shortest way round.
pub(super) fn circles(tree: &Tree) -> Vec<Violation> {
    let mut arrows = tree.arrows();
    arrows.retain(|a| !a.module_alone);
    let reached: Vec<BTreeSet<usize>> = (0..tree.sources.len())
        .map(|file| reached(&arrows, file))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for file in 0..tree.sources.len() {
        let together = reached[file]
            .iter()
            .filter(|to| reached[**to].contains(&file));
        let together: Vec<usize> = together.copied().collect();
        let names: Vec<&str> = together.iter().map(|f| tree.path(*f)).collect();
        if together.is_empty() || !seen.insert(together) {
            continue;
        }
        let round = shortest(&arrows, file);
        let steps: Vec<String> = round
            .iter()
            .map(|a| format!("{}:{} → ", tree.path(a.from), a.line))
            .collect();
        let text = format!(
            "a circle of {} files: {}{}; in it: {}",
            names.len(),
            steps.concat(),
            tree.path(file),
            names.join(", ")
        );
        found.push(Violation::new(tree.path(file), round[0].line, text));
    }
    found
}

/// Files that a file leads to, itself only if it is on a circle.
fn reached(arrows: &[Arrow], file: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(from) = open.pop() {
        for arrow in arrows.iter().filter(|a| a.from == from) {
            if reached.insert(arrow.to) {
                open.push(arrow.to);
            }
        }
    }
    reached
}

/// The arrows of a shortest way from a file on a circle back to it.
fn shortest(arrows: &[Arrow], file: usize) -> Vec<&Arrow> {
    let mut ways = VecDeque::from([Vec::new()]);
    let mut known = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let at = way.last().map_or(file, |arrow: &&Arrow| arrow.to);
        for arrow in arrows.iter().filter(|a| a.from == at) {
            let longer = [way.as_slice(), &[arrow]].concat();
            if arrow.to == file {
                return longer;
            }
            if known.insert(arrow.to) {
                ways.push_back(longer);
            }
        }
    }
    unreachable!("the file is on a circle")
}

#[cfg(test)]
mod tests {
    use super::super::parsed;
    use super::*;

    fn violations(files: &[(&str, &str)]) -> Vec<String> {
        let sources = parsed(files);
        let found = circles(&Tree::new(&sources));
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_circle_is_found_with_its_arrows() {
        let found = violations(&[
            ("src/a.rs", "use crate::b::B;\npub struct A;"),
            ("src/b.rs", "\nuse crate::c::C;\npub struct B;"),
            ("src/c.rs", "\n\nfn f() { crate::a::A; }\npub struct C;"),
            ("src/d.rs", "use crate::a::A;"),
        ]);
        assert_eq!(
            found,
            [
                "src/a.rs:1: a circle of 3 files: src/a.rs:1 → src/b.rs:2 → src/c.rs:3 → src/a.rs; \
                 in it: src/a.rs, src/b.rs, src/c.rs"
            ]
        );
    }

    #[test]
    fn a_parent_that_declares_and_re_exports_its_children_is_in_no_circle() {
        let found = violations(&[
            (
                "src/kb/mod.rs",
                "mod a; mod b; pub use a::A; pub(crate) use b::B;",
            ),
            ("src/kb/a.rs", "use super::B; pub struct A;"),
            ("src/kb/b.rs", "pub struct B;"),
        ]);
        assert_eq!(found, [""; 0]);
    }

    #[test]
    fn a_child_that_uses_what_its_parent_defines_is_in_one_if_the_parent_uses_it() {
        for parent in [
            "mod a; use a::A; pub struct Kb(A);",
            "mod a; pub use a::A; pub struct Kb(A);",
            "mod a; pub struct Kb(a::A);",
        ] {
            let found = violations(&[
                ("src/kb/mod.rs", parent),
                ("src/kb/a.rs", "use super::Kb; pub struct A;"),
            ]);
            assert_eq!(found.len(), 1, "{parent}");
        }
    }
}
