//! Pinyin and its initials to the knowledge base's own phrases: `wuliuyingshe` and `wlys` both
//! mean 物流映射 to someone whose input method is off.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::index::Topics;
use crate::text::{Analyzed, Token, pinyin};

/// Only short queries are read as pinyin: in a log a Latin word is a Latin word.
const LONGEST_QUERY: usize = 40;
/// Initials of this many letters are read; fewer mean too much, more are never typed.
const INITIALS: std::ops::RangeInclusive<usize> = 3..=8;

/// Phrases by their pinyin.
#[derive(Debug, Default)]
pub struct PinyinIndex {
    full: FxHashMap<String, String>,
    initials: FxHashMap<String, String>,
}

impl PinyinIndex {
    /// From the phrases that entries use: every title and template, and what two lines share.
    pub fn new(topics: &Topics) -> Self {
        let mut counts: FxHashMap<&str, u32> = FxHashMap::default();
        for (phrase, authored) in topics.texts().iter().flat_map(|r| &r.phrases) {
            *counts.entry(phrase).or_default() += authored;
        }
        let mut ranked: Vec<(&str, u32)> = counts.into_iter().filter(|(_, n)| *n >= 2).collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let mut index = Self::default();
        for (phrase, _) in ranked {
            let (full, initials) = pinyin::spell(phrase);
            // The most used phrase of a spelling keeps it.
            index.full.entry(full).or_insert_with(|| phrase.to_owned());
            if INITIALS.contains(&initials.len()) {
                index
                    .initials
                    .entry(initials)
                    .or_insert_with(|| phrase.to_owned());
            }
        }
        index
    }

    /// A short query with the Latin words that spell phrases replaced by them. Each character comes
    /// with the characters of the query as it was sent that it stands for.
    pub fn expand(&self, query: &Analyzed, topics: &Topics) -> Option<Vec<(char, Range<usize>)>> {
        let normalized = &query.normalized;
        if normalized.chars().len() > LONGEST_QUERY {
            return None;
        }
        let unknown = |t: &&Token| {
            let range = t.start as usize..t.end as usize;
            let named = query
                .names
                .iter()
                .any(|n| n.start < range.end && range.start < n.end);
            !named
                && normalized.chars()[range]
                    .iter()
                    .all(char::is_ascii_lowercase)
                && topics.words.id(t.term).is_none()
        };
        let words: Vec<Range<usize>> = query
            .tokens
            .iter()
            .filter(unknown)
            .map(|t| t.start as usize..t.end as usize)
            .collect();
        let text = |range: Range<usize>| normalized.chars()[range].iter().collect::<String>();
        let mut spelled: Vec<(Range<usize>, Vec<&str>)> = words
            .iter()
            .map(|range| (range.clone(), self.spelled(&text(range.clone()))))
            .filter(|(_, phrases)| !phrases.is_empty())
            .collect();
        // `wu liu ying she`: syllables apart spell nothing one by one.
        if let (true, Some(first), Some(last)) = (spelled.is_empty(), words.first(), words.last()) {
            let whole = first.start..last.end;
            let joined: String = words.iter().map(|w| text(w.clone())).collect();
            let phrases = self.spelled(&joined);
            if joined.len() + words.len() - 1 == whole.len() && !phrases.is_empty() {
                spelled.push((whole, phrases));
            }
        }
        (!spelled.is_empty()).then(|| replace(query, &spelled))
    }

    /// The phrase of a spelling, or the two phrases that it joins.
    fn spelled(&self, word: &str) -> Vec<&str> {
        let one = |word: &str| {
            let full = (word.len() >= 4).then(|| self.full.get(word)).flatten();
            full.or_else(|| self.initials.get(word)).map(String::as_str)
        };
        if let Some(phrase) = one(word) {
            return vec![phrase];
        }
        (3..word.len().saturating_sub(2))
            .rev()
            .find_map(|at| Some(vec![one(word.get(..at)?)?, one(word.get(at..)?)?]))
            .unwrap_or_default()
    }
}

fn replace(query: &Analyzed, spelled: &[(Range<usize>, Vec<&str>)]) -> Vec<(char, Range<usize>)> {
    let normalized = &query.normalized;
    let mut text = Vec::new();
    let mut at = 0;
    for (number, (range, phrases)) in spelled.iter().enumerate() {
        let between = &normalized.chars()[at..range.start];
        // Spaces part words of pinyin, and no words of 汉字.
        if number == 0 || !between.iter().all(|c| c.is_whitespace()) {
            text.extend(
                (at..range.start).map(|i| (normalized.chars()[i], normalized.source(i..i + 1))),
            );
        }
        let source = normalized.source(range.clone());
        text.extend(phrases.concat().chars().map(|c| (c, source.clone())));
        at = range.end;
    }
    text.extend(
        (at..normalized.chars().len())
            .map(|i| (normalized.chars()[i], normalized.source(i..i + 1))),
    );
    text
}
