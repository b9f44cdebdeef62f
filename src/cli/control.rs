//! `sunledger control`: the ladder's monthly run and its lists, the interviews that it opens, leave to pass a hold, what is
//! taken back, what is looked for against gaming the rate, and the checks of a day.

use super::accounts::month_of;
use super::control_records::{InterviewVerb, OverrideVerb};
use super::output::{Format, Output};
use super::{DONE, Desk, day};
use crate::app::Result;
use crate::app::control::{checks, gaming, reclaim, run, show};
use crate::domain::control::SubjectKind;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum ControlVerb {
    /// 月度考核：提醒、通报、约谈、暂停新增分配、收回
    Run {
        /// 月份，如 2018-09
        #[arg(long, value_name = "月份", value_parser = day::month)]
        month: (i64, i64),
    },
    /// 考核结果及依据
    Show(Show),
    /// 约谈：目录、记录、销号
    #[command(subcommand)]
    Interview(InterviewVerb),
    /// 突破暂停：申请、批准、目录
    #[command(subcommand)]
    Override(OverrideVerb),
    /// 考核提出的收回
    Proposals {
        #[command(flatten)]
        output: Output,
    },
    /// 按考核收回闲置资金（须另一人复核）
    Reclaim(Reclaim),
    /// 线索：突击花钱、以拨代支、截止日后退回、回流、化整为零、提前支付
    Gaming {
        /// 年度
        #[arg(long, value_name = "年度", value_parser = clap::value_parser!(i32).range(1990..=2199))]
        year: i32,
        /// 退回看到哪一天，默认次年 3 月 31 日
        #[arg(long, value_name = "日期", value_parser = day::date)]
        as_of: Option<NaiveDate>,
        #[command(flatten)]
        output: Output,
    },
    /// 到期核对：分配时限、本级投入、检查、闲置资金
    Checks {
        /// 截至日期，默认今天
        #[arg(long, value_name = "日期", value_parser = day::date)]
        as_of: Option<NaiveDate>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Args)]
pub struct Show {
    /// 月份，默认最近一次
    #[arg(long, value_name = "月份", value_parser = day::month)]
    month: Option<(i64, i64)>,
    /// 第几版，默认最新
    #[arg(long, value_name = "版本", requires = "month")]
    version: Option<i64>,
    /// 也列出正常的单位和指标
    #[arg(long)]
    all: bool,
    /// 终端也列出全部栏目
    #[arg(long)]
    wide: bool,
    #[command(flatten)]
    output: Output,
}

/// A unit or a fund.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub struct Whose {
    /// 单位编码
    #[arg(long, value_name = "单位编码")]
    unit: Option<String>,
    /// 指标文号
    #[arg(long, value_name = "指标文号")]
    fund: Option<String>,
}

impl Whose {
    pub fn subject(&self) -> (SubjectKind, String) {
        match (&self.unit, &self.fund) {
            (Some(unit), _) => (SubjectKind::Unit, unit.clone()),
            (None, fund) => (SubjectKind::Fund, fund.clone().unwrap_or_default()),
        }
    }
}

#[derive(Debug, Args)]
pub struct Reclaim {
    #[command(flatten)]
    whose: Whose,
    /// 收回文号
    #[arg(long, value_name = "文号")]
    doc: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

impl ControlVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        match self {
            ControlVerb::Run { month } => run_month(desk, *month),
            ControlVerb::Show(verb) => verb.run(desk),
            ControlVerb::Interview(verb) => verb.run(desk),
            ControlVerb::Override(verb) => verb.run(desk),
            ControlVerb::Proposals { output } => proposals(desk, output),
            ControlVerb::Reclaim(verb) => verb.run(desk),
            ControlVerb::Gaming { year, as_of, output } => {
                let until = as_of.or_else(|| NaiveDate::from_ymd_opt(year + 1, 3, 31)).unwrap_or_default();
                let found = gaming::gaming(&mut desk.open()?, *year, until)?;
                output.write(&found.tables(), &found, until)
            }
            ControlVerb::Checks { as_of, output } => {
                let as_of = as_of.unwrap_or_else(|| desk.context().today());
                let found = checks::checks(&mut desk.open()?, as_of)?;
                output.write(&found.tables(), &found, as_of)
            }
        }
    }
}

fn run_month(desk: &Desk, (year, month): (i64, i64)) -> Result<u8> {
    let ran = run::run(&mut desk.open()?, &desk.context(), month_of(year, month)?)?;
    for (at, sentence) in ran.sentences().iter().enumerate() {
        let hint = if sentence.starts_with("开出约谈") { "（sunledger control interview list）" } else { "" };
        tell!("{}{sentence}{hint}", if at == 0 { "" } else { "  " });
    }
    if ran.repeated {
        return Ok(DONE);
    }
    tell!("下一步：sunledger control show --month {}", ran.run.month);
    Ok(DONE)
}

impl Show {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let month = self.month.map(|(year, month)| month_of(year, month)).transpose()?;
        let shown = show::show(&mut desk.open()?, month, self.version)?;
        let narrow = self.output.format() == Format::Table && !self.wide;
        let table = if narrow { shown.narrow_table(self.all) } else { shown.table(self.all) };
        self.output.write(&[table], &shown.facts(self.all), shown.run.month.last_day())
    }
}

fn proposals(desk: &Desk, output: &Output) -> Result<u8> {
    let listed = reclaim::proposals(&mut desk.open()?)?;
    output.write(&[reclaim::proposals_table(&listed)], &listed, desk.context().today())
}

impl Reclaim {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let (kind, subject) = self.whose.subject();
        let date = self.date.unwrap_or_else(|| ctx.today());
        let done = reclaim::reclaim(&mut desk.open()?, &ctx, kind, &subject, &self.doc, date)?;
        tell!("{}", reclaim::told(&done));
        Ok(DONE)
    }
}
