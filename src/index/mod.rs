//! Entries to candidates.
//!
//! A *topic* is an entry or a neighbour: what competes for a paste. [`topic`] holds what the
//! lookup compares a paste with, [`template`] aligns a message with it, and [`local`] proposes the
//! few topics worth comparing. Engines receive tokens, never raw text.

mod grid;
pub mod lexicon;
pub mod local;
pub mod share;
pub mod template;
pub mod topic;
pub mod topic_text;

pub use lexicon::Lexicon;
pub use local::Local;
pub use share::{all_threads, share};
pub use template::{Alignment, Template};
pub use topic::{Line, LineKind, Topic, TopicKind, Topics};
pub use topic_text::{LineText, TopicText};
