//! `sunledger inspect …`: plans, frames, drawing and its proof, worksheets out and in, evaluation, report, risk.

use super::output::Output;
use super::{DONE, Desk, REFUSED, day, inspect_field, inspect_plan};
use crate::app::inspection::cases::HandOver;
use crate::app::inspection::report::ReportOptions;
use crate::app::inspection::risk::By;
use crate::app::inspection::{self, DrawOptions, words};
use crate::app::{AppError, Bureau, Context, Result};
use crate::domain::inspection::frame::Frame;
use crate::files::reading::{Limits, read_frame};
use crate::files::writing::table_json;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum Inspect {
    Plan(Box<inspect_plan::PlanVerb>),
    List(inspect_plan::ListVerb),
    Show(inspect_plan::ShowVerb),
    Size(inspect_plan::SizeVerb),
    Frame(FrameVerb),
    Draw(DrawVerb),
    Redraw(RedrawVerb),
    Worksheet(inspect_field::WorksheetVerb),
    Read(inspect_field::ReadVerb),
    Evaluate(EvaluateVerb),
    Exceptions(ExceptionsVerb),
    Case(CaseVerb),
    Report(ReportVerb),
    Close(CloseVerb),
    Risk(RiskVerb),
}

/// 导出现在的抽样框（CSV）和它的摘要，供抽样前公布
#[derive(Debug, Args)]
pub struct FrameVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 写到文件；不写则只显示摘要
    #[arg(long, value_name = "文件")]
    out: Option<PathBuf>,
}

/// 抽样：冻结抽样框，按公式定样本量，由种子抽出样本
#[derive(Debug, Args)]
pub struct DrawVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 随机种子，最好当众选取（如当日彩票号码）；不写则由系统产生
    #[arg(long, value_name = "文字")]
    seed: Option<String>,
    /// 先前导出的抽样框：账簿如有变化即拒绝抽样
    #[arg(long, value_name = "文件")]
    frame: Option<PathBuf>,
    /// 抽样日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    /// 把抽样框、样本和参数写到这个目录，供他人复核
    #[arg(long, value_name = "目录")]
    out: Option<PathBuf>,
}

/// 复核抽样：用存档（或文件）的抽样框和种子重新抽样，与存档样本比对
#[derive(Debug, Args)]
pub struct RedrawVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 抽样框文件
    #[arg(long, value_name = "文件")]
    verify: Option<PathBuf>,
    /// 把抽样框、样本和参数写到这个目录
    #[arg(long, value_name = "目录")]
    export: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// 评价：推断差错、上限和结论
#[derive(Debug, Args)]
pub struct EvaluateVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 评价日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    #[command(flatten)]
    output: Output,
}

/// 查出的差错
#[derive(Debug, Args)]
pub struct ExceptionsVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    #[command(flatten)]
    output: Output,
}

/// 把差错转为线索（新立，或并入已有线索）
#[derive(Debug, Args)]
pub struct CaseVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 样本号；不写则全部未转的
    #[arg(long, value_name = "样本号", value_delimiter = ',')]
    sample: Vec<i64>,
    /// 并入这个已有的线索
    #[arg(long, value_name = "线索编号", conflicts_with = "each")]
    into: Option<String>,
    /// 每项差错各立一个线索；不写则合立一个
    #[arg(long)]
    each: bool,
    /// 立线索的日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

/// 出具检查报告（DOCX）和附表（XLSX）
#[derive(Debug, Args)]
pub struct ReportVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 写到这个目录
    #[arg(long, value_name = "目录", default_value = ".")]
    out: PathBuf,
    /// 发文字号
    #[arg(long, value_name = "文号")]
    doc_no: Option<String>,
    /// 成文日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    issued_on: Option<NaiveDate>,
    /// 整改要求，可写多次；不写则按结论给出
    #[arg(long, value_name = "文字")]
    demand: Vec<String>,
}

/// 办结：由评价人以外的人办理
#[derive(Debug, Args)]
pub struct CloseVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 整改和处理的结果
    #[arg(long, value_name = "文字", default_value = "")]
    note: String,
    /// 办结日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

/// 风险分：单位、补贴政策或村，逐项说明得分
#[derive(Debug, Args)]
pub struct RiskVerb {
    /// unit 单位，program 补贴政策，village 村
    #[arg(long, value_name = "对象", default_value = "unit", value_parser = by)]
    by: By,
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    #[command(flatten)]
    output: Output,
}

fn by(text: &str) -> std::result::Result<By, String> {
    let known = || By::ALL.map(|by| format!("{}（{}）", by.code(), by.title())).join("、");
    By::ALL.into_iter().find(|by| by.code() == text || by.title() == text).ok_or_else(|| format!("没有“{text}”，可用：{}", known()))
}

