//! `notice publish`: where a notice hung, from when to when, and the proof of it. The proof is a file whose digest is kept; the
//! notice's own digest was kept when it was written, and a paper handed over with `file` must be that one.

use super::proof::Proof;
use crate::app::act::{Once, once};
use crate::app::{AppError, Bureau, Context, Refusal, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::notices::{Kind, Window};
use crate::params;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Levels whose boards a notice hangs on.
pub const LEVELS: [&str; 3] = ["村", "乡", "县"];

#[derive(Debug, Clone)]
pub struct Publication {
    pub which: Which,
    /// Whose board it was: 村、乡、县; empty where it is not said.
    pub level: String,
    pub place: String,
    pub window: Window,
    pub proof: Proof,
    /// The paper that hung, to be compared with the one written.
    pub file: Option<Proof>,
}

/// A notice by its number, or the last written of a project.
#[derive(Debug, Clone)]
pub enum Which {
    Number(i64),
    Project(String, Kind),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub notice: i64,
    pub name: String,
    pub days: i64,
}

/// Records it. Errors: no such notice; hung before it was written; no place; another paper than the one written.
pub fn publish(bureau: &mut Bureau, ctx: &Context, asked: &Publication) -> Result<Once<Published>> {
    bureau.write(|tx, book| {
        let found = match &asked.which {
            Which::Number(id) => {
                tx.first("SELECT id, name, written, docx, xlsx FROM notice WHERE book = $1 AND id = $2", params![book.id, *id])?
            }
            Which::Project(code, kind) => tx.first(
                "SELECT id, name, written, docx, xlsx FROM notice WHERE book = $1 AND project = $2 AND kind = $3 ORDER BY id DESC LIMIT 1",
                params![book.id, code, kind.code()],
            )?,
        };
        let Some(found) = found else {
            return AppError::refuse("no_notice", "没有这份公示", "请先 ⟦notice.of_project⟧，编号见 ⟦notice.list⟧");
        };
        let (id, name) = (found.int(0)?, found.string(1)?);
        let (from, to) = (asked.window.from.to_string(), asked.window.to.to_string());
        let key = format!("publish:{id}:{from}:{to}:{}", asked.place);
        once(tx, book, ctx, "publish", &key, &[&from, &to, &asked.place, &asked.proof.name], |tx| {
            let mut refusals = Vec::new();
            let mut refuse = |code, message: String, mend: &str| refusals.push(Refusal::new(code, message, mend));
            if asked.place.trim().is_empty() {
                refuse("no_place", "没有写明张贴地点".into(), "请用 ⟦place⟧ 写明，如 报白村公示栏");
            }
            if !asked.level.is_empty() && !LEVELS.contains(&asked.level.as_str()) {
                refuse("level", format!("没有“{}”这一级", asked.level), "请写 村、乡 或 县");
            }
            if asked.window.from > asked.window.to {
                refuse("date_order", format!("公示结束 {to} 早于公示开始 {from}"), "请核对日期");
            }
            let written = date_from_int(found.int(2)?).unwrap_or(NaiveDate::MIN);
            if asked.window.from < written {
                refuse("date_order", format!("公示开始 {from} 早于公示文稿的日期 {written}"), "请核对日期");
            }
            if let Some(file) = &asked.file
                && ![found.digest(3)?, found.digest(4)?].contains(&file.digest)
            {
                refuse("other_notice", format!("{} 与登记的公示文稿“{name}”不一致", file.name), "请核对文件，或重新 notice write 后张贴");
            }
            if !refusals.is_empty() {
                return Err(AppError::Refused(refusals));
            }
            let publication = tx.take_ids(book.id, "notice_publication", 1)?;
            tx.execute(
                "INSERT INTO notice_publication (book, id, notice, level, place, date_from, date_to, proof_name, proof_digest, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                params![
                    book.id,
                    publication,
                    id,
                    &asked.level,
                    asked.place.trim(),
                    date_to_int(asked.window.from),
                    date_to_int(asked.window.to),
                    &asked.proof.name,
                    asked.proof.digest,
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(Published { notice: id, name: name.clone(), days: asked.window.days() })
        })
    })
}
