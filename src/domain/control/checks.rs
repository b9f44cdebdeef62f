//! The checks of a day: money not handed out in time (预算法第五十二条), the plan's year rule (own special funds not below those
//! arranged the year before, 东发〔2018〕14号 五（一）1), and the inspections that must exist by date (at least one special
//! inspection a year, a working group every quarter, the same document 五（一）1 and 七).

use crate::domain::calendar::Period;
use crate::domain::money::Fen;
use crate::domain::report::figure;
use chrono::{Days, NaiveDate};
use serde::Serialize;

/// The category that the year rule speaks of.
pub const SPECIAL: &str = "财政专项扶贫资金";

/// A fund with what of it was unallocated at the end of each day on which that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    pub fund: String,
    pub name: String,
    pub level: String,
    pub received: NaiveDate,
    pub amount: Fen,
    /// In order of days.
    pub unallocated: Vec<(NaiveDate, i64)>,
}

impl Track {
    fn on(&self, day: NaiveDate) -> i64 {
        self.unallocated.iter().take_while(|(date, _)| *date <= day).last().map_or(0, |(_, balance)| *balance)
    }
}

/// Money that was not allocated by its last day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Late {
    pub fund: String,
    pub name: String,
    pub level: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub received: NaiveDate,
    #[serde(serialize_with = "figure::serialize_day")]
    pub deadline: NaiveDate,
    pub amount: Fen,
    /// Unallocated at the end of the last day.
    pub late: Fen,
    /// Of it, still unallocated.
    pub left: Fen,
    pub days_late: i64,
    /// When the last of it was allocated.
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub done_on: Option<NaiveDate>,
}

/// Whether a fund was late on a day: from the first day after its last day on. What is below `small` by then is a remainder.
pub fn late(track: &Track, days: u32, small: Fen, as_of: NaiveDate) -> Option<Late> {
    let deadline = track.received.checked_add_days(Days::new(u64::from(days)))?;
    let late = track.on(deadline);
    if as_of <= deadline || late <= 0 {
        return None;
    }
    let settled = small.get().max(1);
    let left = track.on(as_of).clamp(0, late);
    let after = track.unallocated.iter().filter(|(date, _)| *date > deadline && *date <= as_of);
    let done_on = if late < settled { None } else { after.clone().find(|(_, balance)| *balance < settled).map(|(date, _)| *date) };
    let until = done_on.unwrap_or(as_of);
    Some(Late {
        fund: track.fund.clone(),
        name: track.name.clone(),
        level: track.level.clone(),
        received: track.received,
        deadline,
        amount: track.amount,
        late: Fen::new(late),
        left: Fen::new(left),
        days_late: until.signed_duration_since(deadline).num_days(),
        done_on,
    })
}

/// The year rule: what the county itself has arranged this year against all of the year before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearRule {
    pub year: i32,
    pub this_year: Fen,
    /// `None` where the book has no own funds of the year before.
    pub year_before: Option<Fen>,
    pub short: Fen,
    pub state: &'static str,
}

pub fn year_rule(year: i32, this_year: Fen, year_before: Option<Fen>) -> YearRule {
    let short = year_before.map_or(0, |before| before.get().saturating_sub(this_year.get()).max(0));
    let state = match year_before {
        None => "无上年数",
        Some(_) if short > 0 => "低于上年",
        Some(_) => "不低于上年",
    };
    YearRule { year, this_year, year_before, short: Fen::new(short), state }
}

/// An inspection as its plan has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFact {
    pub code: String,
    /// quarterly or annual
    pub kind: String,
    pub quarter: Option<u32>,
    pub closed: Option<NaiveDate>,
}

/// An inspection that must be done by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    pub title: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub due: NaiveDate,
    pub plan: String,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub closed: Option<NaiveDate>,
    pub state: &'static str,
}

/// The five inspections of a year on a day.
pub fn inspections(year: i32, as_of: NaiveDate, plans: &[PlanFact]) -> Vec<Inspection> {
    let mut due: Vec<(String, Option<u32>, NaiveDate)> = (1..=4)
        .filter_map(|quarter| {
            Some((format!("{year} 年第 {quarter} 季度检查"), Some(quarter), Period::of_quarter(year, quarter)?.last_day()))
        })
        .collect();
    due.extend(Period::of_year(year).map(|period| (format!("{year} 年专项检查"), None, period.last_day())));
    due.into_iter()
        .map(|(title, quarter, due)| {
            let kind = if quarter.is_some() { "quarterly" } else { "annual" };
            let fits = |plan: &&PlanFact| plan.kind == kind && plan.quarter == quarter;
            let mut own: Vec<&PlanFact> = plans.iter().filter(fits).collect();
            own.sort_by_key(|plan| (plan.closed.is_none(), plan.closed, plan.code.clone()));
            let best = own.first();
            let closed = best.and_then(|plan| plan.closed).filter(|closed| *closed <= as_of);
            let state = match (best, closed) {
                (_, Some(closed)) if closed <= due => "按期完成",
                (_, Some(_)) => "逾期完成",
                (Some(_), None) if as_of > due => "逾期未完成",
                (None, None) if as_of > due => "逾期未安排",
                (Some(_), None) => "已安排",
                (None, None) => "未到期",
            };
            Inspection { title, due, plan: best.map_or_else(String::new, |plan| plan.code.clone()), closed, state }
        })
        .collect()
}
