//! A paste to its outcome, on the fixture knowledge base.
//!
//! 1. A message is answered whatever surrounds it, and however it is encoded.
//! 2. Values that vary do not matter; names of the error do.
//! 3. A question in a person's words is answered.
//! 4. An unknown text is refused, with a pointer where an out-of-scope topic is near.
//! 5. Spans lie on the text as it was sent.
//! 6. Several errors in one paste are told apart.
//! 7. Nothing that is pasted makes it fail.

use jieda::lookup::{Answer, MAX_BYTES, Outcome, Paste, PasteError, Reason, SpanKind};
use proptest::prelude::*;

use crate::support::engine;

const PHONE: &str = "shipping/sync/sender-phone-e17";
const LOCKED: &str = "shipping/sync/parcel-locked";
const QUOTA: &str = "shipping/sync/quota-exceeded";
const SUBMIT: &str = "shipping/sync/how-to-submit";

fn look_up(text: &str) -> Answer {
    let engine = engine();
    engine.lookup(&Paste::new(engine.kb(), text, None).expect("a paste"), 5)
}

fn first(answer: &Answer) -> String {
    answer
        .verdict
        .results
        .first()
        .map_or_else(String::new, |h| engine().kb().entries[h.entry].id.clone())
}

#[track_caller]
fn finds(text: &str, id: &str) {
    let answer = look_up(text);
    assert_ne!(answer.verdict.outcome, Outcome::None, "refused: {text}");
    assert_eq!(first(&answer), id, "{text}");
}

#[test]
fn a_message_is_found_whatever_surrounds_it() {
    for text in [
        "寄件电话未登记,请在仓库资料里补全后再提交 #E17",
        "2024-05-06 10:11:12 [ERROR] order=773309128847155 寄件电话未登记，请在仓库资料里补全后再提交 #E17",
        r#"{"errmsg":"\u5bc4\u4ef6\u7535\u8bdd\u672a\u767b\u8bb0,\u8bf7\u5728\u4ed3\u5e93\u8d44\u6599\u91cc\u8865\u5168\u540e\u518d\u63d0\u4ea4 #E17"}"#,
        "%E5%AF%84%E4%BB%B6%E7%94%B5%E8%AF%9D%E6%9C%AA%E7%99%BB%E8%AE%B0,请在仓库资料里补全后再提交",
        "寄件電話未登記,請在倉庫資料裡補全後再提交　＃Ｅ１７",
        "寄件电话未登记,请在仓库资料里补全",
        "你好，我这边提示 寄件电话未登记,请在仓库资料里补全后再提交 #E17 怎么办呀",
    ] {
        finds(text, PHONE);
    }
}

#[test]
fn what_varies_does_not_matter() {
    for n in ["88", "773309128847155", "AB-77", ""] {
        finds(&format!("包裹{n}已被锁定,解锁前不可变更承运商"), LOCKED);
        finds(
            &format!("quota exceeded: {n} of 500 submissions today"),
            QUOTA,
        );
    }
    finds("PARCEL_LOCKED_BY_AUDIT", LOCKED);
}

#[test]
fn a_question_is_answered_in_other_words() {
    finds("仓库的手机号没有登记，提交不了怎么办", PHONE);
    finds("包裹锁住了，承运商换不了", LOCKED);
    finds("新手求助，快递号在哪里提交给平台", SUBMIT);
}

#[test]
fn an_entry_for_another_platform_than_the_named_is_asked_not_answered() {
    let message = "寄件电话未登记,请在仓库资料里补全后再提交 #E17";
    assert_eq!(
        look_up(&format!("阿尔法 {message}")).verdict.outcome,
        Outcome::Answer
    );
    let elsewhere = look_up(&format!("贝塔 {message}"));
    assert_eq!(
        (elsewhere.verdict.outcome, first(&elsewhere).as_str()),
        (Outcome::Choose, PHONE)
    );
}

#[test]
fn what_is_not_here_is_refused() {
    for text in [
        "打印机连不上了怎么办",
        "开票失败：税号不正确",
        "今天天气怎么样",
        "asdf qwer zxcv",
        "NullPointerException at com.x.Y",
    ] {
        assert_eq!(look_up(text).verdict.outcome, Outcome::None, "{text}");
    }
    let handover = look_up("打印组件未启动")
        .verdict
        .handover
        .expect("a refusal has a handover");
    assert!(
        matches!(handover.reason, Reason::OutOfScope { ref topic, .. } if topic == "打印"),
        "{:?}",
        handover.reason
    );
}

#[test]
fn equal_errors_have_equal_fingerprints_and_no_personal_data() {
    let handover = |text: &str| look_up(text).verdict.handover.expect("not here");
    let a = handover("退库单 773309128847155 校验异常 收件人:王小明,电话 13800138000");
    let b = handover("退库单 661100223344558 校验异常 收件人:李雷,电话 13911112222");
    assert_eq!(a.fingerprint, b.fingerprint);
    assert_eq!(a.fingerprint.len(), 16);
    assert_ne!(
        a.fingerprint,
        handover("入库单 773309128847155 校验异常").fingerprint
    );
    for secret in ["773309128847155", "王小明", "13800138000"] {
        assert!(!a.summary.contains(secret), "{}", a.summary);
    }
}

