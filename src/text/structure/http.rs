//! HTTP as programs print it: status and request lines, heads, the notes of curl and of browsers'
//! consoles.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::{Line, pattern};
use crate::text::scan::is_cjk;

/// A line without 汉字 that belongs to the transport.
static TRANSPORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^[<>*\s]{0,3}(?:
        http/[\d.]+\s\d{3}.*
        | (?:get|post|put|patch|delete|head|options)\s(?:https?://|/)\S*(?:\shttp/[\d.]+)?
        | (?:accept|access-control|age|allow|alt-svc|authorization|cache-control|connection|content|
             cookie|date|eagleeye|etag|expires|forwarded|host|keep-alive|last-modified|link|location|
             origin|postman|pragma|proxy|range|referer|referrer|retry-after|sec|server|set-cookie|
             strict-transport-security|te|timing-allow-origin|trailer|transfer-encoding|upgrade|
             user-agent|vary|via|www-authenticate|x)(?:-[\w-]+)?:\s?.*
        | (?:request|response)\s(?:headers?|body) | general
        | (?:status\scode|request\surl|request\smethod|remote\saddress|referrer\spolicy):\s?.*
        | \d{3} | \d+(?:\.\d+)?\s?ms
        )$"#,
    )
});
/// A note of `curl -v`.
static NOTE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\*\s.*"));
/// A status inside a line.
static STATUS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"http\serror\s\d{3}(?::\s(?:internal\sserver\serror|bad\srequest|bad\sgateway|forbidden|not\sfound))?
        | <response\s\[\d{3}\]>(?:\s\d{3})?
        | (?:request\sfailed\swith\s)?status\scode:?\s\d{3}
        | \[\d{3}\s[a-z\s]+\]\sduring\s\[[a-z]+\]\sto\s\[[^\]]*\](?:\s\[[^\]]*\])?
        | (?-u:\b)\d{3}\s(?:internal\sserver\serror|bad\srequest|bad\sgateway|service\sunavailable|gateway\stimeout)
        "#,
    )
});

pub(super) fn find(lines: &[Line], found: &mut Vec<Range<usize>>) {
    let many = lines.iter().filter(|l| NOTE.is_match(&l.text)).count() > 1;
    for line in lines {
        let transport = TRANSPORT.is_match(&line.text) || many && NOTE.is_match(&line.text);
        if transport && !line.text.contains(is_cjk) {
            found.push(line.all());
        } else {
            found.extend(STATUS.find_iter(&line.text).map(|m| line.chars(m.range())));
        }
    }
}
