//! A paste against the lines of a topic: likenesses over grams and words, coverage, codes,
//! platforms. Pure.

use crate::index::{LineKind, Topic, Topics};

use super::codes::compare_codes;
use super::rank::{Evidence, Leave, Near};
use super::read::{Reading, Terms};

/// How many clauses beside each other can make one window.
const WINDOW: usize = 4;

/// A paste prepared for being compared with many lines.
pub(super) struct Comparison<'a> {
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
    /// For each first clause, factor / length of the windows of one clause, of two, …
    scales: Vec<Vec<f32>>,
    /// The largest of `scales` and `whole`.
    most: f32,
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
        let scales = (0..terms.squares.len()).map(|from| {
            let (mut squares, mut inside) = (0.0, 0.0);
            let clauses = terms.squares[from..].iter().zip(&information[from..]);
            let scale = |(square, of_clause): (&f32, &f32)| {
                squares += square;
                inside += of_clause;
                // A window of little information is a weak witness.
                let factor = ((inside + 0.5) / (total.min(4.0) + 0.5))
                    .min(1.0)
                    .powf(0.35);
                if squares > 0.0 {
                    factor / squares.sqrt()
                } else {
                    0.0
                }
            };
            clauses.take(WINDOW).map(scale).collect()
        });
        let scales: Vec<Vec<f32>> = scales.collect();
        let squares: f32 = terms.squares.iter().sum();
        let whole = if squares > 0.0 {
            1.0 / squares.sqrt()
        } else {
            0.0
        };
        let most = scales.iter().flatten().copied().fold(whole, f32::max);
        Self {
            terms,
            slots,
            scales,
            most,
            whole,
        }
    }

    /// Dot product of a line with each clause into `dots`; returns the share of the line held, and
    /// more than any window can score.
    fn dots(&self, line: &[(u32, f32)], dots: &mut [f32]) -> (f32, f32) {
        dots.fill(0.0);
        let (mut held, mut all) = (0.0, 0.0);
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
                all += weight * term.2;
            }
        }
        (held, all * self.most)
    }

    /// The best window of a line. A window begins and ends with a clause that shares a term with it.
    fn best(&self, dots: &[f32], line: usize) -> Near {
        let all = dots.iter().sum::<f32>() * self.whole;
        let mut best = Near {
            score: all,
            line,
            from: 0,
            to: dots.len(),
        };
        for (from, first) in dots.iter().enumerate().filter(|d| *d.1 > 0.0) {
            let mut dot = *first;
            for (length, scale) in self.scales[from].iter().enumerate() {
                let to = from + length + 1;
                if length > 0 {
                    let last = dots[to - 1];
                    dot += last;
                    if last == 0.0 {
                        continue;
                    }
                }
                if dot * scale > best.score {
                    best = Near {
                        score: dot * scale,
                        line,
                        from,
                        to,
                    };
                }
            }
        }
        best.score = best.score.min(1.0);
        best
    }
}

impl<'a> Comparison<'a> {
    pub(super) fn new(topics: &'a Topics, reading: &'a Reading) -> Self {
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

    /// The clause that shares most with a line.
    pub(super) fn nearest_clause(&self, line: usize) -> usize {
        let mut dots = vec![0.0; self.reading.analyzed.clauses.len()];
        self.grams.dots(&self.topics.lines[line].grams, &mut dots);
        let best = dots.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(0, |b| b.0)
    }

    /// The share of a line's grams that the paste holds.
    pub(super) fn held(&self, line: usize) -> f32 {
        let grams = &self.topics.lines[line].grams;
        grams
            .iter()
            .filter(|g| self.grams.slots[g.0 as usize] != 0)
            .map(|g| g.1 * g.1)
            .sum()
    }

    /// Everything but the templates.
    pub(super) fn evidence(&self, number: usize, lines: &[usize], leave: Leave) -> Evidence {
        let topic = &self.topics.topics[number];
        let mut evidence = Evidence {
            topic: number,
            ..Evidence::default()
        };
        let mut dots = vec![0.0; self.reading.analyzed.clauses.len()];
        for position in lines.iter().copied().filter(|p| leave != Leave::Line(*p)) {
            let line = &self.topics.lines[position];
            let (held, bound) = self.grams.dots(&line.grams, &mut dots);
            if line.kind == LineKind::NearMiss {
                if bound > evidence.near_miss {
                    let near = self.grams.best(&dots, position).score;
                    evidence.near_miss = evidence.near_miss.max(near);
                }
                continue;
            }
            evidence.whole = evidence
                .whole
                .max(dots.iter().sum::<f32>() * self.grams.whole);
            evidence.held = evidence.held.max(held);
            if bound > evidence.gram.score {
                evidence.gram = evidence.gram.better(self.grams.best(&dots, position));
            }
            let (_, bound) = self.words.dots(&line.words, &mut dots);
            if bound > evidence.word.score {
                evidence.word = evidence.word.better(self.words.best(&dots, position));
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
            .content
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
        let (mut explained, mut bag, mut all) = (0.0, 0.0, 0.0);
        for word in &self.reading.content {
            let count = word.id.map_or(0.0, lines_with);
            explained += if count > 0.0 { word.information } else { 0.0 };
            bag += word.weight * count / (count + 1.5);
            all += word.weight;
        }
        if self.reading.information > 0.0 {
            evidence.coverage = explained / self.reading.information;
            evidence.bag = bag / all;
        }
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
