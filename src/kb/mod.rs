//! The knowledge base: a folder of Markdown to a checked model, with diagnostics as a compiler
//! gives them. Knows nothing of searching. Content never fails to load: invalid parts are skipped
//! and reported; only a folder that cannot be read is an error.

mod category;
mod check;
mod date;
mod diagnostic;
mod draft;
mod entry;
mod findings;
mod front_matter;
mod heading;
mod id;
mod kind;
mod links;
mod list;
mod markdown;
mod model;
mod out_of_scope;
mod outline;
mod parse;
mod parse_cache;
mod picture;
pub mod render;
pub mod render_cache;
pub mod scaffold;
mod source;
mod template;
mod vocabulary;

pub use category::{Category, ancestors};
pub use diagnostic::{Diagnostic, Rule, Severity};
pub use entry::{Acts, Cause, Change, Entry, Line, Retry, Section};
pub use model::Kb;
pub use out_of_scope::OutOfScopeTopic;
pub use parse_cache::ParseCache;
pub use picture::{Picture, Size, Sizes};
pub use source::{ReadError, Source};
pub use vocabulary::{Platform, Vocabulary, Word};

#[cfg(test)]
mod tests;
