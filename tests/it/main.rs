//! The promises of the product, through its public surface: the library, HTTP, the binary.

mod access;
mod api;
mod browser;
mod chat;
mod cli;
mod clients;
mod damage;
mod docs;
mod handover;
mod journal;
mod live;
mod lookup;
mod mcp;
mod ops;
mod pages;
mod privacy;
mod search;
mod shipped;
mod structure;
mod support;
mod tidy;
