//! Finds the message of each line where lines are rows of a table. An export has an order number, a
//! shop and a time beside the error, which would make every row an error of its own.

use super::engine::Engine;
use super::evidence::Exclude;

/// Names of columns that hold messages, the most certain first.
const HEADS: [&str; 12] = [
    "失败原因",
    "错误信息",
    "报错",
    "错误",
    "异常",
    "失败",
    "原因",
    "error",
    "message",
    "msg",
    "结果",
    "备注",
];
/// Characters of a column's name at most. Source: chosen.
const HEAD: usize = 12;
/// Cells by which a column is judged, about. Source: chosen, for cost.
const SAMPLE: usize = 8;
/// Characters of a cell by which it is judged. Source: chosen, for cost.
const JUDGED: usize = 300;
/// Share of the lines that must look like rows of a table, as a fraction. Source: chosen.
const TABLE: (usize, usize) = (4, 5);
/// Share of an out-of-scope topic's probability that counts as known. Source: chosen.
const OUT_OF_SCOPE_SHARE: f64 = 0.5;
/// Characters of a cell that count as much as certainty that it is known: length decides between
/// equally good columns alone. Source: chosen.
const LENGTH: f64 = 10_000.0;

/// The message of each line. The line itself if the lines are not a table; empty for the head of a
/// table.
pub(super) fn messages(engine: &Engine, lines: &[&str]) -> Vec<String> {
    let rows = match table(engine, lines) {
        Some(rows) => rows,
        None => return lines.iter().map(|l| (*l).to_owned()).collect(),
    };
    let filled: Vec<&Vec<String>> = rows
        .iter()
        .filter(|r| r.iter().any(|c| !c.trim().is_empty()))
        .collect();
    let columns = filled.iter().map(|r| r.len()).max().unwrap_or(0);
    let head = filled.first().and_then(|row| named(row));
    let even = filled.iter().all(|r| r.len() == columns);
    let column = match head {
        Some(column) => Some(column),
        None if even => likeliest(engine, &filled, columns),
        // Unquoted commas inside a message.
        None => None,
    };
    let mut first = head.is_some();
    rows.iter()
        .map(|row| {
            let blank = row.iter().all(|c| c.trim().is_empty());
            if !blank && std::mem::take(&mut first) {
                return String::new();
            }
            match column.and_then(|c| row.get(c)) {
                Some(cell) if even || row.len() == columns => cell.trim().to_owned(),
                _ => core(engine, row),
            }
        })
        .collect()
}

/// The cells of each line if most lines have several: between tabs, or between commas if one cell
/// is a number, a time or an address.
fn table(engine: &Engine, lines: &[&str]) -> Option<Vec<Vec<String>>> {
    let filled: Vec<&&str> = lines.iter().filter(|l| !l.trim().is_empty()).collect();
    let most = |such: &dyn Fn(&str) -> bool| {
        let count = filled.iter().filter(|l| such(l)).count();
        count > 0 && count * TABLE.1 >= filled.len() * TABLE.0
    };
    if most(&|line| line.trim().contains('\t')) {
        return Some(lines.iter().map(|line| tabs(line)).collect());
    }
    let case = |line: &str| {
        let cells = commas(line);
        cells.len() > 1 && cells.iter().any(|c| varies(engine, c))
    };
    // The head of a table has no case.
    let rest = filled.len().saturating_sub(1).max(1);
    let cases = filled.iter().filter(|l| case(l)).count();
    let is_table = cases > 0 && cases * TABLE.1 >= rest * TABLE.0;
    is_table.then(|| lines.iter().map(|line| commas(line)).collect())
}

fn tabs(line: &str) -> Vec<String> {
    line.split('\t')
        .map(|cell| cell.trim().trim_matches('"').to_owned())
        .collect()
}

/// Cells between commas. A quoted cell may hold commas, and a doubled quotation mark stands for
/// one; a line break inside a quoted cell is not read, since lines are cut before.
fn commas(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let last = cells.len() - 1;
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => cells[last].push('"'),
            '"' if quoted => quoted = false,
            '"' if cells[last].trim().is_empty() => {
                cells[last].clear();
                quoted = true;
            }
            ',' if !quoted => cells.push(String::new()),
            _ => cells[last].push(c),
        }
    }
    cells
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
fn core(engine: &Engine, row: &[String]) -> String {
    let idle = |cell: &&String| cell.trim().is_empty() || varies(engine, cell);
    let start = row.iter().take_while(idle).count();
    let end = row.len() - row[start..].iter().rev().take_while(idle).count();
    let kept: Vec<&str> = row[start..end].iter().map(|c| c.trim()).collect();
    kept.join(",")
}

/// The column of messages by its name, if the row is the head of a table.
fn named(row: &[String]) -> Option<usize> {
    let head = |cell: &String| {
        let cell = cell.trim().to_lowercase();
        let short = cell.chars().count() <= HEAD && !cell.contains(|c: char| c.is_ascii_digit());
        HEADS.iter().position(|head| short && cell.contains(head))
    };
    let ranked = row
        .iter()
        .enumerate()
        .filter_map(|(at, cell)| Some((head(cell)?, at)));
    // A row with a message or a number is not a head.
    let heads = row
        .iter()
        .all(|c| c.trim().chars().count() <= HEAD && !c.contains(|c: char| c.is_ascii_digit()));
    ranked.min().map(|(_, at)| at).filter(|_| heads)
}

/// The column whose cells are most likely known; of equally good ones the one with the longest
/// cells.
fn likeliest(engine: &Engine, rows: &[&Vec<String>], columns: usize) -> Option<usize> {
    let step = rows.len().div_ceil(SAMPLE).max(1);
    let score = |column: usize| {
        let (mut score, mut seen) = (0.0, 0.0);
        for cell in rows.iter().step_by(step).filter_map(|r| r.get(column)) {
            let cell: String = cell.chars().take(JUDGED).collect();
            seen += 1.0;
            if !cell.trim().is_empty() && !varies(engine, &cell) {
                let judgement = engine.consider(&cell, None, Exclude::Nothing).judgement;
                let out_of_scope = judgement.out_of_scope.map_or(0.0, |n| n.probability);
                let known = 1.0 - judgement.none + out_of_scope * OUT_OF_SCOPE_SHARE;
                score += known + cell.chars().count() as f64 / LENGTH;
            }
        }
        score / f64::max(seen, 1.0)
    };
    let scored = (0..columns).map(|c| (score(c), c));
    scored
        .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_between_commas_that_are_not_quoted() {
        assert_eq!(commas(r#"1001,"a,""b""",c"#), ["1001", r#"a,"b""#, "c"]);
        assert_eq!(commas("一,二"), ["一", "二"]);
        assert_eq!(commas(r#""没有结束,x"#), ["没有结束,x"]);
        assert_eq!(commas(""), [""]);
    }

    #[test]
    fn a_column_is_found_by_its_name() {
        let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            named(&row(&["订单编号", "店铺", "失败原因", "备注"])),
            Some(2)
        );
        assert_eq!(named(&row(&["OrderId", "Error Msg"])), Some(1));
        assert_eq!(named(&row(&["100123", "发货失败"])), None);
        assert_eq!(named(&row(&["店铺", "时间"])), None);
    }
}
