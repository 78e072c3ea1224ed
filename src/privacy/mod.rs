//! Finds what is personal or secret in a text, and shows a text without it.
//!
//! This decides what may be stored and shown to others; what varies for matching is decided in
//! `mask`. In doubt it hides: a number too many costs a reader little. Labels (收件人, `mobile`) and
//! what stands behind them are in `label` and `value`, postal addresses in `postal`.

mod postal;

use std::ops::Range;

use crate::text::label::is_surname;
use crate::text::scan::{is_cjk, is_digit, run};
use crate::text::value;
use crate::text::{Marks, Normalized, Variable, VariableKind, WILDCARD};

/// Stands where something was hidden.
const HIDDEN: &str = WILDCARD;
/// A number with as many digits may be somebody's.
const LONG: usize = 7;
/// How keys and accounts begin whose issuers mark them: of Amazon, Tencent, Alibaba, GitHub, GitLab,
/// Slack, and of WeChat.
const MARKS: [&str; 11] = [
    "akia",
    "asia",
    "akid",
    "ltai",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "wxid_",
];
/// What is marked so has at least so many characters.
const MARKED: usize = 12;
/// The longest part of an e-mail address before its `@` (RFC 5321).
const LOCAL: usize = 64;

/// The text with everything that varies and everything personal or secret replaced by `<*>`.
pub fn masked(sent: &str) -> String {
    let normalized = Normalized::new(sent);
    let hidden = hidden(normalized.chars(), &Marks::find(normalized.chars()));
    show(sent, &normalized, &hidden)
}

/// What [`masked`] hides of normalised characters: ascending, disjoint.
pub fn hidden(chars: &[char], marks: &Marks) -> Vec<Range<usize>> {
    let mut hidden = find(chars);
    let longer = |v: &&Variable| v.kind != VariableKind::Number;
    hidden.extend(
        marks
            .variables
            .iter()
            .filter(longer)
            .map(|v| v.range.clone()),
    );
    merged(hidden)
}

/// A text without what is [`hidden`]. Characters stay as they were sent where one stands for one,
/// and are shown decoded where they were encoded.
pub fn show(sent: &str, normalized: &Normalized, hidden: &[Range<usize>]) -> String {
    let sent: Vec<char> = sent.chars().collect();
    let chars = normalized.chars();
    let mut shown = String::new();
    let mut at = 0;
    for span in hidden {
        shown.extend((at..span.start).map(|i| character(&sent, normalized, i)));
        shown.push_str(HIDDEN);
        at = span.end;
    }
    shown.extend((at..chars.len()).map(|i| character(&sent, normalized, i)));
    shown
}

fn character(sent: &[char], normalized: &Normalized, at: usize) -> char {
    let c = normalized.chars()[at];
    let source = normalized.source(at..at + 1);
    match sent.get(source.start) {
        Some(own) if source.len() == 1 && !c.is_whitespace() => *own,
        _ => c,
    }
}

/// What is personal or secret.
fn find(chars: &[char]) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    // Beside these a name needs no label.
    let mut contacts = postal::addresses(chars);
    let labelled = |at| value::labelled(chars, at).map(|value| value.range);
    let mut at = 0;
    while at < chars.len() {
        let from = spans.last().map_or(0, |s| s.end);
        let word = chars[at].is_ascii_alphanumeric() && !follows(chars, at, is_ascii_word);
        let found = if word {
            mail(chars, at)
                .or_else(|| labelled(at))
                .or_else(|| groups(chars, at))
        } else if chars[at] == '@' {
            named_mail(chars, at)
        } else {
            labelled(at).or_else(|| plate(chars, at))
        };
        let found = found.or_else(|| {
            let number = number(chars, at, from)?;
            contacts.push(number.clone());
            Some(number)
        });
        let found = found.or_else(|| word.then(|| token(chars, at))?);
        match found {
            Some(span) => {
                at = span.end.max(at + 1);
                spans.push(span);
            }
            None => at += 1,
        }
    }
    for contact in contacts {
        spans.extend(name_before(chars, contact.start));
        spans.extend(name_after(chars, contact.end));
        spans.push(contact);
    }
    spans
}

