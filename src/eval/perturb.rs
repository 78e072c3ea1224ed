//! Robustness, one change of the queries at a time: the share that is still found, or still
//! refused, when they are cut, worn, wrapped or written otherwise. Deterministic.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use fastrand::Rng;

use crate::lookup::{Engine, Outcome};
use crate::text::mask::VariableKind;

use super::labelled::{Labelled, measure};

/// Share of characters worn in the milder change.
const LITTLE_WEAR: f64 = 0.05;
/// Share of characters worn in the stronger change.
const MUCH_WEAR: f64 = 0.10;
/// Characters of a chat around a query.
const CHAT: usize = 2_000;

/// Changes a text; deterministic for equal random numbers.
type Change = fn(&Engine, &str, &mut Rng) -> String;

/// Changes with their names in the table.
const CHANGES: [(&str, Change); 13] = [
    ("as they are", |_, text, _| text.to_owned()),
    ("cut at the start, up to a half", |_, text, rng| {
        cut(text, rng, true)
    }),
    ("cut at the end, up to a half", |_, text, rng| {
        cut(text, rng, false)
    }),
    ("5 % of characters worn", |_, text, rng| {
        wear(text, rng, LITTLE_WEAR)
    }),
    ("10 % of characters worn", |_, text, rng| {
        wear(text, rng, MUCH_WEAR)
    }),
    ("variables drawn anew", redraw),
    ("in JSON", |_, text, _| json(text)),
    ("in JSON twice", |_, text, _| json(&json(text))),
    ("in a log line", |_, text, rng| log_line(text, rng)),
    ("in a chat of 2,000 characters", |_, text, rng| {
        chat(text, rng)
    }),
    ("full width", |_, text, _| {
        text.chars().map(full_width).collect()
    }),
    ("traditional characters", |_, text, _| {
        text.chars().map(traditional).collect()
    }),
    ("upper case", |_, text, _| text.to_uppercase()),
];

/// Renders the table: for pastes with an answer the share that is right and offered, for pastes
/// without one the share that is refused. Queries of other kinds (asks, short ones) are left out.
pub fn table(engine: &Engine, queries: &[Labelled]) -> String {
    let paste = |q: &&Labelled| !matches!(q.kind.as_str(), "ask" | "short" | "mix");
    let queries: Vec<&Labelled> = queries.iter().filter(paste).collect();
    let mut table = format!(
        "{:<34}{:>16}{:>10}\n",
        "change", "right + offered", "refused"
    );
    for (name, change) in CHANGES {
        let (mut inside, mut right, mut outside, mut refused) = (0, 0, 0, 0);
        for (number, query) in queries.iter().enumerate() {
            let mut rng = Rng::with_seed(number as u64);
            let text = change(engine, &query.text, &mut rng);
            let measured = measure(
                engine,
                &Labelled {
                    text,
                    ..(*query).clone()
                },
            );
            let offered = measured.outcome != Outcome::None;
            if measured.in_scope {
                inside += 1;
                right += usize::from(offered && measured.rank == Some(0));
            } else {
                outside += 1;
                refused += usize::from(!offered);
            }
        }
        let share = |part: usize, whole: usize| {
            if whole == 0 {
                0.0
            } else {
                part as f64 / whole as f64
            }
        };
        let _ = writeln!(
            table,
            "{name:<34}{:>16.3}{:>10.3}",
            share(right, inside),
            share(refused, outside)
        );
    }
    table
}

/// Cuts up to a half of the characters off one end.
fn cut(text: &str, rng: &mut Rng, start: bool) -> String {
    let chars: Vec<char> = text.chars().collect();
    let off = rng.usize(0..=chars.len() / 2);
    if start {
        chars[off..].iter().collect()
    } else {
        chars[..chars.len() - off].iter().collect()
    }
}

