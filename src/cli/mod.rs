//! One file per verb; prints, never decides. A verb returns the exit code: [`DONE`] or [`REFUSED`]; errors get theirs from
//! [`exit_code`].

/// Prints a line, as `println!`, through [`output::say`]: a reader that has seen enough, such as `head`, ends nothing.
macro_rules! tell {
    ($($what:tt)*) => {
        $crate::cli::output::tell(format_args!($($what)*))
    };
}

/// Prints a line of what is wrong, on standard error.
macro_rules! complain {
    ($($what:tt)*) => {
        eprintln!("{}", $crate::cli::words::say(&format!($($what)*)))
    };
}

mod accounts;
mod add;
mod approval;
mod audit;
mod batch_steps;
mod brief;
pub mod capabilities;
mod case;
mod control;
mod control_records;
mod data;
mod day;
mod demo;
mod export;
mod finding;
mod forecast;
mod import;
mod init;
mod inspect;
mod inspect_field;
mod inspect_plan;
mod key;
mod log;
mod lookup;
mod money_steps;
mod notice;
mod objection;
mod output;
mod period;
mod progress;
mod project;
mod screen;
mod serve;
mod template;
mod trace;
mod usage;
mod user;
mod verify;
mod verify_export;
pub mod words;

use crate::app::book::{DEFAULT_BOOK, NewBook};
use crate::app::{AppError, Bureau, Context, Result};
use crate::store::StoreError;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;
use std::path::Path;

pub const DONE: u8 = 0;
/// Refused, or errors found.
pub const REFUSED: u8 = 1;
/// The command line was not understood.
pub const USAGE: u8 = 2;
/// The database or the system failed.
pub const FAILED: u8 = 3;

/// 阳光账：扶贫资金台账，每一分钱从指标到卡都有账可查
#[derive(Debug, Parser)]
#[command(name = "sunledger", version, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub desk: Desk,
    #[command(subcommand)]
    pub verb: Verb,
}

/// Which book, and who works on it.
#[derive(Debug, Clone, Args)]
pub struct Desk {
    /// 账簿数据库：sqlite://路径 或 postgres://用户@主机/库名
    #[arg(long, global = true, env = "SUNLEDGER_DB", default_value = "sqlite://sunledger.db", value_name = "URL", hide_env_values = true)]
    pub db: String,
    /// 账套编码
    #[arg(long, global = true, default_value = DEFAULT_BOOK, value_name = "编码")]
    pub book: String,
    /// 经办人（制单）
    #[arg(long, global = true, env = "SUNLEDGER_ACTOR", hide_env_values = true, default_value = "经办", value_name = "姓名")]
    pub actor: String,
    /// 复核人（稽核）
    #[arg(long, global = true, default_value = "", value_name = "姓名")]
    pub checker: String,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// 新建账簿和账套
    Init(init::Init),
    /// 导入文件或整个目录
    Import(import::Import),
    /// 录入一行：列=值 …
    Add(add::Add),
    /// 生成空白导入模板
    Template(template::Template),
    /// 支出进度：按指标、级次、类别、单位、项目、政策或月份
    Progress(progress::Progress),
    /// 月度通报（DOCX）和附表（XLSX）
    Brief(brief::Brief),
    /// 科目余额表
    TrialBalance(accounts::TrialBalance),
    /// 明细账
    Ledger(accounts::Ledger),
    /// 凭证：目录、查看
    #[command(subcommand)]
    Voucher(lookup::VoucherVerb),
    /// 指标：目录
    #[command(subcommand)]
    Fund(lookup::FundVerb),
    /// 一卡通批次：目录、查看、审批、送银行、撤销、重发、释放
    #[command(subcommand)]
    Batch(batch_steps::Step),
    Inbox(approval::Inbox),
    /// 送审件：目录、查看、签批、退回
    #[command(subcommand)]
    Proposal(approval::ProposalVerb),
    /// 项目库：四个流程、入库退出、一票否决、绩效
    #[command(subcommand)]
    Project(project::ProjectVerb),
    /// 公示公告：生成、登记张贴、目录
    #[command(subcommand)]
    Notice(notice::NoticeVerb),
    /// 信访投诉：登记、调查、答复、公开
    #[command(subcommand)]
    Objection(objection::ObjectionVerb),
    Reclaim(money_steps::Reclaim),
    Retention(money_steps::Retention),
    Reverse(money_steps::Reverse),
    /// 会计期间：结账、反结账
    #[command(subcommand)]
    Period(period::PeriodVerb),
    /// 年终结账
    #[command(subcommand)]
    Year(period::YearVerb),
    /// 追溯一笔资金的来龙去脉
    Trace(trace::Trace),
    /// 校验账簿：哈希链、余额、编号、资金守恒
    Verify(verify::Verify),
    /// 检查：计划、抽样、核查表、评价、报告、风险分
    #[command(subcommand)]
    Inspect(inspect::Inspect),
    /// 示范县：生成虚构数据并走完全过程
    Demo(demo::Demo),
    /// 导出：凭证链、审计数据接口
    Export(export::Export),
    /// 审计查询：查凭证、账账核对、账龄、大额异常、年末支付、经办人
    #[command(subcommand)]
    Audit(audit::AuditVerb),
    /// 离线核验审计导出：摘要、签名、结构、余额、支付、进度
    VerifyExport(verify_export::VerifyExport),
    /// 签名密钥：生成
    #[command(subcommand)]
    Key(key::KeyVerb),
    /// 会计科目表和记账模板：装入、导出
    #[command(subcommand)]
    Chart(data::ChartVerb),
    Screen(screen::Screen),
    Serve(serve::Serve),
    /// 线索：立案、交办、核查、整改、销号
    #[command(subcommand)]
    Case(case::CaseVerb),
    /// 疑点：查看、暂缓
    #[command(subcommand)]
    Finding(finding::FindingVerb),
    /// 控制：月度考核、约谈、暂停与突破、收回、线索、到期核对
    #[command(subcommand)]
    Control(control::ControlVerb),
    /// 预测年底支出进度；回测预测误差
    Forecast(forecast::Forecast),
    /// 设置：目标、序时曲线、期限等
    #[command(subcommand)]
    Setting(data::SettingVerb),
    /// 用户：新建、授权、停用、口令、会话
    #[command(subcommand)]
    User(user::UserVerb),
    /// 操作日志：查看、核验、导出
    #[command(subcommand)]
    Log(log::LogVerb),
}

