//! Whose findings and cases are: by the payments that they are about, each a line of a batch (`批次号+序号`), a project payment
//! or a voucher; where there is none, by their subject. All payees' units must be in scope, for the evidence names them all.

use super::{Owners, owners, voucher_of};
use crate::app::inquiry::voucher;
use crate::app::{Book, Result};
use crate::domain::access::Thing;
use crate::params;
use crate::store::{StoreError, Tx};
use std::collections::BTreeSet;

pub(super) fn finding(tx: &mut Tx<'_>, book: &Book, key: &str) -> Result<Option<Owners>> {
    let sql = "SELECT f.subject_kind, f.subject, v.payments FROM finding f
                 JOIN finding_version v ON v.book = f.book AND v.finding = f.id
                WHERE f.book = $1 AND f.key = $2 ORDER BY v.run DESC LIMIT 1";
    let Some(row) = tx.first(sql, params![book.id, key])? else { return Ok(None) };
    let of_payments = by_payments(tx, book, row.text(2)?)?;
    if !of_payments.units.is_empty() {
        return Ok(Some(of_payments));
    }
    subject(tx, book, row.text(0)?, row.text(1)?).map(Some)
}

pub(super) fn case(tx: &mut Tx<'_>, book: &Book, key: &str) -> Result<Option<Owners>> {
    let Some(row) = tx.first("SELECT id, payments FROM lead WHERE book = $1 AND code = $2", params![book.id, key])? else {
        return Ok(None);
    };
    let mut found = by_payments(tx, book, row.text(1)?)?;
    let sql = "SELECT f.key FROM lead_finding x JOIN finding f ON f.book = x.book AND f.id = x.finding WHERE x.book = $1 AND x.lead = $2";
    for row in tx.query(sql, params![book.id, row.int(0)?])? {
        let Some(more) = finding(tx, book, row.text(0)?)? else { continue };
        found.units.extend(more.units);
        found.regions.extend(more.regions);
    }
    Ok(Some(found))
}

fn subject(tx: &mut Tx<'_>, book: &Book, kind: &str, key: &str) -> Result<Owners> {
    let thing = match kind {
        "batch" => Thing::Batch,
        "disbursement" => Thing::Disbursement,
        "project" => Thing::Project,
        "unit" => Thing::Unit,
        "region" => Thing::Region,
        "household" => Thing::Household,
        "person" => return person(tx, book, key),
        _ => return Ok(Owners::default()), // accounts, programmes, funds, payees, years: the county's
    };
    Ok(owners(tx, book, thing, key)?.unwrap_or_default())
}

fn person(tx: &mut Tx<'_>, book: &Book, id_no: &str) -> Result<Owners> {
    let sql = "SELECT h.region FROM person p JOIN household h ON h.book = p.book AND h.code = p.household
                WHERE p.book = $1 AND p.id_no = $2";
    let row = tx.first(sql, params![book.id, id_no])?;
    Ok(Owners::default().region_of(row.map(|row| row.string(0)).transpose()?))
}

fn by_payments(tx: &mut Tx<'_>, book: &Book, json: &str) -> Result<Owners> {
    let list: Vec<String> = serde_json::from_str(json).map_err(|e| StoreError::Schema(e.to_string()))?;
    let mut found = Owners::default();
    let mut asked = BTreeSet::new();
    for reference in &list {
        let (thing, key) = match reference.rsplit_once('+') {
            Some((batch, _)) => (Thing::Batch, batch),
            None => (Thing::Disbursement, reference.as_str()),
        };
        if !asked.insert(key) {
            continue;
        }
        let of = match owners(tx, book, thing, key)? {
            Some(of) => of,
            None => match voucher::seq_of(tx, book, key)? {
                Some(seq) => voucher_of(tx, book, seq)?,
                None => continue,
            },
        };
        found.units.extend(of.units);
    }
    Ok(found)
}
