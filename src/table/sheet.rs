//! Workbooks (XLSX) to rows. A workbook comes from anyone: it is unpacked once within a bound before
//! it is read, and its cells are taken one by one, so that none can claim more room than it has.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};
use zip::ZipArchive;

use super::cells::{Cell, MOST_CELLS, MOST_COLUMNS, Row};
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
        let rows = match rows(&mut workbook, &name) {
            Ok(rows) => rows,
            Err(too_large @ FileError::TooLarge(_)) => return Err(too_large),
            // A sheet of charts has no cells.
            Err(_) => continue,
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
    let (mut rows, mut count) = (Vec::<Row>::new(), 0);
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
                count += column + 1 - row.cells.len();
                if count > MOST_CELLS {
                    return Err(FileError::TooLarge(UNPACKED));
                }
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::cells::Part;
    use super::*;

    const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="空" sheetId="1" r:id="rId1"/><sheet name="失败" sheetId="2" r:id="rId2"/><sheet name="说明" sheetId="3" r:id="rId3"/></sheets></workbook>"#;
    const LINKS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet3.xml"/></Relationships>"#;
    const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// A workbook of an empty sheet, one with these rows, and one with a word.
    fn workbook(rows: &str, strings: &str) -> Vec<u8> {
        let sheet = |rows: &str| {
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
        };
        let note = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>x</t></is></c></row>";
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in [
            ("_rels/.rels", ROOT),
            ("xl/workbook.xml", WORKBOOK),
            ("xl/_rels/workbook.xml.rels", LINKS),
            ("xl/worksheets/sheet1.xml", &sheet("")),
            ("xl/worksheets/sheet2.xml", &sheet(rows)),
            ("xl/worksheets/sheet3.xml", &sheet(note)),
            ("xl/sharedStrings.xml", strings),
        ] {
            zip.start_file(name, SimpleFileOptions::default())
                .expect("a file");
            zip.write_all(text.as_bytes()).expect("written");
        }
        zip.finish().expect("an archive").into_inner()
    }

    fn strings(count: &str) -> String {
        format!(
            "<sst xmlns=\"{MAIN}\" uniqueCount=\"{count}\"><si><t>订单号</t></si><si><t>失败原因</t></si><si><t>包裹锁定</t></si></sst>"
        )
    }

    #[test]
    fn the_rows_of_the_first_sheet_with_any_are_read() {
        let rows = r#"<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row><row r="4"><c r="A4"><v>3456789012345678901</v></c><c r="C4" t="s"><v>2</v></c></row><row r="5"><c r="A5" t="inlineStr"><is><t>3456789012345678902</t></is></c><c r="C5" t="s"><v>2</v></c></row><row r="6"><c r="A6"><v>34567890</v></c><c r="XFD6"><v>1</v></c></row>"#;
        let content = xlsx(&workbook(rows, &strings("3"))).expect("a workbook");
        assert_eq!(content.other_sheets, ["说明"]);
        let [Part::Table(table)] = &content.parts[..] else {
            panic!("{:?}", content.parts);
        };
        assert_eq!(table.head, ["订单号", "", "失败原因"]);
        let firsts: Vec<_> = table
            .rows
            .iter()
            .map(|row| (row.line, row.cells[0].text.as_str(), row.cells[0].number))
            .collect();
        assert_eq!(
            firsts,
            [
                (4, "3.45678901234568E+18", true),
                (5, "3456789012345678902", false),
                (6, "34567890", true)
            ]
        );
        assert_eq!(table.rows[0].cells[2].text, "包裹锁定");
    }

    #[test]
    fn what_claims_too_much_is_refused() {
        let bomb = workbook(&" ".repeat(UNPACKED + 1), &strings("3"));
        assert!(bomb.len() < 1 << 20);
        assert_eq!(xlsx(&bomb), Err(FileError::TooLarge(UNPACKED)));
        for count in ["99999999999", "1844674407370955161500"] {
            let refused = xlsx(&workbook("", &strings(count)));
            assert!(matches!(refused, Err(FileError::Broken(_))), "{refused:?}");
        }
        let mut cut = workbook("", &strings("3"));
        cut.truncate(cut.len() / 2);
        assert!(matches!(xlsx(&cut), Err(FileError::Broken(_))));
    }
}
