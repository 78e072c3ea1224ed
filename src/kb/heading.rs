//! The `##` headings that have a meaning in an entry, and the detection of slips in them.

use strsim::osa_distance;

pub(super) const TEMPLATES: &str = "报错信息";
pub(super) const CAUSE: &str = "原因";
pub(super) const SOLUTION: &str = "解决办法";
pub(super) const SIMILAR_ERRORS: &str = "类似报错";
pub(super) const QUESTIONS: &str = "相似问法";
pub(super) const NEAR_MISSES: &str = "不是这个问题";
pub(super) const CHANGES: &str = "更新记录";
pub(super) const AGENT_NOTES: &str = "客服备注";

/// Headings of the format. Any other heading is a part of the answer, too.
const KNOWN: [&str; 10] = [
    TEMPLATES,
    CAUSE,
    SOLUTION,
    "怎么确认",
    "还是不行",
    SIMILAR_ERRORS,
    QUESTIONS,
    NEAR_MISSES,
    CHANGES,
    AGENT_NOTES,
];
/// Sections that are never shown.
const HIDDEN: [&str; 4] = [SIMILAR_ERRORS, QUESTIONS, NEAR_MISSES, AGENT_NOTES];
/// In a known heading of at least this many characters, one wrong character is a slip. A shorter
/// one is one character away from many ordinary headings. Chosen: all but 原因 are this long.
const LEAST_FOR_SLIP: usize = 4;

/// The known heading that was meant, if a heading is nearly one. A longer heading that begins like
/// a hidden section counts as that section, so that a slip does not publish it.
pub(super) fn misspelt(heading: &str) -> Option<&'static str> {
    if KNOWN.contains(&heading) {
        return None;
    }
    let letters: String = heading.chars().filter(|c| c.is_alphanumeric()).collect();
    let near = |known: &str| {
        let long = known.chars().count() >= LEAST_FOR_SLIP;
        letters == known
            || long && osa_distance(&letters, known) == 1
            || HIDDEN.contains(&known) && letters.starts_with(known)
    };
    KNOWN.into_iter().find(|known| near(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_heading_is_no_slip() {
        for heading in ["原因二", "客服电话", "怎么联系客服", "注意"] {
            assert_eq!(misspelt(heading), None, "{heading}");
        }
    }
}
