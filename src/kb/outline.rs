//! The structure of an authored Markdown file: front matter, then blocks, each a heading and the
//! lines below it. Fences are recognised, so a `#` in a pasted message is not a heading. The
//! meaning of headings is not known here.
//!
//! Cut by hand, line by line, because CommonMark is too lenient for an author's slips: to
//! pulldown-cmark, front matter or a fence that does not end is no error, an HTML comment hides
//! every heading after it, and `---` twice in a row is no front matter.

use super::diagnostic::Rule;
use super::findings::Findings;

/// A file cut into its parts.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    /// The YAML between the `---` lines; its first line is line 2 of the file.
    pub(super) front_matter: Option<&'a str>,
    /// The first line after the front matter.
    pub(super) body_line: u32,
    /// The lines before the first heading.
    pub(super) lead: Vec<Row<'a>>,
    /// The blocks below the `#` and `##` headings.
    pub(super) blocks: Vec<Block<'a>>,
}

/// A `#` or `##` heading with the lines below it.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// 1 or 2.
    pub(super) level: usize,
    /// The heading's text.
    pub(super) heading: &'a str,
    /// The heading's line, 1-based.
    pub(super) line: u32,
    /// The lines up to the next such heading.
    pub(super) rows: Vec<Row<'a>>,
}

/// A line of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// The line without its line end.
    pub(super) text: &'a str,
    /// 1-based.
    pub(super) line: u32,
    /// Its role in Markdown.
    pub(super) kind: RowKind,
}

/// The role of a line in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKind {
    /// Outside fences.
    Text,
    /// Opens or closes a fenced block.
    Fence,
    /// Inside a fenced block.
    Fenced,
}

impl Row<'_> {
    /// The line has white space only.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl<'a> Outline<'a> {
    /// Cuts a file. `None` if it is empty, or its front matter or a fence does not end.
    pub(super) fn new(text: &'a str, findings: &mut Findings) -> Option<Self> {
        if text.trim().is_empty() {
            let message = "the file is empty";
            findings.error(Rule::EmptyFile, 1, message, "write it, or remove the file");
            return None;
        }
        let (front_matter, body, body_line) = split_front_matter(text, findings)?;
        let rows = rows(body, body_line, findings)?;
        let mut outline = Self {
            front_matter,
            body_line,
            lead: Vec::new(),
            blocks: Vec::new(),
        };
        for row in rows {
            let heading = (row.kind == RowKind::Text)
                .then(|| heading(row.text))
                .flatten();
            match (heading, outline.blocks.last_mut()) {
                (Some((level @ 1..=2, heading)), _) => {
                    let block = Block {
                        level,
                        heading,
                        line: row.line,
                        rows: Vec::new(),
                    };
                    outline.blocks.push(block);
                }
                (_, Some(block)) => block.rows.push(row),
                (_, None) => outline.lead.push(row),
            }
            if row.kind == RowKind::Text && is_heading_without_space(row.text) {
                let message = "no space follows the `#`, so this is not a heading";
                let hint = "write `## `, a space, then the heading";
                findings.error(Rule::HeadingWithoutSpace, row.line, message, hint);
            }
        }
        Some(outline)
    }
}

/// The front matter, the body, and the first line of the body.
fn split_front_matter<'a>(
    text: &'a str,
    findings: &mut Findings,
) -> Option<(Option<&'a str>, &'a str, u32)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != "---" {
        return Some((None, text, 1));
    }
    let mut end = first.len();
    for (number, line) in (2..).zip(lines) {
        if line.trim_end() == "---" {
            let front_matter = &text[first.len()..end];
            return Some((Some(front_matter), &text[end + line.len()..], number + 1));
        }
        end += line.len();
    }
    let message = "the front matter does not end";
    let hint = "write a line `---` after its last key";
    findings.error(Rule::UnclosedFrontMatter, 1, message, hint);
    None
}

