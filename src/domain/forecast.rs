//! Where the year will end: the money that a unit or fund will have spent by 31 December, by one of three methods, each stated
//! in words with its figures. Run rate carries the last days on; seasonal adds what earlier years paid after the same day, as
//! a share of their money; scheduled adds what is already on its way and what periodic programmes paid in the same months a
//! year before. `backtest` measures how far each was off in years that are over.

pub mod backtest;
pub mod table;
#[cfg(test)]
mod tests;

use crate::domain::money::Fen;
use crate::domain::report::figure::{self, percent};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// 近期日均
    RunRate,
    /// 以往年度同期
    Seasonal,
    /// 在办与周期性发放
    Scheduled,
}

impl Method {
    pub const ALL: [Method; 3] = [Method::RunRate, Method::Seasonal, Method::Scheduled];

    pub const fn code(self) -> &'static str {
        match self {
            Method::RunRate => "run-rate",
            Method::Seasonal => "seasonal",
            Method::Scheduled => "scheduled",
        }
    }

    pub const fn chinese(self) -> &'static str {
        match self {
            Method::RunRate => "近期日均",
            Method::Seasonal => "以往年度同期",
            Method::Scheduled => "在办与周期性发放",
        }
    }

    pub fn from_code(code: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|method| method.code() == code || method.chinese() == code)
    }
}

/// What of an earlier year's money was paid after the same day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Season {
    pub year: i32,
    /// Of the year's money.
    pub share: Decimal,
}

/// What is known of a group on the day. Amounts in fen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    pub key: String,
    pub name: String,
    pub available: i64,
    pub spent: i64,
    pub target: Decimal,
    /// Paid in the last `window` days.
    pub recent: i64,
    pub window: u32,
    pub days_left: u32,
    pub seasons: Vec<Season>,
    /// Whether the seasons are the group's own, or the whole county's.
    pub own_seasons: bool,
    pub scheduled: Scheduled,
}

/// What is to come, in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scheduled {
    /// Reserved, approved or with the bank.
    pub on_the_way: i64,
    /// What the same programmes paid after the same day a year before, up to the money that is there for them.
    pub periodic: i64,
    /// Of everything else, at its recent rate, up to the money that is there.
    pub others: i64,
}

impl Scheduled {
    pub fn add(&mut self, other: Scheduled) {
        self.on_the_way += other.on_the_way;
        self.periodic += other.periodic;
        self.others += other.others;
    }
}

/// Where a group will end by one method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Forecast {
    pub key: String,
    pub name: String,
    pub available: Fen,
    pub spent: Fen,
    pub forecast: Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub progress: Option<Decimal>,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub forecast_progress: Option<Decimal>,
    #[serde(serialize_with = "figure::serialize_share")]
    pub target: Decimal,
    /// Percentage points above the target, negative below.
    #[serde(serialize_with = "figure::serialize_points_option")]
    pub to_target_pp: Option<Decimal>,
    pub method: Method,
    /// How it was computed, in words with its figures.
    pub words: String,
}

/// Integer division rounded half up, of amounts that are not negative.
fn half_up(dividend: i128, divisor: i128) -> i64 {
    i64::try_from((2 * dividend + divisor) / (2 * divisor)).unwrap_or(i64::MAX)
}

/// An amount paid in `window` days, carried on for `days`. More returned than paid does not run on.
pub fn carried_on(recent: i64, window: u32, days: u32) -> i64 {
    half_up(i128::from(recent.max(0)) * i128::from(days), i128::from(window.max(1)))
}

impl Group {
    /// The forecast of a method. `None` where it has nothing to go by: seasonal without an earlier year.
    pub fn forecast(&self, method: Method) -> Option<Forecast> {
        let yuan = |fen: i64| Fen::new(fen).yuan_grouped();
        let (more, words) = match method {
            Method::RunRate => {
                let daily = carried_on(self.recent, self.window, 1);
                let words = format!("近 {} 日日均支出 {} 元 × 剩余 {} 日", self.window, yuan(daily), self.days_left);
                (carried_on(self.recent, self.window, self.days_left), words)
            }
            Method::Seasonal => self.seasonal()?,
            Method::Scheduled => {
                let s = self.scheduled;
                let words = format!(
                    "在办（占用、在途）{} 元 + 周期性发放按上年同期以后 {} 元 + 其余按近期日均 {} 元",
                    yuan(s.on_the_way),
                    yuan(s.periodic),
                    yuan(s.others)
                );
                (s.on_the_way + s.periodic + s.others, words)
            }
        };
        let landing = self.spent.saturating_add(more);
        let capped = landing > self.available;
        let forecast = landing.min(self.available.max(self.spent));
        let share = |part: i64| (self.available > 0).then(|| Decimal::from(part) / Decimal::from(self.available));
        let forecast_progress = share(forecast);
        Some(Forecast {
            key: self.key.clone(),
            name: self.name.clone(),
            available: Fen::new(self.available),
            spent: Fen::new(self.spent),
            forecast: Fen::new(forecast),
            progress: share(self.spent),
            forecast_progress,
            target: self.target,
            to_target_pp: forecast_progress.map(|progress| (progress - self.target) * Decimal::ONE_HUNDRED),
            method,
            words: format!("已支出 {} 元 + {words}{}", yuan(self.spent), if capped { "，以可用资金为限" } else { "" }),
        })
    }

    fn seasonal(&self) -> Option<(i64, String)> {
        if self.seasons.is_empty() {
            return None;
        }
        let mean = self.seasons.iter().map(|season| season.share).sum::<Decimal>() / Decimal::from(self.seasons.len());
        let more = (mean.max(Decimal::ZERO) * Decimal::from(self.available)).round().to_i64().unwrap_or(i64::MAX);
        let each: Vec<String> = self.seasons.iter().map(|season| format!("{} 年 {}", season.year, percent(season.share))).collect();
        let whose = if self.own_seasons { "本单位（同类指标）" } else { "全部资金" };
        Some((more, format!("可用资金 × {whose}以往年度同日以后支出占全年资金的 {}（{}）", percent(mean), each.join("、"))))
    }
}
