//! `sunledger finding show|suppress`: one finding with its history, and setting it aside until a day.

use super::output::{Format, Output};
use super::{DONE, Desk, day};
use crate::app::Result;
use crate::app::screening::findings::{short_table, table as full_table};
use crate::app::screening::history::{self, tables};
use crate::app::screening::{State, standing, suppress, suppressed};
use chrono::NaiveDate;
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum FindingVerb {
    /// 疑点台账：最近各次筛查留下的疑点，不重新筛查
    List(List),
    /// 一个疑点：依据、历次变化、暂缓记录
    Show(Show),
    /// 暂缓处理到某日（须由另一人同意，到期自动恢复）
    Suppress(Suppress),
}

#[derive(Debug, Args)]
pub struct List {
    /// 只列这些规则，如 P03；可写多次
    #[arg(long = "rule", value_name = "规则")]
    rules: Vec<String>,
    /// 只列待处理的（未立案、未暂缓）
    #[arg(long)]
    open: bool,
    /// 也列已消除的
    #[arg(long, conflicts_with = "open")]
    gone: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Show {
    /// 疑点编号（至少前 6 位）
    #[arg(value_name = "疑点编号")]
    id: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Suppress {
    /// 疑点编号（至少前 6 位）
    #[arg(value_name = "疑点编号")]
    id: String,
    /// 暂缓到哪一天（一年以内）
    #[arg(long, value_name = "日期", value_parser = day::date)]
    until: NaiveDate,
    /// 理由
    #[arg(long, value_name = "理由")]
    reason: String,
}

impl FindingVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let ctx = desk.context();
        match self {
            FindingVerb::List(verb) => {
                let (mut found, files) = standing(&mut bureau, &ctx, verb.gone)?;
                found.retain(|finding| verb.rules.is_empty() || verb.rules.iter().any(|rule| rule.eq_ignore_ascii_case(finding.rule.id)));
                found.retain(|finding| !verb.open || finding.state == State::Open);
                let json: Vec<_> = found.iter().map(|finding| finding.json(&files, false)).collect();
                let table = match verb.output.format() {
                    Format::Table => short_table(&found, usize::MAX, false),
                    _ => full_table(&found, false),
                };
                verb.output.write(&[table], &json, ctx.today())
            }
            FindingVerb::Show(verb) => {
                let found = history::show(&mut bureau, &verb.id)?;
                verb.output.write(&tables(&found), &found, ctx.today())
            }
            FindingVerb::Suppress(verb) => {
                let done = suppress(&mut bureau, &ctx, &verb.id, verb.until, &verb.reason)?;
                tell!("{}", suppressed(&done, verb.until, &ctx));
                Ok(DONE)
            }
        }
    }
}
