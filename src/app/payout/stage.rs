//! The stages of a batch after its reservation: approved by somebody other than its maker, sent to the bank by somebody
//! other than its approver, or cancelled before it is sent. Each is bound to the digest of the same lines.

use super::reissue::batch_id;
use crate::app::act::{Once, once};
use crate::app::control::hold::{self, Holds};
use crate::app::ledger::{Posted, Poster};
use crate::app::money::slices::{self, SliceTable};
use crate::app::objections::{self, Against};
use crate::app::projects::gate;
use crate::app::workflow::batches::{self, Due, Reserved};
use crate::app::{AppError, Book, Bureau, Context, Result, screening};
use crate::domain::calendar::date_to_int;
use crate::domain::identity::AccountNo;
use crate::domain::ledger::chain::{PaymentDigest, commitment, hex};
use crate::domain::money::Fen;
use crate::domain::workflow::Level;
use crate::files::writing::{BankFile, BankFormat, BankLine, BankTotals, write_bank_file};
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::io::{Seek, Write};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    pub batch: String,
    pub lines: i64,
    pub total: i64,
    pub digest: String,
    pub voucher: Option<Posted>,
}

/// What is known of a batch's lines since it was reserved.
struct Batch {
    id: i64,
    code: String,
    unit: String,
    maker: String,
    reissue: bool,
    reserved_on: i64,
    lines: i64,
    total: i64,
    digest: [u8; 32],
}

impl Batch {
    fn reserved(&self) -> Reserved<'_> {
        Reserved { id: self.id, code: &self.code, maker: &self.maker, total: Fen::new(self.total), digest: &self.digest }
    }
}

fn load(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Batch> {
    let id = batch_id(tx, book, code)?;
    let row = tx.one(
        "SELECT b.maker, b.reissue_of, s.date, s.lines, s.total, s.digest, b.unit FROM batch b
           JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
          WHERE b.book = $1 AND b.id = $2",
        params![book.id, id],
    )?;
    Ok(Batch {
        id,
        code: code.to_string(),
        maker: row.string(0)?,
        reissue: row.opt_int(1)?.is_some(),
        reserved_on: row.int(2)?,
        lines: row.int(3)?,
        total: row.int(4)?,
        digest: row.digest(5)?,
        unit: row.string(6)?,
    })
}

/// Works the digest of the stored lines out again: what is approved or sent must be what was reserved, line by line.
fn refuse_other_lines(tx: &mut Tx<'_>, book: &Book, batch: &Batch) -> Result<()> {
    let mut digest = PaymentDigest::default();
    tx.scan(
        "SELECT p.line, q.id_no, c.account, p.quantity, p.rate, p.amount FROM payment p
           JOIN person q ON q.book = p.book AND q.id = p.person
           JOIN card c ON c.book = p.book AND c.id = p.card
          WHERE p.book = $1 AND p.batch = $2 ORDER BY p.start",
        params![book.id, batch.id],
        |row| {
            let commitment = commitment(&book.secret, row[1].text()?, row[2].text()?);
            digest.line(row[0].int()?, &commitment, row[3].int()?, row[4].int()?, row[5].int()?);
            Ok(())
        },
    )?;
    if digest.finish() != batch.digest {
        let message = format!("批次 {} 的发放明细与占用时不一致，可能被改动过", batch.code);
        return AppError::refuse("lines_changed", message, "请停止办理，运行 ⟦verify.run⟧ 并报告主管");
    }
    Ok(())
}

/// Who did a stage and when, if it was done.
fn stage(tx: &mut Tx<'_>, book: &Book, batch: i64, stage: &str) -> Result<Option<(String, i64)>> {
    let row =
        tx.first("SELECT actor, date FROM batch_stage WHERE book = $1 AND batch = $2 AND stage = $3", params![book.id, batch, stage])?;
    row.map(|row| Ok((row.string(0)?, row.int(1)?))).transpose()
}

fn record(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: &Batch, stage: &str, date: NaiveDate, voucher: Option<i64>) -> Result<()> {
    tx.execute(
        "INSERT INTO batch_stage (book, batch, stage, date, actor, voucher, lines, total, digest, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![book.id, batch.id, stage, date_to_int(date), &ctx.actor, voucher, batch.lines, batch.total, batch.digest, ctx.now()],
    )?;
    Ok(())
}

fn staged(batch: &Batch, voucher: Option<Posted>) -> Staged {
    Staged { batch: batch.code.clone(), lines: batch.lines, total: batch.total, digest: hex(&batch.digest), voucher }
}

fn refuse_date(batch: &Batch, date: NaiveDate, not_before: i64) -> Result<()> {
    if date_to_int(date) < not_before {
        return AppError::refuse("date_order", format!("批次 {}：日期 {date} 早于上一步的日期", batch.code), "请核对日期");
    }
    Ok(())
}

/// A signature of a batch, and the approval where it was the last that was needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub staged: Staged,
    /// The level that was signed.
    pub level: i64,
    /// Levels still to be signed; empty: it is approved.
    pub missing: Vec<Level>,
}

