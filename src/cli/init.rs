//! `sunledger init`: a database and a book in it.

use super::{DONE, Desk};
use crate::app::book::NewBook;
use crate::app::{Bureau, Result};
use clap::Args;

pub const DEFAULT_NAME: &str = "扶贫资金账套";
pub const FIRST_YEAR: i64 = 2018;

#[derive(Debug, Args)]
pub struct Init {
    /// 账套名称
    #[arg(long, default_value = DEFAULT_NAME, value_name = "名称")]
    name: String,
    /// 启用年度
    #[arg(long, default_value_t = FIRST_YEAR, value_name = "年度", value_parser = clap::value_parser!(i64).range(1990..=2199))]
    first_year: i64,
}

impl Init {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let existed = Bureau::open(&desk.db, &desk.book).is_ok();
        let new = NewBook { code: &desk.book, name: &self.name, first_year: self.first_year, secret: None };
        let bureau = Bureau::open_or_create(&desk.db, &desk.context(), &new)?;
        let (code, name, year) = (&bureau.book.code, &bureau.book.name, bureau.book.first_year);
        let what = if existed { "已有账套，未作改动" } else { "已建账套" };
        tell!("{what}：{code}（{name}，启用年度 {year}）");
        Ok(DONE)
    }
}
