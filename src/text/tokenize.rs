//! Segments a text into words: jieba with the domain vocabulary, synonyms merged, identifiers
//! whole.
//!
//! Search mode: a long word also gives the words inside it. Variables give no words.

use std::io::Cursor;

use jieba_rs::Jieba;

use super::background;
use super::joined::joint;
use super::look_alike::fold;
use super::mask::Marks;
use super::normalized::Normalized;
use super::scan::is_cjk;
use super::spot::Spotter;
use super::term::term;

/// A word of a text; the word itself is a hash.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Token {
    /// First character, as its position in the normalised text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// [`term`] of the canonical synonym, or of the word itself: equal for equal words.
    pub term: u64,
    /// [`background::weight`] of the same word, between 0.1 and 1.
    pub weight: f32,
}

/// Segments normalised characters into words.
#[derive(Debug)]
pub struct Tokenizer {
    jieba: Jieba,
    synonyms: Spotter<usize>,
    /// Term and weight of the canonical word of each group of synonyms.
    canonical: Vec<(u64, f32)>,
}

/// Frequency of a domain word without one. Chosen: high enough that jieba keeps the word whole.
const DEFAULT_FREQUENCY: usize = 2_000;

impl Tokenizer {
    /// Loads jieba's dictionary and adds to it.
    ///
    /// `dictionary`: domain words, with a frequency in jieba's corpus if one is known; `synonyms`:
    /// groups of words, the canonical one first.
    pub fn new(dictionary: &[(String, Option<u64>)], synonyms: &[Vec<String>]) -> Self {
        let mut jieba = Jieba::with_dict(&mut Cursor::new(background::DICTIONARY))
            .expect("the dictionary in the binary is well formed");
        for (word, frequency) in dictionary {
            let frequency = frequency
                .and_then(|f| usize::try_from(f).ok())
                .unwrap_or(DEFAULT_FREQUENCY);
            jieba.add_word(&Normalized::new(word).text(), Some(frequency), None);
        }
        let canonical: Vec<(u64, f32)> = synonyms
            .iter()
            .map(|group| {
                let word = group
                    .first()
                    .map(|w| Normalized::new(w).text())
                    .unwrap_or_default();
                (term(&word), background::weight(&word))
            })
            .collect();
        let phrases = synonyms
            .iter()
            .enumerate()
            .flat_map(|(i, group)| group.iter().map(move |w| (w.as_str(), i)));
        Self {
            jieba,
            synonyms: Spotter::new(phrases),
            canonical,
        }
    }

    /// The words of normalised characters, in the order of the text; they overlap. `marks` are
    /// those of the same characters.
    pub fn tokens(&self, chars: &[char], marks: &Marks) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(chars.len());
        let mut at = 0;
        for m in self.synonyms.find(chars) {
            self.plain(chars, marks, at, m.range.start, &mut tokens);
            let (term, weight) = self.canonical[m.value];
            tokens.push(Token {
                start: m.range.start as u32,
                end: m.range.end as u32,
                term,
                weight,
            });
            at = m.range.end;
        }
        self.plain(chars, marks, at, chars.len(), &mut tokens);
        tokens
    }

    /// Appends the words between `start` and `end`, a stretch without synonyms.
    fn plain(
        &self,
        chars: &[char],
        marks: &Marks,
        start: usize,
        end: usize,
        tokens: &mut Vec<Token>,
    ) {
        let mut i = start;
        let mut text = String::new();
        while i < end {
            let class = class(chars[i]);
            let mut to = i + 1;
            while to < end && self::class(chars[to]) == class {
                to += 1;
            }
            if class != Class::Other && !marks.is_variable(i) {
                text.clear();
                text.extend(&chars[i..to]);
                match class {
                    Class::Cjk => {
                        tokens.extend(self.jieba.cut_for_search(&text, false).iter().map(|t| {
                            Token {
                                start: (i + t.start) as u32,
                                end: (i + t.end) as u32,
                                term: term(t.word),
                                weight: background::weight(t.word),
                            }
                        }))
                    }
                    _ => {
                        if let Some(joint) = joint(&chars[i..to]) {
                            to = i + joint;
                            text.truncate(joint);
                        }
                        tokens.push(Token {
                            start: i as u32,
                            end: to as u32,
                            term: term(&fold(&chars[i..to]).collect::<String>()),
                            weight: background::weight(&text),
                        })
                    }
                }
            }
            i = to;
        }
    }
}

/// Class of a character for segmentation.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Class {
    Cjk,
    Latin,
    Other,
}

fn class(c: char) -> Class {
    if is_cjk(c) {
        Class::Cjk
    } else if c.is_alphanumeric() {
        Class::Latin
    } else {
        Class::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let marks = Marks::find(&chars);
        tokenizer
            .tokens(&chars, &marks)
            .iter()
            .map(|t| chars[t.start as usize..t.end as usize].iter().collect())
            .collect()
    }

    #[test]
    fn words_of_the_trade_stay_whole() {
        let plain = Tokenizer::new(&[], &[]);
        let taught = Tokenizer::new(&[("拼多多".into(), None)], &[]);
        assert!(!words(&plain, "拼多多订单").contains(&"拼多多".to_owned()));
        assert!(words(&taught, "拼多多订单").contains(&"拼多多".to_owned()));
    }

    #[test]
    fn synonyms_share_a_term() {
        let t = Tokenizer::new(&[], &[vec!["快递公司".into(), "物流公司".into()]]);
        let terms = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            t.tokens(&chars, &Marks::find(&chars))
                .iter()
                .map(|t| t.term)
                .collect::<Vec<_>>()
        };
        assert_eq!(terms("物流公司"), terms("快递公司"));
    }

    #[test]
    fn numbers_that_vary_are_no_words() {
        let t = Tokenizer::new(&[], &[]);
        assert_eq!(
            words(&t, "tid=3598120047716620145 失败cd08"),
            ["tid", "失败", "cd08"]
        );
    }
}
