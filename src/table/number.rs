//! Order numbers in cells: as they stand, without what keeps a spreadsheet from rounding them, and
//! told if it has rounded them already.

use super::cells::Cell;

/// Digits from which on a run is an order number, not an amount or a day. Chosen.
const LONG: usize = 10;
/// Digits that a spreadsheet keeps of a number (Excel specifications and limits).
const KEPT: usize = 15;
/// Digits past [`KEPT`] that must be zeros before a column is taken for rounded.
const ZEROS: usize = 2;
/// Digits of an order number in a line of text, where other numbers stand too. Chosen.
const IN_TEXT: usize = 15;

/// The number of an order, as a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The number as it stands in the cell.
    pub text: String,
    /// True if the cell has lost the number's end, which nobody can give back.
    pub damaged: bool,
}

/// The text of a cell without what is around it only to keep its digits: a tab, an apostrophe,
/// `="…"`.
pub fn unwrapped(cell: &str) -> &str {
    let blank = |c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{202a}' | '\u{202c}')
    };
    let mut text = cell.trim_matches(blank);
    if let Some(formula) = text.strip_prefix('=') {
        let quoted = formula.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        text = quoted.unwrap_or(text);
    }
    let quotes = |c: char| matches!(c, '\'' | '‘' | '’' | '`' | '"') || blank(c);
    text.trim_matches(quotes)
}

/// True for an order number: many digits, in two or three groups with hyphens perhaps, or behind a
/// few letters.
pub fn is_order(cell: &str) -> bool {
    let text = unwrapped(cell);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let hyphens = text.bytes().filter(|b| *b == b'-' || *b == b'_').count();
    digits >= LONG
        && digits + letters + hyphens == text.len()
        && letters <= 8
        && hyphens <= 2
        && !is_time(text)
        && !is_scientific(text)
}

/// True for a number in the notation that a spreadsheet shows a long one in: `2.34568E+18`.
pub fn is_scientific(cell: &str) -> bool {
    let text = unwrapped(cell);
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, rest) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    whole.len() == 1 && digits(whole) && digits(rest) && exponent.len() <= 2 && digits(exponent)
}

