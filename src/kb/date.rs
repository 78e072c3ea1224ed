//! Dates as authors write them.

/// Checks that a text is `YYYY-MM-DD` and a day of the Gregorian calendar.
pub(super) fn is_date(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || !parts.iter().all(|p| digits(p)) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or_default();
    let year = number(year);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match number(month) {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&number(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_calendar() {
        for date in ["2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_date(date), "{date}");
        }
        for date in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-1-1",
            "26-01-01",
            "",
            "2026-01-01-",
            "二〇-一-一",
            "2026-01-00",
        ] {
            assert!(!is_date(date), "{date}");
        }
    }
}
