//! What changed in an entry when, as its author wrote it down: 更新记录, a list, each item a day and
//! what was changed on it.

use super::diagnostic::Rule;
use super::entry::Change;
use super::findings::Findings;
use super::front_matter::is_date;
use super::outline::Row;
use super::phrasing;

/// The changes of a section that holds nothing else, the latest first.
pub(super) fn list(rows: &[Row], findings: &mut Findings) -> Vec<Change> {
    let mut changes = Vec::new();
    for line in phrasing::list(rows, findings) {
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
