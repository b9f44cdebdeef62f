//! `sunledger chart load|export` and `sunledger setting list|set`: what a bureau may change is data, and this is where.

use super::output::Output;
use super::{DONE, Desk, day};
use crate::app::{AppError, Result, book, setting};
use crate::domain::calendar::{date_to_int, day_text};
use crate::domain::ledger::chart::{parse_accounts, parse_templates};
use crate::domain::report::table::plain;
use crate::domain::report::{Cell, Kind, Table};
use crate::domain::setting as declared;
use chrono::NaiveDate;
use clap::Subcommand;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ChartVerb {
    /// 装入会计科目表或记账模板（CSV，列与 export 相同）
    Load {
        /// 科目表
        #[arg(long, value_name = "文件", required_unless_present = "templates")]
        accounts: Option<PathBuf>,
        /// 记账模板
        #[arg(long, value_name = "文件")]
        templates: Option<PathBuf>,
    },
    /// 导出本账套的会计科目表和记账模板
    Export {
        #[arg(long, value_name = "目录", default_value = ".")]
        out: PathBuf,
    },
}

impl ChartVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        match self {
            ChartVerb::Load { accounts, templates } => {
                let accounts = accounts.as_ref().map(std::fs::read_to_string).transpose()?;
                let templates = templates.as_ref().map(std::fs::read_to_string).transpose()?;
                bureau.write(|tx, of| {
                    if let Some(text) = &accounts {
                        let accounts = parse_accounts(text).map_err(|p| refusal(&p.to_string()))?;
                        book::load_chart(tx, of, &accounts)?;
                        tell!("已装入 {} 个会计科目", accounts.len());
                    }
                    if let Some(text) = &templates {
                        let lines = parse_templates(text).map_err(|p| refusal(&p.to_string()))?;
                        book::load_templates(tx, of, &lines)?;
                        tell!("已装入 {} 行记账模板", lines.len());
                    }
                    Ok(())
                })?;
            }
            ChartVerb::Export { out } => {
                std::fs::create_dir_all(out)?;
                let (chart, templates) = bureau.read(|tx, of| Ok((book::chart(tx, of)?, book::templates(tx, of)?)))?;
                std::fs::write(out.join("chart.csv"), chart.to_csv())?;
                std::fs::write(out.join("templates.csv"), templates.to_csv())?;
                tell!("已写出 {} 和 {}", out.join("chart.csv").display(), out.join("templates.csv").display());
            }
        }
        Ok(DONE)
    }
}

fn refusal(what: &str) -> AppError {
    crate::app::Refusal::new("chart", what, "请改正文件后重新装入；格式可先用 sunledger chart export 查看").into()
}

#[derive(Debug, Subcommand)]
pub enum SettingVerb {
    /// 列出各项设置及其生效日期
    List,
    /// 可以设置的名称：值的种类、含义、依据、出厂值
    Names {
        #[command(flatten)]
        output: Output,
    },
    /// 从某日起改用新的设置（旧的保留，以往的通报不受影响）
    Set {
        #[arg(value_name = "名称")]
        name: String,
        #[arg(value_name = "值")]
        value: String,
        /// 生效日期
        #[arg(long, value_name = "日期", value_parser = day::date)]
        from: NaiveDate,
    },
}

/// Every name that the program knows, whether or not this book has a value for it.
fn names(output: &Output, desk: &Desk) -> Result<u8> {
    let mut table = Table::new("settings", "可以设置的参数")
        .column("name", "名称", Kind::Text)
        .column("kind", "值", Kind::Text)
        .column("meaning", "含义", Kind::Text)
        .column("source", "依据", Kind::Text)
        .column("shipped", "出厂值", Kind::Text);
    for declared in declared::all() {
        let shipped = declared::shipped_value(declared.name).unwrap_or_default();
        let cells = [declared.name, declared.kind.title(), declared.meaning, declared.source, shipped];
        table.push(cells.map(Cell::text).to_vec());
    }
    let rows: Vec<BTreeMap<&str, String>> = table
        .rows
        .iter()
        .map(|row| table.columns.iter().map(|column| column.key.as_str()).zip(row.cells.iter().filter_map(plain)).collect())
        .collect();
    output.write(&[table.clone()], &rows, desk.context().today())
}

impl SettingVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        if let SettingVerb::Names { output } = self {
            return names(output, desk);
        }
        let mut bureau = desk.open()?;
        match self {
            SettingVerb::List => {
                tell!("名称\t生效日期\t值\t经办");
                for set in bureau.read(book::settings)? {
                    let from = day_text(set.valid_from);
                    tell!("{}\t{from}\t{}\t{}", set.name, set.value, set.actor);
                }
            }
            SettingVerb::Names { .. } => {} // needs no book
            SettingVerb::Set { name, value, from } => {
                let ctx = desk.context();
                bureau.write(|tx, of| setting::change(tx, of, &ctx, name, date_to_int(*from), value))?;
                tell!("{name} 自 {from} 起为 {value}");
            }
        }
        Ok(DONE)
    }
}
