//! Masking: nothing personal and nothing secret of a text is stored or shown, but its error is.

use std::sync::LazyLock;

use jieda::lookup::Paste;
use jieda::privacy::masked;
use proptest::prelude::*;

use crate::support::engine;

/// A line of the corpus.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    /// Group of the case, for the reader of a failure.
    pub(crate) kind: String,
    /// The text as it is sent.
    pub(crate) text: String,
    /// Parts that must not be left, in any case of their letters.
    pub(crate) gone: Vec<String>,
    /// Parts that must stay as they are.
    pub(crate) stays: Vec<String>,
}

impl Row {
    /// The parts that must be gone and are in `shown`, as messages for a failing test.
    pub(crate) fn leaks(&self, shown: &str) -> Vec<String> {
        let lower = shown.to_lowercase();
        let left = self
            .gone
            .iter()
            .filter(|g| lower.contains(&g.to_lowercase()));
        let Self { kind, text, .. } = self;
        left.map(|g| format!("{g:?} of {kind} {text:?} is in {shown:?}"))
            .collect()
    }
}

/// Every row of `src/privacy/corpus.jsonl`.
pub(crate) fn corpus() -> &'static [Row] {
    static CORPUS: LazyLock<Vec<Row>> = LazyLock::new(|| {
        let lines = include_str!("../../src/privacy/corpus.jsonl").lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    });
    &CORPUS
}

#[test]
fn nothing_personal_survives_and_what_went_wrong_does() {
    let mut wrong = Vec::new();
    for row in corpus() {
        let shown = masked(&row.text);
        if masked(&shown) != shown {
            wrong.push(format!("masked again, {shown:?} is {:?}", masked(&shown)));
        }
        wrong.extend(row.leaks(&shown));
        let lost = row.stays.iter().filter(|s| !shown.contains(*s));
        wrong.extend(
            lost.map(|s| format!("{s:?} of {} {:?} is lost: {shown:?}", row.kind, row.text)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(corpus().len() >= 200);
}

#[test]
fn what_is_not_hidden_is_shown_as_it_was_sent() {
    for (sent, shown) in [
        ("同步失败…请稍后重试", "同步失败…请稍后重试"),
        ("运费超过5㎏⑿，请重试", "运费超过5㎏⑿，请重试"),
        ("手机13812345678…稍后", "手机<*>…稍后"),
    ] {
        assert_eq!(masked(sent), shown);
    }
}

#[test]
fn nothing_personal_is_in_what_an_answer_repeats() {
    let engine = engine();
    let mut leaks = Vec::new();
    for row in corpus() {
        let paste = Paste::new(engine.kb(), row.text.as_str(), None).expect("a paste");
        let answer = engine.lookup(&paste, 5);
        let verdicts = answer.problems.iter().map(|p| &p.verdict);
        let handovers = verdicts
            .chain([&answer.verdict])
            .filter_map(|v| v.handover.as_ref());
        let mut repeated: Vec<String> = handovers.map(|h| h.summary.clone()).collect();
        repeated.push(answer.query.masked);
        repeated.push(answer.query.codes.join(" "));
        leaks.extend(repeated.iter().flat_map(|shown| row.leaks(shown)));
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

fn longest_run_of_digits(text: &str) -> usize {
    let runs = text.split(|c: char| !c.is_numeric());
    runs.map(|r| r.chars().count()).max().unwrap_or_default()
}

/// Pieces of pastes, in no order that makes sense.
const PIECES: &str = r#"([0-9]{1,9}|[a-z]{1,3}|[ :=,;"'\\\[\]{}()<>*&#@./_\-\n]|[收件人联系电话地址姓名李雷省市区路号转：，一三]|收件人：|mobile":"|token=|%3[0-9]|\\u003[0-9]|[０-９]){0,30}"#;

proptest! {
    #[test]
    fn no_long_number_survives_whatever_is_around_it(text in PIECES) {
        let shown = masked(&text);
        prop_assert!(longest_run_of_digits(&shown) < 7, "{shown:?}");
    }

    #[test]
    fn a_line_with_labels_is_hidden_whatever_is_around_it(before in PIECES, after in PIECES) {
        let shown = masked(&format!("{before}\n收件人：王小明，手机：1234，地址：文三路\n{after}"));
        for gone in ["王小明", "文三路", "1234，"] {
            prop_assert!(!shown.contains(gone), "{shown:?}");
        }
    }

    #[test]
    fn no_text_makes_it_fail(text in any::<String>()) {
        prop_assert!(longest_run_of_digits(&masked(&text)) < 7);
    }
}
