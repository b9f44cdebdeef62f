//! Enters batch files: one thread reads and checks, the other writes, so that a million lines take little longer than
//! writing them alone. A batch whose lines all stand is reserved (占用) against its allocation in the same transaction.

use super::check::{Checker, Line, Message, Seen};
use super::header::{Catalog, Header};
use super::registry::Registry;
use super::reissue;
use crate::app::control::hold::{self, Holds};
use crate::app::ledger::{Movement, Poster};
use crate::app::money::fund::Outcome;
use crate::app::money::slices::{self, Slice, SliceTable, draw};
use crate::app::projects::gate;
use crate::app::{AppError, Book, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::kinds::{RowErrors, batch as col};
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::files::reading::{Source, Summary};
use crate::params;
use crate::store::bulk::Bulk;
use crate::store::{Field, Tx};
use std::sync::mpsc::{Receiver, sync_channel};

pub(super) const PAYMENT_COLUMNS: [&str; 12] =
    ["book", "batch", "line", "person", "household", "card", "quantity", "rate", "amount", "start", "file_row", "memo"];

/// How many chunks may wait for the writer.
const WAITING: usize = 8;

/// What the lines of a batch are checked against, fetched before its file is read (and while it is being recognised).
pub struct Payees {
    registry: Registry,
    catalog: Catalog,
}

impl Payees {
    pub fn load(tx: &mut Tx<'_>, book: &Book) -> Result<Payees> {
        Ok(Payees { registry: Registry::load(tx, book)?, catalog: Catalog::load(tx, book)? })
    }
}

/// Reads a batch file into the open transaction. With row errors nothing may be committed: the caller rolls back.
#[allow(clippy::too_many_arguments)] // the facts of one act
pub fn register(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    file: i64,
    payees: Payees,
    source: &mut Source,
    errors: &mut RowErrors,
    progress: &(dyn Fn(u64) -> Result<()> + Sync),
) -> Result<(Summary, Outcome)> {
    let (out, incoming) = sync_channel(WAITING);
    let checker = Checker::new(payees.registry, payees.catalog, &book.secret, ctx.clone(), out);
    let (ids, checked) = std::thread::scope(|scope| {
        let checking = scope.spawn(move || {
            let outcome = checker.run(source, errors, progress);
            (outcome, errors)
        });
        let written = write_all(tx, book, ctx, file, incoming);
        let checked = checking.join();
        (written, checked)
    });
    let Ok((checked, errors)) = checked else {
        return Err(AppError::Output("检查清册时程序内部出错，本次操作已全部撤销".into()));
    };
    let ids = ids?; // a failed writer makes the checker stop too: its error comes first
    let (seen, summary) = checked?;
    let mut outcome = Outcome::default();
    let fine = errors.is_empty();
    let mut poster = Poster::load(tx, book)?;
    let mut holds = Holds::load(tx, book)?;
    for (at, batch) in seen.into_iter().enumerate() {
        outcome.warnings.extend(batch.remarks.told(&batch.header.code));
        match batch.known {
            Some(known) => compare_known(tx, book, known, batch, errors, &mut outcome)?,
            None if fine => reserve(tx, book, ctx, &mut poster, &mut holds, ids[at], file, batch, errors, &mut outcome)?,
            None => {}
        }
    }
    Ok((summary, outcome))
}

/// Writes what the checker hands over. Returns the batches' ids in order of appearance (0 for one already known).
/// A line's batch is always handed over before it, so its id is there.
fn write_all(tx: &mut Tx<'_>, book: &Book, ctx: &Context, file: i64, incoming: Receiver<Message>) -> Result<Vec<i64>> {
    let mut ids: Vec<i64> = Vec::new();
    let mut bulk = Bulk::into("payment", &PAYMENT_COLUMNS);
    for message in incoming {
        match message {
            Message::Batch(at, header) => {
                let id = tx.take_ids(book.id, "batch", 1)?;
                let original = reissue::original_of(tx, book, &header.code)?;
                insert_batch(tx, book, ctx, id, file, &header, original)?;
                ids.resize(at as usize, 0);
                ids.push(id);
            }
            Message::Lines(lines) => {
                let mut fields: Vec<Field<'_>> = Vec::with_capacity(lines.len() * PAYMENT_COLUMNS.len());
                for line in &lines {
                    fields.extend_from_slice(&payment_fields(book.id, ids[line.batch as usize], line));
                }
                bulk.push_all(tx, &fields, PAYMENT_COLUMNS.len())?;
            }
        }
    }
    bulk.finish(tx)?;
    Ok(ids)
}

pub(super) fn payment_fields(book: i64, batch: i64, line: &Line) -> [Field<'_>; 12] {
    [
        Field::Int(book),
        Field::Int(batch),
        Field::Int(line.line),
        Field::Int(line.person),
        Field::Int(line.household),
        Field::Int(line.card),
        Field::Int(line.quantity),
        Field::Int(line.rate),
        Field::Int(line.amount),
        Field::Int(line.start),
        Field::Int(line.row),
        line.memo.as_deref().map_or(Field::Null, Field::Text),
    ]
}

pub(super) fn insert_batch(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    id: i64,
    file: i64,
    header: &Header,
    reissue_of: Option<i64>,
) -> Result<()> {
    tx.execute(
        "INSERT INTO batch (book, id, code, unit, program, allocation, period_first, period_last, made, notice_from, notice_to, reissue_of, maker, file)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            book.id,
            id,
            &header.code,
            &header.unit,
            &header.program,
            &header.allocation,
            header.period.first().to_int(),
            header.period.last().to_int(),
            header.made_int(),
            header.notice_from.map(date_to_int),
            header.notice_to.map(date_to_int),
            reissue_of,
            &ctx.actor,
            file
        ],
    )?;
    Ok(())
}

