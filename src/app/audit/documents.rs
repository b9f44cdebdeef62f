//! The business tables (业务表) of what payments rest on: fund documents, allocations, units and projects.

use super::business::{opt_text, scan};
use super::scope::Scope;
use crate::app::{Book, Result};
use crate::domain::money::Fen;
use crate::files::writing::package::Package;
use crate::params;
use crate::store::Tx;

/// A fund document and the voucher by which its money came.
pub(super) struct Fund {
    pub doc_no: String,
    pub name: String,
    pub level: String,
    pub category: String,
    pub year: i64,
    pub amount: Fen,
    pub received: i64,
    pub function: String,
    pub carried_over: i64,
    pub carried_from: Option<i64>,
    pub memo: String,
    pub voucher: i64,
}

/// Documents received by the year's end and known then, by number.
pub(super) fn funds(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Vec<Fund>> {
    let rows = tx.query(
        "SELECT f.doc_no, f.name, f.level, f.category, f.year, f.amount, f.received, f.function, f.carried_over, f.carried_from, f.memo,
                CAST(MIN(v.seq) AS BIGINT)
           FROM fund f JOIN voucher v ON v.book = f.book AND v.reference = f.doc_no AND v.event = 'receive' AND v.reverses IS NULL
          WHERE f.book = $1 AND v.seq <= $2 AND v.date <= $3
          GROUP BY f.doc_no, f.name, f.level, f.category, f.year, f.amount, f.received, f.function, f.carried_over, f.carried_from, f.memo",
        params![book.id, scope.last, scope.year * 10_000 + 1231],
    )?;
    let mut funds = Vec::with_capacity(rows.len());
    for row in rows {
        funds.push(Fund {
            doc_no: row.string(0)?,
            name: row.string(1)?,
            level: row.string(2)?,
            category: row.string(3)?,
            year: row.int(4)?,
            amount: Fen::new(row.int(5)?),
            received: row.int(6)?,
            function: row.string(7)?,
            carried_over: row.int(8)?,
            carried_from: row.opt_int(9)?,
            memo: row.opt_string(10)?.unwrap_or_default(),
            voucher: row.int(11)?,
        });
    }
    funds.sort_by(|a, b| a.doc_no.cmp(&b.doc_no));
    Ok(funds)
}

/// The range of vouchers of the year: `voucher` between, as a condition on `v`.
pub(super) const OF_YEAR: &str =
    "JOIN voucher v ON v.book = t.book AND v.seq = t.voucher WHERE t.book = $1 AND v.year = $2 AND v.seq <= $3";

pub(super) fn allocations(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    let sql = format!(
        "SELECT t.doc_no, t.kind, t.date, t.fund, t.unit, t.project, t.program, t.amount, t.memo, t.voucher FROM allocation_act t {OF_YEAR} ORDER BY t.id"
    );
    scan(tx, &sql, params![book.id, scope.year, scope.last], |r| {
        let (doc, kind, fund, unit) = (r[0].text()?, r[1].text()?, r[3].text()?, r[4].text()?);
        let (project, program, memo) = (r[5].text()?, r[6].text()?, opt_text(r[8])?);
        rec.fill(&[&doc, &kind, &r[2].int()?, &fund, &unit, &project, &program, &Fen::new(r[7].int()?), &memo, &r[9].int()?]);
        Ok(out.put(&mut rec))
    })
}

/// Units in use, with what the register says of them: code, name, kind, parent, region, credit code.
pub(super) fn units(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Vec<[String; 6]>> {
    let mut used: std::collections::BTreeSet<String> = scope.items(1).into_keys().map(str::to_string).collect();
    for table in ["allocation_act", "disbursement"] {
        let sql = format!("SELECT DISTINCT t.unit FROM {table} t {OF_YEAR}");
        for row in tx.query(&sql, params![book.id, scope.year, scope.last])? {
            used.insert(row.string(0)?);
        }
    }
    used.insert(scope.head.unit.clone());
    let mut units = Vec::new();
    for row in tx.query("SELECT code, name, kind, parent, region, uscc FROM unit WHERE book = $1", params![book.id])? {
        if used.contains(row.text(0)?) {
            let opt = |at: usize| row.opt_string(at).map(Option::unwrap_or_default);
            units.push([row.string(0)?, row.string(1)?, row.string(2)?, opt(3)?, opt(4)?, opt(5)?]);
        }
    }
    units.sort();
    Ok(units)
}

/// Projects in use: money stands on them or was paid to them.
pub(super) fn projects(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    for row in project_rows(tx, book, scope)? {
        let text = |at: usize| row.opt_string(at).map(Option::unwrap_or_default);
        let (code, name, kind, department) = (row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?);
        let dates: Vec<Option<i64>> = (7..16).map(|at| row.opt_int(at)).collect::<std::result::Result<_, _>>()?;
        let planned = Fen::new(row.int(6)?);
        let (implementer, region, goal, status) = (text(4)?, row.text(5)?, text(16)?, row.text(17)?);
        rec.fill(&[
            &code,
            &name,
            &kind,
            &department,
            &implementer,
            &region,
            &planned,
            &dates[0],
            &dates[1],
            &dates[2],
            &dates[3],
            &dates[4],
            &dates[5],
            &dates[6],
            &dates[7],
            &dates[8],
            &goal,
            &status,
        ]);
        out.put(&mut rec)?;
    }
    Ok(())
}

/// code, name, kind, department, implementer, region, planned, nine dates, goal, status; by code.
pub(super) fn project_rows(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Vec<crate::store::Row>> {
    let mut used: std::collections::BTreeSet<String> = scope.items(2).into_keys().map(str::to_string).collect();
    let sql = format!("SELECT DISTINCT t.project FROM disbursement t {OF_YEAR}");
    for row in tx.query(&sql, params![book.id, scope.year, scope.last])? {
        used.insert(row.string(0)?);
    }
    let mut rows = tx.query(
        "SELECT code, name, kind, department, implementer, region, planned, village_applied, township_reviewed, county_approved,
                province_filed, notice_from, notice_to, started, finished, completion_notice, goal, status FROM project WHERE book = $1",
        params![book.id],
    )?;
    rows.retain(|row| row.text(0).is_ok_and(|code| used.contains(code)));
    rows.sort_by(|a, b| a.text(0).unwrap_or("").cmp(b.text(0).unwrap_or("")));
    Ok(rows)
}
