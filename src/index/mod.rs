//! Entries to candidates.
//!
//! A *topic* is an entry or an out-of-scope topic: everything that competes for a paste. [`topic`]
//! holds what the lookup compares a paste with, [`template`] aligns a message with it, and
//! [`local`] proposes the few topics worth comparing. Engines receive tokens, never raw text.
//!
//! # Sources of constants
//!
//! Every tuned number in `index`, `lookup` and `eval` is a named
//! constant, and its documentation ends with its source:
//!
//! - *prototype*: taken over from the prototype that came before this program and was tuned on
//!   labelled queries; not measured again since
//! - *measured*: found with the named command, in the named month
//! - *chosen*: set by judgement; no measurement is on record
//! - otherwise the publication or rule that it is from

mod grid;
pub mod lexicon;
pub mod line;
pub mod local;
pub mod share;
pub mod template;
pub mod topic;
pub mod topic_text;

pub use lexicon::Lexicon;
pub use line::LineKind;
pub use local::Local;
pub use share::{all_threads, share};
pub use template::{Alignment, Template};
pub use topic::{Line, Topic, TopicKind, Topics};
pub use topic_text::{LineText, TopicText};
