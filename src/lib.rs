//! jieda (解答) finds the entry of a knowledge base that solves a pasted error, or says that there
//! is none.
//!
//! # The way of a query
//!
//! ```text
//! paste ─ text ──▶ lookup::read ─ index ──▶ lookup::rank ──▶ lookup::judge ──▶ lookup::verdict ──▶ web
//!        normalise     what it      propose      compare         probabilities     answer, choose,    page,
//!        and cut       says         topics       everything      with `none`       none; explained    JSON
//! ```
//!
//! # Modules, in reading order
//!
//! - [`text`] characters to tokens; knows nothing of entries
//! - [`privacy`] what is personal or secret in a text, and the text without it
//! - [`kb`] Markdown to entries, with diagnostics
//! - [`index`] entries to candidates
//! - [`lookup`] a paste to an outcome; [`lookup::Engine`] is one immutable generation
//! - [`eval`] queries to a table; fits the decision; does every entry find itself
//! - [`journal`] what was asked and whether it helped, masked, in SQLite or PostgreSQL
//! - [`live`] the generation in service: built, checked, swapped in, watched
//! - [`web`] one outcome, its faces: pages and the API
//! - [`terminal`] the same outcome as text for the command line
//! - [`keep`] options about where the journal lies
//! - [`access`] options about who may ask and how much
//! - [`config`] flags and environment to one checked struct
//!
//! # Invariants
//!
//! - `text < privacy < kb < index < lookup < eval < journal < live < web < terminal < keep < access < config < main`: a module uses only what stands to
//!   its left (`tests/it/tidy.rs` holds it).
//! - `text` and `lookup` do no I/O, are not async and never fail on a paste.
//! - The index receives terms, never raw text: no query parser ever sees what a user wrote.
//! - A request reads one generation from start to end; its id is in every answer.
//! - Wire types live in `web`; only `main` prints or exits.

pub mod text;

pub mod privacy;

pub mod kb;

pub mod index;

pub mod lookup;

pub mod eval;

pub mod journal;

pub mod live;

pub mod web;

pub mod terminal;

pub mod keep;

pub mod access;

pub mod config;
