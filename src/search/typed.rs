//! A typed text, cut into words, and the degree to which a line holds it.

use std::ops::Range;

use crate::lookup::Engine;
use crate::text::Normalized;

use super::catalog::{LineOf, LineView};
use super::fold::{Folded, SPACE, occurrences, signature};
use super::word::{INSIDE, Word};

/// Most words that are looked for. Chosen.
const WORDS: usize = 24;
/// Weight of words that stand apart in a line, beside the same words in one piece. Chosen.
const APART: f32 = 0.8;
/// Weight of the share of a line that was typed: it decides between lines that hold the text equally
/// well. Chosen.
const CLOSE: f32 = 0.08;
/// Bonus of a title or code that is equal to what was typed. Chosen.
const EXACT: f32 = 1.0;
/// The same for another line. Chosen.
const EXACT_LINE: f32 = 0.5;

/// A typed text, read.
#[derive(Debug)]
pub(super) struct Typed {
    /// All of it.
    whole: Vec<u16>,
    /// Its parts between white space.
    runs: Vec<Run>,
    pub(super) words: Vec<Word>,
    weight: f32,
}

#[derive(Debug)]
struct Run {
    units: Vec<u16>,
    signature: u64,
    words: Range<usize>,
}

impl Typed {
    /// The variants of a text: as it stands and, where syllables or single 汉字 stand apart, joined.
    /// Empty if it has no word.
    pub(super) fn variants(engine: &Engine, text: &str) -> Vec<Self> {
        let first = Self::new(engine, text);
        let apart = first.words.len() > 1 && first.words.iter().all(Word::may_be_part);
        let joined = apart.then(|| {
            let joined: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
            Self::new(engine, &joined)
        });
        let mut variants: Vec<Self> = std::iter::once(first).chain(joined).collect();
        variants.retain(|typed| !typed.words.is_empty());
        variants
    }

    fn new(engine: &Engine, text: &str) -> Self {
        let analyzed = engine.read(text);
        let chars = analyzed.normalized.chars();
        let mut typed = Self {
            whole: Folded::new(chars, 0).units,
            runs: Vec::new(),
            words: Vec::new(),
            weight: 0.0,
        };
        // Search mode gives long words and those inside them: the long ones are looked for.
        let mut tokens = analyzed.tokens.clone();
        tokens.sort_by_key(|t| (t.start, u32::MAX - t.end));
        let mut tokens = tokens.iter().peekable();
        let (mut from, mut known) = (0, 0);
        for run in chars.split_inclusive(|c| c.is_whitespace()) {
            let to = from + run.len();
            let first = typed.words.len();
            while let Some(token) = tokens.next_if(|t| (t.start as usize) < to) {
                let (start, end) = (token.start as usize, token.end as usize);
                if end <= known || typed.words.len() == WORDS {
                    continue;
                }
                known = end;
                let name = analyzed
                    .names
                    .iter()
                    .find(|n| n.start == start && n.end == end);
                let topics = engine.topics();
                let word = Word::new(
                    Folded::new(&chars[start..end], start).units,
                    topics.word_weight(token.term, token.weight),
                    topics.words.id(token.term),
                    name.map(|n| n.value),
                );
                typed.push(word);
            }
            let units = Folded::new(run, from).units;
            if typed.words.len() == first {
                // What varies has no tokens, but a typed part of an address or a code may look so.
                for part in units.split(|u| *u == SPACE).take(WORDS - first) {
                    let weight = engine.topics().words.unknown_idf();
                    typed.push(Word::new(part.to_vec(), weight, None, None));
                }
            }
            if typed.words.len() > first {
                typed.runs.push(Run {
                    signature: signature(&units),
                    units,
                    words: first..typed.words.len(),
                });
            }
            from = to;
        }
        typed
    }

    fn push(&mut self, word: Word) {
        if word.len() > 0 {
            self.weight += word.weight;
            self.words.push(word);
        }
    }

    /// The share of the text that a line holds: 0 to 1, and more if it holds little else. Raises the
    /// degree of each word in `held`; `outside` has the entry's degrees whatever the line.
    pub(super) fn hold(&self, line: &LineView<'_>, outside: &[f32], held: &mut [f32]) -> f32 {
        let factor = line.kind.factor();
        let (mut sum, mut length) = (0.0, 0);
        for run in &self.runs {
            let several = run.words.len() > 1;
            let whole = (several && run.signature & !line.signature == 0)
                .then(|| occurrences(line.units, &run.units).next())
                .flatten();
            for at in run.words.clone() {
                let word = &self.words[at];
                let quality = match &whole {
                    Some(range) if range.start == 0 => 1.0,
                    Some(_) => INSIDE,
                    None if several => APART * word.quality(line),
                    None => word.quality(line),
                };
                if quality > 0.0 {
                    length += word.len();
                }
                held[at] = held[at].max(quality * factor);
                sum += word.weight * (quality * factor).max(outside[at]);
            }
        }
        if length == 0 || self.weight <= 0.0 {
            return 0.0;
        }
        let close = length as f32 / line.units.len().max(1) as f32;
        let exact = match line.kind {
            _ if line.units != self.whole => 0.0,
            LineOf::Title | LineOf::Code => EXACT,
            _ => EXACT_LINE,
        };
        sum / self.weight + CLOSE * close.min(1.0) + exact
    }

    /// The share of the text that these degrees of its words make up, 0 to 1.
    pub(super) fn share(&self, held: &[f32]) -> f32 {
        let sum: f32 = self.words.iter().zip(held).map(|(w, h)| w.weight * h).sum();
        if self.weight > 0.0 {
            (sum / self.weight).min(1.0)
        } else {
            0.0
        }
    }

    /// Ranges of another text where this one stands, in Unicode scalar values, ascending and disjoint;
    /// and true if they were found by pinyin.
    pub(super) fn marks(&self, text: &str) -> (Vec<Range<usize>>, bool) {
        let normalized = Normalized::new(text);
        let folded = Folded::new(normalized.chars(), 0);
        let (mut found, mut spelled) = (Vec::new(), false);
        for run in &self.runs {
            let before = found.len();
            if run.words.len() > 1 {
                found.extend(occurrences(&folded.units, &run.units));
            }
            if found.len() == before {
                for word in &self.words[run.words.clone()] {
                    let places = word.places(&folded.units);
                    // `pdd` is a name of 拼多多, whatever it spells.
                    spelled |= places.spelled && word.platform.is_none();
                    found.extend(places.ranges);
                }
            }
        }
        found.sort_by_key(|r| (r.start, r.end));
        let mut marks: Vec<Range<usize>> = Vec::new();
        for range in found {
            let source = normalized.source(folded.chars(range));
            match marks.last_mut() {
                Some(last) if source.start <= last.end => last.end = last.end.max(source.end),
                _ => marks.push(source),
            }
        }
        (marks, spelled)
    }
}
