//! Tokens, keys, signatures and identifiers that a program generated, without a label.

use std::ops::Range;

use crate::text::scan::{follows, is_ascii_word, run, starts_with};

/// Prefixes by which an issuer marks its keys and accounts: Amazon, Tencent, Alibaba, GitHub,
/// GitLab, Slack, WeChat.
const PREFIXES: [&str; 11] = [
    "akia",
    "asia",
    "akid",
    "ltai",
    "ghp_",
    "gho_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "wxid_",
];
/// Characters that such a key has at least. Chosen: the shortest WeChat ids have twelve.
const PREFIXED: usize = 12;
/// A word with this many characters, this many of them digits, was generated. Chosen so that
/// `corpus.jsonl` holds: names of codes (`invalid-biz:101`) stay.
const GENERATED: [(usize, usize); 2] = [(10, 5), (16, 3)];
/// A word of hexadecimal digits alone that is this long was generated. Chosen: no word is.
const HEXADECIMAL: usize = 24;
/// A JSON Web Token begins with `eyJ`, the Base64 of `{"`, and is longer than this (RFC 7519).
const WEB_TOKEN: usize = 20;
/// Words joined by marks are generated if they are this long together, and one of them has
/// [`MIXED`] characters, both letters and digits. Chosen as [`GENERATED`].
const JOINED: usize = 24;
/// See [`JOINED`].
const MIXED: usize = 12;

/// The generated word that begins at `at`.
pub(super) fn token(chars: &[char], at: usize) -> Option<Range<usize>> {
    let end = run(chars, at, is_ascii_word);
    let word = &chars[at..end];
    let digits = count_digits(word);
    let hexadecimal = word.iter().all(char::is_ascii_hexdigit);
    let mut generated = GENERATED.iter();
    if generated.any(|(length, least)| word.len() >= *length && digits >= *least)
        || (word.len() >= HEXADECIMAL && hexadecimal)
    {
        return Some(at..end);
    }
    if follows(chars, at, is_joint) {
        return None;
    }
    let whole = run(chars, at, |c| is_ascii_word(c) || is_joint(c));
    let text = &chars[at..whole];
    let prefixed =
        text.len() >= PREFIXED && PREFIXES.iter().any(|prefix| starts_with(text, prefix));
    let web_token = text.len() >= WEB_TOKEN && starts_with(text, "eyj");
    let joined = text.len() >= JOINED && text.split(|c| is_joint(*c)).any(is_mixed);
    (prefixed || web_token || joined).then_some(at..whole)
}

fn is_mixed(part: &[char]) -> bool {
    let digits = count_digits(part);
    part.len() >= MIXED && digits >= 2 && digits < part.len()
}

fn count_digits(word: &[char]) -> usize {
    word.iter().filter(|c| c.is_ascii_digit()).count()
}

/// True for marks inside a token.
fn is_joint(c: char) -> bool {
    matches!(c, '_' | '-' | '+' | '/' | '=' | '.')
}
