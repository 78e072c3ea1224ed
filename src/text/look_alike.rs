//! Characters and letter pairs that OCR and hurried typing confuse, folded to one.

/// Folds `0` to `o`, `1`, `i` and `|` to `l`, and `5` to `s`; any other character is itself.
pub fn look_alike(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | 'i' | '|' => 'l',
        '5' => 's',
        c => c,
    }
}

/// A Latin word with every character folded by [`look_alike`], and `rn` as `m`.
pub fn fold(word: &[char]) -> impl Iterator<Item = char> + '_ {
    let after = |i: usize, c| word.get(i) == Some(&c);
    word.iter().enumerate().filter_map(move |(i, c)| match c {
        'r' if after(i + 1, 'n') => Some('m'),
        'n' if i > 0 && after(i - 1, 'r') => None,
        c => Some(look_alike(*c)),
    })
}
