//! The words that database clients write around a table.

/// True for a line that a database's client writes around a table: a prompt, a count, a time.
pub(super) fn is_its_line(line: &str) -> bool {
    let line = line.trim();
    let bare = line.trim_matches(['(', ')']);
    let digits = bare.trim_start_matches(|c: char| c.is_ascii_digit());
    let counted = digits.len() < bare.len()
        && ["row in set", "rows in set", "行记录"]
            .iter()
            .any(|unit| digits.trim_start().starts_with(unit));
    let counts = digits.len() < bare.len()
        && line.starts_with('(')
        && ["row", "rows", "行", "行记录"].contains(&digits.trim());
    let prompts = [
        "mysql>",
        "MariaDB [",
        "sqlite>",
        "D select",
        "->",
        "Empty set",
        "Query OK",
    ];
    let prompted = prompts.iter().any(|prompt| line.starts_with(prompt))
        || line.split_once(['#', '>']).is_some_and(|(name, rest)| {
            name.ends_with('=') && !name.contains(' ') && rest.starts_with(' ')
        });
    let timed = ["Time: ", "时间："].iter().any(|word| {
        line.strip_prefix(word)
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    });
    counted || counts || prompted || timed
}
