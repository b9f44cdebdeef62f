//! Where a report goes and in which form: to the terminal as a table, or as CSV, JSON or XLSX, to standard output or a file.

use super::{DONE, FAILED, words};
use crate::app::{AppError, Result};
use crate::domain::report::Table;
use crate::files::writing::table_csv::Bom;
use crate::files::writing::{table_csv, table_text, table_xlsx};
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// 终端表格
    Table,
    /// CSV
    Csv,
    /// JSON（金额为元，字符串）
    Json,
    /// Excel（须用 --out 指明文件）
    Xlsx,
}

#[derive(Debug, Clone, Args)]
pub struct Output {
    /// 输出格式，默认按 --out 的扩展名，否则为表格
    #[arg(long, value_enum, value_name = "格式")]
    format: Option<Format>,
    /// 写到文件
    #[arg(long, value_name = "文件")]
    out: Option<PathBuf>,
}

/// Writes to standard output. A reader that has seen enough, such as `head`, is no error.
pub fn say(bytes: &[u8]) -> Result<u8> {
    match std::io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(DONE),
    }
}

/// A line of a verb's answer; `tell!` calls it.
pub fn tell(line: std::fmt::Arguments<'_>) {
    if let Err(error) = say(format!("{}\n", words::say(&line.to_string())).as_bytes()) {
        // what was done stays done; the exit code says that the answer is not whole
        eprintln!("标准输出写不了：{error}");
        std::process::exit(i32::from(FAILED));
    }
}

impl Output {
    pub fn format(&self) -> Format {
        let ending = self.out.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str()).unwrap_or("");
        self.format.unwrap_or(match ending.to_ascii_lowercase().as_str() {
            "csv" => Format::Csv,
            "json" => Format::Json,
            "xlsx" => Format::Xlsx,
            _ => Format::Table,
        })
    }

    /// Writes a report: its tables, or `value` where JSON is wanted. `date` becomes a workbook's date.
    pub fn write(&self, tables: &[Table], value: &impl Serialize, date: NaiveDate) -> Result<u8> {
        let tables = &*words::tables(tables);
        let bytes = match self.format() {
            Format::Table => tables.iter().map(table_text::write).collect::<Vec<_>>().join("\n").into_bytes(),
            // a file begins with the mark that Excel needs
            Format::Csv => table_csv::write_all(tables, if self.out.is_some() { Bom::With } else { Bom::Without })?,
            Format::Json => {
                let json = serde_json::to_string_pretty(value).map_err(std::io::Error::other)?;
                format!("{}\n", words::say(&json)).into_bytes()
            }
            Format::Xlsx if self.out.is_none() => {
                return AppError::refuse("no_out", "Excel 不能显示在终端", "请用 --out 文件.xlsx 指明写到哪里");
            }
            Format::Xlsx => table_xlsx::write(tables, date)?,
        };
        let Some(path) = &self.out else { return say(&bytes) };
        std::fs::write(path, bytes).map_err(|error| AppError::Output(format!("写不了 {}：{error}（请检查目录和权限）", path.display())))?;
        tell!("已写入 {}", path.display());
        Ok(DONE)
    }
}
