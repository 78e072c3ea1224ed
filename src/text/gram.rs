//! Character n-grams: they still match where a word is unknown or an OCR error breaks it.

use std::ops::Range;

use super::look_alike::look_alike;
use super::mask::Marks;
use super::scan::{is_cjk, run};

/// Longest gram, in characters.
const LONGEST: usize = 3;
/// Bits of a character in a packed gram: the largest Unicode scalar value has 21.
const BITS: usize = 21;

/// Calls `each` with every n-gram inside `range` and the position of its first character. 汉字 give
/// grams of one, two and three; a Latin word gives grams of three, or one gram if it is shorter.
/// Variables give none.
///
/// A gram is a number: its characters, [folded](look_alike), in 21 bits each, the first one in the
/// highest.
pub fn grams(chars: &[char], marks: &Marks, range: Range<usize>, mut each: impl FnMut(u64, usize)) {
    let mut i = range.start;
    while i < range.end {
        let end = if is_cjk(chars[i]) {
            run(&chars[..range.end], i, is_cjk)
        } else if chars[i].is_alphanumeric() {
            run(&chars[..range.end], i, |c| {
                c.is_alphanumeric() && !is_cjk(c)
            })
        } else {
            i += 1;
            continue;
        };
        if !marks.is_variable(i) {
            let shortest = if is_cjk(chars[i]) {
                1
            } else {
                (end - i).min(LONGEST)
            };
            for n in shortest..=LONGEST.min(end - i) {
                for (offset, gram) in chars[i..end].windows(n).enumerate() {
                    each(pack(gram), i + offset);
                }
            }
        }
        i = end;
    }
}

/// Characters of a packed gram: 1 to 3.
pub fn length(gram: u64) -> usize {
    let longer = (1..LONGEST).rev().find(|n| gram >> (BITS * n) != 0);
    longer.unwrap_or(0) + 1
}

fn pack(gram: &[char]) -> u64 {
    gram.iter().fold(0, |packed, c| {
        packed << BITS | u64::from(u32::from(look_alike(*c)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hanzi_in_ones_twos_threes_and_latin_in_threes() {
        let chars: Vec<char> = "物流abcd 12 3598120047716620145".chars().collect();
        let mut found = Vec::new();
        grams(&chars, &Marks::find(&chars), 0..chars.len(), |gram, at| {
            found.push((gram, at))
        });
        let ats: Vec<usize> = found.iter().map(|f| f.1).collect();
        assert_eq!(ats, [0, 1, 0, 2, 3, 7]);
        assert_eq!(
            found[2].0,
            u64::from(u32::from('物')) << 21 | u64::from(u32::from('流'))
        );
        let lengths: Vec<usize> = found.iter().map(|f| length(f.0)).collect();
        assert_eq!(lengths, [1, 1, 2, 3, 3, 2]);
    }
}
