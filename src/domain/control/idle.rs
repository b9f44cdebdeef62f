//! Idle money (闲置、结转结余): what is left of the money of each year, as a share of that money, against the limits by age
//! (within one year, one to two years, over two years); and project money of which nothing has been paid for long.

use super::policy::{PolicyProblem, Read};
use crate::domain::money::Fen;
use crate::domain::report::figure;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// Limits of the share that may be left, by age, and days after which project money is idle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub shares: [Decimal; 3],
    pub project_days: u32,
}

impl Limits {
    pub fn read(values: &BTreeMap<String, String>) -> Result<Limits, PolicyProblem> {
        let read = Read(values);
        let shares = [read.decimal("idle.share.first")?, read.decimal("idle.share.second")?, read.decimal("idle.share.third")?];
        Ok(Limits { shares, project_days: read.whole("idle.project_days")? })
    }
}

/// Money of one origin year in one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    pub key: String,
    pub name: String,
    /// The year that the money is of.
    pub origin: i32,
    /// All that there was: unspent, and paid in all years.
    pub total: i64,
    pub unspent: i64,
}

/// A group's money of one age.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aged {
    pub key: String,
    pub name: String,
    pub origin: i32,
    /// 0 within one year, 1 one to two years, 2 over two years.
    pub age: usize,
    pub total: Fen,
    pub unspent: Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub share: Option<Decimal>,
    #[serde(serialize_with = "figure::serialize_share")]
    pub limit: Decimal,
    /// `None` for the year's own money before the year's end, when its share says nothing yet.
    pub over: Option<bool>,
}

impl Aged {
    pub fn age_chinese(&self) -> &'static str {
        ["一年以内", "一至两年", "两年以上"][self.age.min(2)]
    }

    pub fn state(&self) -> &'static str {
        match self.over {
            None => "年末评定",
            Some(true) => "超限",
            Some(false) => "未超限",
        }
    }
}

/// Stocks added up by key and age, with their limits, on a day; groups with nothing left are left out.
pub fn aged(stocks: &[Stock], as_of: NaiveDate, limits: &Limits) -> Vec<Aged> {
    let mut groups: BTreeMap<(&str, std::cmp::Reverse<usize>), (&Stock, i64, i64)> = BTreeMap::new();
    for stock in stocks {
        let age = usize::try_from(as_of.year() - stock.origin).unwrap_or(0).min(2);
        let sum = groups.entry((&stock.key, std::cmp::Reverse(age))).or_insert((stock, 0, 0));
        *sum = (if stock.origin < sum.0.origin { stock } else { sum.0 }, sum.1 + stock.total, sum.2 + stock.unspent);
    }
    let year_end = as_of.month() == 12 && as_of.day() == 31;
    let row = |((_, age), (stock, total, unspent)): ((&str, std::cmp::Reverse<usize>), (&Stock, i64, i64))| {
        let (age, limit) = (age.0, limits.shares[age.0]);
        let share = (total > 0).then(|| Decimal::from(unspent) / Decimal::from(total));
        Aged {
            key: stock.key.clone(),
            name: stock.name.clone(),
            origin: stock.origin,
            age,
            total: Fen::new(total),
            unspent: Fen::new(unspent),
            share,
            limit,
            over: (age > 0 || year_end).then(|| share.is_some_and(|share| share > limit)),
        }
    };
    groups.into_iter().filter(|(_, (_, _, unspent))| *unspent > 0).map(row).collect()
}

/// Project money of which nothing has been paid for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Untouched {
    pub unit: String,
    pub name: String,
    pub fund: String,
    pub project: String,
    pub amount: Fen,
    pub days: u32,
}
