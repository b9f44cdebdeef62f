//! `sunledger chart load|export` and `sunledger setting list|set`: what a bureau may change is data, and this is where.

use super::{DONE, Desk, day};
use crate::app::{AppError, Result, book, setting};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::ledger::chart::{parse_accounts, parse_templates};
use chrono::NaiveDate;
use clap::Subcommand;
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
                        println!("已装入 {} 个会计科目", accounts.len());
                    }
                    if let Some(text) = &templates {
                        let lines = parse_templates(text).map_err(|p| refusal(&p.to_string()))?;
                        book::load_templates(tx, of, &lines)?;
                        println!("已装入 {} 行记账模板", lines.len());
                    }
                    Ok(())
                })?;
            }
            ChartVerb::Export { out } => {
                std::fs::create_dir_all(out)?;
                let (chart, templates) = bureau.read(|tx, of| Ok((book::chart(tx, of)?, book::templates(tx, of)?)))?;
                std::fs::write(out.join("chart.csv"), chart.to_csv())?;
                std::fs::write(out.join("templates.csv"), templates.to_csv())?;
                println!("已写出 {} 和 {}", out.join("chart.csv").display(), out.join("templates.csv").display());
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

impl SettingVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        match self {
            SettingVerb::List => {
                println!("名称\t生效日期\t值\t经办");
                for set in bureau.read(book::settings)? {
                    let from = date_from_int(set.valid_from).map_or_else(|| set.valid_from.to_string(), |day| day.to_string());
                    println!("{}\t{from}\t{}\t{}", set.name, set.value, set.actor);
                }
            }
            SettingVerb::Set { name, value, from } => {
                let ctx = desk.context();
                bureau.write(|tx, of| setting::change(tx, of, &ctx, name, date_to_int(*from), value))?;
                println!("{name} 自 {from} 起为 {value}");
            }
        }
        Ok(DONE)
    }
}
