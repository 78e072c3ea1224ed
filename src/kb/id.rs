//! Ids of entries and categories: paths that are also addresses.

use super::diagnostic::Rule;
use super::findings::Findings;

/// Checks the form of an id: lower-case ASCII words joined by hyphens, in folders of such names.
pub(super) fn is_id(id: &str) -> bool {
    let letters = |w: &str| {
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        !w.is_empty() && w.bytes().all(known)
    };
    id.split('/').all(|name| name.split('-').all(letters))
}

/// Reports a path or alias that does not have the form of an id.
pub(super) fn report_bad_id(id: &str, line: u32, findings: &mut Findings) {
    let message = format!("`{id}` cannot be an entry's address");
    let hint = "name it and its folders in lower-case ASCII words joined by hyphens, such as jd-account-frozen";
    findings.error(Rule::BadId, line, message, hint);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_an_address() {
        for id in ["a", "a/b-c2/d", "2fa"] {
            assert!(is_id(id), "{id}");
        }
        for id in [
            "", "a/", "/a", "A", "a_b", "a--b", "-a", "a-", "中文", "a.md", "a b",
        ] {
            assert!(!is_id(id), "{id}");
        }
    }
}
