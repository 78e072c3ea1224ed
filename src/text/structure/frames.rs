//! Stack traces: the frames of every runtime, what introduces them, and the class of an exception in
//! front of its message.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::{Line, pattern};
use crate::text::scan::is_cjk;

/// A line without 汉字 that is a frame, or stands only in traces.
static FRAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^["'>|\s]*(?:
        # JVM, .NET and JavaScript
        at\s(?:async\s)?\S.*[(:/\\].*
        | \.{3}\s\d+\s(?:more|common\sframes\somitted)
        | -+\send\sof\s(?:inner\sexception\s)?stack\strace.*
        # JavaScript: the line at fault, the version
        | throw\s\S.* | node\.js\sv[\d.]+ | (?:file://)?\S*\.[cm]?[jt]sx?:\d+(?::\d+)?
        # Python
        | traceback\s\(most\srecent\scall\slast\):? | >?\s*file\s".*
        | (?:the\sabove\sexception\swas|during\shandling\sof\sthe\sabove\sexception).*
        | [\s^~+|]{2,}
        # PHP
        | \#\d+\s.* | (?:\[?stack\s?trace\]?|trace):? | thrown\sin\s\S+\son\sline\s\d+
        # Go
        | goroutine\s\d+\s\[.*\]: | created\sby\s.* | \S+\.go:\d+(?:\s\+0x[0-9a-f]+)? | exit\sstatus\s\d+
        # Rust and C
        | thread\s'.*'\s(?:\(\d+\)\s)?panicked\sat.* | note:\srun\swith.* | stack\sbacktrace:
        | \d+:\s(?:0x[0-9a-f]+\s-\s)?[\w<>:$.{}&;\x20]+ | \d+\s+\S+\s+0x[0-9a-f]+.*
        # Ruby and Lua
        | (?:from\s)?\S+\.(?:rb|lua):\d+:in\s.* | \[c\]:\sin\s.*
        # PowerShell
        | \+\s.*
        )$"#,
    )
});
/// A frame of Python, of which the next line is the source.
static SOURCE_FOLLOWS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^["'>|\s]*file\s".*,\sline\s\d+"#));
/// The end of Python's trace: an exception, with a message or without.
static EXCEPTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\w.$]+(?::\s|$)"));
/// Words of Python that a line of source may begin with like an exception.
const KEYWORDS: [&str; 6] = ["try:", "else:", "except:", "finally:", "pass", "return"];
/// A function of Go, whose place stands on the next line.
static CALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[\w./*$\-]+(?:\(.*\).*)?$"));
static PLACE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\S+\.go:\d+"));
/// The class of an exception and what leads to it; names of classes and files. Of an open platform's
/// interfaces (`….openplatform.…`) the name may be the message.
static CLASS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:\[?(?:caused\sby|suppressed|wrapped\sby|cause)\]?:\s|(?-u:\b)uncaught\s)
        | (?:[a-z0-9_$]+[.\\$]+)*[a-z0-9_$]+(?:exception|error|throwable)(?:\$[a-z0-9_$]+)?
          (?:\s?\(code:\s-?\d+\)|\s\[[a-z0-9_]+\])?[:(]['\s"]*
        | ^["'\s]*(?:(?:fatal\s)?error:|[a-z]{2,12}-[a-z]{2,20}\s:)\s
        | (?-u:\b)(?:com|org|net|cn|io|java|javax|jakarta|jdk|sun|kotlin|scala)(?:\.[a-z0-9_$-]+){2,}(?:\#[a-z0-9_]+)?(?::\d+)?
        | (?-u:\b)failed\sto\sinvoke\sthe\smethod\s.{0,400}(?-u:\b)last\serror\sis:\s
        | (?-u:\b)[a-z0-9_$.-]+\.(?:java|py|php|go|rs|cs|kt|scala|rb|[cm]?[jt]sx?|cpp|log)(?:[:(]\d+\)?)+
        | (?-u:\b)in\s/[^\s:"]+(?::\d+|\son\sline\s\d+)
        | (?-u:\b)at\s/[^\s:"]+:\d+
        "#,
    )
});

pub(super) fn find(lines: &[Line], found: &mut Vec<Range<usize>>) {
    let mut source = false;
    for (i, line) in lines.iter().enumerate() {
        if std::mem::take(&mut source) && !ends_trace(&line.text) {
            found.push(line.all());
            continue;
        }
        if is_frame(&line.text) {
            source = SOURCE_FOLLOWS.is_match(&line.text);
            if let Some(before) = i.checked_sub(1).map(|i| &lines[i])
                && PLACE.is_match(&line.text)
                && CALL.is_match(&before.text)
            {
                found.push(before.all());
            }
            found.push(line.all());
            continue;
        }
        quoted_frames(line, found);
        let classes = CLASS.find_iter(&line.text);
        let classes = classes.filter(|m| !m.as_str().contains(".open"));
        found.extend(classes.map(|m| line.chars(m.range())));
    }
}

fn is_frame(text: &str) -> bool {
    FRAME.is_match(text) && !text.contains(is_cjk)
}

fn ends_trace(text: &str) -> bool {
    is_frame(text) || EXCEPTION.is_match(text) && !KEYWORDS.iter().any(|k| text.starts_with(k))
}

/// Frames that are strings of a list: `"trace":["#0 …","#1 …"]`.
fn quoted_frames(line: &Line, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for part in line.text.split('"') {
        let own = start..start + part.len();
        start = own.end + 1;
        if part.len() > 5 && part.len() < line.text.len() && is_frame(part) {
            found.push(line.chars(own));
        }
    }
}
