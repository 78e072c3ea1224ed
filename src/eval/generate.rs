//! Training lines from the content itself: no label needed, the same lines for the same content.

use fastrand::Rng;

use crate::index::{LineKind, TopicKind};
use crate::lookup::Engine;
use crate::lookup::rank::Leave;
use crate::text::is_cjk;

/// A generated query.
#[derive(Debug, Clone)]
pub struct Generated {
    /// What a user might paste or ask.
    pub text: String,
    /// What is right for it.
    pub target: Target,
    /// What must not find itself.
    pub leave: Leave,
    /// Relative to a labelled line.
    pub weight: f64,
}

/// What is right for a generated query; topics by their position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The topic.
    Topic(usize),
    /// That nothing here answers it.
    Nothing,
    /// Whatever is not the topic.
    AnythingBut(usize),
}

const ASKED: f64 = 0.3;
/// Paraphrases share little with one another: as positives of full weight they would teach that
/// little is enough.
const SIMILAR: f64 = 0.05;
const NEIGHBOUR: f64 = 0.2;
const PASTE: f64 = 0.3;
const NEGATIVE: f64 = 0.3;
/// A message whose entry is left out: a twin of it may remain, so it weighs little.
const LOST: f64 = 0.1;
/// What an author says that the entry is not.
const NEAR_MISS: f64 = 0.3;
/// A message under another platform's name: seldom ours, and yet people name platforms in passing.
const ELSEWHERE: f64 = 0.1;
/// Pastes, and as many negatives, made from each template.
const PER_TEMPLATE: usize = 4;

/// Every line of the content once, left out of its topic, and pastes made from the templates.
pub fn generate(engine: &Engine) -> Vec<Generated> {
    let mut rng = Rng::with_seed(0x6a69_6564);
    let topics = engine.topics();
    let mut all = Vec::new();
    for (number, topic) in topics.topics.iter().enumerate() {
        for position in topic.lines.clone() {
            let line = &topics.lines[position];
            match (topic.kind, line.kind) {
                (TopicKind::Entry(_), LineKind::Question | LineKind::SimilarError) => {
                    all.push(Generated {
                        text: line.text.clone(),
                        target: Target::Topic(number),
                        leave: Leave::Line(position),
                        weight: if line.kind == LineKind::SimilarError {
                            SIMILAR
                        } else {
                            ASKED
                        },
                    })
                }
                (TopicKind::OutOfScope(_), LineKind::Question) => all.push(Generated {
                    text: line.text.clone(),
                    target: Target::Nothing,
                    leave: Leave::Topic(number),
                    weight: NEIGHBOUR,
                }),
                (TopicKind::Entry(_), LineKind::NearMiss) => all.push(Generated {
                    text: line.text.clone(),
                    target: Target::AnythingBut(number),
                    leave: Leave::Nothing,
                    weight: NEAR_MISS,
                }),
                (TopicKind::Entry(_), LineKind::Template) => {
                    templates(engine, number, &line.text, &mut rng, &mut all);
                }
                _ => {}
            }
        }
    }
    all
}

fn templates(
    engine: &Engine,
    topic: usize,
    template: &str,
    rng: &mut Rng,
    all: &mut Vec<Generated>,
) {
    let line = |text, target, weight| Generated {
        text,
        target,
        leave: Leave::Nothing,
        weight,
    };
    let lost = wrap(&fill(template, rng), rng);
    all.push(Generated {
        text: lost,
        target: Target::Nothing,
        leave: Leave::Topic(topic),
        weight: LOST,
    });
    if let Some((own, other)) = platforms(engine, topic, rng) {
        all.push(line(
            format!("{own} {}", wrap(&fill(template, rng), rng)),
            Target::Topic(topic),
            PASTE,
        ));
        all.push(line(
            format!("{other} {}", wrap(&fill(template, rng), rng)),
            Target::Nothing,
            ELSEWHERE,
        ));
    }
    for _ in 0..PER_TEMPLATE {
        let filled = fill(template, rng);
        let worn = match rng.u8(0..4) {
            0 => cut(&filled, rng),
            1 => slip(&filled, rng),
            _ => filled,
        };
        all.push(line(wrap(&worn, rng), Target::Topic(topic), PASTE));
        if let Some(other) = replace_words(engine, template, rng) {
            all.push(line(
                wrap(&fill(&other, rng), rng),
                Target::Nothing,
                NEGATIVE,
            ));
        }
    }
    for code in &engine.topics().topics[topic].codes {
        if template.to_lowercase().contains(code.as_str()) && code.len() >= 3 {
            all.push(line(
                wrap(&code.to_uppercase(), rng),
                Target::Topic(topic),
                PASTE,
            ));
            all.push(line(
                wrap(&other_code(code, rng), rng),
                Target::Nothing,
                NEGATIVE,
            ));
            let foreign = template
                .to_lowercase()
                .replace(code.as_str(), &other_code(code, rng));
            // The message with another code is still the message unless the code is most of it.
            if code.len() * 2 > foreign.len() {
                all.push(line(
                    wrap(&fill(&foreign, rng), rng),
                    Target::Nothing,
                    NEGATIVE,
                ));
            }
        }
    }
}

/// The label of a platform of the topic, and of one that is none of its own.
fn platforms(engine: &Engine, topic: usize, rng: &mut Rng) -> Option<(String, String)> {
    let own = &engine.topics().topics[topic].platforms;
    let known = &engine.kb().vocabulary.platforms;
    let others: Vec<usize> = (0..known.len()).filter(|p| !own.contains(p)).collect();
    if own.is_empty() || others.is_empty() {
        return None;
    }
    let label = |of: &[usize], rng: &mut Rng| known[of[rng.usize(0..of.len())]].label.clone();
    Some((label(own, rng), label(&others, rng)))
}

