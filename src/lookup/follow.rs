//! What was meant by the reply to a question: one of the candidates, none of them, or something
//! else altogether. The turn before comes with the reply, so that nobody has to remember it; it
//! comes from outside and is believed in nothing but what the person was asked.

use super::engine::{Considered, Engine};
use super::rank::Leave;
use super::reply::Said;
use super::{
    Answer, Ask, AskOption, Hit, Matched, Outcome, Paste, Reason, Verdict, explain, verdict,
};

/// A candidate is meant when it has this share of what all candidates explain of the reply.
const MEANT: f64 = 0.75;
/// Words that explain this little of any candidate say nothing about which.
const SAYS_NOTHING: f64 = 0.01;
/// What a candidate keeps when the reply has none of its words.
const FLOOR: f64 = 0.002;
/// A reply that names a platform and is longer than this says more than the platform.
const PLATFORM_REPLY: usize = 16;
/// The longest text that a turn hands on, in characters.
pub const MAX_TEXT: usize = 2_000;
/// The most options that a question has: one a platform, or a few entries.
pub const MAX_OPTIONS: usize = 40;

/// The turn before: what was asked about, and the question's options in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The text that led to the question, masked, at most [`MAX_TEXT`] characters of it.
    pub text: String,
    /// The platform that was given beside it.
    pub platform: Option<String>,
    /// As they were shown.
    pub options: Vec<TurnOption>,
}

/// An option of the question that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnOption {
    /// Its platform, when the question was for that.
    pub platform: Option<String>,
    /// Ids of the entries that it leaves; none for "none of them".
    pub entries: Vec<String>,
}

/// How a reply was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Understood {
    /// As the choice of an option.
    Choice,
    /// As the platform of the text before.
    Platform,
    /// As words that tell the candidates apart.
    Words,
    /// As saying that it is none of them.
    NoneOfThem,
    /// Not at all: the question is asked again.
    Unclear,
    /// As a question of its own.
    NewQuestion,
}

impl Understood {
    /// As programs call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Choice => "choice",
            Self::Platform => "platform",
            Self::Words => "words",
            Self::NoneOfThem => "none-of-them",
            Self::Unclear => "unclear",
            Self::NewQuestion => "new-question",
        }
    }
}

impl Turn {
    /// What is handed on with a question, nothing without one.
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

/// The turn before, against the generation in service.
struct Before<'a> {
    engine: &'a Engine,
    turn: &'a Turn,
    considered: Considered,
    /// Positions of the entries of each option that there still are.
    options: Vec<(Option<usize>, Vec<usize>)>,
}

impl Engine {
    /// Decides on the reply to a question, among the candidates of the question where it is about
    /// them; at most `limit` results.
    pub fn follow(&self, turn: &Turn, reply: &Paste, limit: usize) -> (Answer, Understood) {
        let alone = self.lookup(reply, limit);
        let Some(before) = Before::new(self, turn) else {
            return (alone, Understood::NewQuestion);
        };
        before.decide(reply, alone, limit)
    }
}

impl<'a> Before<'a> {
    /// Nothing when no candidate is left.
    fn new(engine: &'a Engine, turn: &'a Turn) -> Option<Self> {
        let kb = engine.kb();
        let platform = |id: &String| kb.vocabulary.platforms.iter().position(|p| &p.id == id);
        let entry = |id: &String| {
            let id = &kb.entry(id)?.id;
            kb.entries.iter().position(|e| &e.id == id)
        };
        let options: Vec<(Option<usize>, Vec<usize>)> = turn
            .options
            .iter()
            .map(|o| {
                let entries = o.entries.iter().filter_map(entry).collect();
                (o.platform.as_ref().and_then(platform), entries)
            })
            .collect();
        options.iter().any(|(_, e)| !e.is_empty()).then(|| Self {
            engine,
            turn,
            considered: engine.consider(&turn.text, turn.platform.as_deref(), Leave::Nothing),
            options,
        })
    }

