//! Collects the diagnostics of one file while it is parsed. Excerpts are added later, for all files
//! at once.

use super::diagnostic::{Diagnostic, Rule};

/// The diagnostics of one file so far.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    path: &'a str,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    /// No diagnostics yet for the file at `path`.
    pub(super) fn new(path: &'a str) -> Self {
        Self {
            path,
            diagnostics: Vec::new(),
        }
    }

    /// Adds an error.
    pub(super) fn error(
        &mut self,
        rule: Rule,
        line: u32,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.diagnostics
            .push(Diagnostic::error(rule, self.path, line, "", message, hint));
    }

    /// Adds a warning.
    pub(super) fn warning(
        &mut self,
        rule: Rule,
        line: u32,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::warning(
            rule, self.path, line, "", message, hint,
        ));
    }

    /// The diagnostics, in the order they were added.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}
