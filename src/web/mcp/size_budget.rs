//! The size budget of a result: texts are cut where a sentence ends until it fits, and say so. Knows
//! nothing of a result's content.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Characters of a result, both its forms together, unless the call says otherwise.
const DEFAULT_CHARS: usize = 4_000;
/// No result is longer.
const MAX_CHARS: usize = 8_000;
/// With less, what must be there has no room.
const MIN_CHARS: usize = 2_000;

/// End of a text that was cut.
const CUT: &str = "\n……（太长，后面的没有放下）";
/// A text is not cut below this many characters.
const LEAST: usize = 100;
/// Characters of a result beside its output.
const ENVELOPE: usize = 200;
/// An output that does not fit after this many cuts never does.
const STEPS: usize = 64;

/// The number of characters that a call allows.
pub(super) fn room(max_chars: Option<usize>) -> Result<usize, String> {
    match max_chars {
        None => Ok(DEFAULT_CHARS),
        Some(n) if (MIN_CHARS..=MAX_CHARS).contains(&n) => Ok(n),
        Some(n) => Err(format!(
            "max_chars 要在 {MIN_CHARS} 到 {MAX_CHARS} 之间，给的是 {n}。"
        )),
    }
}

/// JSON has no integers apart from numbers: `4000.0` is as good as `4000`.
pub(super) fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    match Option::<f64>::deserialize(from)? {
        None => Ok(None),
        Some(n) if n.fract() == 0.0 && (0.0..=1e9).contains(&n) => Ok(Some(n as usize)),
        Some(n) => Err(serde::de::Error::custom(format!("{n} 不是整数"))),
    }
}

/// Makes an output until it fits: `make` is told by how many characters it is too long.
pub(super) fn fit(max_chars: usize, mut make: impl FnMut(usize) -> Value) -> Result<Value, String> {
    let mut over = 0;
    for _ in 0..STEPS {
        let output = make(over);
        let chars = length(&output);
        if chars <= max_chars {
            return Ok(output);
        }
        over = chars - max_chars;
    }
    Err("结果太长，放不下。请把原文缩短到报错的那一段再试。".to_owned())
}

/// Characters of a result that holds this output: once as it is, once as a text.
fn length(output: &Value) -> usize {
    let text = output.to_string();
    let quoted = Value::from(text.as_str()).to_string();
    text.chars().count() + quoted.chars().count() + ENVELOPE
}

/// Cuts a text so that a result gets shorter by `over`, at the end of a line or sentence where one
/// is near, and says so. False when there is nothing left to cut.
pub(super) fn shorten(text: &mut String, over: usize) -> bool {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= LEAST {
        return false;
    }
    // It stands in the result twice, and longer than it is where characters are escaped.
    let less = over.div_ceil(2) + CUT.chars().count();
    let keep = chars.len().saturating_sub(less).max(chars.len() / 2);
    let ends = |c: &char| matches!(c, '\n' | '。' | '！' | '？' | '；');
    let near = chars[keep / 2..keep].iter().rposition(ends);
    let at = near.map_or(keep, |n| keep / 2 + n + 1);
    let kept: String = chars[..at].iter().collect();
    *text = format!("{}{CUT}", kept.trim_end());
    true
}
