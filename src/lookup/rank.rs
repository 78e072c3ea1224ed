//! Candidates to evidence: everything that speaks for or against each topic. Pure.

use crate::index::{Alignment, LineKind, Local, Topic, TopicKind, Topics};
use crate::text::atom::look_alike;

use super::read::{Reading, Terms};

/// How many topics are compared in full.
const CANDIDATES: usize = 24;
/// How many templates are aligned.
const ALIGNED: usize = 6;
/// The share of its grams that a template must find in the paste to be aligned.
const HELD: f32 = 0.2;
/// How many clauses beside each other can make one window.
const WINDOW: usize = 4;

/// A likeness between a question and a message counts this much of one between two of a kind.
const OTHER_STYLE: f32 = 1.0;

/// What to leave out of a topic, so that a line is not found by itself when a decision is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// Nothing.
    Nothing,
    /// One line, by its position in [`Topics::lines`].
    Line(usize),
    /// A whole topic, by its position in [`Topics::topics`].
    Topic(usize),
}

/// What speaks for and against one topic.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Position in [`Topics::topics`].
    pub topic: usize,
    /// Score of its best line in the index.
    pub bm25: f32,
    /// Likeness over grams to the nearest line, best window; and which line.
    pub gram: Near,
    /// The same over words.
    pub word: Near,
    /// Likeness over grams to the second nearest line.
    pub second: f32,
    /// Likeness over grams of the whole text.
    pub whole: f32,
    /// The largest share of a line's grams that the paste holds.
    pub held: f32,
    /// Likeness to the nearest 不是这个问题.
    pub near_miss: f32,
    /// Share of the paste's information that the topic's words explain.
    pub coverage: f32,
    /// Of the words of the line nearest over words: the most informative that the paste lacks, over
    /// the most informative of all, 0 to 1.
    pub missing: f32,
    /// The most informative word of the nearest window that the topic does not have, as a share of
    /// what an unknown word weighs.
    pub foreign: f32,
    /// Share of the paste's idf that the topic's words explain, a word the more the more of the
    /// topic's lines have it: `c / (c + 1.5)`.
    pub bag: f32,
    /// The best aligned template.
    pub template: Option<TemplateMatch>,
    /// How much of a code agrees, 0 to 1.
    pub code: f32,
    /// How much of a code is near ours and yet another, 0 to 1.
    pub conflict: f32,
    /// A platform of the topic is named.
    pub agrees: bool,
    /// Only other platforms than the topic's are named.
    pub contradicts: bool,
}

/// A likeness, and the line that it is to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Near {
    /// Cosine, 0 to 1, scaled down for windows of little information.
    pub score: f32,
    /// Position in [`Topics::lines`].
    pub line: usize,
    /// First clause of the window.
    pub from: usize,
    /// One past its last clause.
    pub to: usize,
}

impl Near {
    fn scaled(mut self, factor: f32) -> Self {
        self.score *= factor;
        self
    }
}

/// A template aligned with the paste.
#[derive(Debug, Clone)]
pub struct TemplateMatch {
    /// Position in [`Topic::templates`].
    pub index: usize,
    /// 0 to 1: how surely this is the message.
    pub strength: f32,
    /// Where.
    pub alignment: Alignment,
}

/// Compares the paste with the most promising topics; entries and neighbours mixed, no order.
pub fn rank(topics: &Topics, index: &Local, reading: &Reading, leave: Leave) -> Vec<Evidence> {
    let left_out = |topic: usize| leave == Leave::Topic(topic);
    let proposed = index.propose(
        &mut reading.terms(),
        CANDIDATES + usize::from(leave != Leave::Nothing),
    );
    let comparison = Comparison::new(topics, reading);
    let mut found: Vec<Evidence> = proposed
        .into_iter()
        .filter(|(topic, _)| !left_out(*topic))
        .map(|(topic, bm25)| comparison.evidence(topic, bm25, leave))
        .collect();
    align(topics, reading, leave, &comparison, &mut found);
    found
}

/// A paste prepared for being compared with many lines.
struct Comparison<'a> {
    topics: &'a Topics,
    reading: &'a Reading,
    words: Family<'a>,
    grams: Family<'a>,
}

/// The terms of one family with a slot for each number of the lexicon, and the windows' lengths.
struct Family<'a> {
    terms: &'a Terms,
    /// For each number its first position in `terms.known`, plus one.
    slots: Vec<u32>,
    /// Windows: from, to, factor / length.
    windows: Vec<(u32, u32, f32)>,
    /// 1 / length of the whole.
    whole: f32,
}

