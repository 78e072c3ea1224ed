//! Lists of phrasings, one a line, and when two of them are the same.

use super::diagnostic::Rule;
use super::entry::Line;
use super::findings::Findings;
use super::outline::{Row, RowKind};

/// The phrasing of a list item `- …` or `* …`.
pub(super) fn item(row: &Row) -> Option<Line> {
    let text = row.text.trim();
    let text = text
        .strip_prefix("- ")
        .or_else(|| text.strip_prefix("* "))?
        .trim();
    let is_item = row.kind == RowKind::Text && text.contains(char::is_alphanumeric);
    is_item.then(|| Line {
        text: text.to_owned(),
        line: row.line,
    })
}

/// The phrasings of a section that holds nothing else.
pub(super) fn list(rows: &[Row], findings: &mut Findings) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in rows.iter().filter(|row| !row.is_blank()) {
        match item(row) {
            Some(line) => lines.push(line),
            None => {
                let message =
                    "this is no phrasing: one is a list item with words in it, on one line";
                findings.error(
                    Rule::NotAListItem,
                    row.line,
                    message,
                    "write `- ` before it",
                );
            }
        }
    }
    lines
}

/// What two phrasings have in common that are the same to a reader: letters and digits, case and
/// punctuation aside.
pub(super) fn key(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrasings_are_the_same_but_for_case_and_punctuation() {
        assert_eq!(key("PDD 报错，怎么办？"), key("pdd报错 怎么办"));
        assert_ne!(key("CD08"), key("CD01"));
        assert_eq!(key("？——"), "");
    }
}
