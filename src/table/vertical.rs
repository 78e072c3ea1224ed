//! A column a line: the `\G` of MySQL's client and the expanded display of psql.

use super::cells::{MOST_CELLS, MOST_COLUMNS, Part, Row, Table};
use super::client;
use super::lines::Lines;

/// Name and value of a column.
type Pairs<'a> = Vec<(&'a str, String)>;

/// Client that writes a column a line.
#[derive(Clone, Copy, PartialEq)]
enum Client {
    MySql,
    Psql,
}

/// Reads the table that begins at a line, and returns the line behind it.
pub(super) fn at(lines: &Lines<'_>, from: usize) -> Option<(Part, usize)> {
    let client = rule(lines.get(from))?;
    let (mut table, mut at, mut cells) = (Table::default(), from, 0);
    while at < lines.len() && rule(lines.get(at)) == Some(client) {
        let (pairs, end) = pairs(lines, at + 1, client);
        lines.spend(lines.start(end) - lines.start(at))?;
        let mut row = Row::new(at + 1, [""; 0]);
        for (name, value) in pairs {
            let known = table.head.iter().position(|head| head == name);
            let column = known.unwrap_or(table.head.len());
            if column >= MOST_COLUMNS {
                continue;
            }
            if known.is_none() {
                table.head.push(name.to_owned());
            }
            if row.cells.len() <= column {
                row.cells.resize_with(column + 1, Default::default);
            }
            row.cells[column].text = value;
        }
        cells += row.cells.len();
        if cells > MOST_CELLS {
            return None;
        }
        table.rows.push(row);
        at = end;
    }
    (!table.head.is_empty()).then_some((Part::Table(table), at))
}

/// The client whose rule between two rows a line is.
fn rule(line: &str) -> Option<Client> {
    let line = line.trim_end();
    let stars = line.trim_matches('*');
    let counted = |text: &str| text.bytes().next().is_some_and(|b| b.is_ascii_digit());
    if line.len() > stars.len() + 8 && counted(stars.trim()) && stars.trim().ends_with(". row") {
        return Some(Client::MySql);
    }
    let record = line
        .strip_prefix("-[ ")
        .or_else(|| line.strip_prefix("─[ "))?;
    let words = ["RECORD ", "记录 "].iter();
    let mut rest = words.filter_map(|word| record.strip_prefix(word));
    rest.any(counted).then_some(Client::Psql)
}

fn pairs<'a>(lines: &Lines<'a>, from: usize, client: Client) -> (Pairs<'a>, usize) {
    let mut pairs: Pairs<'a> = Vec::new();
    let (mut at, mut column) = (from, None);
    while at < lines.len() {
        let line = lines.get(at);
        if rule(line).is_some() || client::is_its_line(line) {
            break;
        }
        let pair = match client {
            Client::MySql => aligned(line, column),
            Client::Psql => line.split_once(['|', '│']),
        };
        match (pair, pairs.last_mut()) {
            (Some((name, value)), Some((_, last)))
                if client == Client::Psql && name.trim().is_empty() =>
            {
                // A plus at the end says that the cell goes on.
                let end = last
                    .trim_end()
                    .trim_end_matches(['+', '↵'])
                    .trim_end()
                    .len();
                last.truncate(end);
                last.push('\n');
                last.push_str(value.trim());
            }
            (Some((name, value)), _) => {
                column = column.or(Some(name.chars().count()));
                pairs.push((name.trim(), value.trim().to_owned()));
            }
            (None, Some((_, last))) if client == Client::MySql && !line.is_empty() => {
                last.push('\n');
                last.push_str(line);
            }
            _ => break,
        }
        at += 1;
    }
    (pairs, at)
}

/// Name and value, if the colon stands below those above: names are aligned to the right.
fn aligned(line: &str, column: Option<usize>) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let spaced = value.is_empty() || value.starts_with(' ');
    let is_name = !name.trim().is_empty() && !name.trim().contains(' ') && spaced;
    let below = column.is_none_or(|column| name.chars().count() == column);
    (is_name && below).then_some((name, value))
}
