//! Queries to a table: measures the quality of the lookup and fits its decision. Offline only:
//! nothing that serves uses it.
//!
//! - [`labelled`] reads labelled queries and measures an engine on them
//! - [`generate`] makes training lines from the content itself
//! - [`fit`] fits the decision
//! - [`table`] renders an evaluation
//! - [`perturb`] measures queries that are worn, cut, wrapped or written otherwise

pub mod fit;
pub mod generate;
pub mod labelled;
mod logit;
pub mod perturb;
pub mod table;
