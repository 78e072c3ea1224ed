//! Maps terms to small numbers, each with its inverse document frequency over the topics.

use rustc_hash::FxHashMap;

/// Added to a term's document frequency, so that a term of no topic has a finite idf. Source:
/// Robertson and Spärck Jones (1976).
const SMOOTHING: f32 = 0.5;

/// All terms of all topics, numbered from 0.
#[derive(Debug, Default)]
pub struct Lexicon {
    ids: FxHashMap<u64, u32>,
    idf: Vec<f32>,
    topics: usize,
}

impl Lexicon {
    /// Numbers the terms of `topics`: for each topic its distinct terms.
    pub fn new<'a>(topics: impl Iterator<Item = &'a [u64]>) -> Self {
        let mut lexicon = Self::default();
        let mut frequency: Vec<u32> = Vec::new();
        for terms in topics {
            lexicon.topics += 1;
            for term in terms {
                let next = lexicon.ids.len() as u32;
                let id = *lexicon.ids.entry(*term).or_insert(next);
                match frequency.get_mut(id as usize) {
                    Some(f) => *f += 1,
                    None => frequency.push(1),
                }
            }
        }
        lexicon.idf = frequency
            .iter()
            .map(|f| lexicon.inverse(*f as f32))
            .collect();
        lexicon
    }

    /// The id of a term; `None` if no topic has it.
    pub fn id(&self, term: u64) -> Option<u32> {
        self.ids.get(&term).copied()
    }

    /// Inverse document frequency `ln((N + 1) / (df + ½))`, with N topics of which df have the
    /// term: positive, and almost 0 for a term of every topic.
    ///
    /// # Panics
    /// If `id` is not below [`len`](Self::len).
    pub fn idf(&self, id: u32) -> f32 {
        self.idf[id as usize]
    }

    /// The idf of a term that no topic has.
    pub fn unknown_idf(&self) -> f32 {
        self.inverse(0.0)
    }

    /// Count of terms; ids are below it.
    pub fn len(&self) -> usize {
        self.idf.len()
    }

    /// True when no topic has any term.
    pub fn is_empty(&self) -> bool {
        self.idf.is_empty()
    }

    fn inverse(&self, frequency: f32) -> f32 {
        ((self.topics as f32 + 1.0) / (frequency + SMOOTHING)).ln()
    }
}
