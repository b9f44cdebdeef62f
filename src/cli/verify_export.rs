//! `sunledger verify-export`: an export checked from its own files, without the database.

use super::{DONE, REFUSED};
use crate::app::Result;
use crate::app::audit::verify::{Checked, verify};
use clap::Args;
use std::path::PathBuf;

/// How many differences are printed.
const SHOWN: usize = 50;

#[derive(Debug, Args)]
pub struct VerifyExport {
    /// 审计导出的目录
    #[arg(value_name = "目录")]
    dir: PathBuf,
    /// 以前留存的链尾摘要，可以有多个
    #[arg(long = "head", value_name = "摘要")]
    heads: Vec<String>,
    /// 应由这个公钥的主人签名
    #[arg(long, value_name = "公钥文件")]
    public_key: Option<PathBuf>,
    /// 以 JSON 输出
    #[arg(long)]
    json: bool,
}

impl VerifyExport {
    pub fn run(&self) -> Result<u8> {
        let checked = verify(&self.dir, &self.heads, self.public_key.as_deref())?;
        if self.json {
            tell!("{}", serde_json::to_string_pretty(&checked).map_err(std::io::Error::other)?);
        } else {
            print(&checked);
        }
        Ok(if checked.holds() { DONE } else { REFUSED })
    }
}

fn print(checked: &Checked) {
    for sentence in checked.sentences() {
        tell!("{sentence}");
    }
    for fault in checked.faults.iter().take(SHOWN) {
        tell!("  {fault}");
    }
    if checked.fault_count > SHOWN {
        tell!("……只列出前 {SHOWN} 处（--json 列出更多）");
    }
}
