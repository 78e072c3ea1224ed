//! The Chinese words of an outcome and its parts, for pages, API, MCP, chats and the command line.
//! Failures of requests are worded in `web::http::error`.

use crate::kb::Cause;
use crate::lookup::{Outcome, Reason, SpanKind};
use crate::search::catalog::LineOf;

/// Name of a stretch that nothing explained, in the legend.
pub const UNKNOWN: &str = "没有用上的内容";
/// The same for stylesheets.
pub const UNKNOWN_ID: &str = "unknown";

/// Name of what stands around a message, in the legend.
pub const STRUCTURE: &str = "堆栈、日志头、字段名";
/// The same for stylesheets.
pub const STRUCTURE_ID: &str = "structure";

/// A probability in words.
pub fn sureness(confidence: f64) -> &'static str {
    match confidence {
        c if c >= 0.95 => "很确定",
        c if c >= 0.85 => "比较确定",
        c if c >= 0.6 => "有可能",
        _ => "不太确定",
    }
}

/// A probability in whole per cent. Never 100: nothing here is certain.
pub fn percent(confidence: f64) -> u8 {
    // Clamped, so the cast cannot cut anything off.
    (confidence * 100.0).round().clamp(0.0, 99.0) as u8
}

/// The sentence that there is no answer.
pub const UNANSWERED: &str = "这个知识库里没有它的答案。";

/// The same as a heading.
pub const NOT_COVERED: &str = "这里没有收录这个问题";

/// Advice to a person in a chat, where there is no answer.
pub const SEND_MORE: &str = "请把平台返回的报错原文完整贴过来，并说明是哪个平台的订单。";

/// The sentence that the text is damaged, with what to do.
pub const DAMAGED: &str =
    "内容是乱码，有些字已经丢失，没法还原。请从原来的界面或日志重新复制，或者直接发截图给客服。";

/// The sentence on the topic that it is about instead.
pub fn about(topic: &str) -> String {
    format!("看起来是“{topic}”方面的问题。")
}

/// The reason why there is no answer, as one sentence to the user.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::OutOfScope { topic, .. } => {
            format!("{}，{}", UNANSWERED.trim_end_matches('。'), about(topic))
        }
        Reason::Unknown => UNANSWERED.to_owned(),
        Reason::TooShort => "内容太短，没法判断是什么问题。".to_owned(),
        Reason::Damaged => DAMAGED.to_owned(),
    }
}

/// Name of an entry's line, for people.
pub fn line(kind: LineOf) -> &'static str {
    match kind {
        LineOf::Title => "标题",
        LineOf::Code => "错误码",
        LineOf::Message => "报错信息",
        LineOf::SimilarError => "类似报错",
        LineOf::Question => "相似问法",
    }
}

/// Name of an entry's line, for programs.
pub fn line_id(kind: LineOf) -> &'static str {
    match kind {
        LineOf::Title => "title",
        LineOf::Code => "code",
        LineOf::Message => "message",
        LineOf::SimilarError => "similar-error",
        LineOf::Question => "question",
    }
}

/// Name of a marked stretch in the legend.
pub fn span(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Literal => "和条目相同",
        SpanKind::Variable => "每次不同的部分",
        SpanKind::Code => "错误码",
        SpanKind::Platform => "平台",
    }
}

/// Name of a marked stretch for programs and stylesheets.
pub fn span_id(kind: SpanKind) -> &'static str {
    match kind {
        SpanKind::Literal => "literal",
        SpanKind::Variable => "variable",
        SpanKind::Code => "code",
        SpanKind::Platform => "platform",
    }
}

/// The common trait of the entries of a cause, as a sentence.
pub fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Mapping => "快递公司或它的编码，没有和平台的对应上。",
        Cause::Settings => "店铺后台的设置不完整，例如联系人、发货地址。",
        Cause::Authorization => "店铺没有授权给 ERP，或者授权已经过期。",
        Cause::OrderState => "订单的状态不允许这样操作，例如有退款、已经发货。",
        Cause::Waybill => "运单号不对、用过了，或者平台不认。",
        Cause::PlatformLimit => "平台不允许，或者限制了次数。",
        Cause::PlatformFault => "平台那边出了故障，或者正在繁忙。",
        Cause::Network => "网络不通，或者等待超时。",
        Cause::Data => "传给平台的数据有误。",
        Cause::HowTo => "不是报错：某件事怎么做。",
    }
}

/// An outcome in a word; of an answer how sure it is.
pub fn outcome(outcome: Outcome, confidence: f64) -> &'static str {
    match outcome {
        Outcome::Answer => sureness(confidence),
        Outcome::Choose => "有几种可能",
        Outcome::None => "没有答案",
    }
}

/// Advice on the command line, where there is no answer.
pub fn advice(reason: &Reason) -> String {
    match reason {
        Reason::OutOfScope { topic, belongs } => format!("像是「{topic}」：{belongs}"),
        Reason::TooShort => "内容太短，请贴完整的报错信息，并说明是哪个平台。".to_owned(),
        Reason::Damaged => DAMAGED.to_owned(),
        Reason::Unknown => {
            "请贴完整的报错信息，并说明是哪个平台；或把下面的内容转给客服。".to_owned()
        }
    }
}

/// The next step of a language model; `several` if the text holds several errors.
pub fn next_step(outcome: Outcome, several: bool) -> &'static str {
    match outcome {
        _ if several => {
            "原文里有几个报错：按 problems 逐个处理，outcome 是 answer 的用 get_entry 取答案再回答，其余的只说还没有答案。"
        }
        Outcome::Answer => {
            "用 results 第一条的 answer 回答用户：步骤和菜单路径照原样，不要添加里面没有的内容。"
        }
        Outcome::Choose => {
            "先不要回答。把 ask.question 和选项问用户；用户回答后，把用户的话放进 text、把 context 原样放进 context，再调一次 lookup_error。"
        }
        Outcome::None => {
            "不要自己编答案。把 handover.message 告诉用户；要转人工时附上 handover.summary 和 fingerprint。"
        }
    }
}
