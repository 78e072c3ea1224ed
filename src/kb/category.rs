//! Categories: folders of entries, each described by its `_index.md`.

use super::diagnostic::Rule;
use super::findings::Findings;
use super::front_matter::{self, CategoryMatter};
use super::id::{is_id, report_bad_id};
use super::outline::Outline;

/// A folder of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its path, such as `logistics/sync`.
    pub id: String,
    /// Its name, not blank.
    pub title: String,
    /// Its content in a sentence; may be empty.
    pub description: String,
    /// Its rank among the categories with the same parent, smallest first; equal ranks go by id.
    pub order: i64,
}

/// Reads the `_index.md` of the folder `id`. `None` without a valid id and a title.
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
        let message = "a category has no text of its own, so this is not shown";
        let hint = "put it in `description`, or in an entry";
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

/// The categories above the one of this id, outermost first: `a`, `a/b` for `a/b/c`.
pub(super) fn parents(id: &str) -> impl Iterator<Item = &str> {
    id.match_indices('/').map(|(at, _)| &id[..at])
}

/// A category's id after those above it: `a`, `a/b`, `a/b/c` for `a/b/c`; nothing for `""`.
pub fn ancestors(id: &str) -> impl Iterator<Item = &str> {
    parents(id).chain([id]).filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_lead_down_to_the_category_itself() {
        assert_eq!(
            ancestors("a/b/c").collect::<Vec<_>>(),
            ["a", "a/b", "a/b/c"]
        );
        assert_eq!(ancestors("a").collect::<Vec<_>>(), ["a"]);
        assert_eq!(ancestors("").count(), 0);
    }
}
