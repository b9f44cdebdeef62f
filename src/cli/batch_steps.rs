//! The steps of a batch, one command each: approve, send (with the bank's file), cancel, reissue, release.

use super::lookup::{BatchList, BatchShow};
use super::screen::verdict;
use super::{DONE, Desk, day};
use crate::app::act::Once;
use crate::app::payout::{reissue, stage, strip};
use crate::app::screening::gate;
use crate::app::workflow::{batches, say_missing};
use crate::app::{AppError, Result};
use crate::domain::access::Principal;
use crate::domain::text::file_name;
use crate::files::writing::BankFormat;
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use std::fs::File;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub enum Step {
    /// 批次目录
    List(BatchList),
    /// 一个批次：办理过程、资金来源、待处理退票
    Show(BatchShow),
    /// 审批：按金额逐级签批（编制人和各级签批人须各不相同），最后一级签批即为审批
    Approve(OnDay),
    /// 核定待核的行：放行或不予发放（须由编制人以外的人，写明理由）
    Decide(Decide),
    /// 剔除若干行后重新编制：原批次撤销，其余行另成一批（公示日期不变）
    Strip(Strip),
    /// 送银行，并生成银行文件（须由审批人以外的人）
    Send(Send),
    /// 撤销尚未送银行的批次，资金退回分配
    Cancel(OnDay),
    /// 退票更正重发：给已登记新账户的退票行编制重发批次
    Reissue(OnDay),
    /// 退票释放：资金退回分配
    Release(Release),
}

