//! Programmes, regions, units, projects; funds, allocations, project payments, what came back, and what each place took and
//! gave by day. All of it is small beside the payment lines.

use crate::app::book::chart;
use crate::app::projects::recorded;
use crate::app::{Book, Result};
use crate::domain::calendar::date_from_int;
use crate::domain::screening::facts::{AllocationAct, Dim, Disbursement, Fund, PlaceDay, Program, Project, Refund, Region, Slice, Unit};
use crate::domain::screening::{Facts, NONE, Origin};
use crate::params;
use crate::store::{Row, Tx};
use chrono::NaiveDate;
use foldhash::HashMap;

use super::people::OPEN;

/// What stands before any money.
pub fn registers(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    programs(tx, book, facts)?;
    for row in
        tx.query("SELECT code, name, parent, level, poor_village, exit_year FROM region WHERE book = $1 ORDER BY code", params![book.id])?
    {
        facts.regions.push(Region {
            code: row.string(0)?,
            name: row.string(1)?,
            parent: row.opt_string(2)?.unwrap_or_default(),
            level: row.string(3)?,
            poor_village: row.opt_int(4)? == Some(1),
            exit_year: row.opt_int(5)?.unwrap_or(0),
        });
    }
    for row in
        tx.query("SELECT code, name, kind, parent, region, uscc, account FROM unit WHERE book = $1 ORDER BY code", params![book.id])?
    {
        facts.units.push(Unit {
            code: row.string(0)?,
            name: row.string(1)?,
            kind: row.string(2)?,
            parent: row.opt_string(3)?.unwrap_or_default(),
            region: row.opt_string(4)?.unwrap_or_default(),
            uscc: row.opt_string(5)?.unwrap_or_default(),
            account: row.opt_string(6)?.unwrap_or_default(),
        });
    }
    // byte order, as the look-ups want it, whatever the database's collation
    facts.regions.sort_by(|a, b| a.code.cmp(&b.code));
    facts.units.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(())
}

fn programs(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    let rows = tx.query(
        "SELECT code, name, department, subject, rate, measure, bound, eligibility, valid_from, valid_to, notice_days, excludes
           FROM program WHERE book = $1",
        params![book.id],
    )?;
    for row in rows {
        let excludes = row.opt_string(11)?.unwrap_or_default();
        let codes = excludes.split([';', '；', ',', '，', '、']).map(str::trim).filter(|code| !code.is_empty());
        facts.programs.push(Program {
            code: row.string(0)?,
            name: row.string(1)?,
            department: row.string(2)?,
            subject: row.string(3)?,
            rate: row.int(4)?,
            measure: row.string(5)?,
            bound: row.string(6)?,
            eligibility: row.opt_string(7)?.unwrap_or_default(),
            from: row.int(8)?,
            to: row.opt_int(9)?.unwrap_or(OPEN),
            notice_days: row.opt_int(10)?,
            excludes: codes.map(str::to_string).collect(),
        });
    }
    facts.programs.sort_by(|a, b| (&a.code, a.from).cmp(&(&b.code, b.from)));
    Ok(())
}

/// What the whole book's rules look at.
pub fn flows(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    projects(tx, book, facts)?;
    funds(tx, book, facts)?;
    let dims = dims(tx, book, facts)?;
    allocation_acts(tx, book, facts)?;
    disbursements(tx, book, &dims, facts)?;
    places(tx, book, &dims, facts)?;
    for row in tx.query(
        "SELECT function, use_kind, valid_from FROM fund_use WHERE book = $1 ORDER BY function, use_kind, valid_from",
        params![book.id],
    )? {
        facts.fund_uses.push((row.string(0)?, row.string(1)?, row.int(2)?));
    }
    Ok(())
}

fn origin(row: &Row, file: usize) -> Result<Origin> {
    Ok(Origin { file: row.int(file)?, row: row.int(file + 1)? })
}

