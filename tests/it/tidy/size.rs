//! Sizes: functions, files, and the router on one screen.

use super::Violation;
use super::source::Source;
use super::tree::Tree;

/// Functions with more lines than these, outside tests.
pub(super) fn functions(tree: &Tree, most: usize) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in outside_tests(tree) {
        for function in source.functions.iter().filter(|f| f.lines > most) {
            let text = format!(
                "`{}` has {} lines, at most {most}",
                function.name, function.lines
            );
            found.push(Violation::new(&source.path, function.line, text));
        }
    }
    found
}

/// Files with more lines than these before their tests; files of tests are left out.
pub(super) fn files(tree: &Tree, most: usize) -> Vec<Violation> {
    outside_tests(tree)
        .filter(|source| source.lines > most)
        .map(|source| {
            let text = format!("{} lines before the tests, at most {most}", source.lines);
            Violation::new(&source.path, most + 1, text)
        })
        .collect()
}

/// Files of tests with more lines than these: those of the tree, and these.
pub(super) fn test_files(tree: &Tree, tests: &[(String, String)], most: usize) -> Vec<Violation> {
    let in_tree = (0..tree.sources.len()).filter(|file| tree.is_test(*file));
    let in_tree = in_tree.map(|file| (&tree.sources[file].path, &tree.sources[file].text));
    let beside = tests.iter().map(|(path, text)| (path, text));
    in_tree
        .chain(beside)
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > most)
        .map(|(path, lines)| {
            Violation::new(
                path,
                most + 1,
                format!("{lines} lines of tests, at most {most}"),
            )
        })
        .collect()
}

/// The router, if it has more lines than these.
pub(super) fn router(tree: &Tree, path: &str, most: usize) -> Vec<Violation> {
    let router = tree.sources.iter().find(|s| s.path == path);
    match router {
        Some(source) if source.lines <= most => Vec::new(),
        Some(source) => {
            let text = format!("the router has {} lines, at most {most}", source.lines);
            vec![Violation::new(path, most + 1, text)]
        }
        None => vec![Violation::new(path, 1, "there is no router".to_owned())],
    }
}

fn outside_tests<'a>(tree: &'a Tree) -> impl Iterator<Item = &'a Source> {
    let sources = tree.sources.iter().enumerate();
    sources
        .filter(|(file, _)| !tree.is_test(*file))
        .map(|(_, source)| source)
}

#[cfg(test)]
mod tests {
    use super::super::parsed;
    use super::*;

    fn shown(found: &[Violation]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_long_function_is_found_wherever_it_stands() {
        let long = "fn long() {\n1;\n2;\n}";
        for text in [
            long.to_owned(),
            format!("impl A {{\npub {long}\n}}"),
            format!("trait A {{\n/// Docs.\n{long}\n}}"),
            format!("fn short() {{ }} mod inner {{\n{long}\n}}"),
        ] {
            let sources = parsed(&[("src/a.rs", &text)]);
            let tree = Tree::new(&sources);
            let found = shown(&functions(&tree, 3));
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].ends_with("`long` has 4 lines, at most 3"));
            assert_eq!(functions(&tree, 4), []);
        }
        let test = format!("#[cfg(test)]\nmod tests {{\n{long}\n}}");
        let sources = parsed(&[("src/a.rs", &test)]);
        assert_eq!(functions(&Tree::new(&sources), 3), []);
    }

    #[test]
    fn a_long_file_is_found_by_its_lines_before_the_tests() {
        let text = "//! A.\n\nfn a() {}\n\n#[cfg(test)]\nmod tests {\n\n\n}\n";
        let sources = parsed(&[("src/a.rs", text)]);
        let tree = Tree::new(&sources);
        assert_eq!(files(&tree, 4), []);
        let found = shown(&files(&tree, 3));
        assert_eq!(found, ["src/a.rs:4: 4 lines before the tests, at most 3"]);
        let declared = "#[cfg(test)]\nmod tests;\n//\n//\n";
        let sources = parsed(&[("src/a.rs", declared)]);
        assert_eq!(files(&Tree::new(&sources), 3).len(), 1);
    }

    #[test]
    fn a_long_file_of_tests_is_found_in_either_place() {
        let sources = parsed(&[
            ("src/kb/mod.rs", "#[cfg(test)] mod tests;"),
            ("src/kb/tests.rs", "\n\n\n\n"),
        ]);
        let beside = ("tests/it/a.rs".to_owned(), "\n\n\n\n\n".to_owned());
        let found = shown(&test_files(&Tree::new(&sources), &[beside], 3));
        assert_eq!(
            found,
            [
                "src/kb/tests.rs:4: 4 lines of tests, at most 3",
                "tests/it/a.rs:4: 5 lines of tests, at most 3",
            ]
        );
    }

    #[test]
    fn a_long_router_is_found_and_so_is_none() {
        let sources = parsed(&[("src/web/mod.rs", "\n\n\n")]);
        let tree = Tree::new(&sources);
        assert_eq!(router(&tree, "src/web/mod.rs", 3), []);
        assert_eq!(router(&tree, "src/web/mod.rs", 2).len(), 1);
        assert_eq!(router(&tree, "src/mod.rs", 3).len(), 1);
    }
}
