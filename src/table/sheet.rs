//! Workbooks (XLSX) to rows. A workbook comes from anyone: it is unpacked once within a bound before
//! it is read, and its cells are taken one by one, so that none can claim more room than it has.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};
use zip::ZipArchive;

use super::cells::{Cell, MOST_COLUMNS, Row};
use super::content::{Content, FileError};
use super::html;

/// Bytes of a workbook when it is unpacked. Chosen: ten thousand rows of 30 cells take half of it.
const UNPACKED: usize = 32 << 20;
/// Files in the archive. Chosen.
const MOST_FILES: usize = 2_000;
/// Digits that a spreadsheet keeps of a number; those behind are made up by whatever prints them.
const EXACT: f64 = 1e15;
/// Attribute by which a workbook says how many strings it has; room is made for so many.
const COUNT: &[u8] = b"uniqueCount";

/// Reads the first sheet that is not empty.
pub(super) fn xlsx(bytes: &[u8]) -> Result<Content, FileError> {
    unpack(bytes)?;
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let mut content = Content::default();
    for name in workbook.sheet_names() {
        // A sheet of charts has no cells.
        let Ok(rows) = rows(&mut workbook, &name) else {
            continue;
        };
        if rows.is_empty() {
            continue;
        }
        if content.parts.is_empty() {
            content.parts = html::of_rows(rows);
        } else {
            content.other_sheets.push(name);
        }
    }
    Ok(content)
}

fn broken(error: impl std::fmt::Display) -> FileError {
    FileError::Broken(error.to_string())
}

/// Unpacks the archive to nowhere, to see that it stays within its bound and claims no more strings
/// than it has bytes.
fn unpack(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MOST_FILES {
        return Err(FileError::TooLarge(UNPACKED));
    }
    let mut left = UNPACKED;
    let mut buffer = Vec::new();
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(broken)?;
        buffer.clear();
        let most = u64::try_from(left + 1).unwrap_or(u64::MAX);
        let read = file.take(most).read_to_end(&mut buffer).map_err(broken)?;
        left = left
            .checked_sub(read)
            .ok_or(FileError::TooLarge(UNPACKED))?;
        let is_wide = matches!(buffer[..], [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..]);
        if is_wide || claims_too_much(&buffer) {
            return Err(FileError::Broken("its counts are wrong".to_owned()));
        }
    }
    Ok(())
}

fn claims_too_much(file: &[u8]) -> bool {
    let mut found = file.windows(COUNT.len()).enumerate();
    found.any(|(at, window)| {
        let behind = &file[at + window.len()..];
        let value = behind.iter().skip_while(|b| b"=\"' \t\r\n".contains(b));
        let digits = value.take_while(|b| b.is_ascii_digit());
        let count = digits.fold(0_usize, |sum, b| {
            sum.saturating_mul(10).saturating_add(usize::from(b - b'0'))
        });
        window == COUNT && count > file.len()
    })
}

fn rows(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, FileError> {
    let mut cells = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let (Ok(line), Ok(column)) = (usize::try_from(row), usize::try_from(column)) else {
            continue;
        };
        let Some(read) = text(cell.get_value()).filter(|_| column < MOST_COLUMNS) else {
            continue;
        };
        let line = line + 1;
        if rows.last().is_none_or(|row| row.line != line) {
            rows.push(Row {
                line,
                cells: Vec::new(),
            });
        }
        if let Some(row) = rows.last_mut() {
            if row.cells.len() <= column {
                row.cells.resize_with(column + 1, Cell::default);
            }
            row.cells[column] = read;
        }
    }
    // A file may have its rows in any order.
    rows.sort_by_key(|row| row.line);
    Ok(rows)
}

/// A cell, if there is something in it.
fn text(value: &DataRef<'_>) -> Option<Cell> {
    let cell = |text: String, number: bool| Cell { text, number };
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Some(cell(text.clone(), false))
        }
        DataRef::SharedString(text) => Some(cell((*text).to_owned(), false)),
        DataRef::Int(number) => Some(cell(number.to_string(), true)),
        DataRef::Float(number) => Some(cell(shown(*number), true)),
        DataRef::Bool(value) => Some(cell(value.to_string().to_uppercase(), false)),
        DataRef::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
            Some(cell(text, false))
        }
        DataRef::Error(_) | DataRef::Empty => None,
    }
}

/// A number as a spreadsheet shows it. One past the digits that are kept stays in powers of ten: no
/// end is made up for it.
fn shown(number: f64) -> String {
    if number.abs() < EXACT {
        return number.to_string();
    }
    let text = format!("{number:.14e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    format!("{mantissa}E+{exponent}")
}
