//! Corrected payments (更正重发): a returned line is paid again, once, for the same person and amount, to a card that stands,
//! in a batch named after the first with `-R1`, `-R2` …; its money comes from 退票待处理 and keeps its fund. Or it is
//! released (释放) back to its allocation.

use super::check::Line;
use super::header::Header;
use super::register::{Sealed, insert_batch_like, seal};
use super::remake::{Kept, copy_lines, merge_neighbours, next_code, split_code};
use crate::app::act::{Once, once, round_key};
use crate::app::close::year_closed;
use crate::app::ledger::{Posted, Poster};
use crate::app::money::slices::{self, Slice, SliceTable, gather, interval};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::kinds::{RowErrors, batch as col};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Between the code of the batch paid again and the round.
const MARK: &str = "-R";

/// A batch made of returned lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reissued {
    pub batch: String,
    pub lines: i64,
    pub total: i64,
    /// Returned lines whose person has no other valid card yet.
    pub waiting: Vec<i64>,
    pub voucher: Posted,
}

/// Lines given back to their allocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub lines: i64,
    pub total: i64,
    pub voucher: Posted,
}

/// The batch whose returned lines a batch of that code pays again.
pub(super) fn original_of(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Option<i64>> {
    let (root, round) = split_code(code, MARK);
    if round == 0 {
        return Ok(None);
    }
    let before = if round > 1 { format!("{root}{MARK}{}", round - 1) } else { root.to_string() };
    for candidate in [before.as_str(), root] {
        if let Some(row) = tx.first("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, candidate])? {
            return Ok(Some(row.int(0)?));
        }
    }
    Ok(None)
}

/// The code of the batch that `code` would pay again, where `code` itself is not in the book and returned lines wait.
pub(in crate::app) fn answered_original(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Option<String>> {
    if tx.first("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, code])?.is_some() {
        return Ok(None);
    }
    let Some(original) = original_of(tx, book, code)? else { return Ok(None) };
    if returned(tx, book, original)?.is_empty() {
        return Ok(None);
    }
    Ok(Some(tx.one("SELECT code FROM batch WHERE book = $1 AND id = $2", params![book.id, original])?.string(0)?))
}

/// Checks that the lines of a batch file that names a reissue are returned lines of the original, unchanged in person and
/// amount, and gives the money they are made of.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    book: &Book,
    original: i64,
    id: i64,
    header: &Header,
    errors: &mut RowErrors,
) -> Result<Option<Vec<Slice>>> {
    let strangers = tx.query(
        "SELECT p.line, p.file_row FROM payment p WHERE p.book = $1 AND p.batch = $2 AND NOT EXISTS (
            SELECT 1 FROM payment o
              JOIN payment_result r ON r.book = o.book AND r.batch = o.batch AND r.line = o.line AND r.paid = 0
             WHERE o.book = p.book AND o.batch = $3 AND o.line = p.line AND o.person = p.person AND o.amount = p.amount
               AND NOT EXISTS (SELECT 1 FROM payment_exit x WHERE x.book = o.book AND x.batch = o.batch AND x.line = o.line))
          ORDER BY p.file_row",
        params![book.id, id, original],
    )?;
    if !strangers.is_empty() {
        for row in &strangers {
            let problem = format!("重发批次 {} 的这一行在原批次中不是待更正的退票，或人员、金额与原来不同", header.code);
            let mend = "重发只能包含原批次的退票行（序号、人员、金额不变，只改账号）";
            errors.cell(row.int(1)? as u64, &col::KIND.columns[col::LINE], &row.int(0)?.to_string(), &problem, mend);
        }
        return Ok(None);
    }
    let lines = tx.query(
        "SELECT o.start, o.amount FROM payment p JOIN payment o ON o.book = p.book AND o.batch = $3 AND o.line = p.line
          WHERE p.book = $1 AND p.batch = $2 ORDER BY p.start",
        params![book.id, id, original],
    )?;
    let whole = slices::load(tx, book, SliceTable::Batch, original)?;
    let mut parts = Vec::new();
    for row in &lines {
        // in line order and not gathered: the new batch's slices follow its own running total
        parts.extend(interval(&whole, row.int(0)?, row.int(0)? + row.int(1)?));
    }
    Ok(Some(merge_neighbours(parts)))
}