/// A number of the kind that fills a wildcard.
fn number(rng: &mut Rng) -> String {
    let length = rng.usize(8..20);
    (0..length)
        .map(|_| char::from(b'0' + rng.u8(0..10)))
        .collect()
}

fn fill(template: &str, rng: &mut Rng) -> String {
    let mut parts = template.split(crate::text::WILDCARD);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let value = if rng.bool() {
            number(rng)
        } else {
            rng.u16(1..999).to_string()
        };
        text.push_str(&value);
        text.push_str(part);
    }
    text
}

/// Up to two fifths off one end.
fn cut(text: &str, rng: &mut Rng) -> String {
    let chars: Vec<char> = text.chars().collect();
    let off = rng.usize(0..=chars.len() * 2 / 5);
    if rng.bool() {
        chars[off..].iter().collect()
    } else {
        chars[..chars.len() - off].iter().collect()
    }
}

/// One character in twelve lost or exchanged, as OCR does it.
fn slip(text: &str, rng: &mut Rng) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match rng.u8(0..24) {
            0 => {}
            1 => out.push(match c {
                '0' => 'O',
                'O' | 'o' => '0',
                '1' => 'l',
                'l' | 'I' | 'i' => '1',
                c if is_cjk(c) => char::from_u32(u32::from(c) + 1)
                    .filter(|d| is_cjk(*d))
                    .unwrap_or(c),
                c => c,
            }),
            _ => out.push(c),
        }
    }
    out
}

/// What stands around an error: nothing, a log line, JSON, a row of a table, a chat.
fn wrap(text: &str, rng: &mut Rng) -> String {
    let order = number(rng);
    match rng.u8(0..7) {
        0 => format!(
            "2024-03-{:02} 10:2{}:07 [ERROR] tid={order} {text}",
            rng.u8(1..29),
            rng.u8(0..10)
        ),
        1 => format!(
            "{{\"code\":15,\"msg\":\"Remote service error\",\"sub_msg\":\"{text}\",\"request_id\":\"{order}\"}}"
        ),
        2 => format!("订单{order} 物流同步失败：{text}"),
        3 => format!("{order} | 中通快递 | 失败 | {text}"),
        4 => format!("你好，这个单子 {order} 一直发不出去，提示“{text}”，怎么处理？"),
        _ => text.to_owned(),
    }
}

/// The template with its most informative words replaced by another topic's, one for every dozen
/// characters: fewer would leave a long message what it is. Codes and words of transport stay.
fn replace_words(engine: &Engine, template: &str, rng: &mut Rng) -> Option<String> {
    let reading = engine.read(template);
    let chars = reading.normalized.chars();
    let topics = engine.topics();
    let kept = |at: usize| {
        let mut ranges = reading.marks.codes.iter().chain(&reading.transport);
        ranges.any(|r| r.contains(&at))
    };
    let mut words: Vec<(f32, std::ops::Range<usize>)> = reading
        .tokens
        .iter()
        .filter(|t| t.end - t.start >= 2 && !kept(t.start as usize))
        .map(|t| {
            (
                topics.word_weight(t.term, t.weight),
                t.start as usize..t.end as usize,
            )
        })
        .collect();
    words.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut text: Vec<char> = chars.to_vec();
    let mut replaced: Vec<std::ops::Range<usize>> = Vec::new();
    let want = (chars.len() / 12).clamp(1, 4) + rng.usize(0..2);
    for (_, range) in words {
        if replaced.len() == want {
            break;
        }
        if replaced
            .iter()
            .any(|r| r.start < range.end && range.start < r.end)
        {
            continue;
        }
        let other = foreign_word(engine, range.len(), rng)?;
        for (at, c) in range.clone().zip(other) {
            text[at] = c;
        }
        replaced.push(range);
    }
    (!replaced.is_empty()).then(|| text.into_iter().collect())
}

/// A word of this length from another topic's phrasing, or made of random 汉字 of the base.
fn foreign_word(engine: &Engine, length: usize, rng: &mut Rng) -> Option<Vec<char>> {
    let lines = &engine.topics().lines;
    for _ in 0..50 {
        let line: Vec<char> = lines[rng.usize(0..lines.len())].text.chars().collect();
        let analyzed = engine.read(&line.iter().collect::<String>());
        let fits: Vec<_> = analyzed
            .tokens
            .iter()
            .filter(|t| (t.end - t.start) as usize == length)
            .collect();
        if !fits.is_empty() {
            let token = fits[rng.usize(0..fits.len())];
            return Some(
                analyzed.normalized.chars()[token.start as usize..token.end as usize].to_vec(),
            );
        }
    }
    None
}

/// A code of the same shape: other digits, or one of its parts another word.
fn other_code(code: &str, rng: &mut Rng) -> String {
    let words = [
        "stock", "price", "refund", "item", "coupon", "address", "invoice", "remark", "picture",
        "auth",
    ];
    let parts: Vec<&str> = code
        .split_inclusive(|c: char| !c.is_alphanumeric())
        .collect();
    if parts.len() < 2 {
        let mut letters: Vec<char> = code.chars().collect();
        for c in &mut letters {
            if c.is_ascii_digit() {
                *c = char::from(b'0' + rng.u8(0..10));
            } else if rng.u8(0..3) == 0 {
                *c = char::from(b'a' + rng.u8(0..26));
            }
        }
        return letters.into_iter().collect::<String>().to_uppercase();
    }
    let changed = rng.usize(0..parts.len());
    let mut text = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i == changed {
            text.push_str(words[rng.usize(0..words.len())]);
            text.extend(part.chars().last().filter(|c| !c.is_alphanumeric()));
        } else {
            text.push_str(part);
        }
    }
    text.to_uppercase()
}
