//! Labelled queries: reading them, and what an engine makes of each.

use std::path::Path;

use serde::Deserialize;

use crate::lookup::rank::Leave;
use crate::lookup::verdict::outcome;
use crate::lookup::{Considered, Engine, Outcome};

/// A query with the ids that a right answer's `sources` (or the entry's own id) must meet.
#[derive(Debug, Clone, Deserialize)]
pub struct Labelled {
    /// Names it in a list of misses.
    pub id: String,
    /// Its group in the table; a kind that ends in `out` has no answer here.
    pub kind: String,
    /// What the server would receive.
    pub text: String,
    /// Empty where nothing here answers it.
    pub gold: Vec<String>,
}

/// A file of labelled queries that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LabelledError {
    /// The file itself.
    #[error("{path}: {source}")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// One line of it.
    #[error("{path}:{line}: {source}")]
    Line {
        /// Which file.
        path: String,
        /// 1-based.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

/// Reads one JSON object a line; blank lines are passed over.
///
/// # Errors
/// [`LabelledError`] with file and line.
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

/// What an engine made of a labelled query.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Group.
    pub kind: String,
    /// Whether something here answers it.
    pub in_scope: bool,
    /// Position of the first right entry among the results, from 0.
    pub rank: Option<usize>,
    /// Probability that something here answers it, by the model.
    pub offered: f64,
    /// What was decided.
    pub outcome: Outcome,
    /// Calibrated confidence of the first result.
    pub confidence: f64,
    /// Ids of the first three.
    pub first: Vec<String>,
}

/// Runs one query.
pub fn measure(engine: &Engine, query: &Labelled) -> Measured {
    let considered = engine.consider(&query.text, None, Leave::Nothing);
    measured(engine, query, &considered)
}

/// The same, from what was already considered, under the engine's decision.
pub fn measured(engine: &Engine, query: &Labelled, considered: &Considered) -> Measured {
    let entries = &engine.kb().entries;
    let ranked: Vec<usize> = considered
        .judgement
        .entries
        .iter()
        .filter_map(|c| engine.entry_of(considered.evidence[c.candidate].topic))
        .collect();
    let (outcome, confidence) = outcome(engine, considered);
    Measured {
        kind: query.kind.clone(),
        in_scope: !query.gold.is_empty(),
        rank: ranked.iter().position(|&e| is_right(engine, query, e)),
        offered: 1.0 - considered.judgement.none,
        outcome,
        confidence,
        first: ranked
            .iter()
            .take(3)
            .map(|&e| entries[e].id.clone())
            .collect(),
    }
}

/// Whether an entry answers a labelled query.
pub fn is_right(engine: &Engine, query: &Labelled, entry: usize) -> bool {
    let entry = &engine.kb().entries[entry];
    query
        .gold
        .iter()
        .any(|g| *g == entry.id || entry.sources.contains(g))
}