/// Approves a reserved batch (审批), once the rules let it pass (审批前筛查). Errors: no such batch; cancelled; approved by its
/// maker; a level of its amount's band below the last has not signed; an open objection against it; its money is a project's to
/// which none may go; lines that a rule blocks, or holds without a reviewer's decision; its unit or fund is held.
pub fn approve(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate) -> Result<Once<Staged>> {
    bureau.write(|tx, book| {
        once(tx, book, ctx, "approve", &format!("approve:{code}"), &[code], |tx| {
            let batch = load(tx, book, code)?;
            refuse_unsound(tx, book, ctx, &batch, date)?;
            let due = batches::due(tx, book, ctx, &batch.reserved(), &|_| true)?;
            approve_last(tx, book, ctx, &batch, date, &due)
        })
    })
}

/// Signs a reserved batch at the level that is due (逐级签批); the last level approves it. Holds and screening are asked when it
/// is approved. Errors: as for [`approve`]; it is another's level, or the person has signed already.
pub fn sign(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate, may: &dyn Fn(&str) -> bool) -> Result<Once<Approval>> {
    bureau.write(|tx, book| {
        let batch = load(tx, book, code)?;
        let approved = stage(tx, book, batch.id, "approved")?;
        if approved.as_ref().is_some_and(|(approver, _)| *approver != ctx.actor) {
            return AppError::refuse("signed_complete", format!("批次 {code} 已审批"), "无需再签");
        }
        let due = match approved {
            Some(_) => None,
            None => {
                refuse_unsound(tx, book, ctx, &batch, date)?;
                Some(batches::due(tx, book, ctx, &batch.reserved(), may)?)
            }
        };
        if let Some(due) = due.as_ref().filter(|due| !due.missing.is_empty()) {
            batches::record_signature(tx, book, ctx, &batch.reserved(), &due.level, date)?;
            let result = Approval { staged: staged(&batch, None), level: due.level.level, missing: due.missing.clone() };
            return Ok(Once { result, repeated: false });
        }
        let done = once(tx, book, ctx, "approve", &format!("approve:{code}"), &[code], |tx| match &due {
            Some(due) => approve_last(tx, book, ctx, &batch, date, due),
            None => Ok(staged(&batch, None)), // approved while history was taken over
        })?;
        let level = batches::signed_by(tx, book, batch.id, &ctx.actor)?.unwrap_or(0);
        Ok(Once { result: Approval { staged: done.result, level, missing: Vec::new() }, repeated: done.repeated })
    })
}

/// The last signature, and the approval with it.
fn approve_last(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: &Batch, date: NaiveDate, due: &Due) -> Result<Staged> {
    batches::refuse_missing(&batch.reserved(), due)?;
    refuse_held(tx, book, ctx, batch, date)?;
    screening::gate::pass(tx, book, ctx, batch.id, &batch.code, date)?;
    batches::record_signature(tx, book, ctx, &batch.reserved(), &due.level, date)?;
    record(tx, book, ctx, batch, "approved", date, None)?;
    Ok(staged(batch, None))
}

