//! Rows as JSON: an array of objects, alone or inside a response, or an object a line. A comma too
//! many between them, as a person leaves one, does no harm.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::cells::{Cell, Line, MOST_CELLS, MOST_COLUMNS, Part, Row, Table};
use super::lines::Lines;

/// Depth of brackets up to which they are followed. Chosen; serde_json's own bound is the same.
const DEEPEST: usize = 128;

/// Reads the rows that begin at a line, and returns the line behind them. One object over several
/// lines that holds no rows is one line of text.
pub(super) fn at(lines: &Lines<'_>, from: usize) -> Option<(Part, usize)> {
    let text = lines.text;
    let indent = lines.get(from).len() - lines.get(from).trim_start().len();
    let start = lines.start(from) + indent;
    let (objects, end) = match text.as_bytes().get(start)? {
        b'[' => array(lines, text, start)?,
        b'{' => sequence(lines, start)?,
        _ => return None,
    };
    let behind = lines.of(end - 1) + 1;
    let rest = &text[end..lines.start(behind)];
    if !rest.trim().trim_end_matches([',', ';']).is_empty() {
        return None;
    }
    let rows = match objects[..] {
        [(start, end)] if text.as_bytes()[end - 1] == b'}' => {
            inner(lines, start + 1, end).unwrap_or(vec![(start, end)])
        }
        _ => objects,
    };
    if let [(start, end)] = rows[..]
        && text[start..end] == text[lines.start(from) + indent..end]
    {
        // One object alone: an error itself, not a table of them.
        let several = lines.of(end - 1) > from;
        let line = Line {
            number: from + 1,
            text: text[start..end].to_owned(),
        };
        return several.then_some((Part::Line(line), behind));
    }
    let table = table(lines, &rows)?;
    Some((Part::Table(table), behind))
}

/// The objects of an array, and the end of it; none if it holds something else.
fn array(lines: &Lines<'_>, text: &str, start: usize) -> Option<(Vec<(usize, usize)>, usize)> {
    let (mut objects, mut at) = (Vec::new(), start + 1);
    loop {
        at = skip(text, at);
        match text.as_bytes().get(at)? {
            b'{' => {
                let end = end(lines, text, at)?;
                objects.push((at, end));
                at = end;
            }
            b']' if !objects.is_empty() => return Some((objects, at + 1)),
            _ => return None,
        }
    }
}

/// Objects one behind another.
fn sequence(lines: &Lines<'_>, start: usize) -> Option<(Vec<(usize, usize)>, usize)> {
    let text = lines.text;
    let (mut objects, mut at, mut last) = (Vec::new(), start, start);
    while text.as_bytes().get(at) == Some(&b'{') {
        let Some(end) = end(lines, text, at) else {
            break;
        };
        objects.push((at, end));
        last = end;
        at = skip(text, end);
    }
    (!objects.is_empty()).then_some((objects, last))
}

/// The objects of the first array of several that stands inside an object.
fn inner(lines: &Lines<'_>, start: usize, end: usize) -> Option<Vec<(usize, usize)>> {
    let text = &lines.text[..end];
    let mut at = start;
    while let Some(found) = text[at..].find('[') {
        let start = at + found;
        let before = text[..start].trim_end();
        if before.ends_with([':', '[', ','])
            && let Some((objects, _)) = array(lines, text, start)
            && objects.len() > 1
        {
            return Some(objects);
        }
        // No array of objects nor anything inside it is looked at twice.
        at = start + 1;
        if !matches!(text.as_bytes().get(skip(text, at)), Some(b'{' | b'[')) {
            continue;
        }
        at = self::end(lines, text, start)?;
    }
    None
}

fn skip(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let inside = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    at + rest.len() - inside.len()
}

/// The end of an object or array; none if it has none or is too deep.
fn end(lines: &Lines<'_>, text: &str, start: usize) -> Option<usize> {
    let end = matching(text, start);
    lines.spend(end.unwrap_or_else(|at| at) - start)?;
    end.ok()
}

/// The end of an object or array, or the place where the search ended.
fn matching(text: &str, start: usize) -> Result<usize, usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in (start..).zip(text.as_bytes()[start..].iter().copied()) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth > DEEPEST {
            return Err(at);
        }
        if depth == 0 && !quoted {
            return Ok(at + 1);
        }
    }
    Err(text.len())
}

fn table(lines: &Lines<'_>, rows: &[(usize, usize)]) -> Option<Table> {
    let (mut table, mut cells) = (Table::default(), 0);
    for (start, end) in rows {
        let mut row = Row {
            line: lines.of(*start) + 1,
            cells: Vec::new(),
        };
        let Members(members) = serde_json::from_str(&lines.text[*start..*end]).ok()?;
        for (name, value) in members {
            let known = table.head.iter().position(|head| *head == name);
            let column = known.unwrap_or(table.head.len());
            if column >= MOST_COLUMNS {
                continue;
            }
            if known.is_none() {
                table.head.push(name.into_owned());
            }
            if row.cells.len() <= column {
                row.cells.resize_with(column + 1, Cell::default);
            }
            row.cells[column] = Cell::text(shown(value));
        }
        cells += row.cells.len();
        if cells > MOST_CELLS {
            return None;
        }
        table.rows.push(row);
    }
    Some(table)
}

/// A value as a cell: a string without its quotation marks, anything else as it is written, so that
/// a number keeps all its digits.
fn shown(value: &RawValue) -> String {
    let raw = value.get();
    match raw {
        "null" => String::new(),
        _ if raw.starts_with('"') => serde_json::from_str(raw).unwrap_or_default(),
        _ => raw.to_owned(),
    }
}

/// Members of an object in their order, each value as it is written.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((Cow::Owned(name), value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
