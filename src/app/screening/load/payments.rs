//! Batches and their lines. Lines and the bank's answers stand in the same order of keys, so they are read side by side.

use super::Scope;
use super::index::{IdIndex, PeopleIndex};
use super::people::{int_or, values};
use crate::app::projects::recorded;
use crate::app::{Book, Result};
use crate::domain::screening::facts::{Batch, LineState, Payment, ranges_by};
use crate::domain::screening::{Facts, NONE};
use crate::params;
use crate::store::{Tx, Value};
use foldhash::HashMap;

pub fn load(tx: &mut Tx<'_>, book: &Book, scope: Scope, index: &PeopleIndex, facts: &mut Facts) -> Result<()> {
    let (ids, within) = batches(tx, book, scope, facts)?;
    lines(tx, book, scope, index, &ids, &within, facts)?;
    answers(tx, book, scope, &ids, &within, facts)?;
    exits(tx, book, scope, &ids, &within, facts)?;
    refunds(tx, book, &ids, facts)?;
    let batches = &facts.batches;
    facts.payments.sort_unstable_by_key(|p| {
        let batch = &batches[p.batch as usize];
        (p.person, batch.first, batch.last, p.batch, p.line)
    });
    facts.payment_ranges = ranges_by(facts.people.len(), facts.payments.iter().map(|p| p.person));
    Ok(())
}

/// Batches made by the day that were not cancelled. Returns them by id, and SQL that tells those (`b`) whose lines are read:
/// all of them; of a batch in question, those that may touch it, which overlap its period, or belong to the same programme
/// where that pays once and never again.
fn batches(tx: &mut Tx<'_>, book: &Book, scope: Scope, facts: &mut Facts) -> Result<(IdIndex, String)> {
    let mut within = String::new();
    if let Scope::Batch(id) = scope {
        let row = tx.one(
            "SELECT b.period_first, b.period_last, (SELECT COUNT(*) FROM program g WHERE g.book = b.book AND g.code = b.program
                AND g.measure IN ('次', '平方米')) FROM batch b WHERE b.book = $1 AND b.id = $2",
            params![book.id, id],
        )?;
        let (first, last) = (row.int(0)?, row.int(1)?);
        let once = if row.int(2)? > 0 { "OR b.program = (SELECT z.program FROM batch z WHERE z.book = $1 AND z.id = $2)" } else { "" };
        within = format!("(b.id = $2 OR (b.period_first <= {last} AND b.period_last >= {first}) {once})");
    }
    let sql = "SELECT b.id, b.code, b.unit, b.program, b.allocation, b.period_first, b.period_last, b.made, b.notice_from, b.notice_to,
                b.reissue_of, b.maker, b.file,
                (SELECT s.date FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'approved'),
                (SELECT s.date FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'sent'),
                (SELECT s.voucher FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'reserved')
           FROM batch b WHERE b.book = $1 AND b.made <= $2
            AND NOT EXISTS (SELECT 1 FROM batch_stage x WHERE x.book = b.book AND x.batch = b.id AND x.stage = 'cancelled')
          ORDER BY b.id";
    let mut originals = Vec::new();
    for row in tx.query(sql, params![book.id, facts.as_of])? {
        originals.push(row.opt_int(10)?);
        facts.batches.push(Batch {
            id: row.int(0)?,
            code: row.string(1)?,
            unit: row.string(2)?,
            program: row.string(3)?,
            allocation: row.string(4)?,
            first: row.int(5)?,
            last: row.int(6)?,
            made: row.int(7)?,
            notice_from: row.opt_int(8)?.unwrap_or(0),
            notice_to: row.opt_int(9)?.unwrap_or(0),
            reissue_of: NONE,
            maker: row.string(11)?,
            file: row.opt_int(12)?,
            approved: row.opt_int(13)?.unwrap_or(0),
            sent: row.opt_int(14)?.unwrap_or(0),
            voucher: row.opt_int(15)?.unwrap_or(0),
        });
    }
    let published = recorded::batch_notices(tx, book)?;
    for batch in facts.batches.iter_mut().filter(|batch| batch.notice_from == 0) {
        (batch.notice_from, batch.notice_to) = published.get(&batch.id).copied().unwrap_or_default();
    }
    let ids = IdIndex::new(facts.batches.iter().map(|batch| batch.id));
    for (batch, original) in facts.batches.iter_mut().zip(originals) {
        batch.reissue_of = original.and_then(|id| ids.get(id)).unwrap_or(NONE);
    }
    Ok((ids, within))
}