/// Records the approval of a batch that a bank's answer shows to have been approved outside the book: what was paid long ago is
/// only looked at afterwards, for nothing can be stopped any more.
pub fn approve_as_history(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate) -> Result<Once<Staged>> {
    bureau.write(|tx, book| {
        once(tx, book, ctx, "approve", &format!("approve:{code}"), &[code], |tx| {
            let batch = load(tx, book, code)?;
            refuse_unsound(tx, book, ctx, &batch, date)?;
            record(tx, book, ctx, &batch, "approved", date, None)?;
            Ok(staged(&batch, None))
        })
    })
}

/// What stands against any signature of a batch.
fn refuse_unsound(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: &Batch, date: NaiveDate) -> Result<()> {
    let code = &batch.code;
    if stage(tx, book, batch.id, "cancelled")?.is_some() {
        return AppError::refuse("cancelled", format!("批次 {code} 已撤销，不能审批"), "请用新批次号重新编制");
    }
    if batch.maker == ctx.actor {
        let message = format!("批次 {code} 由 {} 编制，不能由本人审批", batch.maker);
        return AppError::refuse("maker_is_checker", message, "请由另一人审批（⟦actor⟧）");
    }
    refuse_date(batch, date, batch.reserved_on)?;
    gate::refuse_batch(tx, book, ctx, batch.id, date)?;
    objections::refuse_open(tx, book, Against::Batch(batch.id), code)?;
    refuse_other_lines(tx, book, batch)
}

/// Refuses a batch of a unit that is held (暂停新增分配), unless it pays money of earlier years, pays returned lines again,
/// or has leave to pass.
fn refuse_held(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: &Batch, date: NaiveDate) -> Result<()> {
    if batch.reissue || hold::passed(tx, book, &batch.code)? {
        return Ok(());
    }
    let slices = slices::load(tx, book, SliceTable::Batch, batch.id)?;
    match Holds::load(tx, book)?.admit_batch(tx, book, &batch.unit, &slices, date)? {
        Ok(uses) => hold::record(tx, book, ctx, "batch", &batch.code, &uses),
        Err(stopped) => AppError::refuse("held", format!("批次 {}：{}", batch.code, stopped.problem), stopped.mend),
    }
}

/// Sends an approved batch to the bank: its money is in transit (在途). Errors: not approved; sent by its approver.
pub fn send(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate) -> Result<Once<Staged>> {
    bureau.write(|tx, book| {
        once(tx, book, ctx, "send", &format!("send:{code}"), &[code], |tx| {
            let batch = load(tx, book, code)?;
            let Some((approver, approved_on)) = stage(tx, book, batch.id, "approved")? else {
                return AppError::refuse("not_approved", format!("批次 {code} 尚未审批"), format!("请先由另一人 ⟦batch.sign⟧ {code}"));
            };
            if approver == ctx.actor {
                let message = format!("批次 {code} 由 {approver} 审批，不能由本人送银行");
                return AppError::refuse("approver_is_sender", message, "请由另一人送银行（⟦actor⟧）");
            }
            if let Some(level) = batches::signed_by(tx, book, batch.id, &ctx.actor)? {
                let message = format!("批次 {code} 的第 {level} 级由 {} 签批，不能由本人送银行", ctx.actor);
                return AppError::refuse("approver_is_sender", message, "请由另一人送银行（⟦actor⟧）");
            }
            refuse_date(&batch, date, approved_on)?;
            gate::refuse_batch(tx, book, ctx, batch.id, date)?;
            objections::refuse_open(tx, book, Against::Batch(batch.id), code)?;
            refuse_other_lines(tx, book, &batch)?;
            let posted = post(tx, book, &ctx.clone().checked_by(&approver), &batch, "send", date)?;
            record(tx, book, ctx, &batch, "sent", date, Some(posted.seq))?;
            Ok(staged(&batch, Some(posted)))
        })
    })
}

