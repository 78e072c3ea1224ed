//! Checks files before they serve: gives a generation, or the reasons why there is none. Nothing here
//! watches, waits or swaps.

use std::num::NonZeroUsize;
use std::time::SystemTime;

use super::generation::Generation;
use crate::kb::{Diagnostic, Kb, ParseCache, ReadError, Severity, Source};
use crate::lookup::self_check::find_itself;
use crate::lookup::{BuildError, Engine};

/// A generation that does not serve, and why.
#[derive(Debug)]
pub struct Refusal {
    /// Its id; `None` where the files could not be read.
    pub generation: Option<String>,
    /// Time of the refusal.
    pub at: SystemTime,
    /// Reason in short; names no file.
    pub reason: &'static str,
    /// Reason in full; empty where the errors say it.
    pub detail: String,
    /// The errors of the content.
    pub errors: Vec<Diagnostic>,
}

impl Refusal {
    pub(super) fn unreadable(error: &ReadError) -> Self {
        Self::new(None, "the knowledge base cannot be read", error.to_string())
    }

    pub(super) fn unbuildable(generation: String, detail: String) -> Self {
        Self::new(Some(generation), "the generation cannot be built", detail)
    }

    pub(super) fn wrong(generation: String, errors: Vec<Diagnostic>) -> Self {
        let reason = "the knowledge base has errors";
        Self {
            errors,
            ..Self::new(Some(generation), reason, String::new())
        }
    }

    fn new(generation: Option<String>, reason: &'static str, detail: String) -> Self {
        Self {
            generation,
            at: SystemTime::now(),
            reason,
            detail,
            errors: Vec::new(),
        }
    }

    /// True if another refusal says the same, at another time.
    pub(super) fn repeats(&self, other: &Self) -> bool {
        self.generation == other.generation && self.detail == other.detail
    }
}

/// A checked generation. With errors it has an engine only if they came from looking lines up.
pub(super) struct Checked {
    pub(super) engine: Option<Engine>,
    pub(super) parse_cache: ParseCache,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Number of entries and out-of-scope topics that were segmented for it.
    pub(super) segmented: usize,
}

impl Checked {
    /// Checks as `jieda check` does; shares with the generation before what is equal in both.
    ///
    /// # Errors
    /// When the decision cannot be used or memory is short.
    pub(super) fn new(
        sources: &[Source],
        before: Option<&Generation>,
        threads: NonZeroUsize,
    ) -> Result<Self, BuildError> {
        let nothing = ParseCache::default();
        let cache_before = before.map_or(&nothing, |b| &b.parse_cache);
        let (kb, diagnostics, parse_cache) = Kb::parse_after(cache_before, sources);
        let mut checked = Self {
            engine: None,
            parse_cache,
            diagnostics,
            segmented: 0,
        };
        if checked.errors().next().is_some() {
            return Ok(checked);
        }
        let id = Kb::digest(sources);
        let (engine, segmented) = match before {
            Some(before) => Engine::after(&before.engine, kb, id)?,
            None => {
                let all = kb.entries.len() + kb.out_of_scope.len();
                (Engine::new(kb, id)?, all)
            }
        };
        checked.segmented = segmented;
        checked.diagnostics.extend(find_itself(&engine, threads));
        checked.engine = Some(engine);
        Ok(checked)
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        let diagnostics = self.diagnostics.iter();
        diagnostics.filter(|d| d.severity == Severity::Error)
    }

    /// The engine, if there is no error.
    pub(super) fn passed(&mut self) -> Option<Engine> {
        let wrong = self.errors().next().is_some();
        self.engine.take().filter(|_| !wrong)
    }
}

/// The engine of a knowledge base without its entries that have errors, and every diagnostic of the
/// whole.
///
/// # Errors
/// When memory is short.
pub(super) fn leniently(
    sources: &[Source],
    threads: NonZeroUsize,
) -> Result<(Engine, Vec<Diagnostic>), BuildError> {
    let (kb, mut diagnostics) = Kb::parse(sources);
    // Out-of-scope topics and vocabulary stay: parsing has left out their invalid parts.
    let bad = |diagnostics: &[Diagnostic]| -> Vec<String> {
        let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error);
        let paths = errors.map(|d| d.path.clone());
        paths
            .filter(|path| kb.entries.iter().any(|e| e.path == *path))
            .collect()
    };
    let mut good = without(sources, &bad(&diagnostics));
    let engine = match forgiving(&good) {
        Err(BuildError::Decision(error)) => {
            tracing::error!(%error, "_decision.toml cannot be used: the built-in decision is");
            good = without(&good, &["_decision.toml".to_owned()]);
            forgiving(&good)?
        }
        other => other?,
    };
    let found = find_itself(&engine, threads);
    let lost = bad(&found);
    diagnostics.extend(found);
    if lost.is_empty() {
        return Ok((engine, diagnostics));
    }
    Ok((forgiving(&without(&good, &lost))?, diagnostics))
}

fn without(sources: &[Source], paths: &[String]) -> Vec<Source> {
    let kept = sources.iter().filter(|s| !paths.contains(&s.path));
    kept.cloned().collect()
}

fn forgiving(sources: &[Source]) -> Result<Engine, BuildError> {
    Engine::new(Kb::parse(sources).0, Kb::digest(sources))
}
