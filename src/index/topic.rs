//! What the lookup compares a paste with: every topic's lines as weighted vectors, its words, its
//! codes and its templates.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::topic_text::{LineText, TopicText};
use super::{Lexicon, Template, all_threads, share};
use crate::kb::Kb;
use crate::text::{Analyzed, Analyzer};

/// What a topic is, with its position in [`Kb::entries`] or [`Kb::neighbours`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TopicKind {
    /// It can be the answer.
    Entry(usize),
    /// It can only make the answer `none`.
    Neighbour(usize),
}

/// What a line is to its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// The entry's title or the neighbour's topic.
    Title,
    /// 报错信息.
    Template,
    /// 类似报错.
    SimilarError,
    /// 相似问法, or a neighbour's phrasing.
    Question,
    /// 不是这个问题: speaks against its topic.
    NearMiss,
}

/// A line that an author wrote, as unit vectors over grams and over words.
#[derive(Debug)]
pub struct Line {
    /// Position of its topic in [`Topics::topics`].
    pub topic: u32,
    /// As it was written.
    pub text: String,
    /// What it is.
    pub kind: LineKind,
    /// Gram ids ascending, weights of length 1.
    pub grams: Vec<(u32, f32)>,
    /// Word ids ascending, weights of length 1.
    pub words: Vec<(u32, f32)>,
}

/// An entry or a neighbour.
#[derive(Debug)]
pub struct Topic {
    /// Which.
    pub kind: TopicKind,
    /// Its lines, as positions in [`Topics::lines`].
    pub lines: Range<usize>,
    /// Its templates, each with the position of its line.
    pub templates: Vec<(usize, Template)>,
    /// Positions of its platforms in the vocabulary; empty where any platform may send it.
    pub platforms: Vec<usize>,
    /// Its codes, normalised.
    pub codes: Vec<String>,
    /// Word ids, each with how many of its lines have it (the answer's text counts as one line).
    pub words: FxHashMap<u32, u16>,
}

/// All topics of a knowledge base, entries first.
#[derive(Debug)]
pub struct Topics {
    /// Entries in their order, then neighbours in theirs.
    pub topics: Vec<Topic>,
    /// Lines of all topics.
    pub lines: Vec<Line>,
    /// Word terms.
    pub words: Lexicon,
    /// Character n-grams.
    pub grams: Lexicon,
    texts: Vec<Arc<TopicText>>,
}

/// Weight of a platform's name inside a vector: any two texts about one platform look alike, and
/// the platform is judged by features of its own.
pub const NAME_WEIGHT: f32 = 0.35;

impl Topics {
    /// Reads every line of the knowledge base once.
    pub fn new(kb: &Kb, analyzer: &Analyzer) -> Self {
        let entries = kb.entries.len();
        let text = |topic: usize| {
            Arc::new(match topic.checked_sub(entries) {
                None => TopicText::of_entry(&kb.entries[topic], analyzer),
                Some(n) => TopicText::of_neighbour(&kb.neighbours[n], analyzer),
            })
        };
        Self::of(
            kb,
            share(entries + kb.neighbours.len(), all_threads(), text),
        )
    }

    /// The same, without reading again what is the same in the knowledge base of `before`; the
    /// analyser must be that of `before`. With it, how many topics were read.
    pub fn after(before: &Self, kb_before: &Kb, kb: &Kb, analyzer: &Analyzer) -> (Self, usize) {
        let mut read = 0;
        let mut anew = |text: TopicText| {
            read += 1;
            Arc::new(text)
        };
        let old: FxHashMap<&str, usize> = kb_before
            .neighbours
            .iter()
            .enumerate()
            .map(|(i, n)| (n.id.as_str(), i))
            .collect();
        let mut texts = Vec::with_capacity(kb.entries.len() + kb.neighbours.len());
        for entry in &kb.entries {
            let old = kb_before.position(&entry.id);
            let same = old.filter(|&i| kb_before.entries[i] == *entry);
            texts.push(match same {
                Some(i) => before.texts[i].clone(),
                None => anew(TopicText::of_entry(entry, analyzer)),
            });
        }
        for neighbour in &kb.neighbours {
            let old = old.get(neighbour.id.as_str());
            let same = old.filter(|&&i| kb_before.neighbours[i] == *neighbour);
            texts.push(match same {
                Some(i) => before.texts[kb_before.entries.len() + i].clone(),
                None => anew(TopicText::of_neighbour(neighbour, analyzer)),
            });
        }
        (Self::of(kb, texts), read)
    }

    /// `texts`: of the entries, then of the neighbours.
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
            .chain((0..kb.neighbours.len()).map(TopicKind::Neighbour));
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
            let position = |id: &String| kb.vocabulary.platforms.iter().position(|p| &p.id == id);
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

    /// What each topic says by itself, in the order of [`Topics::topics`].
    pub fn texts(&self) -> &[Arc<TopicText>] {
        &self.texts
    }

    /// `idf · (0.3 + 0.7 · background)`: rare here, and not merely because the base is small.
    pub fn word_weight(&self, term: u64, background: f32) -> f32 {
        let idf = self
            .words
            .id(term)
            .map_or_else(|| self.words.unknown_idf(), |id| self.words.idf(id));
        idf * (0.3 + 0.7 * background)
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

/// Where platforms are named, to weigh those stretches down.
pub struct Named<'a>(&'a [crate::text::Name]);

impl<'a> Named<'a> {
    /// The names of a text.
    pub fn new(analyzed: &'a Analyzed) -> Self {
        Self(&analyzed.names)
    }

    /// [`NAME_WEIGHT`] inside a name, else 1.
    pub fn factor(&self, at: usize) -> f32 {
        let i = self.0.partition_point(|n| n.end <= at);
        if self.0.get(i).is_some_and(|n| n.start <= at) {
            NAME_WEIGHT
        } else {
            1.0
        }
    }
}

/// The codes of a text, as normalised strings.
pub fn codes(analyzed: &Analyzed) -> Vec<String> {
    let chars = analyzed.normalized.chars();
    analyzed
        .marks
        .codes
        .iter()
        .map(|r| chars[r.clone()].iter().collect())
        .collect()
}

/// Adds up equal ids and scales to length 1.
fn unit(mut weights: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    weights.sort_by_key(|w| w.0);
    weights.dedup_by(|b, a| {
        let same = a.0 == b.0;
        // A repeated term adds half: term frequency, dampened.
        if same {
            a.1 += b.1 * 0.5;
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