/// Ascending, and those that overlap or touch made one.
fn merged(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.retain(|s| !s.is_empty());
    spans.sort_by_key(|s| (s.start, s.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

fn follows(chars: &[char], at: usize, is: impl Fn(char) -> bool) -> bool {
    at > 0 && is(chars[at - 1])
}

fn is_ascii_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// A number of an order, a parcel, a phone, a card: seven digits or more, in one piece or in
/// groups, with the letters that it is grown together with and an extension. It begins no earlier
/// than `from`.
fn number(chars: &[char], at: usize, from: usize) -> Option<Range<usize>> {
    if !is_digit(chars[at]) || follows(chars, at, is_digit) {
        return None;
    }
    let (mut start, mut end, mut digits) = (at, at, 0);
    loop {
        let to = run(chars, end, is_digit);
        let group = to - end;
        if group >= LONG && follows(chars, end, is_loose) {
            // It stands by itself; what came before was another one.
            (start, digits) = (end, 0);
        }
        // `cd08 138…`: what is grown together with letters is no group of a number.
        let apart = group < 4 && follows(chars, end, |c| c.is_ascii_alphabetic());
        digits += group;
        end = to;
        match joint(chars, end) {
            Some(next) if !(chars[next - 1] == ' ' || chars[next - 1] == ':') => end = next,
            Some(next) if !apart && group < LONG => end = next,
            _ => break,
        }
    }
    if digits < LONG {
        return None;
    }
    while start > from && is_ascii_word(chars[start - 1]) {
        start -= 1;
    }
    end = run(chars, end, is_ascii_word);
    Some(start..extension(chars, end).unwrap_or(end))
}

/// Stands between numbers as well as between the groups of one.
fn is_loose(c: char) -> bool {
    matches!(c, ' ' | ':')
}

/// Where the next group of a number begins, when one does: behind up to three marks, or any
/// number of the stars that hide some of its digits.
fn joint(chars: &[char], at: usize) -> Option<usize> {
    let stars = run(chars, at, |c| matches!(c, '*' | 'x'));
    let next = if stars >= at + 2 {
        stars
    } else {
        run(chars, at, |c| {
            matches!(c, ' ' | '-' | '.' | '_' | '/' | '(' | ')' | '+' | ':' | '*')
                || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '·' | '•')
        })
    };
    let near = next > at && (next <= at + 3 || stars == next);
    (near && chars.get(next).is_some_and(|c| is_digit(*c))).then_some(next)
}

/// The end of `转1234`, `ext. 12`, `[1234]` behind a number.
fn extension(chars: &[char], end: usize) -> Option<usize> {
    let at = run(chars, end, |c| c == ' ');
    let words: [&[char]; 5] = [
        &['转', '分', '机'],
        &['转'],
        &['分', '机'],
        &['e', 'x', 't'],
        &['['],
    ];
    let word = words.iter().find(|w| chars[at..].starts_with(w))?;
    let digits = run(chars, at + word.len(), |c| {
        matches!(c, ' ' | '.' | ':' | '-')
    });
    let end = run(chars, digits, is_digit);
    let closed = end + usize::from(word == &['['] && chars.get(end) == Some(&']'));
    (end > digits).then_some(closed)
}

/// An e-mail address.
fn mail(chars: &[char], at: usize) -> Option<Range<usize>> {
    let window = &chars[at..chars.len().min(at + LOCAL + 1)];
    let local = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let sign = at + window.iter().take_while(|c| local(**c)).count();
    Some(at..domain(chars, sign)?)
}

/// An e-mail address whose first part is in 汉字.
fn named_mail(chars: &[char], sign: usize) -> Option<Range<usize>> {
    let end = domain(chars, sign)?;
    let name = chars[..sign]
        .iter()
        .rev()
        .take(4)
        .take_while(|c| is_cjk(**c));
    Some(sign - name.count()..end)
}

/// One past the domain behind an `@`.
fn domain(chars: &[char], sign: usize) -> Option<usize> {
    if chars.get(sign) != Some(&'@') {
        return None;
    }
    let end = run(chars, sign + 1, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
    });
    chars[sign + 1..end].contains(&'.').then_some(end)
}

/// Something that a program made up: a token, a key, a signature, an identifier.
fn token(chars: &[char], at: usize) -> Option<Range<usize>> {
    let end = run(chars, at, is_ascii_word);
    let word = &chars[at..end];
    let digits = word.iter().filter(|c| c.is_ascii_digit()).count();
    let hexadecimal = word.iter().all(char::is_ascii_hexdigit);
    let long = word.len();
    if (long >= 10 && digits >= 5) || (long >= 16 && digits >= 3) || (long >= 24 && hexadecimal) {
        return Some(at..end);
    }
    if follows(chars, at, is_joint_of_token) {
        return None;
    }
    let whole = run(chars, at, |c| is_ascii_word(c) || is_joint_of_token(c));
    let begins = |mark: &&str| {
        mark.chars()
            .eq(chars[at..].iter().copied().take(mark.len()))
    };
    if whole >= at + MARKED && MARKS.iter().any(begins) {
        return Some(at..whole);
    }
    let web_token = word.starts_with(&['e', 'y', 'j']) && whole >= at + 20;
    let mixed = |part: &[char]| {
        let digits = part.iter().filter(|c| c.is_ascii_digit()).count();
        part.len() >= 12 && digits >= 2 && digits < part.len()
    };
    let parts = chars[at..whole].split(|c| is_joint_of_token(*c));
    let made_up = whole >= at + 24 && parts.into_iter().any(mixed);
    (web_token || made_up).then_some(at..whole)
}

fn is_joint_of_token(c: char) -> bool {
    matches!(c, '_' | '-' | '+' | '/' | '=' | '.')
}

/// An address of a network or of a device: groups of hexadecimal digits between colons
/// (2001:db8::1, 00:1a:2b:3c:4d:5e). A time of the day has two colons.
fn groups(chars: &[char], at: usize) -> Option<Range<usize>> {
    let end = run(chars, at, |c| c.is_ascii_hexdigit() || c == ':');
    let groups = chars[at..end].split(|c| *c == ':');
    let short = groups.clone().all(|group| group.len() <= 4);
    let digit = chars[at..end].iter().any(char::is_ascii_digit);
    let apart = !chars.get(end).is_some_and(char::is_ascii_alphabetic);
    (short && digit && apart && groups.count() >= 4).then_some(at..end)
}

/// A vehicle's number plate: 浙A12345.
fn plate(chars: &[char], at: usize) -> Option<Range<usize>> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    if !chars.get(at + 1)?.is_ascii_lowercase() || !PROVINCES.contains(chars[at]) {
        return None;
    }
    let start = run(chars, at + 2, |c| matches!(c, '·' | '-' | ' '));
    let end = run(chars, start, is_ascii_word);
    let digits = chars[start..end].iter().filter(|c| c.is_ascii_digit());
    ((5..=6).contains(&(end - start)) && digits.count() >= 2).then_some(at..end)
}

