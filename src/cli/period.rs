//! `sunledger period close|reopen 2018-09` and `sunledger year close 2018`.

use super::{DONE, Desk, day};
use crate::app::{Result, close};
use crate::domain::money::Fen;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum PeriodVerb {
    /// 月末结账
    Close {
        /// 月份，如 2018-09
        #[arg(value_name = "月份", value_parser = day::month)]
        month: (i64, i64),
    },
    /// 反结账，理由留痕
    Reopen {
        /// 月份，如 2018-09
        #[arg(value_name = "月份", value_parser = day::month)]
        month: (i64, i64),
        /// 理由
        #[arg(long, value_name = "理由")]
        reason: String,
    },
}

impl PeriodVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let ctx = desk.context();
        let ((year, month), changed, what, before) = match self {
            PeriodVerb::Close { month } => (*month, close::close_period(&mut bureau, &ctx, month.0, month.1)?, "已结账", "此前已经结账"),
            PeriodVerb::Reopen { month, reason } => {
                let changed = close::reopen_period(&mut bureau, &ctx, month.0, month.1, reason)?;
                (*month, changed, "已重新打开，理由已留痕", "本来就没有结账")
            }
        };
        if changed {
            tell!("{year} 年 {month} 月{what}");
        } else {
            tell!("{year} 年 {month} 月没有变化：{before}");
        }
        Ok(DONE)
    }
}

#[derive(Debug, Subcommand)]
pub enum YearVerb {
    /// 年终结账：收回超期存量资金，其余结转下年
    Close {
        #[arg(value_name = "年度", value_parser = clap::value_parser!(i64).range(1990..=2199))]
        year: i64,
    },
}

impl YearVerb {
    pub fn run(&self, desk: &Desk) -> Result<u8> {
        let mut bureau = desk.open()?;
        let YearVerb::Close { year } = self;
        let done = close::close_year(&mut bureau, &desk.context(), *year)?;
        let y = &done.result;
        let again = if done.repeated { "（此前已办理，未重复）" } else { "" };
        tell!(
            "{year} 年度已年终结账{again}：结转下年 {} 元，收回 {} 元",
            Fen::new(y.carried).yuan_grouped(),
            Fen::new(y.reclaimed).yuan_grouped()
        );
        for fund in &y.reclaimed_funds {
            tell!("  收回：{fund}");
        }
        for voucher in &y.vouchers {
            tell!("  凭证：{}", voucher.label());
        }
        Ok(DONE)
    }
}
