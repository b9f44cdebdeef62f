//! Findings as they stand in the books (疑点台账): the last version of each, without screening again.

use super::findings::{Check, Finding, State, sort};
use super::keep::Head;
use crate::app::{Book, Result};
use crate::domain::screening::{Evidence, Severity, rules};
use crate::params;
use crate::store::{StoreError, Tx};

/// The last run on the whole book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRun {
    pub id: i64,
    pub as_of: i64,
    pub seq: i64,
    pub files: i64,
    pub digest: [u8; 32],
    pub payments: i64,
    pub people: i64,
}

impl LastRun {
    pub fn read(tx: &mut Tx<'_>, book: &Book) -> Result<Option<LastRun>> {
        let sql = "SELECT id, as_of, seq, files, digest, payments, people FROM screen_run
                    WHERE book = $1 AND batch IS NULL ORDER BY id DESC LIMIT 1";
        let Some(row) = tx.first(sql, params![book.id])? else { return Ok(None) };
        Ok(Some(LastRun {
            id: row.int(0)?,
            as_of: row.int(1)?,
            seq: row.int(2)?,
            files: row.int(3)?,
            digest: row.digest(4)?,
            payments: row.int(5)?,
            people: row.int(6)?,
        }))
    }

    /// Whether a run now would see just what that one saw: the same day, vouchers, files, rules and parameters.
    pub fn saw_the_same(&self, as_of: i64, head: Head, digest: &[u8; 32]) -> bool {
        (self.as_of, self.seq, self.files, &self.digest) == (as_of, head.seq, head.files, digest)
    }
}

/// All findings with their last version; those that passed away only if `gone`. States of cases and suppression are not in it.
pub fn findings(tx: &mut Tx<'_>, book: &Book, gone: bool) -> Result<Vec<Finding>> {
    let sql = "SELECT f.key, f.rule, f.subject_kind, f.subject, f.occasion, v.present, v.severity, v.amount, v.payments, v.evidence,
                      CASE WHEN f.subject_kind = 'person' THEN
                        COALESCE((SELECT q.household FROM person q WHERE q.book = f.book AND q.id_no = f.subject), '') ELSE '' END
                 FROM finding f JOIN finding_version v ON v.book = f.book AND v.finding = f.id
                WHERE f.book = $1 AND v.run = (SELECT MAX(w.run) FROM finding_version w WHERE w.book = f.book AND w.finding = f.id)";
    let mut found = Vec::new();
    for row in tx.query(sql, params![book.id])? {
        let present = row.int(5)? == 1;
        // a rule that the program no longer has is told by its history, not by the list
        let Some(rule) = rules::find(row.text(1)?).filter(|_| present || gone) else { continue };
        let broken = |error: serde_json::Error| StoreError::Schema(error.to_string());
        let evidence: Vec<Evidence> = serde_json::from_str(row.text(9)?).map_err(broken)?;
        found.push(Finding {
            key: row.string(0)?,
            rule,
            severity: Severity::from_code(row.text(6)?).unwrap_or(rule.severity),
            subject_kind: super::findings::known_kind(row.text(2)?),
            subject: row.string(3)?,
            household: row.string(10)?,
            occasion: row.string(4)?,
            payments: serde_json::from_str(row.text(8)?).map_err(broken)?,
            amount: row.int(7)?,
            evidence,
            state: if present { State::Open } else { State::Gone },
        });
    }
    sort(&mut found);
    Ok(found)
}

/// What each rule of a run could check.
pub fn checks(tx: &mut Tx<'_>, book: &Book, run: i64) -> Result<Vec<Check>> {
    let sql = "SELECT rule, state, why, lists, params, findings FROM screen_check WHERE book = $1 AND run = $2";
    let mut checks = Vec::new();
    for row in tx.query(sql, params![book.id, run])? {
        let broken = |error: serde_json::Error| StoreError::Schema(error.to_string());
        let Some(rule) = rules::find(row.text(0)?) else { continue };
        checks.push(Check {
            rule,
            state: match row.text(1)? {
                "missing" => "missing",
                "stale" => "stale",
                _ => "checked",
            },
            why: row.string(2)?,
            lists: serde_json::from_str(row.text(3)?).map_err(broken)?,
            params: serde_json::from_str(row.text(4)?).map_err(broken)?,
            findings: usize::try_from(row.int(5)?).unwrap_or(0),
        });
    }
    checks.sort_by_key(|check| rules::RULES.iter().position(|rule| rule.id == check.rule.id));
    Ok(checks)
}
