//! The API for programs.

mod batch;
mod files;
mod follow;
mod generation;
mod lookup;
mod openapi;
mod refusals;

/// The address of a lookup.
pub(crate) const LOOKUP: &str = "/api/v1/lookup";
