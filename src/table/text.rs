//! A text to its parts: each reader is asked whether a table begins here.

use super::cells::Part;
use super::lines::Lines;
use super::{boxes, cell_a_line, client, delimited, json, vertical};

/// Reads a text: its tables, and the lines that belong to none.
pub fn read(text: &str) -> Vec<Part> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = Lines::new(text);
    let (mut parts, mut at, mut found) = (Vec::new(), 0, false);
    while at < lines.len() {
        let block = vertical::at(&lines, at)
            .or_else(|| boxes::at(&lines, at))
            .or_else(|| json::at(&lines, at));
        match block {
            Some((part, end)) if end > at => {
                found |= matches!(part, Part::Table(_));
                parts.push(part);
                at = end;
            }
            _ => {
                parts.extend(lines.part(at));
                at += 1;
            }
        }
    }
    if found {
        parts.retain(|part| !matches!(part, Part::Line(line) if client::is_its_line(&line.text)));
        return parts;
    }
    delimited::read(&lines)
        .or_else(|| cell_a_line::read(&lines))
        .unwrap_or_else(|| without_heading(parts))
}

/// The lines without a heading such as `今天失败的单：` before a numbered or dotted list.
fn without_heading(mut parts: Vec<Part>) -> Vec<Part> {
    let marked = |part: &Part| matches!(part, Part::Line(line) if is_item(&line.text));
    let items = parts.iter().skip(1).filter(|p| marked(p)).count();
    let heading = |part: &Part| {
        let Part::Line(line) = part else { return false };
        !is_item(&line.text) && line.text.trim_end().ends_with([':', '：'])
    };
    if items > 1 && items + 1 == parts.len() && parts.first().is_some_and(heading) {
        parts.remove(0);
    }
    parts
}

/// True for an item of a list: `1、`, `2.`, `(3)`, `④`, `- `.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with(|c: char| ('①'..='⑳').contains(&c)) || line.starts_with(['•', '·']) {
        return true;
    }
    if line.starts_with("- ") || line.starts_with("* ") {
        return true;
    }
    let open = line.trim_start_matches(['(', '（']);
    let rest = open.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = open.len() - rest.len();
    (1..=3).contains(&digits) && rest.starts_with(['、', '.', ')', '）', '．', ':', '：'])
}
