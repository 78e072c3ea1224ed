//! Cuts a text into clauses at its punctuation, so that an error can be compared apart from the
//! text around it.

use std::ops::Range;

use super::scan::{is_cjk, trim};

/// The clauses of normalised characters, in the order of the text: each begins and ends with a
/// letter or a digit.
///
/// Separators are line ends, sentence punctuation and brackets, and a space or a mark such as `#`
/// or `-` beside a 汉字 (between Latin words or inside an identifier these join).
pub fn clauses(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for i in 0..=chars.len() {
        if i == chars.len() || separates(chars, i) {
            let range = trim(chars, start..i, char::is_alphanumeric);
            if !range.is_empty() {
                found.push(range);
            }
            start = i + 1;
        }
    }
    found
}

/// True if the character at `i` separates two clauses.
fn separates(chars: &[char], i: usize) -> bool {
    let cjk = |j: Option<usize>| j.and_then(|j| chars.get(j)).copied().is_some_and(is_cjk);
    match chars[i] {
        '\n' | ',' | ';' | '!' | '?' | '"' | '|' | '(' | ')' | '[' | ']' | '{' | '}' | '<'
        | '>' | '=' | '~' => true,
        ' ' | '.' | ':' | '#' | '-' | '/' | '\'' | '+' | '*' | '_' => {
            cjk(i.checked_sub(1)) || cjk(Some(i + 1))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        clauses(&chars)
            .into_iter()
            .map(|r| chars[r].iter().collect())
            .collect()
    }

    #[test]
    fn punctuation_cuts_and_identifiers_stay() {
        assert_eq!(
            cut("同步失败:无效的联系人,如手机号 #cd08"),
            ["同步失败", "无效的联系人", "如手机号", "cd08"]
        );
        assert_eq!(
            cut("biz.custom.invalid-biz:101 failed"),
            ["biz.custom.invalid-biz:101 failed"]
        );
        assert_eq!(cut("  ,,##\n"), Vec::<String>::new());
    }
}
