//! Classes of characters, runs of them, and the wildcard.

use std::ops::Range;

/// A variable part of a message in templates and masked texts: the wildcard of log parsing (Drain,
/// He et al. 2017).
pub const WILDCARD: &str = "<*>";

/// True for the characters that are written without spaces between words: 汉字 and their kin.
pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '〇')
}

/// True for digits of any script, the Chinese ones among them: a number that is spelt out is still
/// a number.
pub fn is_digit(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_digit(),
        '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '幺' | '壹'
        | '贰' | '叁' | '肆' | '伍' | '陆' | '柒' | '捌' | '玖' => true,
        // Unicode calls none of the others numeric, and asking its table is slow.
        '\u{4e00}'..='\u{9fff}' => false,
        _ => c.is_numeric(),
    }
}

/// True for ASCII letters and digits.
pub fn is_ascii_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// True if there is a character before `at` and `is` holds for it.
pub fn follows(chars: &[char], at: usize, is: impl Fn(char) -> bool) -> bool {
    at > 0 && is(chars[at - 1])
}

/// True if the characters begin with `prefix`.
pub fn starts_with(chars: &[char], prefix: &str) -> bool {
    let mut rest = chars.iter();
    prefix.chars().all(|c| rest.next() == Some(&c))
}

/// One past the last of the characters from `at` on for which `is` holds; `at` if it does not hold
/// there.
///
/// # Panics
///
/// If `at` lies beyond the characters.
pub fn run(chars: &[char], at: usize, is: impl Fn(char) -> bool) -> usize {
    let length = chars[at..].iter().take_while(|c| is(**c)).count();
    #[cfg(test)]
    STEPS.set(STEPS.get() + length + 1);
    at + length
}

#[cfg(test)]
thread_local! {
    /// Characters that [`run`] has looked at: tests count work by it.
    pub(crate) static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// The range without the characters at its ends for which `is` does not hold; empty if it holds for
/// none.
pub(super) fn trim(chars: &[char], range: Range<usize>, is: impl Fn(char) -> bool) -> Range<usize> {
    let text = &chars[range.clone()];
    match text.iter().position(|c| is(*c)) {
        Some(first) => {
            let after = text.iter().rev().take_while(|c| !is(**c)).count();
            range.start + first..range.end - after
        }
        None => range.end..range.end,
    }
}
