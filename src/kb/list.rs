//! Sections that are lists: training phrases, one an item, and changes, each an item that begins
//! with its day.

use super::date::is_date;
use super::diagnostic::Rule;
use super::entry::{Change, Line};
use super::findings::Findings;
use super::outline::{Row, RowKind};

/// The training phrase of a list item `- …` or `* …`. `None` for any other row and for an item
/// without letters or digits.
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

/// The training phrases of a section. Reports rows that are not one.
pub(super) fn phrases(rows: &[Row], findings: &mut Findings) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in rows.iter().filter(|row| !row.is_blank()) {
        match item(row) {
            Some(line) => lines.push(line),
            None => {
                let message = "this is not a training phrase, which is a list item with words in it, on one line";
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

/// The changes of a section (更新记录), latest first. Reports items that do not begin with a day.
pub(super) fn changes(rows: &[Row], findings: &mut Findings) -> Vec<Change> {
    let mut changes = Vec::new();
    for line in phrases(rows, findings) {
        let (day, what) = line.text.split_once(' ').unwrap_or((&line.text, ""));
        if is_date(day) && !what.trim().is_empty() {
            changes.push(Change {
                day: day.to_owned(),
                what: what.trim().to_owned(),
            });
        } else {
            let message = "this change does not begin with its day";
            let hint = "write the day, a space, then what was changed: `- 2026-11-24 补上截图`";
            findings.error(Rule::BadDate, line.line, message, hint);
        }
    }
    changes.sort_by(|a, b| b.day.cmp(&a.day));
    changes
}
