//! The bureau's yardstick: which share must be spent by which day, along which curve, and from
//! which gap on a unit counts as behind. Nothing here is law for every county, so all of it is
//! data; the defaults are the plan's own 95% by 31 December, spread evenly over the year's days.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;

use crate::domain::report::figure;

mod parse;
#[cfg(test)]
mod tests;

/// A target for one day of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milestone {
    pub month: u32,
    pub day: u32,
    /// The share of the available money to be spent by then, 0 to 1.
    pub share: Decimal,
}

/// How the 序时 target grows over the year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Curve {
    /// Target × days elapsed / days up to the target day.
    Linear,
    /// Target × months elapsed / 12, a month begun counting by its days. Bulletins that say
    /// "4 months = 33.33%" use this one.
    Monthly,
    /// The last milestone reached holds until the next.
    Stairs(Vec<Milestone>),
    /// Straight lines between milestones, from zero at New Year.
    Interpolated(Vec<Milestone>),
}

impl Curve {
    pub fn code(&self) -> &'static str {
        match self {
            Curve::Linear => "linear",
            Curve::Monthly => "monthly",
            Curve::Stairs(_) => "stairs",
            Curve::Interpolated(_) => "interpolated",
        }
    }

    pub fn chinese(&self) -> &'static str {
        match self {
            Curve::Linear => "按日均衡",
            Curve::Monthly => "按月均衡",
            Curve::Stairs(_) => "分段目标",
            Curve::Interpolated(_) => "节点目标线性内插",
        }
    }

    fn milestones(&self) -> &[Milestone] {
        match self {
            Curve::Linear | Curve::Monthly => &[],
            Curve::Stairs(points) | Curve::Interpolated(points) => points,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The share to be spent by the target day.
    pub target: Decimal,
    /// Month and day by which the target must be met.
    pub target_day: (u32, u32),
    pub curve: Curve,
    /// Behind when further below schedule than this many points.
    pub behind_pp: Decimal,
    /// Seriously behind when at least this many points below schedule.
    pub serious_pp: Decimal,
    /// How many past days the run rate of the forecast looks at.
    pub run_rate_days: u32,
    /// Another target for the money of a level (资金级次), such as 0.92 for 中央.
    pub by_level: BTreeMap<String, Decimal>,
    /// Another target for one fund, by its document number; it goes before that of its level.
    pub by_fund: BTreeMap<String, Decimal>,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            target: Decimal::new(95, 2),
            target_day: (12, 31),
            curve: Curve::Linear,
            behind_pp: Decimal::ZERO,
            serious_pp: Decimal::TEN,
            run_rate_days: 90,
            by_level: BTreeMap::new(),
            by_fund: BTreeMap::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("支出目标应大于0且不超过1，现为{0}")]
    Target(Decimal),
    #[error("{month}月{day}日不是有效日期")]
    Day { month: u32, day: u32 },
    #[error("{month}月{day}日的序时目标应在0与1之间，且日期递增、目标不减")]
    Milestone { month: u32, day: u32 },
    #[error("序时曲线“{0}”无法识别，应为 linear、monthly，或 stairs:03-31=25,06-30=50 一类的节点")]
    Curve(String),
    #[error("分段或节点目标至少要有一个节点")]
    NoMilestones,
    #[error("滞后界线应不小于0，严重滞后界线应大于0且不小于滞后界线")]
    Thresholds,
    #[error("日均支出的取数天数应大于0")]
    RunRateDays,
}

/// The facts of a policy as a report states them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyFacts {
    pub target: String,
    pub target_day: String,
    pub curve: String,
    pub behind_pp: String,
    pub serious_pp: String,
    pub run_rate_days: u32,
    /// Targets of single levels and funds, where there are any.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub target_of: BTreeMap<String, String>,
}

impl Policy {
    /// Refuses a policy that could not mean anything. A policy from outside passes here first.
    pub fn check(&self) -> Result<(), PolicyError> {
        let targets = self.by_level.values().chain(self.by_fund.values());
        for target in std::iter::once(&self.target).chain(targets) {
            if *target <= Decimal::ZERO || *target > Decimal::ONE {
                return Err(PolicyError::Target(*target));
            }
        }
        let (month, day) = self.target_day;
        check_day(month, day)?;
        if self.behind_pp < Decimal::ZERO || self.serious_pp <= Decimal::ZERO || self.serious_pp < self.behind_pp {
            return Err(PolicyError::Thresholds);
        }
        if self.run_rate_days == 0 {
            return Err(PolicyError::RunRateDays);
        }
        let staged = matches!(self.curve, Curve::Stairs(_) | Curve::Interpolated(_));
        if staged && self.curve.milestones().is_empty() {
            return Err(PolicyError::NoMilestones);
        }
        self.check_milestones()
    }

