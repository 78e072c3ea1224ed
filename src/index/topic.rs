//! What the lookup compares a paste with: every topic's lines as weighted vectors, its words, its
//! codes and its templates.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Lexicon, Template};
use crate::kb::{Entry, Kb};
use crate::text::gram::grams;
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
}

/// What is known of a line before the lexicons are.
struct Draft {
    text: String,
    kind: LineKind,
    analyzed: Analyzed,
}

/// Weight of a platform's name inside a vector: any two texts about one platform look alike, and
/// the platform is judged by features of its own.
pub const NAME_WEIGHT: f32 = 0.35;

impl Topics {
    /// Reads every line of the knowledge base once.
    pub fn new(kb: &Kb, analyzer: &Analyzer) -> Self {
        let drafts: Vec<Vec<Draft>> = topic_lines(kb)
            .map(|lines| {
                lines
                    .into_iter()
                    .map(|(kind, text)| Draft {
                        analyzed: analyzer.analyze(&text.replace("<*>", " ")),
                        text,
                        kind,
                    })
                    .collect()
            })
            .collect();
        let terms = |of: fn(&Draft) -> Vec<u64>| {
            let sets: Vec<Vec<u64>> = drafts
                .iter()
                .map(|d| {
                    let d = d.iter().filter(|d| d.kind != LineKind::NearMiss);
                    d.flat_map(of)
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
            words: terms(word_terms),
            grams: terms(gram_terms),
        };
        let kinds = (0..kb.entries.len())
            .map(TopicKind::Entry)
            .chain((0..kb.neighbours.len()).map(TopicKind::Neighbour));
        for (kind, drafts) in kinds.zip(drafts) {
            topics.push(kb, analyzer, kind, drafts);
        }
        topics
    }

    fn push(&mut self, kb: &Kb, analyzer: &Analyzer, kind: TopicKind, drafts: Vec<Draft>) {
        let first = self.lines.len();
        let mut topic = Topic {
            kind,
            lines: first..first + drafts.len(),
            templates: Vec::new(),
            platforms: Vec::new(),
            codes: Vec::new(),
            words: FxHashMap::default(),
        };
        for draft in drafts {
            let words = self.words_of(&draft.analyzed);
            if draft.kind != LineKind::NearMiss {
                let distinct: FxHashSet<u32> = words.iter().map(|w| w.0).collect();
                for id in distinct {
                    *topic.words.entry(id).or_default() += 1;
                }
            }
            if draft.kind == LineKind::Template {
                topic
                    .templates
                    .push((self.lines.len(), self.template(&draft.text, analyzer)));
            }
            if matches!(draft.kind, LineKind::Template | LineKind::Title) {
                topic.codes.extend(codes(&draft.analyzed));
            }
            let grams = self.grams_of(&draft.analyzed);
            self.lines.push(Line {
                topic: self.topics.len() as u32,
                text: draft.text,
                kind: draft.kind,
                grams: unit(grams),
                words: unit(words),
            });
        }
        topic.codes.sort();
        topic.codes.dedup();
        if let TopicKind::Entry(i) = kind {
            let entry = &kb.entries[i];
            let position = |id: &String| kb.vocabulary.platforms.iter().position(|p| &p.id == id);
            topic.platforms = entry.platforms.iter().filter_map(position).collect();
            let body: FxHashSet<u32> = self.body_words(entry, analyzer).into_iter().collect();
            for id in body {
                *topic.words.entry(id).or_default() += 1;
            }
        }
        self.topics.push(topic);
    }

    fn template(&self, text: &str, analyzer: &Analyzer) -> Template {
        let analyzed = analyzer.analyze(text);
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
        Template::new(text, &analyzed, &words)
    }

    fn body_words(&self, entry: &Entry, analyzer: &Analyzer) -> Vec<u32> {
        let analyzed = analyzer.analyze(&entry.answer_markdown());
        analyzed
            .tokens
            .iter()
            .filter_map(|t| self.words.id(t.term))
            .collect()
    }

    /// `idf · (0.3 + 0.7 · background)`: rare here, and not merely because the base is small.
    pub fn word_weight(&self, term: u64, background: f32) -> f32 {
        let idf = self
            .words
            .id(term)
            .map_or_else(|| self.words.unknown_idf(), |id| self.words.idf(id));
        idf * (0.3 + 0.7 * background)
    }

    fn words_of(&self, analyzed: &Analyzed) -> Vec<(u32, f32)> {
        let named = Named::new(analyzed);
        analyzed
            .tokens
            .iter()
            .filter_map(|t| {
                let weight = self.word_weight(t.term, t.weight) * named.factor(t.start as usize);
                self.words.id(t.term).map(|id| (id, weight))
            })
            .collect()
    }

    fn grams_of(&self, analyzed: &Analyzed) -> Vec<(u32, f32)> {
        let named = Named::new(analyzed);
        let mut found = Vec::new();
        let chars = analyzed.normalized.chars();
        grams(chars, &analyzed.marks, 0..chars.len(), |gram, at| {
            if let Some(id) = self.grams.id(gram) {
                found.push((id, self.grams.idf(id) * named.factor(at)));
            }
        });
        found
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

fn topic_lines(kb: &Kb) -> impl Iterator<Item = Vec<(LineKind, String)>> {
    let entries = kb.entries.iter().map(|e| {
        let lines = |kind, lines: &[crate::kb::Line]| {
            lines
                .iter()
                .map(move |l| (kind, l.text.clone()))
                .collect::<Vec<_>>()
        };
        let mut all = vec![(LineKind::Title, e.title.clone())];
        all.extend(lines(LineKind::Template, &e.templates));
        all.extend(lines(LineKind::SimilarError, &e.similar_errors));
        all.extend(lines(LineKind::Question, &e.questions));
        all.extend(lines(LineKind::NearMiss, &e.near_misses));
        all
    });
    let neighbours = kb.neighbours.iter().map(|n| {
        let mut all = vec![(LineKind::Title, n.topic.clone())];
        all.extend(
            n.phrasings
                .iter()
                .map(|l| (LineKind::Question, l.text.clone())),
        );
        all
    });
    entries.chain(neighbours)
}

fn word_terms(draft: &Draft) -> Vec<u64> {
    draft.analyzed.tokens.iter().map(|t| t.term).collect()
}

fn gram_terms(draft: &Draft) -> Vec<u64> {
    let chars = draft.analyzed.normalized.chars();
    let mut terms = Vec::new();
    grams(chars, &draft.analyzed.marks, 0..chars.len(), |gram, _| {
        terms.push(gram)
    });
    terms
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
