//! The tables of a web page, which many back offices give the name of a workbook (`.xls`).

use super::cells::{Cell, Line, MOST_COLUMNS, Part, Row, Table};
use super::head;

/// Bytes within which the page must say that it is one. Chosen.
const EARLY: usize = 64 << 10;
/// Rows among which the head is sought. Chosen.
const FIRST: usize = 5;
/// Rows by which names that nobody knows are told. Chosen, for cost.
const SAMPLE: usize = 20;

/// Reads a page; none if the text is no page with a table. Rows are counted as a spreadsheet counts
/// them: from the first row of the first table on.
pub(super) fn read(text: &str) -> Option<Vec<Part>> {
    let text = text.trim_start();
    let mut early = EARLY.min(text.len());
    while !text.is_char_boundary(early) {
        early -= 1;
    }
    let start = text[..early].to_ascii_lowercase();
    if !start.starts_with('<') || !start.contains("<table") {
        return None;
    }
    let mut reader = Reader::default();
    let mut rest = text;
    while let Some((words, tag)) = rest.split_once('<') {
        reader.words(words);
        if tag.starts_with("!--") {
            rest = tag.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
        reader.tag(tag);
        rest = behind;
    }
    reader.end_row();
    Some(of_rows(reader.rows))
}

/// Rows as a table: the first few may be a title or the head.
pub(super) fn of_rows(rows: Vec<Row>) -> Vec<Part> {
    let is_head = |row: &Row| head::is_head(row.cells.iter().map(|cell| cell.text.as_str()));
    let filled = |row: &Row| row.cells.iter().any(|cell| !cell.text.trim().is_empty());
    let rows: Vec<Row> = rows.into_iter().filter(filled).collect();
    let at = rows.iter().take(FIRST).position(is_head);
    let at = at.or_else(|| {
        let (first, rest) = rows.split_first()?;
        let rest: Vec<Vec<&str>> = rest.iter().take(SAMPLE).map(texts_of).collect();
        head::stands_above(&texts_of(first), &rest).then_some(0)
    });
    let (mut parts, mut table) = (Vec::new(), Table::default());
    for (number, row) in rows.into_iter().enumerate() {
        let texts = row.cells.iter().map(|cell| cell.text.trim());
        if at == Some(number) {
            table.head = texts.map(str::to_owned).collect();
        } else if at.is_some_and(|at| number < at) {
            let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
            // One cell alone is a title.
            if texts.len() > 1 {
                parts.push(Part::Line(Line {
                    number: row.line,
                    text: texts.join(" "),
                }));
            }
        } else {
            table.rows.push(row);
        }
    }
    parts.push(Part::Table(table));
    parts
}

fn texts_of(row: &Row) -> Vec<&str> {
    row.cells.iter().map(|cell| cell.text.as_str()).collect()
}

#[derive(Default)]
struct Reader {
    rows: Vec<Row>,
    row: Row,
    /// Text of the open cell.
    cell: Option<String>,
    /// Rows that have begun.
    count: usize,
    /// True inside what no browser shows.
    hidden: bool,
}

impl Reader {
    fn words(&mut self, words: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|_| !self.hidden) {
            // Line ends of the source are spaces.
            cell.push_str(&decoded(&words.replace(['\r', '\n'], " ")));
        }
    }

    fn tag(&mut self, tag: &str) {
        let name: String = tag
            .chars()
            .take_while(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_lowercase();
        match name.trim_end_matches('/') {
            "tr" => {
                self.end_row();
                self.count += 1;
                self.row.line = self.count;
            }
            "td" | "th" => {
                self.end_cell();
                self.cell = Some(String::new());
            }
            "/td" | "/th" => self.end_cell(),
            "/tr" | "/table" => self.end_row(),
            "br" | "/p" | "/div" => {
                if let Some(cell) = &mut self.cell {
                    cell.push('\n');
                }
            }
            "style" | "script" => self.hidden = true,
            "/style" | "/script" => self.hidden = false,
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let Some(text) = self.cell.take() else { return };
        if self.row.cells.len() < MOST_COLUMNS {
            self.row.cells.push(Cell::text(text.trim()));
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        let row = std::mem::take(&mut self.row);
        if !row.cells.is_empty() {
            self.rows.push(row);
        }
        self.row.line = self.count;
    }
}

/// A text with its character references replaced.
fn decoded(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..].split(';').next().unwrap_or_default();
        let closed = rest[1..].len() > name.len();
        match character(name).filter(|_| closed) {
            Some(c) => {
                decoded.push(c);
                rest = &rest[name.len() + 2..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "nbsp" => return Some(' '),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => {}
    }
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|c| *c != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_of_a_page_are_rows() {
        let page = "<html><head><meta charset=gbk><style>td{}</style></head><body><table border=1>\
            <tr><td colspan=2>失败订单</td></tr>\n\
            <TR><TH>订单号</TH><th>失败原因</th></tr>\n\
            <tr><td style='mso-number-format:\"@\"'>3456789012345678901</td><td>包裹&lt;A&gt;&#24050;<br>锁定 &nope;</td>\n\
            <tr><td>&nbsp;</td></tr><!-- <tr><td>x</td></tr> --></table></body></html>";
        let parts = read(page).expect("a page");
        let [Part::Table(table)] = &parts[..] else {
            panic!("{parts:?}");
        };
        assert_eq!(table.head, ["订单号", "失败原因"]);
        let row = Row::new(3, ["3456789012345678901", "包裹<A>已\n锁定 &nope;"]);
        assert_eq!(table.rows, [row]);
        assert_eq!(read("<b>x</b>"), None);
        assert_eq!(read("订单号,失败原因 <table"), None);
    }
}
