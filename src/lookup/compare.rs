//! Compares a paste with the lines of a topic: likeness over grams and words, coverage, codes,
//! platforms. Pure.

use crate::index::{LineKind, Topic, Topics};

use super::codes::compare_codes;
use super::evidence::{Evidence, Exclude, Near};
use super::read::{Reading, Terms};
use super::slots::Slots;

/// Adjacent clauses of a window at most. Source: prototype.
const WINDOW: usize = 4;
/// Power of a window's share of information that scales its likeness: little information is weak
/// evidence. Source: prototype.
const LIKENESS: f32 = 0.35;
/// Information from which on a window has a full share: that of four words that are rare at large.
/// Source: prototype.
const FULL_INFORMATION: f32 = 4.0;
/// Added to both sides of a window's share of information. Source: prototype.
const INFORMATION_MARGIN: f32 = 0.5;
/// Lines of a topic with a word at which the word counts half: `c / (c + SATURATION)`. Source:
/// chosen.
const SATURATION: f32 = 1.5;
/// Characters of a short code at most. Source: chosen.
const SHORT_CODE: usize = 5;

/// One value for each window that begins with a given clause, by length from one clause on; 0 where
/// the text ends before.
type Windows = [f32; WINDOW];

/// A paste, prepared for comparison with many lines.
pub(super) struct Comparison<'a> {
    topics: &'a Topics,
    reading: &'a Reading,
    words: Family<'a>,
    grams: Family<'a>,
    /// Factors from explained information to [`Evidence::coverage`].
    coverage: Scales,
    /// Factors from explained weight to [`Evidence::bag`].
    bag: Scales,
}

/// Factors on sums over the clauses of each window, and on the sum over the whole.
struct Scales {
    windows: Vec<Windows>,
    whole: f32,
}

impl Scales {
    /// The factor of each window divided by the `length` of the sum of its clauses' `sums`; the
    /// factor of the whole is 1.
    fn new(sums: &[f32], factors: &[Windows], length: impl Fn(f32) -> f32) -> Self {
        let scale = |factor: f32, sum: f32| {
            if sum > 0.0 { factor / length(sum) } else { 0.0 }
        };
        let mut windows = vec![[0.0; WINDOW]; sums.len()];
        for (from, (scales, factors)) in windows.iter_mut().zip(factors).enumerate() {
            let mut sum = 0.0;
            for ((own, factor), of_clause) in scales.iter_mut().zip(factors).zip(&sums[from..]) {
                sum += of_clause;
                *own = scale(*factor, sum);
            }
        }
        Self {
            windows,
            whole: scale(1.0, sums.iter().sum()),
        }
    }
}

/// The terms of one family (words or grams), with an index of their positions.
struct Family<'a> {
    terms: &'a Terms,
    /// Positions in `terms.known`.
    slots: Slots,
    /// Factors from dot products to cosines.
    scales: Scales,
    /// Largest factor of `scales`.
    most: f32,
}

impl<'a> Family<'a> {
    fn new(terms: &'a Terms, lexicon: usize, factors: &[Windows]) -> Self {
        let scales = Scales::new(&terms.squares, factors, f32::sqrt);
        let windows = scales.windows.iter().flatten().copied();
        let most = windows.fold(scales.whole, f32::max);
        Self {
            terms,
            slots: Slots::new(lexicon, terms.known.iter().map(|t| t.0)),
            scales,
            most,
        }
    }

    /// Writes the dot product of a line with each clause into `dots`. Returns the share of the line
    /// that the paste has, and an upper bound on the score of any window.
    fn dots(&self, line: &[(u32, f32)], dots: &mut [f32]) -> (f32, f32) {
        dots.fill(0.0);
        let (mut held, mut all) = (0.0, 0.0);
        for (id, weight) in line {
            let Some(positions) = self.slots.positions(*id) else {
                continue;
            };
            held += weight * weight;
            for term in &self.terms.known[positions] {
                dots[term.1 as usize] += weight * term.2;
                all += weight * term.2;
            }
        }
        (held, all * self.most)
    }

