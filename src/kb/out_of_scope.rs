//! Out-of-scope topics: related topics that the knowledge base does not answer. They compete with
//! the entries; if one wins, the answer is where the question belongs.

use super::diagnostic::Rule;
use super::entry::Line;
use super::findings::Findings;
use super::list;
use super::outline::{Block, Outline, Row};

/// An out-of-scope topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfScopeTopic {
    /// The name of its file and its topic, such as `print-templates/打印模板`.
    pub id: String,
    /// Its heading.
    pub topic: String,
    /// The place or person to ask instead: plain text, a sentence or two.
    pub belongs: String,
    /// Its training phrases.
    pub phrases: Vec<Line>,
    /// Path of its file relative to the knowledge base.
    pub path: String,
    /// The line of its heading, 1-based.
    pub line: u32,
}

/// Reads a file of out-of-scope topics; `name` is the file's, without folder and ending. Invalid
/// topics are reported and left out.
pub(super) fn read(
    name: &str,
    path: &str,
    text: &str,
    findings: &mut Findings,
) -> Vec<OutOfScopeTopic> {
    let Some(outline) = Outline::new(text, findings) else {
        return Vec::new();
    };
    let titles = outline
        .blocks
        .iter()
        .filter(|b| b.level == 1)
        .map(|b| b.line);
    let lead = outline
        .lead
        .iter()
        .filter(|row| !row.is_blank())
        .map(|row| row.line);
    let matter = outline.front_matter.map(|_| 1);
    for line in matter.into_iter().chain(lead).chain(titles).take(1) {
        let message = "this is before the first topic, so it is ignored";
        findings.error(
            Rule::StrayText,
            line,
            message,
            "begin the file with a `## ` topic",
        );
    }
    let topics = outline.blocks.iter().filter(|b| b.level == 2);
    topics
        .filter_map(|block| topic(name, path, block, findings))
        .collect()
}

/// A topic. `None` without a heading, a paragraph or training phrases.
fn topic(
    name: &str,
    path: &str,
    block: &Block,
    findings: &mut Findings,
) -> Option<OutOfScopeTopic> {
    if block.heading.is_empty() {
        let message = "this topic has no name";
        findings.error(
            Rule::MissingTitle,
            block.line,
            message,
            "write it after the `## `",
        );
    }
    let rows: Vec<Row> = block
        .rows
        .iter()
        .copied()
        .skip_while(Row::is_blank)
        .collect();
    let end = rows
        .iter()
        .position(|row| row.is_blank() || list::item(row).is_some());
    let (paragraph, list) = rows.split_at(end.unwrap_or(rows.len()));
    let belongs = joined(paragraph);
    let phrases = list::phrases(list, findings);
    if belongs.is_empty() {
        let message = format!(
            "the out-of-scope topic `{}` does not say where its questions belong",
            block.heading
        );
        let hint = "write a sentence below its heading: the person to ask, or the place to look";
        findings.error(Rule::OutOfScopeWithoutParagraph, block.line, message, hint);
    }
    if phrases.is_empty() {
        let message = format!(
            "the out-of-scope topic `{}` has no training phrases",
            block.heading
        );
        let hint = "write some, one a line: `- a question or a message`";
        findings.error(Rule::OutOfScopeWithoutPhrases, block.line, message, hint);
    }
    let whole = !block.heading.is_empty() && !belongs.is_empty() && !phrases.is_empty();
    whole.then(|| OutOfScopeTopic {
        id: format!(
            "{name}/{}",
            block
                .heading
                .split_whitespace()
                .collect::<Vec<_>>()
                .join("-")
        ),
        topic: block.heading.to_owned(),
        belongs,
        phrases,
        path: path.to_owned(),
        line: block.line,
    })
}

/// The lines of a paragraph as one: 汉字 have nothing between them.
fn joined(rows: &[Row]) -> String {
    let mut joined = String::new();
    for row in rows {
        if joined.ends_with(|c: char| c.is_ascii()) {
            joined.push(' ');
        }
        joined.push_str(row.text.trim());
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_a_paragraph_a_list() {
        let mut findings = Findings::new("_neighbours/n.md");
        let text = "## 打印 模板\n\n请看说明，\n或联系 ERP\n客服。\n- 怎么改\n\n- 连接失败\n## 乙\n问。\n* 一\n";
        let out_of_scope = read("n", "_neighbours/n.md", text, &mut findings);
        assert_eq!(findings.into_diagnostics(), []);
        assert_eq!(out_of_scope.len(), 2);
        assert_eq!(out_of_scope[0].id, "n/打印-模板");
        assert_eq!(out_of_scope[0].belongs, "请看说明，或联系 ERP 客服。");
        let lines: Vec<_> = out_of_scope[0]
            .phrases
            .iter()
            .map(|l| (l.text.as_str(), l.line))
            .collect();
        assert_eq!(lines, [("怎么改", 6), ("连接失败", 8)]);
        assert_eq!(
            (out_of_scope[1].line, out_of_scope[1].topic.as_str()),
            (9, "乙")
        );
    }
}
