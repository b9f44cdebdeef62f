//! What screening (疑点) and complaints (信访投诉) know, read through this one file. A book that was never screened
//! is told apart from one without findings, so that "not there" is never taken for "clean".

use crate::app::{AppError, Book, Result};
use crate::domain::calendar::date_to_int;
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// By what findings and complaints are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Unit,
    Program,
    Village,
}

/// A finding that stands: present in its last version and not set aside.
struct Standing {
    subject_kind: String,
    subject: String,
    points: i64,
    payments: Vec<String>,
}

fn standing(tx: &mut Tx<'_>, book: &Book, day: i64, keys: Option<&[&str]>) -> Result<Vec<Standing>> {
    let sql = "SELECT f.key, f.subject_kind, f.subject, v.severity, v.payments FROM finding f
                 JOIN finding_version v ON v.book = f.book AND v.finding = f.id
                  AND v.run = (SELECT MAX(w.run) FROM finding_version w WHERE w.book = f.book AND w.finding = f.id)
                WHERE f.book = $1 AND v.present = 1
                  AND NOT EXISTS (SELECT 1 FROM finding_suppression s WHERE s.book = f.book AND s.finding = f.id AND s.until >= $2)
                ORDER BY f.id";
    let mut found = Vec::new();
    for row in tx.query(sql, params![book.id, day])? {
        if keys.is_some_and(|keys| !keys.iter().any(|key| row.text(0).is_ok_and(|known| known == *key))) {
            continue;
        }
        let points = match row.text(3)? {
            "block" => 3,
            "hold" => 2,
            _ => 1,
        };
        let payments = serde_json::from_str(row.text(4)?).map_err(|error| StoreError::Schema(error.to_string()))?;
        found.push(Standing { subject_kind: row.string(1)?, subject: row.string(2)?, points, payments });
    }
    Ok(found)
}

/// What findings are about: payments as batch+line or document, and households. Errors: no such finding.
pub(super) fn subjects(tx: &mut Tx<'_>, book: &Book, keys: &[&str]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for key in keys {
        if tx.first("SELECT id FROM finding WHERE book = $1 AND key = $2", params![book.id, *key])?.is_none() {
            return AppError::refuse("no_finding", format!("没有疑点“{key}”"), "请用 ⟦screening.run⟧ 查看疑点编号");
        }
    }
    // an investigation looks also at what was set aside meanwhile
    for finding in standing(tx, book, i64::MAX, Some(keys))? {
        found.extend(finding.payments);
        match finding.subject_kind.as_str() {
            "household" => drop(found.insert(finding.subject)),
            "person" => found.extend(household_of(tx, book, &finding.subject)?),
            _ => {}
        }
    }
    Ok(found)
}

fn household_of(tx: &mut Tx<'_>, book: &Book, id_no: &str) -> Result<Option<String>> {
    let row = tx.first("SELECT household FROM person WHERE book = $1 AND id_no = $2", params![book.id, id_no])?;
    Ok(row.map(|row| row.string(0)).transpose()?)
}

/// Points of standing findings by key; `None` where screening has never run.
pub(super) fn points(tx: &mut Tx<'_>, book: &Book, by: By, day: NaiveDate) -> Result<Option<BTreeMap<String, i64>>> {
    if tx.first("SELECT id FROM screen_run WHERE book = $1 LIMIT 1", params![book.id])?.is_none() {
        return Ok(None);
    }
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for finding in standing(tx, book, date_to_int(day), None)? {
        for key in keys_of(tx, book, by, &finding)? {
            *sums.entry(key).or_default() += finding.points;
        }
    }
    Ok(Some(sums))
}

/// Whose finding it is: a finding counts once for each unit, programme or village that it touches.
fn keys_of(tx: &mut Tx<'_>, book: &Book, by: By, finding: &Standing) -> Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    match (by, finding.subject_kind.as_str()) {
        (By::Unit, "unit") | (By::Program, "program") | (By::Village, "region") => drop(keys.insert(finding.subject.clone())),
        (By::Village, "household") => keys.extend(village_of(tx, book, &finding.subject)?),
        (By::Village, "person") => {
            if let Some(household) = household_of(tx, book, &finding.subject)? {
                keys.extend(village_of(tx, book, &household)?);
            }
        }
        _ => {
            for payment in &finding.payments {
                keys.extend(key_of_payment(tx, book, by, payment)?);
            }
        }
    }
    Ok(keys)
}

fn village_of(tx: &mut Tx<'_>, book: &Book, household: &str) -> Result<Option<String>> {
    let row = tx.first("SELECT region FROM household WHERE book = $1 AND code = $2", params![book.id, household])?;
    Ok(row.map(|row| row.string(0)).transpose()?)
}

/// Unit, programme or village of a payment: batch+line, or a document.
pub(super) fn key_of_payment(tx: &mut Tx<'_>, book: &Book, by: By, payment: &str) -> Result<Option<String>> {
    let line = payment.rsplit_once('+').and_then(|(batch, line)| Some((batch, line.parse::<i64>().ok()?)));
    let row = match (line, by) {
        (Some((batch, _)), By::Unit) => tx.first("SELECT unit FROM batch WHERE book = $1 AND code = $2", params![book.id, batch])?,
        (Some((batch, _)), By::Program) => tx.first("SELECT program FROM batch WHERE book = $1 AND code = $2", params![book.id, batch])?,
        (Some((batch, line)), By::Village) => tx.first(
            "SELECT h.region FROM batch b JOIN payment p ON p.book = b.book AND p.batch = b.id AND p.line = $3
               JOIN household h ON h.book = p.book AND h.id = p.household WHERE b.book = $1 AND b.code = $2",
            params![book.id, batch, line],
        )?,
        (None, By::Unit) => tx.first("SELECT unit FROM disbursement WHERE book = $1 AND doc_no = $2", params![book.id, payment])?,
        (None, By::Program) => None,
        (None, By::Village) => tx.first(
            "SELECT j.region FROM disbursement d JOIN project j ON j.book = d.book AND j.code = d.project
              WHERE d.book = $1 AND d.doc_no = $2",
            params![book.id, payment],
        )?,
    };
    Ok(row.map(|row| row.string(0)).transpose()?)
}

/// Complaints received in a span of days, by key.
pub(super) fn objections(tx: &mut Tx<'_>, book: &Book, by: By, first: i64, last: i64) -> Result<BTreeMap<String, i64>> {
    let key = match by {
        By::Unit => "COALESCE(b.unit, j.department)",
        By::Program => "b.program",
        By::Village => "j.region",
    };
    let sql = format!(
        "SELECT {key}, CAST(COUNT(*) AS BIGINT) FROM objection o
           LEFT JOIN batch b ON b.book = o.book AND b.id = o.batch
           LEFT JOIN project j ON j.book = o.book AND j.code = o.project
          WHERE o.book = $1 AND o.received BETWEEN $2 AND $3 AND {key} IS NOT NULL GROUP BY {key}"
    );
    let rows = tx.query(&sql, params![book.id, first, last])?;
    rows.iter().map(|row| Ok((row.string(0)?, row.int(1)?))).collect()
}
