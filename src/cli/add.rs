//! `sunledger add KIND 列=值 …`: one row by hand, through the same importer as a file, so that it meets the same checks and
//! leaves the same trace.

use super::import::{print, send};
use super::{DONE, Desk, REFUSED, USAGE};
use crate::app::{AppError, Result};
use crate::domain::kinds::{Column, Kind};
use crate::files::writing::write_one_row;
use clap::Args;
use std::fs::{DirBuilder, File};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Debug, Args)]
pub struct Add {
    /// 种类，如 budgets 或 指标
    #[arg(value_name = "种类", value_parser = Kind::named)]
    kind: &'static Kind,
    /// 列=值，列名中文英文都可以，如 年度=2018 金额=1000.00
    #[arg(value_name = "列=值", required = true, value_parser = cell)]
    cells: Vec<(String, String)>,
    /// 只检查，不入账
    #[arg(long)]
    dry_run: bool,
}

fn cell(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=').or_else(|| text.split_once('＝')) {
        Some((column, value)) if !column.trim().is_empty() => Ok((column.trim().to_string(), value.to_string())),
        _ => Err("应写成 列=值".to_string()),
    }
}

impl Add {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        if let Some(complaint) = self.complaint() {
            eprintln!("{complaint}");
            return Ok(USAGE);
        }
        let scratch = Scratch::new()?;
        let path = scratch.0.join(format!("手工录入-{}.csv", self.kind.title));
        write_one_row(&self.cells, File::create(&path)?).map_err(|problem| AppError::Output(problem.to_string()))?;
        let mut bureau = desk.open_or_start()?;
        let report = send(&mut bureau, &desk.context(), self.kind, &path, self.dry_run, None)?;
        print(&report);
        Ok(if report.accepted() { DONE } else { REFUSED })
    }

    /// Columns that the kind has not, or must have and were not given.
    fn complaint(&self) -> Option<String> {
        let (kind, columns) = (self.kind, self.kind.columns);
        let is = |column: &Column, name: &str| column.zh == name || column.en == name || column.also.contains(&name);
        let unknown: Vec<&str> =
            self.cells.iter().map(|(name, _)| name.as_str()).filter(|name| !columns.iter().any(|c| is(c, name))).collect();
        let missing: Vec<&str> =
            kind.required().filter(|column| !self.cells.iter().any(|(name, _)| is(column, name))).map(|column| column.zh).collect();
        let known: Vec<&str> = columns.iter().map(|column| column.zh).collect();
        match (unknown.is_empty(), missing.is_empty()) {
            (false, _) => Some(format!("“{}”没有这些列：{}。可用：{}", kind.title, unknown.join("、"), known.join("、"))),
            (true, false) => Some(format!("“{}”还缺少：{}", kind.title, missing.join("、"))),
            (true, true) => None,
        }
    }
}

/// A directory for the length of one command, which others cannot look into.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Scratch> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
        let path = std::env::temp_dir().join(format!("sunledger-{}-{since}", std::process::id()));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // what stays behind is for the system's own cleaning
    }
}
