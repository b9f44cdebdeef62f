//! `sunledger project …`: the project library. One command for each act, and the views: list, show, performance.

use super::output::Output;
use super::{DONE, Desk, day};
use crate::app::Result;
use crate::app::act::Once;
use crate::app::notices::proof::Proof;
use crate::app::projects::act::{AUDIT_OFFICE, Asked, Done, act};
use crate::app::projects::{goals, list, show};
use crate::domain::money::Quantity;
use crate::domain::problem::Problem;
use crate::domain::projects::{Act, State, Step};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ProjectVerb {
    /// 项目目录：状态、流程、公示、绩效、下一步和逾期事项
    List(ListArgs),
    /// 一个项目的全部经过
    Show(ShowArgs),
    /// 办理一个流程：village 村级申报、township 乡镇初审、county 市县审定、province 省级备案
    Step(StepArgs),
    /// 退回重办：从 --to 起的流程作废
    Return(ReturnArgs),
    /// 入库（流程走完、公示期满、没有未结投诉）
    Admit(ActArgs),
    /// 开工
    Start(ActArgs),
    /// 竣工
    Finish(ActArgs),
    /// 退出项目库
    Exit(ActArgs),
    /// 一票否决：冻结项目，停止分配和支付
    Veto(ActArgs),
    /// 解除一票否决（须由另一人）
    Unveto(ActArgs),
    /// 设定绩效指标
    Goal(GoalArgs),
    /// 登记绩效结果
    Result(ResultArgs),
    /// 登记绩效自评得分
    Score(ScoreArgs),
    /// 绩效目标完成情况表
    Performance(PerformanceArgs),
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// 状态：储备、在库、实施、竣工、退出
    #[arg(long, value_name = "状态", value_parser = state)]
    status: Option<State>,
    /// 只列有逾期事项的
    #[arg(long)]
    due: bool,
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// 项目编码
    #[arg(value_name = "项目编码")]
    code: String,
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    #[command(flatten)]
    output: Output,
}

/// What every act has.
#[derive(Debug, Args)]
pub struct ActArgs {
    /// 项目编码
    #[arg(value_name = "项目编码")]
    code: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    /// 文号
    #[arg(long, value_name = "文号", default_value = "")]
    doc: String,
    /// 办理单位
    #[arg(long, value_name = "单位", default_value = "")]
    office: String,
    /// 意见或理由
    #[arg(long, alias = "opinion", value_name = "理由", default_value = "")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct StepArgs {
    #[command(flatten)]
    act: ActArgs,
    /// 流程，如 village 或 村级申报
    #[arg(value_name = "流程", value_parser = step)]
    step: Step,
}

#[derive(Debug, Args)]
pub struct ReturnArgs {
    #[command(flatten)]
    act: ActArgs,
    /// 退回到哪个流程重办
    #[arg(long, value_name = "流程", value_parser = step, default_value = "village")]
    to: Step,
}

#[derive(Debug, Args)]
pub struct GoalArgs {
    /// 项目编码
    #[arg(value_name = "项目编码")]
    code: String,
    /// 指标名称，如 受益户数
    #[arg(long, value_name = "指标")]
    indicator: String,
    /// 目标值
    #[arg(long, value_name = "数值", value_parser = quantity)]
    target: Quantity,
    /// 计量单位
    #[arg(long, value_name = "单位")]
    measure: String,
    /// 不超过目标值为达标（成本、工期等）
    #[arg(long)]
    at_most: bool,
    /// 批复绩效目标的文号
    #[arg(long, value_name = "文号", default_value = "")]
    doc: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct ResultArgs {
    /// 项目编码
    #[arg(value_name = "项目编码")]
    code: String,
    /// 指标名称
    #[arg(long, value_name = "指标")]
    indicator: String,
    /// 核实的数值
    #[arg(long, value_name = "数值", value_parser = quantity)]
    value: Quantity,
    /// 佐证文件（照片、验收单）
    #[arg(long, value_name = "文件")]
    proof: Option<PathBuf>,
    /// 说明
    #[arg(long, value_name = "说明", default_value = "")]
    remark: String,
    /// 核实日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// 项目编码
    #[arg(value_name = "项目编码")]
    code: String,
    /// 得分，0 至 100
    #[arg(value_name = "得分", value_parser = quantity)]
    score: Quantity,
    /// 自评意见
    #[arg(long, value_name = "意见", default_value = "")]
    opinion: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct PerformanceArgs {
    /// 项目编码；不写则为全部项目
    #[arg(value_name = "项目编码")]
    code: Option<String>,
    /// 只列已竣工而没有绩效结果的
    #[arg(long)]
    missing: bool,
    #[command(flatten)]
    output: Output,
}

fn step(text: &str) -> std::result::Result<Step, String> {
    let known = || Step::ALL.map(|step| format!("{}（{}）", step.code(), step.title())).join("、");
    Step::find(text).ok_or_else(|| format!("没有“{text}”这个流程，可用：{}", known()))
}

fn state(text: &str) -> std::result::Result<State, String> {
    State::find(text).ok_or_else(|| format!("没有“{text}”这种状态，可用：{}", State::ALL.map(State::title).join("、")))
}

fn quantity(text: &str) -> std::result::Result<Quantity, String> {
    Quantity::parse(text).map_err(|problem| format!("{problem}，{}", problem.mend()))
}

impl ProjectVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        match self {
            ProjectVerb::List(verb) => verb.run(desk),
            ProjectVerb::Show(verb) => verb.run(desk),
            ProjectVerb::Step(verb) => verb.act.run(desk, Act::File(verb.step)),
            ProjectVerb::Return(verb) => verb.act.run(desk, Act::Return(verb.to)),
            ProjectVerb::Admit(verb) => verb.run(desk, Act::Admit),
            ProjectVerb::Start(verb) => verb.run(desk, Act::Start),
            ProjectVerb::Finish(verb) => verb.run(desk, Act::Finish),
            ProjectVerb::Exit(verb) => verb.run(desk, Act::Exit),
            ProjectVerb::Veto(verb) => verb.run(desk, Act::Veto),
            ProjectVerb::Unveto(verb) => verb.run(desk, Act::Unveto),
            ProjectVerb::Goal(verb) => verb.run(desk),
            ProjectVerb::Result(verb) => verb.run(desk),
            ProjectVerb::Score(verb) => verb.run(desk),
            ProjectVerb::Performance(verb) => verb.run(desk),
        }
    }
}

