//! The policy of control as the settings have it in force: thresholds of the rungs, what counts, who may override, and the
//! limits of the checks. Read from names and values, so that a policy written down with a run can be read again years later.

use crate::domain::money::Fen;
use crate::domain::setting::names;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("参数 {name} 的值“{value}”不能用")]
pub struct PolicyProblem {
    pub name: String,
    pub value: String,
}

/// Thresholds of the ladder. Points are percentage points below schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlPolicy {
    pub categories: Vec<String>,
    pub from_month: u32,
    pub grace_days: u32,
    pub remind_points: Decimal,
    pub notice_points: Decimal,
    pub notice_months: u32,
    pub interview_points: Decimal,
    pub bottom: u32,
    pub bottom_months: u32,
    pub idle_days: u32,
    pub due_days: u32,
    pub hold_points: Decimal,
    pub hold_months: u32,
    pub reclaim_points: Decimal,
    pub reclaim_months: u32,
    pub reclaim_from_month: u32,
    pub reclaim_idle_days: u32,
    pub spare_days: u32,
    pub lift_points: Decimal,
    pub leaders: Vec<String>,
    /// Below this what is left is a remainder (尾数) and judged no more.
    pub small: Fen,
}

/// Names and values in force.
pub struct Read<'a>(pub &'a BTreeMap<String, String>);

impl Read<'_> {
    fn text(&self, name: &str) -> Result<&str, PolicyProblem> {
        self.0.get(name).map(String::as_str).ok_or_else(|| self.problem(name))
    }

    fn problem(&self, name: &str) -> PolicyProblem {
        PolicyProblem { name: name.to_string(), value: self.0.get(name).cloned().unwrap_or_default() }
    }

    pub fn whole(&self, name: &str) -> Result<u32, PolicyProblem> {
        self.text(name)?.trim().parse().map_err(|_| self.problem(name))
    }

    pub fn decimal(&self, name: &str) -> Result<Decimal, PolicyProblem> {
        self.text(name)?.trim().parse().map_err(|_| self.problem(name))
    }

    pub fn money(&self, name: &str) -> Result<Fen, PolicyProblem> {
        Fen::parse(self.text(name)?).map_err(|_| self.problem(name))
    }

    pub fn names(&self, name: &str) -> Result<Vec<String>, PolicyProblem> {
        Ok(names(self.text(name)?).map(str::to_string).collect())
    }
}

impl ControlPolicy {
    /// Reads the policy. Errors: a value that is missing or no number; thresholds that fall from rung to rung.
    pub fn read(values: &BTreeMap<String, String>) -> Result<ControlPolicy, PolicyProblem> {
        let read = Read(values);
        let policy = ControlPolicy {
            categories: read.names("control.categories")?,
            from_month: read.whole("control.from_month")?,
            grace_days: read.whole("control.grace_days")?,
            remind_points: read.decimal("control.remind.points")?,
            notice_points: read.decimal("control.notice.points")?,
            notice_months: read.whole("control.notice.months")?,
            interview_points: read.decimal("control.interview.points")?,
            bottom: read.whole("control.interview.bottom")?,
            bottom_months: read.whole("control.interview.bottom_months")?,
            idle_days: read.whole("control.interview.idle_days")?,
            due_days: read.whole("control.interview.due_days")?,
            hold_points: read.decimal("control.hold.points")?,
            hold_months: read.whole("control.hold.months")?,
            reclaim_points: read.decimal("control.reclaim.points")?,
            reclaim_months: read.whole("control.reclaim.months")?,
            reclaim_from_month: read.whole("control.reclaim.from_month")?,
            reclaim_idle_days: read.whole("control.reclaim.idle_days")?,
            spare_days: read.whole("control.reclaim.spare_days")?,
            lift_points: read.decimal("control.lift.points")?,
            leaders: read.names("control.leaders")?,
            small: read.money("allocation.small")?,
        };
        let points = [
            ("control.notice.points", policy.remind_points, policy.notice_points),
            ("control.interview.points", policy.notice_points, policy.interview_points),
            ("control.hold.points", policy.interview_points, policy.hold_points),
            ("control.reclaim.points", policy.hold_points, policy.reclaim_points),
        ];
        match points.iter().find(|(_, lower, higher)| lower > higher) {
            Some((name, ..)) => Err(read.problem(name)),
            None => Ok(policy),
        }
    }

    pub fn counts(&self, category: &str) -> bool {
        self.categories.iter().any(|counted| counted == category)
    }
}