impl<'a> Family<'a> {
    fn new(terms: &'a Terms, lexicon: usize, information: &[f32]) -> Self {
        let mut slots = vec![0; lexicon];
        for (position, term) in terms.known.iter().enumerate().rev() {
            slots[term.0 as usize] = position as u32 + 1;
        }
        let total: f32 = information.iter().sum();
        let mut windows = Vec::new();
        for from in 0..terms.squares.len() {
            let (mut squares, mut inside) = (0.0, 0.0);
            for to in from..terms.squares.len().min(from + WINDOW) {
                squares += terms.squares[to];
                inside += information[to];
                if squares > 0.0 {
                    // A window of little information is a weak witness.
                    let factor = ((inside + 0.5) / (total.min(4.0) + 0.5))
                        .min(1.0)
                        .powf(0.35);
                    windows.push((from as u32, to as u32 + 1, factor / squares.sqrt()));
                }
            }
        }
        let squares: f32 = terms.squares.iter().sum();
        Self {
            terms,
            slots,
            windows,
            whole: if squares > 0.0 {
                1.0 / squares.sqrt()
            } else {
                0.0
            },
        }
    }

    /// Dot product of a line with each clause into `dots`; returns the share of the line held.
    fn dots(&self, line: &[(u32, f32)], dots: &mut [f32]) -> f32 {
        dots.fill(0.0);
        let mut held = 0.0;
        for (id, weight) in line {
            let slot = self.slots[*id as usize];
            if slot == 0 {
                continue;
            }
            held += weight * weight;
            for term in self.terms.known[slot as usize - 1..]
                .iter()
                .take_while(|t| t.0 == *id)
            {
                dots[term.1 as usize] += weight * term.2;
            }
        }
        held
    }

    fn best(&self, dots: &[f32], line: usize) -> Near {
        let mut best = Near {
            score: dots.iter().sum::<f32>() * self.whole,
            line,
            from: 0,
            to: dots.len(),
        };
        for (from, to, scale) in &self.windows {
            let (from, to) = (*from as usize, *to as usize);
            let score = dots[from..to].iter().sum::<f32>() * scale;
            if score > best.score {
                best = Near {
                    score,
                    line,
                    from,
                    to,
                };
            }
        }
        best.score = best.score.min(1.0);
        best
    }
}

impl<'a> Comparison<'a> {
    fn new(topics: &'a Topics, reading: &'a Reading) -> Self {
        Self {
            topics,
            reading,
            words: Family::new(
                &reading.words,
                topics.words.len(),
                &reading.clause_information,
            ),
            grams: Family::new(
                &reading.grams,
                topics.grams.len(),
                &reading.clause_information,
            ),
        }
    }

    fn evidence(&self, number: usize, bm25: f32, leave: Leave) -> Evidence {
        let topic = &self.topics.topics[number];
        let mut evidence = Evidence {
            topic: number,
            bm25,
            ..Evidence::default()
        };
        let mut dots = vec![0.0; self.reading.analyzed.clauses.len()];
        for position in topic.lines.clone() {
            if leave == Leave::Line(position) {
                continue;
            }
            let line = &self.topics.lines[position];
            let factor = if self.reading.analyzed.style.differs(line.style) {
                OTHER_STYLE
            } else {
                1.0
            };
            let held = self.grams.dots(&line.grams, &mut dots);
            let whole = dots.iter().sum::<f32>() * self.grams.whole * factor;
            let gram = self.grams.best(&dots, position).scaled(factor);
            if line.kind == LineKind::NearMiss {
                evidence.near_miss = evidence.near_miss.max(gram.score);
                continue;
            }
            evidence.whole = evidence.whole.max(whole);
            evidence.held = evidence.held.max(held);
            if gram.score > evidence.gram.score {
                evidence.second = evidence.gram.score;
                evidence.gram = gram;
            } else {
                evidence.second = evidence.second.max(gram.score);
            }
            self.words.dots(&line.words, &mut dots);
            let word = self.words.best(&dots, position).scaled(factor);
            if word.score > evidence.word.score {
                evidence.word = word;
            }
        }
        self.context(topic, leave, &mut evidence);
        self.differences(topic, &mut evidence);
        evidence
    }

    /// What the nearest line has and the paste lacks, and the other way round.
    fn differences(&self, topic: &Topic, evidence: &mut Evidence) {
        let line = &self.topics.lines[evidence.word.line].words;
        let heaviest = line.iter().map(|w| w.1).fold(0.0, f32::max);
        let lacking = line
            .iter()
            .filter(|w| self.words.slots[w.0 as usize] == 0)
            .map(|w| w.1)
            .fold(0.0, f32::max);
        evidence.missing = if heaviest > 0.0 {
            lacking / heaviest
        } else {
            0.0
        };
        let unknown = self.topics.words.unknown_idf();
        let clauses = &self.reading.analyzed.clauses;
        let window = evidence.gram.from..evidence.gram.to.min(clauses.len());
        if window.is_empty() {
            return;
        }
        let (start, end) = (clauses[window.start].start, clauses[window.end - 1].end);
        evidence.foreign = self
            .reading
            .weights
            .iter()
            .filter(|w| w.start >= start && w.start < end)
            .filter(|w| w.id.is_none_or(|id| !topic.words.contains_key(&id)))
            .map(|w| w.weight / unknown)
            .fold(0.0, f32::max);
    }