impl ListArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let on = self.as_of.unwrap_or_else(|| desk.context().today());
        let lines = desk.open()?.read(|tx, book| list::list(tx, book, on, self.status, self.due))?;
        self.output.write(&[list::table(&lines, on)], &lines, on)
    }
}

impl ShowArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let on = self.as_of.unwrap_or_else(|| desk.context().today());
        let shown = desk.open()?.read(|tx, book| show::show(tx, book, &self.code, on))?;
        self.output.write(&shown.tables(), &shown, on)
    }
}

impl ActArgs {
    fn run(&self, desk: &Desk, what: Act) -> Result<u8> {
        let ctx = desk.context();
        let office = if self.office.is_empty() && matches!(what, Act::Veto | Act::Unveto) { AUDIT_OFFICE } else { &self.office };
        let asked = Asked {
            code: self.code.clone(),
            act: what,
            date: self.date.unwrap_or_else(|| ctx.today()),
            doc_no: self.doc.clone(),
            office: office.to_string(),
            opinion: self.reason.clone(),
        };
        tell(&act(&mut desk.open()?, &ctx, &asked)?);
        Ok(DONE)
    }
}

fn tell(done: &Once<Done>) {
    let again = if done.repeated { "（此前已办理，未重复）" } else { "" };
    tell!("{}{again}", done.result.said());
    if let Some(unspent) = done.result.said_unspent() {
        tell!("{unspent}");
    }
}

impl GoalArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let new = goals::NewGoal {
            code: self.code.clone(),
            indicator: self.indicator.clone(),
            at_most: self.at_most,
            target: self.target,
            measure: self.measure.clone(),
            doc_no: self.doc.clone(),
            date: self.date.unwrap_or_else(|| ctx.today()),
        };
        goals::set(&mut desk.open()?, &ctx, &new)?;
        tell!("{}", new.said());
        Ok(DONE)
    }
}

impl ResultArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let new = goals::NewResult {
            code: self.code.clone(),
            indicator: self.indicator.clone(),
            value: self.value,
            date: self.date.unwrap_or_else(|| ctx.today()),
            remark: self.remark.clone(),
            proof: self.proof.as_deref().map(Proof::of).transpose()?,
        };
        goals::measure(&mut desk.open()?, &ctx, &new)?;
        tell!("{}", new.said());
        Ok(DONE)
    }
}

impl ScoreArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let date = self.date.unwrap_or_else(|| ctx.today());
        goals::score(&mut desk.open()?, &ctx, &self.code, self.score, date, &self.opinion)?;
        tell!("项目 {} 绩效自评 {} 分", self.code, self.score);
        Ok(DONE)
    }
}

impl PerformanceArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let wanted = goals::Wanted { code: self.code.as_deref(), missing: self.missing };
        let rows = desk.open()?.read(|tx, book| goals::compare(tx, book, wanted))?;
        self.output.write(&[goals::table(&rows, wanted.title())], &rows, desk.context().today())
    }
}
