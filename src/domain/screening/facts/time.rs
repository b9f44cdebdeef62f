//! Days (20180305) and months (201803) as whole numbers written as digits: how far apart, and which comes so many later.
//! Numbers that are no day or month pass through unchanged, so that a damaged row cannot stop a screening.

use crate::domain::calendar::{Month, date_from_int, date_to_int};
use chrono::Days;

pub const fn month_of(day: i64) -> i64 {
    day / 100
}

pub const fn year_of(day: i64) -> i64 {
    day / 10_000
}

/// Days from one day to another; negative when the second is earlier.
pub fn days_between(from: i64, to: i64) -> i64 {
    match (date_from_int(from), date_from_int(to)) {
        (Some(from), Some(to)) => to.signed_duration_since(from).num_days(),
        _ => 0,
    }
}

/// The day `days` later, or earlier when negative.
pub fn add_days(day: i64, days: i64) -> i64 {
    let Some(date) = date_from_int(day) else { return day };
    let count = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(count) } else { date.checked_add_days(count) };
    moved.map_or(day, date_to_int)
}

/// The month `months` later, or earlier when negative.
pub fn add_months(month: i64, months: i64) -> i64 {
    let moved = Month::from_int(month).and_then(|month| month.plus(i32::try_from(months).ok()?));
    moved.map_or(month, Month::to_int)
}

/// Months from one to another; negative when the second is earlier.
pub const fn months_between(from: i64, to: i64) -> i64 {
    (to / 100 - from / 100) * 12 + (to % 100 - from % 100)
}
