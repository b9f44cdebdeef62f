//! Setting a finding aside (暂缓): only until a day, with a reason, asked by one person and agreed by another.

use crate::app::act::{Once, once};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;

/// Errors: no such finding; no reason; a day that has passed or lies more than a year ahead; one person alone.
pub fn suppress(bureau: &mut Bureau, ctx: &Context, key: &str, until: NaiveDate, reason: &str) -> Result<Once<String>> {
    bureau.write(|tx, book| {
        let (id, full) = find(tx, book, key)?;
        let (day, today) = (date_to_int(until), date_to_int(ctx.today()));
        once(tx, book, ctx, "suppress", &format!("suppress:{full}:{day}"), &[reason.trim()], |tx| {
            if reason.trim().is_empty() {
                return AppError::refuse("no_reason", "暂缓疑点须写明理由", "请用 ⟦reason⟧ 写明依据和核实情况");
            }
            if ctx.checker.is_empty() || ctx.checker == ctx.actor {
                return AppError::refuse("one_person", "暂缓疑点须由另一人同意", "请用 ⟦checker⟧ 写明同意人");
            }
            if day < today || day > today + 10_000 {
                let message = format!("暂缓期限 {until} 应在今天以后一年以内");
                return AppError::refuse("until", message, "期满后疑点自动恢复；需要继续暂缓的到期再办");
            }
            let row = tx.take_ids(book.id, "finding_suppression", 1)?;
            tx.execute(
                "INSERT INTO finding_suppression (book, id, finding, until, reason, actor, checker, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                params![book.id, row, id, day, reason.trim(), &ctx.actor, &ctx.checker, ctx.now()],
            )?;
            Ok(full.clone())
        })
    })
}

/// What was done, in a sentence.
pub fn suppressed(done: &Once<String>, until: NaiveDate, ctx: &Context) -> String {
    let again = if done.repeated { "（此前已办理）" } else { "" };
    format!("疑点 {} 暂缓至 {until}，同意人 {}{again}", done.result, ctx.checker)
}

/// A finding by its key, or by the beginning of it where that names one only.
pub fn find(tx: &mut Tx<'_>, book: &Book, key: &str) -> Result<(i64, String)> {
    let key = key.trim();
    let whole = key.len() >= 6 && key.bytes().all(|b| b.is_ascii_hexdigit());
    let rows = if whole {
        let pattern = format!("{}%", key.to_ascii_lowercase());
        tx.query("SELECT id, key FROM finding WHERE book = $1 AND key LIKE $2 ORDER BY key LIMIT 2", params![book.id, pattern])?
    } else {
        Vec::new()
    };
    match rows.as_slice() {
        [one] => Ok((one.int(0)?, one.string(1)?)),
        [] => AppError::refuse("no_finding", format!("没有疑点 {key}"), "请用 ⟦screening.run⟧ 查看疑点编号（至少写前 6 位）"),
        _ => AppError::refuse("which_finding", format!("编号以 {key} 开头的疑点不止一个"), "请多写几位"),
    }
}
