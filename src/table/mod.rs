//! Tables to rows: reads what is pasted from a spreadsheet, a web page, a database's client or a
//! program, and files of the same. Knows cells, heads and numbers; nothing of entries or lookups.
//!
//! - [`head`]: the names that columns of messages and of order numbers have
//! - [`number`]: order numbers, and those that a spreadsheet has damaged
//! - `vertical`, `boxes`, `json`: tables that show where they begin and end, among other lines
//! - `delimited`, `cell_a_line`: tables that are the whole text
//!
//! A text that is no table is lines. No text makes a reader fail.

mod boxes;
mod cell_a_line;
mod delimited;
pub mod head;
mod json;
mod lines;
pub mod number;
mod vertical;

use lines::Lines;

/// Most columns of a table; a row with more is no row. Chosen.
const MOST_COLUMNS: usize = 256;

/// A part of a text, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A line that is in no table; never blank.
    Line(Line),
    /// A table.
    Table(Table),
}

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number of the line, from 1 on; the first of several.
    pub number: usize,
    /// The line without its end.
    pub text: String,
}

/// Rows with the same columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns; empty if the table has none.
    pub head: Vec<String>,
    /// The rows, without head and rules.
    pub rows: Vec<Row>,
    /// The character between cells, if a cell may hold it unquoted: then a row with too many cells
    /// has one that was cut.
    pub joint: Option<char>,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Number of its first line in the text, from 1 on.
    pub line: usize,
    /// Its cells, in the order of the columns; there may be fewer or more than columns.
    pub cells: Vec<Cell>,
}

/// A cell of a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// The text of the cell; line breaks inside it stay.
    pub text: String,
    /// True if a file holds it as a number, which keeps no more than fifteen digits.
    pub number: bool,
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            number: false,
        }
    }
}

impl Row {
    fn new(line: usize, cells: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            line,
            cells: cells.into_iter().map(Cell::text).collect(),
        }
    }
}

/// Reads a text: its tables, and the lines that belong to none.
pub fn read(text: &str) -> Vec<Part> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = Lines::new(text);
    let (mut parts, mut at, mut found) = (Vec::new(), 0, false);
    while at < lines.len() {
        let block = vertical::at(&lines, at)
            .or_else(|| boxes::at(&lines, at))
            .or_else(|| json::at(&lines, at));
        match block {
            Some((part, end)) if end > at => {
                found |= matches!(part, Part::Table(_));
                parts.push(part);
                at = end;
            }
            _ => {
                parts.extend(line(&lines, at));
                at += 1;
            }
        }
    }
    if found {
        parts.retain(|part| !matches!(part, Part::Line(line) if is_of_a_client(&line.text)));
        return parts;
    }
    delimited::read(&lines)
        .or_else(|| cell_a_line::read(&lines))
        .unwrap_or_else(|| without_heading(parts))
}

/// A line as a part, unless it is blank.
fn line(lines: &Lines<'_>, at: usize) -> Option<Part> {
    let text = lines.get(at);
    let part = Part::Line(Line {
        number: at + 1,
        text: text.to_owned(),
    });
    (!text.trim().is_empty()).then_some(part)
}

/// True for a line that a database's client writes around a table: a prompt, a count, a time.
fn is_of_a_client(line: &str) -> bool {
    let line = line.trim();
    let bare = line.trim_matches(['(', ')']);
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let counted = digits.len() < bare.len()
        && ["row in set", "rows in set", "行记录"]
            .iter()
            .any(|unit| digits.trim_start().starts_with(unit));
    let counts = digits.len() < bare.len()
        && line.starts_with('(')
        && ["row", "rows", "行", "行记录"].contains(&digits.trim());
    let prompts = [
        "mysql>",
        "MariaDB [",
        "sqlite>",
        "D select",
        "->",
        "Empty set",
        "Query OK",
    ];
    let prompted = prompts.iter().any(|prompt| line.starts_with(prompt))
        || line.split_once(['#', '>']).is_some_and(|(name, rest)| {
            name.ends_with('=') && !name.contains(' ') && rest.starts_with(' ')
        });
    let timed = ["Time: ", "时间："].iter().any(|word| {
        line.strip_prefix(word)
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    });
    counted || counts || prompted || timed
}

/// The lines without a heading such as `今天失败的单：` before a numbered or dotted list.
fn without_heading(mut parts: Vec<Part>) -> Vec<Part> {
    let marked = |part: &Part| matches!(part, Part::Line(line) if is_item(&line.text));
    let items = parts.iter().skip(1).filter(|p| marked(p)).count();
    let heading = |part: &Part| {
        let Part::Line(line) = part else { return false };
        !is_item(&line.text) && line.text.trim_end().ends_with([':', '：'])
    };
    if items > 1 && items + 1 == parts.len() && parts.first().is_some_and(heading) {
        parts.remove(0);
    }
    parts
}

/// True for an item of a list: `1、`, `2.`, `(3)`, `④`, `- `.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with(|c: char| ('①'..='⑳').contains(&c)) || line.starts_with(['•', '·']) {
        return true;
    }
    if line.starts_with("- ") || line.starts_with("* ") {
        return true;
    }
    let open = line.trim_start_matches(['(', '（']);
    let rest = open.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = open.len() - rest.len();
    (1..=3).contains(&digits) && rest.starts_with(['、', '.', ')', '）', '．', ':', '：'])
}

#[cfg(test)]
mod tests;