#[derive(Debug, Args)]
pub struct OnDay {
    /// 批次号
    #[arg(value_name = "批次号")]
    batch: String,
    /// 日期，默认今天
    #[arg(long, value_name = "日期", value_parser = day::date)]
    date: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct Decide {
    #[command(flatten)]
    on: OnDay,
    /// 哪些行（序号）
    #[arg(long = "line", value_name = "序号", required = true)]
    lines: Vec<i64>,
    /// 哪条规则，如 P04
    #[arg(long, value_name = "规则")]
    rule: String,
    /// 核实无误，放行
    #[arg(long)]
    pass: bool,
    /// 不予发放
    #[arg(long)]
    reject: bool,
    /// 核实情况和依据
    #[arg(long, value_name = "理由")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct Strip {
    #[command(flatten)]
    on: OnDay,
    /// 剔除哪些行（序号）
    #[arg(long = "line", value_name = "序号", required = true)]
    lines: Vec<i64>,
    /// 依据
    #[arg(long, value_name = "理由")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct Send {
    #[command(flatten)]
    on: OnDay,
    /// 银行文件放在哪个目录
    #[arg(long, value_name = "目录", default_value = ".")]
    out: PathBuf,
    /// 银行文件格式
    #[arg(long, value_enum, default_value = "csv", value_name = "格式")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// CSV（UTF-8）
    Csv,
    /// CSV（GB18030）
    Gbk,
    /// Excel
    Xlsx,
    /// CSV 和 Excel 各一份
    Both,
}

#[derive(Debug, Args)]
pub struct Release {
    #[command(flatten)]
    on: OnDay,
    /// 只释放这些序号；不写则释放全部待处理退票
    #[arg(long = "line", value_name = "序号")]
    lines: Vec<i64>,
}

impl Step {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let ctx = desk.context();
        let on = |on: &OnDay| on.date.unwrap_or_else(|| ctx.today());
        match self {
            Step::List(verb) => return verb.run(&mut bureau, &ctx),
            Step::Show(verb) => return verb.run(&mut bureau, &ctx),
            Step::Approve(verb) => {
                let done = batches::sign(&mut bureau, &ctx, &Principal::at_desk(&ctx.actor), &verb.batch, on(verb))?;
                let missing = &done.result.missing;
                let staged = Once { result: done.result.staged.clone(), repeated: done.repeated };
                if missing.is_empty() {
                    tell("已审批", &staged);
                } else {
                    tell(&format!("已签第 {} 级", done.result.level), &staged);
                    tell!("金额须逐级签批，还缺{}", say_missing(missing));
                    tell!("下一步：由另一人 sunledger batch approve {}", verb.batch);
                }
            }
            Step::Decide(verb) => {
                let pass = verdict(verb.pass, verb.reject)?;
                let (rule, reason) = (verb.rule.as_str(), verb.reason.as_str());
                let asked = gate::Decision { batch: &verb.on.batch, lines: &verb.lines, rule, pass, reason, date: on(&verb.on) };
                let done = gate::decide(&mut bureau, &ctx, &asked)?;
                let word = if pass { "放行" } else { "不予发放" };
                let again = if done.repeated { "（此前已办理）" } else { "" };
                tell!("批次 {} 已核定{word} {} 处（{rule}）{again}", verb.on.batch, done.result);
            }
            Step::Strip(verb) => {
                let done = strip::strip(&mut bureau, &ctx, &verb.on.batch, &verb.lines, on(&verb.on), &verb.reason)?;
                let s = &done.result;
                let again = if done.repeated { "（此前已办理）" } else { "" };
                tell!("{}{again}", s.said(&verb.on.batch));
                tell!("下一步：由另一人 sunledger batch approve {}", s.batch);
            }
            Step::Cancel(verb) => tell("已撤销", &stage::cancel(&mut bureau, &ctx, &verb.batch, on(verb))?),
            Step::Send(verb) => {
                tell("已送银行", &stage::send(&mut bureau, &ctx, &verb.on.batch, on(&verb.on))?);
                write_bank_files(&mut bureau, &verb.on.batch, &verb.out, verb.format)?;
            }
            Step::Reissue(verb) => {
                let done = reissue::reissue(&mut bureau, &ctx, &verb.batch, on(verb))?;
                let r = &done.result;
                tell!("{}", r.said());
                if let Some(waiting) = r.said_waiting() {
                    tell!("{waiting}");
                }
                tell!("下一步：由另一人 sunledger batch approve {}", r.batch);
            }
            Step::Release(verb) => {
                let done = reissue::release(&mut bureau, &ctx, &verb.on.batch, &verb.lines, on(&verb.on))?;
                let r = &done.result;
                let again = if done.repeated { "（此前已办理）" } else { "" };
                tell!("{}{again}", r.said());
            }
        }
        Ok(DONE)
    }
}

fn tell(what: &str, done: &Once<stage::Staged>) {
    let s = &done.result;
    let again = if done.repeated { "（此前已办理，未重复）" } else { "" };
    tell!("{}{again}", s.said(what));
    tell!("清册摘要（SM3）：{}", s.digest);
}

/// Writes the bank's file under a name of its own, whole or not at all.
fn write_bank_files(bureau: &mut crate::app::Bureau, batch: &str, out: &Path, format: Format) -> Result<()> {
    std::fs::create_dir_all(out)?;
    let formats: &[(BankFormat, &str)] = match format {
        Format::Csv => &[(BankFormat::CsvUtf8Bom, "csv")],
        Format::Gbk => &[(BankFormat::CsvGb18030, "csv")],
        Format::Xlsx => &[(BankFormat::Xlsx, "xlsx")],
        Format::Both => &[(BankFormat::CsvUtf8Bom, "csv"), (BankFormat::Xlsx, "xlsx")],
    };
    for (format, ending) in formats {
        let path = out.join(format!("{}.{ending}", file_name(batch)));
        let unfinished = path.with_extension("tmp");
        let totals = stage::bank_file(bureau, batch, *format, File::create(&unfinished)?)?;
        std::fs::rename(&unfinished, &path).map_err(AppError::from)?;
        tell!("银行文件：{}（{} 笔，{} 元，摘要 {}）", path.display(), totals.count, totals.amount.yuan_grouped(), &totals.digest[..16]);
    }
    Ok(())
}
