//! Postal addresses without a label (浙江省杭州市西湖区文三路100号), recognised by words for places and
//! by house numbers. Messages contain words for places too ("省市区不完整"): without a name or a number
//! neither is an address.

use std::ops::Range;

use crate::text::label;
use crate::text::scan::{is_cjk, is_digit, run};

/// Most characters between the last word for a place and a house number. Chosen: names of estates
/// and buildings are shorter.
const REACH: usize = 12;
/// Named places that make an address without a number. Chosen: messages that are not an address
/// name one or two.
const LEVELS: usize = 3;
/// Most characters that are hidden beyond the last place of an address without a number. Chosen.
const TAIL: usize = 20;
/// See [`name_of`]. Chosen: a longer name of a place is rare.
const EARLIER: usize = 2;

/// The addresses in normalised characters: ascending, disjoint.
pub(super) fn addresses(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for end in 0..=chars.len() {
        if chars.get(end).is_none_or(|c| ends(*c)) {
            found.extend(address(chars, start..end));
            start = end + 1;
        }
    }
    found
}

/// True for marks that end an address.
fn ends(c: char) -> bool {
    matches!(
        c,
        ',' | ';' | ':' | '\n' | '\t' | '!' | '?' | '"' | '\'' | '|' | '{' | '}' | '<' | '>' | '='
    )
}

/// The address in a clause; at most one.
fn address(chars: &[char], clause: Range<usize>) -> Option<Range<usize>> {
    let (mut start, mut last, mut levels) = (None, clause.start, 0);
    let mut houses: Vec<Range<usize>> = Vec::new();
    let mut end = None;
    let mut at = clause.start;
    while at < clause.end {
        if is_digit(chars[at]) {
            let number = run(&chars[..clause.end], at, |c| {
                is_digit(c) || c == '-' || c.is_ascii_alphabetic()
            });
            if let Some(house) = house(&chars[..clause.end], number) {
                houses.push(at..house);
                if start.is_some() && at - last <= REACH {
                    (end, last) = (Some(house), house);
                }
            }
            at = number;
        } else {
            if is_place(&chars[..clause.end], at) {
                let from = start.map_or(clause.start, |_| last + 1).min(at);
                let name = chars[from..at].iter().rev().take_while(|c| is_cjk(**c));
                let name = at - name.count()..at;
                let named = !name.is_empty();
                if start.is_none() && named {
                    start = Some(name_of(chars, name, chars[at]));
                    levels = 1;
                } else if named {
                    levels += 1;
                }
                last = at;
            }
            at += 1;
        }
    }
    let Some(start) = start else {
        return estate(chars, clause, &houses);
    };
    let end = end.or_else(|| {
        let tail = run(&chars[..clause.end], last + 1, is_cjk);
        (levels >= LEVELS).then_some(tail.min(last + 1 + TAIL))
    })?;
    // A room number without its word: 2单元301.
    let room = run(&chars[..clause.end], end, |c| c.is_ascii_alphanumeric());
    Some(start..room)
}

/// An address without a word for a place, recognised by two adjacent numbers of buildings, units or
/// rooms: 万科城市花园12栋二单元.
fn estate(chars: &[char], clause: Range<usize>, houses: &[Range<usize>]) -> Option<Range<usize>> {
    let beside = |pair: &[Range<usize>]| pair[1].start <= pair[0].end + 1;
    let first = houses.windows(2).position(beside)?;
    let count = houses[first..].windows(2).take_while(|p| beside(p)).count();
    let name = chars[clause.start..houses[first].start].iter().rev();
    let name = name.take(REACH).take_while(|c| is_cjk(**c)).count();
    let end = houses[first + count].end;
    let room = run(&chars[..clause.end], end, |c| c.is_ascii_alphanumeric());
    Some(houses[first].start - name..room)
}

/// The first character of the first place's name: two or three characters before the word for it,
/// or the start of the clause if that is at most [`EARLIER`] characters before and no label is
/// between.
fn name_of(chars: &[char], before: Range<usize>, word: char) -> usize {
    let length = if matches!(word, '省' | '市' | '区' | '县') {
        2
    } else {
        3
    };
    let far = before.end.saturating_sub(length).max(before.start);
    let label = (before.start..before.end).find(|&at| label::is_label(chars, at));
    if far - before.start <= EARLIER && label.is_none() {
        before.start
    } else {
        far
    }
}

/// True for a word for a place that is not part of another word (线路, 街道 and 区别 are not places).
fn is_place(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(' ', |b| chars[b]);
    let after = chars.get(at + 1).copied().unwrap_or(' ');
    let (not_before, not_after) = match chars[at] {
        '省' => ("节", "略份内心事会时钱去力"),
        '市' => ("超城上门夜", "场价值面民"),
        '区' => ("地专分时社战", "域分别间块"),
        '县' | '镇' | '乡' | '村' | '巷' => ("", ""),
        '路' => ("线链思网电回出套一半", "由径线上过"),
        '街' => ("", "边"),
        '道' => ("渠通频管知报赛轨味难街", "理具"),
        '弄' => ("玩搞", "错丢清"),
        _ => return false,
    };
    !not_before.contains(before) && !not_after.contains(after)
}

/// One past the word behind a number that makes it a number of a building, a floor or a room;
/// `number` is the end of the digits.
fn house(chars: &[char], number: usize) -> Option<usize> {
    let after = |at: usize| chars.get(at).copied().unwrap_or(' ');
    let number = number + usize::from(after(number) == ' ');
    match after(number) {
        '单' if after(number + 1) == '元' => Some(number + 2),
        '号' if "店仓库线窗错码单".contains(after(number + 1)) => None,
        '号' | '弄' | '栋' | '幢' | '座' | '室' | '楼' | '层' | '组' | '队' | '巷' | '户'
        | '舍' => Some(number + 1),
        _ => None,
    }
}
