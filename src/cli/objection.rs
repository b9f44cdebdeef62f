//! `sunledger objection …`: 信访投诉, from its record to its public result.

use super::output::Output;
use super::{DONE, Desk, day};
use crate::app::notices::proof::Proof;
use crate::app::objections::{self, NewObjection, Said, Seen};
use crate::app::{Result, act::Once};
use crate::domain::objections::Stage;
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ObjectionVerb {
    /// 登记一件投诉
    Record(RecordArgs),
    /// 登记调查核实（须非被反映人）
    Investigate(StageArgs),
    /// 登记答复（须非调查人）
    Answer(StageArgs),
    /// 登记结果公开
    Publish(StageArgs),
    /// 投诉目录
    List(ListArgs),
    /// 一件投诉的办理过程
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub struct RecordArgs {
    /// 投诉编号，如 TS2018-001
    #[arg(value_name = "编号")]
    code: String,
    /// 针对的项目
    #[arg(long, value_name = "项目编码", conflicts_with = "batch", required_unless_present = "batch")]
    project: Option<String>,
    /// 针对的批次
    #[arg(long, value_name = "批次号")]
    batch: Option<String>,
    /// 收到日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    /// 来源：来信、来访、电话 12317、网上等
    #[arg(long, value_name = "来源", default_value = "")]
    channel: String,
    /// 投诉人；不写为匿名
    #[arg(long, value_name = "姓名", default_value = "")]
    complainant: String,
    /// 联系方式
    #[arg(long, value_name = "联系方式", default_value = "")]
    contact: String,
    /// 被反映人
    #[arg(long, value_name = "姓名", default_value = "")]
    subject: String,
    /// 反映的内容
    #[arg(long, value_name = "内容")]
    content: String,
}

#[derive(Debug, Args)]
pub struct StageArgs {
    /// 投诉编号
    #[arg(value_name = "编号")]
    code: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    /// 调查结论：属实、部分属实、不属实
    #[arg(long, value_name = "结论", default_value = "")]
    finding: String,
    /// 调查情况、答复内容，或公开的地点和方式
    #[arg(long, value_name = "内容")]
    text: String,
    /// 佐证文件
    #[arg(long, value_name = "文件")]
    proof: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// 只列未办结的
    #[arg(long)]
    open: bool,
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// 投诉编号
    #[arg(value_name = "编号")]
    code: String,
    /// 显示投诉人，须写明理由并留下记录
    #[arg(long, requires = "reason")]
    unmask: bool,
    /// 理由
    #[arg(long, value_name = "理由", requires = "unmask")]
    reason: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl ObjectionVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        match self {
            ObjectionVerb::Record(verb) => verb.run(desk),
            ObjectionVerb::Investigate(verb) => verb.run(desk, Stage::Investigated),
            ObjectionVerb::Answer(verb) => verb.run(desk, Stage::Answered),
            ObjectionVerb::Publish(verb) => verb.run(desk, Stage::Published),
            ObjectionVerb::List(verb) => {
                let on = verb.as_of.unwrap_or_else(|| desk.context().today());
                let rows = desk.open()?.read(|tx, book| objections::list(tx, book, on, verb.open))?;
                verb.output.write(&[objections::list_table(&rows)], &rows, on)
            }
            ObjectionVerb::Show(verb) => {
                let ctx = desk.context();
                let seen = match &verb.reason {
                    Some(reason) if verb.unmask => Seen::Open(reason),
                    _ => Seen::Masked,
                };
                let found = objections::show(&mut desk.open()?, &ctx, &verb.code, seen)?;
                verb.output.write(&found.tables(), &found, ctx.today())
            }
        }
    }
}

fn tell(done: &Once<String>, what: &str) {
    let again = if done.repeated { "（此前已办理，未重复）" } else { "" };
    tell!("投诉 {} {what}{again}", done.result);
}

impl RecordArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let new = NewObjection {
            code: self.code.clone(),
            project: self.project.clone(),
            batch: self.batch.clone(),
            received: self.date.unwrap_or_else(|| ctx.today()),
            channel: self.channel.clone(),
            complainant: self.complainant.clone(),
            contact: self.contact.clone(),
            subject: self.subject.clone(),
            content: self.content.clone(),
        };
        tell(&objections::record(&mut desk.open()?, &ctx, &new)?, Stage::Recorded.title());
        Ok(DONE)
    }
}

impl StageArgs {
    fn run(&self, desk: &Desk, stage: Stage) -> Result<u8> {
        let ctx = desk.context();
        let said = Said {
            stage,
            date: self.date.unwrap_or_else(|| ctx.today()),
            finding: self.finding.clone(),
            body: self.text.clone(),
            proof: self.proof.as_deref().map(Proof::of).transpose()?,
        };
        tell(&objections::advance(&mut desk.open()?, &ctx, &self.code, &said)?, stage.title());
        Ok(DONE)
    }
}
