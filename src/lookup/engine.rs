//! One immutable generation of everything that a lookup needs: a paste to evidence and
//! probabilities. The decision on them is made in `answer`, above this.

use std::sync::Arc;

use crate::index::{Local, Topics};
use crate::kb::Kb;
use crate::text::{Analyzed, Analyzer, Words};

use super::damage::{Messages, signs};
use super::evidence::{Evidence, Exclude};
use super::judge::{Chance, Decision, DecisionError, Judge, Judgement};
use super::pinyin::PinyinIndex;
use super::rank::rank;
use super::read::Reading;

/// A generation: content, vocabulary, index and decision.
#[derive(Debug)]
pub struct Engine {
    kb: Kb,
    generation: String,
    analyzer: Arc<Analyzer>,
    topics: Topics,
    index: Local,
    pinyin: PinyinIndex,
    messages: Messages,
    judge: Judge,
}

/// A generation that cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// `_decision.toml` is not valid.
    #[error("_decision.toml: {0}")]
    Decision(#[from] DecisionError),
    /// The index cannot be built.
    #[error("the index cannot be built: {0}")]
    Index(#[from] tantivy::TantivyError),
}

/// A paste with the evidence and probability of each candidate.
#[derive(Debug)]
pub struct Scored {
    /// The analysed paste.
    pub reading: Reading,
    /// Evidence for and against each candidate, in no order.
    pub evidence: Vec<Evidence>,
    /// Probabilities of the candidates.
    pub judgement: Judgement,
    /// True for a text that lost bytes and was not restored.
    pub damaged: bool,
}

impl Scored {
    /// The entry of a candidate, as its position in [`Kb::entries`]; `None` for an out-of-scope
    /// topic.
    pub fn entry(&self, topics: &Topics, chance: &Chance) -> Option<usize> {
        topics.entry(self.evidence[chance.candidate].topic)
    }
}

impl Engine {
    /// Builds a generation from a knowledge base, with its own decision or else the built-in one.
    /// `generation` is its id.
    ///
    /// # Errors
    /// [`BuildError`] if the decision is not valid or the index cannot be built.
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

    /// Builds the generation that follows `before`, with its own decision or else the built-in one.
    /// Unchanged entries and out-of-scope topics are not analysed again, unless the vocabulary has
    /// changed. Also returns the count of those that were analysed.
    ///
    /// # Errors
    /// See [`Engine::new`].
    pub fn after(before: &Self, kb: Kb, generation: String) -> Result<(Self, usize), BuildError> {
        let decision = decision(&kb)?;
        if kb.vocabulary != before.kb.vocabulary {
            let read = kb.entries.len() + kb.out_of_scope.len();
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
            messages: Messages::default(),
            kb,
            generation,
            analyzer,
            topics,
        })
    }

    /// Replaces the decision.
    ///
    /// # Errors
    /// [`DecisionError`] if it was fitted for other features.
    pub fn decide_by(&mut self, decision: Decision) -> Result<(), DecisionError> {
        self.judge = Judge::new(decision)?;
        Ok(())
    }

    /// The content.
    pub fn kb(&self) -> &Kb {
        &self.kb
    }

    /// The id of the generation: 8 hex digits.
    pub fn generation(&self) -> &str {
        &self.generation
    }

    /// The topics that pastes are compared with.
    pub fn topics(&self) -> &Topics {
        &self.topics
    }

    /// The judge with the decision in force.
    pub fn judge(&self) -> &Judge {
        &self.judge
    }

    /// Analyses a text as pastes and authored lines are analysed.
    pub fn read(&self, text: &str) -> Analyzed {
        self.analyzer.analyze(text)
    }

    /// Scores every candidate for a text. `platform` is the id of the platform given beside it.
    pub fn consider(&self, text: &str, platform: Option<&str>, exclude: Exclude) -> Scored {
        let platform = platform.and_then(|id| self.kb.vocabulary.platform_position(id));
        let mut analyzed = self.analyzer.analyze_paste(text);
        let signs = signs(text, &analyzed.normalized);
        let restored = signs
            .likely
            .then(|| self.messages.restore(&self.topics, text))
            .flatten();
        let damaged = signs.certain && restored.is_none();
        if let Some(restored) = restored {
            analyzed = self.analyzer.analyze_rewritten(&restored);
        } else if let Some(phrases) = self.pinyin.expand(&analyzed, &self.topics) {
            analyzed = self.analyzer.analyze_rewritten(&phrases);
        }
        let reading = Reading::new(&self.topics, analyzed, platform);
        let evidence = rank(&self.topics, &self.index, &reading, exclude);
        let judgement = self.judge.judge(&self.topics, &reading, &evidence);
        Scored {
            reading,
            evidence,
            judgement,
            damaged,
        }
    }

    /// The entry of a topic, as its position in [`Kb::entries`]; `None` for an out-of-scope topic.
    ///
    /// # Panics
    /// If there is no topic of this position.
    pub fn entry_of(&self, topic: usize) -> Option<usize> {
        self.topics.entry(topic)
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
        boilerplate: &vocabulary.boilerplate,
    })
}
