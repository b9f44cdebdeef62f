//! 所属期: the months that a payment is for. A month, a quarter and a year are all runs of months,
//! so "are two payments for the same time?" is one question of overlap.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{DateProblem, YEARS};
use crate::domain::text;

/// One month, counted from year 0, so that months add and compare as numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// Month 1–12 of a year between 1900 and 2199.
    pub fn new(year: i32, month: u32) -> Option<Month> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then(|| Month(year * 12 + month as i32 - 1))
    }

    pub fn of(date: NaiveDate) -> Option<Month> {
        Month::new(date.year(), date.month())
    }

    pub const fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    pub const fn month(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// The month `count` later (or earlier, when negative); nothing outside 1900–2199.
    pub fn plus(self, count: i32) -> Option<Month> {
        let month = Month(self.0.checked_add(count)?);
        YEARS.contains(&month.year()).then_some(month)
    }

    pub fn first_day(self) -> NaiveDate {
        // A Month is built only inside 1900–2199, where every first day exists.
        NaiveDate::from_ymd_opt(self.year(), self.month(), 1).unwrap_or_default()
    }

    pub fn last_day(self) -> NaiveDate {
        let next = Month(self.0 + 1).first_day();
        next.checked_sub_days(Days::new(1)).unwrap_or(next)
    }

    /// 201803, the form in which both databases hold months.
    pub const fn to_int(self) -> i64 {
        self.year() as i64 * 100 + self.month() as i64
    }

    pub fn from_int(number: i64) -> Option<Month> {
        let year = i32::try_from(number / 100).ok()?;
        Month::new(year, u32::try_from(number % 100).ok()?)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

/// A run of whole months, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    first: Month,
    last: Month,
}

impl Period {
    /// Nothing when the last month lies before the first.
    pub fn new(first: Month, last: Month) -> Option<Period> {
        (first <= last).then_some(Period { first, last })
    }

    pub const fn of_month(month: Month) -> Period {
        Period { first: month, last: month }
    }

    pub fn of_year(year: i32) -> Option<Period> {
        Period::new(Month::new(year, 1)?, Month::new(year, 12)?)
    }

    pub fn of_quarter(year: i32, quarter: u32) -> Option<Period> {
        let first = Month::new(year, quarter.checked_mul(3)?.checked_sub(2)?)?;
        Period::new(first, first.plus(2)?)
    }

    /// Reads `2018-03`, `201803`, `2018年3月`, `2018Q1`, `2018年第一季度`, `2018`, `2018-03~2018-05`.
    pub fn parse(text: &str) -> Result<Period, DateProblem> {
        let plain = text::squeeze(text::trim(text));
        if plain.is_empty() {
            return Err(DateProblem::EmptyPeriod);
        }
        match plain.split_once(['~', '至']) {
            Some((from, to)) => {
                let (from, to) = (parse_single(from)?, parse_single(to)?);
                Period::new(from.first, to.last).ok_or(DateProblem::NotPeriod)
            }
            None => parse_single(&plain),
        }
    }

    pub const fn first(self) -> Month {
        self.first
    }

    pub const fn last(self) -> Month {
        self.last
    }

    /// How many months, at least 1.
    pub const fn month_count(self) -> u32 {
        (self.last.0 - self.first.0) as u32 + 1
    }

    pub fn months(self) -> impl Iterator<Item = Month> {
        (self.first.0..=self.last.0).map(Month)
    }

    pub fn first_day(self) -> NaiveDate {
        self.first.first_day()
    }

    pub fn last_day(self) -> NaiveDate {
        self.last.last_day()
    }

    pub fn overlaps(self, other: Period) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    pub fn contains(self, date: NaiveDate) -> bool {
        self.first_day() <= date && date <= self.last_day()
    }
}

fn parse_single(plain: &str) -> Result<Period, DateProblem> {
    let problem = DateProblem::NotPeriod;
    let year = plain.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit())).ok_or(problem)?;
    let year: i32 = year.parse().map_err(|_| problem)?;
    if !YEARS.contains(&year) {
        return Err(DateProblem::YearOutOfRange);
    }
    let rest = &plain[4..];
    let period = match rest {
        "" | "年" | "年度" | "全年" | "年全年" => Period::of_year(year),
        _ => match quarter_of(rest.strip_prefix('年').unwrap_or(rest)) {
            Some(quarter) => Period::of_quarter(year, quarter),
            None => month_of(rest).and_then(|m| Month::new(year, m)).map(Period::of_month),
        },
    };
    period.ok_or(problem)
}

fn quarter_of(text: &str) -> Option<u32> {
    let text = text.trim_start_matches('-');
    let mark = text.strip_prefix(['Q', 'q']).or_else(|| {
        let text = text.strip_suffix("季度").or_else(|| text.strip_suffix('季'))?;
        Some(text.strip_prefix('第').unwrap_or(text))
    })?;
    match mark {
        "1" | "一" => Some(1),
        "2" | "二" => Some(2),
        "3" | "三" => Some(3),
        "4" | "四" => Some(4),
        _ => None,
    }
}

/// What follows the year: `-03`, `/3`, `03`, `年3月`, `.3`.
fn month_of(rest: &str) -> Option<u32> {
    let digits = match rest.strip_prefix('年') {
        Some(text) => text.strip_suffix("月份").or_else(|| text.strip_suffix('月'))?,
        None => match rest.strip_prefix(['-', '/', '.']) {
            Some(digits) => digits,
            None if rest.len() == 2 => rest,
            None => return None,
        },
    };
    let fits = (1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first, self.last);
        match (self.month_count(), first.month()) {
            (1, _) => write!(f, "{first}"),
            (3, 1 | 4 | 7 | 10) => write!(f, "{}Q{}", first.year(), first.month().div_ceil(3)),
            (12, 1) => write!(f, "{:04}", first.year()),
            _ => write!(f, "{first}~{last}"),
        }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Period::parse(&text).map_err(de::Error::custom)
    }
}
