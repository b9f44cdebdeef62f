//! Forecasts to the year's end out of the books, by unit or fund, and their back-test over the years that are over. Without a
//! method the one is taken that has more to go by: seasonal where the book has an earlier year, else what is scheduled.

mod groups;
#[cfg(test)]
mod tests;

use super::control::{self, flow::Flows};
use super::known_at::Known;
use super::progress::policy_in_force;
use super::{AppError, Bureau, Result};
use crate::domain::calendar::Month;
use crate::domain::forecast::backtest::{Score, Trial, scores};
use crate::domain::forecast::{Forecast, Group, Method, table};
use crate::domain::report::{Table, figure};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeSet;

/// How money is grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Unit,
    Fund,
}

impl By {
    pub const ALL: [By; 2] = [By::Unit, By::Fund];

    pub const fn code(self) -> &'static str {
        match self {
            By::Unit => "unit",
            By::Fund => "fund",
        }
    }

    pub const fn chinese(self) -> &'static str {
        match self {
            By::Unit => "单位",
            By::Fund => "指标",
        }
    }
}

/// Forecasts of a day.
#[derive(Debug, Serialize)]
pub struct Outlook {
    #[serde(serialize_with = "figure::serialize_day")]
    pub as_of: NaiveDate,
    pub by: By,
    pub rows: Vec<Forecast>,
    pub total: Option<Forecast>,
}

impl Outlook {
    pub fn table(&self) -> Table {
        table::forecasts(self.by.chinese(), self.as_of, &self.rows, self.total.as_ref())
    }
}

/// Forecasts every group on a day. Errors: seasonal was asked for and the book has no earlier year.
pub fn forecast(bureau: &mut Bureau, as_of: NaiveDate, by: By, method: Option<Method>) -> Result<Outlook> {
    forecast_within(bureau, as_of, by, method, None)
}

/// The same of the money allocated to some units; of all money where `None`.
pub fn forecast_within(
    bureau: &mut Bureau,
    as_of: NaiveDate,
    by: By,
    method: Option<Method>,
    units: Option<&BTreeSet<String>>,
) -> Result<Outlook> {
    bureau.read(|tx, book| {
        let mut flows = Flows::load(tx, book, as_of, None)?;
        if let Some(units) = units {
            flows.keep_units(units);
        }
        let policy = policy_in_force(tx, book, as_of, &Known::default())?;
        let (groups, whole) = groups::of(&flows, as_of, by, &policy)?;
        let best = if whole.seasons.is_empty() { Method::Scheduled } else { Method::Seasonal };
        let method = method.unwrap_or(best);
        if method == Method::Seasonal && whole.seasons.is_empty() {
            let message = format!("{} 年以前没有账，不能按以往年度预测", as_of.year());
            return AppError::refuse("no_earlier_year", message, "请改用 ⟦method⟧ run-rate 或 scheduled");
        }
        let mut rows: Vec<Forecast> = groups.iter().filter_map(|group| group.forecast(method)).collect();
        rows.sort_by(|a, b| a.to_target_pp.cmp(&b.to_target_pp).then_with(|| a.key.cmp(&b.key)));
        Ok(Outlook { as_of, by, rows, total: whole.forecast(method) })
    })
}

/// How far the methods were off in the years that are over.
#[derive(Debug, Serialize)]
pub struct Backtest {
    pub by: By,
    pub years: Vec<i32>,
    pub scores: Vec<Score>,
}

impl Backtest {
    pub fn table(&self) -> Table {
        table::scores(self.by.chinese(), &self.years, &self.scores)
    }
}

/// Back-tests all methods at the end of each month of the years that are closed, on groups with more than a remainder.
/// Errors: no year is closed.
pub fn backtest(bureau: &mut Bureau, by: By) -> Result<Backtest> {
    bureau.read(|tx, book| {
        let flows = Flows::load(tx, book, NaiveDate::MAX.with_year(2199).unwrap_or(NaiveDate::MAX), None)?;
        let first = i32::try_from(book.first_year).unwrap_or(1900);
        let mut years = Vec::new();
        for year in first..=flows.entries.last().map_or(first, |entry| i32::try_from(entry.date / 10_000).unwrap_or(first)) {
            if super::close::year_closed(tx, book, i64::from(year))? {
                years.push(year);
            }
        }
        if years.is_empty() {
            return AppError::refuse("no_closed_year", "还没有年终结账的年度，不能回测", "请在 ⟦year.close⟧ 之后运行");
        }
        let mut trials = Vec::new();
        for year in &years {
            let Some(end) = Month::new(*year, 12).map(Month::last_day) else { continue };
            let policy = policy_in_force(tx, book, end, &Known::default())?;
            let small = control::policy_in_force(tx, book, end, &Known::default())?.small.get();
            let (finals, whole_final) = groups::of(&flows, end, by, &policy)?;
            for month in (1..=11).filter_map(|number| Month::new(*year, number)) {
                let (mut groups, whole) = groups::of(&flows, month.last_day(), by, &policy)?;
                groups.retain(|group| group.available >= small);
                try_month(month.month(), &groups, &finals, false, &mut trials);
                try_month(month.month(), &[whole], std::slice::from_ref(&whole_final), true, &mut trials);
            }
        }
        Ok(Backtest { by, years, scores: scores(&trials) })
    })
}

fn try_month(month: u32, groups: &[Group], finals: &[Group], whole: bool, trials: &mut Vec<Trial>) {
    for group in groups.iter().filter(|group| group.available > 0) {
        let Some(end) = finals.iter().find(|end| end.key == group.key && end.available > 0) else { continue };
        let actual = rust_decimal::Decimal::from(end.spent) / rust_decimal::Decimal::from(end.available);
        for method in Method::ALL {
            if let Some(forecast) = group.forecast(method).and_then(|forecast| forecast.forecast_progress) {
                trials.push(Trial { method, month, whole, forecast, actual });
            }
        }
    }
}
