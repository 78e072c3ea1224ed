//! Compares error codes as whole identifiers. Pure.

use crate::text::look_alike::look_alike;

/// Bytes of a code from which on a part of it may stand for it. Source: prototype.
const CUT_CODE: usize = 8;
/// Bytes of a code's segment from which on two codes may share it. Source: prototype.
const SEGMENT: usize = 3;

/// The agreement of two codes and their conflict, each 0 to 1. Equal codes (case and look-alike
/// characters apart) agree fully, a cut code by its share of the length. Other codes conflict by
/// the share of `ours` that common segments make.
pub(super) fn compare_codes(ours: &str, theirs: &str) -> (f32, f32) {
    let fold = |code: &str| code.chars().map(look_alike).collect::<String>();
    let (a, b) = (fold(ours), fold(theirs));
    if a == b {
        return (1.0, 0.0);
    }
    let long = |code: &str| code.len() >= CUT_CODE;
    if long(&b) && a.len() > b.len() && (a.starts_with(&b) || a.ends_with(&b)) {
        return (b.len() as f32 / a.len() as f32, 0.0);
    }
    if long(&a) && b.len() > a.len() && b.contains(&a) {
        return (a.len() as f32 / b.len() as f32, 0.0);
    }
    let joint = |c: char| !c.is_alphanumeric();
    let shared: usize = ours
        .split(joint)
        .filter(|s| s.len() >= SEGMENT && theirs.split(joint).any(|t| t == *s))
        .map(str::len)
        .sum();
    (0.0, shared as f32 / ours.len().max(1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_equal_cut_or_another() {
        assert_eq!(compare_codes("cd08", "cdo8"), (1.0, 0.0));
        assert_eq!(compare_codes("cd08", "cd07"), (0.0, 0.0));
        assert!(compare_codes("consign_risk_control_block", "consign_risk_control_bl").0 > 0.8);
        assert!(compare_codes("wb_mailno_black", "isv.x:wb_mailno_black").0 > 0.5);
        let (hit, conflict) =
            compare_codes("consign_risk_control_block", "consign_stock_control_block");
        assert!(hit == 0.0 && conflict > 0.5);
    }
}
