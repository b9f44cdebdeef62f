//! Dates and periods as county offices write them. A date is a `NaiveDate`; a period (所属期) is a
//! run of whole months. Dates are stored as the integer 20180305 in both databases.

mod period;

#[cfg(test)]
mod tests;

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::problem::Problem;
use crate::domain::text;

pub use period::{Month, Period};

/// The years in which a date of this ledger can lie.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Why a text is not a date, period or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateProblem {
    #[error("日期为空")]
    EmptyDate,
    #[error("看不懂的日期")]
    NotDate,
    #[error("日历上没有这一天")]
    NoSuchDay,
    #[error("年份超出 1900 至 2199")]
    YearOutOfRange,
    #[error("所属期为空")]
    EmptyPeriod,
    #[error("看不懂的所属期")]
    NotPeriod,
    #[error("年度应为四位数字")]
    NotYear,
}

impl Problem for DateProblem {
    fn mend(&self) -> &'static str {
        match self {
            Self::EmptyDate | Self::NotDate => "请写成 2018-03-05 或 2018年3月5日",
            Self::NoSuchDay => "请核对月和日",
            Self::YearOutOfRange => "请核对年份",
            Self::EmptyPeriod | Self::NotPeriod => "请写成 2018-03（月）、2018Q1（季）或 2018（年）",
            Self::NotYear => "请写成 2018",
        }
    }
}

/// Reads `2018-03-05`, `2018/3/5`, `2018.6.1`, `20180305`, `2018年3月5日` and Excel's serial days.
pub fn parse_date(text: &str) -> Result<NaiveDate, DateProblem> {
    if let Some(date) = iso_date(text.as_bytes()) {
        return Ok(date);
    }
    let trimmed = text::trim(text);
    let trimmed = [" 00:00:00", "T00:00:00", " 0:00:00", " 0:00", " 00:00"]
        .iter()
        .find_map(|midnight| trimmed.strip_suffix(midnight))
        .unwrap_or(trimmed);
    let plain = text::squeeze(trimmed);
    if plain.is_empty() {
        return Err(DateProblem::EmptyDate);
    }
    if plain.bytes().all(|b| b.is_ascii_digit()) {
        return match plain.len() {
            8 => ymd(&plain[..4], &plain[4..6], &plain[6..]),
            5 => serial_date(&plain),
            _ => Err(DateProblem::NotDate),
        };
    }
    let (year, month, day) = split_date(&plain).ok_or(DateProblem::NotDate)?;
    ymd(year, month, day)
}

/// The commonest form, read without looking twice: `2018-03-05`.
fn iso_date(bytes: &[u8]) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else {
        return None;
    };
    let mut number = 0_i64;
    for b in [y1, y2, y3, y4, m1, m2, d1, d2] {
        if !b.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(b - b'0');
    }
    date_from_int(number)
}

fn split_date(text: &str) -> Option<(&str, &str, &str)> {
    if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        return Some((year, month, day.strip_suffix(['日', '号']).unwrap_or(day)));
    }
    let mark = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let mut parts = text.split(mark);
    let found = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(found)
}

fn ymd(year: &str, month: &str, day: &str) -> Result<NaiveDate, DateProblem> {
    let number = |s: &str, most: usize| -> Option<u32> {
        let fits = !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| s.parse().ok()).flatten()
    };
    if year.len() != 4 {
        return Err(DateProblem::NotDate);
    }
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) => day_of(year as i32, month, day),
        _ => Err(DateProblem::NotDate),
    }
}

fn day_of(year: i32, month: u32, day: u32) -> Result<NaiveDate, DateProblem> {
    if !YEARS.contains(&year) {
        return Err(DateProblem::YearOutOfRange);
    }
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateProblem::NoSuchDay)
}

/// Excel counts days from 1900-01-01 as 1 and believes in 1900-02-29; past that day the count is
/// the number of days since 1899-12-30.
fn serial_date(text: &str) -> Result<NaiveDate, DateProblem> {
    let serial: u64 = text.parse().map_err(|_| DateProblem::NotDate)?;
    if !(20_000..80_000).contains(&serial) {
        return Err(DateProblem::NotDate);
    }
    NaiveDate::from_ymd_opt(1899, 12, 30).and_then(|origin| origin.checked_add_days(Days::new(serial))).ok_or(DateProblem::NotDate)
}

/// A year of four digits, `2018` or `2018年`.
pub fn parse_year(text: &str) -> Result<i32, DateProblem> {
    let plain = text::squeeze(text::trim(text));
    let plain = plain.strip_suffix("年度").or_else(|| plain.strip_suffix('年')).unwrap_or(&plain);
    if plain.len() != 4 || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DateProblem::NotYear);
    }
    let year = plain.parse().map_err(|_| DateProblem::NotYear)?;
    if YEARS.contains(&year) { Ok(year) } else { Err(DateProblem::YearOutOfRange) }
}

/// 2018-03-05 as 20180305, the form in which both databases hold dates.
pub fn date_to_int(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

/// The date of 20180305; nothing when there is no such day.
pub fn date_from_int(number: i64) -> Option<NaiveDate> {
    let year = i32::try_from(number / 10_000).ok()?;
    let month = u32::try_from(number / 100 % 100).ok()?;
    let day = u32::try_from(number % 100).ok()?;
    day_of(year, month, day).ok()
}

/// 20180305 as 2018-03-05; a number that is no day as it is.
pub fn day_text(number: i64) -> String {
    date_from_int(number).map_or_else(|| number.to_string(), |day| day.to_string())
}
