//! `sunledger serve`: the service and its pages.

use super::{DONE, Desk};
use crate::api::{observe, server};
use crate::app::{AppError, Refusal, Result};
use crate::config::RawConfig;
use clap::Args;
use std::path::PathBuf;

/// 启动服务：网页和接口
#[derive(Debug, Args)]
pub struct Serve {
    /// 监听地址
    #[arg(long, value_name = "地址:端口", env = "SUNLEDGER_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    /// 上传、结果和令牌密钥放在这个目录，默认在账簿旁边
    #[arg(long, value_name = "目录", env = "SUNLEDGER_DATA")]
    data: Option<PathBuf>,
    /// 数据密钥文件（加密动态验证码），默认为数据目录中的 keys/data.key，没有则生成；请另行备份，丢失后须重新启用动态验证码
    #[arg(long, value_name = "文件", env = "SUNLEDGER_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// 用户经 https 访问（由代理终止 TLS）：Cookie 只经加密连接发送
    #[arg(long)]
    https: bool,
    /// 可信的反向代理的 IP 地址，可以有多个
    #[arg(long = "proxy", value_name = "IP")]
    proxies: Vec<String>,
    /// 工作线程数，默认与处理器数相同
    #[arg(long, value_name = "个数")]
    workers: Option<usize>,
    /// 每个客户端每秒最多多少个请求
    #[arg(long, value_name = "次数", default_value_t = 200)]
    rate: u32,
}

impl Serve {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        self.serve(&desk.db, &desk.book)
    }

    /// Serves a book until it is told to stop.
    pub fn serve(&self, db: &str, book: &str) -> Result<u8> {
        observe::log_to_stderr();
        let raw = RawConfig {
            db: db.to_string(),
            book: book.to_string(),
            listen: self.listen.clone(),
            data: self.data.clone(),
            key_file: self.key_file.clone(),
            https: self.https,
            proxies: self.proxies.clone(),
            workers: self.workers,
            rate: Some(self.rate),
        };
        let refusals = |problems: Vec<String>| problems.into_iter().map(|what| Refusal::new("config", what, "")).collect();
        let config = raw.check().map_err(|problems| AppError::Refused(refusals(problems)))?;
        server::run(config, |address, _| {
            tell!("阳光账已启动：http://{address}/（接口说明 http://{address}/api/docs/）。按 Ctrl-C 停止。");
        })?;
        tell!("已停止。");
        Ok(DONE)
    }
}
