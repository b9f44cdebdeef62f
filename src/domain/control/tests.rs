//! The ladder's rules with figures computed by hand: every rung at its edge, what stays, what is lifted; and the checks and
//! leads beside it.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

mod ladder;
mod leads;

use super::*;
use crate::domain::setting;
use std::collections::BTreeMap;

/// The shipped values.
pub(super) fn values() -> BTreeMap<String, String> {
    setting::shipped_values().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

pub(super) fn policy() -> ControlPolicy {
    ControlPolicy::read(&values()).unwrap()
}

#[test]
fn thresholds_that_fall_are_refused() {
    let mut wrong = values();
    wrong.insert("control.hold.points".into(), "9".into());
    assert_eq!(ControlPolicy::read(&wrong).unwrap_err().name, "control.hold.points");
    let mut none = values();
    none.insert("control.notice.months".into(), "两个月".into());
    assert_eq!(ControlPolicy::read(&none).unwrap_err().value, "两个月");
}
