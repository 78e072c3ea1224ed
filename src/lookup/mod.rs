//! A paste to an outcome: read, propose, rank, judge, explain.
//!
//! [`Engine`] is one immutable generation of everything a lookup needs. It does no I/O, takes no
//! lock and never fails: every checked [`Paste`] has an [`Answer`]. Wire formats are not here.
//!
//! - `read`, `compare`, `rank`: a paste to [`evidence`] about each candidate
//! - [`judge`]: evidence to probabilities
//! - [`engine`]: the generation, and the way of a paste through the above
//! - [`verdict`], [`ask`], [`handover`], [`explain`], [`query`], [`problems`]: probabilities to
//!   what a person is shown
//! - `alone`: a message that stands whole in a part of the paste
//! - [`answer`]: one turn, a lookup or ([`follow`]) the reply to a question
//! - [`batch`], [`weigh`], [`self_check`]: many texts at once, the weighing in full, the check that
//!   every entry finds itself
//!
//! The sources of tuned constants are named as [`index`](crate::index) says.

mod alone;
pub mod answer;
pub mod ask;
pub mod batch;
mod codes;
mod columns;
mod compare;
mod damage;
pub mod engine;
pub mod evidence;
pub mod explain;
pub mod follow;
pub mod handover;
pub mod judge;
mod paste;
pub mod pinyin;
pub mod problems;
pub mod query;
mod rank;
pub mod read;
pub mod self_check;
mod slots;
pub mod verdict;
pub mod weigh;

pub use answer::Answer;
pub use ask::{Ask, AskOption, MAX_OPTIONS};
pub use engine::{BuildError, Engine, Scored};
pub use evidence::Exclude;
pub use explain::{Matched, Span, SpanKind};
pub use handover::{Handover, Reason};
pub use paste::{MAX_BYTES, Paste, PasteError, known_platform};
pub use problems::Problem;
pub use query::Query;
pub use verdict::{Hit, Outcome, Verdict};
