//! What rows must find in other registers, asked of a whole chunk at once. Reference lists come from other offices and name
//! people we need not know: nothing is asked of them.

use crate::app::Result;
use crate::app::import::{ImportCtx, Warnings};
use crate::app::projects::file_check;
use crate::domain::identity::{mask_account, mask_id};
use crate::domain::kinds::{Column, RowErrors, cards, households, persons, programs, projects, units};
use crate::params;
use crate::store::Tx;

/// A cell that must name a record of another register.
struct Reference {
    kind: &'static str,
    column: &'static Column,
    /// The column in the staging table.
    held: &'static str,
    register: &'static str,
    key: &'static str,
    problem: &'static str,
    mend: &'static str,
}

static REFERENCES: [Reference; 7] = [
    Reference {
        kind: "units",
        column: &units::KIND.columns[units::REGION],
        held: "region",
        register: "region",
        key: "code",
        problem: "没有这个区划",
        mend: "请核对区划编码，或先导入区划",
    },
    Reference {
        kind: "programs",
        column: &programs::KIND.columns[programs::DEPARTMENT],
        held: "department",
        register: "unit",
        key: "code",
        problem: "没有这个单位",
        mend: "请填单位编码，或先导入该单位",
    },
    Reference {
        kind: "projects",
        column: &projects::KIND.columns[projects::DEPARTMENT],
        held: "department",
        register: "unit",
        key: "code",
        problem: "没有这个单位",
        mend: "请填单位编码，或先导入该单位",
    },
    Reference {
        kind: "projects",
        column: &projects::KIND.columns[projects::REGION],
        held: "region",
        register: "region",
        key: "code",
        problem: "没有这个区划",
        mend: "请核对区划编码，或先导入区划",
    },
    Reference {
        kind: "households",
        column: &households::KIND.columns[households::REGION],
        held: "region",
        register: "region",
        key: "code",
        problem: "没有这个区划",
        mend: "请核对所在村的区划编码，或先导入区划",
    },
    Reference {
        kind: "persons",
        column: &persons::KIND.columns[persons::HOUSEHOLD],
        held: "household",
        register: "household",
        key: "code",
        problem: "没有这个建档立卡户",
        mend: "请核对户编号，或先导入该户",
    },
    Reference {
        kind: "cards",
        column: &cards::KIND.columns[cards::ID_NO],
        held: "id_no",
        register: "person",
        key: "id_no",
        problem: "人员名册中没有这个人",
        mend: "请核对身份证号，或先导入该人员",
    },
];

/// Asks before the chunk is applied.
pub fn before(tx: &mut Tx<'_>, at: &ImportCtx<'_>, stage: &str, errors: &mut RowErrors, warnings: &mut Warnings) -> Result<()> {
    for reference in REFERENCES.iter().filter(|reference| reference.kind == at.kind.name) {
        let Reference { held, register, key, column, problem, mend, .. } = reference;
        let sql = format!(
            "SELECT s.file_row, s.{held} FROM {stage} s WHERE s.{held} IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM {register} t WHERE t.book = $1 AND t.{key} = s.{held}) ORDER BY s.file_row"
        );
        for row in tx.query(&sql, params![at.book.id])? {
            errors.cell(row.int(0)? as u64, column, row.text(1)?, problem, mend);
        }
    }
    match at.kind.name {
        "households" => in_villages(tx, at, stage, errors),
        "cards" => holders(tx, at, stage, warnings),
        "projects" => file_check::check(tx, at.book, stage, errors),
        _ => Ok(()),
    }
}

/// A household lives in a village.
fn in_villages(tx: &mut Tx<'_>, at: &ImportCtx<'_>, stage: &str, errors: &mut RowErrors) -> Result<()> {
    let sql = format!(
        "SELECT s.file_row, s.region, r.name, r.level FROM {stage} s CROSS JOIN region r
          WHERE r.book = $1 AND r.code = s.region AND r.level <> '村' ORDER BY s.file_row"
    );
    for row in tx.query(&sql, params![at.book.id])? {
        let problem = format!("{}是{}级区划，不是村", row.text(2)?, row.text(3)?);
        let column = &households::KIND.columns[households::REGION];
        errors.cell(row.int(0)? as u64, column, row.text(1)?, &problem, "请填所在村的 12 位区划编码");
    }
    Ok(())
}

/// A card is in the person's own name, or in that of another member of the household (for children and wards).
fn holders(tx: &mut Tx<'_>, at: &ImportCtx<'_>, stage: &str, warnings: &mut Warnings) -> Result<()> {
    let sql = format!(
        "SELECT s.file_row, s.holder, p.name FROM {stage} s CROSS JOIN person p
          WHERE p.book = $1 AND p.id_no = s.id_no AND p.name <> s.holder
            AND NOT EXISTS (SELECT 1 FROM person q WHERE q.book = $1 AND q.household = p.household AND q.name = s.holder)
            AND NOT EXISTS (SELECT 1 FROM household h WHERE h.book = $1 AND h.code = p.household AND h.head = s.holder)
          ORDER BY s.file_row"
    );
    for row in tx.query(&sql, params![at.book.id])? {
        let (number, holder, name) = (row.int(0)?, row.string(1)?, row.string(2)?);
        warnings.push(|| format!("第 {number} 行：户名“{holder}”不是{name}本人，也不是同户成员，请核实账户归属"));
    }
    Ok(())
}

/// Asks of the registers as they stand with the chunk in them.
pub fn after(tx: &mut Tx<'_>, at: &ImportCtx<'_>, stage: &str, warnings: &mut Warnings) -> Result<()> {
    if at.kind.name != "cards" {
        return Ok(());
    }
    let sql = format!(
        "SELECT s.file_row, s.account, MIN(o.id_no) FROM {stage} s
          CROSS JOIN card o CROSS JOIN person p CROSS JOIN person q -- SQLite keeps this order; another would be quadratic
          WHERE o.book = $1 AND o.account = s.account AND o.id_no <> s.id_no
            AND o.valid_from <= COALESCE(s.valid_to, 99991231) AND s.valid_from <= COALESCE(o.valid_to, 99991231)
            AND p.book = $1 AND p.id_no = s.id_no
            AND q.book = $1 AND q.id_no = o.id_no AND q.household <> p.household
          GROUP BY s.file_row, s.account ORDER BY s.file_row"
    );
    for row in tx.query(&sql, params![at.book.id])? {
        let (number, account, other) = (row.int(0)?, mask_account(row.text(1)?), mask_id(row.text(2)?));
        warnings.push(|| format!("第 {number} 行：账号 {account} 同一时期也登记在另一户的 {other} 名下，请核实"));
    }
    Ok(())
}