/// Drops, swaps or replaces this share of the characters.
fn wear(text: &str, rng: &mut Rng, share: f64) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        if rng.f64() < share {
            match rng.u8(0..3) {
                0 => {
                    chars.remove(i);
                    continue;
                }
                1 if i + 1 < chars.len() => chars.swap(i, i + 1),
                _ => chars[i] = look_alike(chars[i]),
            }
        }
        i += 1;
    }
    chars.into_iter().collect()
}

fn look_alike(c: char) -> char {
    const PAIRS: &str =
        "0O1lI15S8B单草号亏未末已己不木订讨运远货贷发友址止置罝龙尤母毋人入日曰士土天夭";
    let chars: Vec<char> = PAIRS.chars().collect();
    chars
        .chunks(2)
        .find(|pair| pair[0] == c)
        .map_or(c, |pair| pair[1])
}

/// Draws the digits of identifiers again.
fn redraw(engine: &Engine, text: &str, rng: &mut Rng) -> String {
    let analyzed = engine.read(text);
    let mut chars: Vec<char> = text.chars().collect();
    for v in analyzed
        .marks
        .variables
        .iter()
        .filter(|v| v.kind == VariableKind::Id)
    {
        for at in analyzed.normalized.source(v.range.clone()) {
            if chars[at].is_ascii_digit() {
                chars[at] = char::from(b'0' + rng.u8(0..10));
            }
        }
    }
    chars.into_iter().collect()
}

fn json(text: &str) -> String {
    serde_json::json!({"error_response": {"code": 15, "msg": "Remote service error", "sub_msg": text, "request_id": "15rz8a2mcq7k"}}).to_string()
}

fn log_line(text: &str, rng: &mut Rng) -> String {
    format!(
        "2024-06-{:02} 09:13:5{}.207 ERROR [pool-3-thread-7] c.e.s.LogisticsPusher - orderId=88{} shop=小店 push failed: {text}",
        rng.u8(1..29),
        rng.u8(0..10),
        rng.u64(10_000_000..99_999_999)
    )
}

/// Wraps a text in small talk, to [`CHAT`] characters in all.
fn chat(text: &str, rng: &mut Rng) -> String {
    const TALK: [&str; 12] = [
        "在吗",
        "亲，稍等一下哈",
        "好的收到",
        "麻烦您看一下这个",
        "我先去吃个饭",
        "嗯嗯",
        "谢谢啦",
        "今天人好多",
        "您说",
        "哈哈没事",
        "我问下同事",
        "等我截图给您",
    ];
    let length = text.chars().count();
    let mut before = String::new();
    let mut after = String::new();
    while length + before.chars().count() + after.chars().count() < CHAT {
        let line = format!(
            "客服小{}  10:{:02}\n{}\n",
            rng.u8(1..9),
            rng.u8(0..60),
            TALK[rng.usize(0..TALK.len())]
        );
        if rng.bool() {
            before.push_str(&line)
        } else {
            after.push_str(&line)
        }
    }
    format!("{before}买家 10:30\n{text}\n{after}")
}

fn full_width(c: char) -> char {
    match c {
        ' ' => '\u{3000}',
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// A traditional form of a simplified character.
fn traditional(c: char) -> char {
    static FORMS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
        let pairs = include_str!("../text/traditional.txt").lines();
        let pairs = pairs.filter_map(|l| {
            let mut chars = l.chars().filter(|c| !c.is_whitespace());
            Some((chars.next()?, chars.next()?))
        });
        pairs
            .map(|(traditional, simplified)| (simplified, traditional))
            .collect()
    });
    FORMS.get(&c).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_change_what_they_say() {
        let mut rng = Rng::with_seed(1);
        assert_eq!(full_width('A'), 'Ａ');
        assert_eq!(traditional('单'), '單');
        assert!(json("a\"b").contains(r#"a\"b"#));
        assert_eq!(cut("", &mut rng, true), "");
        let text = "物流公司代码和快递公司名不存在".repeat(20);
        assert_ne!(wear(&text, &mut rng, 0.1), text);
        assert_eq!(wear(&text, &mut rng, 0.0), text);
        assert!((1_900..2_100).contains(&chat("abc", &mut rng).chars().count()));
    }
}
