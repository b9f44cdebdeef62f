//! The arithmetic of one row: progress against schedule, what is still to be spent and how fast,
//! and where the year will end at the present rate. Ratios are exact decimals; amounts to be
//! spent are rounded up to the fen, so that spending them really meets the target.

use chrono::NaiveDate;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::Serialize;

use super::holding::{Holding, MoneyOverflow, RecentSpend, fen};
use super::policy::Policy;
use crate::domain::money::Fen;
use crate::domain::report::figure::{serialize_day, serialize_points_option, serialize_share, serialize_share_option};

/// Where a row stands against the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    OnSchedule,
    Behind,
    Serious,
    /// Nothing available, hence nothing to judge.
    NoFunds,
}

impl State {
    pub fn chinese(self) -> &'static str {
        match self {
            State::OnSchedule => "达序时",
            State::Behind => "滞后",
            State::Serious => "严重滞后",
            State::NoFunds => "无资金",
        }
    }

    pub fn is_behind(self) -> bool {
        matches!(self, State::Behind | State::Serious)
    }

    fn of(gap_pp: Option<Decimal>, policy: &Policy) -> State {
        match gap_pp {
            None => State::NoFunds,
            Some(gap) if gap <= -policy.serious_pp => State::Serious,
            Some(gap) if gap < -policy.behind_pp => State::Behind,
            Some(_) => State::OnSchedule,
        }
    }
}

/// One group's progress. The field names are the stable JSON keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgressRow {
    pub key: String,
    pub name: String,
    #[serde(serialize_with = "serialize_day")]
    pub as_of: NaiveDate,
    pub available: Fen,
    pub spent: Fen,
    pub paid_household: Fen,
    pub paid_payee: Fen,
    pub unallocated: Fen,
    pub allocated: Fen,
    pub reserved: Fen,
    pub in_transit: Fen,
    pub returned: Fen,
    #[serde(rename = "moved_unspent")]
    pub moved: Fen,
    pub retention: Fen,
    /// `None` when nothing is available: a dash, never 0%.
    #[serde(serialize_with = "serialize_share_option")]
    pub progress: Option<Decimal>,
    /// The share to be spent by the target day.
    #[serde(serialize_with = "serialize_share")]
    pub target: Decimal,
    #[serde(serialize_with = "serialize_share")]
    pub schedule: Decimal,
    #[serde(serialize_with = "serialize_points_option")]
    pub gap_pp: Option<Decimal>,
    /// Still to be spent to be on schedule on the day itself.
    pub short_of_schedule: Fen,
    /// Still to be spent to reach the year's target.
    pub still_to_spend: Fen,
    pub days_left: u32,
    pub needed_per_day: Fen,
    pub forecast: Fen,
    #[serde(serialize_with = "serialize_share_option")]
    pub forecast_progress: Option<Decimal>,
    /// How the forecast was computed, in words.
    pub forecast_method: String,
    pub rank: Option<u32>,
    pub state: State,
}

impl ProgressRow {
    /// Measures one holding on a day. A group without recent payments has a run rate of zero.
    pub fn measure(
        holding: &Holding,
        recent: Option<&RecentSpend>,
        as_of: NaiveDate,
        policy: &Policy,
    ) -> Result<ProgressRow, MoneyOverflow> {
        let own = holding.target.filter(|target| *target != policy.target).map(|target| policy.with_target(target));
        let policy = own.as_ref().unwrap_or(policy);
        let available = holding.available()?;
        let spent = holding.spent()?;
        let progress = ratio(spent, available);
        let schedule = policy.schedule(as_of);
        let gap_pp = progress.map(|progress| (progress - schedule) * Decimal::ONE_HUNDRED);
        let days_left = policy.days_left(as_of);
        let still_to_spend = shortfall(policy.target, available, spent)?;
        let landing = Landing::forecast(available, spent, recent, as_of, policy)?;
        Ok(ProgressRow {
            key: holding.key.clone(),
            name: holding.name.clone(),
            as_of,
            available,
            spent,
            paid_household: holding.paid_household,
            paid_payee: holding.paid_payee,
            unallocated: holding.unallocated,
            allocated: holding.allocated,
            reserved: holding.reserved,
            in_transit: holding.in_transit,
            returned: holding.returned,
            moved: holding.moved,
            retention: holding.retention,
            progress,
            target: policy.target,
            schedule,
            gap_pp,
            short_of_schedule: shortfall(schedule, available, spent)?,
            still_to_spend,
            days_left,
            needed_per_day: per_day(still_to_spend, days_left)?,
            forecast: landing.amount,
            forecast_progress: ratio(landing.amount, available),
            forecast_method: landing.method,
            rank: None,
            state: State::of(gap_pp, policy),
        })
    }

    /// What must be spent after this row's day to be on schedule at the end of `day`, were the
    /// available money to stay as it is.
    pub fn needed_by(&self, day: NaiveDate, policy: &Policy) -> Result<Fen, MoneyOverflow> {
        shortfall(policy.with_target(self.target).schedule(day), self.available, self.spent)
    }
}

/// A share that exists only where there is something to divide by.
pub fn ratio(part: Fen, whole: Fen) -> Option<Decimal> {
    (whole.get() > 0).then(|| Decimal::from(part.get()) / Decimal::from(whole.get()))
}

/// max(0, share × available − spent), rounded up to the fen.
fn shortfall(share: Decimal, available: Fen, spent: Fen) -> Result<Fen, MoneyOverflow> {
    let due = (share * Decimal::from(available.get())).round_dp(6).ceil();
    // Rounding at a millionth of a fen first: a share such as 2/3 ends in a digit rounded up,
    // and without it the ceiling would ask for a fen too many.
    let due = due.to_i128().ok_or(MoneyOverflow)?;
    fen((due - i128::from(spent.get())).max(0))
}

/// Rounded up, over the days left but at least one.
fn per_day(amount: Fen, days_left: u32) -> Result<Fen, MoneyOverflow> {
    let days = i128::from(days_left.max(1));
    fen((i128::from(amount.get()) + days - 1) / days)
}

/// Where the year ends at the present rate, and how that was computed.
struct Landing {
    amount: Fen,
    method: String,
}

impl Landing {
    fn forecast(
        available: Fen,
        spent: Fen,
        recent: Option<&RecentSpend>,
        as_of: NaiveDate,
        policy: &Policy,
    ) -> Result<Landing, MoneyOverflow> {
        let window = recent.map_or(policy.recent_days(as_of), |recent| recent.days).max(1);
        // More returned than paid says nothing about the days to come; it does not run on.
        let paid = recent.map_or(0, |recent| i128::from(recent.paid.get()).max(0));
        let days_left = policy.days_left(as_of);
        let more = half_up(paid * i128::from(days_left), i128::from(window));
        let landing = i128::from(spent.get()) + more;
        let ceiling = i128::from(available.get());
        let daily = fen(half_up(paid, i128::from(window)))?;
        let mut method =
            format!("近{window}日日均支出 {} 元 × 剩余 {days_left} 日 + 已支出 {} 元", daily.yuan_grouped(), spent.yuan_grouped());
        if landing > ceiling {
            method.push_str("，以可用资金为限");
        }
        Ok(Landing { amount: fen(landing.min(ceiling))?, method })
    }
}

/// Integer division rounded half up; both operands are non-negative here.
fn half_up(dividend: i128, divisor: i128) -> i128 {
    (2 * dividend + divisor) / (2 * divisor)
}
