//! The head of a log line: time, level, thread, logger, process.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::{Line, pattern};
use crate::text::scan::is_cjk;

/// The beginning of a head: the name of a file, a time, or a level in brackets.
static BEGIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^["'\s>]*(?:[^\s"]+\.log(?:\(\d+\)|:\d+)?:\s*)?(?:
        [\[(]?(?:
          \d{4}[-/.]\d{1,2}[-/.]\d{1,2}[t\s]\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s?(?:z|utc|[+-]\d\d:?\d\d))?
          | \d\d:\d\d:\d\d(?:[.,]\d+)?
          | (?:mon|tue|wed|thu|fri|sat|sun),?\s\d{1,2}\s[a-z]{3}\s\d{4}\s\d\d:\d\d:\d\d(?:\sgmt)?
        )[\])]?
        | (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\s+\d{1,2}\s(?:\d{4}\s)?\d\d:\d\d:\d\d
          (?:\s(?:am|pm))?(?:\s[a-z0-9_.-]+\s[a-z0-9_./-]+(?:\[\d+\])?:)?
        | (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\s\d{1,2},\s\d{4}\s\d{1,2}:\d\d:\d\d(?:\s[ap]m)?
        | (?:severe|warning|warn|info|fine|finer|finest|config|critical):\s
        | \[(?:trace|debug|info|notice|warn|warning|error|fatal|critical|severe|erro|crit)\]
        | (?:trace|debug|info|warn|warning|error|fatal|critical|severe)\s[\[(]
        )"#,
    )
});
/// One more part of a head.
static PART: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:
        (?:trace|debug|info|notice|warn|warning|error|fatal|critical|severe|err|crit)(?-u:\b)
        | \[[^\[\]]{0,80}\] | \([^()]{0,80}\)
        | [a-z_][a-z0-9_$-]*(?:[./:$\\][a-z0-9_$<>-]+)+
        | [a-z0-9_.-]+\[\d+\] | [a-z_][a-z0-9_$-]*\s-\s
        | \d+(?-u:\b) | \#?033\[\d*m | [-|:,>]
        )",
    )
});
/// A short code in brackets is no part of a head.
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\[\#?[a-z]{1,4}-?\d{1,4}\]$"));

pub(super) fn find(lines: &[Line], found: &mut Vec<Range<usize>>) {
    for line in lines {
        let Some(begin) = BEGIN.find(&line.text) else {
            continue;
        };
        let mut end = begin.end();
        loop {
            let rest = &line.text[end..];
            let rest = rest.trim_start();
            let at = line.text.len() - rest.len();
            match PART.find(rest) {
                Some(part) if is_part(part.as_str()) => end = at + part.end(),
                _ => break,
            }
        }
        found.push(line.chars(0..end));
    }
}

fn is_part(text: &str) -> bool {
    !text.contains(is_cjk) && !CODE.is_match(text)
}
