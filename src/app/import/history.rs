//! Whole histories: a directory may hold batches together with the bank's answers to them, from before the book was opened.
//! The answer proves that the batch was approved and sent, outside the book; so before such an answer is read, the batch
//! passes these stages here, by a reviewer who is not its maker, and the book says so. An answer to `PC01-R1` that no batch
//! file brings proves in the same way that the returned lines of `PC01` were paid again. Single files get no such help:
//! there the stages are commands of their own.

use crate::app::payout::{reissue, stage};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_from_int;
use crate::domain::kinds::{RowErrors, returns};
use crate::files::reading::{Limits, Source};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::Path;

/// Reviewer of what an imported history shows as done, where none is named.
pub const HISTORY_REVIEWER: &str = "历史资料复核";

/// Takes the batches that a return file answers through approval and sending, where they wait for it. Tells which. What
/// cannot be done here is left to the import of the answer, which says why.
pub fn pass_stages(bureau: &mut Bureau, ctx: &Context, returns_file: &Path) -> Result<Vec<String>> {
    let mut passed = Vec::new();
    for (code, booked) in answered(returns_file) {
        match pass(bureau, ctx, &code, booked, &mut passed) {
            Ok(()) | Err(AppError::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(passed)
}

fn pass(bureau: &mut Bureau, ctx: &Context, code: &str, booked: NaiveDate, passed: &mut Vec<String>) -> Result<()> {
    if let Some(original) = bureau.read(|tx, book| reissue::answered_original(tx, book, code))? {
        reissue::reissue(bureau, ctx, &original, booked)?;
        passed.push(format!("批次 {code} 按历史资料由 {original} 的退票补编"));
    }
    let Some((day, approved)) = bureau.read(|tx, book| waiting(tx, book, code))? else { return Ok(()) };
    let (reviewer, sender) = people(ctx);
    if !approved {
        stage::approve_as_history(bureau, &reviewer, code, day)?;
    }
    stage::send(bureau, &sender, code, day)?;
    passed.push(format!("批次 {code} 按历史资料补记审批（{}）和送银行（{day}）", reviewer.actor));
    Ok(())
}

fn people(ctx: &Context) -> (Context, Context) {
    let name = if ctx.checker.is_empty() { HISTORY_REVIEWER } else { ctx.checker.as_str() };
    let reviewer = Context { actor: name.to_string(), checker: String::new(), ..ctx.clone() };
    (reviewer, Context { checker: String::new(), ..ctx.clone() })
}

/// Batches in a return file, each with its first booking date. A file that cannot be read has none: importing it will say why.
fn answered(path: &Path) -> BTreeMap<String, NaiveDate> {
    let mut found: BTreeMap<String, NaiveDate> = BTreeMap::new();
    let Ok(mut source) = Source::open(path, &returns::KIND, &Limits::default()) else { return found };
    let read = source.for_each_row::<AppError, _>(&mut RowErrors::new(), |row, errors| {
        let (code, Some(booked)) = (row.text(returns::BATCH), row.date(returns::BOOKED, errors)) else { return Ok(()) };
        match found.get_mut(code) {
            Some(first) => *first = booked.min(*first),
            None if code.is_empty() => {}
            None => {
                found.insert(code.to_string(), booked);
            }
        }
        Ok(())
    });
    if read.is_err() { BTreeMap::new() } else { found }
}

/// The day of the last stage of a batch that is not yet sent, and whether it is approved; `None` if there is nothing to do.
fn waiting(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Option<(NaiveDate, bool)>> {
    let row = tx.first(
        "SELECT b.made, (SELECT MAX(s.date) FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'approved')
           FROM batch b WHERE b.book = $1 AND b.code = $2
            AND NOT EXISTS (SELECT 1 FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage IN ('sent', 'cancelled'))",
        params![book.id, code],
    )?;
    let Some(row) = row else { return Ok(None) };
    let approved = row.opt_int(1)?;
    let day = date_from_int(approved.unwrap_or(0).max(row.int(0)?));
    Ok(day.map(|day| (day, approved.is_some())))
}