/// Marks the original's lines as paid again in batch `into`.
pub(super) fn record_exits(tx: &mut Tx<'_>, book: &Book, original: Option<i64>, into: i64, voucher: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO payment_exit (book, batch, line, into_batch, voucher)
         SELECT p.book, $2, p.line, $3, $4 FROM payment p WHERE p.book = $1 AND p.batch = $3",
        params![book.id, original, into, voucher],
    )?;
    Ok(())
}

/// A returned line that nothing has become of yet.
struct Returned {
    line: i64,
    person: i64,
    household: i64,
    card: i64,
    quantity: i64,
    rate: i64,
    amount: i64,
    start: i64,
    id_no: String,
}

impl Returned {
    fn paid_again(self, card: i64, account: String) -> Kept {
        let line = Line {
            batch: 0,
            line: self.line,
            person: self.person,
            household: self.household,
            card,
            quantity: self.quantity,
            rate: self.rate,
            amount: self.amount,
            start: self.start,
            row: 0,
            memo: None,
        };
        Kept { line, id_no: self.id_no, account }
    }
}

fn returned(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Vec<Returned>> {
    let rows = tx.query(
        "SELECT p.line, p.person, p.household, p.card, p.quantity, p.rate, p.amount, p.start, q.id_no
           FROM payment_result r
           JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
           JOIN person q ON q.book = p.book AND q.id = p.person
          WHERE r.book = $1 AND r.batch = $2 AND r.paid = 0
            AND NOT EXISTS (SELECT 1 FROM payment_exit x WHERE x.book = r.book AND x.batch = r.batch AND x.line = r.line)
          ORDER BY p.line",
        params![book.id, batch],
    )?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(Returned {
            line: row.int(0)?,
            person: row.int(1)?,
            household: row.int(2)?,
            card: row.int(3)?,
            quantity: row.int(4)?,
            rate: row.int(5)?,
            amount: row.int(6)?,
            start: row.int(7)?,
            id_no: row.string(8)?,
        });
    }
    Ok(lines)
}

