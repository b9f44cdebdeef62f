//! `sunledger control interview` (约谈) and `sunledger control override` (突破暂停): lists, and the steps of each.

use super::control::Whose;
use super::output::Output;
use super::{DONE, Desk, day};
use crate::app::Result;
use crate::app::control::{interview, permit};
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
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
                output.write(&[interviews(&list, ctx.today())], &list, ctx.today())
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
                let again = if done.repeated { "（此前已记录，未重复）" } else { "" };
                tell!("约谈 {} 已记录：{}，整改期限 {}{again}", verb.id, verb.who, verb.deadline);
                Ok(DONE)
            }
            InterviewVerb::Close { id, result, date } => {
                let done = interview::close(&mut bureau, &ctx, *id, date.unwrap_or_else(|| ctx.today()), result)?;
                let again = if done.repeated { "（此前已办理，未重复）" } else { "" };
                tell!("约谈 {id} 已销号：{result}{again}");
                Ok(DONE)
            }
        }
    }
}

fn interviews(list: &[interview::Interview], today: NaiveDate) -> Table {
    let mut table = Table::new("control_interviews", "约谈目录")
        .column("id", "编号", Kind::Count)
        .column("month", "考核月份", Kind::Text)
        .column("kind", "对象", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("reasons", "依据", Kind::Text)
        .column("due", "应约谈日期", Kind::Date)
        .column("date", "约谈日期", Kind::Date)
        .column("who", "约谈对象", Kind::Text)
        .column("commitments", "整改承诺", Kind::Text)
        .column("deadline", "整改期限", Kind::Date)
        .column("result", "结果", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("now", "目前等次", Kind::Text);
    for one in list {
        let held = one.held.as_ref();
        table.push(vec![
            Cell::Count(one.id),
            Cell::text(&one.month),
            Cell::text(one.kind.chinese()),
            Cell::text(&one.name),
            Cell::text(&one.reasons),
            Cell::Date(one.due),
            held.map_or(Cell::Empty, |held| Cell::Date(held.date)),
            Cell::text(held.map_or("", |held| &held.who)),
            Cell::text(held.map_or("", |held| &held.commitments)),
            held.map_or(Cell::Empty, |held| Cell::Date(held.deadline)),
            Cell::text(one.closed.as_ref().map_or("", |closed| &closed.result)),
            Cell::text(one.state(today)),
            Cell::text(one.now.chinese()),
        ]);
    }
    table
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
                output.write(&[overrides(&list, ctx.today())], &list, ctx.today())
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
                tell!("突破申请 {} 已登记：{} 元，{} 至 {}", done.result.id, ask.amount.yuan_grouped(), ask.from, ask.to);
                tell!("下一步：由领导 sunledger control override grant {} --actor 姓名", done.result.id);
                Ok(DONE)
            }
            OverrideVerb::Grant(verb) => {
                permit::rule(&mut bureau, &ctx, verb.id, true, &verb.note)?;
                tell!("突破 {} 已由 {} 批准", verb.id, ctx.actor);
                Ok(DONE)
            }
            OverrideVerb::Refuse(verb) => {
                permit::rule(&mut bureau, &ctx, verb.id, false, &verb.note)?;
                tell!("突破 {} 未获批准（{}）", verb.id, ctx.actor);
                Ok(DONE)
            }
        }
    }
}

fn overrides(list: &[permit::Override], today: NaiveDate) -> Table {
    let mut table = Table::new("control_overrides", "突破暂停目录")
        .subtitle("单位：元")
        .column("id", "编号", Kind::Count)
        .column("kind", "对象", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("amount", "金额上限", Kind::Money)
        .column("used", "已使用", Kind::Money)
        .column("from", "自", Kind::Date)
        .column("to", "至", Kind::Date)
        .column("reason", "理由", Kind::Text)
        .column("document", "依据", Kind::Text)
        .column("asked_by", "申请人", Kind::Text)
        .column("ruled_by", "批准人", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("references", "用于", Kind::Text);
    for one in list {
        table.push(vec![
            Cell::Count(one.id),
            Cell::text(one.kind.chinese()),
            Cell::text(&one.name),
            one.amount.into(),
            one.used.into(),
            Cell::Date(one.from),
            Cell::Date(one.to),
            Cell::text(&one.reason),
            Cell::text(&one.document),
            Cell::text(&one.asked_by),
            Cell::text(&one.ruled_by),
            Cell::text(one.state(today)),
            Cell::text(one.references.join("、")),
        ]);
    }
    table
}
