//! How far a person's rights reach (行范围): whose an object is, found by SQL before anything is done with it. What is nobody's
//! within the scope is answered as what does not exist.

mod payments;

use super::{Book, Result};
use crate::domain::access::{Scope, Thing};
use crate::params;
use crate::store::{Row, Tx};
use std::collections::BTreeSet;

/// Whose an object is: units and regions that it carries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owners {
    pub units: BTreeSet<String>,
    pub regions: BTreeSet<String>,
    /// One of them in scope is enough (a project is its department's and its village's); else all must be.
    pub any: bool,
}

impl Owners {
    /// Whether a scope has it. What carries neither unit nor region is the county's.
    pub fn within(&self, scope: &Scope) -> bool {
        if scope.is_county() {
            return true;
        }
        let mut held = self.units.iter().map(|unit| scope.has_unit(unit)).chain(self.regions.iter().map(|region| scope.has_region(region)));
        if self.units.is_empty() && self.regions.is_empty() {
            return false;
        }
        if self.any { held.any(|held| held) } else { held.all(|held| held) }
    }

    /// The unit, where it is one unit's.
    pub fn unit(&self) -> Option<&str> {
        match self.units.first() {
            Some(unit) if self.units.len() == 1 => Some(unit),
            _ => None,
        }
    }

    fn unit_of(mut self, unit: Option<String>) -> Owners {
        self.units.extend(unit.filter(|unit| !unit.is_empty()));
        self
    }

    fn region_of(mut self, region: Option<String>) -> Owners {
        self.regions.extend(region.filter(|region| !region.is_empty()));
        self
    }

    fn any() -> Owners {
        Owners { any: true, ..Owners::default() }
    }
}

/// What people call it, in `没有批次 PC01`.
pub fn word(thing: Thing) -> &'static str {
    match thing {
        Thing::Batch => "批次",
        Thing::Project => "项目",
        Thing::Unit => "单位",
        Thing::Region => "区划",
        Thing::Household => "户",
        Thing::Fund => "指标",
        Thing::Voucher => "凭证",
        Thing::Disbursement => "支付凭证",
        Thing::Finding => "疑点",
        Thing::Case => "线索",
        Thing::Notice => "公示",
        Thing::Objection => "投诉",
        Thing::Plan => "检查计划",
    }
}

/// Whose the object of that key is; `None` where there is none.
pub fn owners(tx: &mut Tx<'_>, book: &Book, thing: Thing, key: &str) -> Result<Option<Owners>> {
    let key = key.trim();
    match thing {
        Thing::Batch => one(tx, book, "SELECT unit FROM batch WHERE book = $1 AND code = $2", key, units),
        Thing::Unit => one(tx, book, "SELECT code FROM unit WHERE book = $1 AND code = $2", key, units),
        Thing::Disbursement => one(tx, book, "SELECT unit FROM disbursement WHERE book = $1 AND doc_no = $2", key, units),
        Thing::Region => one(tx, book, "SELECT code FROM region WHERE book = $1 AND code = $2", key, regions),
        Thing::Household => one(tx, book, "SELECT region FROM household WHERE book = $1 AND code = $2", key, regions),
        Thing::Project => one(tx, book, PROJECT, key, project),
        Thing::Fund => fund(tx, book, key),
        Thing::Voucher => voucher(tx, book, key),
        Thing::Finding => payments::finding(tx, book, key),
        Thing::Case => payments::case(tx, book, key),
        Thing::Notice => notice(tx, book, key),
        Thing::Objection => one(tx, book, OBJECTION, key, project_or_unit),
        Thing::Plan => plan(tx, book, key),
    }
}

const PROJECT: &str = "SELECT department, implementer, region FROM project WHERE book = $1 AND code = $2";

const OBJECTION: &str = "SELECT p.department, p.implementer, p.region, b.unit FROM objection o
    LEFT JOIN project p ON p.book = o.book AND p.code = o.project LEFT JOIN batch b ON b.book = o.book AND b.id = o.batch
   WHERE o.book = $1 AND o.code = $2";

