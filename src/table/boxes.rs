//! Tables drawn with characters: Markdown, psql, MySQL's client, DuckDB, grids. Rules and heads are
//! no rows.

use super::cells::{MOST_COLUMNS, Part, Row, Table};
use super::lines::Lines;
use super::{client, head};

/// Characters that rules are made of, besides spaces.
const RULES: &str = "-+=|:─━│┃┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╭╮╰╯═║╔╗╚╝╠╣╦╩╬╞╡╪╤╧╟╢╫╥╨";
/// Characters between cells.
const BARS: [char; 4] = ['|', '│', '┃', '║'];
/// Lines that a cell with line breaks has at most. Chosen, for cost.
const MOST_LINES: usize = 40;

/// A line of a box.
enum Drawn {
    Rule,
    /// Cells, the first line of them, and whether each is said to go on in the next line.
    Cells {
        line: usize,
        cells: Vec<String>,
        goes_on: bool,
    },
}

/// Reads the table that begins at a line, and returns the line behind it.
pub(super) fn at(lines: &Lines<'_>, from: usize) -> Option<(Part, usize)> {
    let (drawn, end, framed) = block(lines, from)?;
    let rules = drawn.iter().filter(|d| matches!(d, Drawn::Rule)).count();
    let mut table = if rules == 0 {
        headless(drawn)?
    } else {
        ruled(drawn, framed)
    };
    table.rows.retain(|row| !is_filler(row, table.head.len()));
    let columns = table.head.len();
    let table_like = columns > 0 || table.rows.len() > 1;
    (table_like && columns <= MOST_COLUMNS).then_some((Part::Table(table), end))
}

/// The lines of a box from a line on, the line behind it, and whether bars frame it.
fn block(lines: &Lines<'_>, from: usize) -> Option<(Vec<Drawn>, usize, bool)> {
    let first = lines.get(from).trim();
    let framed = is_rule(first) || first.starts_with(BARS);
    // Without a frame the rule below the head tells the box.
    let headed = first.contains(BARS) && is_rule(lines.get(from + 1));
    if !framed && !headed {
        return None;
    }
    if framed && !is_rule(first) && !first.chars().skip(1).any(|c| BARS.contains(&c)) {
        return None;
    }
    let (mut drawn, mut at) = (Vec::new(), from);
    while at < lines.len() {
        let line = lines.get(at).trim_end();
        lines.spend(line.len() + 1)?;
        if is_rule(line) {
            drawn.push(Drawn::Rule);
            at += 1;
        } else if client::is_its_line(line) || !line.contains(BARS) {
            break;
        } else if framed {
            if !line.trim_start().starts_with(BARS) {
                break;
            }
            let end = closed(lines, at);
            drawn.push(cells(at + 1, lines.joined(at, end), true));
            at = end;
        } else {
            drawn.push(cells(at + 1, line, false));
            at += 1;
        }
    }
    let rows = drawn.iter().any(|d| matches!(d, Drawn::Cells { .. }));
    rows.then_some((drawn, at, framed))
}

/// The line behind a row: a cell with line breaks leaves its bar to a later line.
fn closed(lines: &Lines<'_>, from: usize) -> usize {
    if lines.get(from).trim_end().ends_with(BARS) {
        return from + 1;
    }
    for at in from + 1..lines.len().min(from + MOST_LINES) {
        let line = lines.get(at).trim_end();
        if line.starts_with(BARS) || is_rule(line) {
            break;
        }
        if line.ends_with(BARS) {
            return at + 1;
        }
    }
    from + 1
}

/// True for a line of rules alone: three or more of them.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let drawn = line.chars().filter(|c| *c != ' ').count();
    let lines = line
        .chars()
        .filter(|c| !BARS.contains(c) && !matches!(c, ' ' | ':' | '+'));
    drawn > 2 && lines.count() > 1 && line.chars().all(|c| c == ' ' || RULES.contains(c))
}

fn cells(line: usize, text: &str, framed: bool) -> Drawn {
    let mut cells = vec![String::new()];
    let mut chars = text.trim().chars().peekable();
    if framed {
        chars.next_if(|c| BARS.contains(c));
    }
    while let Some(c) = chars.next() {
        let last = cells.len() - 1;
        if c == '\\' && chars.peek() == Some(&'|') {
            cells[last].extend(chars.next());
        } else if BARS.contains(&c) {
            cells.push(String::new());
        } else {
            cells[last].push(c);
        }
    }
    if framed && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    // psql marks a cell that goes on by a plus behind it.
    let goes_on = |cell: &String| cell.ends_with('+') || cell.ends_with('↵');
    let on = cells.iter().any(goes_on);
    let clean = |cell: String| {
        let cut = if on {
            cell.trim_end_matches(['+', '↵'])
        } else {
            &cell
        };
        broken(cut.trim())
    };
    Drawn::Cells {
        line,
        goes_on: on,
        cells: cells.into_iter().map(clean).collect(),
    }
}

