//! `sunledger export`: what others check the book by.

use super::{DONE, Desk, day};
use crate::app::audit::Personal;
use crate::app::audit::export::{Options, write};
use crate::app::{KnownAt, Result, export};
use crate::domain::audit::AuditFormat;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// 凭证链，供独立核验（不含个人信息）
    Chain(Chain),
    /// 审计数据接口：一个年度的账，供审计机关使用
    Audit(Audit),
}

#[derive(Debug, Args)]
struct Chain {
    /// 写到这个目录：vouchers.jsonl、payments.csv、results.csv、head.txt
    #[arg(long, value_name = "目录")]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct Audit {
    /// 会计年度
    #[arg(long, value_name = "年度", value_parser = clap::value_parser!(i64).range(1900..=2199))]
    year: i64,
    /// 只算到这一时点已入账的凭证：2018-10-05、"2018-10-05 09:00:00"、RFC 3339 或 #序号
    #[arg(long, value_name = "时点", value_parser = day::known_at)]
    as_known_at: Option<KnownAt>,
    /// 数据格式
    #[arg(long, value_enum, value_name = "格式")]
    format: Shape,
    /// 写到这个目录（须不存在或为空）
    #[arg(long, value_name = "目录")]
    out: PathBuf,
    /// 收款人信息：pseudonymised 只给标识，masked 部分遮盖，full 全部；后两种须写明依据并留下记录
    #[arg(long, value_enum, value_name = "程度", default_value = "pseudonymised")]
    personal: Shown,
    /// 导出个人信息的依据（审计通知书文号等）
    #[arg(long, value_name = "依据", default_value = "")]
    reason: String,
    /// 用这个私钥签名（sunledger key new 生成）
    #[arg(long, value_name = "私钥文件")]
    sign_with: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// GB/T 42940-2023 财政预算管理软件审计数据接口（XML）
    Gbt42940,
    /// GB/T 24589 会计核算软件数据接口（XML，GB18030）
    Gbt24589,
    /// ISO 21378:2019（CSV）
    Iso21378,
    /// 审计机关财务数据标准表和业务表（CSV）
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// 只给人员账户标识
    Pseudonymised,
    /// 部分遮盖
    Masked,
    /// 全部
    Full,
}

impl Export {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        match &self.what {
            What::Chain(chain) => chain.run(desk),
            What::Audit(audit) => audit.run(desk),
        }
    }
}

impl Chain {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let done = export::chain(&mut bureau, &self.out, &mut |_, _| ())?;
        let [written, head] = done.sentences();
        tell!("{written}到 {}", self.out.display());
        tell!("{head}");
        Ok(DONE)
    }
}

impl Audit {
    fn run(&self, desk: &Desk) -> Result<u8> {
        let options = Options {
            year: self.year,
            known_at: self.as_known_at,
            format: match self.format {
                Shape::Gbt42940 => AuditFormat::Gbt42940,
                Shape::Gbt24589 => AuditFormat::Gbt24589,
                Shape::Iso21378 => AuditFormat::Iso21378,
                Shape::Csv => AuditFormat::Csv,
            },
            out: self.out.clone(),
            personal: match self.personal {
                Shown::Pseudonymised => Personal::Pseudonymised,
                Shown::Masked => Personal::Masked,
                Shown::Full => Personal::Full,
            },
            reason: self.reason.clone(),
            sign_with: self.sign_with.clone(),
        };
        let handed = write(&mut desk.open()?, &desk.context(), &options, &mut |_, _| ())?;
        let manifest = &handed.manifest;
        match handed.unchanged {
            true => tell!("{} 已有完全相同的导出，未作改动", self.out.display()),
            false => tell!("已导出 {} 年度到 {}（{}）", manifest.year, self.out.display(), manifest.format),
        }
        for sentence in handed.sentences() {
            tell!("{sentence}");
        }
        match manifest.signer.is_empty() {
            true => tell!("未签名（--sign-with 私钥文件 可以签名）"),
            false => tell!("已签名，公钥 {}", manifest.signer),
        }
        Ok(DONE)
    }
}
