//! Categories: the folders of the entries, each named by its `_index.md`.

use super::diagnostic::Rule;
use super::draft::report_bad_id;
use super::entry::is_id;
use super::findings::Findings;
use super::front_matter::{self, CategoryMatter};
use super::outline::Outline;

/// A folder of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its path, such as `logistics/sync`.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What is found in it, in a sentence; may be empty.
    pub description: String,
    /// Its place among the categories beside it, smallest first.
    pub order: i64,
}

/// Reads the `_index.md` of the folder `id`.
pub(super) fn read(id: &str, text: &str, findings: &mut Findings) -> Option<Category> {
    if !is_id(id) {
        report_bad_id(id, 1, findings);
    }
    let outline = Outline::new(text, findings)?;
    let matter: CategoryMatter = front_matter::parse(outline.front_matter, findings);
    let text = outline
        .lead
        .iter()
        .filter(|row| !row.is_blank())
        .map(|row| row.line);
    if let Some(line) = text.chain(outline.blocks.iter().map(|b| b.line)).next() {
        let message = "a category has no text of its own, so nobody is shown this";
        let hint = "say it in `description`, or in an entry";
        findings.error(Rule::StrayText, line, message, hint);
    }
    let title = matter.title.filter(|title| !title.trim().is_empty());
    if title.is_none() {
        let message = "the category has no title";
        findings.error(
            Rule::MissingTitle,
            1,
            message,
            "write `title: …` between two lines `---`",
        );
    }
    Some(Category {
        id: id.to_owned(),
        title: title.filter(|_| is_id(id))?,
        description: matter.description.unwrap_or_default(),
        order: matter.order.unwrap_or_default(),
    })
}
