//! `sunledger brief --month 2018-09 --out 目录`: the monthly 通报 as DOCX, with the workbook beside it.

use super::accounts::month_of;
use super::{DONE, Desk, day};
use crate::app::brief::{Query, write};
use crate::app::{KnownAt, Result};
use chrono::NaiveDate;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Brief {
    /// 月份，如 2018-09；数字截至月末
    #[arg(long, value_name = "月份", value_parser = day::month)]
    month: (i64, i64),
    /// 写到这个目录
    #[arg(long, value_name = "目录", default_value = ".")]
    out: PathBuf,
    /// 只算到这一时点已入账的凭证：2018-10-05、"2018-10-05 09:00:00"、RFC 3339 或 #序号
    #[arg(long, value_name = "时点", value_parser = day::known_at)]
    known_at: Option<KnownAt>,
    /// 成文日期，默认次月 5 日
    #[arg(long, value_name = "日期", value_parser = day::date)]
    issued_on: Option<NaiveDate>,
    /// 发文字号，如 东财〔2018〕14号
    #[arg(long, value_name = "文号")]
    doc_no: Option<String>,
}

impl Brief {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let month = month_of(self.month.0, self.month.1)?;
        let query = Query { month, known_at: self.known_at, issued_on: self.issued_on, doc_number: self.doc_no.clone() };
        let written = write(&mut desk.open()?, &query, &self.out)?;
        tell!("通报：{}", written.docx.display());
        tell!("附表：{}", written.xlsx.display());
        Ok(DONE)
    }
}
