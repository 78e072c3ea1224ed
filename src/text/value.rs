//! Personal data and secrets behind their labels: where a value begins and ends. A message that
//! speaks of the label alone ("联系人不存在", "token: expired") has none.

use std::ops::Range;

use super::label::{Class, Label, chinese, is_double_surname, is_label, is_surname, key};
use super::scan::{is_cjk, is_digit, run};

/// The longest name without a mark in it.
const NAME: usize = 8;
/// The longest value that is no address.
const VALUE: usize = 200;
/// The longest word that may be a key.
const KEY: usize = 40;

/// Words that say something of a value, in its place.
const SAID: &str = "不 未 无 没 为空 空 缺 错 必 格式 信息 超 请 长度 需 过长 过短 太 含 包含 非法 已 有误 字段 参数 \
    校验 验证 异常 失败 只能 仅 或 与 和 及 填 是否 需要 应 要 <";
const SAID_LATIN: [&str; 22] = [
    "null",
    "none",
    "nil",
    "undefined",
    "true",
    "false",
    "invalid",
    "missing",
    "required",
    "empty",
    "error",
    "is",
    "must",
    "not",
    "cannot",
    "can",
    "expired",
    "failed",
    "fail",
    "unknown",
    "has",
    "should",
];

/// A value behind a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// Range of characters; never empty.
    pub(crate) range: Range<usize>,
    /// True if it counts as varying when texts are matched: the label is [one of those](Label) and
    /// a sign stands between the two.
    pub(crate) varies: bool,
}

/// The value behind the label that begins at `at`; `None` if no label begins there or nothing
/// behind it is a value.
pub(crate) fn labelled(chars: &[char], at: usize) -> Option<Value> {
    let hidden = |range| Value {
        range,
        varies: false,
    };
    let latin = chars[at].is_ascii_alphabetic();
    if latin && at > 0 && (chars[at - 1].is_ascii_alphanumeric() || chars[at - 1] == '_') {
        return None;
    }
    match chinese(chars, at) {
        Some((end, label)) => behind(chars, end, label),
        None if latin => {
            let end = run(chars, at, |c| {
                c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
            });
            if end - at > KEY {
                return None;
            }
            if matches!(chars.get(end), Some(' ')) {
                return credentials(chars, at..end).map(hidden);
            }
            if chars.get(end) == Some(&'>') && at > 0 && chars[at - 1] == '<' {
                let class = key(&chars[at..end])?.class;
                return element(chars, end + 1, class).map(hidden);
            }
            sign(chars, end)?;
            behind(chars, end, key(&chars[at..end])?)
        }
        None => None,
    }
}

/// `Bearer abc…`, `Basic abc…`: a scheme, a space, and what is secret; `-u name:secret` of a command.
fn credentials(chars: &[char], word: Range<usize>) -> Option<Range<usize>> {
    let scheme: String = chars[word.clone()].iter().collect();
    let start = word.end + 1;
    let end = run(chars, start, |c| {
        c.is_ascii_graphic() && !matches!(c, '"' | '\'' | ',' | '\\')
    });
    let option = chars[..word.start].ends_with(&['-']);
    let secret = match scheme.as_str() {
        "bearer" | "basic" => end > start + 7,
        "u" | "user" => option && chars[start..end].contains(&':'),
        _ => false,
    };
    secret.then_some(start..end)
}

/// The text of an XML element whose tag ends before `start`.
fn element(chars: &[char], start: usize, class: Class) -> Option<Range<usize>> {
    const CDATA: [char; 9] = ['<', '!', '[', 'c', 'd', 'a', 't', 'a', '['];
    let cdata = chars[start..].starts_with(&CDATA);
    signed(chars, start + if cdata { CDATA.len() } else { 0 }, class)
}

/// Quotes and brackets that may close behind a label, and escapes of them.
fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\' | ' ' | ')' | ']' | '*' | '`')
}

/// One past the sign that says that a value follows.
fn sign(chars: &[char], end: usize) -> Option<usize> {
    let at = run(chars, end, closes);
    let sign = |at: usize| matches!(chars.get(at), Some(':' | '=' | '|'));
    let arrow = |at: usize| matches!(chars.get(at), Some(':' | '=' | '>'));
    (at <= end + 6 && sign(at)).then(|| if arrow(at + 1) { at + 2 } else { at + 1 })
}

/// The value behind a label that ends at `end`.
fn behind(chars: &[char], end: usize, label: Label) -> Option<Value> {
    let unsigned = |end| {
        let range = unsigned(chars, end, label.class)?;
        let varies = false;
        Some(Value { range, varies })
    };
    let Some(sign) = sign(chars, end) else {
        return unsigned(end);
    };
    let open = |c: char| matches!(c, ' ' | '\\' | '(' | '[' | '*' | '`');
    let mut start = run(chars, sign, open);
    if let Some(quote @ ('"' | '\'')) = chars.get(start).copied() {
        start = run(chars, start + 1, open);
        if chars.get(start) == Some(&quote) {
            return None;
        }
    }
    if chars.get(start) == Some(&'\n') {
        return unsigned(start);
    }
    let range = signed(chars, start, label.class)?;
    let varies = label.varies;
    Some(Value { range, varies })
}

