//! Runs of the ladder checked against the ledger: the head that a run names must be the voucher of that sequence, its policy
//! that which was known then, and its figures and rungs those that follow from the vouchers known then. A run that cannot be
//! worked out again is named with what differs.

use super::figures::assess;
use super::run::{RULES_NAME, Run};
use super::{stored, values};
use crate::app::known_at::Known;
use crate::app::{AppError, Book, Result};
use crate::domain::control::{Decision, RULES};
use crate::domain::ledger::chain::GENESIS;
use crate::params;
use crate::store::Tx;

/// What is wrong with a run.
pub(crate) struct Unsound {
    pub label: String,
    pub message: String,
}

/// Checks every run of a book.
pub(crate) fn check(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Unsound>> {
    let mut found = Vec::new();
    for run in stored::runs(tx, book)? {
        let label = format!("{} 考核第 {} 版", run.month, run.version);
        for message in problems(tx, book, &run)? {
            found.push(Unsound { label: label.clone(), message });
        }
    }
    Ok(found)
}

fn problems(tx: &mut Tx<'_>, book: &Book, run: &Run) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let sealed = tx.first("SELECT hash FROM voucher WHERE book = $1 AND seq = $2", params![book.id, run.seq])?;
    let head = sealed.as_ref().map_or(Ok(GENESIS.to_vec()), |row| row.bytes(0).map(<[u8]>::to_vec))?;
    if head != run.head {
        found.push(format!("链头与序号 {} 的凭证不符", run.seq));
    }
    found.extend(policy_problems(tx, book, run)?);
    let kept = stored::decisions(tx, book, run.id)?;
    let lines: Vec<_> = stored::proposals(tx, book, run.id)?
        .into_iter()
        .map(|(subject, lines)| (subject, lines.into_iter().map(|(_, proposal)| proposal).collect()))
        .collect();
    if stored::digest(run.month, &kept, &lines) != run.digest {
        found.push("考核结果与其摘要不符：记录被改动".to_string());
    }
    // by other rules than these nothing can be said but that the record is whole
    if run.policy.get(RULES_NAME).is_none_or(|rules| rules == RULES) {
        found.extend(again(tx, book, run, &kept)?);
    }
    Ok(found)
}

/// The run worked out again from the vouchers known then, against what it decided.
fn again(tx: &mut Tx<'_>, book: &Book, run: &Run, kept: &[Decision]) -> Result<Option<String>> {
    let before = stored::rungs(tx, book, run.previous)?;
    let assessed = match assess(tx, book, run.month, run.seq, &run.policy, &before) {
        Ok(assessed) => assessed,
        Err(AppError::Store(failure)) => return Err(failure.into()),
        Err(error) => return Ok(Some(format!("不能重算：{error}"))),
    };
    if assessed.digest(run.month) == run.digest {
        return Ok(None);
    }
    let changes = super::run::changes(kept, &assessed.decisions);
    let what = if changes.is_empty() { "收回建议不同".to_string() } else { changes.join("；") };
    Ok(Some(format!("按当时的账（序号 {}）重算结果不同：{what}", run.seq)))
}

/// Values that the run was made with and that were not in force by the settings known then. Where a book had no value of its
/// own the shipped one counted, and a later program may ship another.
fn policy_problems(tx: &mut Tx<'_>, book: &Book, run: &Run) -> Result<Vec<String>> {
    let known = Known { seq: Some(run.seq), time: Some(run.at) };
    let now = values(tx, book, run.month.last_day(), &known)?;
    let own = tx.query("SELECT DISTINCT name FROM setting WHERE book = $1 AND at <= $2", params![book.id, run.at])?;
    let mut found = Vec::new();
    for row in own {
        let name = row.text(0)?;
        let (standing, value) = (now.get(name), run.policy.get(name));
        if standing != value {
            let word = |value: Option<&String>| value.cloned().unwrap_or_default();
            found.push(format!("参数 {name} 记为“{}”，按当时的设置应为“{}”", word(value), word(standing)));
        }
    }
    Ok(found)
}