/// A query over lines in the order of their key: all of them; of a batch in question, those of the batches that may touch it,
/// and all lines of people who have an account in common with one of its payees.
fn in_order(scope: Scope, columns: &str, table: &str, within: &str) -> String {
    match scope {
        Scope::Book => format!("SELECT {columns} FROM {table} p WHERE p.book = $1 ORDER BY p.batch, p.line"),
        Scope::Batch(_) => format!(
            "SELECT {columns} FROM {table} p WHERE p.book = $1 AND p.batch IN (SELECT b.id FROM batch b WHERE b.book = $1 AND {within})
              UNION SELECT {columns} FROM (SELECT DISTINCT o.batch, o.line FROM payment y
                      JOIN card c ON c.book = y.book AND c.id = y.card
                      JOIN card d ON d.book = c.book AND d.account = c.account AND d.id_no <> c.id_no
                      JOIN person q ON q.book = d.book AND q.id_no = d.id_no
                      JOIN payment o ON o.book = q.book AND o.person = q.id
                     WHERE y.book = $1 AND y.batch = $2) s
                JOIN {table} p ON p.book = $1 AND p.batch = s.batch AND p.line = s.line
              ORDER BY 1, 2"
        ),
    }
}

#[allow(clippy::too_many_arguments)] // the parts of one reading
fn lines(tx: &mut Tx<'_>, book: &Book, scope: Scope, index: &PeopleIndex, ids: &IdIndex, within: &str, facts: &mut Facts) -> Result<()> {
    let columns = "p.batch, p.line, p.person, p.household, p.card, p.quantity, p.rate, p.amount, p.file_row";
    let payments = &mut facts.payments;
    tx.scan(&in_order(scope, columns, "payment", within), &values(book, scope), |row| {
        let (Some(batch), Some(person)) = (ids.get(row[0].int()?), index.by_id.get(row[2].int()?)) else { return Ok(()) };
        payments.push(Payment {
            batch,
            line: row[1].int()? as u32,
            person,
            household: index.household_by_id.get(row[3].int()?).unwrap_or(NONE),
            account: index.card_account.get(&row[4].int()?).copied().unwrap_or(NONE),
            quantity: row[5].int()?,
            rate: row[6].int()?,
            amount: row[7].int()?,
            row: row[8].int()? as u32,
            ..Payment::default()
        });
        Ok(())
    })?;
    Ok(())
}

/// Walks along the lines, which stand by batch and line, to the one with this key.
fn advance<'p>(payments: &'p mut [Payment], at: &mut usize, key: (u32, u32)) -> Option<&'p mut Payment> {
    while payments.get(*at).is_some_and(|p| (p.batch, p.line) < key) {
        *at += 1;
    }
    payments.get_mut(*at).filter(|p| (p.batch, p.line) == key)
}

fn answers(tx: &mut Tx<'_>, book: &Book, scope: Scope, ids: &IdIndex, within: &str, facts: &mut Facts) -> Result<()> {
    let (as_of, payments, mut at) = (facts.as_of, &mut facts.payments, 0);
    tx.scan(&in_order(scope, "p.batch, p.line, p.paid, p.booked", "payment_result", within), &values(book, scope), |row| {
        let Some(batch) = ids.get(row[0].int()?) else { return Ok(()) };
        let booked = row[3].int()?;
        if let Some(payment) = advance(payments, &mut at, (batch, row[1].int()? as u32)).filter(|_| booked <= as_of) {
            payment.state = if row[2].int()? == 1 { LineState::Paid } else { LineState::Returned };
            payment.booked = booked;
        }
        Ok(())
    })?;
    Ok(())
}

fn exits(tx: &mut Tx<'_>, book: &Book, scope: Scope, ids: &IdIndex, within: &str, facts: &mut Facts) -> Result<()> {
    let sql = in_order(
        scope,
        "p.batch, p.line, p.into_batch, (SELECT v.date FROM voucher v WHERE v.book = p.book AND v.seq = p.voucher)",
        "payment_exit",
        within,
    );
    let (as_of, payments, mut at) = (facts.as_of, &mut facts.payments, 0);
    tx.scan(&sql, &values(book, scope), |row| {
        let Some(batch) = ids.get(row[0].int()?) else { return Ok(()) };
        let date = int_or(row[3], 0)?;
        if let Some(payment) = advance(payments, &mut at, (batch, row[1].int()? as u32)).filter(|_| date <= as_of) {
            let into = int_or(row[2], 0)?;
            payment.state = if into > 0 { LineState::Reissued } else { LineState::Released };
        }
        Ok(())
    })?;
    Ok(())
}

/// What came back of lines, reversed refunds left out.
fn refunds(tx: &mut Tx<'_>, book: &Book, ids: &IdIndex, facts: &mut Facts) -> Result<()> {
    let rows = tx.query(
        "SELECT r.batch, r.line, CAST(SUM(r.amount) AS BIGINT) FROM refund r
          WHERE r.book = $1 AND r.batch IS NOT NULL AND r.date <= $2
            AND NOT EXISTS (SELECT 1 FROM voucher v WHERE v.book = r.book AND v.reverses = r.voucher)
          GROUP BY r.batch, r.line",
        &[Value::from(book.id), facts.as_of.into()],
    )?;
    let mut back: HashMap<(u32, u32), i64> = HashMap::default();
    for row in rows {
        if let Some(batch) = ids.get(row.int(0)?) {
            back.insert((batch, row.int(1)? as u32), row.int(2)?);
        }
    }
    if !back.is_empty() {
        for payment in &mut facts.payments {
            payment.refunded = back.get(&(payment.batch, payment.line)).copied().unwrap_or(0);
        }
    }
    Ok(())
}
