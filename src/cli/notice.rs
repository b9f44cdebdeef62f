//! `sunledger notice …`: the notices to hang up, the proof that they hung, and those that are missing, late or short.

use super::output::{Output, say};
use super::{DONE, Desk, day};
use crate::app::notices::proof::Proof;
use crate::app::notices::publish::{Publication, Which, publish};
use crate::app::notices::write::{Of, Request, write};
use crate::app::notices::{list, write_templates};
use crate::app::{AppError, Result};
use crate::domain::notices::{Kind, Window};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum NoticeVerb {
    /// 生成公示、公告（DOCX 和 XLSX）：项目的入库公示、竣工公告，或批次的分村发放公示
    Write(WriteArgs),
    /// 登记已张贴的公示：地点、起止、照片
    Publish(PublishArgs),
    /// 公示目录，和应公示未公示、逾期、不足天数的
    List(ListArgs),
    /// 写出公示模板，供修改
    Templates {
        /// 写到这个目录
        #[arg(long, value_name = "目录", default_value = ".")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct WriteArgs {
    /// 项目编码
    #[arg(long, value_name = "项目编码", requires = "kind", conflicts_with = "batch", required_unless_present = "batch")]
    project: Option<String>,
    /// 公示类型：entry 入库公示、completion 竣工公告
    #[arg(long, value_name = "类型", value_parser = of_project)]
    kind: Option<Kind>,
    /// 批次号
    #[arg(long, value_name = "批次号")]
    batch: Option<String>,
    /// 成文日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    /// 公示开始，默认清册所写，否则成文日期
    #[arg(long, value_name = "日期", value_parser = day::date)]
    from: Option<NaiveDate>,
    /// 公示天数（首尾都算），默认规定的最少天数
    #[arg(long, value_name = "天数", value_parser = clap::value_parser!(i64).range(1..=366))]
    days: Option<i64>,
    /// 用这个目录中改过的模板
    #[arg(long, value_name = "目录")]
    templates: Option<PathBuf>,
    /// 写到这个目录
    #[arg(long, value_name = "目录", default_value = ".")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub struct PublishArgs {
    /// 公示编号（见 notice list），可写几个
    #[arg(value_name = "编号", required_unless_present = "project", conflicts_with = "project")]
    ids: Vec<i64>,
    /// 项目编码：该项目最近生成的一份
    #[arg(long, value_name = "项目编码", requires = "kind")]
    project: Option<String>,
    /// 公示类型：entry 入库公示、completion 竣工公告
    #[arg(long, value_name = "类型", value_parser = of_project)]
    kind: Option<Kind>,
    /// 张贴地点
    #[arg(long, value_name = "地点")]
    place: String,
    /// 哪一级的公示栏：村、乡、县（要求逐级公示时必填）
    #[arg(long, value_name = "级别", default_value = "", value_parser = ["村", "乡", "县", ""], hide_default_value = true)]
    level: String,
    /// 张贴的第一天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    from: NaiveDate,
    /// 张贴的最后一天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    to: NaiveDate,
    /// 张贴的照片
    #[arg(long, value_name = "文件")]
    proof: PathBuf,
    /// 张贴的那份文稿，核对是否与登记的一致
    #[arg(long, value_name = "文件")]
    file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    /// 只列有问题的：未张贴、逾期、不足天数、没有公示
    #[arg(long)]
    due: bool,
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    #[command(flatten)]
    output: Output,
}

fn of_project(text: &str) -> std::result::Result<Kind, String> {
    match Kind::find(text) {
        Some(Kind::Batch) | None => Err(format!("没有“{text}”这种项目公示，可用：entry（入库公示）、completion（竣工公告）")),
        Some(kind) => Ok(kind),
    }
}

impl NoticeVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        match self {
            NoticeVerb::Write(verb) => verb.run(desk),
            NoticeVerb::Publish(verb) => verb.run(desk),
            NoticeVerb::List(verb) => {
                let on = verb.as_of.unwrap_or_else(|| desk.context().today());
                let rows = desk.open()?.read(|tx, book| list::list(tx, book, on, verb.due))?;
                verb.output.write(&[list::table(&rows)], &rows, on)
            }
            NoticeVerb::Templates { out } => {
                let written = write_templates(out)?;
                written.iter().for_each(|path| tell!("已写出 {}", path.display()));
                if written.is_empty() {
                    tell!("{} 中的模板都在，没有改动", out.display());
                }
                Ok(DONE)
            }
        }
    }
}

impl WriteArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let of = match (&self.project, self.kind, &self.batch) {
            (Some(code), Some(kind), _) => Of::Project(code, kind),
            (_, _, Some(code)) => Of::Batch(code),
            _ => return AppError::refuse("no_subject", "没有写明项目或批次", "请用 --project 加 --kind，或 --batch"),
        };
        let date = self.date.unwrap_or_else(|| ctx.today());
        let request = Request { of, date, from: self.from, days: self.days, templates: self.templates.as_deref() };
        let mut told = String::new();
        for notice in write(&mut desk.open()?, &ctx, &request, &self.out)? {
            let again = if notice.repeated { "，内容与此前相同" } else { "" };
            let (kind, rows) = (notice.kind.title(), notice.rows);
            told.push_str(&format!("{kind} 编号 {}（{} 至 {}，表 {rows} 行{again}）\n", notice.id, notice.from, notice.to));
            told.push_str(&format!("　{}\n　{}\n", notice.docx.display(), notice.xlsx.display()));
        }
        told.push_str("下一步：张贴后 sunledger notice publish 编号 --place 地点 --from 日期 --to 日期 --proof 照片\n");
        say(told.as_bytes())
    }
}

impl PublishArgs {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let which: Vec<Which> = match (&self.project, self.kind) {
            (Some(code), Some(kind)) => vec![Which::Project(code.clone(), kind)],
            _ => self.ids.iter().map(|id| Which::Number(*id)).collect(),
        };
        let (proof, file) = (Proof::of(&self.proof)?, self.file.as_deref().map(Proof::of).transpose()?);
        let mut bureau = desk.open()?;
        for which in which {
            let window = Window { from: self.from, to: self.to };
            let asked = Publication {
                which,
                level: self.level.clone(),
                place: self.place.clone(),
                window,
                proof: proof.clone(),
                file: file.clone(),
            };
            let done = publish(&mut bureau, &desk.context(), &asked)?;
            let again = if done.repeated { "（此前已登记，未重复）" } else { "" };
            tell!("公示 {} {}：已登记张贴于 {}，共 {} 天{again}", done.result.notice, done.result.name, self.place, done.result.days);
        }
        Ok(DONE)
    }
}