/// Marks between a phone number and the name beside it.
fn is_between(c: char) -> bool {
    matches!(
        c,
        ' ' | ',' | ';' | ':' | '/' | '|' | '_' | '-' | '(' | ')' | '\n'
    )
}

/// A name that ends before a phone number or an address.
fn name_before(chars: &[char], contact: usize) -> Option<Range<usize>> {
    let gap = chars[..contact]
        .iter()
        .rev()
        .take_while(|c| is_between(**c));
    let end = contact - gap.count().min(3);
    // `王小明[4321] 138…`: the extension stands behind the name.
    let bracket = chars[..end]
        .iter()
        .rposition(|c| !is_digit(*c) && *c != ']');
    let end = match bracket {
        Some(bracket) if chars[bracket] == '[' => bracket,
        _ => end,
    };
    let word = chars[..end]
        .iter()
        .rev()
        .take(5)
        .take_while(|c| is_cjk(**c));
    let start = end - word.count();
    is_name(&chars[start..end]).then_some(start..end)
}

/// A name that begins behind a phone number or an address, `收` behind it or not.
fn name_after(chars: &[char], contact: usize) -> Option<Range<usize>> {
    let gap = chars[contact..].iter().take_while(|c| is_between(**c));
    let start = contact + gap.count().min(3);
    let word = chars[start..]
        .iter()
        .take(6)
        .take_while(|c| is_cjk(**c) && **c != '收');
    let end = start + word.count();
    is_name(&chars[start..end]).then_some(start..end)
}

/// Two to four 汉字 that begin with a family name.
fn is_name(word: &[char]) -> bool {
    (2..=4).contains(&word.len()) && is_surname(word)
}
