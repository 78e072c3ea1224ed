//! Lists and suggests entries by what is typed of them: a word, half a word, a code, pinyin or its
//! initials. It decides nothing: whether an entry solves a paste is the lookup's to say.

pub mod catalog;
mod excerpt;
pub mod facets;
mod fold;
pub mod list;
mod scan;
pub mod suggest;
mod typed;
mod word;
