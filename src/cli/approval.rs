//! `inbox`, `proposal list|show|sign|return`: work that waits, at the bureau's own desk: whoever may run the command line has all
//! permissions and the county's scope, under the name given by --actor. That the maker does not sign holds here, too.

use super::output::Output;
use super::{DONE, Desk, REFUSED};
use crate::app::workflow::proposals::{self, Filter};
use crate::app::workflow::{inbox, inbox_table, list_table, show_tables, steps};
use crate::app::{AppError, Bureau, Result};
use crate::config::{beside, uploads_in};
use crate::domain::access::Principal;
use crate::service::call::Unwatched;
use crate::service::review::{self, At};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// 待办事项：等待 --actor 办理的签批、退回、送银行、退票、公示、投诉、线索等
#[derive(Debug, Args)]
pub struct Inbox {
    #[command(flatten)]
    output: Output,
}

impl Inbox {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let ctx = desk.context();
        let items = inbox::list(&mut desk.open()?, &ctx, &Principal::at_desk(&desk.actor))?;
        self.output.write(&[inbox_table(&items)], &items, ctx.today())
    }
}

#[derive(Debug, Subcommand)]
pub enum ProposalVerb {
    /// 送审件目录，新的在前
    List(List),
    /// 一件送审件：内容、所需层级、办理过程
    Show(Show),
    /// 签批；最后一级签批后随即办理
    Sign(Sign),
    /// 退回编制人更正
    Return(Return),
}

#[derive(Debug, Args)]
pub struct List {
    /// 包括已办理和已撤回的
    #[arg(long)]
    all: bool,
    /// 最多列出几件
    #[arg(long, default_value_t = 100, value_name = "件数", value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Show {
    /// 送审件编号
    #[arg(value_name = "编号")]
    id: i64,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Args)]
pub struct Sign {
    /// 送审件编号
    #[arg(value_name = "编号", required = true)]
    ids: Vec<i64>,
    /// 签批意见
    #[arg(long, value_name = "意见", default_value = "")]
    note: String,
    /// 送审文件所在目录，默认在账簿旁
    #[arg(long, value_name = "目录")]
    files: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Return {
    /// 送审件编号
    #[arg(value_name = "编号")]
    id: i64,
    /// 需要更正什么
    #[arg(long, value_name = "理由")]
    reason: String,
}

impl ProposalVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let (mut bureau, ctx, who) = (desk.open()?, desk.context(), Principal::at_desk(&desk.actor));
        match self {
            ProposalVerb::List(verb) => {
                let filter = Filter { all: verb.all, own: false, before: 0, limit: verb.limit };
                let found = proposals::list(&mut bureau, &ctx, &who, &filter)?;
                verb.output.write(&[list_table(&found)], &found, ctx.today())
            }
            ProposalVerb::Show(verb) => {
                let (proposal, needed) = proposals::show(&mut bureau, &ctx, &who, verb.id)?;
                verb.output.write(&show_tables(&proposal, &needed), &proposal, ctx.today())
            }
            ProposalVerb::Return(verb) => {
                let title = steps::send_back(&mut bureau, &ctx, &who, verb.id, &verb.reason)?;
                tell!("送审件 {}（{title}）已退回编制人", verb.id);
                Ok(DONE)
            }
            ProposalVerb::Sign(verb) => {
                let files = verb.files.clone().unwrap_or_else(|| uploads_in(&beside(&desk.db)));
                let scratch = files.join(format!("scratch-{}", std::process::id()));
                let at = At { who: &who, ctx: &ctx, watch: &Unwatched, scratch: &scratch, files: &files };
                let outcome = verb.sign(&mut bureau, &at);
                if scratch.exists() {
                    std::fs::remove_dir_all(&scratch)?;
                }
                outcome
            }
        }
    }
}

impl Sign {
    /// Each by itself: what one meets does not stop the others.
    fn sign(&self, bureau: &mut Bureau, at: &At<'_>) -> Result<u8> {
        let mut code = DONE;
        for id in &self.ids {
            match review::sign(bureau, at, *id, &self.note) {
                Ok(signed) if signed.failed.is_empty() => {
                    tell!("{}", signed.say());
                    if let Some(said) = signed.say_secret() {
                        tell!("{said}");
                    }
                }
                Ok(signed) => {
                    complain!("{}\n{}", signed.say(), AppError::Refused(signed.failed.clone()));
                    code = REFUSED;
                }
                Err(AppError::Refused(refusals)) => {
                    complain!("{}", AppError::Refused(refusals));
                    code = REFUSED;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(code)
    }
}