const NOTICE: &str = "SELECT p.department, p.implementer, p.region, b.unit, n.region FROM notice n
    LEFT JOIN project p ON p.book = n.book AND p.code = n.project LEFT JOIN batch b ON b.book = n.book AND b.id = n.batch
   WHERE n.book = $1 AND n.id = $2";

fn one(tx: &mut Tx<'_>, book: &Book, sql: &str, key: &str, read: fn(&Row) -> Result<Owners>) -> Result<Option<Owners>> {
    tx.first(sql, params![book.id, key])?.map(|row| read(&row)).transpose()
}

fn units(row: &Row) -> Result<Owners> {
    Ok(Owners::default().unit_of(row.opt_string(0)?))
}

fn regions(row: &Row) -> Result<Owners> {
    Ok(Owners::default().region_of(row.opt_string(0)?))
}

fn project(row: &Row) -> Result<Owners> {
    Ok(Owners::any().unit_of(row.opt_string(0)?).unit_of(row.opt_string(1)?).region_of(row.opt_string(2)?))
}

fn project_or_unit(row: &Row) -> Result<Owners> {
    Ok(project(row)?.unit_of(row.opt_string(3)?))
}

fn notice(tx: &mut Tx<'_>, book: &Book, key: &str) -> Result<Option<Owners>> {
    let Ok(id) = key.parse::<i64>() else { return Ok(None) };
    let Some(row) = tx.first(NOTICE, params![book.id, id])? else { return Ok(None) };
    Ok(Some(project_or_unit(&row)?.region_of(row.opt_string(4)?)))
}

/// A fund is seen by each unit that has an allocation of it.
fn fund(tx: &mut Tx<'_>, book: &Book, key: &str) -> Result<Option<Owners>> {
    if tx.first("SELECT doc_no FROM fund WHERE book = $1 AND doc_no = $2", params![book.id, key])?.is_none() {
        return Ok(None);
    }
    let mut owners = Owners::any();
    for row in tx.query("SELECT DISTINCT unit FROM allocation WHERE book = $1 AND fund = $2", params![book.id, key])? {
        owners.units.insert(row.string(0)?);
    }
    Ok(Some(owners))
}

/// A voucher is seen where all allocations that it moves are; one that moves unallocated money only is the county's.
fn voucher(tx: &mut Tx<'_>, book: &Book, key: &str) -> Result<Option<Owners>> {
    let Some(seq) = super::inquiry::voucher::seq_of(tx, book, key)? else { return Ok(None) };
    Ok(Some(voucher_of(tx, book, seq)?))
}

fn voucher_of(tx: &mut Tx<'_>, book: &Book, seq: i64) -> Result<Owners> {
    let mut owners = Owners::default();
    let sql = "SELECT DISTINCT a.unit FROM posting p JOIN dim d ON d.book = p.book AND d.id = p.dim
                 JOIN allocation a ON a.book = d.book AND a.id = d.allocation WHERE p.book = $1 AND p.voucher = $2";
    for row in tx.query(sql, params![book.id, seq])? {
        owners.units.insert(row.string(0)?);
    }
    Ok(owners)
}

/// A plan that is limited to units, villages, townships or projects is theirs; another looks at the whole county.
fn plan(tx: &mut Tx<'_>, book: &Book, key: &str) -> Result<Option<Owners>> {
    let Some(row) = tx.first("SELECT id FROM inspection_plan WHERE book = $1 AND code = $2", params![book.id, key])? else {
        return Ok(None);
    };
    let mut owners = Owners::default();
    let sql = "SELECT s.kind, s.value, p.department FROM inspection_scope s
                 LEFT JOIN project p ON p.book = s.book AND p.code = s.value AND s.kind = 'project'
                WHERE s.book = $1 AND s.plan = $2";
    for row in tx.query(sql, params![book.id, row.int(0)?])? {
        owners = match row.text(0)? {
            "unit" => owners.unit_of(row.opt_string(1)?),
            "township" | "village" => owners.region_of(row.opt_string(1)?),
            "project" => owners.unit_of(row.opt_string(2)?),
            _ => owners,
        };
    }
    Ok(Some(owners))
}
