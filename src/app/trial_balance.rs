//! 科目余额表 out of the books: opening balance of the year, what passed in the period and since the year began, and the
//! closing balance of every account of both groups, from daily totals, as known now or at an earlier moment.

use super::book::chart;
use super::known_at::{KnownAt, horizon, known_daily};
use super::progress::new_year;
use super::{AppError, Book, Bureau, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::ledger::{Account, Chart, Group};
use crate::domain::money::Fen;
use crate::domain::report::Table;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::trial_balance::{Sides, TrialBalance, TrialBalanceRow};
use crate::params;
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Query {
    /// First day of the period; it lies in the year of `to`.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    pub known_at: Option<KnownAt>,
    /// Leaves out the closing entries of the year (结转前余额).
    pub before_closing: bool,
}

/// Both groups of the chart, each balanced by itself.
#[derive(Debug, Clone, Serialize)]
pub struct TrialBalances {
    #[serde(serialize_with = "serialize_day")]
    pub from: NaiveDate,
    #[serde(serialize_with = "serialize_day")]
    pub to: NaiveDate,
    pub known_at: Option<String>,
    pub before_closing: bool,
    /// 指标账
    pub control: TrialBalance,
    /// 资金账
    pub statutory: TrialBalance,
    #[serde(skip)]
    book_name: String,
}

impl TrialBalances {
    /// One sheet for each group, or for the one wanted.
    pub fn tables(&self, wanted: Option<Group>) -> Vec<Table> {
        [(Group::Control, &self.control), (Group::Statutory, &self.statutory)]
            .into_iter()
            .filter(|(group, _)| wanted.is_none_or(|wanted| wanted == *group))
            .map(|(group, balance)| {
                let mut table = balance.table(&self.subtitle());
                table.name = format!("trial_balance_{}", group.code());
                table.title = format!("科目余额表（{}）", group.title());
                table
            })
            .collect()
    }

    fn subtitle(&self) -> String {
        let mut text = format!("{}　{} 至 {}", self.book_name, self.from, self.to);
        if self.before_closing {
            text.push_str("（年终结转前）");
        }
        if let Some(known_at) = &self.known_at {
            text.push_str(&format!("（按{known_at}已入账记录）"));
        }
        text
    }
}

/// The trial balance of a period within one year. Errors: the period runs backwards or over a year's end.
pub fn trial_balance(bureau: &mut Bureau, query: &Query) -> Result<TrialBalances> {
    if query.from > query.to || query.from.year() != query.to.year() {
        return AppError::refuse("period", format!("期间 {} 至 {} 无效", query.from, query.to), "起止日期须在同一年度，且起不晚于止");
    }
    bureau.read(|tx, book| {
        let chart = chart(tx, book)?;
        let sums = add_to_parents(&chart, leaves(tx, book, query)?)?;
        Ok(TrialBalances {
            from: query.from,
            to: query.to,
            known_at: query.known_at.map(KnownAt::label),
            before_closing: query.before_closing,
            control: of_group(&chart, &sums, Group::Control)?,
            statutory: of_group(&chart, &sums, Group::Statutory)?,
            book_name: book.name.clone(),
        })
    })
}

/// Figures of the accounts that lines are written to.
fn leaves(tx: &mut Tx<'_>, book: &Book, query: &Query) -> Result<BTreeMap<i64, Sides>> {
    let horizon = horizon(tx, book, query.known_at)?;
    let without_closing = if query.before_closing { "WHERE NOT (x.closing = 1 AND x.date >= $4)" } else { "" };
    let sql = format!(
        "SELECT x.account,
                CAST(SUM(CASE WHEN x.date < $4 THEN x.debit - x.credit ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN x.date >= $5 THEN x.debit ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN x.date >= $5 THEN x.credit ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN x.date >= $4 THEN x.debit ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN x.date >= $4 THEN x.credit ELSE 0 END) AS BIGINT),
                CAST(SUM(x.debit - x.credit) AS BIGINT)
           FROM {} {without_closing} GROUP BY x.account ORDER BY x.account",
        known_daily(horizon, &[])
    );
    let values = params![book.id, date_to_int(query.to), horizon.unwrap_or(0), new_year(query.to), date_to_int(query.from)];
    let mut sums = BTreeMap::new();
    for row in tx.query(&sql, values)? {
        let (opening_debit, opening_credit) = sides(row.int(1)?);
        let (closing_debit, closing_credit) = sides(row.int(6)?);
        let figures = Sides {
            opening_debit,
            opening_credit,
            period_debit: Fen::new(row.int(2)?),
            period_credit: Fen::new(row.int(3)?),
            cumulative_debit: Fen::new(row.int(4)?),
            cumulative_credit: Fen::new(row.int(5)?),
            closing_debit,
            closing_credit,
        };
        if figures != Sides::default() {
            sums.insert(row.int(0)?, figures);
        }
    }
    Ok(sums)
}

/// A net balance on the side where it stands.
pub(crate) fn sides(net: i64) -> (Fen, Fen) {
    if net >= 0 { (Fen::new(net), Fen::ZERO) } else { (Fen::ZERO, Fen::new(-net)) }
}

/// A parent account repeats the sum of its children.
fn add_to_parents(chart: &Chart, leaves: BTreeMap<i64, Sides>) -> Result<BTreeMap<i64, Sides>> {
    let mut sums = leaves.clone();
    for (code, figures) in leaves {
        let mut at = chart.get(code).and_then(|account| account.parent);
        while let Some(parent) = at {
            let sum = sums.entry(parent).or_default();
            let Some(more) = sum.plus(&figures) else { return too_large() };
            *sum = more;
            at = chart.get(parent).and_then(|account| account.parent);
        }
    }
    Ok(sums)
}

fn of_group(chart: &Chart, sums: &BTreeMap<i64, Sides>, group: Group) -> Result<TrialBalance> {
    let rows = chart.accounts().filter(|account| account.group == group).filter_map(|account| {
        let sums = *sums.get(&account.code)?;
        Some(TrialBalanceRow { code: account.code.to_string(), name: account.name.clone(), level: level(chart, account), sums })
    });
    TrialBalance::build(rows.collect()).or_else(|_| too_large())
}

fn level(chart: &Chart, account: &Account) -> u32 {
    let mut level = 1;
    let mut at = account.parent;
    while let Some(parent) = at.and_then(|code| chart.get(code)) {
        level += 1;
        at = parent.parent;
    }
    level
}

fn too_large<T>() -> Result<T> {
    AppError::refuse("overflow", "科目余额表合计超出金额范围", "请核对账套中的金额")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::app::close::close_year;
    use crate::app::sample::{Sample, day, wan};

    fn ask(s: &mut Sample, from: i64, to: i64, before_closing: bool) -> TrialBalances {
        trial_balance(&mut s.bureau, &Query { from: day(from), to: day(to), known_at: None, before_closing }).unwrap()
    }

    fn row(balance: &TrialBalance, code: &str) -> Sides {
        balance.rows.iter().find(|row| row.code == code).map(|row| row.sums).unwrap_or_default()
    }

    #[test]
    fn both_groups_balance_and_parents_repeat_their_children() {
        let mut s = Sample::year();
        let march = ask(&mut s, 20180301, 20180331, false);
        assert!(march.control.balanced && march.statutory.balanced);
        // 国库存款: 1200 in before March, 300 sent and 20 back in March.
        let treasury = row(&march.statutory, "1001");
        assert_eq!((treasury.period_debit, treasury.period_credit), (wan(20), wan(300)));
        assert_eq!((treasury.cumulative_debit, treasury.closing_debit), (wan(1220), wan(920)));
        assert_eq!(row(&march.control, "9205"), row(&march.control, "920501"));
        let year = ask(&mut s, 20181201, 20181231, false);
        assert_eq!(row(&year.control, "9205").closing_debit, wan(420));
        let levels: Vec<u32> = year.control.rows.iter().filter(|r| r.code.starts_with("9205")).map(|r| r.level).collect();
        assert_eq!(levels, [1, 2, 2]);
    }

    #[test]
    fn after_the_years_close_the_old_balances_open_the_new_year() {
        let mut s = Sample::year();
        close_year(&mut s.bureau, &Sample::context(20190110), 2018).unwrap();
        assert_eq!(row(&ask(&mut s, 20181201, 20181231, true).control, "9205").closing_debit, wan(420));
        let closed = ask(&mut s, 20181201, 20181231, false);
        assert_eq!(row(&closed.control, "9205").closing_debit, Fen::ZERO);
        assert!(closed.control.balanced && closed.statutory.balanced);
        let january = ask(&mut s, 20190101, 20190131, false);
        assert_eq!(row(&january.control, "9103").opening_credit, wan(780));
        assert_eq!(january.control.total.opening_debit, wan(780));
        let backwards = Query { from: day(20190101), to: day(20181231), known_at: None, before_closing: false };
        assert_eq!(trial_balance(&mut s.bureau, &backwards).unwrap_err().code(), Some("period"));
    }
}
