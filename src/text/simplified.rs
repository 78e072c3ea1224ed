//! Traditional to simplified 汉字, character by character.

use std::sync::LazyLock;

/// First character of the block of unified 汉字; no other block has characters to simplify that are
/// in use.
pub(super) const FIRST_HANZI: char = '\u{4e00}';
/// Last character of the same block.
pub(super) const LAST_HANZI: char = '\u{9fff}';

/// OpenCC's table of traditional and simplified characters: two characters a line. Its phrases
/// (乾坤 stays traditional) are left out: it is enough that equal words stay equal.
/// `benches/data/README.md` describes how to renew the file.
const TRADITIONAL: &str = include_str!("traditional.txt");

/// The simplified form of each 汉字 from [`FIRST_HANZI`] on.
pub(super) static SIMPLIFIED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut table: Vec<u16> = (FIRST_HANZI as u16..=LAST_HANZI as u16).collect();
    for pair in TRADITIONAL.lines() {
        let mut chars = pair.chars().map(|c| c as usize);
        if let (Some(from), Some(to)) = (chars.next(), chars.next()) {
            table[from - FIRST_HANZI as usize] = to as u16;
        }
    }
    table
});

/// The simplified form of a character by [`SIMPLIFIED`]; itself if it has none.
pub(super) fn simplified_by(table: &[u16], c: char) -> char {
    match c {
        FIRST_HANZI..=LAST_HANZI => {
            let to = table[c as usize - FIRST_HANZI as usize];
            char::from_u32(to.into()).expect("the table holds 汉字")
        }
        _ => c,
    }
}

/// The simplified form of a character; itself if it has none.
pub(super) fn simplified(c: char) -> char {
    simplified_by(&SIMPLIFIED, c)
}

#[cfg(test)]
mod tests {
    use ferrous_opencc::OpenCC;
    use ferrous_opencc::config::BuiltinConfig;

    use super::*;

    /// If OpenCC has changed, `benches/data/renew.py traditional --write` renews the table.
    #[test]
    fn the_table_is_that_of_opencc() {
        let opencc =
            OpenCC::from_config(BuiltinConfig::T2s).expect("the dictionary is in the crate");
        let convert = |c: char| {
            opencc
                .convert(&c.to_string())
                .chars()
                .next()
                .expect("a character stays a character")
        };
        let mut table = String::new();
        for c in FIRST_HANZI..=LAST_HANZI {
            let mut to = convert(c);
            // One chain, 薴 苧 苎: simplifying twice must change nothing.
            while convert(to) != to {
                to = convert(to);
            }
            if to != c && (FIRST_HANZI..=LAST_HANZI).contains(&to) {
                table.extend([c, to, '\n']);
            }
        }
        assert!(
            table == TRADITIONAL,
            "traditional.txt is not OpenCC's table"
        );
    }
}
