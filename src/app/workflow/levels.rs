//! The levels of signature in force, and their change: rows with the day from which they hold, added and never rewritten.

use crate::app::act::{Once, once};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::access::permission;
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::domain::workflow::{Level, SUBJECTS, in_force, shipped};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;

/// All levels that hold on a day, by subject and level.
pub fn on(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<Vec<Level>> {
    let mut rows = shipped();
    let sql = "SELECT subject, level, from_amount, permission, valid_from, source FROM approval_level WHERE book = $1
                ORDER BY subject, level, valid_from";
    for row in tx.query(sql, params![book.id])? {
        rows.push(Level {
            subject: row.string(0)?,
            level: row.int(1)?,
            from: Fen::new(row.int(2)?),
            permission: row.string(3)?,
            valid_from: row.int(4)?,
            source: row.string(5)?,
        });
    }
    Ok(in_force(rows, date_to_int(day)))
}

/// The same as a use case of its own.
pub fn list(bureau: &mut Bureau, day: NaiveDate) -> Result<Vec<Level>> {
    bureau.read(|tx, book| on(tx, book, day))
}

/// A level as it is to hold from a day on.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    pub subject: &'a str,
    pub level: i64,
    pub from_amount: Fen,
    /// Empty: the level is not needed any more.
    pub permission: &'a str,
    pub valid_from: NaiveDate,
    pub source: &'a str,
}

/// Puts a level in force. Errors: no such subject or permission; a first level that does not hold for all; no document that
/// orders it; a level for that day stands already.
pub fn set(bureau: &mut Bureau, ctx: &Context, change: &Change<'_>) -> Result<Once<bool>> {
    refuse(change)?;
    let from = date_to_int(change.valid_from);
    bureau.write(|tx, book| {
        let key = format!("approval_level:{}:{}:{from}", change.subject, change.level);
        let amount = change.from_amount.get();
        once(tx, book, ctx, "approval_level", &key, &[&amount.to_string(), change.permission, change.source.trim()], |tx| {
            tx.execute(
                "INSERT INTO approval_level (book, subject, level, valid_from, from_amount, permission, source, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                params![
                    book.id,
                    change.subject,
                    change.level,
                    from,
                    amount,
                    change.permission,
                    change.source.trim(),
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(true)
        })
    })
}

fn refuse(change: &Change<'_>) -> Result<()> {
    if SUBJECTS.iter().all(|(code, _)| *code != change.subject) {
        let known: Vec<&str> = SUBJECTS.iter().map(|(code, _)| *code).collect();
        return AppError::refuse("no_subject", format!("没有“{}”这类审批事项", change.subject), format!("可用：{}", known.join("、")));
    }
    if !change.permission.is_empty() && permission(change.permission).is_none() {
        return AppError::refuse("no_permission_code", format!("没有权限“{}”", change.permission), "请用权限表中的编码");
    }
    if !(1..=9).contains(&change.level) {
        return AppError::refuse("level", format!("没有第 {} 级", change.level), "审批层级为 1 至 9");
    }
    if change.from_amount.is_negative() {
        return AppError::refuse("level", "起始金额不能小于零", "请核对金额");
    }
    if change.level == 1 && (!change.from_amount.is_zero() || change.permission.is_empty()) {
        return AppError::refuse("first_level", "第 1 级须对所有金额有效，不能取消", "请只调整第 2 级及以上");
    }
    if change.source.trim().is_empty() {
        return AppError::refuse("no_reason", "调整审批层级须写明依据", "请写明文号或会议纪要");
    }
    Ok(())
}
