//! `sunledger chart load|export` and `sunledger setting list|set`: what a bureau may change is data, and this is where.

use super::output::Output;
use super::{DONE, Desk, day};
use crate::app::{Result, book, setting};
use crate::domain::calendar::{date_to_int, day_text};
use crate::domain::report::table::plain;
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
                let loaded = book::load_files(&mut bureau, accounts.as_deref(), templates.as_deref())?;
                loaded.said().iter().for_each(|said| tell!("{said}"));
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
    let table = setting::names_table();
    let rows: Vec<BTreeMap<&str, String>> = table
        .rows
        .iter()
        .map(|row| table.columns.iter().map(|column| column.key.as_str()).zip(row.cells.iter().filter_map(plain)).collect())
        .collect();
    output.write(std::slice::from_ref(&table), &rows, desk.context().today())
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