/// The value that begins at `start`, a sign having said that it does.
fn signed(chars: &[char], start: usize, class: Class) -> Option<Range<usize>> {
    if said(&chars[start..]) {
        return None;
    }
    let until = |ends: &str| {
        let most = chars.len().min(start + VALUE);
        run(&chars[..most], start, |c| !ends.contains(c))
    };
    let end = match class {
        Class::Person => return person(chars, start),
        Class::Name => {
            let end = run(chars, start, is_cjk);
            let name = (2..=4).contains(&(end - start)) && is_surname(&chars[start..end]);
            return name.then_some(start..end);
        }
        Class::Account => until(" ,;\"'|{}<>()]&\n\t\\"),
        Class::Place => {
            let end = until(",;\"|{}<>!?\n\t\\&");
            (start + 1..end)
                .find(|&at| is_label(chars, at))
                .unwrap_or(end)
        }
        Class::Secret if is_cjk(*chars.get(start)?) => return None,
        Class::Secret => until(" ,;\"'|{}<>()]&\n\t\\"),
        Class::Line => until("\n\"\\"),
    };
    let trimmed = chars[start..end].iter().rev().take_while(|c| **c == ' ');
    let end = end - trimmed.count();
    (end > start).then_some(start..end)
}

/// A name behind a sign: words, not a sentence.
fn person(chars: &[char], start: usize) -> Option<Range<usize>> {
    let word = |at: usize| {
        let mut end = at;
        while chars.get(end).is_some_and(|c| is_part_of_name(*c)) && !is_label(chars, end) {
            end += 1;
        }
        end
    };
    let mut end = word(start);
    let first = &chars[start..end];
    if first.len() > NAME && first.iter().any(|c| is_cjk(*c)) && !first.contains(&'·') {
        return is_surname(first).then_some(start..start + 3);
    }
    // `zhang san`, `王 小明`; `王小明 请核对` is a name and a message.
    let family = first.len() == 1 || is_double_surname(first);
    while first.first().is_some_and(char::is_ascii_alphabetic) || family {
        let next = end + 1;
        if chars.get(end) != Some(&' ') || next >= start + 40 {
            break;
        }
        let to = word(next);
        let alike = chars.get(next).is_some_and(char::is_ascii_alphabetic)
            == first.first().is_some_and(char::is_ascii_alphabetic);
        if to == next || !alike || said(&chars[next..]) {
            break;
        }
        end = to;
        if family && is_cjk(first[0]) {
            break;
        }
    }
    // `王小明[1234]`: the extension of a number that was hidden before.
    let bracket = run(chars, end, |c| c == '[');
    let digits = run(chars, bracket, is_digit);
    if bracket > end && digits > bracket {
        end = digits;
    }
    (end > start).then_some(start..end)
}

/// An arrow, a bullet, an emoji: a mark that says nothing.
fn is_ornament(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
        && !c.is_alphanumeric()
}

fn is_part_of_name(c: char) -> bool {
    is_cjk(c) && !matches!(c, '的')
        || c.is_alphabetic() && !is_cjk(c)
        || matches!(c, '·' | '.' | '*')
}

/// The value behind a label without a sign (收件人 王小明): a name that is one, an account that looks
/// like one.
fn unsigned(chars: &[char], end: usize, class: Class) -> Option<Range<usize>> {
    let gap = run(chars, end, |c| {
        matches!(
            c,
            ' ' | '\n' | '\t' | ',' | '-' | '/' | '_' | '(' | '[' | ']' | ')'
        ) || is_ornament(c)
    });
    // 收件人1, 收件人①.
    let numbered = chars.get(gap).is_some_and(|c| is_digit(*c))
        && chars.get(gap + 1).is_some_and(|c| is_cjk(*c) || *c == ' ');
    let gap = gap + usize::from(class == Class::Person && numbered);
    let verb = run(chars, gap, |c| matches!(c, '是' | '为' | '叫'));
    let start = run(chars, verb, |c| matches!(c, ' ' | ':'));
    if start > end + 5 {
        return None;
    }
    match class {
        Class::Person => {
            let mut to = start;
            while chars
                .get(to)
                .is_some_and(|c| is_cjk(*c) && !"的在说要收先女".contains(*c))
                && !is_label(chars, to)
            {
                to += 1;
            }
            let name = (2..=4).contains(&(to - start)) && is_surname(&chars[start..to]);
            name.then_some(start..to)
        }
        Class::Account | Class::Secret if start > end && !chars[end..start].contains(&',') => {
            let to = run(chars, start, |c| {
                c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*')
            });
            let word = &chars[start..to];
            let account = word.len() >= 5 && word.iter().any(char::is_ascii_digit);
            let code = word.len() >= 4 && word.iter().all(char::is_ascii_digit);
            (account || code).then_some(start..to)
        }
        _ => None,
    }
}

/// True if the text says something of the value, in its place.
fn said(rest: &[char]) -> bool {
    let begins = |with: &str| {
        with.chars()
            .eq(rest.iter().take(with.chars().count()).copied())
    };
    let word: String = rest
        .iter()
        .take(12)
        .take_while(|c| c.is_ascii_alphabetic())
        .collect();
    let whole = !rest.get(word.len()).is_some_and(|c| c.is_ascii_digit());
    SAID.split_whitespace().any(begins) || (whole && SAID_LATIN.contains(&word.as_str()))
}
