//! The documentation says what the program does: each option, value, limit, command and link in
//! `README*.md` and `docs/` is compared with the program.

mod command;
mod content;
mod limits;
mod links;

use std::path::{Path, PathBuf};

/// A page of the documentation.
struct Page {
    /// Below the repository, such as `docs/api.md`.
    name: String,
    text: String,
}

impl Page {
    fn read(name: &str) -> Self {
        let path = root().join(name);
        Self {
            name: name.to_owned(),
            text: std::fs::read_to_string(path).expect("a page can be read"),
        }
    }

    /// The cells of the rows of all tables, heads and rules left out; `\|` does not part cells.
    fn rows(&self) -> impl Iterator<Item = Vec<&str>> {
        let rows = self.text.lines().filter(|line| line.starts_with('|'));
        let rows = rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect());
        rows.filter(|cells: &Vec<&str>| !cells[0].starts_with("---"))
    }

    /// The row of a table whose first cell begins so.
    #[track_caller]
    fn row(&self, begins: &str) -> Vec<&str> {
        let mut rows = self.rows();
        rows.find(|cells| cells[0].starts_with(begins))
            .unwrap_or_else(|| panic!("{} has a row {begins:?}", self.name))
    }

    /// The lines of fenced blocks in a language.
    fn code<'a>(&'a self, language: &'a str) -> impl Iterator<Item = &'a str> {
        let mut block = None;
        self.text.lines().filter(move |line| {
            if let Some(fence) = line.strip_prefix("```") {
                block = if block.is_some() { None } else { Some(fence) };
                return false;
            }
            block == Some(language)
        })
    }

    /// The parts between single backticks, outside fenced blocks.
    fn spans(&self) -> Vec<&str> {
        let mut fenced = false;
        let mut spans = Vec::new();
        for line in self.text.lines() {
            if line.starts_with("```") {
                fenced = !fenced;
            } else if !fenced {
                spans.extend(line.split('`').skip(1).step_by(2));
            }
        }
        spans
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Both READMEs and every page of `docs/`.
fn pages() -> Vec<Page> {
    let mut pages = vec![Page::read("README.md"), Page::read("README.zh-CN.md")];
    let docs = std::fs::read_dir(root().join("docs")).expect("docs can be read");
    let mut names: Vec<String> = docs
        .map(|item| item.expect("docs can be read").file_name())
        .map(|name| format!("docs/{}", name.to_string_lossy()))
        .collect();
    names.sort();
    assert!(names.len() > 5, "{names:?}");
    pages.extend(names.iter().map(|name| Page::read(name)));
    pages
}

/// The number in a text, its thousands parted by commas.
#[track_caller]
fn number(text: &str) -> usize {
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == ',')
        .filter(char::is_ascii_digit)
        .collect();
    digits
        .parse()
        .unwrap_or_else(|_| panic!("a number in {text:?}"))
}