pub(in crate::app) fn batch_id(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<i64> {
    match tx.first("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, code])? {
        Some(row) => Ok(row.int(0)?),
        None => AppError::refuse("no_batch", format!("没有批次 {code}"), "请用 ⟦batch.list⟧ 查看"),
    }
}

/// Makes a batch of the returned lines whose person has another card that is valid on `date`.
/// Errors: no such batch; nothing returned; no card corrected yet.
pub fn reissue(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate) -> Result<Once<Reissued>> {
    bureau.write(|tx, book| {
        let batch = batch_id(tx, book, code)?;
        let new_code = next_code(tx, book, code, MARK)?;
        let open = returned(tx, book, batch)?;
        let (ready, waiting) = corrected(tx, book, open, date_to_int(date))?;
        let key = round_key(tx, book, &format!("reissue:{code}:{date}"), !ready.is_empty())?;
        once(tx, book, ctx, "reissue", &key, &[code, &date.to_string()], |tx| {
            if ready.is_empty() && waiting.is_empty() {
                return AppError::refuse("nothing_returned", format!("批次 {code} 没有待更正的退票"), "请用 ⟦batch.show⟧ 查看");
            }
            if ready.is_empty() {
                let message = format!("批次 {code} 有 {} 笔退票，收款人都还没有登记新的有效账户", waiting.len());
                return AppError::refuse("no_card_yet", message, "请先导入更正后的一卡通信息（cards）");
            }
            let (lines, total, voucher) = build(tx, book, ctx, batch, &new_code, date, ready)?;
            Ok(Reissued { batch: new_code.clone(), lines, total, waiting, voucher })
        })
    })
}

/// Parts the lines into those with another valid card (its id and account beside them) and those without.
type Corrected = (Vec<(Returned, i64, String)>, Vec<i64>);
fn corrected(tx: &mut Tx<'_>, book: &Book, open: Vec<Returned>, day: i64) -> Result<Corrected> {
    let (mut ready, mut waiting) = (Vec::new(), Vec::new());
    for line in open {
        let card = tx.first(
            "SELECT id, account FROM card WHERE book = $1 AND id_no = $2 AND valid_from <= $3 AND COALESCE(valid_to, 99991231) >= $3
              AND account <> (SELECT account FROM card WHERE book = $1 AND id = $4) ORDER BY valid_from DESC, id DESC LIMIT 1",
            params![book.id, &line.id_no, day, line.card],
        )?;
        match card {
            Some(card) => ready.push((line, card.int(0)?, card.string(1)?)),
            None => waiting.push(line.line),
        }
    }
    Ok((ready, waiting))
}

fn build(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    original: i64,
    code: &str,
    date: NaiveDate,
    ready: Vec<(Returned, i64, String)>,
) -> Result<(i64, i64, Posted)> {
    let id = tx.take_ids(book.id, "batch", 1)?;
    insert_batch_like(tx, book, ctx, id, code, date, original)?;
    let kept = ready.into_iter().map(|(from, card, account)| from.paid_again(card, account)).collect();
    let copied = copy_lines(tx, book, original, id, kept)?;
    let mut poster = Poster::load(tx, book)?;
    let sealed = Sealed { id, code, made: date, lines: copied.lines, total: copied.total, digest: copied.digest };
    let posted = seal(tx, book, ctx, &mut poster, &sealed, "reissue", &copied.parts, None)?;
    record_exits(tx, book, Some(original), id, posted.seq)?;
    Ok((copied.lines, copied.total, posted))
}

/// Gives returned lines (all open ones if `lines` is empty) back to their allocation.
/// Errors: no such batch; a line that is not an open return.
pub fn release(bureau: &mut Bureau, ctx: &Context, code: &str, lines: &[i64], date: NaiveDate) -> Result<Once<Released>> {
    bureau.write(|tx, book| {
        let batch = batch_id(tx, book, code)?;
        let list: Vec<String> = lines.iter().map(i64::to_string).collect();
        let open = returned(tx, book, batch)?;
        let chosen: Vec<&Returned> = open.iter().filter(|o| lines.is_empty() || lines.contains(&o.line)).collect();
        let prefix = format!("release:{code}:{}:{date}", list.join(","));
        let key = round_key(tx, book, &prefix, !chosen.is_empty())?;
        once(tx, book, ctx, "release", &key, &[code, &list.join(","), &date.to_string()], |tx| {
            if let Some(stranger) = lines.iter().find(|line| open.iter().all(|o| o.line != **line)) {
                return AppError::refuse("not_returned", format!("批次 {code} 第 {stranger} 号不是待处理的退票"), "请用 ⟦batch.show⟧ 查看");
            }
            if chosen.is_empty() {
                return AppError::refuse("nothing_returned", format!("批次 {code} 没有待处理的退票"), "请用 ⟦batch.show⟧ 查看");
            }
            release_lines(tx, book, ctx, batch, code, &chosen, date)
        })
    })
}

fn release_lines(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    batch: i64,
    code: &str,
    chosen: &[&Returned],
    date: NaiveDate,
) -> Result<Released> {
    let whole = slices::load(tx, book, SliceTable::Batch, batch)?;
    let (mut parts, mut total) = (Vec::new(), 0);
    for line in chosen {
        gather(&mut parts, &interval(&whole, line.start, line.start + line.amount));
        total += line.amount;
    }
    let sent = tx.one("SELECT date FROM batch_stage WHERE book = $1 AND batch = $2 AND stage = 'sent'", params![book.id, batch])?.int(0)?;
    let prior = sent / 10_000 < date_to_int(date) / 10_000 && year_closed(tx, book, sent / 10_000)?;
    let mut poster = Poster::load(tx, book)?;
    let draft = poster.draft("release", if prior { "prior_year" } else { "" }, date, code, &slices::movements(&parts))?;
    let voucher = poster.post(tx, ctx, draft)?;
    for line in chosen {
        tx.execute(
            "INSERT INTO payment_exit (book, batch, line, into_batch, voucher) VALUES ($1, $2, $3, NULL, $4)",
            params![book.id, batch, line.line, voucher.seq],
        )?;
    }
    Ok(Released { lines: chosen.len() as i64, total, voucher })
}