/// Gives a batch that was not sent up; its money goes back where it was reserved from. Errors: sent already.
pub fn cancel(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate) -> Result<Once<Staged>> {
    bureau
        .write(|tx, book| once(tx, book, ctx, "cancel", &format!("cancel:{code}"), &[code], |tx| cancel_within(tx, book, ctx, code, date)))
}

/// The same within a larger act.
pub(super) fn cancel_within(tx: &mut Tx<'_>, book: &Book, ctx: &Context, code: &str, date: NaiveDate) -> Result<Staged> {
    let batch = load(tx, book, code)?;
    if stage(tx, book, batch.id, "sent")?.is_some() {
        return AppError::refuse(
            "sent",
            format!("批次 {code} 已送银行，不能撤销"),
            "已送银行的请等回盘：退票可释放，到卡的请追回后导入退回",
        );
    }
    if stage(tx, book, batch.id, "cancelled")?.is_some() {
        return AppError::refuse("cancelled", format!("批次 {code} 已撤销"), "请用 ⟦batch.list⟧ 查看");
    }
    if batch.reissue {
        let message = format!("批次 {code} 是退票重发，不能撤销");
        return AppError::refuse("reissue", message, "请送银行；如不再发放，待退回后释放");
    }
    refuse_date(&batch, date, batch.reserved_on)?;
    let posted = post(tx, book, ctx, &batch, "cancel", date)?;
    record(tx, book, ctx, &batch, "cancelled", date, Some(posted.seq))?;
    Ok(staged(&batch, Some(posted)))
}

fn post(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: &Batch, event: &str, date: NaiveDate) -> Result<Posted> {
    let slices = slices::load(tx, book, SliceTable::Batch, batch.id)?;
    let mut poster = Poster::load(tx, book)?;
    let variant = if batch.reissue { "reissue" } else { "" };
    let draft = poster.draft(event, variant, date, &batch.code, &slices::movements(&slices))?;
    poster.post(tx, ctx, draft)
}

/// Writes the bank's file of a sent batch: the same every time, so that it can be had again. Errors: not sent yet.
pub fn bank_file<W: Write + Seek + Send>(bureau: &mut Bureau, code: &str, format: BankFormat, out: W) -> Result<BankTotals> {
    bureau.read(|tx, book| {
        let batch = load(tx, book, code)?;
        if stage(tx, book, batch.id, "sent")?.is_none() {
            return AppError::refuse("not_sent", format!("批次 {code} 尚未送银行"), format!("请先 ⟦batch.send⟧ {code}"));
        }
        let title = program_name(tx, book, batch.id)?;
        let mut lines = Vec::with_capacity(batch.lines as usize);
        tx.scan(
            "SELECT p.line, c.account, c.holder, p.amount FROM payment p JOIN card c ON c.book = p.book AND c.id = p.card
              WHERE p.book = $1 AND p.batch = $2 ORDER BY p.line",
            params![book.id, batch.id],
            |row| {
                let account = AccountNo::parse(row[1].text()?).map_err(|e| StoreError::Schema(e.to_string()))?;
                lines.push((row[0].int()? as u32, account, row[2].text()?.to_string(), Fen::new(row[3].int()?)));
                Ok(())
            },
        )?;
        let file = BankFile { batch: code, title: &title };
        let lines = lines.iter().map(|(line, account, holder, amount)| BankLine {
            line: *line,
            account: *account,
            holder,
            amount: *amount,
            summary: &title,
        });
        Ok(write_bank_file(&file, format, lines, out)?)
    })
}

/// The programme's name, which the passbook line shows.
fn program_name(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<String> {
    let row = tx.one(
        "SELECT COALESCE((SELECT g.name FROM program g WHERE g.book = b.book AND g.code = b.program ORDER BY g.valid_from DESC LIMIT 1), b.program)
           FROM batch b WHERE b.book = $1 AND b.id = $2",
        params![book.id, batch],
    )?;
    Ok(row.string(0)?)
}
