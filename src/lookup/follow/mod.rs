//! The reply to a question: a choice among its candidates, none of them, or a new question.
//!
//! The client sends the turn before with the reply, so the server stores no conversation. The turn
//! is untrusted: only the options it names are used, and only entries that exist.

mod before;
mod left;
mod meaning;
mod reply;
mod turn;

pub use turn::{MAX_TEXT, Turn, TurnOption, Understood};

pub(super) use before::Before;
pub(super) use meaning::{by_itself, by_words};
pub(super) use reply::Said;