    fn decide(&self, reply: &Paste, alone: Answer, limit: usize) -> (Answer, Understood) {
        let said = Said::new(reply.text());
        match said {
            Said::None => return (self.none_of_them(), Understood::NoneOfThem),
            Said::Yes if self.candidates().len() == 1 => {
                return (self.chosen(&self.candidates()), Understood::Choice);
            }
            Said::Number(number) => {
                return match self.option(number) {
                    Some((_, entries)) if entries.is_empty() => {
                        (self.none_of_them(), Understood::NoneOfThem)
                    }
                    Some((_, entries)) => (self.chosen(entries), Understood::Choice),
                    None => (self.again(), Understood::Unclear),
                };
            }
            Said::Yes | Said::Words => {}
        }
        if let Some(entries) = self.labelled(reply.text()) {
            return (self.chosen(&entries), Understood::Choice);
        }
        let first = alone.verdict.results.first().map(|hit| hit.entry);
        if alone.verdict.outcome == Outcome::Answer {
            return match first.filter(|e| self.candidates().contains(e)) {
                Some(entry) => (self.chosen(&[entry]), Understood::Words),
                None => (alone, Understood::NewQuestion),
            };
        }
        if let Some(platform) = self.named(reply, &alone) {
            return (self.on(platform, limit), Understood::Platform);
        }
        if let Some(entry) = self.meant(reply.text()) {
            return (self.chosen(&[entry]), Understood::Words);
        }
        let too_short = |h: &super::Handover| h.reason == Reason::TooShort;
        let says_little = alone.verdict.handover.as_ref().is_some_and(too_short);
        if says_little || said == Said::Yes {
            (self.again(), Understood::Unclear)
        } else {
            (alone, Understood::NewQuestion)
        }
    }

    /// Positions of all candidates, each once, in the order of the options.
    fn candidates(&self) -> Vec<usize> {
        let mut all: Vec<usize> = Vec::new();
        for entry in self.options.iter().flat_map(|(_, entries)| entries) {
            if !all.contains(entry) {
                all.push(*entry);
            }
        }
        all
    }

    /// The option of this number, counted from 1; 0 is the last.
    fn option(&self, number: usize) -> Option<&(Option<usize>, Vec<usize>)> {
        match number {
            0 => self.options.last(),
            n => self.options.get(n - 1),
        }
    }

    /// The candidates of the option whose label the reply is, as a button sends it.
    fn labelled(&self, reply: &str) -> Option<Vec<usize>> {
        let kb = self.engine.kb();
        let reply = reply.trim();
        let label = |(platform, entries): &&(Option<usize>, Vec<usize>)| match platform {
            Some(p) => kb.vocabulary.platforms[*p].label == reply,
            None => matches!(entries[..], [e] if kb.entries[e].title == reply),
        };
        self.options
            .iter()
            .filter(|(_, entries)| !entries.is_empty())
            .find(label)
            .map(|(_, entries)| entries.clone())
    }

    /// The platform that the reply names, when it says little else.
    fn named(&self, reply: &Paste, alone: &Answer) -> Option<usize> {
        let id = reply.platform().or_else(|| {
            let short = reply.text().trim().chars().count() <= PLATFORM_REPLY;
            let [only] = &alone.query.platforms[..] else {
                return None;
            };
            (short && alone.query.codes.is_empty()).then_some(only.as_str())
        })?;
        let platforms = &self.engine.kb().vocabulary.platforms;
        platforms.iter().position(|p| p.id == id)
    }

