//! Tells a person's question from a program's message; the two are judged differently.

/// Words and marks of questions that programs do not use. Chosen.
const ASKING: [&str; 44] = [
    "怎么",
    "咋",
    "吗",
    "呢",
    "啊",
    "呀",
    "吧",
    "我",
    "你",
    "您",
    "咱",
    "了",
    "?",
    "为什么",
    "为啥",
    "如何",
    "怎样",
    "什么",
    "啥",
    "哪",
    "能不能",
    "可不可以",
    "是不是",
    "要不要",
    "有没有",
    "多少",
    "请问",
    "求",
    "帮",
    "老是",
    "一直",
    "总是",
    "还是",
    "这个",
    "那个",
    "提示",
    "弹",
    "说",
    "显示",
    "想",
    "求助",
    "谢谢",
    "在线等",
    "急",
];
/// Words and marks of questions alone. Chosen.
const QUESTIONS: [&str; 12] = [
    "怎么",
    "咋",
    "吗",
    "呢",
    "?",
    "？",
    "为什么",
    "为啥",
    "如何",
    "怎样",
    "请问",
    "帮",
];
/// Words of programs that report a failure or ask for a correction. Chosen.
const FAILING: [&str; 30] = [
    "失败",
    "错误",
    "有误",
    "异常",
    "无效",
    "无法",
    "不能",
    "不可",
    "不存在",
    "不支持",
    "不正确",
    "不符",
    "不一致",
    "不匹配",
    "不足",
    "不允许",
    "不合法",
    "未通过",
    "未找到",
    "没有",
    "超时",
    "超出",
    "超过",
    "过期",
    "已取消",
    "已关闭",
    "拒绝",
    "请检查",
    "请先",
    "重复",
];
/// Fewest letters and digits of a message. Chosen: shorter texts are keywords.
const MESSAGE: usize = 7;

/// Style of a text; neither is true for a short text without marks of a question.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// True if it has marks of a question.
    pub ask: bool,
    /// True if it has none and is long enough to be a program's message.
    pub message: bool,
}

impl Style {
    /// The style of normalised characters.
    pub fn of(chars: &[char]) -> Self {
        let text: String = chars.iter().collect();
        let ask = ASKING.iter().any(|m| text.contains(m));
        let letters = chars.iter().filter(|c| c.is_alphanumeric()).count();
        Self {
            ask,
            message: !ask && letters >= MESSAGE,
        }
    }
}

/// True if a text asks a question in so many words; a program may say 您.
pub fn asks(text: &str) -> bool {
    QUESTIONS.iter().any(|word| text.contains(word))
}

/// True if a normalised text reports a failure in Chinese.
pub fn says_failure(text: &str) -> bool {
    FAILING.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(text: &str) -> Style {
        Style::of(&text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn people_ask_and_programs_state() {
        assert!(style("物流公司代码不存在,请检查").message);
        assert!(style("我这个单怎么同步不上去").ask);
        assert_eq!(style("cd08"), Style::default());
    }
}
