//! The bureau's people before a batch is approved: what the rules hold is decided by a reviewer with a reason, what they
//! block is given up and made anew without the line, and what was paid past the book is only written down.

use super::run::{APPROVER, CHIEF, REVIEWER, clock};
use crate::app::payout::stage;
use crate::app::screening::gate::{self, Decision, Held};
use crate::app::{AppError, Bureau, Result};
use crate::domain::screening::Severity;
use crate::params;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Why the demo's reviewer lets a held line pass.
const REASON: &str = "示范复核：已入户核实，村级评议材料齐全，暂予发放，待比对后再查";

/// Approves a batch; first a reviewer decides what the rules hold. Gives the number of lines decided.
pub fn approve(bureau: &mut Bureau, code: &str, date: NaiveDate) -> Result<usize> {
    match sign_all(bureau, code, date) {
        Ok(()) => return Ok(0),
        Err(AppError::Refused(refusals)) if refusals.iter().any(|refusal| refusal.code == "screen_hold") => {}
        Err(error) => return Err(error),
    }
    let mut lines: BTreeMap<&'static str, Vec<i64>> = BTreeMap::new();
    for held in held(bureau, code, date)? {
        if held.finding.severity == Severity::Hold && held.decision.is_none() {
            lines.entry(held.finding.rule.id).or_default().push(held.line);
        }
    }
    let mut decided = 0;
    for (rule, mut lines) in lines {
        lines.dedup();
        let decision = Decision { batch: code, lines: &lines, rule, pass: true, reason: REASON, date };
        decided += gate::decide(bureau, &clock(REVIEWER, date), &decision)?.result;
    }
    sign_all(bureau, code, date)?;
    Ok(decided)
}

/// The approver signs, and the chief where the amount needs a second level. What the last signature meets, it meets again once
/// it is decided; the first then stands.
fn sign_all(bureau: &mut Bureau, code: &str, date: NaiveDate) -> Result<()> {
    for name in [APPROVER, CHIEF] {
        match stage::sign(bureau, &clock(name, date), code, date, &|_| true) {
            Ok(signed) if signed.result.missing.is_empty() => return Ok(()),
            Ok(_) => {}
            Err(error) if error.code() == Some("signed_already") => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn held(bureau: &mut Bureau, code: &str, date: NaiveDate) -> Result<Vec<Held>> {
    bureau.read(|tx, book| {
        let row = tx.one("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, code])?;
        gate::held(tx, book, row.int(0)?, date)
    })
}

/// Tries to approve a batch that a rule blocks, and gives it up. Errors: nothing blocks it.
pub fn give_up(bureau: &mut Bureau, code: &str, date: NaiveDate) -> Result<()> {
    match sign_all(bureau, code, date) {
        Err(AppError::Refused(refusals)) if refusals.iter().any(|refusal| refusal.code == "screen_block") => {
            stage::cancel(bureau, &clock(CHIEF, date), code, date)?;
            Ok(())
        }
        Err(error) => Err(error),
        Ok(_) => AppError::refuse("not_blocked", format!("批次 {code} 应被筛查拦下，却通过了审批"), "请检查筛查规则和比对名单"),
    }
}
