//! A conversation over the API: the bot sends the `context` of the answer before with the reply of
//! the person, and stores nothing itself.

use serde_json::{Value, json};

use super::LOOKUP;
use crate::support::http::{JSON, post, send as send_to};
use crate::support::{router_over, shipped_live};

async fn send(body: &Value) -> (u16, Value) {
    let request = post(LOOKUP, JSON, body.to_string());
    let reply = send_to(router_over(shipped_live()), request).await;
    (reply.status.as_u16(), reply.json())
}

async fn lookup(body: Value) -> Value {
    let (status, answer) = send(&body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

/// The answer to a text, which must be a question, with the context for the next turn.
async fn asked(text: &str) -> Value {
    let answer = lookup(json!({"text": text})).await;
    assert_eq!(answer["outcome"], "choose", "{text}: {answer}");
    assert!(answer.get("understood").is_none());
    answer
}

const BY_PLATFORM: &str = "发货失败";
const BY_ENTRY: &str = "物流公司";

#[tokio::test]
async fn a_reply_is_decided_among_the_candidates_of_the_question() {
    // The question, the reply, how it is understood, the outcome, and for an answer its option (from
    // 1 on) or its platform.
    let table = [
        (BY_PLATFORM, "淘宝", "choice", "answer", Some("taobao")),
        (
            BY_PLATFORM,
            "是淘宝的",
            "platform",
            "answer",
            Some("taobao"),
        ),
        (BY_PLATFORM, "tb店铺", "platform", "answer", Some("taobao")),
        (BY_PLATFORM, "第二个", "choice", "answer", Some("#2")),
        (BY_PLATFORM, "选1", "choice", "answer", Some("#1")),
        (BY_PLATFORM, "都不是", "none-of-them", "none", None),
        (
            BY_PLATFORM,
            "拆单校验未通过#P38",
            "new-question",
            "answer",
            None,
        ),
        (BY_PLATFORM, "第 30 个", "unclear", "choose", None),
        (BY_PLATFORM, "嗯", "unclear", "choose", None),
        (BY_ENTRY, "1", "choice", "answer", Some("#1")),
        (BY_ENTRY, "②", "choice", "answer", Some("#2")),
        (BY_ENTRY, "最后一个", "none-of-them", "none", None),
        (BY_ENTRY, "以上都不是", "none-of-them", "none", None),
        (
            BY_ENTRY,
            "是代码和快递公司名不存在的那个",
            "words",
            "answer",
            Some("#1"),
        ),
    ];
    for (text, reply, understood, outcome, option) in table {
        let before = asked(text).await;
        let answer = lookup(json!({"text": reply, "context": before["context"]})).await;
        assert_eq!(answer["understood"], understood, "{reply}: {answer}");
        assert_eq!(answer["outcome"], outcome, "{reply}: {answer}");
        let options = before["ask"]["options"].as_array().expect("a list");
        if let Some(name) = option {
            let meant = match name.strip_prefix('#') {
                Some(n) => &options[n.parse::<usize>().expect("a number") - 1],
                None => options
                    .iter()
                    .find(|o| o["platform"] == name)
                    .expect("it was offered"),
            };
            assert_eq!(answer["results"][0]["id"], meant["entries"][0], "{reply}");
            assert_eq!(
                answer["results"].as_array().map(Vec::len),
                Some(1),
                "{reply}"
            );
            assert!(
                answer["confidence"].as_f64() >= before["confidence"].as_f64(),
                "{reply}"
            );
            assert!(answer["results"][0]["answer"]["text"].is_string());
        }
        match outcome {
            "choose" => {
                assert_eq!(answer["context"], before["context"], "it goes on: {reply}");
                assert_eq!(answer["ask"]["options"], before["ask"]["options"]);
            }
            "none" => assert_eq!(answer["handover"]["reason"], "unknown"),
            _ => assert!(answer.get("context").is_none(), "{reply}"),
        }
    }
}

#[tokio::test]
async fn none_of_them_hands_over_what_was_asked_about() {
    let before = asked(BY_PLATFORM).await;
    let alone = lookup(json!({"text": "zxqv wkjh 今晚吃什么"})).await;
    let answer = lookup(json!({"text": "都不是", "context": before["context"]})).await;
    assert!(
        answer["handover"]["summary"]
            .as_str()
            .expect("a string")
            .contains(BY_PLATFORM)
    );
    assert_ne!(
        answer["handover"]["fingerprint"],
        alone["handover"]["fingerprint"]
    );
    assert_eq!(answer["results"], json!([]));
}

#[tokio::test]
async fn a_turn_that_is_of_no_use_any_more_is_no_error() {
    let text = "拆单校验未通过#P38";
    let plain = lookup(json!({"text": text})).await;
    for context in [
        json!({"text": "发货失败", "options": []}),
        json!({"text": "发货失败", "options": [{"entries": ["gone/for-good"]}]}),
        json!({"text": "发货失败", "platform": "gone", "options": [{"platform": "gone", "entries": []}]}),
    ] {
        let answer = lookup(json!({"text": text, "context": context})).await;
        assert_eq!(answer["understood"], "new-question");
        assert_eq!(answer["results"], plain["results"]);
    }
    let answer = lookup(json!({"text": text, "context": null})).await;
    assert!(answer.get("understood").is_none(), "no turn before");
}

#[tokio::test]
async fn a_turn_of_the_wrong_shape_is_refused_with_its_field() {
    let option = json!({"platform": null, "entries": ["a"]});
    let turn = |change: fn(&mut Value)| {
        let mut context = json!({"text": "发货失败", "platform": null, "options": [option]});
        change(&mut context);
        context
    };
    let table = [
        (json!("abc"), "context"),
        (json!([]), "context"),
        (json!({}), "context.text"),
        (turn(|c| c["text"] = json!(5)), "context.text"),
        (turn(|c| c["text"] = json!(" ")), "context.text"),
        (turn(|c| c["text"] = json!("a\0b")), "context.text"),
        (
            turn(|c| c["text"] = json!("长".repeat(2_001))),
            "context.text",
        ),
        (turn(|c| c["platform"] = json!(["pdd"])), "context.platform"),
        (
            turn(|c| c["platform"] = json!("p".repeat(201))),
            "context.platform",
        ),
        (turn(|c| c["options"] = json!("a")), "context.options"),
        (turn(|c| c["options"] = json!(["a"])), "context.options"),
        (
            turn(|c| c["options"] = json!(vec![json!({"entries": []}); 41])),
            "context.options",
        ),
        (
            turn(|c| c["options"] = json!([{}])),
            "context.options.entries",
        ),
        (
            turn(|c| c["options"][0]["entries"] = json!([5])),
            "context.options.entries",
        ),
        (
            turn(|c| c["options"][0]["entries"] = json!(vec!["a"; 41])),
            "context.options.entries",
        ),
        (
            turn(|c| c["options"][0]["label"] = json!("a")),
            "context.options.label",
        ),
        (turn(|c| c["generation"] = json!("a")), "context.generation"),
    ];
    for (context, field) in table {
        let (status, problem) = send(&json!({"text": "第二个", "context": context})).await;
        assert_eq!(
            (status, &problem["field"]),
            (400, &json!(field)),
            "{context}"
        );
    }
}

#[tokio::test]
async fn what_is_handed_on_is_small_and_masked() {
    let text = format!(
        "{BY_PLATFORM} 收件人：张三 13812345678 {}",
        "发货失败".repeat(3)
    );
    let answer = lookup(json!({"text": text})).await;
    if let Some(context) = answer.get("context") {
        let handed_on = context.to_string();
        assert!(!handed_on.contains("13812345678"), "{handed_on}");
        assert!(handed_on.len() < 20_000);
    }
    let context = asked(BY_PLATFORM).await["context"].to_string();
    assert!(context.len() < 2_000, "{context}");
}
