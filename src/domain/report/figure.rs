//! How a figure is written down. Ratios and gaps are kept exact and rounded here, at the last
//! moment and half away from zero, so that a rounded number never enters another calculation.
//! The wire forms (`share`, `points`, `day`) are what stable JSON keys carry.

use chrono::{Datelike, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serializer;

/// Rounds half up (away from zero) and never yields a negative zero.
pub fn round_half_up(value: Decimal, places: u32) -> Decimal {
    let rounded = value.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero);
    if rounded.is_zero() { Decimal::ZERO } else { rounded }
}

fn fixed(value: Decimal, places: u32) -> String {
    let digits = places as usize;
    format!("{:.digits$}", round_half_up(value, places))
}

/// `0.157385` → `15.74%`.
pub fn percent(ratio: Decimal) -> String {
    format!("{}%", fixed(ratio * Decimal::ONE_HUNDRED, 2))
}

/// Percentage points with two decimals: `-1.20`.
pub fn points(points: Decimal) -> String {
    fixed(points, 2)
}

/// A share of one with four decimals: `0.9512`, the wire form of a ratio.
pub fn share(ratio: Decimal) -> String {
    fixed(ratio, 4)
}

/// `2018-09-30`.
pub fn day(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// `2018年9月30日`, month and day without a leading zero as GB/T 9704 wants.
pub fn day_chinese(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// Serde form of a ratio.
pub fn serialize_share<S: Serializer>(ratio: &Decimal, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&share(*ratio))
}

/// Serde form of a ratio that does not exist when there is nothing to divide by.
pub fn serialize_share_option<S: Serializer>(ratio: &Option<Decimal>, to: S) -> Result<S::Ok, S::Error> {
    match ratio {
        Some(ratio) => to.serialize_str(&share(*ratio)),
        None => to.serialize_none(),
    }
}

/// Serde form of percentage points.
pub fn serialize_points<S: Serializer>(value: &Decimal, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&points(*value))
}

/// Serde form of percentage points that may not exist.
pub fn serialize_points_option<S: Serializer>(value: &Option<Decimal>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => to.serialize_str(&points(*value)),
        None => to.serialize_none(),
    }
}

/// Serde form of a date.
pub fn serialize_day<S: Serializer>(date: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&day(*date))
}

/// Serde form of a date that may not exist.
pub fn serialize_day_option<S: Serializer>(date: &Option<NaiveDate>, to: S) -> Result<S::Ok, S::Error> {
    match date {
        Some(date) => serialize_day(date, to),
        None => to.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_up_at_the_last_moment() {
        assert_eq!(percent(Decimal::new(157_385, 6)), "15.74%");
        assert_eq!(percent(Decimal::new(99_994_999, 8)), "99.99%");
        assert_eq!(percent(Decimal::ONE), "100.00%");
        assert_eq!(points(Decimal::new(-1_195, 3)), "-1.20");
        assert_eq!(share(Decimal::new(95_115, 5)), "0.9512");
    }

    #[test]
    fn never_writes_a_negative_zero() {
        assert_eq!(points(Decimal::new(-4, 3)), "0.00");
        assert_eq!(percent(Decimal::new(-1, 8)), "0.00%");
    }
}
