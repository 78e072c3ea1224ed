//! Names without a label, beside a phone number or a postal address.

use std::ops::Range;

use crate::text::label::is_surname;
use crate::text::scan::{is_cjk, is_digit, starts_with};

/// Most marks between a name and the number beside it.
const GAP: usize = 3;
/// The longest Chinese name: two characters of a family name and two given ones.
const LONGEST: usize = 4;

/// True for marks between a number and the name beside it.
fn is_between(c: char) -> bool {
    matches!(
        c,
        ' ' | ',' | ';' | ':' | '/' | '|' | '_' | '-' | '(' | ')' | '\n'
    )
}

/// The name that ends before a phone number or an address that begins at `contact`.
pub(super) fn name_before(chars: &[char], contact: usize) -> Option<Range<usize>> {
    let gap = chars[..contact]
        .iter()
        .rev()
        .take_while(|c| is_between(**c));
    let end = contact - gap.count().min(GAP);
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
        .take(LONGEST + 1)
        .take_while(|c| is_cjk(**c));
    let start = end - word.count();
    is_name(&chars[start..end]).then_some(start..end)
}

/// The name that begins behind a phone number or an address that ends at `contact`, with or without
/// a 收 behind it.
pub(super) fn name_after(chars: &[char], contact: usize) -> Option<Range<usize>> {
    let gap = chars[contact..].iter().take_while(|c| is_between(**c));
    let start = contact + gap.count().min(GAP);
    let word = chars[start..]
        .iter()
        .take(LONGEST + 2)
        .take_while(|c| is_cjk(**c) && **c != '收');
    let end = start + word.count();
    is_name(&chars[start..end]).then_some(start..end)
}

/// The name before a title that begins at `at`: 王小明女士.
pub(super) fn titled(chars: &[char], at: usize) -> Option<Range<usize>> {
    const TITLES: [&str; 3] = ["女士", "先生", "小姐"];
    if !TITLES.iter().any(|title| starts_with(&chars[at..], title)) {
        return None;
    }
    let names = [3, 2].into_iter().filter_map(|length| {
        let start = at.checked_sub(length)?;
        is_name(&chars[start..at]).then_some(start..at)
    });
    names.max_by_key(Range::len)
}

/// True for two to four 汉字 that begin with a family name.
pub(super) fn is_name(word: &[char]) -> bool {
    (2..=LONGEST).contains(&word.len()) && word.iter().all(|c| is_cjk(*c)) && is_surname(word)
}
