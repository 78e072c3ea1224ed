//! A paste against the lines of a topic: likenesses over grams and words, coverage, codes,
//! platforms. Pure.

use crate::index::{LineKind, Topic, Topics};

use super::codes::compare_codes;
use super::rank::{Evidence, Leave, Near};
use super::read::{Reading, Terms};

/// How many clauses beside each other can make one window.
const WINDOW: usize = 4;
/// A window of little information is a weak witness of a likeness: its share to this power.
const LIKENESS: f32 = 0.35;
/// It is a weaker one of how much is explained, since a clause of one word is easily explained.
const COVERAGE: f32 = 2.0;

/// A paste prepared for being compared with many lines.
pub(super) struct Comparison<'a> {
    topics: &'a Topics,
    reading: &'a Reading,
    words: Family<'a>,
    grams: Family<'a>,
    /// What each window counts as a witness of coverage.
    factors: Vec<Vec<f32>>,
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
    fn new(terms: &'a Terms, lexicon: usize, factors: &[Vec<f32>]) -> Self {
        let mut slots = vec![0; lexicon];
        for (position, term) in terms.known.iter().enumerate().rev() {
            slots[term.0 as usize] = position as u32 + 1;
        }
        let scale = |(from, factors): (usize, &Vec<f32>)| {
            let mut squares = 0.0;
            let of_window = |(square, factor): (&f32, &f32)| {
                squares += square;
                if squares > 0.0 {
                    factor / squares.sqrt()
                } else {
                    0.0
                }
            };
            terms.squares[from..]
                .iter()
                .zip(factors)
                .map(of_window)
                .collect()
        };
        let scales: Vec<Vec<f32>> = factors.iter().enumerate().map(scale).collect();
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

/// Of the words of some clauses, what a topic explains, and what there is.
#[derive(Clone, Copy, Default)]
struct Explained {
    known: f32,
    information: f32,
    bag: f32,
    weight: f32,
}

impl Explained {
    fn add(&mut self, other: &Self) {
        self.known += other.known;
        self.information += other.information;
        self.bag += other.bag;
        self.weight += other.weight;
    }
}

/// For each first clause, the information in the windows of one clause, of two, … as a share of what
/// four words of the trade have, or of the whole where that is less; at most 1.
fn shares(information: &[f32]) -> Vec<Vec<f32>> {
    let total: f32 = information.iter().sum();
    let from = |from: usize| {
        let inside = information[from..]
            .iter()
            .take(WINDOW)
            .scan(0.0, |sum, of_clause| {
                *sum += of_clause;
                Some(*sum)
            });
        inside
            .map(|inside: f32| ((inside + 0.5) / (total.min(4.0) + 0.5)).min(1.0))
            .collect()
    };
    (0..information.len()).map(from).collect()
}

impl<'a> Comparison<'a> {
    pub(super) fn new(topics: &'a Topics, reading: &'a Reading) -> Self {
        let shares = shares(&reading.clause_information);
        let to_power = |power: f32| -> Vec<Vec<f32>> {
            shares
                .iter()
                .map(|s| s.iter().map(|share| share.powf(power)).collect())
                .collect()
        };
        let likeness = to_power(LIKENESS);
        Self {
            topics,
            reading,
            words: Family::new(&reading.words, topics.words.len(), &likeness),
            grams: Family::new(&reading.grams, topics.grams.len(), &likeness),
            factors: to_power(COVERAGE),
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

    /// Coverage and bag of the whole, or of the best window where that is more.
    fn coverage(&self, clauses: &[Explained], evidence: &mut Evidence) {
        let mut whole = Explained::default();
        clauses.iter().for_each(|c| whole.add(c));
        let share = |part: f32, all: f32| if all > 0.0 { part / all } else { 0.0 };
        evidence.coverage = share(whole.known, whole.information);
        evidence.bag = share(whole.bag, whole.weight);
        for (from, factors) in self.factors.iter().enumerate() {
            let mut window = Explained::default();
            for (clause, factor) in clauses[from..].iter().zip(factors) {
                window.add(clause);
                if clause.known == 0.0 {
                    continue;
                }
                evidence.coverage = evidence
                    .coverage
                    .max(share(window.known, window.information) * factor);
                evidence.bag = evidence.bag.max(share(window.bag, window.weight) * factor);
            }
        }
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
        let mut clauses = vec![Explained::default(); self.reading.analyzed.clauses.len()];
        for word in &self.reading.content {
            let count = word.id.map_or(0.0, lines_with);
            clauses[word.clause].add(&Explained {
                known: if count > 0.0 { word.information } else { 0.0 },
                information: word.information,
                bag: word.weight * count / (count + 1.5),
                weight: word.weight,
            });
        }
        self.coverage(&clauses, evidence);
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
        let numbered =
            |code: &String| code.len() <= 5 && code.ends_with(|c: char| c.is_ascii_digit());
        evidence.foreign_code = evidence.code == 0.0 && self.reading.codes.iter().any(numbered);
        if !topic.platforms.is_empty() && !self.reading.platforms.is_empty() {
            evidence.agrees = topic
                .platforms
                .iter()
                .any(|p| self.reading.platforms.contains(p));
            evidence.contradicts = !evidence.agrees;
        }
    }
}