/// Understands the command line. Help and misunderstandings are printed here; the error is the exit code.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> std::result::Result<Cli, u8> {
    let understood = usage::in_chinese(Cli::command()).try_get_matches_from(args).and_then(|found| Cli::from_arg_matches(&found));
    understood.map_err(|error| usage::explain(&error))
}

pub fn run(cli: &Cli) -> Result<u8> {
    match &cli.verb {
        Verb::Init(verb) => verb.run(&cli.desk),
        Verb::Import(verb) => verb.run(&cli.desk),
        Verb::Add(verb) => verb.run(&cli.desk),
        Verb::Template(verb) => verb.run(),
        Verb::Progress(verb) => verb.run(&cli.desk),
        Verb::Brief(verb) => verb.run(&cli.desk),
        Verb::TrialBalance(verb) => verb.run(&cli.desk),
        Verb::Ledger(verb) => verb.run(&cli.desk),
        Verb::Voucher(verb) => verb.run(&cli.desk),
        Verb::Fund(verb) => verb.run(&cli.desk),
        Verb::Batch(verb) => verb.run(&cli.desk),
        Verb::Inbox(verb) => verb.run(&cli.desk),
        Verb::Proposal(verb) => verb.run(&cli.desk),
        Verb::Project(verb) => verb.run(&cli.desk),
        Verb::Notice(verb) => verb.run(&cli.desk),
        Verb::Objection(verb) => verb.run(&cli.desk),
        Verb::Reclaim(verb) => verb.run(&cli.desk),
        Verb::Retention(verb) => verb.run(&cli.desk),
        Verb::Reverse(verb) => verb.run(&cli.desk),
        Verb::Period(verb) => verb.run(&cli.desk),
        Verb::Year(verb) => verb.run(&cli.desk),
        Verb::Trace(verb) => verb.run(&cli.desk),
        Verb::Verify(verb) => verb.run(&cli.desk),
        Verb::Inspect(verb) => verb.run(&cli.desk),
        Verb::Demo(verb) => verb.run(),
        Verb::Export(verb) => verb.run(&cli.desk),
        Verb::Audit(verb) => verb.run(&cli.desk),
        Verb::VerifyExport(verb) => verb.run(),
        Verb::Key(verb) => verb.run(),
        Verb::Chart(verb) => verb.run(&cli.desk),
        Verb::Control(verb) => verb.run(&cli.desk),
        Verb::Forecast(verb) => verb.run(&cli.desk),
        Verb::Setting(verb) => verb.run(&cli.desk),
        Verb::User(verb) => verb.run(&cli.desk),
        Verb::Log(verb) => verb.run(&cli.desk),
        Verb::Screen(verb) => verb.run(&cli.desk),
        Verb::Serve(verb) => verb.run(&cli.desk),
        Verb::Case(verb) => verb.run(&cli.desk),
        Verb::Finding(verb) => verb.run(&cli.desk),
    }
}

/// A refusal is the user's to mend; anything else is the system's.
pub fn exit_code(error: &AppError) -> u8 {
    match error {
        AppError::Refused(_) | AppError::Store(StoreError::Guard(_)) => REFUSED,
        AppError::Store(_) | AppError::Output(_) => FAILED,
    }
}

impl Desk {
    pub fn context(&self) -> Context {
        Context::new(self.actor.trim()).checked_by(self.checker.trim())
    }

    /// The book, which must be there.
    pub fn open(&self) -> Result<Bureau> {
        Bureau::open(&self.db, &self.book)
    }

    /// The book; a SQLite file that is not there yet is made with a default book, as whoever starts afresh expects.
    pub fn open_or_start(&self) -> Result<Bureau> {
        let missing = self.db.strip_prefix("sqlite://").is_some_and(|path| !Path::new(path).exists());
        if !(missing && self.book == DEFAULT_BOOK) {
            return self.open();
        }
        let new = NewBook { code: DEFAULT_BOOK, name: init::DEFAULT_NAME, first_year: init::FIRST_YEAR, secret: None };
        let bureau = Bureau::open_or_create(&self.db, &self.context(), &new)?;
        eprintln!("提示：没有找到账簿，已新建 {}（账套“{}”，启用年度 {}）。", self.db, new.code, new.first_year);
        Ok(bureau)
    }
}
