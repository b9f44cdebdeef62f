//! `sunledger import`: files of one kind, or a directory of all kinds.

use super::{DONE, Desk, REFUSED, words};
use crate::app::import::{DirPlan, ImportOptions, ImportReport, Progress, import_dir, import_file, plan_dir};
use crate::app::{Bureau, Context, Result};
use crate::domain::kinds::Kind;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};

/// How many errors, warnings and differences are printed.
const SHOWN: usize = 50;
/// Files shorter than this come and go too quickly for a bar.
const BAR_FROM: u64 = 4 << 20;

#[derive(Debug, Args)]
pub struct Import {
    /// 文件种类，如 persons 或 人员
    #[arg(value_name = "种类", required_unless_present = "dir", conflicts_with = "dir", value_parser = Kind::named)]
    kind: Option<&'static Kind>,
    /// 文件（CSV 或 XLSX），可以有多个
    #[arg(value_name = "文件", required_unless_present = "dir")]
    files: Vec<PathBuf>,
    /// 目录，其中的文件按种类命名，依先后次序全部导入
    #[arg(long, value_name = "目录")]
    dir: Option<PathBuf>,
    /// 只检查，不入账
    #[arg(long)]
    dry_run: bool,
    /// 有错误时，把带“错误”列的文件写到这里（文件或目录）
    #[arg(long, value_name = "路径")]
    errors_to: Option<PathBuf>,
}

impl Import {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let plan = self.plan()?;
        if plan.files.is_empty() {
            eprintln!("目录中没有可导入的文件。文件或子目录请按种类命名，如 persons.csv、人员-2018.xlsx。");
            return Ok(REFUSED);
        }
        let mut bureau = desk.open_or_start()?;
        let ctx = if self.dir.is_some() { desk.context().taking_over() } else { desk.context() };
        let mut differences = 0;
        let mut tell = |report: &ImportReport| {
            differences += report.differences.len();
            print(report);
        };
        let mut send = |bureau: &mut Bureau, kind, path: &Path| send(bureau, &ctx, kind, path, self.dry_run, self.errors_to.as_deref());
        let left = if self.dir.is_some() {
            import_dir(&mut bureau, &ctx, plan, &mut send, &mut tell)?
        } else {
            one_by_one(&mut bureau, &plan, &mut send, &mut tell)?
        };
        if left > 0 {
            eprintln!("{left} 个文件没有导入，请先改正以上错误。");
        }
        Ok(if left > 0 || differences > 0 { REFUSED } else { DONE })
    }

    fn plan(&self) -> Result<DirPlan> {
        let (Some(dir), _) = (&self.dir, self.kind) else {
            let files = self.kind.iter().flat_map(|kind| self.files.iter().map(|path| (*kind, path.clone()))).collect();
            return Ok(DirPlan { files, unknown: Vec::new() });
        };
        let plan = plan_dir(dir)?;
        for path in &plan.unknown {
            eprintln!("提示：不知道 {} 是哪一种文件，已略过。", path.display());
        }
        Ok(plan)
    }
}

/// Files named one by one: the first that is not accepted stops the rest. Returns how many were not accepted.
fn one_by_one(
    bureau: &mut Bureau,
    plan: &DirPlan,
    send: &mut dyn FnMut(&mut Bureau, &'static Kind, &Path) -> Result<ImportReport>,
    tell: &mut dyn FnMut(&ImportReport),
) -> Result<usize> {
    for (at, (kind, path)) in plan.files.iter().enumerate() {
        let report = send(bureau, kind, path)?;
        tell(&report);
        if !report.errors.is_empty() && report.errors_file.is_none() {
            tell!("加上 --errors-to 文件 可得到带“错误”列的文件，改好后重新导入即可");
        }
        if !report.accepted() {
            return Ok(plan.files.len() - at);
        }
    }
    Ok(0)
}

/// Sends one file, with a bar on the terminal when it is long.
pub fn send(
    bureau: &mut Bureau,
    ctx: &Context,
    kind: &'static Kind,
    path: &Path,
    dry_run: bool,
    errors_to: Option<&Path>,
) -> Result<ImportReport> {
    let size = std::fs::metadata(path).map_or(0, |data| data.len());
    // drawn on standard error, and only where that is a terminal
    let bar = if size >= BAR_FROM { ProgressBar::new(size) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent}% 已用 {elapsed} 还需 {eta}") {
        bar.set_style(style);
    }
    bar.set_message(kind.title);
    let advance = |progress: Progress| bar.set_position(progress.bytes);
    let options = ImportOptions { dry_run, errors_to, words: Some(words::say), progress: Some(&advance), ..ImportOptions::default() };
    let report = import_file(bureau, ctx, kind, path, &options);
    bar.finish_and_clear();
    report
}

/// Tells what came of a file: the result on standard output, what is wrong on standard error.
pub fn print(report: &ImportReport) {
    let head = report.head();
    for column in &report.unknown_columns {
        complain!("{head}：不认识的列“{column}”，已略过");
    }
    for warning in report.warnings.kept.iter().take(SHOWN) {
        complain!("{head}：提醒：{warning}");
    }
    more(report.warnings.count, "条提醒");
    for difference in report.differences.iter().take(SHOWN) {
        complain!("{head}：差异：批次 {} 序号 {}：{}", difference.batch, difference.line, difference.what);
    }
    more(report.differences.len() as u64, "处差异");
    if !report.accepted() {
        return print_refusal(report, &head);
    }
    tell!("{}", report.said());
}

fn print_refusal(report: &ImportReport, head: &str) {
    for refusal in &report.refused {
        complain!("{head}：{refusal}");
    }
    for error in report.errors.kept().iter().take(SHOWN) {
        let at = if error.column.is_empty() { String::new() } else { format!("“{}”", error.column) };
        let value = if error.value.is_empty() { String::new() } else { format!("（{}）", error.value) };
        complain!("{head}：第 {} 行{at}{value}：{}。{}", error.row, error.problem, error.mend);
    }
    more(report.errors.count(), "处错误");
    tell!("{}", report.said());
    if let Some(path) = &report.errors_file {
        tell!("带“错误”列的文件：{}", path.display());
    }
}

fn more(count: u64, what: &str) {
    if count > SHOWN as u64 {
        complain!("……只列出前 {SHOWN} {what}，共 {count} {what}");
    }
}
