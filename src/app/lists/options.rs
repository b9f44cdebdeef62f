//! What drop-downs offer: value and label of units, programmes, funds and the like, within a scope.

use super::spec::Owner;
use super::sql::{self, Sql};
use crate::app::{Bureau, Result};
use crate::domain::access::Scope;
use crate::domain::report::{Cell, Kind, Table};
use crate::store::Value;

/// A source of choices.
#[derive(Debug)]
pub struct Source {
    /// English, plural: `units`.
    pub name: &'static str,
    pub title: &'static str,
    /// Empty where signing in is enough.
    pub permission: &'static str,
    /// Value and label as texts; ends with the condition of the book.
    select: &'static str,
    order: &'static str,
    owner: Owner,
}

pub static UNITS: Source = Source {
    name: "units",
    title: "单位",
    permission: "",
    select: "SELECT u.code, u.name FROM unit u WHERE u.book = $1",
    order: "u.code",
    owner: Owner::Of { unit: "u.code IN {}", region: "u.region IN {}" },
};
pub static REGIONS: Source = Source {
    name: "regions",
    title: "区划",
    permission: "",
    select: "SELECT r.code, r.name FROM region r WHERE r.book = $1",
    order: "r.code",
    owner: Owner::Of { unit: "", region: "r.code IN {}" },
};
pub static PROGRAMS: Source = Source {
    name: "programs",
    title: "补贴政策",
    permission: "",
    select: "SELECT p.code, p.name FROM program p WHERE p.book = $1
                AND p.valid_from = (SELECT MAX(o.valid_from) FROM program o WHERE o.book = p.book AND o.code = p.code)",
    order: "p.code",
    owner: Owner::Everyone,
};
pub static FUNDS: Source = Source {
    name: "funds",
    title: "指标",
    permission: "money.read",
    select: "SELECT f.doc_no, f.name FROM fund f WHERE f.book = $1",
    order: "f.year DESC, f.received DESC, f.doc_no",
    owner: Owner::Of {
        unit: "EXISTS (SELECT 1 FROM allocation a WHERE a.book = f.book AND a.fund = f.doc_no AND a.unit IN {})",
        region: "",
    },
};
pub static ALLOCATIONS: Source = Source {
    name: "allocations",
    title: "分配文号",
    permission: "money.read",
    select: "SELECT DISTINCT a.doc_no, a.doc_no FROM allocation a WHERE a.book = $1",
    order: "1 DESC",
    owner: Owner::Of { unit: "a.unit IN {}", region: "" },
};
pub static PROJECTS: Source = Source {
    name: "projects",
    title: "项目",
    permission: "project.read",
    select: "SELECT p.code, p.name FROM project p WHERE p.book = $1",
    order: "p.code",
    owner: Owner::Of { unit: "(p.department IN {} OR p.implementer IN {})", region: "p.region IN {}" },
};
pub static BATCHES: Source = Source {
    name: "batches",
    title: "发放批次",
    permission: "payout.read",
    select: "SELECT b.code, b.code FROM batch b WHERE b.book = $1",
    order: "b.made DESC, b.id DESC",
    owner: Owner::Of { unit: "b.unit IN {}", region: "" },
};
/// Months of the books in which a voucher stands.
pub static MONTHS: Source = Source {
    name: "months",
    title: "会计月份",
    permission: "",
    select: "SELECT CAST(p.year * 100 + p.month AS TEXT), CAST(p.year * 100 + p.month AS TEXT) FROM period p WHERE p.book = $1 AND p.vouchers > 0",
    order: "p.year DESC, p.month DESC",
    owner: Owner::Everyone,
};

pub static SOURCES: [&Source; 8] = [&UNITS, &REGIONS, &PROGRAMS, &FUNDS, &ALLOCATIONS, &PROJECTS, &BATCHES, &MONTHS];

/// The choices of a source, as a table of `value` and `label`.
pub fn options(bureau: &mut Bureau, source: &Source, scope: &Scope) -> Result<Table> {
    let mut table = Table::new(source.name, source.title).column("value", "编码", Kind::Text).column("label", "名称", Kind::Text);
    bureau.read(|tx, book| {
        let mut sql = Sql { text: source.select.to_string(), values: vec![Value::Int(book.id)] };
        if let Some(condition) = sql::scope(&mut sql, scope, source.owner) {
            sql.text.push_str(&format!(" AND {condition}"));
        }
        let text = format!("{} ORDER BY {}", sql.text, source.order);
        for row in tx.query(&text, &sql.values)? {
            let month = |code: &str| {
                if source.name == MONTHS.name && code.len() == 6 { format!("{}-{}", &code[..4], &code[4..]) } else { code.to_string() }
            };
            table.push(vec![Cell::Text(month(row.text(0)?)), Cell::Text(month(row.text(1)?))]);
        }
        Ok(table)
    })
}
