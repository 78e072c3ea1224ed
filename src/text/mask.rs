//! Finds the parts of a text that vary from one occurrence of an error to the next (numbers of
//! orders and parcels, times, addresses), and the error codes, which do not vary.
//!
//! This is for matching. Data that must not be shown is found in `privacy`, which hides these parts
//! and more.

use std::ops::Range;

use super::scan::{follows, is_ascii_word, run, trim};
use super::value::{self, Value};

/// Digits of an identifier. Chosen: shorter numbers are counts, sizes and codes (`500`, `1688`).
const LONG: usize = 5;
/// Characters of an identifier that has letters and [`LONG`] digits. Chosen: codes are shorter.
const MIXED: usize = 7;
/// Digits of a longer identifier.
const FEW: usize = 3;
/// Characters of an identifier with only [`FEW`] digits. Chosen: codes with digits are shorter.
const LONGER: usize = 16;
/// Characters of an identifier with [`FEW`] digits that ends in `...`.
const CUT: usize = 6;
/// Characters of a code at most. Chosen: the longest names of interfaces have some eighty.
const CODE: usize = 200;
/// Letters of a word inside a code. Chosen: fewer are a unit or a prefix (`v-2`, `no.1`).
const WORD: usize = 3;

/// Kind of a [`Variable`], by its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VariableKind {
    /// An order, parcel or phone number, or any other identifier with many digits.
    Id,
    /// A date or a time.
    Time,
    /// A URL, an e-mail address or an IPv4 address.
    Address,
    /// A value behind a label that only varying values follow: a name, an address (收件人: …), a
    /// token.
    Labelled,
    /// A number of one to four digits: shown in masked texts, left out of fingerprints.
    Number,
}

/// A part of a text that varies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its normalised characters; never empty.
    pub range: Range<usize>,
    /// Its kind.
    pub kind: VariableKind,
}

/// Variables and codes of a text: both ascending, all disjoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Parts that vary.
    pub variables: Vec<Variable>,
    /// Ranges of normalised characters that name an error: `cd08`, `wb_mailno_black`,
    /// `biz.custom.x:101`.
    pub codes: Vec<Range<usize>>,
}

impl Marks {
    /// Finds the variables and codes of normalised characters.
    pub fn find(chars: &[char]) -> Self {
        let mut marks = Self::default();
        let mut i = 0;
        while i < chars.len() {
            let labelled = value::labelled(chars, i).filter(|value| value.varies);
            if let Some(Value { range, .. }) = labelled {
                i = range.end;
                marks.variables.push(Variable {
                    range,
                    kind: VariableKind::Labelled,
                });
            } else if in_run(chars[i]) && !follows(chars, i, in_run) {
                let end = run_end(chars, i);
                classify(chars, i..end, &mut marks);
                i = end;
            } else {
                i += 1;
            }
        }
        marks
    }

    /// Those that overlap none of these ranges, which are ascending and disjoint.
    pub(super) fn outside(&self, ranges: &[Range<usize>]) -> Self {
        if ranges.is_empty() {
            return self.clone();
        }
        let apart = |own: &Range<usize>| {
            let next = ranges.partition_point(|r| r.end <= own.start);
            ranges.get(next).is_none_or(|r| r.start >= own.end)
        };
        let variables = self.variables.iter().filter(|v| apart(&v.range));
        let codes = self.codes.iter().filter(|code| apart(code));
        Self {
            variables: variables.cloned().collect(),
            codes: codes.cloned().collect(),
        }
    }

    /// True if the character at `at` lies in a variable other than a
    /// [`Number`](VariableKind::Number).
    pub fn is_variable(&self, at: usize) -> bool {
        let i = self.variables.partition_point(|v| v.range.end <= at);
        self.variables
            .get(i)
            .is_some_and(|v| v.range.start <= at && v.kind != VariableKind::Number)
    }
}

/// True for characters inside an identifier, a number, a time or an address.
fn in_run(c: char) -> bool {
    is_ascii_word(c) || matches!(c, '.' | '_' | '-' | ':' | '/' | '@' | '%' | '&')
}

/// One past the run that begins at `start`.
fn run_end(chars: &[char], start: usize) -> usize {
    let end = run(chars, start, in_run);
    // A URL contains marks that end any other run.
    if chars[start..end].windows(3).any(|w| w == [':', '/', '/']) {
        return run(chars, end, |c| {
            c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | ')' | ']' | ',')
        });
    }
    end
}

