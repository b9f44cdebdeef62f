//! Dates and months as people type them on the command line.

use crate::app::KnownAt;
use crate::domain::calendar::{Period, parse_date};
use crate::domain::money::Fen;
use crate::domain::problem::Problem;
use chrono::NaiveDate;

pub fn date(text: &str) -> Result<NaiveDate, String> {
    parse_date(text).map_err(|problem| format!("{problem}，{}", problem.mend()))
}

/// A month as `2018-09`: year and month.
pub fn month(text: &str) -> Result<(i64, i64), String> {
    let period = Period::parse(text).map_err(|problem| format!("{problem}，{}", problem.mend()))?;
    if period.month_count() != 1 {
        return Err("应为一个月份，如 2018-09".into());
    }
    Ok((i64::from(period.first().year()), i64::from(period.first().month())))
}

pub fn money(text: &str) -> Result<Fen, String> {
    Fen::parse(text).map_err(|problem| format!("{problem}，{}", problem.mend()))
}

/// A moment on the known-at axis.
pub fn known_at(text: &str) -> Result<KnownAt, String> {
    KnownAt::parse(text).map_err(|error| error.to_string())
}