/// True for a day or a time of day.
pub fn is_time(cell: &str) -> bool {
    let text = unwrapped(cell);
    let inside = |c: char| c.is_ascii_digit() || "-/:. TZ年月日时分秒+,".contains(c);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = text.chars().filter(|c| "-/:年月日时".contains(*c)).count();
    let first = text
        .split(|c: char| !c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    text.chars().all(inside) && digits >= 4 && marks >= 1 && (1..=4).contains(&first.len()) && {
        let longest = text
            .split(|c: char| !c.is_ascii_digit())
            .map(str::len)
            .max();
        // A fraction of a second is the longest part.
        longest.is_some_and(|n| n <= 9)
    }
}

/// True for a cell of digits: an order number, a time, an amount.
pub fn is_data(cell: &str) -> bool {
    let text = unwrapped(cell);
    let plain = |c: char| c.is_ascii_digit() || "-+.%¥￥/: ".contains(c);
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    digits && text.chars().all(plain) || is_order(text) || is_time(text) || is_scientific(text)
}

/// The order number of a cell, if there is something in it.
pub fn order(cell: &Cell) -> Option<Order> {
    let text = unwrapped(&cell.text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rounded = cell.number && digits > KEPT;
    (!text.is_empty()).then(|| Order {
        text: text.to_owned(),
        damaged: rounded || is_scientific(text),
    })
}

/// Marks the numbers of a column that a spreadsheet has rounded: there are several, and most of
/// them have nothing but zeros past the fifteenth digit.
pub fn mark_rounded(column: &mut [Option<Order>]) {
    let ends = |order: &Order| {
        let end = order.text.get(KEPT..).filter(|end| end.len() >= ZEROS);
        let all = order.text.bytes().all(|b| b.is_ascii_digit());
        end.filter(|_| all)
            .map(|end| end.bytes().all(|b| b == b'0'))
    };
    let long: Vec<bool> = column.iter().flatten().filter_map(ends).collect();
    let rounded = long.iter().filter(|rounded| **rounded).count();
    if rounded > 1 && rounded * 2 > long.len() {
        for order in column.iter_mut().flatten() {
            order.damaged |= ends(order).unwrap_or(false);
        }
    }
}

/// Labels right before an order number in a line.
const LABELS: [&str; 9] = [
    "订单号",
    "订单编号",
    "订单",
    "交易号",
    "tid",
    "order",
    "order_sn",
    "order_id",
    "orderid",
];

/// The order number in a line of text: the only run of so many digits, if it stands behind a label
/// of orders or begins the line. Numbers of people (phones, identity cards, bank cards) stand behind
/// other labels.
pub fn in_text(line: &str) -> Option<Order> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut numbers = line.split(|c| !part(c)).map(|run| run.trim_matches('-'));
    let is_number = |run: &&str| {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        digits >= IN_TEXT && digits + 1 >= run.len() && is_order(run)
    };
    let number = numbers.find(is_number)?;
    let before = line.split_once(number)?.0.to_lowercase();
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let first = !before.contains(char::is_alphabetic);
    let labelled = first || LABELS.iter().any(|label| before.ends_with(label));
    let alone = numbers.find(is_number).is_none();
    (labelled && alone && !is_identity_card(number)).then(|| Order {
        text: number.to_owned(),
        damaged: false,
    })
}

/// True for 18 characters with a date of birth in their middle (GB 11643).
fn is_identity_card(number: &str) -> bool {
    let date = |range: std::ops::Range<usize>| number.get(range)?.parse::<u32>().ok();
    let born = (date(6..10), date(10..12), date(12..14));
    number.len() == 18 && matches!(born, (Some(1900..=2100), Some(1..=12), Some(1..=31)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_a_line_stands_behind_its_label_or_first() {
        for line in [
            "订单号3456789012345678901发货失败",
            "3456789012345678901 发货失败",
            "发货失败 tid=3456789012345678901",
        ] {
            let order = in_text(line).map(|order| order.text);
            assert_eq!(order.as_deref(), Some("3456789012345678901"), "{line}");
        }
        for line in [
            "身份证号：330102199003071239，打印机卡纸",
            "330102199003071239 打印机卡纸",
            "虚拟号184123456789012 打不通",
            "卡号 6222021234567890123 扣款失败",
        ] {
            assert_eq!(in_text(line), None, "{line}");
        }
    }

    #[test]
    fn what_keeps_the_digits_is_no_part_of_the_number() {
        for cell in [
            "\t3456789012345678901",
            "'3456789012345678901",
            "=\"3456789012345678901\"",
            " 3456789012345678901 ",
            "\u{feff}3456789012345678901",
            "3456789012345678901",
        ] {
            assert_eq!(unwrapped(cell), "3456789012345678901");
            assert!(is_order(cell) && is_data(cell), "{cell}");
        }
        assert!(is_order("251120-345678901234567"));
        for other in [
            "2026-11-20 10:21:07",
            "2026/11/20",
            "20261120",
            "3.45679E+18",
            "",
            "abc",
            "包裹3456789012345678901",
        ] {
            assert!(!is_order(other), "{other}");
        }
        for time in [
            "2026-11-20 10:21:07",
            "2026年11月20日",
            "10:21",
            "2026-11-20T10:21:07.123456Z",
        ] {
            assert!(is_time(time) && is_data(time), "{time}");
        }
        assert!(!is_time("345678") && !is_time("251120-345678901234567"));
    }

    #[test]
    fn a_number_without_its_end_is_told_and_none_is_made_up() {
        let cell = |text: &str, number| Cell {
            text: text.to_owned(),
            number,
        };
        let order = |text: &str, number| order(&cell(text, number)).map(|o| (o.text, o.damaged));
        assert_eq!(
            order("3.45679E+18", false),
            Some(("3.45679E+18".to_owned(), true))
        );
        assert_eq!(
            order("3456789012345680000", true),
            Some(("3456789012345680000".to_owned(), true))
        );
        assert_eq!(
            order("345678901234567", true),
            Some(("345678901234567".to_owned(), false))
        );
        assert_eq!(
            order("3456789012345678901", false),
            Some(("3456789012345678901".to_owned(), false))
        );
        assert_eq!(order(" ", false), None);
        let damaged = |numbers: &[&str]| {
            let mut column: Vec<_> = numbers
                .iter()
                .map(|n| super::order(&cell(n, false)))
                .collect();
            mark_rounded(&mut column);
            column
                .iter()
                .flatten()
                .map(|o| o.damaged)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            damaged(&["3456789012345680000", "3456789012345690000"]),
            [true, true]
        );
        assert_eq!(
            damaged(&[
                "3456789012345680000",
                "3456789012345678901",
                "3456789012345678902"
            ]),
            [false; 3]
        );
    }

    #[test]
    fn the_number_in_a_line_is_the_only_one() {
        let text = |line| in_text(line).map(|o| o.text);
        assert_eq!(
            text("1、3456789012345678901 包裹已被锁定").as_deref(),
            Some("3456789012345678901")
        );
        assert_eq!(
            text("订单251120-345678901234567：包裹已被锁定").as_deref(),
            Some("251120-345678901234567")
        );
        assert_eq!(text("3456789012345678901 和 3456789012345678902"), None);
        assert_eq!(text("2026-11-20 10:21:07.123456 包裹已被锁定"), None);
    }
}
