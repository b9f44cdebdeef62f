//! Returned payments of the year by batch. Counts and amounts of returns come from the vouchers that booked them; what became
//! of the lines comes from the exits, which are as few as the returns: payment lines at large are not read.

use crate::app::progress::new_year;
use crate::app::{AppError, Book, Result};
use crate::domain::brief::ReturnedLine;
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::HashMap;

/// Lines of one batch that are no longer open.
#[derive(Default)]
struct Exits {
    reissued_count: i64,
    reissued: i64,
    count: i64,
    amount: i64,
}

/// Batches with payments returned in the year up to the day, in order of unit and batch.
pub(super) fn lines(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, horizon: Option<i64>) -> Result<Vec<ReturnedLine>> {
    let mut exits = exits(tx, book, as_of, horizon)?;
    let rows = tx.query(
        "SELECT v.reference, COALESCE(u.name, b.unit), CAST(SUM(v.details) AS BIGINT),
                CAST(SUM((SELECT SUM(p.debit) FROM posting p
                    JOIN account a ON a.book = p.book AND a.code = p.account AND a.role = 'returned'
                   WHERE p.book = v.book AND p.voucher = v.seq)) AS BIGINT)
           FROM voucher v
           JOIN batch b ON b.book = v.book AND b.code = v.reference
           LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit
          WHERE v.book = $1 AND v.event = 'return' AND v.date >= $2 AND v.date <= $3 AND v.seq <= $4
          GROUP BY v.reference, COALESCE(u.name, b.unit), b.unit
          ORDER BY b.unit, v.reference",
        params![book.id, new_year(as_of), date_to_int(as_of), horizon.unwrap_or(i64::MAX)],
    )?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let (batch, count, amount) = (row.string(0)?, row.int(2)?, row.int(3)?);
        let left = exits.remove(&batch).unwrap_or_default();
        lines.push(ReturnedLine {
            unit: row.string(1)?,
            batch,
            count: number(count)?,
            amount: Fen::new(amount),
            reissued_count: number(left.reissued_count)?,
            reissued: Fen::new(left.reissued),
            outstanding_count: number(count - left.count)?,
            outstanding: Fen::new(amount - left.amount),
        });
    }
    Ok(lines)
}

fn number(count: i64) -> Result<u32> {
    u32::try_from(count).or_else(|_| AppError::refuse("returns", format!("退票笔数 {count} 无效"), "请运行 ⟦verify.run⟧ 核对账套"))
}

/// What became, by the day, of lines returned in the year, by batch.
fn exits(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, horizon: Option<i64>) -> Result<HashMap<String, Exits>> {
    // CROSS JOIN keeps SQLite on the exits first, which are few; the results are as many as the payments.
    let rows = tx.query(
        "SELECT b.code, CASE WHEN x.into_batch IS NULL THEN 0 ELSE 1 END, COUNT(*), CAST(SUM(p.amount) AS BIGINT)
           FROM payment_exit x CROSS JOIN payment_result r
           JOIN voucher left_by ON left_by.book = x.book AND left_by.seq = x.voucher
           JOIN voucher came_by ON came_by.book = r.book AND came_by.seq = r.voucher
           JOIN payment p ON p.book = x.book AND p.batch = x.batch AND p.line = x.line
           JOIN batch b ON b.book = x.book AND b.id = x.batch
          WHERE x.book = $1 AND r.book = x.book AND r.batch = x.batch AND r.line = x.line AND came_by.date >= $2 AND left_by.date <= $3 AND came_by.date <= $3
            AND left_by.seq <= $4 AND came_by.seq <= $4
          GROUP BY b.code, CASE WHEN x.into_batch IS NULL THEN 0 ELSE 1 END",
        params![book.id, new_year(as_of), date_to_int(as_of), horizon.unwrap_or(i64::MAX)],
    )?;
    let mut exits: HashMap<String, Exits> = HashMap::new();
    for row in rows {
        let of = exits.entry(row.string(0)?).or_default();
        let (count, amount) = (row.int(2)?, row.int(3)?);
        if row.int(1)? == 1 {
            of.reissued_count += count;
            of.reissued += amount;
        }
        of.count += count;
        of.amount += amount;
    }
    Ok(exits)
}
