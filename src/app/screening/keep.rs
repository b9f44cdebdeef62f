//! Writes a run down: findings are added where new, get a version where what they rest on has changed, and a last version
//! where the facts no longer show them. Nothing is changed or deleted. One transaction for one run, rows in bulk.

use super::findings::{Check, Finding, State};
use super::run::Screened;
use crate::app::{Book, Context, Result};
use crate::domain::calendar::day_text;
use crate::domain::ledger::chain::Canonical;
use crate::params;
use crate::store::bulk::Bulk;
use crate::store::{Field, StoreError, Tx};
use serde_json::json;
use std::collections::BTreeMap;

/// How far the book had come when the facts were read.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub seq: i64,
    pub files: i64,
}

impl Head {
    pub fn read(tx: &mut Tx<'_>, book: &Book) -> Result<Head> {
        let sql = "SELECT (SELECT seq FROM chain WHERE book = $1), (SELECT COALESCE(MAX(id), 0) FROM file WHERE book = $1)";
        let row = tx.one(sql, params![book.id])?;
        Ok(Head { seq: row.int(0)?, files: row.int(1)? })
    }
}

/// What writing down came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub run: i64,
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// Found before and no more.
    pub gone: usize,
}

/// Why a run as of this day is not written down; `None` if it is.
pub fn refuse_past(tx: &mut Tx<'_>, book: &Book, as_of: i64) -> Result<Option<String>> {
    let last = tx.one("SELECT COALESCE(MAX(as_of), 0) FROM screen_run WHERE book = $1 AND batch IS NULL", params![book.id])?.int(0)?;
    Ok((as_of < last).then(|| format!("已有截至 {} 的筛查，截至 {} 的结果只供查看，没有记入疑点台账", day_text(last), day_text(as_of))))
}

/// The last version of a finding.
struct Known {
    id: i64,
    rule: String,
    present: bool,
    digest: [u8; 32],
}

pub fn keep(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    screened: &Screened,
    as_of: i64,
    head: Head,
    rules_digest: &[u8; 32],
) -> Result<Kept> {
    let run = tx.take_ids(book.id, "screen_run", 1)?;
    record_run(tx, book, ctx, screened, run, as_of, head, rules_digest)?;
    let mut known = known(tx, book)?;
    let mut kept = Kept { run, new: 0, changed: 0, unchanged: 0, gone: 0 };
    let mut versions = Versions::new(book.id, run);
    let fresh = screened.findings.iter().filter(|finding| !known.contains_key(&finding.key)).count();
    let mut next = tx.take_ids(book.id, "finding", fresh as i64)?;
    let mut bulk = Bulk::into("finding", &["book", "id", "key", "rule", "subject_kind", "subject", "occasion", "first_run"]);
    for finding in &screened.findings {
        let (payments, evidence, digest) = content(finding)?;
        match known.remove(&finding.key) {
            Some(before) if before.present && before.digest == digest => kept.unchanged += 1,
            Some(before) => {
                kept.changed += 1;
                versions.push(before.id, 1, finding, payments, evidence, digest);
            }
            None => {
                kept.new += 1;
                let fields = [
                    Field::Int(book.id),
                    Field::Int(next),
                    Field::Text(&finding.key),
                    Field::Text(finding.rule.id),
                    Field::Text(finding.subject_kind),
                    Field::Text(&finding.subject),
                    Field::Text(&finding.occasion),
                    Field::Int(run),
                ];
                bulk.push(tx, &fields)?;
                versions.push(next, 1, finding, payments, evidence, digest);
                next += 1;
            }
        }
    }
    bulk.finish(tx)?;
    versions.write(tx)?;
    kept.gone = bury(tx, book, run, screened, known)?;
    Ok(kept)
}

#[allow(clippy::too_many_arguments)] // the facts of one row
fn record_run(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    screened: &Screened,
    run: i64,
    as_of: i64,
    head: Head,
    rules_digest: &[u8; 32],
) -> Result<()> {
    let (payments, people, findings) = (screened.payments as i64, screened.people as i64, screened.findings.len() as i64);
    tx.execute(
        "INSERT INTO screen_run (book, id, as_of, batch, seq, files, digest, payments, people, findings, actor, at)
         VALUES ($1, $2, $3, NULL, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![book.id, run, as_of, head.seq, head.files, *rules_digest, payments, people, findings, &ctx.actor, ctx.now()],
    )?;
    record_checks(tx, book, run, screened.checks.iter())
}

/// Writes down what rules of a run could check.
pub(super) fn record_checks<'c>(tx: &mut Tx<'_>, book: &Book, run: i64, checks: impl Iterator<Item = &'c Check>) -> Result<()> {
    for check in checks {
        let (lists, params) = (json!(check.lists).to_string(), json!(check.params).to_string());
        tx.execute(
            "INSERT INTO screen_check (book, run, rule, version, state, why, lists, params, findings)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                book.id,
                run,
                check.rule.id,
                i64::from(check.rule.version),
                check.state,
                &check.why,
                lists,
                params,
                check.findings as i64
            ],
        )?;
    }
    Ok(())
}

