//! Electronic addresses: e-mail, network (IPv6) and device (MAC) addresses.

use std::ops::Range;

use crate::text::scan::{is_ascii_word, is_cjk, run};

/// The longest part of an e-mail address before its `@` (RFC 5321, 4.5.3.1.1).
const LOCAL: usize = 64;
/// The longest name in 汉字 before an `@`: a Chinese name has two to four characters.
const NAME: usize = 4;
/// The fewest groups of an address: a time of day (10:21:07) has three.
const GROUPS: usize = 4;
/// The longest text of an address: IPv6 with an IPv4 part (RFC 4291, 2.2).
const ADDRESS: usize = 45;
/// The longest group of an IPv6 address (RFC 4291, 2.2).
const GROUP: usize = 4;

/// The e-mail address that begins at `at`.
pub(super) fn mail(chars: &[char], at: usize) -> Option<Range<usize>> {
    let window = &chars[at..chars.len().min(at + LOCAL + 1)];
    let local = |c: char| is_ascii_word(c) || matches!(c, '.' | '_' | '%' | '+' | '-');
    let sign = at + window.iter().take_while(|c| local(**c)).count();
    Some(at..domain(chars, sign)?)
}

/// The e-mail address with a name in 汉字 before its `@`, which stands at `sign`.
pub(super) fn named_mail(chars: &[char], sign: usize) -> Option<Range<usize>> {
    let end = domain(chars, sign)?;
    let name = chars[..sign]
        .iter()
        .rev()
        .take(NAME)
        .take_while(|c| is_cjk(**c));
    Some(sign - name.count()..end)
}

/// One past the domain behind an `@` at `sign`; `None` if there is neither.
fn domain(chars: &[char], sign: usize) -> Option<usize> {
    if chars.get(sign) != Some(&'@') {
        return None;
    }
    let end = run(chars, sign + 1, |c| {
        is_ascii_word(c) || matches!(c, '.' | '-')
    });
    chars[sign + 1..end].contains(&'.').then_some(end)
}

/// The address that begins at `at`: groups of hexadecimal digits between colons (2001:db8::1,
/// 00:1a:2b:3c:4d:5e).
pub(super) fn groups(chars: &[char], at: usize) -> Option<Range<usize>> {
    let window = &chars[..chars.len().min(at + ADDRESS)];
    let end = run(window, at, |c| c.is_ascii_hexdigit() || c == ':');
    let groups = chars[at..end].split(|c| *c == ':');
    let short = groups.clone().all(|group| group.len() <= GROUP);
    let digit = chars[at..end].iter().any(char::is_ascii_digit);
    let apart = !chars.get(end).is_some_and(char::is_ascii_alphabetic);
    (short && digit && apart && groups.count() >= GROUPS).then_some(at..end)
}

/// The address of a device that begins at `at`, its six groups of two digits between hyphens
/// (00-1a-2b-3c-4d-5e).
pub(super) fn device(chars: &[char], at: usize) -> Option<Range<usize>> {
    const LENGTH: usize = 17;
    let text = chars.get(at..at + LENGTH)?;
    let fits = text.iter().enumerate().all(|(i, c)| match i % 3 {
        2 => *c == '-',
        _ => c.is_ascii_hexdigit(),
    });
    let ends = !chars.get(at + LENGTH).is_some_and(|c| is_ascii_word(*c));
    (fits && ends).then_some(at..at + LENGTH)
}