/// A cell with the line breaks that Markdown writes as tags.
fn broken(cell: &str) -> String {
    if !cell.contains("<br") {
        return cell.to_owned();
    }
    ["<br>", "<br/>", "<br />"]
        .iter()
        .fold(cell.to_owned(), |cell, tag| cell.replace(tag, "\n"))
}

/// Rows between bars without any rule: a table if their first is a head or they have numbers.
fn headless(drawn: Vec<Drawn>) -> Option<Table> {
    let mut table = Table::default();
    for one in drawn {
        let Drawn::Cells { line, cells, .. } = one else {
            continue;
        };
        table.rows.push(Row::new(line, cells));
    }
    let first = table.rows.first()?;
    if head::is_head(first.cells.iter().map(|cell| cell.text.as_str())) {
        let head = table.rows.remove(0).cells;
        table.head = head.into_iter().map(|cell| cell.text).collect();
        return Some(table);
    }
    let even = table
        .rows
        .iter()
        .all(|row| row.cells.len() == table.rows[0].cells.len());
    (even && table.rows[0].cells.len() > 1 && table.rows.len() > 1).then_some(table)
}

/// Rows below a rule: the first line above it is the head. Where rules stand between the rows, the
/// lines between two rules are one row.
fn ruled(drawn: Vec<Drawn>, framed: bool) -> Table {
    let mut sections: Vec<Vec<(usize, Vec<String>, bool)>> = vec![Vec::new()];
    for one in drawn {
        match (one, sections.last_mut()) {
            (
                Drawn::Cells {
                    line,
                    cells,
                    goes_on,
                },
                Some(last),
            ) => last.push((line, cells, goes_on)),
            (Drawn::Rule, Some(last)) if !last.is_empty() => sections.push(Vec::new()),
            _ => {}
        }
    }
    sections.retain(|section| !section.is_empty());
    let mut sections = sections.into_iter();
    let mut table = Table::default();
    let Some(first) = sections.next() else {
        return table;
    };
    let body: Vec<_> = sections.collect();
    if body.is_empty() {
        // A rule above and below, none between: rows without a head, unless they begin with one.
        let drawn = first
            .into_iter()
            .map(|(line, cells, goes_on)| Drawn::Cells {
                line,
                cells,
                goes_on,
            });
        return headless(drawn.collect()).unwrap_or_default();
    }
    table.head = first
        .into_iter()
        .next()
        .map_or(Vec::new(), |(_, head, _)| head);
    let columns = table.head.len();
    let a_row_each = framed
        && body.len() > 1
        && body[1]
            .first()
            .is_some_and(|(_, cells, _)| cells.len() == columns);
    for section in body {
        let mut goes_on = false;
        for (at, (line, cells, on)) in section.into_iter().enumerate() {
            let continues = goes_on || a_row_each && at > 0;
            match table.rows.last_mut() {
                Some(row) if continues => append(row, cells),
                _ => table.rows.push(Row::new(line, cells)),
            }
            goes_on = on;
        }
    }
    table
}

/// Adds a further line of each cell.
fn append(row: &mut Row, cells: Vec<String>) {
    for (cell, more) in row.cells.iter_mut().zip(cells) {
        if !more.is_empty() {
            if !cell.text.is_empty() {
                cell.text.push('\n');
            }
            cell.text.push_str(&more);
        }
    }
}

/// True for a line of a box that is no row: a count of rows below, dots for rows left out.
fn is_filler(row: &Row, columns: usize) -> bool {
    let mut filled = row
        .cells
        .iter()
        .map(|cell| cell.text.trim())
        .filter(|text| !text.is_empty());
    let dots = filled.clone().all(|text| matches!(text, "·" | "…" | "..."));
    let counts = filled.next().is_some_and(|text| {
        let digits = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '(');
        digits.len() < text.len() && (digits.starts_with(" row") || digits.starts_with(" column"))
    });
    dots || counts && row.cells.len() < columns.max(2)
}
