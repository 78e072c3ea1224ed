//! Replies with a fixed meaning: yes, none of them, the second one.

use unicode_normalization::UnicodeNormalization as _;

use crate::lookup::ask::MAX_OPTIONS;

/// Characters of a reply that are looked at. Source: chosen, more than any phrase below has.
const LOOKED_AT: usize = 64;

/// The fixed meaning of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lookup) enum Said {
    /// None of them.
    None,
    /// Yes.
    Yes,
    /// An option by its number, counted from 1; 0 is the last.
    Number(usize),
    /// Anything else.
    Words,
}

impl Said {
    /// Reads a reply; case, width, spaces and punctuation make no difference.
    pub(in crate::lookup) fn new(reply: &str) -> Self {
        const NONE: [&str; 16] = [
            "都不是",
            "不是",
            "都没有",
            "没有",
            "以上都不是",
            "都不对",
            "不对",
            "全不是",
            "没有一个是",
            "都不是的",
            "不是的",
            "不是这个",
            "不是这些",
            "no",
            "none",
            "n",
        ];
        const YES: [&str; 14] = [
            "是",
            "是的",
            "对",
            "对的",
            "嗯",
            "嗯嗯",
            "是这个",
            "就是这个",
            "就是它",
            "没错",
            "yes",
            "y",
            "ok",
            "好的",
        ];
        let bare = bare(reply);
        if NONE.contains(&bare.as_str()) {
            Self::None
        } else if YES.contains(&bare.as_str()) {
            Self::Yes
        } else {
            number(&bare).map_or(Self::Words, Self::Number)
        }
    }
}

/// The letters and digits of a reply, in narrow form and lower case.
fn bare(reply: &str) -> String {
    let folded = reply.trim().chars().take(LOOKED_AT).nfkc();
    folded
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The number in replies such as `2`, `第二个`, `选2`, `我选第2条吧`, and 0 for `最后一个`.
fn number(bare: &str) -> Option<usize> {
    const DIGITS: &str = "零一二三四五六七八九";
    let mut rest = bare;
    for before in ["应该是", "我选", "选择", "就是", "选", "是"] {
        if let Some(cut) = rest.strip_prefix(before) {
            rest = cut;
            break;
        }
    }
    for after in ["吧", "的", "呢", "啊", "了"] {
        rest = rest.strip_suffix(after).unwrap_or(rest);
    }
    for after in ["那一个", "那个", "个", "条", "项", "种", "号"] {
        if let Some(cut) = rest.strip_suffix(after) {
            rest = cut;
            break;
        }
    }
    if matches!(rest, "最后" | "最后一") {
        return Some(0);
    }
    rest = rest.strip_prefix('第').unwrap_or(rest);
    let mut chars = rest.chars();
    let (first, None) = (chars.next()?, chars.next()) else {
        return rest.parse().ok().filter(|n| (1..=MAX_OPTIONS).contains(n));
    };
    let value = match first {
        '两' => Some(2),
        c => c
            .to_digit(10)
            .map(|d| d as usize)
            .or_else(|| DIGITS.chars().position(|d| d == c)),
    };
    value.filter(|n| *n > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_understood_as_people_write_them() {
        let table = [
            ("都不是", Said::None),
            ("以上都不是。", Said::None),
            (" No! ", Said::None),
            ("是的", Said::Yes),
            ("嗯嗯～", Said::Yes),
            ("2", Said::Number(2)),
            ("２、", Said::Number(2)),
            ("②", Said::Number(2)),
            ("第二个", Said::Number(2)),
            ("第 2 个吧", Said::Number(2)),
            ("选三", Said::Number(3)),
            ("我选第一条", Said::Number(1)),
            ("应该是第两个的", Said::Number(2)),
            ("12", Said::Number(12)),
            ("最后一个", Said::Number(0)),
            ("0", Said::Words),
            ("41", Said::Words),
            ("99999999999999999999", Said::Words),
            ("第二个平台", Said::Words),
            ("不是很清楚", Said::Words),
            ("没有退款", Said::Words),
            ("", Said::Words),
            ("。", Said::Words),
        ];
        for (reply, said) in table {
            assert_eq!(Said::new(reply), said, "{reply}");
        }
    }
}
