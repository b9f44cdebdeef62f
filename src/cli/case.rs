//! `sunledger case`: a lead from its opening to its close, one command for each step.

use super::output::Output;
use super::{DONE, Desk, day};
use crate::app::Result;
use crate::app::cases::{Act, CaseFilter, act, list, list_table, open_from_findings, opened_words, show, step_words};
use crate::domain::calendar::date_to_int;
use crate::domain::cases::{Remedy, State, Step};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum CaseVerb {
    /// 立案：由一个或几个疑点形成线索
    Open(Open),
    /// 交办给承办人
    Assign(Assign),
    /// 实地核查情况
    Check(Report),
    /// 查实
    Confirm(Confirm),
    /// 查否（须有证明材料）
    Refute(Report),
    /// 责令整改：追回资金、纠正或问责，写明期限
    Order(Order),
    /// 一项整改已完成
    Done(Done),
    /// 追回的资金已入账：写明退回凭证号
    Recover(Recover),
    /// 销号（须由核查人以外的人）
    Close(Report),
    /// 销号后重新办理
    Reopen(Report),
    /// 线索台账
    List(List),
    /// 一个线索的全过程
    Show(Show),
}

#[derive(Debug, Args)]
pub struct Open {
    /// 疑点编号（至少前 6 位），可写多个
    #[arg(value_name = "疑点编号", required = true)]
    findings: Vec<String>,
    /// 标题，默认为规则名称
    #[arg(long, value_name = "标题", default_value = "")]
    title: String,
    /// 立案日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct OnCase {
    /// 线索编号，如 XS2018-0001
    #[arg(value_name = "线索")]
    case: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    /// 情况
    #[arg(long, value_name = "文字")]
    text: String,
}

#[derive(Debug, Args)]
pub struct Assign {
    #[command(flatten)]
    on: OnCase,
    /// 承办人
    #[arg(long, value_name = "姓名")]
    to: String,
}

#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    on: OnCase,
    /// 证明材料文件（只存文件名和摘要）
    #[arg(long, value_name = "文件")]
    proof: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Confirm {
    #[command(flatten)]
    report: Report,
    /// 查实的金额（元）
    #[arg(long, value_name = "金额", value_parser = day::money)]
    amount: Option<Fen>,
}

#[derive(Debug, Args)]
pub struct Order {
    #[command(flatten)]
    on: OnCase,
    /// 整改方式：recover 追回资金，correct 纠正，discipline 问责处理
    #[arg(long, value_name = "方式", value_parser = remedy)]
    kind: Remedy,
    /// 期限
    #[arg(long, value_name = "日期", value_parser = day::date)]
    due: NaiveDate,
    /// 应追回的金额（元）
    #[arg(long, value_name = "金额", value_parser = day::money)]
    amount: Option<Fen>,
    /// 责任人或责任单位
    #[arg(long, value_name = "姓名", default_value = "")]
    by: String,
}

#[derive(Debug, Args)]
pub struct Done {
    #[command(flatten)]
    report: Report,
    /// 第几项整改
    #[arg(long, value_name = "序号")]
    measure: i64,
}

#[derive(Debug, Args)]
pub struct Recover {
    #[command(flatten)]
    on: OnCase,
    /// 退回凭证号
    #[arg(long, value_name = "凭证号")]
    refund: String,
}

#[derive(Debug, Args)]
pub struct List {
    /// 状态：opened 待交办，assigned 核查中，checked 待认定，confirmed 已查实，refuted 已查否，rectifying 整改中，closed 已销号
    #[arg(long, value_name = "状态", value_parser = state)]
    state: Option<State>,
    /// 只列整改逾期的
    #[arg(long)]
    overdue: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Show {
    /// 线索编号
    #[arg(value_name = "线索")]
    case: String,
    #[command(flatten)]
    output: Output,
}

fn remedy(text: &str) -> std::result::Result<Remedy, String> {
    Remedy::from_code(text).ok_or_else(|| "可用：recover（追回资金）、correct（纠正）、discipline（问责处理）".to_string())
}

fn state(text: &str) -> std::result::Result<State, String> {
    let known = || State::ALL.map(|state| format!("{}（{}）", state.code(), state.chinese())).join("、");
    State::from_code(text).ok_or_else(|| format!("没有“{text}”这种状态，可用：{}", known()))
}

impl CaseVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let today = desk.context().today();
        match self {
            CaseVerb::Open(verb) => {
                let opened = verb.date.unwrap_or(today);
                let done = open_from_findings(&mut desk.open()?, &desk.context(), &verb.findings, &verb.title, opened)?;
                tell!("{}", opened_words(&done));
                Ok(DONE)
            }
            CaseVerb::Assign(v) => step(desk, Step::Assigned, &v.on, Act { person: v.to.clone(), ..Act::default() }),
            CaseVerb::Check(v) => step(desk, Step::Checked, &v.on, proven(v)),
            CaseVerb::Confirm(v) => {
                let amount = v.amount.map_or(0, Fen::get);
                step(desk, Step::Confirmed, &v.report.on, Act { amount, ..proven(&v.report) })
            }
            CaseVerb::Refute(v) => step(desk, Step::Refuted, &v.on, proven(v)),
            CaseVerb::Order(v) => {
                let (remedy, due, amount) = (Some(v.kind), Some(v.due), v.amount.map_or(0, Fen::get));
                step(desk, Step::Ordered, &v.on, Act { person: v.by.clone(), remedy, due, amount, ..Act::default() })
            }
            CaseVerb::Done(v) => step(desk, Step::Done, &v.report.on, Act { measure: Some(v.measure), ..proven(&v.report) }),
            CaseVerb::Recover(v) => step(desk, Step::Recovered, &v.on, Act { refund: Some(v.refund.clone()), ..Act::default() }),
            CaseVerb::Close(v) => step(desk, Step::Closed, &v.on, proven(v)),
            CaseVerb::Reopen(v) => step(desk, Step::Reopened, &v.on, proven(v)),
            CaseVerb::List(verb) => {
                let overdue = verb.overdue.then(|| date_to_int(today));
                let cases = list(&mut desk.open()?, &CaseFilter { state: verb.state, overdue })?;
                verb.output.write(&[list_table(&cases)], &cases, today)
            }
            CaseVerb::Show(verb) => {
                let case = show(&mut desk.open()?, &verb.case)?;
                verb.output.write(&[case.table()], &case, today)
            }
        }
    }
}

fn proven(report: &Report) -> Act {
    Act { proof: report.proof.clone(), ..Act::default() }
}

fn step(desk: &Desk, step: Step, on: &OnCase, asked: Act) -> Result<u8> {
    let ctx = desk.context();
    let date = on.date.unwrap_or_else(|| ctx.today());
    let done = act(&mut desk.open()?, &ctx, &on.case, step, date, &Act { text: on.text.clone(), ..asked })?;
    tell!("{}", step_words(&on.case, step, &done));
    Ok(DONE)
}
