//! The analysed text of an entry or out-of-scope topic. It depends on the content and the
//! vocabulary alone, not on other topics, so later generations share it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::line::{LineKind, Named, codes};
use crate::kb::{Entry, OutOfScopeTopic};
use crate::text::gram::grams;
use crate::text::{Analyzed, Analyzer, WILDCARD, is_cjk};

/// Length of a phrase, in 汉字. Source: prototype.
const PHRASE: std::ops::RangeInclusive<usize> = 2..=8;

/// The analysed text of a topic.
#[derive(Debug, Default)]
pub struct TopicText {
    /// The lines that pastes are compared with.
    pub lines: Vec<LineText>,
    /// Error codes of titles and templates, normalised, ascending.
    pub codes: Vec<String>,
    /// Distinct terms of the answer; empty for an out-of-scope topic.
    pub answer: FxHashSet<u64>,
    /// Phrases of an entry: runs of whole words of 汉字, each with its count of lines, where a title
    /// or template counts twice.
    pub phrases: Vec<(Box<str>, u32)>,
}

/// The analysed text of a line.
#[derive(Debug)]
pub struct LineText {
    /// The text as its author wrote it.
    pub text: String,
    /// The role of the line.
    pub kind: LineKind,
    /// Words: term, rarity in Chinese at large from 0 to 1, factor ([`Named::factor`]).
    pub words: Vec<(u64, f32, f32)>,
    /// Character n-grams: packed gram, factor ([`Named::factor`]).
    pub grams: Vec<(u64, f32)>,
    /// For a template its analysis with wildcards.
    pub template: Option<Analyzed>,
}

impl TopicText {
    /// Analyses an entry.
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
            own.set_template(kind, whole);
        };
        add(LineKind::Title, &entry.title);
        for (kind, lines) in lines {
            for line in lines {
                add(kind, &line.text);
            }
        }
        own.sort_codes();
        let answer = analyzer.analyze(&entry.answer_markdown());
        own.answer = answer.tokens.iter().map(|t| t.term).collect();
        own.phrases = phrases.into_iter().collect();
        own
    }

    /// Analyses an out-of-scope topic.
    pub fn of_out_of_scope(topic: &OutOfScopeTopic, analyzer: &Analyzer) -> Self {
        let mut own = Self::default();
        let title = (LineKind::Title, &topic.topic);
        let phrases = topic.phrases.iter();
        for (kind, text) in [title]
            .into_iter()
            .chain(phrases.map(|l| (LineKind::Question, &l.text)))
        {
            let whole = own.add(kind, text, analyzer);
            own.set_template(kind, whole);
        }
        own.sort_codes();
        own
    }

    /// Adds a line; returns its analysis with wildcards.
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

    /// Stores the analysis of the last line, if it is a template.
    fn set_template(&mut self, kind: LineKind, whole: Analyzed) {
        if let Some(line) = self.lines.last_mut() {
            line.template = (kind == LineKind::Template).then_some(whole);
        }
    }

    fn sort_codes(&mut self) {
        self.codes.sort();
        self.codes.dedup();
    }
}

/// Adds the phrases of a line to `counts`, each once.
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