#[test]
fn spans_lie_on_the_text_as_it_was_sent() {
    let text = "【单】 包裹 773309128847155 已被锁定,解锁前不可变更承运商 贝塔";
    let chars: Vec<char> = text.chars().collect();
    let answer = look_up(text);
    let hit = &answer.verdict.results[0];
    let of = |kind| {
        let spans = hit.matched.spans.iter().filter(move |s| s.kind == kind);
        spans
            .map(|s| chars[s.start..s.end].iter().collect::<String>())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        hit.matched.template.as_deref(),
        Some("包裹<*>已被锁定,解锁前不可变更承运商")
    );
    assert_eq!(of(SpanKind::Variable), ["773309128847155"]);
    assert_eq!(
        of(SpanKind::Literal),
        ["包裹", "已被锁定,解锁前不可变更承运商"]
    );
    assert_eq!(of(SpanKind::Platform), ["贝塔"]);
}

#[test]
fn several_errors_are_kept_apart() {
    let text = "1. 寄件电话未登记,请在仓库资料里补全后再提交 #E17\n2. 包裹88已被锁定,解锁前不可变更承运商\n";
    let answer = look_up(text);
    let ids: Vec<String> = answer
        .problems
        .iter()
        .map(|p| engine().kb().entries[p.verdict.results[0].entry].id.clone())
        .collect();
    assert_eq!(ids, [PHONE, LOCKED]);
    assert_eq!(answer.problems[0].span.start, 0);
    assert_eq!(
        answer.problems[0].span.end + 1,
        answer.problems[1].span.start
    );
    let second = &answer.problems[1];
    assert!(
        second.verdict.results[0]
            .matched
            .spans
            .iter()
            .all(|s| s.start >= second.span.start && s.end <= second.span.end)
    );
}

#[test]
fn an_unknown_error_beside_a_known_one_is_told() {
    let known = "寄件电话未登记,请在仓库资料里补全后再提交 #E17";
    let answer = look_up(&format!("{known}\n冷库温度探头读数异常,无法生成入库单\n"));
    let outcomes: Vec<Outcome> = answer.problems.iter().map(|p| p.verdict.outcome).collect();
    assert_eq!(outcomes, [Outcome::Answer, Outcome::None]);
    assert_eq!(answer.verdict.outcome, Outcome::Answer);
    let handover = answer.problems[1].verdict.handover.as_ref();
    assert_eq!(
        handover.expect("a handover").summary,
        "原文（已脱敏）：冷库温度探头读数异常,无法生成入库单"
    );
    // What surrounds one error is no other: a person's words, a heading, a program's data.
    for around in [
        "冷库温度探头读数异常，怎么处理啊",
        "同步失败的单子如下：",
        "同步失败",
        "\"msg\": \"业务处理失败,请检查参数\",",
        "at com.example.Sync.push(Sync.java:17)",
    ] {
        let answer = look_up(&format!("{around}\n{known}"));
        assert!(
            answer.problems.is_empty(),
            "{around}: {:?}",
            answer.problems
        );
    }
}

#[test]
fn a_code_does_not_hide_the_other_error() {
    let answer = look_up("PARCEL_LOCKED_BY_AUDIT\n寄件电话未登记,请在仓库资料里补全后再提交");
    assert_eq!(answer.problems.len(), 2);
}

#[test]
fn a_paste_is_checked_at_the_door() {
    let kb = engine();
    let paste = |text: &str, platform| Paste::new(kb.kb(), text, platform).map(|_| ());
    assert_eq!(paste("", None), Err(PasteError::Empty));
    assert_eq!(paste(" \n\t", None), Err(PasteError::Empty));
    assert_eq!(paste(&"a".repeat(MAX_BYTES), None), Ok(()));
    assert_eq!(
        paste(&"a".repeat(MAX_BYTES + 1), None),
        Err(PasteError::TooLong(MAX_BYTES + 1))
    );
    assert_eq!(paste("\0 \0", None), Err(PasteError::Empty));
    assert_eq!(paste("a\0b", None), Ok(()));
    assert_eq!(paste("a", Some("alpha")), Ok(()));
    assert!(matches!(
        paste("a", Some("gamma")),
        Err(PasteError::Platform(..))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn nothing_that_is_pasted_makes_it_fail(text in r"(\PC|寄件电话未登记|包裹|已被锁定|quota exceeded: |\\u5bc4|%E5%AF|&#23492;|#E17|\n|[0-9]{1,20}|<\*>|鏃犳晥){1,40}") {
        let engine = engine();
        if let Ok(paste) = Paste::new(engine.kb(), text.clone(), None) {
            let answer = engine.lookup(&paste, 20);
            let length = text.chars().count();
            let verdicts = answer.problems.iter().map(|p| &p.verdict).chain([&answer.verdict]);
            for verdict in verdicts {
                prop_assert!((0.0..=1.0).contains(&verdict.confidence));
                prop_assert_eq!(verdict.outcome == Outcome::None, verdict.handover.is_some());
                prop_assert_eq!(verdict.outcome == Outcome::Choose, verdict.ask.is_some());
                let sum: f64 = verdict.results.iter().map(|h| h.confidence).sum();
                prop_assert!(sum <= 1.0 + 1e-6, "confidences add up to {}", sum);
                for hit in &verdict.results {
                    let mut last = 0;
                    for s in &hit.matched.spans {
                        prop_assert!(s.start >= last && s.start < s.end && s.end <= length);
                        last = s.end;
                    }
                }
            }
            prop_assert_eq!(&engine.lookup(&paste, 20), &answer);
        }
    }
}