/// A batch that the book already holds, sent again in another file: the same lines change nothing, others are refused.
fn compare_known(tx: &mut Tx<'_>, book: &Book, known: i64, batch: Seen, errors: &mut RowErrors, outcome: &mut Outcome) -> Result<()> {
    let stored = tx.one("SELECT digest FROM batch_stage WHERE book = $1 AND batch = $2 AND stage = 'reserved'", params![book.id, known])?;
    if stored.digest(0)? == batch.digest.finish() {
        outcome.unchanged += batch.lines as u64;
        outcome.warnings.push(format!("批次 {} 已入账，内容相同，未重复入账", batch.header.code));
    } else {
        let column = &col::KIND.columns[col::BATCH];
        let mend = "批次入账后不能改动：请撤销原批次（⟦batch.cancel⟧）后用新批次号重新编制";
        errors.cell(batch.header.row, column, &batch.header.code, "该批次号已入账，内容与本文件不同", mend);
    }
    Ok(())
}

/// Finds the money for a batch whose lines are in place, posts the reservation and seals the lines.
#[allow(clippy::too_many_arguments)] // the facts of one act
fn reserve(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    poster: &mut Poster<'_>,
    holds: &mut Holds,
    id: i64,
    file: i64,
    batch: Seen,
    errors: &mut RowErrors,
    outcome: &mut Outcome,
) -> Result<()> {
    let header = &batch.header;
    let original = reissue::original_of(tx, book, &header.code)?;
    let (variant, slices) = match original {
        Some(original) => match reissue::claim(tx, book, original, id, header, errors)? {
            Some(slices) => ("reissue", slices),
            None => return Ok(()),
        },
        None => {
            let dims = batch.dims.unwrap_or_default();
            match draw(tx, book, poster.chart.place(Place::Allocated), &dims, batch.total)? {
                Ok(slices) => ("", slices),
                Err(have) => {
                    refuse_shortage(header, batch.total, have, errors);
                    return Ok(());
                }
            }
        }
    };
    let passed = match original {
        Some(_) => Vec::new(), // paid again: this money passed before
        None => match holds.admit_batch(tx, book, &header.unit, &slices, header.made)? {
            Ok(passed) => passed,
            Err(stopped) => {
                errors.cell(header.row, &col::KIND.columns[col::BATCH], &header.code, &stopped.problem, &stopped.mend);
                return Ok(());
            }
        },
    };
    let sealed =
        Sealed { id, code: &header.code, made: header.made, lines: batch.lines, total: batch.total, digest: batch.digest.finish() };
    let posted = seal(tx, book, ctx, poster, &sealed, variant, &slices, Some(file))?;
    if original.is_some() {
        reissue::record_exits(tx, book, original, id, posted.seq)?;
    }
    hold::record(tx, book, ctx, "batch", &header.code, &passed)?;
    outcome.inserted += batch.lines as u64;
    outcome.vouchers.push(posted);
    Ok(())
}

/// A batch's lines, complete.
pub(super) struct Sealed<'a> {
    pub id: i64,
    pub code: &'a str,
    pub made: chrono::NaiveDate,
    pub lines: i64,
    pub total: i64,
    pub digest: [u8; 32],
}

/// Posts the reservation and writes the stage that no line may follow.
#[allow(clippy::too_many_arguments)] // the facts of one voucher
pub(super) fn seal(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    poster: &mut Poster<'_>,
    batch: &Sealed<'_>,
    variant: &str,
    slices: &[Slice],
    file: Option<i64>,
) -> Result<crate::app::ledger::Posted> {
    slices::store(tx, book, SliceTable::Batch, batch.id, slices)?;
    gate::refuse_batch(tx, book, ctx, batch.id, batch.made)?;
    let moved: Vec<Movement> = slices::movements(slices);
    let mut draft = poster.draft("reserve", variant, batch.made, batch.code, &moved)?;
    draft.file = file;
    draft.details = Some((batch.lines, batch.digest));
    let posted = poster.post(tx, ctx, draft)?;
    tx.execute(
        "INSERT INTO batch_stage (book, batch, stage, date, actor, voucher, lines, total, digest, at)
         VALUES ($1, $2, 'reserved', $3, $4, $5, $6, $7, $8, $9)",
        params![book.id, batch.id, date_to_int(batch.made), &ctx.actor, posted.seq, batch.lines, batch.total, batch.digest, ctx.now()],
    )?;
    Ok(posted)
}

fn refuse_shortage(header: &Header, total: i64, have: i64, errors: &mut RowErrors) {
    let yuan = |fen: i64| Fen::new(fen).yuan_grouped();
    let problem = format!(
        "分配文 {} 可用余额不足：批次 {} 合计 {} 元，现有 {} 元，差 {} 元",
        header.allocation,
        header.code,
        yuan(total),
        yuan(have),
        yuan(total - have)
    );
    errors.cell(header.row, &col::KIND.columns[col::ALLOCATION], &header.allocation, &problem, "请先追加分配，或核减清册");
}

/// A batch with the header of another, for lines paid again.
pub(super) fn insert_batch_like(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    id: i64,
    code: &str,
    made: chrono::NaiveDate,
    original: i64,
) -> Result<()> {
    tx.execute(
        "INSERT INTO batch (book, id, code, unit, program, allocation, period_first, period_last, made, notice_from, notice_to, reissue_of, maker, file)
         SELECT book, $2, $3, unit, program, allocation, period_first, period_last, $4, NULL, NULL, id, $5, NULL
           FROM batch WHERE book = $1 AND id = $6",
        params![book.id, id, code, date_to_int(made), &ctx.actor, original],
    )?;
    Ok(())
}
