//! `sunledger log`: the access log listed, exported and verified.

use super::output::Output;
use super::{DONE, Desk, REFUSED, day};
use crate::app::Result;
use crate::app::access::log::{self, LogFilter};
use crate::app::context::{end_of_china_day, start_of_china_day};
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum LogVerb {
    /// 查看操作日志，最近的在前
    List {
        #[command(flatten)]
        find: Find,
        /// 最多几行
        #[arg(long, value_name = "行数", default_value_t = 50)]
        limit: i64,
        #[command(flatten)]
        output: Output,
    },
    /// 重算日志的摘要链，核对有无删、插、改
    Verify {
        /// 以 JSON 输出
        #[arg(long)]
        json: bool,
    },
    /// 导出操作日志（CSV、JSON、XLSX），导出本身也记入日志
    Export {
        #[command(flatten)]
        find: Find,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Args)]
pub struct Find {
    /// 姓名中的字
    #[arg(long, value_name = "姓名", default_value = "")]
    person: String,
    /// 操作，如 batch 或 batch.approve
    #[arg(long, value_name = "操作", default_value = "")]
    operation: String,
    /// 对象中的字
    #[arg(long, value_name = "文字", default_value = "")]
    target: String,
    /// 结果：done 或拒绝的编码
    #[arg(long, value_name = "编码", default_value = "")]
    outcome: String,
    /// 从某日
    #[arg(long, value_name = "日期", value_parser = day::date)]
    from: Option<NaiveDate>,
    /// 至某日
    #[arg(long, value_name = "日期", value_parser = day::date)]
    to: Option<NaiveDate>,
}

impl Find {
    fn filter(&self) -> LogFilter {
        LogFilter {
            person: self.person.clone(),
            operation: self.operation.clone(),
            target: self.target.clone(),
            outcome: self.outcome.clone(),
            from: self.from.map(start_of_china_day),
            to: self.to.map(end_of_china_day),
        }
    }
}

impl LogVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let mut bureau = desk.open()?;
        match self {
            LogVerb::List { find, limit, output } => {
                let rows = log::list(&mut bureau, &find.filter(), None, *limit)?;
                output.write(&[log::table(&rows)], &rows, ctx.today())
            }
            LogVerb::Export { find, output } => {
                let (table, rows) = log::export(&mut bureau, &ctx, &find.filter())?;
                output.write(&[table], &rows, ctx.today())
            }
            LogVerb::Verify { json } => {
                let report = log::check(&mut bureau, &ctx)?;
                if *json {
                    tell!("{}", serde_json::to_string_pretty(&report).map_err(std::io::Error::other)?);
                } else {
                    for line in report.sentences() {
                        tell!("{line}");
                    }
                }
                Ok(if report.problems.is_empty() { DONE } else { REFUSED })
            }
        }
    }
}
