//! What the product promises, through its public surface: the library's doors, HTTP, the binary.

mod access;
mod agents;
mod batch;
mod browser;
mod cli;
mod clients;
mod find;
mod follow;
mod handover;
mod hooks;
mod journal;
mod lists;
mod live;
mod lookup;
mod mcp;
mod openapi;
mod privacy;
mod service;
mod shipped;
mod support;
mod tidy;
mod web;
