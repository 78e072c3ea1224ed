//! An entry or a neighbour, read: what its lines say before anything is known of other topics. It
//! depends on the content and the vocabulary alone, so later generations share it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::topic::{LineKind, Named, codes};
use crate::kb::{Entry, Neighbour};
use crate::text::gram::grams;
use crate::text::{Analyzed, Analyzer, WILDCARD, is_cjk};

/// Phrases have this many 汉字.
const PHRASE: std::ops::RangeInclusive<usize> = 2..=8;

/// A topic's text.
#[derive(Debug, Default)]
pub struct TopicText {
    /// Every line that an author wrote to be compared.
    pub lines: Vec<LineText>,
    /// Normalised, ascending.
    pub codes: Vec<String>,
    /// Distinct terms of the answer.
    pub answer: FxHashSet<u64>,
    /// Runs of whole words of 汉字 in an entry, each with how much speaks for it as a phrase.
    pub phrases: Vec<(Box<str>, u32)>,
}

/// A line's text.
#[derive(Debug)]
pub struct LineText {
    /// As it was written.
    pub text: String,
    /// What it is.
    pub kind: LineKind,
    /// Words, each with its weight in Chinese at large and its factor ([`Named::factor`]).
    pub words: Vec<(u64, f32, f32)>,
    /// Character n-grams, each with its factor.
    pub grams: Vec<(u64, f32)>,
    /// Of a template, with its wildcards.
    pub template: Option<Analyzed>,
}

impl TopicText {
    /// Reads an entry.
    pub fn of_entry(entry: &Entry, analyzer: &Analyzer) -> Self {
        let lines = [
            (LineKind::Template, &entry.templates),
            (LineKind::SimilarError, &entry.similar_errors),
            (LineKind::Question, &entry.questions),
            (LineKind::NearMiss, &entry.near_misses),
        ];
        let mut own = Self::default();
        let mut phrases = FxHashMap::default();
        let mut add = |kind, text: &str| {
            let whole = own.add(kind, text, analyzer);
            count_phrases(kind, &whole, &mut phrases);
            own.keep(kind, whole);
        };
        add(LineKind::Title, &entry.title);
        for (kind, lines) in lines {
            for line in lines {
                add(kind, &line.text);
            }
        }
        own.settle();
        let answer = analyzer.analyze(&entry.answer_markdown());
        own.answer = answer.tokens.iter().map(|t| t.term).collect();
        own.phrases = phrases.into_iter().collect();
        own
    }

    /// Reads a neighbour.
    pub fn of_neighbour(neighbour: &Neighbour, analyzer: &Analyzer) -> Self {
        let mut own = Self::default();
        let topic = (LineKind::Title, &neighbour.topic);
        let phrasings = neighbour.phrasings.iter();
        for (kind, text) in [topic]
            .into_iter()
            .chain(phrasings.map(|l| (LineKind::Question, &l.text)))
        {
            let whole = own.add(kind, text, analyzer);
            own.keep(kind, whole);
        }
        own.settle();
        own
    }

    /// Adds a line, and gives the analysis of it with its wildcards.
    fn add(&mut self, kind: LineKind, text: &str, analyzer: &Analyzer) -> Analyzed {
        let analyzed = analyzer.analyze(&text.replace(WILDCARD, " "));
        let named = Named::new(&analyzed);
        let words = analyzed.tokens.iter();
        let words = words.map(|t| (t.term, t.weight, named.factor(t.start as usize)));
        let chars = analyzed.normalized.chars();
        let mut found = Vec::new();
        grams(chars, &analyzed.marks, 0..chars.len(), |gram, at| {
            found.push((gram, named.factor(at)));
        });
        if matches!(kind, LineKind::Template | LineKind::Title) {
            self.codes.extend(codes(&analyzed));
        }
        self.lines.push(LineText {
            text: text.to_owned(),
            kind,
            words: words.collect(),
            grams: found,
            template: None,
        });
        if text.contains(WILDCARD) {
            analyzer.analyze(text)
        } else {
            analyzed
        }
    }

    /// Keeps what the alignment of the line that was added last needs.
    fn keep(&mut self, kind: LineKind, whole: Analyzed) {
        if let Some(line) = self.lines.last_mut() {
            line.template = (kind == LineKind::Template).then_some(whole);
        }
    }

    fn settle(&mut self) {
        self.codes.sort();
        self.codes.dedup();
    }
}

/// Counts every run of whole words of a line that is a phrase.
fn count_phrases(kind: LineKind, line: &Analyzed, counts: &mut FxHashMap<Box<str>, u32>) {
    let authored = match kind {
        LineKind::Title | LineKind::Template => 2,
        LineKind::Question | LineKind::SimilarError => 1,
        LineKind::NearMiss => return,
    };
    let chars = line.normalized.chars();
    let hanzi: Vec<(usize, usize)> = line
        .tokens
        .iter()
        .map(|t| (t.start as usize, t.end as usize))
        .filter(|(start, end)| chars[*start..*end].iter().all(|c| is_cjk(*c)))
        .collect();
    let mut seen = FxHashSet::default();
    for (start, _) in &hanzi {
        for (_, end) in hanzi
            .iter()
            .skip_while(|t| t.0 < *start)
            .take_while(|t| t.1 <= start + PHRASE.end())
        {
            let range = *start..*end;
            if end > start
                && PHRASE.contains(&range.len())
                && chars[range.clone()].iter().all(|c| is_cjk(*c))
                && seen.insert(&chars[range.clone()])
            {
                let phrase: String = chars[range].iter().collect();
                *counts.entry(phrase.into()).or_default() += authored;
            }
        }
    }
}