    fn check_milestones(&self) -> Result<(), PolicyError> {
        let mut before = (0, 0);
        let mut reached = Decimal::ZERO;
        for point in self.curve.milestones() {
            let &Milestone { month, day, share } = point;
            check_day(month, day)?;
            if (month, day) <= before || share < reached || share > Decimal::ONE {
                return Err(PolicyError::Milestone { month, day });
            }
            before = (month, day);
            reached = share;
        }
        Ok(())
    }

    /// Whether some money has a target of its own.
    pub fn has_overrides(&self) -> bool {
        !(self.by_level.is_empty() && self.by_fund.is_empty())
    }

    /// The target of a fund's money: its own, else that of its level, else the common one.
    pub fn target_for(&self, level: &str, fund: &str) -> Decimal {
        self.by_fund.get(fund).or_else(|| self.by_level.get(level)).copied().unwrap_or(self.target)
    }

    /// The same curve towards another target: milestones move in proportion.
    pub fn with_target(&self, target: Decimal) -> Policy {
        let scale = |points: &[Milestone]| {
            let one = |point: &Milestone| Milestone { share: point.share * target / self.target, ..*point };
            points.iter().map(one).collect()
        };
        let curve = match &self.curve {
            Curve::Stairs(points) => Curve::Stairs(scale(points)),
            Curve::Interpolated(points) => Curve::Interpolated(scale(points)),
            even => even.clone(),
        };
        Policy { target, curve, ..self.clone() }
    }

    /// The share that should have been spent by the end of `day`.
    pub fn schedule(&self, day: NaiveDate) -> Decimal {
        match &self.curve {
            Curve::Linear => {
                let last = self.target_ordinal(day.year());
                let elapsed = day.ordinal().min(last);
                self.target * Decimal::from(elapsed) / Decimal::from(last)
            }
            Curve::Monthly => {
                let month_days = Decimal::from(days_in_month(day.year(), day.month()));
                let months = Decimal::from(day.month0()) + Decimal::from(day.day()) / month_days;
                self.target * months / Decimal::from(12)
            }
            Curve::Stairs(points) => stairs(points, day),
            Curve::Interpolated(points) => interpolated(points, day),
        }
    }

    /// Days after `day` up to and including the target day; zero once it is reached.
    pub fn days_left(&self, day: NaiveDate) -> u32 {
        self.target_ordinal(day.year()).saturating_sub(day.ordinal())
    }

    /// How many days of the year up to `day` the run rate looks back on.
    pub fn recent_days(&self, day: NaiveDate) -> u32 {
        self.run_rate_days.min(day.ordinal())
    }

    fn target_ordinal(&self, year: i32) -> u32 {
        let (month, day) = self.target_day;
        ordinal_of(year, month, day)
    }

    pub fn facts(&self) -> PolicyFacts {
        let (month, day) = self.target_day;
        PolicyFacts {
            target: figure::share(self.target),
            target_day: format!("{month:02}-{day:02}"),
            curve: self.curve.code().to_owned(),
            behind_pp: figure::points(self.behind_pp),
            serious_pp: figure::points(self.serious_pp),
            run_rate_days: self.run_rate_days,
            target_of: self.by_level.iter().chain(&self.by_fund).map(|(of, share)| (of.clone(), figure::share(*share))).collect(),
        }
    }
}

fn stairs(points: &[Milestone], day: NaiveDate) -> Decimal {
    let reached = |p: &&Milestone| ordinal_of(day.year(), p.month, p.day) <= day.ordinal();
    points.iter().take_while(reached).last().map_or(Decimal::ZERO, |point| point.share)
}

fn interpolated(points: &[Milestone], day: NaiveDate) -> Decimal {
    let mut from = (0, Decimal::ZERO);
    for point in points {
        let to = (ordinal_of(day.year(), point.month, point.day), point.share);
        if day.ordinal() < to.0 {
            // to.0 > day.ordinal() ≥ from.0, so the divisor is never zero.
            let elapsed = Decimal::from(day.ordinal() - from.0) / Decimal::from(to.0 - from.0);
            return from.1 + (to.1 - from.1) * elapsed;
        }
        from = to;
    }
    from.1
}

/// Day of the year; a day the month does not have (29 February) is the month's last.
fn ordinal_of(year: i32, month: u32, day: u32) -> u32 {
    let day = day.min(days_in_month(year, month));
    NaiveDate::from_ymd_opt(year, month, day).map_or(365, |date| date.ordinal())
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if NaiveDate::from_ymd_opt(year, 2, 29).is_some() => 29,
        2 => 28,
        _ => 31,
    }
}

fn check_day(month: u32, day: u32) -> Result<(), PolicyError> {
    // Judged in a leap year, so that 29 February may be named.
    match NaiveDate::from_ymd_opt(2020, month, day) {
        Some(_) => Ok(()),
        None => Err(PolicyError::Day { month, day }),
    }
}
