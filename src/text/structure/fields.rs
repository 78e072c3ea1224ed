//! Fields of a record: JSON, logfmt, XML, printed objects. Names of fields are structure, and so are
//! the values of fields that describe the record and not what went wrong.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::{Line, pattern};
use crate::text::scan::is_cjk;

/// The name of a field before its value: `"msg":`, `msg=`, `'msg' =>`.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"["']([@$a-z_][a-z0-9_.@$\s-]{0,40})["']\s?(?::|=>|=)\s?|(?-u:\b)([a-z_][a-z0-9_.]{0,30})="#,
    )
});
/// A value: a string in quotes, or what ends at the next separator.
static VALUE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(?:"[^"]{0,400}"|'[^']{0,400}'|[^\s,;&\]}"'<=]{1,200})"#));
/// Names of fields whose values describe the record.
static RECORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[@$]?(?:time\w*|ts|date\w*|t|timestamp|started?\w*|level\w*|l|severity\w*|logger\w*|thread\w*|
        host\w*|pid|process\w*|version|caller|source\w*|target|class\w*|method|function|func|file\w*|
        line\w*|path|uri|url|module|module_path|span\w*|trace_?id|request_?id|log_?id|user_?agent|
        cookie|token|stream|sequence|millis|nanos|mt|i|r|tag|tags|env|service\w*|app\w*|channel|
        mimetype|httpversion|ip|port|name|exc_type|type|id)$",
    )
});
/// A value that can be no message: an address, a path, an identifier with digits, a number.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^["']?(?:https?://\S*|[/\\.]\S*|[\w-]*[/\\]\S*|-?[\d.]+|true|false|null|none|[\d:.tz+\-\s]+|)["']?$"#,
    )
});
/// Names of fields whose values name an error.
static CODED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"code|err|reason|cause|msg|message|desc|detail|status"));
/// An element of XML with the name of a field that describes the record, and any other tag.
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"<(?:date|millis|nanos|sequence|logger|level|class|method|thread)>[^<]*</[a-z0-9_]+>
        | </?[a-z_][a-z0-9_:.-]{0,40}(?:\s[a-z0-9_:]+=[^<>]*)?/?>
        | <\?xml[^<>]*\?>",
    )
});
/// A line of a printed object without a message: `timeout: 0,`, `headers: {`, `],`.
static PROPERTY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:'[^']{1,40}'|[\w$@]{1,40}|\[[\w\s().]+\]):\s(?:\[(?:.*[\[\],])?|\{(?:.*[{},])?|'[^'\s]*',?|true,?|false,?|null,?|undefined,?|-?[\d.]+,?|<.*>,?|\w+\s\{)$
        | ^[\[\]{}(),;\s]+$",
    )
});

pub(super) fn find(lines: &[Line], found: &mut Vec<Range<usize>>) {
    for line in lines {
        if PROPERTY.is_match(&line.text) && !line.text.contains(is_cjk) {
            found.push(line.all());
            continue;
        }
        named(line, found);
        found.extend(TAG.find_iter(&line.text).map(|m| line.chars(m.range())));
    }
}

fn named(line: &Line, found: &mut Vec<Range<usize>>) {
    for name in NAME.captures_iter(&line.text) {
        let (Some(all), Some(own)) = (name.get(0), name.get(1).or_else(|| name.get(2))) else {
            continue;
        };
        found.push(line.chars(all.range()));
        let Some(value) = VALUE.find(&line.text[all.end()..]) else {
            continue;
        };
        let text = value.as_str();
        let record = RECORD.is_match(own.as_str()) && !text.contains(is_cjk);
        if record || PLAIN.is_match(text) && !CODED.is_match(own.as_str()) {
            found.push(line.chars(all.end()..all.end() + value.end()));
        }
    }
}
