//! `sunledger control interview` (约谈) and `sunledger control override` (突破暂停): lists, and the steps of each.

use super::control::Whose;
use super::output::Output;
use super::{DONE, Desk, day};
use crate::app::Result;
use crate::app::control::{interview, permit};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum InterviewVerb {
    /// 约谈目录
    List {
        #[command(flatten)]
        output: Output,
    },
    /// 记录一次约谈
    Record(Record),
    /// 销号（须由记录人以外的人）
    Close {
        /// 约谈编号
        #[arg(value_name = "编号")]
        id: i64,
        /// 整改结果
        #[arg(long, value_name = "结果")]
        result: String,
        /// 日期，默认今天
        #[arg(long, value_name = "日期", value_parser = day::date)]
        date: Option<NaiveDate>,
    },
}

#[derive(Debug, Args)]
pub struct Record {
    /// 约谈编号
    #[arg(value_name = "编号")]
    id: i64,
    /// 约谈对象
    #[arg(long, value_name = "姓名、职务")]
    who: String,
    /// 参加人
    #[arg(long, value_name = "姓名", default_value = "")]
    attendees: String,
    /// 整改承诺
    #[arg(long, value_name = "承诺")]
    commitments: String,
    /// 整改期限
    #[arg(long, value_name = "日期", value_parser = day::date)]
    deadline: NaiveDate,
    /// 约谈日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

impl InterviewVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let mut bureau = desk.open()?;
        match self {
            InterviewVerb::List { output } => {
                let list = interview::list(&mut bureau)?;
                output.write(&[interview::list_table(&list, ctx.today())], &list, ctx.today())
            }
            InterviewVerb::Record(verb) => {
                let held = interview::Record {
                    date: verb.date.unwrap_or_else(|| ctx.today()),
                    who: verb.who.clone(),
                    attendees: verb.attendees.clone(),
                    commitments: verb.commitments.clone(),
                    deadline: verb.deadline,
                };
                let done = interview::record(&mut bureau, &ctx, verb.id, &held)?;
                tell!("{}", interview::recorded(verb.id, &held, done.repeated));
                Ok(DONE)
            }
            InterviewVerb::Close { id, result, date } => {
                let done = interview::close(&mut bureau, &ctx, *id, date.unwrap_or_else(|| ctx.today()), result)?;
                tell!("{}", interview::closed(*id, result, done.repeated));
                Ok(DONE)
            }
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum OverrideVerb {
    /// 突破目录
    List {
        #[command(flatten)]
        output: Output,
    },
    /// 申请突破一个暂停
    Ask(Ask),
    /// 批准（须由 control.leaders 名单内、申请人以外的领导）
    Grant(Rule),
    /// 不批准
    Refuse(Rule),
}

#[derive(Debug, Args)]
pub struct Ask {
    #[command(flatten)]
    whose: Whose,
    /// 金额上限（元）
    #[arg(long, value_name = "金额", value_parser = day::money)]
    amount: Fen,
    /// 起始日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    from: Option<NaiveDate>,
    /// 截止日期
    #[arg(long, value_name = "日期", value_parser = day::date)]
    until: NaiveDate,
    /// 理由
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 依据文件
    #[arg(long, value_name = "文号")]
    document: String,
}

#[derive(Debug, Args)]
pub struct Rule {
    /// 突破编号
    #[arg(value_name = "编号")]
    id: i64,
    /// 批示
    #[arg(long, value_name = "批示", default_value = "")]
    note: String,
}

impl OverrideVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let mut bureau = desk.open()?;
        match self {
            OverrideVerb::List { output } => {
                let list = permit::list(&mut bureau)?;
                output.write(&[permit::list_table(&list, ctx.today())], &list, ctx.today())
            }
            OverrideVerb::Ask(verb) => {
                let (kind, subject) = verb.whose.subject();
                let ask = permit::Ask {
                    kind,
                    subject,
                    amount: verb.amount,
                    from: verb.from.unwrap_or_else(|| ctx.today()),
                    to: verb.until,
                    reason: verb.reason.clone(),
                    document: verb.document.clone(),
                };
                let done = permit::ask(&mut bureau, &ctx, &ask)?;
                tell!("{}", permit::asked(done.result.id, &ask));
                tell!("下一步：由领导 sunledger control override grant {} --actor 姓名", done.result.id);
                Ok(DONE)
            }
            OverrideVerb::Grant(verb) => {
                permit::rule(&mut bureau, &ctx, verb.id, true, &verb.note)?;
                tell!("{}", permit::ruled(verb.id, true, &ctx.actor));
                Ok(DONE)
            }
            OverrideVerb::Refuse(verb) => {
                permit::rule(&mut bureau, &ctx, verb.id, false, &verb.note)?;
                tell!("{}", permit::ruled(verb.id, false, &ctx.actor));
                Ok(DONE)
            }
        }
    }
}
