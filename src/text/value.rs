//! Personal data and secrets behind their labels: begin and end of each value. A message about the
//! label itself ("联系人不存在", "token: expired") has no value.
//!
//! The lengths and words below are chosen: `privacy/corpus.jsonl` lists the cases that they decide.

use std::ops::{Range, RangeInclusive};

use super::label::{Class, Label, chinese, is_double_surname, is_label, is_surname, key};
use super::scan::{follows, is_ascii_word, is_cjk, is_digit, run, starts_with};

/// Longest Chinese name in one piece; a longer run of 汉字 is a name and the sentence after it.
const NAME: usize = 8;
/// Longest name of several words, in characters.
const WORDS: usize = 40;
/// Characters of a name that are hidden where a sentence follows it without a mark: a family name
/// and two characters more.
const FULL_NAME: usize = 3;
/// Lengths of a Chinese name: family name and given name have one or two characters each.
const NAMES: RangeInclusive<usize> = 2..=4;
/// Longest value.
const VALUE: usize = 200;
/// Longest key of a program.
const KEY: usize = 40;
/// Most quotes and brackets between a label and its sign.
const CLOSING: usize = 6;
/// Most marks between a label and its value without a sign.
const GAP: usize = 5;
/// Shortest secret behind `Bearer` or `Basic`.
const CREDENTIALS: usize = 8;
/// Shortest account behind a label without a sign, if one of its characters is a digit.
const ACCOUNT: usize = 5;
/// Shortest account of digits alone.
const DIGITS: usize = 4;

/// Beginnings of a statement about a value, in place of a value.
const STATEMENTS: &str = "不 未 无 没 为空 空 缺 错 必 格式 信息 超 请 长度 需 过长 过短 太 含 包含 非法 已 有误 字段 参数 \
    校验 验证 异常 失败 只能 仅 或 与 和 及 填 是否 需要 应 要 <";
/// Words that state something about a value, or stand for a missing one.
const STATING: [&str; 22] = [
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

/// Stands for a character whose bytes were lost.
const LOST: char = '\u{fffd}';

/// A value behind a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// Its normalised characters; never empty.
    pub(crate) range: Range<usize>,
    /// True if it counts as varying when texts are matched: [the label does](Label::varies), and a
    /// sign stands between the two.
    pub(crate) varies: bool,
}

/// The value behind the label that begins at `at`; `None` if no label begins there or nothing
/// behind it is a value.
pub(crate) fn labelled(chars: &[char], at: usize) -> Option<Value> {
    let latin = chars[at].is_ascii_alphabetic();
    if latin && follows(chars, at, |c| is_ascii_word(c) || c == '_') {
        return None;
    }
    match chinese(chars, at) {
        Some((end, label)) => behind(chars, end, label),
        None if latin => keyed(chars, at),
        None => None,
    }
}

/// The value behind the key of a program that begins at `at`.
fn keyed(chars: &[char], at: usize) -> Option<Value> {
    let window = &chars[..chars.len().min(at + KEY + 1)];
    let end = run(window, at, |c| is_ascii_word(c) || matches!(c, '_' | '-'));
    if end - at > KEY {
        return None;
    }
    let range = match chars.get(end)? {
        ' ' => credentials(chars, at..end)?,
        '>' if follows(chars, at, |c| c == '<') => {
            element(chars, end + 1, key(&chars[at..end])?.class)?
        }
        _ => {
            sign(chars, end)?;
            return behind(chars, end, key(&chars[at..end])?);
        }
    };
    Some(Value {
        range,
        varies: false,
    })
}

/// The secret after a word and a space: `Bearer abc…`, `Basic abc…` (RFC 7235), `-u name:secret` of
/// a command.
fn credentials(chars: &[char], word: Range<usize>) -> Option<Range<usize>> {
    let scheme: String = chars[word.clone()].iter().collect();
    let start = word.end + 1;
    let end = run(chars, start, |c| {
        c.is_ascii_graphic() && !matches!(c, '"' | '\'' | ',' | '\\')
    });
    let option = chars[..word.start].ends_with(&['-']);
    let secret = match scheme.as_str() {
        "bearer" | "basic" => end >= start + CREDENTIALS,
        "u" | "user" => option && chars[start..end].contains(&':'),
        _ => false,
    };
    secret.then_some(start..end)
}

/// The text of an XML element whose tag ends before `start`.
fn element(chars: &[char], start: usize, class: Class) -> Option<Range<usize>> {
    const CDATA: &str = "<![cdata[";
    let cdata = starts_with(&chars[start..], CDATA);
    signed(chars, start + if cdata { CDATA.len() } else { 0 }, class)
}

