//! jieda (解答) finds the entry of a knowledge base that solves a pasted error, or says that there
//! is none.
//!
//! # From a paste to an answer
//!
//! ```text
//! paste ─ text ──▶ lookup::read ─ index ──▶ lookup::rank ──▶ lookup::judge ──▶ lookup::verdict ──▶ web
//!        normalise     what it      propose      compare         probabilities     answer, choose,    page,
//!        and cut       says         topics       everything      with `none`       none; explained    JSON
//! ```
//!
//! [`service`] is where every client asks: pages, API, MCP, chats and the command line.
//!
//! # Modules, in reading order
//!
//! - [`text`] characters to tokens; knows nothing of entries
//! - [`table`] pasted and sent tables to rows of cells; knows nothing of entries
//! - [`privacy`] finds personal data and secrets in a text, and hides them
//! - [`kb`] Markdown to entries, with diagnostics
//! - [`index`] entries to candidates
//! - [`lookup`] a paste to an outcome; [`lookup::Engine`] is one immutable generation
//! - [`search`] lists and suggests entries; decides nothing
//! - [`journal`] the record of lookups and feedback, masked, in SQLite or PostgreSQL
//! - [`live`] the generation in service: built, checked, swapped in, watched
//! - [`wording`] the Chinese names of an outcome and its parts
//! - [`service`] one turn of a conversation, recorded and counted
//! - [`web`] HTTP: pages, API, MCP, chats, health
//! - [`eval`] measures and fits the decision on labelled queries; no server needs it
//!
//! The command line is the binary's: `main.rs` and `cli/`.
//!
//! # Glossary
//!
//! - **entry**: one Markdown file of a knowledge base: one problem and its solution
//! - **template**: an error message as a platform sends it, its variable parts written `<*>`
//! - **training phrase**: a question, or the same error in other words, that trains the lookup
//! - **out-of-scope topic**: a topic that the knowledge base does not answer; it competes with the
//!   entries, and where it wins the outcome is `none` (a *neighbour* in files and in the API)
//! - **topic**: an entry or an out-of-scope topic, as the index knows them
//! - **paste**: the text that a person or a program hands in, with whatever surrounds the error
//! - **variable**: a part of a paste that differs from one occurrence of an error to the next
//! - **code**: a short token that names an error, such as `CD08`
//! - **domain vocabulary**: platforms, words of the segmenter and synonyms (`_vocabulary/`)
//! - **boilerplate**: words that carry an error and say nothing of it (`transport.txt`)
//! - **candidate**: a topic that the index proposes for a paste
//! - **evidence**: everything that was compared between a paste and a candidate
//! - **decision**: the fitted coefficients that turn evidence into probabilities
//! - **outcome**: `answer`, `choose` or `none`; a **verdict** is an outcome with its results
//! - **handover**: what a person who takes over needs where there is no answer: reason, fingerprint
//!   and masked summary
//! - **channel**: the client that a lookup came from: page, API, MCP, chat or command
//! - **turn**: one exchange of a conversation: a lookup, or the reply to the question before
//! - **generation**: one immutable state of content, vocabulary and index, with an id
//!
//! # Constants
//!
//! The comment of a number says what it does and where it comes from: measured, by which command; a
//! citation; or chosen. Where it names no source, the number was chosen for the reason that stands
//! there. The data files of `text` are renewed as `benches/data/` says.
//!
//! # Invariants
//!
//! - `text, table < privacy < kb < index < lookup < search < journal < live < wording < service < web`: a
//!   module uses only what stands to its left. [`eval`] uses what is left of `journal`, and nothing
//!   uses it but the command line. `tests/it/tidy/` holds it.
//! - `text`, `table`, `privacy`, `index` and `lookup` do no I/O, are not async and never fail on a paste.
//! - The index receives terms, never raw text: no query parser ever sees what a user wrote.
//! - A request reads one generation from start to end; its id is in every answer of the pages and the
//!   API and in every failure.
//! - Wire types live in `web`; only the binary prints or exits, and only it knows clap.

pub mod text;

pub mod table;

pub mod privacy;

pub mod kb;

pub mod index;

pub mod lookup;

pub mod search;

pub mod journal;

pub mod live;

pub mod wording;

pub mod service;

pub mod web;

pub mod eval;
