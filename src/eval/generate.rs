//! Training lines made from the content itself, without labels. The same content gives the same
//! lines.

use std::ops::Range;

use fastrand::Rng;

use crate::index::{LineKind, TopicKind};
use crate::lookup::{Engine, Exclude};
use crate::text::{WILDCARD, is_cjk};

/// Weight of a 相似问法. Source: prototype.
const ASKED: f64 = 0.3;
/// Weight of a 类似报错. Paraphrases share little with one another: with full weight they would teach
/// that little is enough. Source: chosen.
const SIMILAR: f64 = 0.05;
/// Weight of a line of an out-of-scope topic, with the topic left out. Source: prototype.
const OUT_OF_SCOPE: f64 = 0.2;
/// Weight of a paste made from a template. Source: prototype.
const PASTE: f64 = 0.3;
/// Weight of a paste that was changed into another message. Source: prototype.
const NEGATIVE: f64 = 0.3;
/// Weight of a message whose entry is left out; low, because a similar message may remain. Source:
/// chosen, as the prototype weighed labelled queries without their entry.
const LOST: f64 = 0.1;
/// Weight of a 不是这个问题. Source: chosen.
const NEAR_MISS: f64 = 0.3;
/// Weight of a message under another platform's name: seldom ours, and yet people name platforms in
/// passing. Source: chosen.
const ELSEWHERE: f64 = 0.1;
/// Pastes made from each template, and as many negatives. Source: chosen.
const PER_TEMPLATE: usize = 4;
/// Bytes of a code from which on it makes lines of its own. Source: chosen.
const CODE: usize = 3;
/// Characters of a message for each word that is replaced. Source: chosen.
const CHARS_PER_WORD: usize = 12;
/// Replaced words of a message at most, before one more by chance. Source: chosen.
const MOST_WORDS: usize = 4;
/// Tries to find a word of the required length. Source: chosen.
const TRIES: usize = 50;
/// Seed of the random numbers ("jied").
const SEED: u64 = 0x6a69_6564;

/// A generated query.
#[derive(Debug, Clone)]
pub struct Generated {
    /// A text as a user might paste or ask it.
    pub text: String,
    /// The right result.
    pub target: Target,
    /// The content to leave out, so that no line finds itself.
    pub exclude: Exclude,
    /// Weight relative to a labelled query.
    pub weight: f64,
}

/// The right result of a generated query; topics by their position in
/// [`Topics::topics`](crate::index::Topics::topics).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// This topic.
    Topic(usize),
    /// No entry.
    Nothing,
    /// Anything except this topic.
    AnythingBut(usize),
}

/// Makes the lines of the whole content: each authored line once, left out of its topic, and pastes
/// made from the templates.
pub fn generate(engine: &Engine) -> Vec<Generated> {
    let mut generator = Generator {
        engine,
        rng: Rng::with_seed(SEED),
        all: Vec::new(),
    };
    let topics = engine.topics();
    for (number, topic) in topics.topics.iter().enumerate() {
        for position in topic.lines.clone() {
            let line = &topics.lines[position];
            let (target, exclude, weight) = match (topic.kind, line.kind) {
                (TopicKind::Entry(_), LineKind::Question) => {
                    (Target::Topic(number), Exclude::Line(position), ASKED)
                }
                (TopicKind::Entry(_), LineKind::SimilarError) => {
                    (Target::Topic(number), Exclude::Line(position), SIMILAR)
                }
                (TopicKind::OutOfScope(_), LineKind::Question) => {
                    (Target::Nothing, Exclude::Topic(number), OUT_OF_SCOPE)
                }
                (TopicKind::Entry(_), LineKind::NearMiss) => {
                    (Target::AnythingBut(number), Exclude::Nothing, NEAR_MISS)
                }
                (TopicKind::Entry(_), LineKind::Template) => {
                    generator.template(number, &line.text);
                    continue;
                }
                _ => continue,
            };
            generator.all.push(Generated {
                text: line.text.clone(),
                target,
                exclude,
                weight,
            });
        }
    }
    generator.all
}

/// The lines made so far, with the random numbers for the next.
struct Generator<'a> {
    engine: &'a Engine,
    rng: Rng,
    all: Vec<Generated>,
}

