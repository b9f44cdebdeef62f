//! Batches and their lines. Lines and the bank's answers stand in the same order of keys, so they are read side by side.

use super::index::{IdIndex, PeopleIndex};
use super::people::{Held, Register, int_or};
use super::reach::{BatchReach, each};
use crate::app::projects::recorded;
use crate::app::{Book, Result};
use crate::domain::screening::facts::{Batch, LineState, Payment, Program};
use crate::domain::screening::{Facts, NONE};
use crate::params;
use crate::store::{Field, Tx, Value};
use foldhash::{HashMap, HashSet};

/// Batches made by the day that were not cancelled.
pub fn batches(tx: &mut Tx<'_>, book: &Book, as_of: i64) -> Result<Vec<Batch>> {
    let mut batches = Vec::new();
    let sql = "SELECT b.id, b.code, b.unit, b.program, b.allocation, b.period_first, b.period_last, b.made, b.notice_from, b.notice_to,
                b.reissue_of, b.maker, b.file,
                (SELECT s.date FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'approved'),
                (SELECT s.date FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'sent'),
                (SELECT s.voucher FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'reserved')
           FROM batch b WHERE b.book = $1 AND b.made <= $2
            AND NOT EXISTS (SELECT 1 FROM batch_stage x WHERE x.book = b.book AND x.batch = b.id AND x.stage = 'cancelled')
          ORDER BY b.id";
    let mut originals = Vec::new();
    for row in tx.query(sql, params![book.id, as_of])? {
        originals.push(row.opt_int(10)?);
        batches.push(Batch {
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
    for batch in batches.iter_mut().filter(|batch| batch.notice_from == 0) {
        (batch.notice_from, batch.notice_to) = published.get(&batch.id).copied().unwrap_or_default();
    }
    let ids = by_id(&batches);
    for (batch, original) in batches.iter_mut().zip(originals) {
        batch.reissue_of = original.and_then(|id| ids.get(id)).unwrap_or(NONE);
    }
    Ok(batches)
}

fn by_id(batches: &[Batch]) -> IdIndex {
    IdIndex::new(batches.iter().map(|batch| batch.id))
}

/// Lines that do not know their people yet: by batch and line, each with the register ids of person, household and card.
#[derive(Default)]
pub struct Lines {
    payments: Vec<Payment>,
    keys: Vec<[i64; 3]>,
}

impl Lines {
    /// A row that begins with batch, line, person, household, card, quantity, rate, amount and row of the file.
    fn push(&mut self, batch: u32, row: &[Field<'_>]) -> crate::store::Result<()> {
        self.payments.push(Payment {
            batch,
            line: row[1].int()? as u32,
            quantity: row[5].int()?,
            rate: row[6].int()?,
            amount: row[7].int()?,
            row: row[8].int()? as u32,
            ..Payment::default()
        });
        self.keys.push([row[2].int()?, row[3].int()?, row[4].int()?]);
        Ok(())
    }
}

/// All lines, with the bank's answers and what became of returned ones.
pub fn all(tx: &mut Tx<'_>, book: &Book, as_of: i64, batches: &[Batch]) -> Result<Lines> {
    let (ids, mut lines) = (by_id(batches), Lines::default());
    let sql =
        "SELECT batch, line, person, household, card, quantity, rate, amount, file_row FROM payment WHERE book = $1 ORDER BY batch, line";
    tx.scan(sql, params![book.id], |row| ids.get(row[0].int()?).map_or(Ok(()), |batch| lines.push(batch, row)))?;
    let (payments, mut at) = (&mut lines.payments, 0);
    let sql = "SELECT batch, line, paid, booked FROM payment_result WHERE book = $1 ORDER BY batch, line";
    tx.scan(sql, params![book.id], |row| {
        let Some(batch) = ids.get(row[0].int()?) else { return Ok(()) };
        if let Some(payment) = advance(payments, &mut at, (batch, row[1].int()? as u32)) {
            answer(payment, as_of, (row[2], row[3]))?;
        }
        Ok(())
    })?;
    at = 0;
    let sql =
        "SELECT x.batch, x.line, x.into_batch, v.date FROM payment_exit x LEFT JOIN voucher v ON v.book = x.book AND v.seq = x.voucher
                WHERE x.book = $1 ORDER BY x.batch, x.line";
    tx.scan(sql, params![book.id], |row| {
        let Some(batch) = ids.get(row[0].int()?) else { return Ok(()) };
        if let Some(payment) = advance(payments, &mut at, (batch, row[1].int()? as u32)) {
            exit(payment, as_of, (row[2], row[3]))?;
        }
        Ok(())
    })?;
    Ok(lines)
}

/// Lines of the people that a batch concerns: in batches that may touch it, which overlap its period, or belong to the same
/// programme where that pays once and never again; and all lines of people who share an account with one of its payees.
pub fn of_people(
    tx: &mut Tx<'_>,
    book: &Book,
    as_of: i64,
    (batches, programs): (&[Batch], &[Program]),
    reach: &BatchReach,
    register: &Register,
) -> Result<Lines> {
    let (ids, mut lines) = (by_id(batches), Lines::default());
    let Some(own) = batches.iter().find(|batch| batch.id == reach.id) else { return Ok(lines) };
    let once = programs.iter().any(|program| program.code == own.program && matches!(program.measure.as_str(), "次" | "平方米"));
    let overlaps = |batch: &Batch| batch.first <= own.last && batch.last >= own.first;
    let touches: Vec<bool> = batches.iter().map(|batch| overlaps(batch) || once && batch.program == own.program).collect();
    let shares: HashSet<&str> = reach.sharers.iter().map(String::as_str).collect();
    let shares: HashSet<i64> =
        register.people().iter().filter(|person| shares.contains(person.id_no.as_str())).map(|person| person.id).collect();
    let people: Vec<Value> = register.people().iter().map(|person| Value::Int(person.id)).collect();
    let sql = "SELECT p.batch, p.line, p.person, p.household, p.card, p.quantity, p.rate, p.amount, p.file_row, r.paid, r.booked, x.batch, x.into_batch,
                (SELECT v.date FROM voucher v WHERE v.book = x.book AND v.seq = x.voucher)
           FROM payment p LEFT JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
           LEFT JOIN payment_exit x ON x.book = p.book AND x.batch = p.batch AND x.line = p.line WHERE p.book = $1{within}";
    each(tx, book, sql, ("p.person", Some(&people)), |row| {
        let Some(batch) = ids.get(row[0].int()?) else { return Ok(()) };
        if !touches[batch as usize] && !shares.contains(&row[2].int()?) {
            return Ok(());
        }
        lines.push(batch, row)?;
        let Some(payment) = lines.payments.last_mut() else { return Ok(()) };
        if !matches!(row[9], Field::Null) {
            answer(payment, as_of, (row[9], row[10]))?;
        }
        if !matches!(row[11], Field::Null) {
            exit(payment, as_of, (row[12], row[13]))?;
        }
        Ok(())
    })?;
    Ok(lines)
}

/// Takes in what the bank answered by the day.
fn answer(payment: &mut Payment, as_of: i64, (paid, booked): (Field<'_>, Field<'_>)) -> crate::store::Result<()> {
    let (paid, booked) = (paid.int()?, booked.int()?);
    if booked <= as_of {
        payment.state = if paid == 1 { LineState::Paid } else { LineState::Returned };
        payment.booked = booked;
    }
    Ok(())
}

/// Takes in what became of a returned line by the day.
fn exit(payment: &mut Payment, as_of: i64, (into, date): (Field<'_>, Field<'_>)) -> crate::store::Result<()> {
    if int_or(date, 0)? <= as_of {
        payment.state = if int_or(into, 0)? > 0 { LineState::Reissued } else { LineState::Released };
    }
    Ok(())
}

/// Gives lines their people, households and accounts, and their final order.
pub fn settle(lines: Lines, index: &PeopleIndex, held: &Held, facts: &Facts) -> Vec<Payment> {
    let known = |(payment, [person, household, card]): (Payment, [i64; 3])| {
        Some(Payment {
            person: index.by_id.get(person)?,
            household: index.household_by_id.get(household).unwrap_or(NONE),
            account: held.account(card).unwrap_or(NONE),
            ..payment
        })
    };
    let mut payments: Vec<Payment> = lines.payments.into_iter().zip(lines.keys).filter_map(known).collect();
    payments.sort_unstable_by_key(|p| {
        let batch = &facts.batches[p.batch as usize];
        (p.person, batch.first, batch.last, p.batch, p.line)
    });
    payments
}

/// Walks along the lines, which stand by batch and line, to the one with this key.
fn advance<'p>(payments: &'p mut [Payment], at: &mut usize, key: (u32, u32)) -> Option<&'p mut Payment> {
    while payments.get(*at).is_some_and(|p| (p.batch, p.line) < key) {
        *at += 1;
    }
    payments.get_mut(*at).filter(|p| (p.batch, p.line) == key)
}

/// What came back of lines, reversed refunds left out.
pub fn refunds(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    let rows = tx.query(
        "SELECT r.batch, r.line, CAST(SUM(r.amount) AS BIGINT) FROM refund r
          WHERE r.book = $1 AND r.batch IS NOT NULL AND r.date <= $2
            AND NOT EXISTS (SELECT 1 FROM voucher v WHERE v.book = r.book AND v.reverses = r.voucher)
          GROUP BY r.batch, r.line",
        &[Value::from(book.id), facts.as_of.into()],
    )?;
    let ids = by_id(&facts.batches);
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
