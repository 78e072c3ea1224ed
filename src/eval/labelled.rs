//! Labelled queries: reading them, and measuring an engine on each.

use std::path::Path;

use serde::Deserialize;

use crate::lookup::verdict::outcome;
use crate::lookup::{Engine, Exclude, Outcome, Scored};

/// Results that a measurement names.
const NAMED: usize = 3;

/// A query with its right answers.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    /// The name of the query in a list of misses.
    pub id: String,
    /// Group in the table; a kind that ends in `out` has no answer here.
    pub kind: String,
    /// The text to look up.
    pub text: String,
    /// Ids of the right entries, or of `sources` that a right entry has; empty if nothing here
    /// answers the query.
    pub gold: Vec<String>,
}

/// A file of labelled queries that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LabelledError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// Path of the file.
        path: String,
        /// The cause.
        source: std::io::Error,
    },
    /// A line is not a valid query.
    #[error("{path}:{line}: {source}")]
    Line {
        /// Path of the file.
        path: String,
        /// Number of the line, from 1.
        line: usize,
        /// The cause.
        source: serde_json::Error,
    },
}

/// Reads a file of queries, one JSON object a line; blank lines are skipped.
///
/// # Errors
/// [`LabelledError`] with the file and the line.
pub fn read(path: &Path) -> Result<Vec<Labelled>, LabelledError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|source| LabelledError::Read {
        path: name.clone(),
        source,
    })?;
    text.lines()
        .enumerate()
        .filter(|(_, l)| !l.trim().is_empty())
        .map(|(i, l)| {
            serde_json::from_str(l).map_err(|source| LabelledError::Line {
                path: name.clone(),
                line: i + 1,
                source,
            })
        })
        .collect()
}

/// The result of an engine for a labelled query.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Group in the table.
    pub kind: String,
    /// True if the query has a right answer.
    pub in_scope: bool,
    /// Position of the first right entry among the candidates, from 0; `None` if none is right.
    pub rank: Option<usize>,
    /// Probability that something here answers the query, by the model.
    pub offered: f64,
    /// The decision.
    pub outcome: Outcome,
    /// Calibrated confidence of the first result, 0 to 1.
    pub confidence: f64,
    /// Ids of the first three entries.
    pub first: Vec<String>,
}

/// Measures an engine, under its decision in force, on one query.
pub fn measure(engine: &Engine, query: &Labelled) -> Measured {
    let scored = engine.consider(&query.text, None, Exclude::Nothing);
    measured(engine, query, &scored)
}

/// Measures an engine on a query that it has scored.
fn measured(engine: &Engine, query: &Labelled, scored: &Scored) -> Measured {
    let entries = &engine.kb().entries;
    let chances = scored.judgement.entries.iter();
    let ranked: Vec<usize> = chances
        .filter_map(|c| scored.entry(engine.topics(), c))
        .collect();
    let (outcome, confidence) = outcome(engine.judge(), scored);
    Measured {
        kind: query.kind.clone(),
        in_scope: !query.gold.is_empty(),
        rank: ranked.iter().position(|&e| is_right(engine, query, e)),
        offered: 1.0 - scored.judgement.none,
        outcome,
        confidence,
        first: ranked
            .iter()
            .take(NAMED)
            .map(|&e| entries[e].id.clone())
            .collect(),
    }
}

/// True if the entry of this position answers the query.
pub fn is_right(engine: &Engine, query: &Labelled, entry: usize) -> bool {
    let entry = &engine.kb().entries[entry];
    query
        .gold
        .iter()
        .any(|g| *g == entry.id || entry.sources.contains(g))
}