    /// The candidate that the reply's words are about, when they tell them apart.
    fn meant(&self, reply: &str) -> Option<usize> {
        let considered = self.engine.consider(reply, None, Leave::Nothing);
        let candidates = self.candidates();
        let of = |considered: &Considered, entry: usize| chance(self.engine, considered, entry);
        let said: f64 = candidates.iter().map(|&e| of(&considered, e)).sum();
        if said < SAYS_NOTHING {
            return None;
        }
        let weighed = candidates.iter().map(|&e| {
            let before = of(&self.considered, e).max(FLOOR);
            (before * (of(&considered, e) + FLOOR), e)
        });
        let weighed: Vec<(f64, usize)> = weighed.collect();
        let all: f64 = weighed.iter().map(|(w, _)| w).sum();
        let best = weighed.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 >= MEANT * all).then_some(best.1)
    }

    /// The answer when these candidates are left: the one, or again a question among them.
    fn chosen(&self, entries: &[usize]) -> Answer {
        let outcome = match entries {
            [_] => Outcome::Answer,
            _ => Outcome::Choose,
        };
        self.answer(self.verdict(outcome, entries))
    }

    /// The text before, looked up again on a platform.
    fn on(&self, platform: usize, limit: usize) -> Answer {
        let fitting: Vec<usize> = self
            .candidates()
            .into_iter()
            .filter(|&e| self.sells_on(e, platform))
            .collect();
        if let [entry] = fitting[..] {
            return self.chosen(&[entry]);
        }
        let id = &self.engine.kb().vocabulary.platforms[platform].id;
        let again = self
            .engine
            .consider(&self.turn.text, Some(id), Leave::Nothing);
        self.answer(verdict::verdict(
            self.engine,
            &self.turn.text,
            &again,
            limit,
        ))
    }

    /// Whether an option says so, or the entry itself.
    fn sells_on(&self, entry: usize, platform: usize) -> bool {
        let kb = self.engine.kb();
        let id = &kb.vocabulary.platforms[platform].id;
        let by_option = |(p, entries): &(Option<usize>, Vec<usize>)| {
            *p == Some(platform) && entries.contains(&entry)
        };
        self.options.iter().any(by_option) || kb.entries[entry].platforms.contains(id)
    }

    fn none_of_them(&self) -> Answer {
        let mut handover = verdict::handover(self.engine, &self.turn.text, &self.considered);
        handover.reason = Reason::Unknown;
        self.answer(Verdict {
            outcome: Outcome::None,
            confidence: 0.0,
            results: Vec::new(),
            ask: None,
            handover: Some(handover),
        })
    }

    /// The same question once more.
    fn again(&self) -> Answer {
        self.answer(self.verdict(Outcome::Choose, &self.candidates()))
    }

    /// The candidates that are left, with all the probability that the candidates had together: who
    /// asks has told which of them it is.
    fn verdict(&self, outcome: Outcome, left: &[usize]) -> Verdict {
        let chance = |entry: usize| chance(self.engine, &self.considered, entry);
        let all: f64 = self.candidates().into_iter().map(chance).sum();
        let of: f64 = left.iter().copied().map(chance).sum();
        let all = self.engine.judge().calibrate(all.min(1.0));
        let mut results: Vec<Hit> = left
            .iter()
            .map(|&entry| Hit {
                entry,
                confidence: all * chance(entry) / of.max(f64::EPSILON),
                matched: self.matched(entry),
            })
            .collect();
        results.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        Verdict {
            outcome,
            confidence: results.first().map_or(0.0, |hit| hit.confidence),
            ask: (outcome == Outcome::Choose).then(|| self.ask(left)),
            handover: None,
            results,
        }
    }

    /// The options that are left, in the order in which they were shown.
    fn ask(&self, left: &[usize]) -> Ask {
        let kb = self.engine.kb();
        let label = |platform: Option<usize>, entries: &[usize]| match (platform, entries) {
            (Some(p), _) => kb.vocabulary.platforms[p].label.clone(),
            (None, [first, ..]) => kb.entries[*first].title.clone(),
            (None, []) => verdict::NONE_OF_THEM.to_owned(),
        };
        let shown = self.options.iter().filter_map(|(platform, entries)| {
            let kept: Vec<usize> = entries
                .iter()
                .copied()
                .filter(|e| left.contains(e))
                .collect();
            // An option without entries is "none of them": it stays.
            (entries.is_empty() || !kept.is_empty()).then(|| AskOption {
                label: label(*platform, &kept),
                platform: platform.map(|p| kb.vocabulary.platforms[p].id.clone()),
                entries: kept.iter().map(|&e| kb.entries[e].id.clone()).collect(),
            })
        });
        Ask {
            question: "请说一下是下面哪一个？".to_owned(),
            options: shown.collect(),
        }
    }

    /// What spoke for it in the text before, whose characters are not those of the reply.
    fn matched(&self, entry: usize) -> Matched {
        let evidence = self.considered.evidence.iter();
        let of = evidence
            .filter(|e| self.engine.entry_of(e.topic) == Some(entry))
            .map(|e| explain::matched(self.engine, &self.turn.text, &self.considered.reading, e))
            .next()
            .unwrap_or_default();
        Matched {
            spans: Vec::new(),
            ..of
        }
    }

    fn answer(&self, mut verdict: Verdict) -> Answer {
        for hit in &mut verdict.results {
            hit.matched.spans.clear();
        }
        Answer {
            query: self.engine.query(&self.turn.text, &self.considered.reading),
            verdict,
            problems: Vec::new(),
        }
    }
}

/// The calibrated probability of an entry; 0 for one that was not even proposed.
fn chance(engine: &Engine, considered: &Considered, entry: usize) -> f64 {
    let chances = considered.judgement.entries.iter();
    chances
        .filter(|c| engine.entry_of(considered.evidence[c.candidate].topic) == Some(entry))
        .map(|c| c.probability)
        .sum()
}
