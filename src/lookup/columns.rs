//! Finds the message and the order number of each row of a table. An export has an order number, a
//! shop and a time beside the error, which would make every row an error of its own.

use super::engine::Engine;
use super::evidence::Exclude;
use crate::table::number::{self, Order};
use crate::table::{Cell, Row, Table, head};
use crate::text::style;

/// Cells by which a column is judged, about. Source: chosen, for cost.
const SAMPLE: usize = 8;
/// Characters of a cell by which it is judged. Source: chosen, for cost.
const JUDGED: usize = 300;
/// Share of an out-of-scope topic's probability that counts as known. Source: chosen.
const OUT_OF_SCOPE_SHARE: f64 = 0.5;
/// Certainty that a cell is known, for one that reports a failure: decides between columns of which
/// nothing is known. Source: chosen.
const FAILURE: f64 = 0.1;
/// Characters of a cell that count as much as certainty that it is known: length decides between
/// equally good columns alone. Source: chosen.
const LENGTH: f64 = 10_000.0;

/// A text of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Number of its line or row in what was sent, from 1 on; the first of several lines.
    pub line: usize,
    /// The error.
    pub message: String,
    /// The order number beside it.
    pub order: Option<Order>,
}

/// The columns of a table that matter.
struct Columns {
    /// Cells of a whole row.
    count: usize,
    message: Option<usize>,
    order: Option<usize>,
    /// True if every row has a cell for each column, or the table says itself where its cells end.
    even: bool,
}

/// The message of each row that has one, with the order number beside it.
pub(super) fn texts(engine: &Engine, table: &Table) -> Vec<Text> {
    let filled = |row: &&Row| row.cells.iter().any(|cell| !cell.text.trim().is_empty());
    let rows: Vec<&Row> = table.rows.iter().filter(filled).collect();
    let columns = Columns::new(engine, table, &rows);
    let joint = table.joint.unwrap_or(',');
    let read = rows.iter().map(|row| columns.read(engine, row, joint));
    let (mut texts, mut orders) = (Vec::new(), Vec::new());
    for (row, (message, order)) in rows.iter().zip(read) {
        if !message.trim().is_empty() {
            texts.push((row.line, message));
            orders.push(order);
        }
    }
    number::mark_rounded(&mut orders);
    texts
        .into_iter()
        .zip(orders)
        .map(|((line, message), order)| Text {
            line,
            message,
            order,
        })
        .collect()
}

impl Columns {
    fn new(engine: &Engine, table: &Table, rows: &[&Row]) -> Self {
        let longest = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
        let count = match table.head.len() {
            0 => longest,
            columns => columns,
        };
        let whole = rows.iter().all(|r| r.cells.len() == count);
        let even = whole || table.joint.is_none();
        let named = |rank: fn(&str) -> Option<usize>, but: Option<usize>| {
            let heads = table.head.iter().enumerate();
            let ranked = heads.filter_map(|(at, name)| Some((rank(name)?, at)));
            let filled = |at: usize| rows.iter().any(|r| !text(r, at).trim().is_empty());
            let ranked = ranked.filter(|(_, at)| Some(*at) != but && filled(*at));
            ranked.min().map(|(_, at)| at)
        };
        let message = named(head::message, None);
        // Commas inside a message that nothing quotes make rows uneven.
        let message = match message {
            None if even || !table.head.is_empty() => likeliest(engine, rows, count),
            message => message,
        };
        let order = named(head::order, message);
        Self {
            count,
            message,
            order: order.or_else(|| numbered(rows, count, message)),
            even,
        }
    }

    /// The message of a row and its order number.
    fn read(&self, engine: &Engine, row: &Row, joint: char) -> (String, Option<Order>) {
        let surplus = match (self.even, self.message) {
            (false, Some(_)) => row.cells.len().saturating_sub(self.count),
            _ => 0,
        };
        let Some(column) = self.message else {
            return (core(engine, row, joint), first_order(row));
        };
        let order = match self.order {
            Some(at) if at > column => row.cells.get(at + surplus),
            Some(at) => row.cells.get(at),
            None => None,
        };
        let order = order.and_then(number::order);
        if row.cells.len() == 1 && self.count > 1 && column > 0 {
            // A line of words below the table.
            return (text(row, 0).to_owned(), None);
        }
        let end = (column + surplus + 1).min(row.cells.len());
        let cells = row.cells.get(column..end).unwrap_or_default();
        let cells: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
        let message = cells.join(&joint.to_string());
        (message.trim().to_owned(), order)
    }
}

fn text(row: &Row, column: usize) -> &str {
    row.cells.get(column).map_or("", |cell| cell.text.as_str())
}

/// The column of order numbers by its digits.
fn numbered(rows: &[&Row], columns: usize, but: Option<usize>) -> Option<usize> {
    let is_order = |cell: &str| number::is_order(cell) || number::is_scientific(cell);
    (0..columns).filter(|at| Some(*at) != but).find(|at| {
        let orders = rows.iter().filter(|row| is_order(text(row, *at))).count();
        orders * 2 > rows.len()
    })
}

fn first_order(row: &Row) -> Option<Order> {
    let mut numbers = row.cells.iter().filter(|c| number::is_order(&c.text));
    numbers.next().and_then(number::order)
}

/// True for a cell that holds variable parts alone: a number, a time, an address.
fn varies(engine: &Engine, cell: &str) -> bool {
    let cell = cell.trim();
    if cell.is_empty() {
        return false;
    }
    let analyzed = engine.read(cell);
    let chars = analyzed.normalized.chars();
    let known = |at: usize| {
        let mut variables = analyzed.marks.variables.iter();
        variables.any(|v| v.range.contains(&at))
    };
    !chars.is_empty() && (0..chars.len()).all(|at| known(at) || !chars[at].is_alphanumeric())
}

/// A row without the cells at its ends that are blank or hold variable parts alone.
fn core(engine: &Engine, row: &Row, joint: char) -> String {
    let idle = |cell: &&Cell| {
        let text = cell.text.trim();
        text.is_empty() || number::is_data(text) || varies(engine, text)
    };
    let cells = &row.cells;
    let start = cells.iter().take_while(idle).count();
    let end = cells.len() - cells[start..].iter().rev().take_while(idle).count();
    let kept: Vec<&str> = cells[start..end].iter().map(|c| c.text.trim()).collect();
    kept.join(&joint.to_string())
}

/// The column whose cells are most likely known; of equally good ones the one with the longest
/// cells.
fn likeliest(engine: &Engine, rows: &[&Row], columns: usize) -> Option<usize> {
    let step = rows.len().div_ceil(SAMPLE).max(1);
    let score = |column: usize| {
        let (mut score, mut seen) = (0.0, 0.0);
        for row in rows.iter().step_by(step) {
            let cell: String = text(row, column).chars().take(JUDGED).collect();
            seen += 1.0;
            if cell.trim().is_empty() || number::is_data(&cell) || varies(engine, &cell) {
                continue;
            }
            let scored = engine.consider(&cell, None, Exclude::Nothing);
            let judgement = scored.judgement;
            let out_of_scope = judgement.out_of_scope.map_or(0.0, |n| n.probability);
            let known = 1.0 - judgement.none + out_of_scope * OUT_OF_SCOPE_SHARE;
            let failure = style::says_failure(&scored.reading.analyzed.normalized.text());
            score += known + if failure { FAILURE } else { 0.0 };
            score += cell.chars().count() as f64 / LENGTH;
        }
        score / f64::max(seen, 1.0)
    };
    let scored = (0..columns).map(|c| (score(c), c));
    scored
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        .map(|(_, c)| c)
}