fn projects(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    let rows = tx.query(
        "SELECT code, name, kind, department, implementer, region, planned, goal, status, file, file_row, village_applied,
                township_reviewed, county_approved, province_filed, notice_from, notice_to, started, finished, completion_notice
           FROM project WHERE book = $1",
        params![book.id],
    )?;
    for row in rows {
        let day = |column: usize| row.opt_int(column).map(|day| day.unwrap_or(0));
        facts.projects.push(Project {
            code: row.string(0)?,
            name: row.string(1)?,
            kind: row.string(2)?,
            department: row.string(3)?,
            implementer: row.opt_string(4)?.unwrap_or_default(),
            region: row.string(5)?,
            planned: row.int(6)?,
            goal: row.opt_string(7)?.unwrap_or_default(),
            status: row.string(8)?,
            origin: origin(&row, 9)?,
            village_applied: day(11)?,
            township_reviewed: day(12)?,
            county_approved: day(13)?,
            province_filed: day(14)?,
            notice_from: day(15)?,
            notice_to: day(16)?,
            started: day(17)?,
            finished: day(18)?,
            completion_notice: day(19)?,
        });
    }
    facts.projects.sort_by(|a, b| a.code.cmp(&b.code));
    let day = date_from_int(facts.as_of).unwrap_or(NaiveDate::MAX);
    for (code, now) in recorded::recorded(tx, book, day)? {
        // what was recorded step by step counts before the register's row
        if let Ok(at) = facts.projects.binary_search_by(|project| project.code.cmp(&code)) {
            let project = &mut facts.projects[at];
            [project.village_applied, project.township_reviewed, project.county_approved, project.province_filed] = now.filed;
            (project.notice_from, project.notice_to) = (now.notice_from, now.notice_to);
            (project.started, project.finished, project.completion_notice) = (now.started, now.finished, now.completion_notice);
            (project.status, project.goal) = (now.status, now.goal);
        }
    }
    Ok(())
}

fn funds(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    let rows = tx.query(
        "SELECT doc_no, name, level, category, year, amount, received, function, carried_over, carried_from, file, file_row
           FROM fund WHERE book = $1 AND received <= $2",
        params![book.id, facts.as_of],
    )?;
    for row in rows {
        facts.funds.push(Fund {
            doc_no: row.string(0)?,
            name: row.string(1)?,
            level: row.string(2)?,
            category: row.string(3)?,
            year: row.int(4)?,
            amount: row.int(5)?,
            received: row.int(6)?,
            function: row.string(7)?,
            carried_over: row.int(8)? == 1,
            carried_from: row.opt_int(9)?.unwrap_or(0),
            origin: origin(&row, 10)?,
        });
    }
    facts.funds.sort_by(|a, b| a.doc_no.cmp(&b.doc_no));
    Ok(())
}

