//! `sunledger progress`: expenditure progress by fund, level, category, unit, project, programme or month.

use super::output::{Format, Output};
use super::{Desk, day};
use crate::app::progress::{Query, progress};
use crate::app::{KnownAt, Result};
use crate::domain::progress::GroupBy;
use chrono::NaiveDate;
use clap::Args;

#[derive(Debug, Args)]
pub struct Progress {
    /// 截至日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    as_of: Option<NaiveDate>,
    /// 只算到这一时点已入账的凭证：2018-10-05、"2018-10-05 09:00:00"、RFC 3339 或 #序号
    #[arg(long, value_name = "时点", value_parser = day::known_at)]
    known_at: Option<KnownAt>,
    /// 分组：fund 指标，level 级次，category 类别，unit 单位，project 项目，program 政策，month 月份
    #[arg(long, default_value = "fund", value_name = "分组", value_parser = group)]
    by: GroupBy,
    /// 终端也列出全部栏目
    #[arg(long)]
    wide: bool,
    #[command(flatten)]
    output: Output,
}

fn group(text: &str) -> std::result::Result<GroupBy, String> {
    let known = || GroupBy::ALL.map(|by| format!("{}（{}）", by.code(), by.chinese())).join("、");
    GroupBy::ALL
        .into_iter()
        .find(|by| by.code() == text || by.chinese() == text)
        .ok_or_else(|| format!("没有“{text}”这种分组，可用：{}", known()))
}

impl Progress {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let as_of = self.as_of.unwrap_or_else(|| desk.context().today());
        let report = progress(&mut desk.open()?, &Query { as_of, known_at: self.known_at, by: self.by })?;
        let narrow = self.output.format() == Format::Table && !self.wide;
        let table = if narrow { report.short_table() } else { report.table() };
        self.output.write(&[table], &report, as_of)
    }
}