/// Adds the variables and codes of a run to `marks`.
fn classify(chars: &[char], run: Range<usize>, marks: &mut Marks) {
    // Joints at the ends of a run belong to the sentence.
    let run = trim(chars, run, is_ascii_word);
    if run.is_empty() {
        return;
    }
    let text = &chars[run.clone()];
    if !is_ip(text)
        && let Some(ip) = ip_inside(text)
    {
        let (start, end) = (run.start + ip.start, run.start + ip.end);
        classify(chars, run.start..start, marks);
        marks.variables.push(Variable {
            range: start..end,
            kind: VariableKind::Address,
        });
        classify(chars, end..run.end, marks);
    } else if let Some(kind) = address(text) {
        marks.variables.push(Variable { range: run, kind });
    } else if let Some(colon) = text
        .iter()
        .rposition(|c| *c == ':')
        .filter(|at| is_short_code(&text[at + 1..]))
    {
        // `isv.logistics-error:B98`: the reporting system stands before the code.
        let (start, end) = (run.start + colon, run.end);
        classify(chars, run.start..start, marks);
        marks.codes.push(start + 1..end);
    } else if is_time(text) {
        marks.variables.push(Variable {
            range: run,
            kind: VariableKind::Time,
        });
    } else if is_identifier(text) {
        marks.codes.push(run);
    } else {
        // `order:123456` or `a/b`: each part between the joints by itself.
        let mut start = run.start;
        for i in run.start..=run.end {
            if i == run.end || !is_ascii_word(chars[i]) {
                part(chars, start..i, marks);
                start = i + 1;
            }
        }
    }
}

/// Adds a part of a run, letters and digits only, to `marks`.
fn part(chars: &[char], range: Range<usize>, marks: &mut Marks) {
    let text = &chars[range.clone()];
    let digits = text.iter().filter(|c| c.is_ascii_digit()).count();
    let letters = text.len() - digits;
    let long = digits >= LONG && (letters == 0 || text.len() >= MIXED);
    // `JDX0199…`, `138****8000`: a number that was cut or masked before.
    let cut = text.len() >= CUT && chars[range.end..].starts_with(&['.', '.', '.'])
        || chars[range.end..].starts_with(&['*', '*'])
        || chars[..range.start].ends_with(&['*', '*']);
    let kind = if long || (digits >= FEW && (text.len() >= LONGER || cut)) {
        VariableKind::Id
    } else if digits > 0 && letters == 0 {
        VariableKind::Number
    } else {
        if is_short_code(text) {
            marks.codes.push(range);
        }
        return;
    };
    marks.variables.push(Variable { range, kind });
}

/// True for `cd08`, `p38`, `b98`: one to three letters, then two to four digits.
fn is_short_code(text: &[char]) -> bool {
    let letters = text.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let digits = &text[letters..];
    (1..=3).contains(&letters)
        && (2..=4).contains(&digits.len())
        && digits.iter().all(char::is_ascii_digit)
}

/// True for `wb_mailno_black`, `biz.custom.x:101`, `hsf-0002`: parts joined by marks, with a word
/// of [`WORD`] letters or more among them and no part of [`LONG`] digits or more.
fn is_identifier(text: &[char]) -> bool {
    let joint = |c: &char| matches!(c, '.' | '_' | '-' | ':');
    if text.len() > CODE
        || !text.iter().any(joint)
        || text.iter().any(|c| matches!(c, '/' | '@' | '%' | '&'))
    {
        return false;
    }
    let mut words = 0;
    for part in text.split(joint) {
        if part.is_empty() {
            return false;
        }
        let digits = part.iter().filter(|c| c.is_ascii_digit()).count();
        if digits >= LONG {
            return false;
        }
        words += usize::from(part.len() - digits >= WORD);
    }
    words >= 1
}

/// The kind of a URL, an e-mail address or an IPv4 address.
fn address(text: &[char]) -> Option<VariableKind> {
    let has = |mark: &[char]| text.windows(mark.len()).any(|w| w == mark);
    let url = has(&[':', '/', '/']) || text.starts_with(&['w', 'w', 'w', '.']);
    let mail = text
        .iter()
        .position(|c| *c == '@')
        .is_some_and(|at| at > 0 && text[at..].contains(&'.'));
    (url || mail || is_ip(text)).then_some(VariableKind::Address)
}

