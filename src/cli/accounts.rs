//! `sunledger trial-balance` (科目余额表) and `sunledger ledger` (明细账).

use super::output::Output;
use super::{Desk, day};
use crate::app::account_ledger::account_ledger;
use crate::app::trial_balance::{Query, trial_balance};
use crate::app::{AppError, KnownAt, Result};
use crate::domain::calendar::Month;
use crate::domain::ledger::Group;
use chrono::{Datelike, NaiveDate};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct TrialBalance {
    /// 月份，如 2018-09；默认本月
    #[arg(long, value_name = "月份", value_parser = day::month, conflicts_with = "as_of")]
    month: Option<(i64, i64)>,
    /// 截至日期：当月 1 日至该日
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    /// 只算到这一时点已入账的凭证：2018-10-05、"2018-10-05 09:00:00"、RFC 3339 或 #序号
    #[arg(long, value_name = "时点", value_parser = day::known_at)]
    known_at: Option<KnownAt>,
    /// 年终结转前的余额
    #[arg(long)]
    before_closing: bool,
    /// 只要一个账组：control 指标账，statutory 资金账
    #[arg(long, value_enum, value_name = "账组")]
    group: Option<OneGroup>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OneGroup {
    /// 指标账
    Control,
    /// 资金账
    Statutory,
}

impl TrialBalance {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let (from, to) = self.period(desk.context().today())?;
        let query = Query { from, to, known_at: self.known_at, before_closing: self.before_closing };
        let balances = trial_balance(&mut desk.open()?, &query)?;
        let wanted = self.group.map(|group| if group == OneGroup::Control { Group::Control } else { Group::Statutory });
        self.output.write(&balances.tables(wanted), &balances, to)
    }

    fn period(&self, today: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
        if let Some((year, month)) = self.month {
            let month = month_of(year, month)?;
            return Ok((month.first_day(), month.last_day()));
        }
        let to = self.as_of.unwrap_or(today);
        Ok((to.with_day(1).unwrap_or(to), to))
    }
}

/// A month of the calendar. Errors: outside of the years that a ledger can have.
pub fn month_of(year: i64, month: i64) -> Result<Month> {
    match Month::from_int(year * 100 + month) {
        Some(month) => Ok(month),
        None => AppError::refuse("month", format!("月份 {year}-{month:02} 无效"), "请写成 2018-09"),
    }
}

#[derive(Debug, Args)]
pub struct Ledger {
    /// 科目编码；上级科目列出全部下级
    #[arg(value_name = "科目")]
    account: i64,
    /// 起始日期，默认截止日期当年 1 月 1 日
    #[arg(long, value_name = "日期", value_parser = day::date)]
    from: Option<NaiveDate>,
    /// 截止日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    to: Option<NaiveDate>,
    /// 只算到这一时点已入账的凭证
    #[arg(long, value_name = "时点", value_parser = day::known_at)]
    known_at: Option<KnownAt>,
    #[command(flatten)]
    output: Output,
}

impl Ledger {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let to = self.to.unwrap_or_else(|| desk.context().today());
        let from = self.from.or_else(|| NaiveDate::from_ymd_opt(to.year(), 1, 1)).unwrap_or(to);
        let ledger = account_ledger(&mut desk.open()?, self.account, from, to, self.known_at)?;
        self.output.write(&[ledger.table()], &ledger, to)
    }
}
