//! Tables to rows: reads what is pasted from a spreadsheet, a web page, a database's client or a
//! program, and files of the same. Knows cells, heads and numbers; nothing of entries or lookups.
//!
//! - [`head`]: the names that columns of messages and of order numbers have
//! - [`number`]: order numbers, and those that a spreadsheet has damaged
//! - `vertical`, `boxes`, `json`: tables that show where they begin and end, among other lines
//! - `delimited`, `cell_a_line`: tables that are the whole text
//! - [`file`](mod@file): workbooks, web pages and texts as bytes
//!
//! A text that is no table is lines. No text makes a reader fail.

mod boxes;
mod cell_a_line;
mod cells;
mod client;
mod content;
mod delimited;
pub mod file;
pub mod head;
mod html;
mod json;
mod lines;
pub mod number;
mod sheet;
mod text;
mod vertical;

pub use cells::{Cell, Line, Part, Row, Table};
pub use text::read;

#[cfg(test)]
mod tests;
