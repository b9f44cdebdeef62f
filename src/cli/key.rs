//! `sunledger key`: keys that sign exports, kept outside the database.

use super::DONE;
use crate::app::Result;
use crate::app::audit::keys;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// 生成一对签名密钥（Ed25519）
    New(New),
}

#[derive(Debug, Args)]
pub struct New {
    /// 私钥文件；公钥写在同名加 .pub 的文件
    #[arg(long, value_name = "文件")]
    out: PathBuf,
}

impl KeyVerb {
    pub fn run(&self) -> Result<u8> {
        let KeyVerb::New(new) = self;
        let made = keys::create(&new.out)?;
        tell!("私钥：{}（只有本人可读，请离开账簿单独保管，不要外传）", made.private.display());
        tell!("公钥：{}（可以公开，交给核验的人）", made.public.display());
        tell!("公钥编号：{}", made.signer);
        Ok(DONE)
    }
}
