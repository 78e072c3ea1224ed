//! One immutable generation of everything that a lookup needs, and the way of a paste through it.

use std::sync::Arc;

use crate::index::{Local, TopicKind, Topics};
use crate::kb::Kb;
use crate::text::{Analyzed, Analyzer, Words};

use super::judge::{Decision, DecisionError, Judge, Judgement};
use super::pinyin::PinyinIndex;
use super::problems;
use super::rank::{self, Evidence, Leave};
use super::read::Reading;
use super::{Answer, Paste, Query, verdict};

/// A generation: content, vocabulary, index and decision, built whole.
#[derive(Debug)]
pub struct Engine {
    kb: Kb,
    generation: String,
    analyzer: Arc<Analyzer>,
    topics: Topics,
    index: Local,
    pinyin: PinyinIndex,
    judge: Judge,
}

/// Why a generation cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// `_decision.toml` cannot be used.
    #[error("_decision.toml: {0}")]
    Decision(#[from] DecisionError),
    /// The index cannot be built.
    #[error("the index cannot be built: {0}")]
    Index(#[from] tantivy::TantivyError),
}

/// A paste, read and weighed: what the outcome is made from.
#[derive(Debug)]
pub struct Considered {
    /// What it says.
    pub reading: Reading,
    /// What speaks for and against each candidate.
    pub evidence: Vec<Evidence>,
    /// The probabilities.
    pub judgement: Judgement,
}

impl Engine {
    /// Builds a generation from a knowledge base; its own decision if it has one, else the built-in.
    ///
    /// # Errors
    /// [`BuildError`] when the decision cannot be used or memory is short.
    pub fn new(kb: Kb, generation: String) -> Result<Self, BuildError> {
        let decision = decision(&kb)?;
        Self::with_decision(kb, generation, decision)
    }

    /// Builds a generation with this decision.
    ///
    /// # Errors
    /// See [`Engine::new`].
    pub fn with_decision(
        kb: Kb,
        generation: String,
        decision: Decision,
    ) -> Result<Self, BuildError> {
        let analyzer = Arc::new(analyzer(&kb));
        let topics = Topics::new(&kb, &analyzer);
        Self::of(kb, generation, decision, analyzer, topics)
    }

    /// Builds the generation that comes after another, by its own decision. What is the same in both
    /// is shared: an entry that has not changed is not read again unless the vocabulary has. With it,
    /// how many entries and neighbours were read.
    ///
    /// # Errors
    /// See [`Engine::new`].
    pub fn after(before: &Self, kb: Kb, generation: String) -> Result<(Self, usize), BuildError> {
        let decision = decision(&kb)?;
        if kb.vocabulary != before.kb.vocabulary {
            let read = kb.entries.len() + kb.neighbours.len();
            return Ok((Self::with_decision(kb, generation, decision)?, read));
        }
        let analyzer = before.analyzer.clone();
        let (topics, read) = Topics::after(&before.topics, &before.kb, &kb, &analyzer);
        Ok((Self::of(kb, generation, decision, analyzer, topics)?, read))
    }

    fn of(
        kb: Kb,
        generation: String,
        decision: Decision,
        analyzer: Arc<Analyzer>,
        topics: Topics,
    ) -> Result<Self, BuildError> {
        Ok(Self {
            judge: Judge::new(decision)?,
            index: Local::new(&topics)?,
            pinyin: PinyinIndex::new(&topics),
            kb,
            generation,
            analyzer,
            topics,
        })
    }

    /// The same generation under another decision.
    ///
    /// # Errors
    /// When the decision was fitted for other features.
    pub fn decide_by(&mut self, decision: Decision) -> Result<(), DecisionError> {
        self.judge = Judge::new(decision)?;
        Ok(())
    }

    /// The content.
    pub fn kb(&self) -> &Kb {
        &self.kb
    }

    /// Its id: 8 hex digits.
    pub fn generation(&self) -> &str {
        &self.generation
    }

    /// What pastes are compared with.
    pub fn topics(&self) -> &Topics {
        &self.topics
    }

    /// The decision in force.
    pub fn judge(&self) -> &Judge {
        &self.judge
    }

    /// Finds the entry that solves a paste, or says that there is none; at most `limit` results.
    pub fn lookup(&self, paste: &Paste, limit: usize) -> Answer {
        let considered = self.consider(paste.text(), paste.platform(), Leave::Nothing);
        let whole = verdict::verdict(self, paste.text(), &considered, limit);
        let problems = problems::split(self, paste, &considered, limit);
        let surest = problems
            .iter()
            .map(|p| &p.verdict)
            .reduce(|a, b| if b.confidence > a.confidence { b } else { a })
            .cloned()
            .unwrap_or(whole);
        Answer {
            query: self.query(paste.text(), &considered.reading),
            verdict: surest,
            problems,
        }
    }

    /// Cuts a text into what both sides compare.
    pub fn read(&self, text: &str) -> Analyzed {
        self.analyzer.analyze(text)
    }

    /// Reads and weighs a text, leaving out what a fit wants left out.
    pub fn consider(&self, text: &str, platform: Option<&str>, leave: Leave) -> Considered {
        let platform =
            platform.and_then(|id| self.kb.vocabulary.platforms.iter().position(|p| p.id == id));
        let mut analyzed = self.analyzer.analyze(text);
        if let Some(phrases) = self.pinyin.expand(&analyzed, &self.topics) {
            analyzed = self.analyzer.analyze_rewritten(&phrases);
        }
        let reading = Reading::new(&self.topics, analyzed, platform);
        let evidence = rank::rank(&self.topics, &self.index, &reading, leave);
        let judgement = self
            .judge
            .judge(&reading, &evidence, |topic| self.entry_of(topic).is_some());
        Considered {
            reading,
            evidence,
            judgement,
        }
    }

    /// The entry that a topic is, unless it is a neighbour.
    pub fn entry_of(&self, topic: usize) -> Option<usize> {
        match self.topics.topics[topic].kind {
            TopicKind::Entry(entry) => Some(entry),
            TopicKind::OutOfScope(_) => None,
        }
    }

    /// What was understood of a text.
    pub(super) fn query(&self, text: &str, reading: &Reading) -> Query {
        let platforms = reading
            .platforms
            .iter()
            .map(|p| self.kb.vocabulary.platforms[*p].id.clone())
            .collect();
        Query {
            platforms,
            codes: reading.shown_codes(text),
            masked: reading.masked(text),
            fingerprint: reading.fingerprint(),
        }
    }
}

fn decision(kb: &Kb) -> Result<Decision, DecisionError> {
    let own = kb.decision.as_deref().map(Decision::parse);
    own.unwrap_or_else(|| Ok(Decision::built_in()))
}

fn analyzer(kb: &Kb) -> Analyzer {
    let vocabulary = &kb.vocabulary;
    let dictionary: Vec<(String, Option<u64>)> = vocabulary
        .words
        .iter()
        .map(|w| (w.word.clone(), w.frequency))
        .collect();
    let names: Vec<(String, usize)> = vocabulary
        .platforms
        .iter()
        .enumerate()
        .flat_map(|(i, p)| {
            p.aliases
                .iter()
                .chain([&p.label])
                .map(move |a| (a.clone(), i))
        })
        .collect();
    Analyzer::new(Words {
        dictionary: &dictionary,
        synonyms: &vocabulary.synonyms,
        names: &names,
        transport: &vocabulary.transport,
    })
}
