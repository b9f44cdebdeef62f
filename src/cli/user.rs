//! `sunledger user`: users, their roles and sessions. A password is read from standard input or a file, or drawn and shown once; it is
//! never an argument, where other programs and the shell's history would see it.

use super::output::Output;
use super::{DONE, Desk};
use crate::app::access::users::{Created, NewUser};
use crate::app::access::{grants, roles, sessions, users};
use crate::app::context::china_time;
use crate::app::{AppError, Result};
use clap::{Args, Subcommand};
use std::io::Read;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum UserVerb {
    /// 新建用户：给出首次口令，首次登录须更换
    Add(Add),
    /// 用户目录
    List {
        #[command(flatten)]
        output: Output,
    },
    /// 授予角色：全县，或指定的单位、区划
    Grant(Grant),
    /// 撤销用户的一个角色，立即生效
    Revoke(Revoke),
    /// 停用用户，立即结束其登录
    Disable(Why),
    /// 重新启用用户
    Enable(Why),
    /// 重置口令：给出新的首次口令，并停用动态验证码
    Reset {
        #[arg(value_name = "登录名")]
        login: String,
        #[command(flatten)]
        password: Password,
    },
    /// 角色和权限一览；--grants 为授权记录
    Roles {
        /// 列出授权记录，含已撤销的
        #[arg(long)]
        grants: bool,
        #[command(flatten)]
        output: Output,
    },
    /// 首任管理员：该管理员角色尚无人担任时，由命令行设立
    FirstAdmin {
        #[command(flatten)]
        add: Add,
        /// 角色：system_admin 系统管理员，security_admin 安全管理员，log_admin 审计管理员
        #[arg(long, value_name = "角色", default_value = "security_admin")]
        role: String,
    },
    /// 会话：谁在线，从何处登录
    Sessions {
        #[arg(value_name = "登录名")]
        login: Option<String>,
        /// 包括已结束的
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        output: Output,
    },
    /// 结束一个会话
    EndSession {
        #[arg(value_name = "会话")]
        session: i64,
        /// 理由
        #[arg(long, value_name = "文字", default_value = "")]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// 登录名：字母、数字或 . _ -
    #[arg(value_name = "登录名")]
    login: String,
    /// 姓名：同一人的几个用户须相同
    #[arg(value_name = "姓名")]
    name: String,
    #[command(flatten)]
    password: Password,
}

#[derive(Debug, Args)]
pub struct Password {
    /// 首次口令所在文件（第一行）；不写则自动生成
    #[arg(long, value_name = "文件", conflicts_with = "password_stdin")]
    password_file: Option<PathBuf>,
    /// 从标准输入读首次口令（第一行）
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
pub struct Grant {
    #[arg(value_name = "登录名")]
    login: String,
    /// 角色编码或名称，见 sunledger user roles
    #[arg(value_name = "角色")]
    role: String,
    /// 单位编码，可写多个
    #[arg(long = "unit", value_name = "单位")]
    units: Vec<String>,
    /// 区划编码，可写多个，含其下各村
    #[arg(long = "region", value_name = "区划")]
    regions: Vec<String>,
    /// 理由
    #[arg(long, value_name = "文字", default_value = "")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct Revoke {
    #[arg(value_name = "登录名")]
    login: String,
    #[arg(value_name = "角色")]
    role: String,
    /// 理由
    #[arg(long, value_name = "文字", default_value = "")]
    reason: String,
}

#[derive(Debug, Args)]
pub struct Why {
    #[arg(value_name = "登录名")]
    login: String,
    /// 理由
    #[arg(long, value_name = "文字", default_value = "")]
    reason: String,
}

impl Password {
    fn read(&self) -> Result<Option<String>> {
        let text = match &self.password_file {
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| AppError::Output(format!("读不了 {}：{error}（请检查路径和权限）", path.display())))?,
            None if self.password_stdin => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                text
            }
            None => return Ok(None),
        };
        Ok(Some(text.lines().next().unwrap_or_default().to_string()))
    }
}

impl UserVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let mut bureau = desk.open()?;
        match self {
            UserVerb::Add(verb) => {
                let password = verb.password.read()?;
                let new = NewUser { login: &verb.login, name: &verb.name, password: password.as_deref() };
                tell_secret("已新建用户", &users::create(&mut bureau, &ctx, &new)?);
            }
            UserVerb::FirstAdmin { add, role } => {
                let password = add.password.read()?;
                let new = NewUser { login: &add.login, name: &add.name, password: password.as_deref() };
                tell_secret("已设立首任管理员", &users::first_administrator(&mut bureau, &ctx, &new, role)?);
            }
            UserVerb::Reset { login, password } => {
                let password = password.read()?;
                tell_secret("已重置口令", &users::reset_password(&mut bureau, &ctx, login, password.as_deref())?);
            }
            UserVerb::List { output } => {
                let users = users::list(&mut bureau)?;
                return output.write(&[users::table(&users)], &users, ctx.today());
            }
            UserVerb::Roles { grants: true, output } => {
                let grants = grants::grants(&mut bureau, None, true)?;
                return output.write(&[grants::table(&grants)], &grants, ctx.today());
            }
            UserVerb::Roles { output, .. } => {
                let roles = roles::list(&mut bureau)?;
                return output.write(&[roles::table(&roles), roles::permissions_table(&roles)], &roles, ctx.today());
            }
            UserVerb::Sessions { login, all, output } => {
                let sessions = sessions::list(&mut bureau, &ctx, login.as_deref(), !all)?;
                return output.write(&[sessions::table(&sessions)], &sessions, ctx.today());
            }
            UserVerb::Grant(verb) => {
                let Grant { login, role, units, regions, reason } = verb;
                let grant = grants::grant(&mut bureau, &ctx, &grants::NewGrant { login, role, units, regions, reason })?;
                tell!("已授予“{login}”角色 {role}（授权 {grant}）");
            }
            UserVerb::Revoke(Revoke { login, role, reason }) => {
                for grant in grants::revoke_role(&mut bureau, &ctx, login, role, reason)? {
                    tell!("已撤销“{}”的 {}（授权 {}）", grant.login, grant.words(), grant.id);
                }
            }
            UserVerb::Disable(Why { login, reason }) => {
                users::disable(&mut bureau, &ctx, login, reason)?;
                tell!("已停用用户“{login}”，其登录已全部结束");
            }
            UserVerb::Enable(Why { login, reason }) => {
                users::enable(&mut bureau, &ctx, login, reason)?;
                tell!("已启用用户“{login}”");
            }
            UserVerb::EndSession { session, reason } => {
                sessions::end(&mut bureau, &ctx, *session, None, reason)?;
                tell!("已结束会话 {session}");
            }
        }
        Ok(DONE)
    }
}

fn tell_secret(what: &str, created: &Created) {
    tell!("{what}：{}（编号 {}）", created.login, created.user);
    if let Some(secret) = &created.secret {
        tell!("首次口令（只显示这一次，请当面交给本人）：{secret}");
    }
    tell!("首次口令在 {} 前有效，首次登录须更换", china_time(created.secret_ends));
}
