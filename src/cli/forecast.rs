//! `sunledger forecast`: where the year will end, by unit or fund, and how far such forecasts were off before.

use super::output::Output;
use super::{Desk, day};
use crate::app::Result;
use crate::app::forecast::{By, backtest, forecast};
use crate::domain::forecast::Method;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub struct Forecast {
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    /// 分组
    #[arg(long, value_enum, default_value = "unit", value_name = "分组")]
    by: Grouping,
    /// 方法：run-rate 近期日均，seasonal 以往年度同期，scheduled 在办与周期性发放；默认按有无以往年度选定
    #[arg(long, value_name = "方法", value_parser = method)]
    method: Option<Method>,
    /// 用已结账年度回测各方法的误差
    #[arg(long, conflicts_with_all = ["as_of", "method"])]
    backtest: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Grouping {
    /// 单位
    Unit,
    /// 指标
    Fund,
}

fn method(text: &str) -> std::result::Result<Method, String> {
    let known = || Method::ALL.map(|method| format!("{}（{}）", method.code(), method.chinese())).join("、");
    Method::from_code(text).ok_or_else(|| format!("没有“{text}”这种方法，可用：{}", known()))
}

impl Forecast {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let by = match self.by {
            Grouping::Unit => By::Unit,
            Grouping::Fund => By::Fund,
        };
        let today = desk.context().today();
        let mut bureau = desk.open()?;
        if self.backtest {
            let found = backtest(&mut bureau, by)?;
            return self.output.write(&[found.table()], &found, today);
        }
        let as_of = self.as_of.unwrap_or(today);
        let outlook = forecast(&mut bureau, as_of, by, self.method)?;
        self.output.write(&[outlook.table()], &outlook, as_of)
    }
}
