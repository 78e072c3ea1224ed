//! Tables, rows and cells as every reader gives them.

/// Most columns of a table; a row with more is no row. Chosen.
pub(super) const MOST_COLUMNS: usize = 256;

/// Most cells of a table, blank ones between others counted: no sender makes more of a few bytes.
/// Chosen.
pub(super) const MOST_CELLS: usize = 2_000_000;

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
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            number: false,
        }
    }
}

impl Row {
    pub(super) fn new(line: usize, cells: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            line,
            cells: cells.into_iter().map(Cell::text).collect(),
        }
    }
}