    /// The best window for a line. A window begins and ends with a clause that shares a term with
    /// the line.
    fn best(&self, dots: &[f32], line: usize) -> Near {
        let all = dots.iter().sum::<f32>() * self.scales.whole;
        let mut best = Near {
            score: all,
            line,
            from: 0,
            to: dots.len(),
        };
        for (from, first) in dots.iter().enumerate().filter(|d| *d.1 > 0.0) {
            let mut dot = *first;
            for (length, scale) in self.scales.windows[from].iter().enumerate() {
                let to = from + length + 1;
                if to > dots.len() {
                    break;
                }
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

/// The part of some clauses' words that a topic explains.
#[derive(Clone, Copy, Default)]
struct Explained {
    /// Information, see [`Evidence::coverage`].
    known: f32,
    /// Weight, see [`Evidence::bag`].
    bag: f32,
}

impl Explained {
    fn add(&mut self, other: &Self) {
        self.known += other.known;
        self.bag += other.bag;
    }
}

/// Information of each window as a share of [`FULL_INFORMATION`], or of the whole where that is
/// less; at most 1.
fn shares(information: &[f32]) -> Vec<Windows> {
    let total: f32 = information.iter().sum();
    let mut shares = vec![[0.0; WINDOW]; information.len()];
    for (from, shares) in shares.iter_mut().enumerate() {
        let mut inside = 0.0;
        for (share, of_clause) in shares.iter_mut().zip(&information[from..]) {
            inside += of_clause;
            *share = ((inside + INFORMATION_MARGIN)
                / (total.min(FULL_INFORMATION) + INFORMATION_MARGIN))
                .min(1.0);
        }
    }
    shares
}

impl<'a> Comparison<'a> {
    pub(super) fn new(topics: &'a Topics, reading: &'a Reading) -> Self {
        let shares = shares(&reading.clause_information);
        let likeness: Vec<Windows> = shares
            .iter()
            .map(|s| s.map(|share| share.powf(LIKENESS)))
            .collect();
        // Squared: a clause of one word is easily explained, so it is weak evidence.
        let explained: Vec<Windows> = shares
            .iter()
            .map(|s| s.map(|share| share * share))
            .collect();
        let mut information = vec![0.0; shares.len()];
        let mut weight = vec![0.0; shares.len()];
        for word in &reading.content {
            information[word.clause] += word.information;
            weight[word.clause] += word.weight;
        }
        Self {
            topics,
            reading,
            words: Family::new(&reading.words, topics.words.len(), &likeness),
            grams: Family::new(&reading.grams, topics.grams.len(), &likeness),
            coverage: Scales::new(&information, &explained, |sum| sum),
            bag: Scales::new(&weight, &explained, |sum| sum),
        }
    }

    /// The clause with the largest dot product with a line, over grams.
    pub(super) fn nearest_clause(&self, line: usize) -> usize {
        let mut dots = vec![0.0; self.reading.analyzed.clauses.len()];
        self.grams.dots(&self.topics.lines[line].grams, &mut dots);
        let best = dots.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        best.map_or(0, |b| b.0)
    }

    /// Share of a line's gram weight that the paste has, 0 to 1.
    pub(super) fn held(&self, line: usize) -> f32 {
        let grams = &self.topics.lines[line].grams;
        grams
            .iter()
            .filter(|g| self.grams.slots.has(g.0))
            .map(|g| g.1 * g.1)
            .sum()
    }

    /// All evidence about a topic except its templates, from `lines` of it, near misses last.
    pub(super) fn evidence(&self, number: usize, lines: &[usize], exclude: Exclude) -> Evidence {
        let topic = &self.topics.topics[number];
        let mut evidence = Evidence {
            topic: number,
            ..Evidence::default()
        };
        let mut dots = vec![0.0; self.reading.analyzed.clauses.len()];
        let included = |position: &usize| exclude != Exclude::Line(*position);
        for position in lines.iter().copied().filter(included) {
            let line = &self.topics.lines[position];
            let (held, bound) = self.grams.dots(&line.grams, &mut dots);
            if line.kind == LineKind::NearMiss {
                let nearest = evidence.near_miss.max(evidence.gram.score);
                if bound > nearest {
                    let near = self.grams.best(&dots, position).score;
                    if near > nearest {
                        evidence.near_miss = near;
                    }
                }
                continue;
            }
            evidence.whole = evidence
                .whole
                .max(dots.iter().sum::<f32>() * self.grams.scales.whole);
            evidence.held = evidence.held.max(held);
            if bound > evidence.gram.score {
                evidence.gram = evidence.gram.better(self.grams.best(&dots, position));
            }
            let (_, bound) = self.words.dots(&line.words, &mut dots);
            if bound > evidence.word.score {
                evidence.word = evidence.word.better(self.words.best(&dots, position));
            }
        }
        self.context(topic, exclude, &mut evidence);
        self.differences(topic, &mut evidence);
        evidence
    }

    /// Fills in coverage and bag: of the whole, or of the best window where that is more.
    fn coverage(&self, clauses: &[Explained], evidence: &mut Evidence) {
        let mut whole = Explained::default();
        clauses.iter().for_each(|c| whole.add(c));
        evidence.coverage = whole.known * self.coverage.whole;
        evidence.bag = whole.bag * self.bag.whole;
        let scales = self.coverage.windows.iter().zip(&self.bag.windows);
        for (from, (coverage, bag)) in scales.enumerate() {
            let mut window = Explained::default();
            for ((clause, coverage), bag) in clauses[from..].iter().zip(coverage).zip(bag) {
                window.add(clause);
                evidence.coverage = evidence.coverage.max(window.known * coverage);
                evidence.bag = evidence.bag.max(window.bag * bag);
            }
        }
    }

    /// Fills in the heaviest word that the paste lacks of the nearest line, and the heaviest word
    /// of the paste that the topic lacks.
    fn differences(&self, topic: &Topic, evidence: &mut Evidence) {
        let line = &self.topics.lines[evidence.word.line].words;
        let heaviest = line.iter().map(|w| w.1).fold(0.0, f32::max);
        let lacking = line
            .iter()
            .filter(|w| !self.words.slots.has(w.0))
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

    /// Fills in coverage, codes and platforms.
    fn context(&self, topic: &Topic, exclude: Exclude, evidence: &mut Evidence) {
        let excluded = |id: u32| match exclude {
            Exclude::Line(line) => {
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
            f32::from(count) - f32::from(u8::from(count > 0 && excluded(id)))
        };
        let mut clauses = vec![Explained::default(); self.reading.analyzed.clauses.len()];
        for word in &self.reading.content {
            let count = word.id.map_or(0.0, lines_with);
            clauses[word.clause].add(&Explained {
                known: if count > 0.0 { word.information } else { 0.0 },
                bag: word.weight * count / (count + SATURATION),
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
        let numbered = |code: &String| {
            code.len() <= SHORT_CODE && code.ends_with(|c: char| c.is_ascii_digit())
        };
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