impl Generator<'_> {
    /// Adds the lines of a template.
    fn template(&mut self, topic: usize, template: &str) {
        let lost = self.filled(template);
        self.all.push(Generated {
            text: wrap(&lost, &mut self.rng),
            target: Target::Nothing,
            exclude: Exclude::Topic(topic),
            weight: LOST,
        });
        self.on_platforms(topic, template);
        for _ in 0..PER_TEMPLATE {
            self.worn(topic, template);
        }
        let lower = template.to_lowercase();
        for code in &self.engine.topics().topics[topic].codes {
            if lower.contains(code.as_str()) && code.len() >= CODE {
                self.coded(topic, &lower, code);
            }
        }
    }

    /// Adds the message under the name of a platform of its own, and of another.
    fn on_platforms(&mut self, topic: usize, template: &str) {
        let Some((own, other)) = platforms(self.engine, topic, &mut self.rng) else {
            return;
        };
        let named = [
            (own, Target::Topic(topic), PASTE),
            (other, Target::Nothing, ELSEWHERE),
        ];
        for (platform, target, weight) in named {
            let filled = self.filled(template);
            let text = format!("{platform} {}", wrap(&filled, &mut self.rng));
            self.add(text, target, weight);
        }
    }

    /// Adds the message as it is or worn, and with words replaced.
    fn worn(&mut self, topic: usize, template: &str) {
        let filled = self.filled(template);
        let worn = match self.rng.u8(0..4) {
            0 => cut(&filled, &mut self.rng),
            1 => slip(&filled, &mut self.rng),
            _ => filled,
        };
        self.add_wrapped(&worn, Target::Topic(topic), PASTE);
        if let Some(other) = replace_words(self.engine, template, &mut self.rng) {
            let filled = self.filled(&other);
            self.add_wrapped(&filled, Target::Nothing, NEGATIVE);
        }
    }

    /// Adds a code of the message `lower` alone, and another code alone and in the message.
    fn coded(&mut self, topic: usize, lower: &str, code: &str) {
        self.add_wrapped(&code.to_uppercase(), Target::Topic(topic), PASTE);
        let other = other_code(code, &mut self.rng);
        self.add_wrapped(&other, Target::Nothing, NEGATIVE);
        let foreign = lower.replace(code, &other_code(code, &mut self.rng));
        // The message with another code is still the message unless the code is most of it.
        if code.len() * 2 > foreign.len() {
            let filled = self.filled(&foreign);
            self.add_wrapped(&filled, Target::Nothing, NEGATIVE);
        }
    }

    /// The template with values in place of its wildcards.
    fn filled(&mut self, template: &str) -> String {
        fill(template, &mut self.rng)
    }

    fn add_wrapped(&mut self, text: &str, target: Target, weight: f64) {
        let text = wrap(text, &mut self.rng);
        self.add(text, target, weight);
    }

    fn add(&mut self, text: String, target: Target, weight: f64) {
        self.all.push(Generated {
            text,
            target,
            exclude: Exclude::Nothing,
            weight,
        });
    }
}

/// The label of a platform of the topic, and that of another platform.
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

/// A number of 8 to 19 digits, as wildcards stand for.
fn number(rng: &mut Rng) -> String {
    let length = rng.usize(8..20);
    (0..length)
        .map(|_| char::from(b'0' + rng.u8(0..10)))
        .collect()
}

/// Puts numbers in place of a template's wildcards.
fn fill(template: &str, rng: &mut Rng) -> String {
    let mut parts = template.split(WILDCARD);
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

/// Cuts up to two fifths of the characters off one end.
fn cut(text: &str, rng: &mut Rng) -> String {
    let chars: Vec<char> = text.chars().collect();
    let off = rng.usize(0..=chars.len() * 2 / 5);
    if rng.bool() {
        chars[off..].iter().collect()
    } else {
        chars[..chars.len() - off].iter().collect()
    }
}

/// Drops or exchanges one character in twelve, as OCR does.
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

/// Wraps an error in typical surroundings: a log line, JSON, a row of a table, a chat, or nothing.
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

/// The template with its most informative words replaced by words of any line, about one for every
/// [`CHARS_PER_WORD`] characters: fewer would leave a long message as it is. Codes and boilerplate
/// phrases stay.
fn replace_words(engine: &Engine, template: &str, rng: &mut Rng) -> Option<String> {
    let reading = engine.read(template);
    let chars = reading.normalized.chars();
    let topics = engine.topics();
    let kept = |at: usize| {
        let mut ranges = reading.marks.codes.iter().chain(&reading.boilerplate);
        ranges.any(|r| r.contains(&at))
    };
    let mut words: Vec<(f32, Range<usize>)> = reading
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
    let mut replaced: Vec<Range<usize>> = Vec::new();
    let want = (chars.len() / CHARS_PER_WORD).clamp(1, MOST_WORDS) + rng.usize(0..2);
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

/// A word of this many characters from a random line; `None` if none is found in [`TRIES`] tries.
fn foreign_word(engine: &Engine, length: usize, rng: &mut Rng) -> Option<Vec<char>> {
    let lines = &engine.topics().lines;
    for _ in 0..TRIES {
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

/// A code of the same shape, in capitals: with other digits, or with one of its parts replaced by a
/// word.
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