    /// Coverage, codes and platforms.
    fn context(&self, topic: &Topic, leave: Leave, evidence: &mut Evidence) {
        let in_left_out = |id: u32| match leave {
            Leave::Line(line) => {
                topic.lines.contains(&line)
                    && self.topics.lines[line]
                        .words
                        .binary_search_by_key(&id, |w| w.0)
                        .is_ok()
            }
            _ => false,
        };
        let lines_with = |id: u32| {
            let count = topic.words.get(&id).copied().unwrap_or(0);
            f32::from(count) - f32::from(u8::from(count > 0 && in_left_out(id)))
        };
        let (mut explained_idf, mut all_idf) = (0.0, 0.0);
        for w in &self.reading.weights {
            let count = w.id.map_or(0.0, lines_with);
            explained_idf += w.weight * count / (count + 1.5);
            all_idf += w.weight;
        }
        evidence.bag = if all_idf > 0.0 {
            explained_idf / all_idf
        } else {
            0.0
        };
        let explained: f32 = self
            .reading
            .content
            .iter()
            .filter(|(id, _)| id.is_some_and(|id| lines_with(id) > 0.0))
            .map(|c| c.1)
            .sum();
        evidence.coverage = if self.reading.information > 0.0 {
            explained / self.reading.information
        } else {
            0.0
        };
        for theirs in &self.reading.codes {
            for ours in &topic.codes {
                let (hit, conflict) = compare_codes(ours, theirs);
                evidence.code = evidence.code.max(hit);
                evidence.conflict = evidence.conflict.max(conflict);
            }
        }
        if evidence.code > 0.0 {
            evidence.conflict = 0.0;
        }
        if !topic.platforms.is_empty() && !self.reading.platforms.is_empty() {
            evidence.agrees = topic
                .platforms
                .iter()
                .any(|p| self.reading.platforms.contains(p));
            evidence.contradicts = !evidence.agrees;
        }
    }
}

/// Aligns the templates that the paste holds most of.
fn align(
    topics: &Topics,
    reading: &Reading,
    leave: Leave,
    comparison: &Comparison<'_>,
    found: &mut [Evidence],
) {
    let mut dots = vec![0.0; reading.analyzed.clauses.len()];
    let mut promising: Vec<(f32, usize, usize)> = Vec::new();
    for (position, evidence) in found.iter().enumerate() {
        for (index, (line, _)) in topics.topics[evidence.topic].templates.iter().enumerate() {
            if leave == Leave::Line(*line) {
                continue;
            }
            let held = comparison.grams.dots(&topics.lines[*line].grams, &mut dots);
            if held >= HELD {
                promising.push((held, position, index));
            }
        }
    }
    promising.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, position, index) in promising.into_iter().take(ALIGNED) {
        let evidence = &mut found[position];
        let template = &topics.topics[evidence.topic].templates[index].1;
        let Some(alignment) = template.align(&reading.analyzed, 0..reading.analyzed.atoms.len())
        else {
            continue;
        };
        let strength = strength(&alignment, evidence.code, evidence.conflict);
        if evidence
            .template
            .as_ref()
            .is_none_or(|t| t.strength < strength)
        {
            evidence.template = Some(TemplateMatch {
                index,
                strength,
                alignment,
            });
        }
    }
}

/// How surely an alignment is the message: enough of it, enough in all, nothing replaced inside.
fn strength(alignment: &Alignment, code: f32, conflict: f32) -> f32 {
    let enough =
        ((alignment.share - 0.5) / 0.3).clamp(0.0, 1.0) * (alignment.score / 4.5).clamp(0.0, 1.0);
    let intact = 1.0 - alignment.missing_word;
    let either = 1.0 - (1.0 - enough * intact) * (1.0 - 0.5 * code);
    either * (1.0 - 0.7 * (2.0 * conflict).min(1.0))
}

/// How much two codes agree, and how much they are near and yet not one, each 0 to 1.
fn compare_codes(ours: &str, theirs: &str) -> (f32, f32) {
    let fold = |code: &str| code.chars().map(look_alike).collect::<String>();
    let (a, b) = (fold(ours), fold(theirs));
    if a == b {
        return (1.0, 0.0);
    }
    let long = |code: &str| code.len() >= 8;
    if long(&b) && a.len() > b.len() && (a.starts_with(&b) || a.ends_with(&b)) {
        return (b.len() as f32 / a.len() as f32, 0.0);
    }
    if long(&a) && b.len() > a.len() && b.contains(&a) {
        return (a.len() as f32 / b.len() as f32, 0.0);
    }
    let joint = |c: char| !c.is_alphanumeric();
    let shared: usize = ours
        .split(joint)
        .filter(|s| s.len() >= 3 && theirs.split(joint).any(|t| t == *s))
        .map(str::len)
        .sum();
    (0.0, shared as f32 / ours.len().max(1) as f32)
}

/// The entry that a topic is.
pub fn entry_of(topics: &Topics, topic: usize) -> Option<usize> {
    match topics.topics[topic].kind {
        TopicKind::Entry(entry) => Some(entry),
        TopicKind::Neighbour(_) => None,
    }
}
