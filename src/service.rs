//! One turn of a conversation, the same for every client: pages, API, MCP, chats and the command.
//!
//! [`Service::turn`] looks a text up, or takes it as the reply to the question before. It gives the
//! answer an id, records it in the journal, counts it, and says what the next turn needs. Nothing
//! here knows HTTP or how an answer is shown.

use std::sync::Arc;
use std::time::{Duration, Instant};

use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

use crate::journal::{Channel, Feedback, Journal, Lookup, LookupId, WriteStatus};
use crate::kb::Entry;
use crate::live::{Generation, Live};
use crate::lookup::follow::{Turn, Understood};
use crate::lookup::{Answer, Outcome, Paste};

/// Counts lookups by channel and outcome.
const LOOKUPS: &str = "jieda_lookups_total";
/// Times lookups, in seconds.
pub const LOOKUP_DURATION: &str = "jieda_lookup_duration_seconds";

/// The generation in service and the journal; cheap to clone.
#[derive(Debug, Clone)]
pub struct Service {
    live: Arc<Live>,
    journal: Journal,
}

/// An answer under the id that it is recorded by.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Id of the lookup; feedback refers to it.
    pub id: LookupId,
    /// The decision and its reasons.
    pub answer: Answer,
    /// For the reply to a question: how it was taken.
    pub understood: Option<Understood>,
    /// Context for the next turn, where the answer asks a question.
    pub next: Option<Turn>,
}

impl Recorded {
    fn new(answer: Answer, platform: Option<&str>, understood: Option<Understood>) -> Self {
        Self {
            id: LookupId::new(),
            next: Turn::of(&answer, platform),
            answer,
            understood,
        }
    }

    /// An answer that is in no journal, as the examples of the API's documentation are.
    pub fn unrecorded(answer: Answer) -> Self {
        Self::new(answer, None, None)
    }
}

impl Service {
    /// A service over a knowledge base and a journal.
    pub fn new(live: Arc<Live>, journal: Journal) -> Self {
        Self { live, journal }
    }

    /// The knowledge base in service, with the state of its reloads.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// The record of lookups and feedback.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The generation in service. A request takes it once and keeps it to its end.
    pub fn current(&self) -> Arc<Generation> {
        self.live.current()
    }

    /// One turn of a conversation: looks `paste` up, or, after a question (`before`), takes it as
    /// the reply. At most `limit` results. Never waits for the journal.
    pub fn turn(
        &self,
        now: &Generation,
        paste: &Paste,
        before: Option<&Turn>,
        limit: usize,
        channel: Channel,
    ) -> Recorded {
        let start = Instant::now();
        let engine = &now.engine;
        let recorded = match before {
            None => Recorded::new(engine.lookup(paste, limit), paste.platform(), None),
            Some(turn) => {
                let (answer, understood) = engine.follow(turn, paste, limit);
                // The conversation stays with its platform until the subject changes.
                let platform = match understood {
                    Understood::NewQuestion => paste.platform(),
                    _ => turn.platform.as_deref(),
                };
                Recorded::new(answer, platform, Some(understood))
            }
        };
        let duration = start.elapsed();
        let Answer { verdict, .. } = &recorded.answer;
        lookups(channel, verdict.outcome).increment(1);
        histogram!(LOOKUP_DURATION).record(duration);
        if self.journal.is_open() {
            self.record(now, &recorded, channel, duration);
        }
        recorded
    }

    fn record(&self, now: &Generation, recorded: &Recorded, channel: Channel, duration: Duration) {
        let first = recorded.answer.verdict.results.first();
        let entry = first.map(|hit| now.engine.kb().entries[hit.entry].id.as_str());
        let (Recorded { id, answer, .. }, generation) = (recorded, now.engine.generation());
        let lookup = Lookup::new(*id, answer, entry, generation, channel, duration);
        self.journal.record(lookup);
    }

    /// Records whether an entry helped; waits a short while to say whether it is written. The lookup
    /// need not be known: it may still wait to be written, or another server may have made it.
    pub async fn feedback(
        &self,
        lookup: Option<LookupId>,
        entry: &Entry,
        helped: bool,
        why: Option<&str>,
    ) -> WriteStatus {
        let feedback = Feedback::new(lookup, &entry.id, helped, why);
        self.journal.feedback(feedback).await
    }
}

fn lookups(channel: Channel, outcome: Outcome) -> metrics::Counter {
    counter!(LOOKUPS, "face" => channel.as_str(), "outcome" => outcome.as_str())
}

/// Describes the metrics of this module, and starts its counters at zero: a counter that appears
/// with a 1 is no increase to Prometheus. Called once, when the recorder is installed.
pub fn describe_metrics() {
    describe_counter!(
        LOOKUPS,
        "Lookups by who asked (page, api, mcp, hook, command) and outcome (answer, choose, none)."
    );
    describe_histogram!(LOOKUP_DURATION, Unit::Seconds, "Duration of a lookup.");
    for outcome in Outcome::ALL {
        for channel in Channel::ALL {
            lookups(channel, outcome).increment(0);
        }
    }
}
