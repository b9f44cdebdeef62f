//! `sunledger verify`: the whole book computed again, and what does not agree.

use super::{DONE, Desk, REFUSED};
use crate::app::Result;
use crate::app::verify::{Progress, VerifyReport, verify_against};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

/// How many problems are printed.
const SHOWN: usize = 50;
/// Work smaller than this comes and goes too quickly for a bar.
const BAR_FROM: u64 = 20_000;

#[derive(Debug, Args)]
pub struct Verify {
    /// 以前留存（公报、审计导出）的链尾摘要，可以有多个：核对凭证链仍含有它
    #[arg(long = "head", value_name = "摘要")]
    heads: Vec<String>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        // drawn on standard error, and only where that is a terminal
        let mut bar = ProgressBar::hidden();
        let mut phase = "";
        let mut advance = |progress: Progress| {
            if progress.phase != phase {
                phase = progress.phase;
                bar.finish_and_clear();
                bar = start_bar(&progress);
            }
            bar.set_position(progress.done);
        };
        let report = verify_against(&mut bureau, &self.heads, &mut advance);
        bar.finish_and_clear();
        let report = report?;
        if self.json {
            tell!("{}", serde_json::to_string_pretty(&report).map_err(std::io::Error::other)?);
        } else {
            print(&report);
        }
        Ok(if report.holds() { DONE } else { REFUSED })
    }
}

fn start_bar(progress: &Progress) -> ProgressBar {
    if progress.total < BAR_FROM {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(progress.total);
    if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent}% 已用 {elapsed} 还需 {eta}") {
        bar.set_style(style);
    }
    bar.set_message(progress.phase);
    bar
}

fn print(report: &VerifyReport) {
    for sentence in report.sentences() {
        tell!("{sentence}");
    }
    for problem in report.problems.iter().take(SHOWN) {
        let at = problem.voucher.map_or(String::new(), |seq| format!("#{seq} "));
        tell!("  {at}{}：{}", problem.label, problem.message);
    }
    if report.problem_count > SHOWN as u64 {
        tell!("……只列出前 {SHOWN} 处，共 {} 处（--json 列出更多）", report.problem_count);
    }
}
