//! A message that lost bytes on its way is found where it alone fits what is left; else the reader
//! is told that the text is damaged.

use encoding_rs::{BIG5, GBK, SHIFT_JIS, WINDOWS_1252};
use jieda::lookup::{Answer, Outcome, Paste, Reason};

use crate::support::engine;

const MESSAGE: &str = "寄件电话未登记,请在仓库资料里补全后再提交 #E17";
const PHONE: &str = "shipping/sync/sender-phone-e17";
/// No message of the knowledge base.
const OTHER: &str = "会议室预订时间冲突,请另选时段 #M3";

fn look_up(text: &str) -> Answer {
    let engine = engine();
    engine.lookup(&Paste::new(engine.kb(), text, None).expect("a paste"), 5)
}

/// A message as programs show it that read its bytes in a wrong encoding.
fn damaged(message: &str) -> Vec<String> {
    let gbk = GBK.encode(message).0;
    let utf8_of_gbk = String::from_utf8_lossy(&gbk).into_owned();
    let latin: String = message.bytes().map(char::from).collect();
    let dropped = latin.chars().filter(|c| !matches!(c, '\u{80}'..='\u{9f}'));
    let western = WINDOWS_1252
        .decode_without_bom_handling(message.as_bytes())
        .0;
    let lost = western.chars().map(|c| match c {
        '\u{80}'..='\u{9f}' => char::REPLACEMENT_CHARACTER,
        c => c,
    });
    let read = |encoding: &'static encoding_rs::Encoding, bytes: &[u8]| {
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    };
    vec![
        read(GBK, utf8_of_gbk.as_bytes()),
        read(WINDOWS_1252, utf8_of_gbk.as_bytes()),
        utf8_of_gbk,
        dropped.collect(),
        lost.collect(),
        read(BIG5, message.as_bytes()),
        read(SHIFT_JIS, message.as_bytes()),
        read(BIG5, &gbk),
    ]
}

#[test]
fn a_damaged_message_is_restored() {
    for text in damaged(MESSAGE) {
        for text in [
            text.clone(),
            format!("{{\"code\": 7, \"msg\": \"{text}\"}}"),
        ] {
            let answer = look_up(&text);
            assert_eq!(answer.verdict.outcome, Outcome::Answer, "{text}");
            let first = answer.verdict.results[0].entry;
            assert_eq!(engine().kb().entries[first].id, PHONE, "{text}");
            assert!(answer.query.masked.contains("寄件电话未登记"), "{text}");
        }
    }
}

#[test]
fn what_no_message_fits_is_called_damaged() {
    for text in damaged(OTHER) {
        let answer = look_up(&text);
        assert_eq!(answer.verdict.outcome, Outcome::None, "{text}");
        let handover = answer.verdict.handover.expect("nothing was found");
        assert_eq!(handover.reason, Reason::Damaged, "{text}");
    }
    for text in [OTHER, "안녕하세요 주문 확인", "Заказ не найден"] {
        let handover = look_up(text).verdict.handover.expect("it is unknown");
        assert_ne!(handover.reason, Reason::Damaged, "{text}");
    }
}

#[test]
fn nuls_are_no_part_of_a_text() {
    let apart: String = MESSAGE.chars().flat_map(|c| [c, '\0']).collect();
    let units: Vec<u8> = MESSAGE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let bytes: String = units.iter().map(|b| char::from(*b)).collect();
    for text in [apart, bytes] {
        let answer = look_up(&text);
        assert_eq!(answer.verdict.outcome, Outcome::Answer);
        assert!(!answer.query.masked.contains('\0'));
    }
}
