//! `sunledger export`: what others check the book by.

use super::{DONE, Desk};
use crate::app::{Result, export};
use clap::{Args, Subcommand};
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
}

#[derive(Debug, Args)]
struct Chain {
    /// 写到这个目录：vouchers.jsonl、payments.csv、results.csv、head.txt
    #[arg(long, value_name = "目录")]
    out: PathBuf,
}

impl Export {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let What::Chain(chain) = &self.what;
        let mut bureau = desk.open()?;
        let done = export::chain(&mut bureau, &chain.out, &mut |_, _| ())?;
        println!("已导出凭证 {} 张、发放明细 {} 行、银行回盘 {} 行到 {}", done.vouchers, done.payments, done.results, chain.out.display());
        println!("链尾：序号 {}，摘要 {}", done.seq, done.hash);
        Ok(DONE)
    }
}
