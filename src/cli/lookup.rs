//! Looking things up: `voucher list|show`, `batch list|show`, `fund list`.

use super::accounts::month_of;
use super::output::Output;
use super::{Desk, day};
use crate::app::inquiry::batch::{self, BatchState};
use crate::app::inquiry::{fund, voucher};
use crate::app::{Bureau, Context, Result};
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum VoucherVerb {
    /// 凭证目录，新的在前
    List(VoucherList),
    /// 一张记账凭证
    Show(VoucherShow),
}

#[derive(Debug, Args)]
pub struct VoucherList {
    /// 月份，如 2018-09
    #[arg(long, value_name = "月份", value_parser = day::month)]
    month: Option<(i64, i64)>,
    /// 最多列出几张
    #[arg(long, default_value_t = 50, value_name = "张数", value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    /// 从这个序号之前接着列
    #[arg(long, value_name = "序号")]
    before: Option<i64>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct VoucherShow {
    /// 序号，或凭证号（记-2018-09-0012）
    #[arg(value_name = "凭证")]
    which: String,
    #[command(flatten)]
    output: Output,
}

impl VoucherVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        match self {
            VoucherVerb::List(verb) => {
                let month = verb.month.map(|(year, month)| month_of(year, month)).transpose()?;
                let filter = voucher::VoucherFilter { month, before: verb.before, limit: verb.limit };
                let vouchers = voucher::list(&mut bureau, &filter)?;
                verb.output.write(&[voucher::list_table(&vouchers)], &vouchers, desk.context().today())
            }
            VoucherVerb::Show(verb) => {
                let found = voucher::show(&mut bureau, &verb.which)?;
                verb.output.write(&[found.table()], &found, found.head.date)
            }
        }
    }
}

#[derive(Debug, Args)]
pub struct BatchList {
    /// 状态：reserved 待审批，approved 待送银行，sent 待回盘，answered 已回盘，cancelled 已撤销
    #[arg(long, value_name = "状态", value_parser = state)]
    state: Option<BatchState>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct BatchShow {
    /// 批次号
    #[arg(value_name = "批次号")]
    batch: String,
    #[command(flatten)]
    output: Output,
}

fn state(text: &str) -> std::result::Result<BatchState, String> {
    let known = || BatchState::ALL.map(|state| format!("{}（{}）", state.code(), state.title())).join("、");
    BatchState::from_code(text).ok_or_else(|| format!("没有“{text}”这种状态，可用：{}", known()))
}

impl BatchList {
    pub fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let batches = batch::list(bureau, self.state)?;
        self.output.write(&[batch::list_table(&batches)], &batches, ctx.today())
    }
}

impl BatchShow {
    pub fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let found = batch::show(bureau, &self.batch)?;
        self.output.write(&found.tables(), &found, ctx.today())
    }
}

#[derive(Debug, Subcommand)]
pub enum FundVerb {
    /// 指标目录
    List(FundList),
}

#[derive(Debug, Args)]
pub struct FundList {
    #[command(flatten)]
    output: Output,
}

impl FundVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let FundVerb::List(verb) = self;
        let funds = fund::list(&mut desk.open()?)?;
        verb.output.write(&[fund::list_table(&funds)], &funds, desk.context().today())
    }
}
