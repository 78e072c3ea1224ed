//! Prose in the source: a header on each file, doc comments that name their subject, a glossary.

use super::Violation;
use super::source::Source;

/// Files that do not open with `//!`.
pub(super) fn headers<'a>(files: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Violation> {
    files
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| Violation::new(path, 1, "no module documentation".to_owned()))
        .collect()
}

/// Doc comments that begin with one of these words.
pub(super) fn openings<'a>(
    files: impl Iterator<Item = (&'a str, &'a str)>,
    words: &[&str],
) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in files {
        let mut before = None;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            let kind = ["///", "//!"].into_iter().find(|k| line.starts_with(k));
            if let Some(kind) = kind.filter(|kind| before != Some(*kind)) {
                let text = line.trim_start_matches(kind).trim_start();
                let word = text.split(|c: char| !c.is_alphabetic()).next();
                if let Some(word) = word.filter(|word| words.contains(word)) {
                    let text = format!("a doc comment begins with `{word}`: {text}");
                    found.push(Violation::new(path, number + 1, text));
                }
            }
            before = kind;
        }
    }
    found
}

/// Nouns that the section `# Glossary` of a file does not explain: each has an item of a list that
/// begins with it.
pub(super) fn glossary(source: &Source, nouns: &[&str]) -> Vec<Violation> {
    let mut lines = source
        .text
        .lines()
        .map(|l| l.trim_start_matches("//!").trim());
    let mut explained = Vec::new();
    if lines.any(|line| line == "# Glossary") {
        let items = lines.take_while(|line| !line.starts_with("# "));
        let items = items.filter_map(|line| line.strip_prefix(['-', '*', '|']));
        explained.extend(items.map(|item| {
            let bare = item.trim_start_matches([' ', '*', '_', '`', '[']);
            bare.to_lowercase()
        }));
    }
    nouns
        .iter()
        .filter(|noun| !explained.iter().any(|item| item.starts_with(*noun)))
        .map(|noun| {
            let text = format!("the glossary does not explain `{noun}`");
            Violation::new(&source.path, 1, text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::parsed;
    use super::*;

    fn shown(found: &[Violation]) -> Vec<String> {
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_without_a_header_is_found() {
        let files = [("a.rs", "//! A.\n"), ("b.rs", "use a;\n")];
        let found = headers(files.into_iter());
        assert_eq!(shown(&found), ["b.rs:1: no module documentation"]);
    }

    #[test]
    fn a_paraphrase_is_found_on_the_first_line_alone() {
        let lines = [
            "//! What it does.",
            "/// Whether it",
            "/// What follows.",
            "struct A {",
            "    /// How.",
            "    /// Lines.",
            "    b: u8,",
            "}",
            "/// Whatever.",
            "// What.",
        ];
        let file = ("src/a.rs", &*lines.join("\n"));
        let found = openings(std::iter::once(file), &["What", "Whether", "How"]);
        assert_eq!(
            shown(&found),
            [
                "src/a.rs:1: a doc comment begins with `What`: What it does.",
                "src/a.rs:2: a doc comment begins with `Whether`: Whether it",
                "src/a.rs:5: a doc comment begins with `How`: How.",
            ]
        );
    }

    #[test]
    fn a_noun_that_the_glossary_leaves_out_is_found() {
        let text = "//! A.\n//!\n//! # Glossary\n//!\n//! - **Entry**: an answer, not a paste.\n\
                    //! - `outcome` of a lookup\n//!\n//! # Rest\n//!\n//! - paste\n";
        let sources = parsed(&[("src/lib.rs", text)]);
        let found = glossary(&sources[0], &["entry", "outcome", "paste"]);
        assert_eq!(
            shown(&found),
            ["src/lib.rs:1: the glossary does not explain `paste`"]
        );
        let sources = parsed(&[("src/lib.rs", "//! A.\n")]);
        assert_eq!(glossary(&sources[0], &["entry"]).len(), 1);
    }
}
