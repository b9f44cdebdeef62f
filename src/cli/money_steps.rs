//! Steps of money that no file brings: reclaim by a higher level, retention paid out, a voucher reversed in red.

use super::{DONE, Desk, day};
use crate::app::act::Once;
use crate::app::ledger::Posted;
use crate::app::money::{disbursement, fund};
use crate::app::{Result, close};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use clap::Args;

/// 上级收回（或收回存量）尚未分配的资金
#[derive(Debug, Args)]
pub struct Reclaim {
    /// 收回文号
    #[arg(value_name = "收回文号")]
    doc_no: String,
    /// 指标文号
    #[arg(long, value_name = "指标文号")]
    fund: String,
    /// 金额（元）
    #[arg(long, value_name = "金额", value_parser = day::money)]
    amount: Fen,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

impl Reclaim {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let date = self.date.unwrap_or_else(|| ctx.today());
        let done = fund::reclaim(&mut desk.open()?, &ctx, &self.doc_no, &self.fund, self.amount, date)?;
        tell(&format!("已收回指标 {} 资金 {} 元", self.fund, self.amount.yuan_grouped()), &done);
        Ok(DONE)
    }
}

/// 支付已预留的质保金
#[derive(Debug, Args)]
pub struct Retention {
    /// 预留质保金的支付凭证号
    #[arg(value_name = "支付凭证号")]
    doc_no: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

impl Retention {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let date = self.date.unwrap_or_else(|| ctx.today());
        tell(&format!("质保金 {} 已支付", self.doc_no), &disbursement::pay_retention(&mut desk.open()?, &ctx, &self.doc_no, date)?);
        Ok(DONE)
    }
}

/// 红字冲销一张凭证
#[derive(Debug, Args)]
pub struct Reverse {
    /// 凭证序号（voucher list 中的序号）
    #[arg(value_name = "序号")]
    seq: i64,
    /// 理由
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

impl Reverse {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let date = self.date.unwrap_or_else(|| ctx.today());
        tell(&format!("序号 {} 的凭证已红字冲销", self.seq), &close::reverse(&mut desk.open()?, &ctx, self.seq, date, &self.reason)?);
        Ok(DONE)
    }
}

fn tell(what: &str, done: &Once<Posted>) {
    let again = if done.repeated { "（此前已办理，未重复）" } else { "" };
    tell!("{what}：凭证 {}{again}", done.result.label());
}
