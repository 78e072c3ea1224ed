//! Topics, ready for comparison with a paste: lines as weighted vectors, words, codes, templates.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::lexicon::Lexicon;
use super::line::LineKind;
use super::share::{all_threads, share};
use super::template::Template;
use super::topic_text::{LineText, TopicText};
use crate::kb::Kb;
use crate::text::{Analyzed, Analyzer};

/// Weight of a term that is common in Chinese at large, relative to one that is rare there. Source:
/// prototype.
const COMMON_WEIGHT: f32 = 0.3;
/// Added to [`COMMON_WEIGHT`] for a term that is rare at large. Source: prototype, so that the sum
/// is 1.
const RARE_WEIGHT: f32 = 0.7;
/// Part of its weight that each repetition of a term in a line adds: term frequency, dampened.
/// Source: chosen.
const REPEATED: f32 = 0.5;

/// The kind of a topic, with its position in [`Kb::entries`] or [`Kb::out_of_scope`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TopicKind {
    /// An entry: can be the answer.
    Entry(usize),
    /// An out-of-scope topic: can only make the outcome `none`.
    OutOfScope(usize),
}

/// An authored line as two unit vectors, over grams and over words.
#[derive(Debug)]
pub struct Line {
    /// Position of its topic in [`Topics::topics`].
    pub topic: u32,
    /// The text as its author wrote it.
    pub text: String,
    /// The role of the line.
    pub kind: LineKind,
    /// Gram ids, ascending, each with its component; Euclidean length 1.
    pub grams: Vec<(u32, f32)>,
    /// Word ids, ascending, each with its component; Euclidean length 1.
    pub words: Vec<(u32, f32)>,
}

/// An entry or an out-of-scope topic.
#[derive(Debug)]
pub struct Topic {
    /// The entry or out-of-scope topic.
    pub kind: TopicKind,
    /// Positions of its lines in [`Topics::lines`].
    pub lines: Range<usize>,
    /// Templates, each with the position of its line.
    pub templates: Vec<(usize, Template)>,
    /// Positions of its platforms in the vocabulary; empty where it applies to all.
    pub platforms: Vec<usize>,
    /// Error codes, normalised, ascending.
    pub codes: Vec<String>,
    /// Word ids, each with its count of lines, near misses left out; the answer's text counts as
    /// one line.
    pub words: FxHashMap<u32, u16>,
}

/// All topics of a knowledge base.
#[derive(Debug)]
pub struct Topics {
    /// Entries in the order of the knowledge base, then out-of-scope topics in theirs.
    pub topics: Vec<Topic>,
    /// Lines of all topics, in the order of `topics`.
    pub lines: Vec<Line>,
    /// Lexicon of words.
    pub words: Lexicon,
    /// Lexicon of character n-grams.
    pub grams: Lexicon,
    texts: Vec<Arc<TopicText>>,
}

impl Topics {
    /// Analyses every line of the knowledge base, on all threads of the machine.
    pub fn new(kb: &Kb, analyzer: &Analyzer) -> Self {
        let entries = kb.entries.len();
        let text = |topic: usize| {
            Arc::new(match topic.checked_sub(entries) {
                None => TopicText::of_entry(&kb.entries[topic], analyzer),
                Some(n) => TopicText::of_out_of_scope(&kb.out_of_scope[n], analyzer),
            })
        };
        Self::of(
            kb,
            share(entries + kb.out_of_scope.len(), all_threads(), text),
        )
    }

    /// Topics of `kb`, sharing the analysis of each unchanged entry or out-of-scope topic with
    /// `before`, the topics of `kb_before`. `analyzer` must be the one that made `before`. Also
    /// returns the count of topics that were analysed.
    pub fn after(before: &Self, kb_before: &Kb, kb: &Kb, analyzer: &Analyzer) -> (Self, usize) {
        let mut read = 0;
        let mut changed = |text: TopicText| {
            read += 1;
            Arc::new(text)
        };
        let old: FxHashMap<&str, usize> = kb_before
            .out_of_scope
            .iter()
            .enumerate()
            .map(|(i, n)| (n.id.as_str(), i))
            .collect();
        let mut texts = Vec::with_capacity(kb.entries.len() + kb.out_of_scope.len());
        for entry in &kb.entries {
            let old = kb_before.position(&entry.id);
            let same = old.filter(|&i| kb_before.entries[i] == *entry);
            texts.push(match same {
                Some(i) => before.texts[i].clone(),
                None => changed(TopicText::of_entry(entry, analyzer)),
            });
        }
        for topic in &kb.out_of_scope {
            let old = old.get(topic.id.as_str());
            let same = old.filter(|&&i| kb_before.out_of_scope[i] == *topic);
            texts.push(match same {
                Some(i) => before.texts[kb_before.entries.len() + i].clone(),
                None => changed(TopicText::of_out_of_scope(topic, analyzer)),
            });
        }
        (Self::of(kb, texts), read)
    }

