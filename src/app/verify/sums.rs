//! Sums that the database keeps, computed again from the postings by one query each, both ways; places below zero; money that
//! changed its fund; and postings that belong to nothing.

use super::Check;
use super::chain::yuan;
use crate::app::Result;
use crate::app::ledger::dim_key;
use crate::params;
use crate::store::{Row, Tx};

const BALANCES: &str = "SELECT t.account, t.dim, CAST(SUM(t.d) AS BIGINT), CAST(SUM(t.c) AS BIGINT) FROM (
       SELECT account, dim, debit AS d, credit AS c FROM posting WHERE book = $1
       UNION ALL SELECT account, dim, -debit, -credit FROM balance WHERE book = $1) t
  GROUP BY t.account, t.dim HAVING SUM(t.d) <> 0 OR SUM(t.c) <> 0 ORDER BY t.account, t.dim";

const DAYS: &str = "SELECT t.account, t.dim, CAST(SUM(t.d) AS BIGINT), CAST(SUM(t.c) AS BIGINT), t.date, t.closing FROM (
       SELECT account, dim, date, closing, debit AS d, credit AS c FROM posting WHERE book = $1
       UNION ALL SELECT account, dim, date, closing, -debit, -credit FROM daily WHERE book = $1) t
  GROUP BY t.account, t.dim, t.date, t.closing HAVING SUM(t.d) <> 0 OR SUM(t.c) <> 0 ORDER BY t.account, t.dim, t.date, t.closing";

const GUARDS: &str = "SELECT b.account, b.dim, a.normal * a.guarded, b.sign, b.debit - b.credit FROM balance b
   JOIN account a ON a.book = b.book AND a.code = b.account
  WHERE b.book = $1 AND (b.sign <> a.normal * a.guarded OR a.normal * a.guarded * (b.debit - b.credit) < 0) ORDER BY b.account, b.dim";

const FUNDS: &str = "SELECT d.fund, CAST(SUM(b.debit - b.credit) AS BIGINT) FROM balance b
   JOIN account a ON a.book = b.book AND a.code = b.account AND a.grp = 'control'
   JOIN dim d ON d.book = b.book AND d.id = b.dim
  WHERE b.book = $1 GROUP BY d.fund HAVING SUM(b.debit - b.credit) <> 0 ORDER BY d.fund";

pub(super) fn balances(check: &mut Check<'_>, tx: &mut Tx<'_>) -> Result<()> {
    let book = check.book;
    for row in tx.query(BALANCES, params![book.id])? {
        let at = place(check, tx, &row)?;
        let message = format!("{at}：分录合计与余额表不符，借方差 {} 元，贷方差 {} 元", yuan(row.int(2)?.into()), yuan(row.int(3)?.into()));
        check.findings.book("balance", "余额表", message);
    }
    for row in tx.query(DAYS, params![book.id])? {
        let (at, day) = (place(check, tx, &row)?, row.int(4)?);
        let (debit, credit) = (yuan(row.int(2)?.into()), yuan(row.int(3)?.into()));
        check.findings.book("daily", "日合计表", format!("{at}，{day}：分录合计与日合计表不符，借方差 {debit} 元，贷方差 {credit} 元"));
    }
    for row in tx.query(GUARDS, params![book.id])? {
        let at = place(check, tx, &row)?;
        let what = if row.int(2)? == row.int(3)? { "余额低于零" } else { "余额表的保护方向被改" };
        check.findings.book("below_zero", "余额表", format!("{at}：{what}（借方减贷方 {} 元）", yuan(row.int(4)?.into())));
    }
    for row in tx.query(FUNDS, params![book.id])? {
        let fund = row.text(0)?;
        let message = format!("指标 {fund} 的来源与各处合计不等，差 {} 元", yuan(row.int(1)?.into()));
        check.findings.book("conservation", fund, message);
    }
    Ok(())
}

/// The words for the account and dimension set in a row's first two columns.
fn place(check: &Check<'_>, tx: &mut Tx<'_>, row: &Row) -> Result<String> {
    let (account, dim) = (row.int(0)?, row.int(1)?);
    let name = check.accounts.get(&account).map_or("不存在的科目", |facts| facts.name.as_str());
    let of =
        dim_key(tx, check.book, dim).map_or_else(|_| format!("辅助核算组合 {dim}"), |key| format!("指标 {} {}", key.fund, key.allocation));
    Ok(format!("{account} {name}，{}", of.trim_end()))
}

pub(super) fn orphans(check: &mut Check<'_>, tx: &mut Tx<'_>) -> Result<()> {
    let rows = tx.query(
        "SELECT DISTINCT p.voucher FROM posting p
          WHERE p.book = $1 AND NOT EXISTS (SELECT 1 FROM voucher v WHERE v.book = p.book AND v.seq = p.voucher) ORDER BY p.voucher",
        params![check.book.id],
    )?;
    for row in rows {
        check.findings.voucher("orphan", row.int(0)?, "", "有分录，没有凭证：凭证被删，或分录是硬塞进来的".into());
    }
    let rows = tx.query(
        "SELECT DISTINCT p.book FROM posting p WHERE NOT EXISTS (SELECT 1 FROM book b WHERE b.id = p.book) ORDER BY p.book",
        params![],
    )?;
    for row in rows {
        check.findings.book("orphan", "分录", format!("有分录挂在不存在的账套（编号 {}）下", row.int(0)?));
    }
    Ok(())
}
