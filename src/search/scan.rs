//! The comparison of a typed text with every entry.

use super::catalog::Catalog;
use super::typed::Typed;
use crate::lookup::Engine;

/// Weight of a platform's name for an entry that is about the platform and does not say so. Chosen.
const NAMED: f32 = 0.85;

/// An entry that holds what was typed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    /// Position in [`Kb::entries`](crate::kb::Kb::entries).
    pub(super) entry: usize,
    /// Mean of the share and of the best line's score.
    pub(super) score: f32,
    /// Share of what was typed that the entry holds, 0 to 1.
    pub(super) share: f32,
    /// The line that holds most of it, unless none holds anything.
    pub(super) line: Option<usize>,
}

/// Compares every line of every entry with a typed text. `outside` raises, for each word of it, the
/// degree to which the entry holds it where no line does, 0 to 1.
pub(super) fn scan(
    catalog: &Catalog,
    typed: &Typed,
    mut outside: impl FnMut(usize, &mut [f32]),
) -> Vec<Found> {
    let mut found = Vec::new();
    let mut held = vec![0.0; typed.words.len()];
    let mut base = held.clone();
    for entry in 0..catalog.len() {
        base.fill(0.0);
        outside(entry, &mut base);
        held.copy_from_slice(&base);
        let mut best = (0.0, None);
        for line in catalog.lines_of(entry) {
            // Most lines hold nothing of it, which their signatures tell at a glance.
            let (signature, initials) = (catalog.signatures[line], catalog.initials[line]);
            if !typed.words.iter().any(|w| w.may_stand(signature, initials)) {
                continue;
            }
            let score = typed.hold(&catalog.line(line), &base, &mut held);
            if score > best.0 {
                best = (score, Some(line));
            }
        }
        let share = typed.share(&held);
        if share > 0.0 {
            found.push(Found {
                entry,
                score: f32::midpoint(share, best.0),
                share,
                line: best.1,
            });
        }
    }
    found
}

/// Raises the words that name a platform of the entry.
pub(super) fn name_platforms(engine: &Engine, typed: &Typed, entry: usize, outside: &mut [f32]) {
    let kb = engine.kb();
    for (word, outside) in typed.words.iter().zip(outside) {
        if let Some(platform) = word.platform
            && kb.entries[entry]
                .platforms
                .contains(&kb.vocabulary.platforms[platform].id)
        {
            *outside = outside.max(NAMED);
        }
    }
}
