//! Signatures of a batch on its way to approval: the bands of its amount say how many levels must sign, each by another person
//! than its maker and than each other; the last of them approves it ([`crate::app::payout::stage`]). Instead of signing, a
//! signer may send it back with a reason; its maker then cancels or strips it, or answers and sends it again.

use super::{levels, refused, say_missing};
use crate::app::act::Once;
use crate::app::payout::reissue::batch_id;
use crate::app::payout::stage::{self, Approval};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::access::Principal;
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::domain::workflow::{Level, Signature, missing, needed, next};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::Serialize;

/// The subject of the levels.
pub const SUBJECT: &str = "payout";

/// A row of a batch's signatures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub act: String,
    pub level: i64,
    pub date: i64,
    pub actor: String,
    pub reason: String,
    pub at: i64,
}

/// A batch and how far its signatures have come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    pub batch: String,
    pub maker: String,
    pub total: Fen,
    pub entries: Vec<Entry>,
    pub missing: Vec<Level>,
}

impl Standing {
    /// Why it was sent back, while it is.
    pub fn returned(&self) -> Option<&Entry> {
        self.entries.last().filter(|entry| entry.act == "returned")
    }
}

/// Signatures of the present round.
pub fn given(entries: &[Entry]) -> Vec<Signature> {
    let from = entries.iter().rposition(|entry| entry.act == "returned").map_or(0, |at| at + 1);
    let signed = entries[from..].iter().filter(|entry| entry.act == "signed");
    signed.map(|entry| Signature { level: entry.level, name: entry.actor.clone() }).collect()
}

pub(in crate::app) fn entries(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Vec<Entry>> {
    let sql = "SELECT act, level, date, actor, reason, at FROM batch_signature WHERE book = $1 AND batch = $2 ORDER BY seq";
    let mut found = Vec::new();
    for row in tx.query(sql, params![book.id, batch])? {
        found.push(Entry {
            act: row.string(0)?,
            level: row.int(1)?,
            date: row.int(2)?,
            actor: row.string(3)?,
            reason: row.string(4)?,
            at: row.int(5)?,
        });
    }
    Ok(found)
}

/// What a signature needs to know of a batch.
pub(in crate::app) struct Reserved<'a> {
    pub id: i64,
    pub code: &'a str,
    pub maker: &'a str,
    pub total: Fen,
    pub digest: &'a [u8; 32],
}

/// The level that is due.
pub(in crate::app) struct Due {
    pub level: Level,
    /// Those that come after it.
    pub missing: Vec<Level>,
}

/// The level that the actor signs now. Errors: sent back and not sent again; the maker signs; signed by this person already;
/// another's level is due.
pub(in crate::app) fn due(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: &Reserved<'_>, may: &dyn Fn(&str) -> bool) -> Result<Due> {
    let entries = entries(tx, book, batch.id)?;
    if let Some(returned) = entries.last().filter(|entry| entry.act == "returned") {
        let message = format!("批次 {} 已由 {} 退回更正：{}", batch.code, returned.actor, returned.reason);
        return AppError::refuse("returned", message, "请由编制人撤销或剔除后重编，或说明情况后再次送审");
    }
    let levels = levels::on(tx, book, ctx.today())?;
    let (needed, given) = (needed(&levels, SUBJECT, batch.total), given(&entries));
    match next(&needed, &given, batch.maker, &ctx.actor, may) {
        Ok((level, _)) => {
            let missing = missing(&needed, &given).into_iter().filter(|other| other.level > level.level).cloned().collect();
            Ok(Due { level: level.clone(), missing })
        }
        Err(against) => Err(refused(&against, &format!("批次 {} ", batch.code), batch.maker)),
    }
}

/// An approval while other levels are missing.
pub(in crate::app) fn refuse_missing(batch: &Reserved<'_>, due: &Due) -> Result<()> {
    if due.missing.is_empty() {
        return Ok(());
    }
    let all = std::iter::once(&due.level).chain(&due.missing);
    let message = format!("批次 {} 金额 {} 元，须逐级签批，还缺{}", batch.code, batch.total.yuan_grouped(), say_missing(all));
    Err(Refusal::new("signature_missing", message, "请由各级不同的人依次签批").into())
}

pub(in crate::app) fn record_signature(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    batch: &Reserved<'_>,
    level: &Level,
    date: NaiveDate,
) -> Result<()> {
    let step = Step { act: "signed", level: level.level, permission: &level.permission, reason: "", digest: batch.digest.to_vec() };
    record(tx, book, ctx, batch.id, date, &step)
}

struct Step<'a> {
    act: &'a str,
    level: i64,
    permission: &'a str,
    reason: &'a str,
    digest: Vec<u8>,
}

fn record(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: i64, date: NaiveDate, step: &Step<'_>) -> Result<()> {
    tx.execute(
        "INSERT INTO batch_signature (book, batch, seq, act, level, permission, date, reason, digest, actor, at)
         VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM batch_signature WHERE book = $1 AND batch = $2),
                 $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            book.id,
            batch,
            step.act,
            step.level,
            step.permission,
            date_to_int(date),
            step.reason,
            step.digest.clone(),
            &ctx.actor,
            ctx.now()
        ],
    )?;
    Ok(())
}

