//! `sunledger audit`: the questions that auditors ask first. 明细账 and 科目余额表 are `ledger` and `trial-balance`.

use super::output::Output;
use super::{Desk, day};
use crate::app::audit::{aging, cross, find, unusual, who, year_end};
use crate::app::inquiry::voucher::list_table;
use crate::app::{KnownAt, Result};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// 查凭证：按凭证号、日期、金额、科目、摘要、经办人（明细账用 ledger，科目余额表用 trial-balance）
    Find(Find),
    /// 资金账与指标账按指标、月份核对
    Cross(Cross),
    /// 未支出资金的账龄
    Aging(Aging),
    /// 大额和异常凭证
    Unusual(Unusual),
    /// 年末几天的支付
    YearEnd(YearEnd),
    /// 谁办了什么，有无不相容职务
    Who(Who),
}

#[derive(Debug, Args)]
pub struct Find {
    /// 凭证号（月内编号）
    #[arg(long, value_name = "编号")]
    number: Option<i64>,
    /// 起始日期
    #[arg(long, value_name = "日期", value_parser = day::date)]
    from: Option<NaiveDate>,
    /// 截止日期
    #[arg(long, value_name = "日期", value_parser = day::date)]
    to: Option<NaiveDate>,
    /// 有一条分录恰为这个金额
    #[arg(long, value_name = "金额", value_parser = day::money, conflicts_with_all = ["least", "most"])]
    amount: Option<Fen>,
    /// 有一条分录不小于这个金额
    #[arg(long, value_name = "金额", value_parser = day::money)]
    least: Option<Fen>,
    /// 有一条分录不大于这个金额
    #[arg(long, value_name = "金额", value_parser = day::money)]
    most: Option<Fen>,
    /// 科目编码，上级科目包括下级
    #[arg(long, value_name = "科目")]
    account: Option<i64>,
    /// 摘要或依据文号中的字
    #[arg(long, value_name = "文字")]
    summary: Option<String>,
    /// 制单或复核的人
    #[arg(long, value_name = "姓名")]
    person: Option<String>,
    /// 最多列出几张
    #[arg(long, default_value_t = 200, value_name = "张数")]
    limit: usize,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Cross {
    /// 会计年度
    #[arg(long, value_name = "年度")]
    year: i64,
    /// 只算到这一时点已入账的凭证
    #[arg(long, value_name = "时点", value_parser = day::known_at)]
    known_at: Option<KnownAt>,
    /// 相符的也列出
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Aging {
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    /// 只算到这一时点已入账的凭证
    #[arg(long, value_name = "时点", value_parser = day::known_at)]
    known_at: Option<KnownAt>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Unusual {
    /// 会计年度
    #[arg(long, value_name = "年度")]
    year: i64,
    /// 列出最大的几张
    #[arg(long, default_value_t = 20, value_name = "张数")]
    top: usize,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct YearEnd {
    /// 会计年度
    #[arg(long, value_name = "年度")]
    year: i64,
    /// 最后几天
    #[arg(long, default_value_t = 10, value_name = "天数")]
    days: u64,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Who {
    /// 只看一个人
    #[arg(long = "person", value_name = "姓名")]
    person: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl AuditVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let today = desk.context().today();
        match self {
            AuditVerb::Find(verb) => {
                let (found, more) = find::find(&mut bureau, &verb.wanted())?;
                let mut table = list_table(&found);
                if more {
                    table = table.note(format!("只列出前 {} 张，请缩小范围或用 --limit", verb.limit));
                }
                verb.output.write(&[table], &found, today)
            }
            AuditVerb::Cross(verb) => {
                let found = cross::cross(&mut bureau, verb.year, verb.known_at)?;
                verb.output.write(&[found.table(verb.all)], &found, today)
            }
            AuditVerb::Aging(verb) => {
                let as_of = verb.as_of.unwrap_or(today);
                let found = aging::aging(&mut bureau, as_of, verb.known_at)?;
                verb.output.write(&found.tables(), &found, as_of)
            }
            AuditVerb::Unusual(verb) => {
                let found = unusual::unusual(&mut bureau, verb.year, verb.top)?;
                verb.output.write(&[found.table()], &found, today)
            }
            AuditVerb::YearEnd(verb) => {
                let found = year_end::year_end(&mut bureau, verb.year, verb.days)?;
                verb.output.write(&found.tables(), &found, today)
            }
            AuditVerb::Who(verb) => {
                let found = who::who(&mut bureau, verb.person.as_deref())?;
                verb.output.write(&found.tables(), &found, today)
            }
        }
    }
}

impl Find {
    fn wanted(&self) -> find::Wanted {
        find::Wanted {
            number: self.number,
            from: self.from,
            to: self.to,
            least: self.amount.or(self.least),
            most: self.amount.or(self.most),
            account: self.account,
            words: self.summary.clone(),
            person: self.person.clone(),
            limit: self.limit,
        }
    }
}
