//! 明细账: the postings of one account in order of date, each with its voucher and the balance after it. A parent account
//! shows the postings of all accounts beneath it.

use super::book::chart;
use super::known_at::{KnownAt, horizon, known_daily};
use super::ledger::voucher_label;
use super::{AppError, Bureau, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::ledger::Chart;
use crate::domain::money::Fen;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use chrono::NaiveDate;
use serde::Serialize;

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    #[serde(serialize_with = "serialize_day")]
    pub date: NaiveDate,
    pub seq: i64,
    /// 凭证号
    pub voucher: String,
    pub summary: String,
    /// Fund and, where allocated, unit, project and programme.
    pub dimension: String,
    pub debit: Fen,
    pub credit: Fen,
    /// Debit minus credit after this line.
    pub balance: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountLedger {
    pub account: i64,
    pub name: String,
    #[serde(serialize_with = "serialize_day")]
    pub from: NaiveDate,
    #[serde(serialize_with = "serialize_day")]
    pub to: NaiveDate,
    pub known_at: Option<String>,
    /// Debit minus credit before the first day.
    pub opening: Fen,
    pub entries: Vec<Entry>,
    pub debit: Fen,
    pub credit: Fen,
    pub closing: Fen,
}

/// The ledger of an account over some days. Errors: no such account; the days run backwards.
pub fn account_ledger(
    bureau: &mut Bureau,
    account: i64,
    from: NaiveDate,
    to: NaiveDate,
    known_at: Option<KnownAt>,
) -> Result<AccountLedger> {
    if from > to {
        return AppError::refuse("period", format!("期间 {from} 至 {to} 无效"), "起始日期不得晚于截止日期");
    }
    bureau.read(|tx, book| {
        let chart = chart(tx, book)?;
        let Some(found) = chart.get(account) else {
            return AppError::refuse("no_account", format!("科目表中没有科目 {account}"), "请用 ⟦trial_balance.show⟧ 查看科目编码");
        };
        let codes = beneath(&chart, account);
        let last = horizon(tx, book, known_at)?;
        let before = from.pred_opt().unwrap_or(from);
        let sql = format!("SELECT CAST(COALESCE(SUM(x.debit - x.credit), 0) AS BIGINT) FROM {}", known_daily(last, &codes));
        let mut balance = tx.one(&sql, params![book.id, date_to_int(before), last.unwrap_or(0)])?.int(0)?;
        let mut ledger = AccountLedger {
            account,
            name: found.name.clone(),
            from,
            to,
            known_at: known_at.map(KnownAt::label),
            opening: Fen::new(balance),
            entries: Vec::new(),
            debit: Fen::ZERO,
            credit: Fen::ZERO,
            closing: Fen::ZERO,
        };
        let (mut debits, mut credits) = (0_i64, 0_i64);
        let values = params![book.id, date_to_int(from), date_to_int(to), last.unwrap_or(i64::MAX)];
        tx.for_each(&entries_sql(&codes), values, |row| {
            let (debit, credit) = (row.int(6)?, row.int(7)?);
            let sums = (balance.checked_add(debit - credit), debits.checked_add(debit), credits.checked_add(credit));
            let (Some(after), Some(all_debits), Some(all_credits)) = sums else {
                return Err(crate::store::StoreError::Schema("明细账合计超出金额范围".into()));
            };
            (balance, debits, credits) = (after, all_debits, all_credits);
            ledger.entries.push(Entry {
                date: date_from_int(row.int(0)?).unwrap_or(from),
                seq: row.int(1)?,
                voucher: voucher_label(row.int(2)?, row.int(3)?, row.int(4)?),
                summary: row.string(5)?,
                dimension: row.string(8)?,
                debit: Fen::new(debit),
                credit: Fen::new(credit),
                balance: Fen::new(balance),
            });
            Ok(())
        })?;
        (ledger.debit, ledger.credit, ledger.closing) = (Fen::new(debits), Fen::new(credits), Fen::new(balance));
        Ok(ledger)
    })
}

/// $1 book, $2 first day, $3 last day, $4 last voucher.
fn entries_sql(codes: &[i64]) -> String {
    let codes: Vec<String> = codes.iter().map(i64::to_string).collect();
    format!(
        "SELECT v.date, v.seq, v.year, v.month, v.number, v.summary, p.debit, p.credit, {DIMENSION}
           FROM posting p
           JOIN voucher v ON v.book = p.book AND v.seq = p.voucher
           JOIN dim d ON d.book = p.book AND d.id = p.dim
           LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
           LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
          WHERE p.book = $1 AND p.account IN ({}) AND p.date >= $2 AND p.date <= $3 AND p.voucher <= $4
          ORDER BY v.date, v.seq, p.line",
        codes.join(", ")
    )
}

/// A dimension set in words: fund, unit, project or programme. Over `dim d`, `allocation a` and `unit u`.
pub(crate) const DIMENSION: &str = "d.fund || CASE WHEN a.id IS NULL THEN '' ELSE ' ' || COALESCE(u.name, a.unit) END
    || CASE WHEN COALESCE(a.project, '') = '' THEN '' ELSE ' ' || a.project END
    || CASE WHEN COALESCE(a.program, '') = '' THEN '' ELSE ' ' || a.program END";

/// The leaves of an account, itself if it is one.
fn beneath(chart: &Chart, account: i64) -> Vec<i64> {
    let inside = |code: i64| {
        let mut at = Some(code);
        while let Some(here) = at {
            if here == account {
                return true;
            }
            at = chart.get(here).and_then(|found| found.parent);
        }
        false
    };
    let mut codes: Vec<i64> = chart.accounts().filter(|a| a.leaf && inside(a.code)).map(|a| a.code).collect();
    if codes.is_empty() {
        codes.push(account); // a parent without leaves: an empty list would mean all accounts
    }
    codes
}

impl AccountLedger {
    pub fn table(&self) -> Table {
        let title = format!("明细账　{} {}", self.account, self.name);
        let mut table = Table::new("ledger", title)
            .subtitle(format!("{} 至 {}　　单位：元", self.from, self.to))
            .column("date", "日期", Kind::Date)
            .column("voucher", "凭证号", Kind::Text)
            .column("summary", "摘要", Kind::Text)
            .column("dimension", "辅助核算", Kind::Text)
            .column("debit", "借方", Kind::Money)
            .column("credit", "贷方", Kind::Money)
            .column("side", "方向", Kind::Text)
            .column("balance", "余额", Kind::Money);
        let (none, side) = (Cell::text(""), |net: Fen| {
            Cell::text(if net.is_zero() {
                "平"
            } else if net.is_negative() {
                "贷"
            } else {
                "借"
            })
        });
        let amount = |net: Fen| Cell::Fen(Fen::new(net.get().abs()));
        let opening = Cell::text("期初余额");
        table.push(vec![
            Cell::Date(self.from),
            none.clone(),
            opening,
            none.clone(),
            Cell::Fen(Fen::ZERO),
            Cell::Fen(Fen::ZERO),
            side(self.opening),
            amount(self.opening),
        ]);
        for entry in &self.entries {
            table.push(vec![
                Cell::Date(entry.date),
                Cell::text(&entry.voucher),
                Cell::text(&entry.summary),
                Cell::text(&entry.dimension),
                entry.debit.into(),
                entry.credit.into(),
                side(entry.balance),
                amount(entry.balance),
            ]);
        }
        table.push_total(vec![
            Cell::Date(self.to),
            none.clone(),
            Cell::text("本期合计"),
            none,
            self.debit.into(),
            self.credit.into(),
            side(self.closing),
            amount(self.closing),
        ]);
        table
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::app::sample::{Sample, day, wan};

    #[test]
    fn the_balance_runs_from_the_opening() {
        let mut s = Sample::year();
        let ledger = account_ledger(&mut s.bureau, 9205, day(20180401), day(20180831), None).unwrap();
        assert_eq!((ledger.opening, ledger.closing), (wan(280), wan(420)));
        let balances: Vec<Fen> = ledger.entries.iter().map(|entry| entry.balance).collect();
        assert_eq!(balances, [430, 420].map(wan));
        assert_eq!(ledger.entries[0].voucher, "记-2018-05-0001");
        assert_eq!(ledger.entries[0].dimension, "A号 交通局 J1");
        assert_eq!(ledger.table().rows.len(), 4);
        let known = account_ledger(&mut s.bureau, 9205, day(20180401), day(20180831), Some(KnownAt::Seq(11))).unwrap();
        assert_eq!((known.entries.len(), known.closing), (1, wan(430)));
        assert_eq!(account_ledger(&mut s.bureau, 1, day(20180401), day(20180831), None).unwrap_err().code(), Some("no_account"));
    }
}