/// The IPv4 address inside an identifier (`provider-10.0.0.1`); `None` if there is none or the
/// whole is a URL.
fn ip_inside(text: &[char]) -> Option<Range<usize>> {
    if text.windows(3).any(|w| w == [':', '/', '/']) || !text.contains(&'.') {
        return None;
    }
    let part = |c: &char| c.is_ascii_digit() || *c == '.';
    let mut start = 0;
    while start < text.len() {
        let length = text[start..].iter().take_while(|c| part(c)).count();
        let alone = start == 0 || !is_ascii_word(text[start - 1]);
        if alone && is_ip(&text[start..start + length]) {
            return Some(start..start + length);
        }
        start += length.max(1);
    }
    None
}

/// True for four numbers of one to three digits between dots, with or without a port.
fn is_ip(text: &[char]) -> bool {
    let host = text.split(|c| *c == ':').next().unwrap_or_default();
    let mut parts = 0;
    host.split(|c| *c == '.').all(|p| {
        parts += 1;
        (1..=3).contains(&p.len()) && p.iter().all(char::is_ascii_digit)
    }) && parts == 4
}

/// True for a date or a time: digits in groups joined by `-`, `:`, `/` or `.`, with at most two of
/// the letters `t` and `z` (ISO 8601).
fn is_time(text: &[char]) -> bool {
    let digits = text.iter().filter(|c| c.is_ascii_digit()).count();
    let joints = text
        .iter()
        .filter(|c| matches!(c, '-' | ':' | '/' | '.'))
        .count();
    let rest = text.len() - digits - joints;
    let signs = text.iter().filter(|c| matches!(c, 't' | 'z')).count();
    joints >= 1
        && digits >= 3
        && rest == signs
        && rest <= 2
        && text.iter().any(|c| matches!(c, ':' | '-' | '/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> (Vec<String>, Vec<String>) {
        let chars: Vec<char> = text.chars().collect();
        let marks = Marks::find(&chars);
        let text = |r: &Range<usize>| chars[r.clone()].iter().collect::<String>();
        (
            marks.variables.iter().map(|v| text(&v.range)).collect(),
            marks.codes.iter().map(text).collect(),
        )
    }

    fn check(text: &str, variables: &[&str], codes: &[&str]) {
        let (v, c) = marks(text);
        assert_eq!(v, variables, "variables of {text}");
        assert_eq!(c, codes, "codes of {text}");
    }

    #[test]
    fn codes_stand_beside_hanzi() {
        check("同步失败cd08请检查", &[], &["cd08"]);
        check("拆单校验未通过#p38", &[], &["p38"]);
        check("风控拦截#wb_mailno_black#", &[], &["wb_mailno_black"]);
        check(
            "biz.custom.addorderdelivery.invalid-biz:101",
            &[],
            &["biz.custom.addorderdelivery.invalid-biz:101"],
        );
        check(
            "isv.logistics-error:b98 发货",
            &[],
            &["isv.logistics-error", "b98"],
        );
        check("err-code: [hsf-0002]", &[], &["err-code", "hsf-0002"]);
    }

    #[test]
    fn numbers_and_times_vary() {
        check(
            "2023-11-07 14:22:31.804 tid=3598120047716620145",
            &["2023-11-07", "14:22:31.804", "3598120047716620145"],
            &[],
        );
        check(
            "barcode:6932237732211可以实发的数量不足1个",
            &["6932237732211", "1"],
            &[],
        );
        check(
            "adorderid:ad202107047186941500301815",
            &["ad202107047186941500301815"],
            &[],
        );
        check(
            "[hsf-provider-11.11.108.172]",
            &["11.11.108.172"],
            &["hsf-provider"],
        );
        check("from 11.11.108.172:80", &["11.11.108.172:80"], &[]);
        check("见https://a.b/c?d=e&f 页", &["https://a.b/c?d=e&f"], &[]);
    }

    #[test]
    fn personal_data_and_secrets_vary() {
        check(
            "收件人:王小明,电话:13800138000",
            &["王小明", "13800138000"],
            &[],
        );
        check("access_token=abc.def-1&x=1", &["abc.def-1", "1"], &[]);
        check("无效的联系人,请检查", &[], &[]);
    }

    proptest::proptest! {
        #[test]
        fn marks_are_disjoint_and_inside(text in "[a-z0-9:/._@%&= 收件人地址#,\n-]{0,60}") {
            let chars: Vec<char> = text.chars().collect();
            let marks = Marks::find(&chars);
            let mut ranges: Vec<_> = marks.variables.iter().map(|v| v.range.clone()).chain(marks.codes.iter().cloned()).collect();
            ranges.sort_by_key(|r| r.start);
            for r in &ranges { assert!(r.start < r.end && r.end <= chars.len()); }
            for w in ranges.windows(2) { assert!(w[0].end <= w[1].start, "{:?} of {text:?}", w); }
        }
    }
}
