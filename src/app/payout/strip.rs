//! Taking lines out (剔除): a batch is a sealed whole, so that what stands against some of its lines stops all of it. It is
//! cancelled and made again without them, from the same money, with the same notice, under its code with `-T1`, `-T2` …; the
//! others need not wait for a new file. The new batch is approved like any other.

use super::check::Line;
use super::register::{Sealed, seal};
use super::reissue::batch_id;
use super::remake::{Kept, copy_lines, next_code};
use super::stage::cancel_within;
use crate::app::act::{Once, once};
use crate::app::ledger::{Posted, Poster};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::calendar::date_to_int;
use crate::params;
use crate::store::{Row, Tx};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A batch made again without some lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stripped {
    pub batch: String,
    pub lines: i64,
    pub total: i64,
    pub taken_out: i64,
    pub voucher: Posted,
}

/// Errors: no such batch; no reason; a line that is not in it (each is told); no line left; sent, cancelled or a reissue.
pub fn strip(bureau: &mut Bureau, ctx: &Context, code: &str, lines: &[i64], date: NaiveDate, reason: &str) -> Result<Once<Stripped>> {
    let reason = reason.trim();
    if reason.is_empty() {
        return AppError::refuse("no_reason", "剔除须写明理由", "请用 ⟦reason⟧ 写明依据");
    }
    let list: Vec<String> = lines.iter().map(i64::to_string).collect();
    bureau.write(|tx, book| {
        let key = format!("strip:{code}");
        once(tx, book, ctx, "strip", &key, &[code, &list.join(","), reason], |tx| {
            let batch = batch_id(tx, book, code)?;
            let rows = payments(tx, book, batch)?;
            let kept = without(code, &rows, lines)?;
            cancel_within(tx, book, ctx, code, date)?;
            let new_code = next_code(tx, book, code, "-T")?;
            build(tx, book, ctx, batch, &new_code, date, &kept, lines.len() as i64)
        })
    })
}

/// Lines in order, with the number and account that their commitment is made of.
fn payments(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Vec<Row>> {
    let sql = "SELECT p.line, p.person, p.household, p.card, p.quantity, p.rate, p.amount, p.start, p.file_row, p.memo, q.id_no, c.account
                 FROM payment p JOIN person q ON q.book = p.book AND q.id = p.person JOIN card c ON c.book = p.book AND c.id = p.card
                WHERE p.book = $1 AND p.batch = $2 ORDER BY p.start";
    Ok(tx.query(sql, params![book.id, batch])?)
}

fn without<'r>(code: &str, rows: &'r [Row], lines: &[i64]) -> Result<Vec<&'r Row>> {
    let mut numbers = Vec::with_capacity(rows.len());
    for row in rows {
        numbers.push(row.int(0)?);
    }
    let strangers: Vec<Refusal> = lines
        .iter()
        .filter(|line| !numbers.contains(line))
        .map(|line| Refusal::new("no_line", format!("批次 {code} 没有第 {line} 行"), "请用 ⟦batch.show⟧ 查看序号"))
        .collect();
    if !strangers.is_empty() {
        return Err(AppError::Refused(strangers));
    }
    let kept: Vec<&Row> = rows.iter().zip(&numbers).filter(|(_, number)| !lines.contains(number)).map(|(row, _)| row).collect();
    if kept.is_empty() {
        return AppError::refuse("nothing_left", format!("批次 {code} 剔除后没有行了"), format!("请直接撤销：⟦batch.cancel⟧ {code}"));
    }
    Ok(kept)
}

#[allow(clippy::too_many_arguments)] // the facts of one act
fn build(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    original: i64,
    code: &str,
    date: NaiveDate,
    kept: &[&Row],
    taken_out: i64,
) -> Result<Stripped> {
    let id = tx.take_ids(book.id, "batch", 1)?;
    tx.execute(
        "INSERT INTO batch (book, id, code, unit, program, allocation, period_first, period_last, made, notice_from, notice_to, reissue_of, maker, file)
         SELECT book, $2, $3, unit, program, allocation, period_first, period_last, $4, notice_from, notice_to, NULL, $5, file
           FROM batch WHERE book = $1 AND id = $6",
        params![book.id, id, code, date_to_int(date), &ctx.actor, original],
    )?;
    let kept = kept.iter().map(|row| kept_line(row)).collect::<Result<Vec<_>>>()?;
    let copied = copy_lines(tx, book, original, id, kept)?;
    let file = tx.one("SELECT file FROM batch WHERE book = $1 AND id = $2", params![book.id, id])?.opt_int(0)?;
    let mut poster = Poster::load(tx, book)?;
    let sealed = Sealed { id, code, made: date, lines: copied.lines, total: copied.total, digest: copied.digest };
    let voucher = seal(tx, book, ctx, &mut poster, &sealed, "", &copied.parts, file)?;
    Ok(Stripped { batch: code.to_string(), lines: copied.lines, total: copied.total, taken_out, voucher })
}

fn kept_line(row: &Row) -> Result<Kept> {
    let line = Line {
        batch: 0,
        line: row.int(0)?,
        person: row.int(1)?,
        household: row.int(2)?,
        card: row.int(3)?,
        quantity: row.int(4)?,
        rate: row.int(5)?,
        amount: row.int(6)?,
        start: row.int(7)?,
        row: row.int(8)?,
        memo: row.opt_string(9)?.map(Into::into),
    };
    Ok(Kept { line, id_no: row.string(10)?, account: row.string(11)? })
}
