//! Queries to a table: how good the lookup is, and the decision fitted from what is known.
//!
//! - [`labelled`] reads labelled queries and measures an engine on them
//! - [`generate`] makes training lines from the content itself
//! - [`fit`] fits the decision
//! - [`perturb`] the same queries, worn, cut and wrapped
//! - [`find_itself`] checks that every entry is found first by its own lines

pub mod find_itself;
pub mod fit;
pub mod generate;
pub mod labelled;
mod logit;
pub mod perturb;
pub mod table;
