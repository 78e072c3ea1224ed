//! Personal data in dumps, where its label does not stand right before it: PHP's `serialize`, the
//! columns of an `INSERT`, the parameters that MyBatis logs.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::name::is_name;
use crate::text::label::{Class, key};
use crate::text::structure::line::{lines, pattern};

/// A key and its value as PHP's `serialize` writes them.
static SERIALIZED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"s:\d+:\\?"([a-z0-9_]+)\\?";s:\d+:\\?"([^"\\]*)"#));
/// The columns of an `INSERT`, and its values up to the end of the line.
static INSERT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\(([a-z0-9_`"\[\]\s,]{3,2000})\)\svalues?\s?(\([^\n]{0,8000})"#));
/// Stands before the parameters.
const PARAMETERS: &str = "parameters:";
/// A parameter and its type.
static PARAMETER: LazyLock<Regex> = LazyLock::new(|| pattern(r"([^,()]{1,80})\(string\)"));

/// Adds the ranges of personal data in dumps.
pub(super) fn find(chars: &[char], spans: &mut Vec<Range<usize>>) {
    let has = |sign: &str| {
        let sign: Vec<char> = sign.chars().collect();
        chars.windows(sign.len()).any(|w| w == sign)
    };
    if !["s:", "values", "value (", PARAMETERS].into_iter().any(has) {
        return;
    }
    for line in lines(chars) {
        let text = line.text.as_str();
        if text.contains("s:") {
            for found in SERIALIZED.captures_iter(text) {
                if is_personal(&found[1], &found[2])
                    && let Some(value) = found.get(2)
                {
                    spans.push(line.chars(value.range()));
                }
            }
        }
        if text.contains("values") || text.contains("value (") {
            for found in INSERT.captures_iter(text) {
                if let Some(values) = found.get(2) {
                    let columns: Vec<&str> = found[1].split(',').map(bare).collect();
                    let personal = cells(values.as_str()).into_iter();
                    let personal = personal.filter(|(column, cell)| {
                        let name = columns.get(*column).copied().unwrap_or_default();
                        is_personal(name, &values.as_str()[cell.clone()])
                    });
                    let from = values.start();
                    spans.extend(personal.map(|(_, c)| line.chars(from + c.start..from + c.end)));
                }
            }
        }
        if let Some(from) = text.find(PARAMETERS).map(|at| at + PARAMETERS.len()) {
            for found in PARAMETER.captures_iter(&text[from..]) {
                if let Some(value) = found.get(1) {
                    let word: Vec<char> = value.as_str().trim().chars().collect();
                    if is_name(&word) {
                        spans.push(line.chars(from + value.start()..from + value.end()));
                    }
                }
            }
        }
    }
}

/// True if the key is a label of personal data or a secret; where it may name anything, if the
/// value is a name.
fn is_personal(name: &str, value: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    match key(&name).map(|label| label.class) {
        Some(Class::Name) => is_name(&value.chars().collect::<Vec<char>>()),
        Some(_) => !value.is_empty(),
        None => false,
    }
}

fn bare(column: &str) -> &str {
    column.trim_matches(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '[' | ']'))
}

/// The cells of rows in brackets, `('a', 1), ('b', 2)`: number of the column and range of bytes,
/// without quotes.
fn cells(rows: &str) -> Vec<(usize, Range<usize>)> {
    let mut cells = Vec::new();
    let (mut column, mut start, mut quote) = (0, 0, None);
    let mut push = |column, range: Range<usize>| {
        let cell = rows[range.clone()].trim_matches(|c: char| matches!(c, ' ' | '\'' | '"' | '('));
        let lead = rows[range.clone()].find(cell).unwrap_or_default();
        if !cell.is_empty() {
            let start = range.start + lead;
            cells.push((column, start..start + cell.len()));
        }
    };
    for (at, c) in rows.char_indices() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if c == open => quote = None,
            (None, '(') => (column, start) = (0, at + 1),
            (None, ',') => {
                push(column, start..at);
                (column, start) = (column + 1, at + 1);
            }
            (None, ')') => {
                push(column, start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    cells
}