/// Dimension sets in the order of their ids; returns their indices.
fn dims(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<HashMap<i64, u32>> {
    let rows = tx.query(
        "SELECT d.id, d.fund, COALESCE(a.doc_no, ''), COALESCE(a.unit, ''), COALESCE(a.project, ''), COALESCE(a.program, '')
           FROM dim d LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation WHERE d.book = $1 ORDER BY d.id",
        params![book.id],
    )?;
    let mut index = HashMap::default();
    for (at, row) in rows.iter().enumerate() {
        index.insert(row.int(0)?, at as u32);
        facts.dims.push(Dim {
            id: row.int(0)?,
            fund: row.string(1)?,
            allocation: row.string(2)?,
            unit: row.string(3)?,
            project: row.string(4)?,
            program: row.string(5)?,
        });
    }
    Ok(index)
}

/// SQL that leaves out what was reversed in red: `{voucher}` is the column.
const STANDS: &str = "NOT EXISTS (SELECT 1 FROM voucher w WHERE w.book = t.book AND w.reverses = t.voucher)";

fn allocation_acts(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    let sql = format!(
        "SELECT t.doc_no, t.kind, t.date, t.fund, t.unit, t.project, t.program, t.amount, t.voucher, t.file, t.file_row
           FROM allocation_act t WHERE t.book = $1 AND t.date <= $2 AND {STANDS} ORDER BY t.date, t.id"
    );
    for row in tx.query(&sql, params![book.id, facts.as_of])? {
        facts.allocation_acts.push(AllocationAct {
            doc_no: row.string(0)?,
            kind: row.string(1)?,
            date: row.int(2)?,
            fund: row.string(3)?,
            unit: row.string(4)?,
            project: row.string(5)?,
            program: row.string(6)?,
            amount: row.int(7)?,
            voucher: row.int(8)?,
            origin: origin(&row, 9)?,
        });
    }
    Ok(())
}

fn disbursements(tx: &mut Tx<'_>, book: &Book, dims: &HashMap<i64, u32>, facts: &mut Facts) -> Result<()> {
    let sql = format!(
        "SELECT t.id, t.doc_no, t.date, t.unit, t.allocation, t.project, t.payee, t.account, t.payee_kind, t.purpose, t.amount, t.method,
                t.retention, t.event, t.voucher, t.file, t.file_row
           FROM disbursement t WHERE t.book = $1 AND t.date <= $2 AND {STANDS} ORDER BY t.date, t.id"
    );
    let mut index: HashMap<i64, usize> = HashMap::default();
    for row in tx.query(&sql, params![book.id, facts.as_of])? {
        index.insert(row.int(0)?, facts.disbursements.len());
        facts.disbursements.push(Disbursement {
            id: row.int(0)?,
            doc_no: row.string(1)?,
            date: row.int(2)?,
            unit: row.string(3)?,
            allocation: row.string(4)?,
            project: row.string(5)?,
            payee: row.string(6)?,
            account: row.string(7)?,
            payee_kind: row.string(8)?,
            purpose: row.string(9)?,
            amount: row.int(10)?,
            method: row.string(11)?,
            retention: row.int(12)? == 1,
            event: row.string(13)?,
            voucher: row.int(14)?,
            origin: origin(&row, 15)?,
            ..Disbursement::default()
        });
    }
    let slices = "SELECT disbursement, dim, amount FROM disbursement_slice WHERE book = $1 ORDER BY disbursement, slice";
    for row in tx.query(slices, params![book.id])? {
        if let (Some(at), Some(dim)) = (index.get(&row.int(0)?), dims.get(&row.int(1)?)) {
            facts.disbursements[*at].slices.push(Slice { dim: *dim, amount: row.int(2)? });
        }
    }
    retention_paid(tx, book, facts)
}

fn retention_paid(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    let rows = tx.query(
        "SELECT t.reference, MIN(t.date) FROM voucher t WHERE t.book = $1 AND t.event = 'retention_pay' AND t.date <= $2
            AND NOT EXISTS (SELECT 1 FROM voucher w WHERE w.book = t.book AND w.reverses = t.seq) GROUP BY t.reference",
        params![book.id, facts.as_of],
    )?;
    let mut paid: HashMap<String, i64> = HashMap::default();
    for row in rows {
        paid.insert(row.string(0)?, row.int(1)?);
    }
    for disbursement in facts.disbursements.iter_mut().filter(|d| d.retention) {
        disbursement.retention_paid = paid.get(&disbursement.doc_no).copied().unwrap_or(0);
    }
    Ok(())
}

/// What came back of project payments and of lines, which are read by now.
pub fn refunds(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<()> {
    let by_doc: HashMap<i64, u32> = facts.disbursements.iter().enumerate().map(|(at, d)| (d.id, at as u32)).collect();
    let batches: HashMap<i64, u32> = facts.batches.iter().enumerate().map(|(at, b)| (b.id, at as u32)).collect();
    let sql = format!(
        "SELECT t.doc_no, t.date, t.disbursement, t.batch, t.line, t.amount, t.reason, t.voucher, t.file, t.file_row
           FROM refund t WHERE t.book = $1 AND t.date <= $2 AND {STANDS} ORDER BY t.date, t.id"
    );
    let rows = tx.query(&sql, params![book.id, facts.as_of])?;
    let mut wanted: HashMap<(u32, u32), u32> = HashMap::default();
    for row in &rows {
        if let (Some(batch), Some(line)) = (row.opt_int(3)?.and_then(|id| batches.get(&id)), row.opt_int(4)?) {
            wanted.insert((*batch, line as u32), NONE);
        }
    }
    if !wanted.is_empty() {
        for (at, payment) in facts.payments.iter().enumerate() {
            if let Some(place) = wanted.get_mut(&(payment.batch, payment.line)) {
                *place = at as u32;
            }
        }
    }
    for row in rows {
        let disbursement = row.opt_int(2)?.and_then(|id| by_doc.get(&id)).copied().unwrap_or(NONE);
        let line = (row.opt_int(3)?.and_then(|id| batches.get(&id)), row.opt_int(4)?);
        let payment = match line {
            (Some(batch), Some(line)) => wanted.get(&(*batch, line as u32)).copied().unwrap_or(NONE),
            _ => NONE,
        };
        let amount = row.int(5)?;
        if let Some(of) = facts.disbursements.get_mut(disbursement as usize) {
            of.refunded += amount;
        }
        facts.refunds.push(Refund {
            doc_no: row.string(0)?,
            date: row.int(1)?,
            disbursement,
            payment,
            amount,
            reason: row.string(6)?,
            voucher: row.int(7)?,
            origin: origin(&row, 8)?,
        });
    }
    Ok(())
}

fn places(tx: &mut Tx<'_>, book: &Book, dims: &HashMap<i64, u32>, facts: &mut Facts) -> Result<()> {
    let chart = chart(tx, book)?;
    let as_of = facts.as_of;
    let places = &mut facts.places;
    let sql =
        "SELECT account, dim, date, debit, credit FROM daily WHERE book = $1 AND date <= $2 AND closing = 0 ORDER BY dim, date, account";
    tx.scan(sql, params![book.id, as_of], |row| {
        if let (Some(place), Some(dim)) = (chart.place_of(row[0].int()?), dims.get(&row[1].int()?)) {
            places.push(PlaceDay { place, dim: *dim, date: row[2].int()?, debit: row[3].int()?, credit: row[4].int()? });
        }
        Ok(())
    })?;
    Ok(())
}
