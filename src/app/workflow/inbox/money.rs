//! Waiting work on batches: signatures, corrections, sending, answers of the bank that are late, returned lines, held lines.

use super::{Desk, batches, day_of, seen};
use crate::app::{Book, Result, book};
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::domain::workflow::{needed, next};
use crate::params;
use crate::store::{StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet};

const RESERVED: &str = "SELECT b.id, b.code, b.unit, COALESCE(u.name, b.unit), b.maker, s.total, s.date FROM batch b
    JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
    LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit
   WHERE b.book = $1 AND NOT EXISTS (SELECT 1 FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage IN ('approved', 'cancelled'))
   ORDER BY b.id";

/// Reserved batches to sign, and one's own that came back.
pub(super) fn batches(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    let signs = desk.levels.iter().any(|level| level.subject == batches::SUBJECT && desk.may(&level.permission));
    if !signs && !desk.may("payout.make") {
        return Ok(());
    }
    let mut entries: BTreeMap<i64, Vec<batches::Entry>> = BTreeMap::new();
    let sql = "SELECT g.batch, g.act, g.level, g.date, g.actor, g.reason, g.at FROM batch_signature g WHERE g.book = $1
                AND NOT EXISTS (SELECT 1 FROM batch_stage t WHERE t.book = g.book AND t.batch = g.batch AND t.stage IN ('approved', 'cancelled'))
              ORDER BY g.batch, g.seq";
    for row in tx.query(sql, params![book.id])? {
        entries.entry(row.int(0)?).or_default().push(batches::Entry {
            act: row.string(1)?,
            level: row.int(2)?,
            date: row.int(3)?,
            actor: row.string(4)?,
            reason: row.string(5)?,
            at: row.int(6)?,
        });
    }
    for row in tx.query(RESERVED, params![book.id])? {
        let (code, unit, maker, total) = (row.string(1)?, row.text(2)?, row.text(4)?, Fen::new(row.int(5)?));
        let done = entries.remove(&row.int(0)?).unwrap_or_default();
        let last = done.last();
        let since = day_of(last.map_or(row.int(6)?, |entry| entry.date), desk.today);
        let subject = format!("批次 {code}（{}）", row.text(3)?);
        if let Some(returned) = last.filter(|entry| entry.act == "returned") {
            if maker == desk.who.name {
                desk.add("batch.returned", "更正退回的批次", since, subject, ("batch.show", "batch", code));
                desk.amount(total);
                desk.note(format!("{}：{}", returned.actor, returned.reason));
            }
            continue;
        }
        let who = desk.who;
        let due = next(&needed(&desk.levels, batches::SUBJECT, total), &batches::given(&done), maker, &who.name, &|code| who.may(code))
            .map(|(level, _)| level.level);
        if let (Ok(level), true) = (due, desk.scope().has_unit(unit)) {
            desk.add("batch.sign", "签批发放批次", since, subject, ("batch.show", "batch", code));
            desk.amount(total);
            desk.note(format!("第 {level} 级，编制人 {maker}"));
        }
    }
    Ok(())
}

// vouchers keep how many lines they answer, so that no payment line is read
const APPROVED: &str = "SELECT b.code, b.unit, COALESCE(u.name, b.unit), a.total, a.date, s.date, a.lines,
        CAST(COALESCE((SELECT SUM(v.details) FROM voucher v
          WHERE v.book = b.book AND v.reference = b.code AND v.event IN ('confirm', 'return')), 0) AS BIGINT),
        (SELECT COUNT(*) FROM batch_signature g WHERE g.book = b.book AND g.batch = b.id AND g.act = 'signed' AND g.actor = $2),
        a.actor
   FROM batch b
   JOIN batch_stage a ON a.book = b.book AND a.batch = b.id AND a.stage = 'approved'
   LEFT JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'sent'
   LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit
  WHERE b.book = $1 AND NOT EXISTS (SELECT 1 FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage = 'cancelled')
    AND (s.date IS NULL OR s.date >= $3)
  ORDER BY b.id";

/// How far back unanswered batches are looked for: what is older was settled outside, and is for the audit.
const YEARS_BACK: i64 = 2;

