//! Long numbers (of an order, a parcel, a phone, a card) and vehicle number plates.

use std::ops::Range;

use crate::text::scan::{follows, is_ascii_word, is_digit, run, starts_with};

/// A number with this many digits is hidden. The shortest numbers of people have seven (a landline
/// without its area code); of the numbers in messages that are not personal few have more than six.
const LONG: usize = 7;
/// Most marks between two groups of a number. Chosen: `) - ` is the longest in use.
const GAP: usize = 3;
/// A group of fewer digits that is joined to letters is a code (`cd08 138…`), not the first group
/// of a number. Chosen: codes of error messages have two or three digits.
const CODE: usize = 4;

/// The number that begins at `at`, in one piece or in groups, with the letters that are joined to
/// it and its extension. `from` is the first character that may belong to it.
pub(super) fn number(chars: &[char], at: usize, from: usize) -> Option<Range<usize>> {
    if !is_digit(chars[at]) || follows(chars, at, is_digit) {
        return None;
    }
    if let Some(end) = thousands(chars, at) {
        return Some(at..end);
    }
    let (mut start, mut end, mut digits) = (at, at, 0);
    loop {
        let to = run(chars, end, is_digit);
        let group = to - end;
        if group >= LONG && follows(chars, end, is_loose) {
            // This group is a number by itself; what came before it was another one.
            (start, digits) = (end, 0);
        }
        let apart = group < CODE && follows(chars, end, |c| c.is_ascii_alphabetic());
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

/// One past a number of ten digits or more that begins at `at` and is written as Java's
/// `MessageFormat` writes every number: 13,812,345,678.
fn thousands(chars: &[char], at: usize) -> Option<usize> {
    let mut end = run(chars, at, is_digit);
    let mut groups = 0;
    while chars.get(end) == Some(&',') && run(chars, end + 1, is_digit) == end + 4 {
        end += 4;
        groups += 1;
    }
    (groups >= 3).then_some(end)
}

/// The last digits of a number that begin at `at` with their label: 尾号8000.
pub(super) fn last_digits(chars: &[char], at: usize) -> Option<Range<usize>> {
    if !starts_with(&chars[at..], "尾号") {
        return None;
    }
    let start = run(chars, at + 2, |c| matches!(c, ' ' | ':' | '是' | '为'));
    let end = run(chars, start, is_digit);
    (3..=6).contains(&(end - start)).then_some(start..end)
}

/// True for marks that stand between two numbers as well as between the groups of one.
fn is_loose(c: char) -> bool {
    matches!(c, ' ' | ':')
}

/// First digit of the next group of a number that ends at `at`: behind at most [`GAP`] marks, or
/// behind any number of the stars that stand for hidden digits. `None` if no group follows.
fn joint(chars: &[char], at: usize) -> Option<usize> {
    let stars = run(chars, at, |c| matches!(c, '*' | 'x' | ' '));
    let hidden = chars[at..stars].iter().filter(|c| **c != ' ').count();
    let next = if hidden >= 2 {
        stars
    } else {
        run(chars, at, |c| {
            matches!(c, ' ' | '-' | '.' | '_' | '/' | '(' | ')' | '+' | ':' | '*')
                || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '·' | '•')
        })
    };
    let near = next > at && (next <= at + GAP || stars == next);
    (near && chars.get(next).is_some_and(|c| is_digit(*c))).then_some(next)
}

/// One past an extension behind a number that ends at `end`: `转1234`, `ext. 12`, `[1234]`.
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

/// The vehicle number plate that begins at `at`: 浙A12345, or six characters behind the letter for
/// an electric vehicle (GA 36-2018).
pub(super) fn plate(chars: &[char], at: usize) -> Option<Range<usize>> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    if !chars.get(at + 1)?.is_ascii_lowercase() || !PROVINCES.contains(chars[at]) {
        return None;
    }
    let start = run(chars, at + 2, |c| matches!(c, '·' | '-' | ' '));
    let end = run(chars, start, is_ascii_word);
    let digits = chars[start..end].iter().filter(|c| c.is_ascii_digit());
    ((5..=6).contains(&(end - start)) && digits.count() >= 2).then_some(at..end)
}
