//! Rows whose cells stand each on a line of its own, as the copy of a web page's table gives them
//! when it is made of boxes (Element Plus): the rows are told by where the numbers stand.

use super::cells::{Line, Part, Row, Table};
use super::lines::Lines;
use super::{head, number};

/// Columns at most. Chosen.
const MOST_COLUMNS: usize = 40;
/// Share of the rows that must have their number in place, as a fraction. Chosen.
const IN_PLACE: (usize, usize) = (9, 10);
/// Share of the lines that must belong to rows, as a fraction. Chosen.
const MOST: (usize, usize) = (3, 4);
/// Rows that a head may be longer than, so that one is looked for at all.
const FEWEST: usize = 2;

/// The place of the rows among the lines.
struct Period {
    /// Lines of a row.
    columns: usize,
    /// First line with a number.
    first: usize,
    /// Line of the number within its row.
    offset: usize,
    /// True if names of columns stand above the rows.
    headed: bool,
}

/// Reads the whole text; none if no number stands at equal distances.
pub(super) fn read(lines: &Lines<'_>) -> Option<Vec<Part>> {
    let mut all: Vec<&str> = (0..lines.len()).map(|at| lines.get(at)).collect();
    while all.last().is_some_and(|line| line.trim().is_empty()) {
        all.pop();
    }
    let kinds: [fn(&str) -> bool; 2] = [number::is_order, number::is_time];
    kinds.into_iter().find_map(|is_anchor| {
        let anchors: Vec<bool> = all.iter().map(|line| is_anchor(line)).collect();
        let period = period(&all, &anchors)?;
        Some(parts(&all, &anchors, &period))
    })
}

fn period(lines: &[&str], anchors: &[bool]) -> Option<Period> {
    let first = anchors.iter().position(|anchor| *anchor)?;
    let last = anchors.iter().rposition(|anchor| *anchor)?;
    let (hits, columns) = frequent(anchors).or_else(|| regular(anchors, first))?;
    let period = located(lines, (first, last), columns);
    let within = hits * columns + if period.headed { columns } else { 0 };
    (within * MOST.1 >= lines.len() * MOST.0).then_some(period)
}

/// The smallest distance at which nearly all numbers stand, behind their count.
fn regular(anchors: &[bool], first: usize) -> Option<(usize, usize)> {
    let most = MOST_COLUMNS.min(anchors.len() - first);
    (2..most).find_map(|columns| {
        let places = (first..anchors.len()).step_by(columns);
        let (all, hits) = places.fold((0, 0), |(all, hits), at| {
            (all + 1, hits + usize::from(anchors[at]))
        });
        let regular = hits >= FEWEST && hits * IN_PLACE.1 >= all * IN_PLACE.0;
        regular.then_some((hits, columns))
    })
}

/// The distance at which most numbers stand where the others stand farther apart: a cell between
/// them has a line break.
fn frequent(anchors: &[bool]) -> Option<(usize, usize)> {
    let places = anchors.iter().enumerate().filter(|(_, anchor)| **anchor);
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    let distances: Vec<usize> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let columns = *distances.iter().min()?;
    let alike = distances.iter().filter(|d| **d == columns).count();
    let near = distances.iter().all(|d| *d < 2 * columns);
    let frequent = alike >= FEWEST && alike * 2 >= distances.len() && near;
    (frequent && (2..MOST_COLUMNS).contains(&columns)).then_some((places.len(), columns))
}

/// Finds where in a row the number stands: as in the lines above that most likely are names, else
/// so that the last row is whole.
fn located(lines: &[&str], (first, last): (usize, usize), columns: usize) -> Period {
    let found = |offset, headed| Period {
        columns,
        first,
        offset,
        headed,
    };
    let behind = (lines.len() - last) % columns;
    let whole = (columns - behind) % columns;
    let named = |offset: usize| {
        let top = first.checked_sub(columns + offset)?;
        let names = &lines[top..top + columns];
        let known = names.iter().filter(|name| head::is_known(name)).count();
        let is_head = head::is_head(names.iter().copied());
        is_head.then_some((known, offset == whole, top == 0, offset))
    };
    match (0..columns).filter_map(named).max() {
        Some((.., offset)) => found(offset, true),
        None => found(whole.min(first), false),
    }
}

fn parts(lines: &[&str], anchors: &[bool], period: &Period) -> Vec<Part> {
    let Period {
        columns,
        first,
        offset,
        headed,
    } = *period;
    let start = first - offset;
    let mut table = Table::default();
    let mut above = start;
    if headed {
        above = start - columns;
        table.head = lines[above..start]
            .iter()
            .map(|l| (*l).to_owned())
            .collect();
    }
    let above = lines[..above].iter().enumerate();
    let above = above.filter(|(_, text)| !text.trim().is_empty());
    let mut parts: Vec<Part> = above
        .map(|(at, text)| {
            Part::Line(Line {
                number: at + 1,
                text: (*text).to_owned(),
            })
        })
        .collect();
    let heads = table.head.iter().enumerate();
    let message = heads.filter_map(|(at, name)| Some((head::message(name)?, at)));
    let message = message.min().map(|(_, at)| at);
    let mut at = first;
    while at < lines.len() {
        let next = next_number(anchors, at, columns);
        let from = at - offset;
        let to = (next - offset.min(next)).clamp(from + 1, lines.len());
        table
            .rows
            .push(Row::new(from + 1, cut(&lines[from..to], columns, message)));
        at = next;
    }
    parts.push(Part::Table(table));
    parts
}

/// The number of the next row: one row on, or, where a cell has a line break, the first one behind.
fn next_number(anchors: &[bool], at: usize, columns: usize) -> usize {
    let place = at + columns;
    if place >= anchors.len() || anchors[place] {
        return place.min(anchors.len() + columns);
    }
    let behind = anchors.iter().skip(place).take(columns).position(|a| *a);
    behind.map_or(place, |behind| place + behind)
}

/// The cells of a row; lines too many belong to the message, or else to its longest cell.
fn cut(lines: &[&str], columns: usize, message: Option<usize>) -> Vec<String> {
    let mut cells: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    while cells.len() > columns {
        let length = |at: &usize| {
            let pair = &cells[*at..*at + 2];
            let is_data = pair.iter().any(|cell| number::is_data(cell));
            let chars = pair.iter().map(|cell| cell.chars().count()).sum();
            if is_data { 0 } else { chars }
        };
        let longest = (0..cells.len() - 1).max_by_key(length);
        let Some(at) = message.or(longest) else { break };
        let next = cells.remove(at + 1);
        cells[at] = format!("{}\n{next}", cells[at]);
    }
    cells
}
