//! Finds the parts of a text that vary from one occurrence of an error to the next (numbers of
//! orders and parcels, times, addresses), and the codes, which never vary.

use std::ops::Range;

use super::scan::{run, trim};
use super::value::{self, Value};

/// Likely kind of a [`Variable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VariableKind {
    /// Number of an order, a parcel, a phone, or any other identifier with many digits.
    Id,
    /// A date or a time.
    Time,
    /// Host, URL, e-mail or IP address.
    Address,
    /// The value behind a label that only a varying value follows: a name or an address (收件人: …),
    /// a token or a key.
    Labelled,
    /// A number of one to four digits: kept in what is shown, dropped in fingerprints.
    Number,
}

/// A part that varies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Range of normalised characters.
    pub range: Range<usize>,
    /// Its likely kind.
    pub kind: VariableKind,
}

/// Variables and codes of a text, each in its order, disjoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Parts that vary.
    pub variables: Vec<Variable>,
    /// Short tokens that name an error: `cd08`, `wb_mailno_black`, `biz.custom.x:101`.
    pub codes: Vec<Range<usize>>,
}

impl Marks {
    /// Reads normalised characters once, run by run.
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
            } else if in_run(chars[i]) && (i == 0 || !in_run(chars[i - 1])) {
                let end = run_end(chars, i);
                classify(chars, i..end, &mut marks);
                // A label inside the run (`access_token=…`) starts its own variable.
                i = end;
            } else {
                i += 1;
            }
        }
        marks
    }

    /// True when `at` lies in a part that varies, short numbers apart.
    pub fn is_variable(&self, at: usize) -> bool {
        let i = self.variables.partition_point(|v| v.range.end <= at);
        self.variables
            .get(i)
            .is_some_and(|v| v.range.start <= at && v.kind != VariableKind::Number)
    }
}

/// Characters that can stand inside an identifier, a number, a time or an address.
fn in_run(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/' | '@' | '%' | '&')
}

fn run_end(chars: &[char], start: usize) -> usize {
    let end = run(chars, start, in_run);
    // A URL goes on over marks that would end any other run.
    if chars[start..end].windows(3).any(|w| w == [':', '/', '/']) {
        return run(chars, end, |c| {
            c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | ')' | ']' | ',')
        });
    }
    end
}

fn classify(chars: &[char], run: Range<usize>, marks: &mut Marks) {
    // Joints at the ends of a run belong to the sentence.
    let run = trim(chars, run, |c| c.is_ascii_alphanumeric());
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
        // `isv.logistics-error:B98`: who reports stands before the code.
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
        // `order:123456` or `a/b`: the parts between the joints are judged one by one.
        let mut start = run.start;
        for i in run.start..=run.end {
            if i == run.end || !chars[i].is_ascii_alphanumeric() {
                part(chars, start..i, marks);
                start = i + 1;
            }
        }
    }
}

fn part(chars: &[char], range: Range<usize>, marks: &mut Marks) {
    let text = &chars[range.clone()];
    let digits = text.iter().filter(|c| c.is_ascii_digit()).count();
    let letters = text.len() - digits;
    let long = digits >= 5 && (letters == 0 || text.len() >= 7);
    // `JDX0199…`, `138****8000`: a number of which a part is not shown.
    let cut = text.len() >= 6 && chars[range.end..].starts_with(&['.', '.', '.'])
        || chars[range.end..].starts_with(&['*', '*'])
        || chars[..range.start].ends_with(&['*', '*']);
    let kind = if long || (digits >= 3 && (text.len() >= 16 || cut)) {
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

/// `cd08`, `p38`, `b98`: one to three letters, then two to four digits.
fn is_short_code(text: &[char]) -> bool {
    let letters = text.iter().take_while(|c| c.is_ascii_alphabetic()).count();
    let digits = &text[letters..];
    (1..=3).contains(&letters)
        && (2..=4).contains(&digits.len())
        && digits.iter().all(char::is_ascii_digit)
}

/// `wb_mailno_black`, `biz.custom.x:101`, `hsf-0002`: parts joined by marks, with a word of three
/// letters or more among them, and no long number.
fn is_identifier(text: &[char]) -> bool {
    let joint = |c: &char| matches!(c, '.' | '_' | '-' | ':');
    if !text.iter().any(joint) || text.iter().any(|c| matches!(c, '/' | '@' | '%' | '&')) {
        return false;
    }
    let mut words = 0;
    for part in text.split(joint) {
        if part.is_empty() {
            return false;
        }
        let digits = part.iter().filter(|c| c.is_ascii_digit()).count();
        if digits >= 5 {
            return false;
        }
        words += usize::from(part.len() - digits >= 3);
    }
    words >= 1
}

fn address(text: &[char]) -> Option<VariableKind> {
    let has = |mark: &[char]| text.windows(mark.len()).any(|w| w == mark);
    let url = has(&[':', '/', '/']) || text.starts_with(&['w', 'w', 'w', '.']);
    let mail = text
        .iter()
        .position(|c| *c == '@')
        .is_some_and(|at| at > 0 && text[at..].contains(&'.'));
    (url || mail || is_ip(text)).then_some(VariableKind::Address)
}

/// An IPv4 address that an identifier carries (`provider-10.0.0.1`), unless the whole is a URL.
fn ip_inside(text: &[char]) -> Option<Range<usize>> {
    if text.windows(3).any(|w| w == [':', '/', '/']) || !text.contains(&'.') {
        return None;
    }
    let part = |c: &char| c.is_ascii_digit() || *c == '.';
    let mut start = 0;
    while start < text.len() {
        let length = text[start..].iter().take_while(|c| part(c)).count();
        let alone = start == 0 || !text[start - 1].is_ascii_alphanumeric();
        if alone && is_ip(&text[start..start + length]) {
            return Some(start..start + length);
        }
        start += length.max(1);
    }
    None
}

fn is_ip(text: &[char]) -> bool {
    let host = text.split(|c| *c == ':').next().unwrap_or_default();
    let mut parts = 0;
    host.split(|c| *c == '.').all(|p| {
        parts += 1;
        (1..=3).contains(&p.len()) && p.iter().all(char::is_ascii_digit)
    }) && parts == 4
}

/// Digits in at least two groups joined by marks of dates and times, with `t` and `z` allowed.
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