/// The lines of the body with their roles.
fn rows<'a>(body: &'a str, first: u32, findings: &mut Findings) -> Option<Vec<Row<'a>>> {
    let mut open: Option<(Fence, u32)> = None;
    let mut rows = Vec::new();
    for (line, text) in (first..).zip(body.lines()) {
        let fence = fence(text);
        let kind = match (&open, fence) {
            (None, None) => RowKind::Text,
            (None, Some(fence)) => {
                open = Some((fence, line));
                RowKind::Fence
            }
            (Some((opened, _)), Some(fence)) if opened.is_closed_by(&fence) => {
                open = None;
                RowKind::Fence
            }
            (Some(_), _) => RowKind::Fenced,
        };
        rows.push(Row { text, line, kind });
    }
    if let Some((fence, line)) = open {
        let mark = fence.mark.to_string().repeat(fence.length);
        let message = "the fenced block that begins here does not end";
        findings.error(
            Rule::UnclosedFence,
            line,
            message,
            format!("write a line `{mark}` after it"),
        );
        return None;
    }
    Some(rows)
}

/// A line that may open or close a fenced block.
struct Fence {
    mark: char,
    length: usize,
    bare: bool,
}

impl Fence {
    fn is_closed_by(&self, other: &Self) -> bool {
        other.mark == self.mark && other.length >= self.length && other.bare
    }
}

/// A fence of three or more backticks or tildes. Its indent does not matter: in a list item it can
/// be any, and an indented code block that shows a fence is rarer.
fn fence(line: &str) -> Option<Fence> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let info = line.trim_start_matches(mark);
    // Both marks are one byte long.
    let length = line.len() - info.len();
    // Backticks later in the line make it inline code.
    let opens = length >= 3 && !(mark == '`' && info.contains('`'));
    opens.then_some(Fence {
        mark,
        length,
        bare: info.is_empty(),
    })
}

/// The level and the text of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let (level, rest) = hashes(line)?;
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let text = rest.trim();
    // `## 原因 ##` is closed, `# 无效 #CD08` and `# C#` are not.
    let open = text.trim_end_matches('#');
    let closed = open.is_empty() || open.ends_with(char::is_whitespace);
    Some((level, if closed { open.trim_end() } else { text }))
}

/// `##原因`: one `#` alone may as well begin a line of text, as `#CD08` does.
fn is_heading_without_space(line: &str) -> bool {
    hashes(line)
        .is_some_and(|(level, rest)| level >= 2 && rest.starts_with(|c: char| !c.is_whitespace()))
}

/// The number (one to six) of `#` at the start of a line, and the text after them. `None` at the
/// indent of a code block.
fn hashes(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches(' ');
    let rest = text.trim_start_matches('#');
    let level = text.len() - rest.len();
    (line.len() - text.len() < 4 && (1..=6).contains(&level)).then_some((level, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(text: &str) -> Outline<'_> {
        let mut findings = Findings::new("x.md");
        let outline = Outline::new(text, &mut findings).expect("well-formed");
        assert_eq!(findings.into_diagnostics(), []);
        outline
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let outline =
            outline("---\r\na: 1\r\n---\r\n# T\r\n\r\n## A\r\nx\r\n### in\r\n## B ##\r\n");
        assert_eq!(outline.front_matter, Some("a: 1\r\n"));
        assert_eq!(outline.body_line, 4);
        let blocks: Vec<_> = outline
            .blocks
            .iter()
            .map(|b| (b.level, b.heading, b.line))
            .collect();
        assert_eq!(blocks, [(1, "T", 4), (2, "A", 6), (2, "B", 9)]);
        let rows: Vec<_> = outline.blocks[1]
            .rows
            .iter()
            .map(|r| (r.text, r.line))
            .collect();
        assert_eq!(rows, [("x", 7), ("### in", 8)]);
    }

    #[test]
    fn a_hash_in_a_fence_or_in_a_code_is_no_heading() {
        for fenced in [
            "```\n# x\n```",
            "~~~~ text\n# x\n~~~\n## y\n~~~~",
            "1. a\n   ```\n   # x\n   ```",
        ] {
            let text = format!("# T\n{fenced}\n#CD08\n    # code\n####### seven");
            assert_eq!(outline(&text).blocks.len(), 1, "{fenced}");
        }
        assert_eq!(outline("# T\n```inline```\n## A").blocks.len(), 2);
    }

    #[test]
    fn a_heading_keeps_its_code() {
        for (line, text) in [
            ("# 无效 #CD08", "无效 #CD08"),
            ("# C#", "C#"),
            ("#", ""),
            ("# a #", "a"),
        ] {
            assert_eq!(heading(line), Some((1, text)), "{line}");
        }
    }
}
