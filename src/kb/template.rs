//! Templates: messages as a platform sends them, one a line inside fenced blocks, their variable
//! parts written as wildcards.

use super::diagnostic::Rule;
use super::entry::Line;
use super::findings::Findings;
use super::outline::{Block, RowKind};
use crate::text::WILDCARD;

/// Fewest characters of a template beside wildcards and spaces. Chosen: fewer match nearly
/// anything.
const LEAST_TEMPLATE: usize = 4;

/// Reads the templates of a section. Reports lines outside fences and weak templates.
pub(super) fn read(block: &Block, findings: &mut Findings) -> Vec<Line> {
    let mut templates = Vec::new();
    for row in block.rows.iter().filter(|row| !row.is_blank()) {
        match row.kind {
            RowKind::Fence => {}
            RowKind::Text => {
                let message = "this message is not in a fenced block";
                let hint = "put a line ```` ```text ```` before it and ```` ``` ```` after it";
                findings.error(Rule::TemplateNotFenced, row.line, message, hint);
            }
            RowKind::Fenced => {
                let template = row.text.trim();
                check(template, row.line, findings);
                templates.push(Line {
                    text: template.to_owned(),
                    line: row.line,
                });
            }
        }
    }
    templates
}

fn check(template: &str, line: u32, findings: &mut Findings) {
    let fixed = template.replace(WILDCARD, "");
    if fixed.chars().filter(|c| !c.is_whitespace()).count() < LEAST_TEMPLATE {
        let message = "the template has fewer than four characters beside its wildcards";
        let hint = "paste the message with more of what does not change, or remove the line";
        findings.error(Rule::WeakTemplate, line, message, hint);
    }
    if template.contains(&WILDCARD.repeat(2)) {
        let message = "two wildcards are side by side";
        let hint = format!("write one `{WILDCARD}` for both");
        findings.error(Rule::AdjacentWildcards, line, message, hint);
    }
}
