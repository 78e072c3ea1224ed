//! One turn with a person: a lookup, or the reply to the question before, to an answer.

use super::alone;
use super::engine::Engine;
use super::evidence::Exclude;
use super::follow::{Before, MAX_TEXT, Said, Turn, TurnOption, Understood, by_itself, by_words};
use super::paste::Paste;
use super::problems::{Problem, split};
use super::query::Query;
use super::verdict::{Outcome, Verdict, verdict};

/// The answer to a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The facts of the paste.
    pub query: Query,
    /// The decision for the whole paste; of several problems that of the most confident.
    pub verdict: Verdict,
    /// The errors in the order of the paste, when it holds several; else empty.
    pub problems: Vec<Problem>,
}

impl Engine {
    /// Finds the entry that solves a paste, or decides that there is none; at most `limit` results.
    pub fn lookup(&self, paste: &Paste, limit: usize) -> Answer {
        let scored = self.consider(paste.text(), paste.platform(), Exclude::Nothing);
        let query = Query::new(&self.kb().vocabulary, paste.text(), &scored.reading);
        let problems = split(self, paste, &scored, limit);
        let verdicts = problems.iter().map(|p| &p.verdict);
        let surest = verdicts.reduce(|a, b| if b.confidence > a.confidence { b } else { a });
        let whole = || {
            let (kb, topics, judge) = (self.kb(), self.topics(), self.judge());
            let verdict = verdict(kb, topics, judge, &query, &scored, limit);
            match verdict.outcome {
                Outcome::Answer => verdict,
                _ => alone::answered(self, paste, &scored, limit).unwrap_or(verdict),
            }
        };
        Answer {
            verdict: surest.cloned().unwrap_or_else(whole),
            query,
            problems,
        }
    }

    /// Decides on the reply to a question: among the candidates of the question where the reply is
    /// about them, else by a lookup of the reply. At most `limit` results.
    pub fn follow(&self, turn: &Turn, reply: &Paste, limit: usize) -> (Answer, Understood) {
        let Some(before) = Before::new(self, turn) else {
            return (self.lookup(reply, limit), Understood::NewQuestion);
        };
        let said = Said::new(reply.text());
        let decided = by_itself(&before, said, reply.text());
        let (verdict, understood) = match decided {
            Some(decided) => decided,
            None => {
                let alone = self.lookup(reply, limit);
                match by_words(&before, said, reply, &alone.query, &alone.verdict, limit) {
                    Some(decided) => decided,
                    None => return (alone, Understood::NewQuestion),
                }
            }
        };
        let answer = Answer {
            query: before.query,
            verdict,
            problems: Vec::new(),
        };
        (answer, understood)
    }
}

impl Turn {
    /// The context for the reply to an answer's question; `None` without a question. `platform` is
    /// the one given beside the text.
    pub fn of(answer: &Answer, platform: Option<&str>) -> Option<Self> {
        let ask = answer.verdict.ask.as_ref()?;
        let options = ask.options.iter().map(|o| TurnOption {
            platform: o.platform.clone(),
            entries: o.entries.clone(),
        });
        Some(Self {
            text: answer.query.masked.chars().take(MAX_TEXT).collect(),
            platform: platform.map(str::to_owned),
            options: options.collect(),
        })
    }
}
