//! `sunledger inspect worksheet|read`: worksheets out to the villages, and back in.

use super::{DONE, REFUSED, day};
use crate::app::inspection::read::{ReadOptions, ReadReport};
use crate::app::inspection::sheets::Per;
use crate::app::{AppError, Bureau, Context, Result, inspection};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PerWord {
    /// 每村一个文件
    Village,
    /// 每乡镇一个文件
    Township,
    /// 全部样本一个文件
    Team,
}

/// 生成核查表（Excel）
#[derive(Debug, Args)]
pub struct WorksheetVerb {
    /// 计划编号
    #[arg(value_name = "计划编号")]
    plan: String,
    /// 怎样分文件
    #[arg(long, value_enum, value_name = "范围", default_value = "village")]
    per: PerWord,
    /// 只打印还没有核查的样本
    #[arg(long)]
    missing: bool,
    /// 写到这个目录
    #[arg(long, value_name = "目录", default_value = ".")]
    out: PathBuf,
}

/// 读入填好的核查表；可以分批交，已交的不会重复计算
#[derive(Debug, Args)]
pub struct ReadVerb {
    /// 核查表文件
    #[arg(value_name = "文件", required = true)]
    files: Vec<PathBuf>,
    /// 表中没有写核查人时的核查人
    #[arg(long, value_name = "姓名", default_value = "")]
    inspector: String,
    /// 更正先前交过的内容，写明原因
    #[arg(long, value_name = "原因")]
    amend: Option<String>,
    /// 交表日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
    /// 只检查，不保存
    #[arg(long)]
    dry_run: bool,
    /// 有错误时，把标出错误的副本写到这里
    #[arg(long, value_name = "文件或目录")]
    errors_to: Option<PathBuf>,
}

impl WorksheetVerb {
    pub fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let per = match self.per {
            PerWord::Village => Per::Village,
            PerWord::Township => Per::Township,
            PerWord::Team => Per::Team,
        };
        let written = inspection::sheets::write(bureau, ctx, &self.plan, per, self.missing, &self.out)?;
        tell!("核查表 {} 份，写在 {}", written.len(), self.out.display());
        Ok(DONE)
    }
}

impl ReadVerb {
    /// Every file is read, also after one that is refused; the exit code tells whether all were taken.
    pub fn run(&self, bureau: &mut Bureau, ctx: &Context) -> Result<u8> {
        let options = ReadOptions {
            inspector: self.inspector.clone(),
            amend: self.amend.clone(),
            date: self.date,
            dry_run: self.dry_run,
            errors_to: self.errors_to.clone(),
            words: Some(super::words::say),
        };
        let mut code = DONE;
        for path in &self.files {
            match inspection::read::read(bureau, ctx, path, &options) {
                Ok(report) => code = code.max(told(&report, self.dry_run)),
                Err(error @ AppError::Refused(_)) => {
                    tell!("{}：{error}", path.display());
                    code = REFUSED;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(code)
    }
}

fn told(report: &ReadReport, dry_run: bool) -> u8 {
    const SHOWN: usize = 20;
    if report.errors.is_empty() {
        tell!("{}", report.sentence(dry_run));
        return DONE;
    }
    tell!("{}", report.sentence(dry_run));
    for error in report.errors.kept().iter().take(SHOWN) {
        tell!("  第 {} 行 {}“{}”：{}（{}）", error.row, error.column, error.value, error.problem, error.mend);
    }
    if let Some(path) = &report.errors_file {
        tell!("  标出错误的副本：{}", path.display());
    }
    REFUSED
}