fn exported(path: Option<&Path>) -> Result<Option<Frame>> {
    Ok(path.map(|path| read_frame(path, &Limits::default())).transpose()?)
}

impl Inspect {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let ctx = desk.context();
        match self {
            Inspect::Plan(verb) => verb.run(&mut bureau, &ctx),
            Inspect::List(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Show(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Size(verb) => verb.run(),
            Inspect::Frame(verb) => verb.run(&mut bureau),
            Inspect::Draw(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Redraw(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Worksheet(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Read(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Evaluate(verb) => {
                let date = verb.date.unwrap_or_else(|| ctx.today());
                let evaluation = inspection::evaluate::evaluate(&mut bureau, &ctx, &verb.plan, date)?;
                verb.output.write(&inspection::evaluate::tables(&verb.plan, &evaluation), &evaluation, date)
            }
            Inspect::Exceptions(verb) => {
                let table = inspection::report::exceptions(&mut bureau, &verb.plan)?;
                verb.output.write(std::slice::from_ref(&table), &table_json::value(&table), ctx.today())
            }
            Inspect::Case(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Report(verb) => verb.run(&mut bureau, &ctx),
            Inspect::Close(verb) => {
                let date = verb.date.unwrap_or_else(|| ctx.today());
                inspection::steps::close(&mut bureau, &ctx, &verb.plan, date, &verb.note)?;
                tell!("{}", words::closed(&verb.plan));
                Ok(DONE)
            }
            Inspect::Risk(verb) => {
                let as_of = verb.as_of.unwrap_or_else(|| ctx.today());
                let report = inspection::risk::risk(&mut bureau, verb.by, as_of)?;
                verb.output.write(&[report.table(verb.by)], &report, as_of)
            }
        }
    }
}

impl FrameVerb {
    fn run(&self, bureau: &mut Bureau) -> Result<u8> {
        let (plan, frame, known_to) = inspection::frame::current(bureau, &self.plan)?;
        let text = frame.to_csv();
        for sentence in words::frame(&plan, &frame, known_to) {
            tell!("{sentence}");
        }
        if let Some(path) = &self.out {
            std::fs::write(path, text).map_err(|error| AppError::Output(format!("写不了 {}：{error}", path.display())))?;
            tell!(
                "已写入 {}；公布后选取种子，再运行 sunledger inspect draw {} --frame {} --seed …",
                path.display(),
                plan.code,
                path.display()
            );
        }
        Ok(DONE)
    }
}

impl DrawVerb {
    fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let frame = exported(self.frame.as_deref())?;
        let options = DrawOptions { seed: self.seed.clone(), frame, date: self.date.unwrap_or_else(|| ctx.today()) };
        let done = inspection::draw::draw(bureau, ctx, &self.plan, &options)?;
        if done.repeated {
            tell!("{}", words::drawn_before(&self.plan));
        }
        for sentence in done.result.sentences() {
            tell!("{sentence}");
        }
        if let Some(directory) = &self.out {
            for path in inspection::draw::export(bureau, &self.plan, directory)? {
                tell!("已写入 {}", path.display());
            }
        }
        Ok(DONE)
    }
}

impl RedrawVerb {
    fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let frame = exported(self.verify.as_deref())?;
        let redrawn = inspection::redraw::redraw(bureau, &self.plan, frame.as_ref())?;
        self.output.write(&[redrawn.table()], &redrawn, ctx.today())?;
        if let Some(directory) = &self.export {
            for path in inspection::draw::export(bureau, &self.plan, directory)? {
                tell!("已写入 {}", path.display());
            }
        }
        Ok(if redrawn.holds() { DONE } else { REFUSED })
    }
}

impl CaseVerb {
    fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let date = self.date.unwrap_or_else(|| ctx.today());
        let how = HandOver { samples: self.sample.clone(), into: self.into.clone(), each: self.each, date };
        for handed in inspection::cases::hand_over(bureau, ctx, &self.plan, &how)? {
            tell!("{}", handed.sentence(&self.plan));
        }
        Ok(DONE)
    }
}

impl ReportVerb {
    fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let issued_on = self.issued_on.unwrap_or_else(|| ctx.today());
        let options = ReportOptions { doc_number: self.doc_no.clone(), issued_on, demands: self.demand.clone() };
        let written = inspection::report::write(bureau, ctx, &self.plan, &options, &self.out)?;
        tell!("检查报告：{}", written.docx.display());
        tell!("附表：{}", written.xlsx.display());
        Ok(DONE)
    }
}