/// Approved batches to send, and sent ones whose answers are late.
pub(super) fn after_approval(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    if !desk.may("payout.send") {
        return Ok(());
    }
    let limit = book::number(tx, book, "payout.answer_days", date_to_int(desk.today))?;
    let from = date_to_int(desk.today) - YEARS_BACK * 10_000;
    for row in tx.query(APPROVED, params![book.id, &desk.who.name, from])? {
        if !desk.scope().has_unit(row.text(1)?) {
            continue;
        }
        let (code, total) = (row.string(0)?, Fen::new(row.int(3)?));
        let subject = format!("批次 {code}（{}）", row.text(2)?);
        let Some(sent) = row.opt_int(5)? else {
            if row.int(8)? == 0 && row.text(9)? != desk.who.name {
                desk.add("batch.send", "送银行", day_of(row.int(4)?, desk.today), subject, ("batch.show", "batch", code));
                desk.amount(total);
            }
            continue;
        };
        let (open, sent) = (row.int(6)? - row.int(7)?, day_of(sent, desk.today));
        if open > 0 && (desk.today - sent).num_days() > limit {
            desk.add("batch.answer", "催收银行回盘", sent, subject, ("batch.show", "batch", code));
            desk.amount(total);
            desk.note(format!("{open} 笔没有回盘，已超过 {limit} 日"));
        }
    }
    Ok(())
}

/// Returned lines (退票) of which nothing has become yet, by batch.
pub(super) fn returned_lines(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    if !desk.any(&["payout.make", "payout.send"]) {
        return Ok(());
    }
    let sql = "SELECT b.code, b.unit, COALESCE(MAX(u.name), b.unit), COUNT(*), CAST(SUM(p.amount) AS BIGINT), MIN(r.booked)
                 FROM payment_result r JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
                 JOIN batch b ON b.book = r.book AND b.id = r.batch
                 LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit
                WHERE r.book = $1 AND r.paid = 0 AND r.batch IN (SELECT o.id FROM batch o WHERE o.book = $1
                   AND (SELECT SUM(v.details) FROM voucher v WHERE v.book = o.book AND v.reference = o.code AND v.event = 'return')
                     > (SELECT COUNT(*) FROM payment_exit y WHERE y.book = o.book AND y.batch = o.id))
                  AND NOT EXISTS (SELECT 1 FROM payment_exit x WHERE x.book = r.book AND x.batch = r.batch AND x.line = r.line)
                GROUP BY b.id, b.code, b.unit ORDER BY b.id";
    for row in tx.query(sql, params![book.id])? {
        if !desk.scope().has_unit(row.text(1)?) {
            continue;
        }
        let (code, since) = (row.string(0)?, day_of(row.int(5)?, desk.today));
        let subject = format!("批次 {code}（{}）", row.text(2)?);
        desk.add("batch.reissue", "处理退票：更正重发或释放", since, subject, ("batch.show", "batch", code));
        desk.amount(Fen::new(row.int(4)?));
        desk.note(format!("{} 笔退票", row.int(3)?));
    }
    Ok(())
}

const HOLDS: &str = "SELECT f.rule, v.payments FROM finding f
    JOIN finding_version v ON v.book = f.book AND v.finding = f.id
   WHERE f.book = $1 AND v.present = 1 AND v.severity = 'hold'
     AND v.run = (SELECT MAX(w.run) FROM finding_version w WHERE w.book = v.book AND w.finding = v.finding)";

/// Lines of reserved batches that the last screening holds (待核) and nobody has decided on. What approval itself finds is told
/// by approval.
pub(super) fn held_lines(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    if !desk.may("payout.check") {
        return Ok(());
    }
    let mut reserved = BTreeMap::new();
    for row in tx.query(RESERVED, params![book.id])? {
        if row.text(4)? != desk.who.name && seen(desk, row.text(2)?, &[], None) {
            reserved.insert(row.string(1)?, (row.string(3)?, row.int(6)?, BTreeSet::new()));
        }
    }
    if reserved.is_empty() {
        return Ok(());
    }
    let mut decided = BTreeSet::new();
    let sql = "SELECT b.code, d.line, d.rule FROM line_decision d JOIN batch b ON b.book = d.book AND b.id = d.batch
                WHERE d.book = $1 AND NOT EXISTS (SELECT 1 FROM batch_stage t WHERE t.book = d.book AND t.batch = d.batch AND t.stage IN ('approved', 'cancelled'))";
    for row in tx.query(sql, params![book.id])? {
        decided.insert((format!("{}+{}", row.text(0)?, row.int(1)?), row.string(2)?));
    }
    for row in tx.query(HOLDS, params![book.id])? {
        let payments: Vec<String> = serde_json::from_str(row.text(1)?).map_err(|e| StoreError::Schema(e.to_string()))?;
        for payment in payments {
            let Some((batch, line)) = payment.rsplit_once('+') else { continue };
            let Some((_, _, lines)) = reserved.get_mut(batch) else { continue };
            if !decided.contains(&(payment.clone(), row.string(0)?)) {
                lines.insert(line.to_string());
            }
        }
    }
    for (code, (unit, since, lines)) in reserved.into_iter().filter(|(_, (_, _, lines))| !lines.is_empty()) {
        let since = day_of(since, desk.today);
        desk.add("batch.decide", "核定待核的行", since, format!("批次 {code}（{unit}）"), ("batch.show", "batch", code));
        desk.note(format!("{} 行", lines.len()));
    }
    Ok(())
}