    /// Builds the lexicons and topics; `texts` are those of the entries, then of the out-of-scope
    /// topics.
    fn of(kb: &Kb, texts: Vec<Arc<TopicText>>) -> Self {
        let terms = |of: fn(&LineText) -> Vec<u64>| {
            let sets: Vec<Vec<u64>> = texts
                .iter()
                .map(|text| {
                    let lines = text.lines.iter();
                    lines
                        .filter(|l| l.kind != LineKind::NearMiss)
                        .flat_map(of)
                        .collect::<FxHashSet<_>>()
                        .into_iter()
                        .collect()
                })
                .collect();
            Lexicon::new(sets.iter().map(Vec::as_slice))
        };
        let mut topics = Self {
            topics: Vec::new(),
            lines: Vec::new(),
            words: terms(|line| line.words.iter().map(|w| w.0).collect()),
            grams: terms(|line| line.grams.iter().map(|g| g.0).collect()),
            texts: Vec::new(),
        };
        let kinds = (0..kb.entries.len())
            .map(TopicKind::Entry)
            .chain((0..kb.out_of_scope.len()).map(TopicKind::OutOfScope));
        for (kind, text) in kinds.zip(&texts) {
            topics.push(kb, kind, text);
        }
        topics.texts = texts;
        topics
    }

    fn push(&mut self, kb: &Kb, kind: TopicKind, text: &TopicText) {
        let first = self.lines.len();
        let mut topic = Topic {
            kind,
            lines: first..first + text.lines.len(),
            templates: Vec::new(),
            platforms: Vec::new(),
            codes: text.codes.clone(),
            words: FxHashMap::default(),
        };
        for line in &text.lines {
            let words = self.words_of(line);
            if line.kind != LineKind::NearMiss {
                let distinct: FxHashSet<u32> = words.iter().map(|w| w.0).collect();
                for id in distinct {
                    *topic.words.entry(id).or_default() += 1;
                }
            }
            if let Some(analyzed) = &line.template {
                topic
                    .templates
                    .push((self.lines.len(), self.template(&line.text, analyzed)));
            }
            let grams = self.grams_of(line);
            self.lines.push(Line {
                topic: self.topics.len() as u32,
                text: line.text.clone(),
                kind: line.kind,
                grams: unit(grams),
                words: unit(words),
            });
        }
        if let TopicKind::Entry(i) = kind {
            let entry = &kb.entries[i];
            let position = |id: &String| kb.vocabulary.platform_position(id);
            topic.platforms = entry.platforms.iter().filter_map(position).collect();
            for id in text.answer.iter().filter_map(|t| self.words.id(*t)) {
                *topic.words.entry(id).or_default() += 1;
            }
        }
        self.topics.push(topic);
    }

    fn template(&self, text: &str, analyzed: &Analyzed) -> Template {
        let words: Vec<(Range<usize>, f32)> = analyzed
            .tokens
            .iter()
            .map(|t| {
                (
                    t.start as usize..t.end as usize,
                    self.word_weight(t.term, t.weight) / self.words.unknown_idf(),
                )
            })
            .collect();
        Template::new(text, analyzed, &words)
    }

    /// The entry of a topic, as its position in [`Kb::entries`]; `None` for an out-of-scope topic.
    ///
    /// # Panics
    /// If there is no topic of this position.
    pub fn entry(&self, topic: usize) -> Option<usize> {
        match self.topics[topic].kind {
            TopicKind::Entry(entry) => Some(entry),
            TopicKind::OutOfScope(_) => None,
        }
    }

    /// The analysed text of each topic, in the order of [`Topics::topics`].
    pub fn texts(&self) -> &[Arc<TopicText>] {
        &self.texts
    }

    /// Weight of a word: `idf · (0.3 + 0.7 · background)`, where `background` is its rarity in
    /// Chinese at large, 0 to 1. Rare here counts less for a word that is common at large.
    pub fn word_weight(&self, term: u64, background: f32) -> f32 {
        let idf = self
            .words
            .id(term)
            .map_or_else(|| self.words.unknown_idf(), |id| self.words.idf(id));
        idf * (COMMON_WEIGHT + RARE_WEIGHT * background)
    }

    fn words_of(&self, line: &LineText) -> Vec<(u32, f32)> {
        let words = line.words.iter();
        words
            .filter_map(|&(term, background, factor)| {
                let weight = self.word_weight(term, background) * factor;
                self.words.id(term).map(|id| (id, weight))
            })
            .collect()
    }

    fn grams_of(&self, line: &LineText) -> Vec<(u32, f32)> {
        let grams = line.grams.iter();
        grams
            .filter_map(|&(gram, factor)| {
                let id = self.grams.id(gram)?;
                Some((id, self.grams.idf(id) * factor))
            })
            .collect()
    }
}

/// Merges equal ids and scales to Euclidean length 1.
fn unit(mut weights: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    weights.sort_by_key(|w| w.0);
    weights.dedup_by(|b, a| {
        let same = a.0 == b.0;
        if same {
            a.1 += b.1 * REPEATED;
        }
        same
    });
    let length = weights.iter().map(|w| w.1 * w.1).sum::<f32>().sqrt();
    if length > 0.0 {
        for w in &mut weights {
            w.1 /= length;
        }
    }
    weights
}
