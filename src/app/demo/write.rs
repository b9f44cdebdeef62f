//! Writes a step's file as its office would: with or without a byte order mark, in GB18030 with a title and a 合计 row, with
//! spoken dates and thousands separators, or as a workbook.

use super::plan::{Content, DemoFile, Look, Plan};
use crate::app::{AppError, Result};
use crate::domain::calendar::parse_date;
use crate::domain::kinds::Type;
use crate::domain::money::Fen;
use crate::files::writing::TextEncoding;
use crate::files::writing::rows::{PlainRows, csv, xlsx};
use chrono::{Datelike, NaiveDate};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Where the file of a step goes: `DIR/<kind>/<date>-<name>`.
pub fn path_of(dir: &Path, date: NaiveDate, file: &DemoFile) -> PathBuf {
    let ending = if file.look == Look::Workbook { "xlsx" } else { "csv" };
    dir.join(file.kind.name).join(format!("{date}-{}.{ending}", file.name))
}

/// Writes the file and tells where.
pub fn write_file(dir: &Path, date: NaiveDate, file: &DemoFile, plan: &Plan) -> Result<PathBuf> {
    let path = path_of(dir, date, file);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut out = BufWriter::new(File::create(&path)?);
    render(file, plan, &mut out)?;
    out.flush()?;
    Ok(path)
}

/// The bytes of a file.
pub fn render(file: &DemoFile, plan: &Plan, out: &mut impl Write) -> Result<()> {
    let mut rows = match &file.content {
        Content::Rows(rows) => rows.clone(),
        Content::Batches(batches) => plan.batch_rows(batches),
        Content::Answers(batches) => plan.answer_rows(batches),
    };
    let total = total_row(file, &rows);
    if file.look == Look::Spoken {
        rows.iter_mut().for_each(|row| speak(file, row));
    }
    let header: Vec<&str> = file.kind.columns.iter().map(|column| column.zh).collect();
    let titled = file.look == Look::Titled;
    let title = format!("东方市（示范数据）{}表", file.kind.title);
    let plain = PlainRows {
        title: titled.then_some(title.as_str()),
        header: &header,
        rows: &rows,
        total: if titled { total.as_deref() } else { None },
    };
    let written = match file.look {
        Look::Workbook => xlsx(&plain).and_then(|bytes| Ok(out.write_all(&bytes)?)),
        Look::Titled => csv(&plain, TextEncoding::Gb18030, out),
        Look::Marked => csv(&plain, TextEncoding::Utf8Bom, out),
        Look::Plain | Look::Spoken => csv(&plain, TextEncoding::Utf8, out),
    };
    written.map_err(|problem| AppError::Output(format!("文件没有写成：{problem}")))
}

/// The 合计 row, for kinds that have money.
fn total_row(file: &DemoFile, rows: &[Vec<String>]) -> Option<Vec<String>> {
    let column = file.kind.money_total?;
    let amounts = rows.iter().filter_map(|row| Fen::parse(row.get(column)?).ok());
    let mut cells = vec![String::new(); file.kind.columns.len()];
    cells[column] = Fen::try_sum(amounts)?.yuan();
    cells[0] = "合计".to_string();
    Some(cells)
}

/// Money as `1,234.50`, dates as `2018年3月5日`.
fn speak(file: &DemoFile, row: &mut [String]) {
    for (cell, column) in row.iter_mut().zip(file.kind.columns).filter(|(cell, _)| !cell.is_empty()) {
        match column.ty {
            Type::Money => {
                if let Ok(amount) = Fen::parse(cell) {
                    *cell = amount.yuan_grouped();
                }
            }
            Type::Date => {
                if let Ok(date) = parse_date(cell) {
                    *cell = format!("{}年{}月{}日", date.year(), date.month(), date.day());
                }
            }
            _ => {}
        }
    }
}
