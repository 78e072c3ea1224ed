//! The diagnostics of one file while it is read. The lines that they quote are filled in later,
//! once for all files.

use super::diagnostic::{Diagnostic, Rule};

/// What was found in one file so far.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    path: &'a str,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    /// Nothing yet.
    pub(super) fn new(path: &'a str) -> Self {
        Self {
            path,
            diagnostics: Vec::new(),
        }
    }

    /// Adds what must be mended.
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

    /// Adds what should be mended.
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

    /// All of it, in the order of finding.
    pub(super) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}