fn known(tx: &mut Tx<'_>, book: &Book) -> Result<BTreeMap<String, Known>> {
    let mut known = BTreeMap::new();
    let sql = "SELECT f.key, f.id, f.rule, v.present, v.digest FROM finding f
                 JOIN finding_version v ON v.book = f.book AND v.finding = f.id
                WHERE f.book = $1 AND v.run = (SELECT MAX(w.run) FROM finding_version w WHERE w.book = f.book AND w.finding = f.id)";
    for row in tx.query(sql, params![book.id])? {
        let found = Known { id: row.int(1)?, rule: row.string(2)?, present: row.int(3)? == 1, digest: row.digest(4)? };
        known.insert(row.string(0)?, found);
    }
    Ok(known)
}

/// Payments and evidence as they are stored, and the digest over all that a finding rests on.
fn content(finding: &Finding) -> Result<(String, String, [u8; 32])> {
    let broken = |error: serde_json::Error| StoreError::Schema(error.to_string());
    let payments = serde_json::to_string(&finding.payments).map_err(broken)?;
    let evidence = serde_json::to_string(&finding.evidence).map_err(broken)?;
    let mut c = Canonical::default();
    c.text(finding.severity.code()).int(finding.amount).text(&payments).text(&evidence);
    Ok((payments, evidence, c.finish()))
}

/// Versions on their way into their table, as many as there are.
struct Versions<'f> {
    book: i64,
    run: i64,
    rows: Vec<Version<'f>>,
}

struct Version<'f> {
    id: i64,
    present: i64,
    finding: &'f Finding,
    payments: String,
    evidence: String,
    digest: [u8; 32],
}

impl<'f> Versions<'f> {
    fn new(book: i64, run: i64) -> Versions<'f> {
        Versions { book, run, rows: Vec::new() }
    }

    fn push(&mut self, id: i64, present: i64, finding: &'f Finding, payments: String, evidence: String, digest: [u8; 32]) {
        self.rows.push(Version { id, present, finding, payments, evidence, digest });
    }

    fn write(self, tx: &mut Tx<'_>) -> Result<()> {
        let columns = ["book", "finding", "run", "present", "severity", "amount", "payments", "evidence", "digest"];
        let mut bulk = Bulk::into("finding_version", &columns);
        for Version { id, present, finding, payments, evidence, digest } in &self.rows {
            let fields = [
                Field::Int(self.book),
                Field::Int(*id),
                Field::Int(self.run),
                Field::Int(*present),
                Field::Text(finding.severity.code()),
                Field::Int(finding.amount),
                Field::Text(payments),
                Field::Text(evidence),
                Field::Bytes(digest),
            ];
            bulk.push(tx, &fields)?;
        }
        bulk.finish(tx)?;
        Ok(())
    }
}

/// A last version for findings of rules that have looked with all their lists and found them no more. A rule that could not
/// check has refuted nothing.
fn bury(tx: &mut Tx<'_>, book: &Book, run: i64, screened: &Screened, left: BTreeMap<String, Known>) -> Result<usize> {
    let looked = |rule: &str| screened.checks.iter().any(|check| check.rule.id == rule && check.state == "checked");
    let mut gone = 0;
    for known in left.values().filter(|known| known.present && looked(&known.rule)) {
        gone += 1;
        tx.execute(
            "INSERT INTO finding_version (book, finding, run, present, severity, amount, payments, evidence, digest)
             SELECT book, finding, $3, 0, severity, amount, payments, evidence, digest FROM finding_version
              WHERE book = $1 AND finding = $2 ORDER BY run DESC LIMIT 1",
            params![book.id, known.id, run],
        )?;
    }
    Ok(gone)
}

/// Tells which findings a case follows, and which are set aside until a day that has not passed.
pub fn states(tx: &mut Tx<'_>, book: &Book, today: i64, findings: &mut [Finding]) -> Result<()> {
    let sql = "SELECT f.key, MAX(s.until) FROM finding_suppression s JOIN finding f ON f.book = s.book AND f.id = s.finding
                WHERE s.book = $1 AND s.until >= $2 GROUP BY f.key";
    let mut until = BTreeMap::new();
    for row in tx.query(sql, params![book.id, today])? {
        until.insert(row.string(0)?, row.int(1)?);
    }
    let cases = crate::app::cases::by_finding(tx, book)?;
    for finding in findings {
        if finding.state == State::Gone {
            continue;
        }
        if let Some((code, state)) = cases.get(&finding.key) {
            finding.state = State::InCase(code.clone(), state.chinese().to_string());
        } else if let Some(day) = until.get(&finding.key) {
            finding.state = State::Suppressed(*day);
        }
    }
    Ok(())
}
