//! The API for programs: an operation a file, each with its request, its handler and its example; the
//! wire types that they share, and the OpenAPI document that is made from all of them.

pub(crate) mod batch;
pub(crate) mod batch_body;
pub(crate) mod body;
pub(crate) mod context;
pub(crate) mod entries;
mod example;
mod examples;
pub(crate) mod feedback;
mod limit;
pub(crate) mod list_query;
pub(crate) mod lookup;
pub(crate) mod openapi;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod suggest;