/// Whether somebody signed the batch in the present round: then they do not send it to the bank.
pub(in crate::app) fn signed_by(tx: &mut Tx<'_>, book: &Book, batch: i64, name: &str) -> Result<Option<i64>> {
    let entries = entries(tx, book, batch)?;
    Ok(given(&entries).into_iter().find(|signature| signature.name == name).map(|signature| signature.level))
}

/// Signs a batch at the level that is due; the last level approves it. Errors: as [`due`] and
/// [`crate::app::payout::stage::approve`].
pub fn sign(bureau: &mut Bureau, ctx: &Context, who: &Principal, code: &str, date: NaiveDate) -> Result<Once<Approval>> {
    stage::sign(bureau, ctx, code, date, &|permission| who.may(permission))
}

/// Sends a batch back for correction. Errors: no such batch; no reason; approved, cancelled or sent back already; its own maker;
/// a person who signs no level of it.
pub fn send_back(bureau: &mut Bureau, ctx: &Context, who: &Principal, code: &str, date: NaiveDate, reason: &str) -> Result<()> {
    let reason = reason.trim();
    if reason.is_empty() {
        return AppError::refuse("no_reason", "退回须写明理由", "请写明需要更正什么");
    }
    bureau.write(|tx, book| {
        let (id, standing) = open(tx, book, ctx, code)?;
        if standing.maker == ctx.actor {
            let message = format!("批次 {code} 由 {} 编制，不能由本人退回", standing.maker);
            return AppError::refuse("maker_is_checker", message, "本人可直接撤销");
        }
        let levels = levels::on(tx, book, ctx.today())?;
        if needed(&levels, SUBJECT, standing.total).iter().all(|level| !who.may(&level.permission)) {
            return AppError::refuse("not_your_level", format!("您没有签批批次 {code} 的权限，不能退回"), "请由有签批权限的人退回");
        }
        if standing.returned().is_some() {
            return AppError::refuse("returned", format!("批次 {code} 已退回"), "请等编制人更正");
        }
        record(tx, book, ctx, id, date, &Step { act: "returned", level: 0, permission: "", reason, digest: Vec::new() })
    })
}

/// Sends a returned batch again with an answer; all signatures are given anew. Errors: no such batch; not returned; not its maker.
pub fn send_again(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate, answer: &str) -> Result<()> {
    bureau.write(|tx, book| {
        let (id, standing) = open(tx, book, ctx, code)?;
        if standing.maker != ctx.actor {
            let message = format!("批次 {code} 由 {} 编制，只能由本人再次送审", standing.maker);
            return AppError::refuse("not_maker", message, "请由编制人办理");
        }
        if standing.returned().is_none() {
            return AppError::refuse("not_returned", format!("批次 {code} 没有被退回"), "无需再次送审");
        }
        record(tx, book, ctx, id, date, &Step { act: "resent", level: 0, permission: "", reason: answer.trim(), digest: Vec::new() })
    })
}

/// A reserved batch that is neither approved nor cancelled.
fn open(tx: &mut Tx<'_>, book: &Book, ctx: &Context, code: &str) -> Result<(i64, Standing)> {
    let id = batch_id(tx, book, code)?;
    let passed = "SELECT stage FROM batch_stage WHERE book = $1 AND batch = $2 AND stage <> 'reserved'";
    if tx.first(passed, params![book.id, id])?.is_some() {
        return AppError::refuse("batch_state", format!("批次 {code} 已审批或已撤销"), "请查看批次的办理过程");
    }
    Ok((id, standing(tx, book, ctx, id, code)?))
}

fn standing(tx: &mut Tx<'_>, book: &Book, ctx: &Context, id: i64, code: &str) -> Result<Standing> {
    let row = tx.one(
        "SELECT b.maker, s.total FROM batch b JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
          WHERE b.book = $1 AND b.id = $2",
        params![book.id, id],
    )?;
    let total = Fen::new(row.int(1)?);
    let entries = entries(tx, book, id)?;
    let levels = levels::on(tx, book, ctx.today())?;
    let missing = missing(&needed(&levels, SUBJECT, total), &given(&entries)).into_iter().cloned().collect();
    Ok(Standing { batch: code.to_string(), maker: row.string(0)?, total, entries, missing })
}

/// Signatures of one batch. Errors: no such batch.
pub fn show(bureau: &mut Bureau, ctx: &Context, code: &str) -> Result<Standing> {
    bureau.read(|tx, book| {
        let id = batch_id(tx, book, code)?;
        let mut found = standing(tx, book, ctx, id, code)?;
        let approved = "SELECT stage FROM batch_stage WHERE book = $1 AND batch = $2 AND stage IN ('approved', 'cancelled')";
        if tx.first(approved, params![book.id, id])?.is_some() {
            found.missing.clear();
        }
        Ok(found)
    })
}
