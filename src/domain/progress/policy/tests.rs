//! The curves day by day, and policies that must be refused.

use super::*;
use crate::domain::report::figure::percent;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn point(month: u32, day: u32, hundredths: i64) -> Milestone {
    Milestone { month, day, share: Decimal::new(hundredths, 2) }
}

fn with_curve(curve: Curve) -> Policy {
    Policy { curve, ..Policy::default() }
}

#[test]
fn linear_follows_the_days_of_the_year() {
    let policy = Policy::default();
    // 2018-09-30 is day 273 of 365: 0.95 × 273/365 = 71.05%.
    assert_eq!(percent(policy.schedule(date(2018, 9, 30))), "71.05%");
    assert_eq!(percent(policy.schedule(date(2018, 12, 31))), "95.00%");
    // A leap year has 366: 0.95 × 60/366 = 15.57% on 29 February.
    assert_eq!(percent(policy.schedule(date(2020, 2, 29))), "15.57%");
    assert_eq!(percent(policy.schedule(date(2020, 12, 31))), "95.00%");
}

#[test]
fn an_earlier_target_day_keeps_the_target_afterwards() {
    let policy = Policy { target_day: (11, 30), ..Policy::default() };
    assert_eq!(policy.schedule(date(2018, 11, 30)), Decimal::new(95, 2));
    assert_eq!(policy.schedule(date(2018, 12, 15)), Decimal::new(95, 2));
    assert_eq!(policy.days_left(date(2018, 12, 15)), 0);
}

#[test]
fn monthly_counts_twelfths() {
    let policy = Policy { target: Decimal::ONE, ..with_curve(Curve::Monthly) };
    assert_eq!(percent(policy.schedule(date(2019, 4, 30))), "33.33%");
    assert_eq!(percent(policy.schedule(date(2019, 12, 31))), "100.00%");
}

#[test]
fn stairs_hold_until_the_next_step() {
    let steps = [(3, 31, 25), (6, 30, 50), (9, 30, 75), (11, 30, 92), (12, 31, 95)];
    let points = steps.map(|(month, day, share)| point(month, day, share)).to_vec();
    let policy = with_curve(Curve::Stairs(points));
    assert_eq!(policy.check(), Ok(()));
    assert_eq!(policy.schedule(date(2018, 3, 30)), Decimal::ZERO);
    assert_eq!(policy.schedule(date(2018, 3, 31)), Decimal::new(25, 2));
    assert_eq!(policy.schedule(date(2018, 9, 29)), Decimal::new(50, 2));
    assert_eq!(policy.schedule(date(2018, 12, 31)), Decimal::new(95, 2));
}

#[test]
fn interpolation_joins_the_milestones() {
    // Day 59 is 28 February, day 90 is 31 March.
    let policy = with_curve(Curve::Interpolated(vec![point(2, 28, 20), point(3, 31, 51)]));
    assert_eq!(policy.schedule(date(2018, 3, 10)), Decimal::new(30, 2));
    assert_eq!(policy.schedule(date(2018, 2, 28)), Decimal::new(20, 2));
    assert_eq!(policy.schedule(date(2018, 12, 31)), Decimal::new(51, 2));
}

#[test]
fn days_left_run_through_the_last_of_december() {
    let policy = Policy::default();
    assert_eq!(policy.days_left(date(2018, 9, 30)), 92);
    assert_eq!(policy.days_left(date(2018, 12, 31)), 0);
    assert_eq!(policy.recent_days(date(2018, 1, 31)), 31);
    assert_eq!(policy.recent_days(date(2018, 9, 30)), 90);
}

#[test]
fn senseless_policies_are_refused() {
    let falling = with_curve(Curve::Stairs(vec![point(3, 31, 50), point(6, 30, 25)]));
    assert_eq!(falling.check(), Err(PolicyError::Milestone { month: 6, day: 30 }));
    let percent_typed_as_number = Policy { target: Decimal::from(95), ..Policy::default() };
    assert!(percent_typed_as_number.check().is_err());
    assert_eq!(with_curve(Curve::Stairs(vec![])).check(), Err(PolicyError::NoMilestones));
    let reversed = Policy { behind_pp: Decimal::from(20), ..Policy::default() };
    assert_eq!(reversed.check(), Err(PolicyError::Thresholds));
    let no_such_day = Policy { target_day: (11, 31), ..Policy::default() };
    assert_eq!(no_such_day.check(), Err(PolicyError::Day { month: 11, day: 31 }));
}