/// True for quotes and brackets that may close behind a label, for escapes of them, and for spaces.
fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\' | ' ' | ')' | ']' | '*' | '`' | LOST)
}

/// One past the sign (`:`, `=`, `|`, `=>`) between a label that ends at `end` and a value. A character
/// that was lost there may have been one.
fn sign(chars: &[char], end: usize) -> Option<usize> {
    let at = run(chars, end, closes);
    if chars[end..at].contains(&LOST) && !matches!(chars.get(at), Some(':' | '=' | '|')) {
        return Some(at);
    }
    let sign = |at: usize| matches!(chars.get(at), Some(':' | '=' | '|'));
    let arrow = |at: usize| matches!(chars.get(at), Some(':' | '=' | '>'));
    (at <= end + CLOSING && sign(at)).then(|| if arrow(at + 1) { at + 2 } else { at + 1 })
}

/// The value behind a label that ends at `end`, with or without a sign.
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

/// The value that begins at `start`, behind a sign.
fn signed(chars: &[char], start: usize, class: Class) -> Option<Range<usize>> {
    if is_statement(&chars[start..]) {
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
            return is_name(&chars[start..end]).then_some(start..end);
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

/// The name that begins at `start`, behind a sign, without the sentence that may follow it.
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
        return is_surname(first).then_some(start..start + FULL_NAME);
    }
    // `zhang san`, `王 小明`; `王小明 请核对` is a name and a message.
    let family = first.len() == 1 || is_double_surname(first);
    while first.first().is_some_and(char::is_ascii_alphabetic) || family {
        let next = end + 1;
        if chars.get(end) != Some(&' ') || next >= start + WORDS {
            break;
        }
        let to = word(next);
        let alike = chars.get(next).is_some_and(char::is_ascii_alphabetic)
            == first.first().is_some_and(char::is_ascii_alphabetic);
        if to == next || !alike || is_statement(&chars[next..]) {
            break;
        }
        end = to;
        if family && is_cjk(first[0]) {
            break;
        }
    }
    // `tb12345_6`: an account in place of a name.
    let attached = run(chars, end, |c| is_ascii_word(c) || matches!(c, '_' | '-'));
    if end > start && chars[end..attached].iter().any(|c| is_ascii_word(*c)) {
        end = attached;
    }
    // `王小明[1234]`: the extension of a number that was hidden before.
    let bracket = run(chars, end, |c| c == '[');
    let digits = run(chars, bracket, is_digit);
    if bracket > end && digits > bracket {
        end = digits + usize::from(chars.get(digits) == Some(&']'));
    }
    (end > start).then_some(start..end)
}

/// True for arrows, bullets and emoji.
fn is_ornament(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
        && !c.is_alphanumeric()
}

/// True for letters and the marks inside names (阿卜杜拉·买买提, `J. Doe`, 王**).
fn is_part_of_name(c: char) -> bool {
    if is_cjk(c) {
        c != '的'
    } else {
        c.is_alphabetic() || matches!(c, '·' | '.' | '*')
    }
}

/// True for a Chinese name.
fn is_name(word: &[char]) -> bool {
    NAMES.contains(&word.len()) && is_surname(word)
}

/// The value behind a label that ends at `end`, without a sign (收件人 王小明): only what looks like a
/// name or an account.
fn unsigned(chars: &[char], end: usize, class: Class) -> Option<Range<usize>> {
    let gap = run(chars, end, |c| {
        matches!(
            c,
            ' ' | '\n' | '\t' | ',' | '-' | '/' | '_' | '(' | '[' | ']' | ')'
        ) || is_ornament(c)
    });
    // Labels are numbered as well: 收件人1, 收件人①.
    let numbered = chars.get(gap).is_some_and(|c| is_digit(*c))
        && chars.get(gap + 1).is_some_and(|c| is_cjk(*c) || *c == ' ');
    let gap = gap + usize::from(class == Class::Person && numbered);
    let verb = run(chars, gap, |c| matches!(c, '是' | '为' | '叫'));
    let start = run(chars, verb, |c| matches!(c, ' ' | ':'));
    if start > end + GAP {
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
            is_name(&chars[start..to]).then_some(start..to)
        }
        Class::Account | Class::Secret if start > end && !chars[end..start].contains(&',') => {
            let to = run(chars, start, |c| {
                is_ascii_word(c) || matches!(c, '_' | '-' | '*')
            });
            let word = &chars[start..to];
            let account = word.len() >= ACCOUNT && word.iter().any(char::is_ascii_digit);
            let code = word.len() >= DIGITS && word.iter().all(char::is_ascii_digit);
            (account || code).then_some(start..to)
        }
        _ => None,
    }
}

/// True if the text states something about a value instead of being one.
fn is_statement(rest: &[char]) -> bool {
    let begins = |with: &str| starts_with(rest, with);
    let letters = run(rest, 0, |c| c.is_ascii_alphabetic());
    let stating = |word: &&str| word.len() == letters && starts_with(rest, word);
    let whole = !rest.get(letters).is_some_and(char::is_ascii_digit);
    STATEMENTS.split_whitespace().any(begins) || (whole && STATING.iter().any(stating))
}
