//! Cells between tabs, commas or semicolons: CSV, TSV and what a spreadsheet puts on the clipboard.
//!
//! A quoted cell may hold the delimiter, quotation marks and line breaks. A quotation mark that is
//! never closed belongs to its own line alone: copies of web pages quote nothing.

use csv::{ReaderBuilder, StringRecord};

use super::cells::{MOST_CELLS, MOST_COLUMNS, Part, Row, Table};
use super::lines::Lines;
use super::{head, number};

/// Lines of one row at most. Chosen, for cost.
const MOST_LINES: usize = 40;
/// Rows among which the head is sought. Chosen.
const FIRST: usize = 5;
/// Rows by which names that nobody knows are told. Chosen, for cost.
const SAMPLE: usize = 20;
/// Share of the lines that must look like rows of a table, as a fraction. Chosen.
const MOST: (usize, usize) = (4, 5);
/// Delimiters, the surest first.
const DELIMITERS: [char; 3] = ['\t', ',', ';'];

/// A row as it stands in the text.
struct Record {
    /// Lines from one up to another.
    lines: (usize, usize),
    cells: Vec<String>,
}

/// Reads the whole text; none if most of its lines are no rows.
pub(super) fn read(lines: &Lines<'_>) -> Option<Vec<Part>> {
    DELIMITERS.into_iter().find_map(|delimiter| {
        let sample: Vec<&str> = (0..lines.len()).map(|at| lines.get(at)).collect();
        let delimited = |line: &&&str| line.contains(delimiter);
        if sample.iter().filter(delimited).count() < 2.min(sample.len()) {
            return None;
        }
        if delimiter == '\t' && keeps_digits(&sample) {
            return None;
        }
        let records = records(lines, delimiter)?;
        let head = records.iter().take(FIRST).position(is_head);
        let head = head.or_else(|| unknown_head(&records));
        is_table(&records, head, delimiter).then(|| parts(lines, records, head, delimiter))
    })
}

/// True if no tab stands between two cells: each is the first character of one, to keep its digits.
fn keeps_digits(lines: &[&str]) -> bool {
    let tabbed = lines.iter().filter(|line| line.contains('\t'));
    let kept = |line: &&&str| {
        let mut before = ',';
        line.chars().all(|c| {
            let kept = c != '\t' || matches!(before, ',' | ';' | '"');
            before = c;
            kept
        }) && (line.contains([',', ';']))
    };
    let (count, kept) = tabbed.fold((0, 0), |(count, sum), line| {
        (count + 1, sum + usize::from(kept(&line)))
    });
    kept * MOST.1 >= count * MOST.0
}

fn is_head(record: &Record) -> bool {
    record.cells.len() <= MOST_COLUMNS && head::is_head(record.cells.iter().map(String::as_str))
}

/// The first row, if its names are unknown and data stands below them.
fn unknown_head(records: &[Record]) -> Option<usize> {
    let (first, rest) = records.split_first()?;
    let rest: Vec<Vec<&str>> = rest.iter().take(SAMPLE).map(cells_of).collect();
    head::stands_above(&cells_of(first), &rest).then_some(0)
}

fn cells_of(record: &Record) -> Vec<&str> {
    record.cells.iter().map(String::as_str).collect()
}

/// True if the records are rows: nearly all have several cells, and between anything but tabs a
/// head or a number in each says that they are no sentences.
fn is_table(records: &[Record], head: Option<usize>, delimiter: char) -> bool {
    if records.iter().any(|r| r.cells.len() > MOST_COLUMNS) {
        return false;
    }
    let most = |such: usize, all: usize| such > 0 && such * MOST.1 >= all * MOST.0;
    let several = |r: &&Record| r.cells.len() > 1;
    if let Some(head) = head {
        let rows = &records[head + 1..];
        let columns = match delimiter {
            '\t' => 2,
            _ => records[head].cells.len(),
        };
        let whole = |r: &&Record| r.cells.len() >= columns;
        if most(rows.iter().filter(whole).count(), rows.len()) {
            return true;
        }
    }
    if delimiter == '\t' {
        return most(records.iter().filter(several).count(), records.len());
    }
    let case = |r: &&Record| several(r) && r.cells.iter().any(|cell| number::is_data(cell));
    // The head of a table has no case.
    let rest = records.len().saturating_sub(1).max(1);
    most(records.iter().filter(case).count(), rest)
}

/// The table, behind the lines that stand above its head.
fn parts(
    lines: &Lines<'_>,
    records: Vec<Record>,
    head: Option<usize>,
    delimiter: char,
) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut table = Table {
        joint: Some(delimiter),
        ..Table::default()
    };
    for (at, record) in records.into_iter().enumerate() {
        let above = head.is_some_and(|head| at < head);
        if above {
            let (from, to) = record.lines;
            let filled = record.cells.iter().filter(|cell| !cell.trim().is_empty());
            // A title stands alone in a row of the sheet.
            if record.cells.len() > 1 && filled.count() == 1 {
                continue;
            }
            parts.extend((from..to).filter_map(|at| lines.part(at)));
        } else if head == Some(at) {
            table.head = record.cells;
        } else {
            table.rows.push(Row::new(record.lines.0 + 1, record.cells));
        }
    }
    parts.push(Part::Table(table));
    parts
}

/// The rows of a text that are not blank; none if there are too many cells.
fn records(lines: &Lines<'_>, delimiter: char) -> Option<Vec<Record>> {
    let (mut records, mut at, mut count) = (Vec::new(), 0, 0);
    while at < lines.len() {
        let to = end(lines, at, delimiter);
        let quoting = to.is_some();
        let to = to.unwrap_or(at + 1);
        let cells = cells(lines.joined(at, to), delimiter, quoting);
        count += cells.len();
        if count > MOST_CELLS {
            return None;
        }
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            records.push(Record {
                lines: (at, to),
                cells,
            });
        }
        at = to;
    }
    Some(records)
}

/// The line behind a row; none if a quotation mark in it is not closed soon.
fn end(lines: &Lines<'_>, from: usize, delimiter: char) -> Option<usize> {
    let mut quoted = false;
    for at in from..lines.len().min(from + MOST_LINES) {
        quoted = ends_quoted(lines.get(at), delimiter, quoted)?;
        if !quoted {
            return Some(at + 1);
        }
    }
    None
}

/// True if a line ends inside a quoted cell, none if something follows a closed one. `quoted` says
/// how it begins.
fn ends_quoted(line: &str, delimiter: char, quoted: bool) -> Option<bool> {
    if !quoted && !line.contains('"') {
        return Some(false);
    }
    let mut quoted = quoted;
    let mut first = !quoted;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if quoted {
            if c == '"' && chars.next_if_eq(&'"').is_none() {
                quoted = false;
                if chars.peek().is_some_and(|next| *next != delimiter) {
                    return None;
                }
            }
        } else if c == '"' && first {
            quoted = true;
        }
        first = !quoted && c == delimiter;
    }
    Some(quoted)
}

fn cells(record: &str, delimiter: char, quoting: bool) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .quoting(quoting)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .buffer_capacity(record.len().max(1))
        .from_reader(record.as_bytes());
    let (mut cells, mut record) = (Vec::new(), StringRecord::new());
    // A carriage return alone ends a record, to the reader: the cells go on.
    while matches!(reader.read_record(&mut record), Ok(true)) {
        cells.extend(record.iter().map(str::to_owned));
    }
    cells
}
