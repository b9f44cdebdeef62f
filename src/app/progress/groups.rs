//! What a dimension set is called in each grouping. Dimension sets are few (funds times allocations), so they are read once
//! and the groupings are made in memory: one reading serves them all.

use crate::app::{Book, Result};
use crate::domain::access::Scope;
use crate::domain::calendar::date_to_int;
use crate::domain::progress::GroupBy;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::HashMap;

/// A code and its name; the code is empty where there is none.
#[derive(Debug, Clone, Default)]
struct Named {
    code: String,
    name: String,
}

/// The words of one dimension set.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub year: i64,
    fund: Named,
    level: String,
    category: String,
    unit: Named,
    project: Named,
    program: Named,
    /// Region of the project, or empty.
    region: String,
}

impl Group {
    /// What a target of its own hangs on: level and document number of the fund.
    pub fn target_key(&self) -> (&str, &str) {
        (&self.level, &self.fund.code)
    }

    pub fn level(&self) -> &str {
        &self.level
    }

    /// Whether its money is that of a scope: of one of its units, or of a project in one of its regions. Money not yet
    /// allocated is the county's.
    pub fn belongs_to(&self, scope: &Scope) -> bool {
        scope.is_county()
            || (!self.unit.code.is_empty() && scope.has_unit(&self.unit.code))
            || (!self.region.is_empty() && scope.has_region(&self.region))
    }

    /// Key and name of the row that this dimension set belongs to. The key is empty for what belongs to no unit, project or
    /// programme.
    pub fn row(&self, by: GroupBy) -> (&str, &str) {
        match by {
            GroupBy::Fund => (&self.fund.code, &self.fund.name),
            GroupBy::Level => (&self.level, &self.level),
            GroupBy::Category => (&self.category, &self.category),
            GroupBy::Unit => self.unit.or("未分配"),
            GroupBy::Project => self.project.or("（无项目）"),
            GroupBy::Program => self.program.or("（无政策）"),
            GroupBy::Month => ("", ""), // months are cut by date, not by dimension set
        }
    }
}

impl Named {
    fn or<'a>(&'a self, none: &'a str) -> (&'a str, &'a str) {
        if self.code.is_empty() { ("", none) } else { (&self.code, &self.name) }
    }
}

/// All dimension sets of a book by id, with the names that stood on a day.
pub(super) fn load(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<HashMap<i64, Group>> {
    let programs = programs(tx, book, day)?;
    let rows = tx.query(
        "SELECT d.id, f.year, f.doc_no, f.name, f.level, f.category, COALESCE(a.unit, ''), COALESCE(u.name, a.unit, ''),
                COALESCE(a.project, ''), COALESCE(p.name, a.project, ''), COALESCE(a.program, ''), COALESCE(p.region, '')
           FROM dim d
           JOIN fund f ON f.book = d.book AND f.doc_no = d.fund
           LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
           LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
           LEFT JOIN project p ON p.book = a.book AND p.code = a.project
          WHERE d.book = $1",
        params![book.id],
    )?;
    let mut groups = HashMap::with_capacity(rows.len());
    for row in rows {
        let named = |code: usize| Ok::<_, crate::app::AppError>(Named { code: row.string(code)?, name: row.string(code + 1)? });
        let program = row.string(10)?;
        let group = Group {
            year: row.int(1)?,
            fund: named(2)?,
            level: row.string(4)?,
            category: row.string(5)?,
            unit: named(6)?,
            project: named(8)?,
            region: row.string(11)?,
            program: Named { name: programs.get(&program).unwrap_or(&program).clone(), code: program },
        };
        groups.insert(row.int(0)?, group);
    }
    Ok(groups)
}

/// Programme names: of the rate in force on the day, else of the first there is.
fn programs(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<HashMap<String, String>> {
    let rows = tx.query("SELECT code, name, valid_from FROM program WHERE book = $1 ORDER BY code, valid_from", params![book.id])?;
    let mut names = HashMap::new();
    for row in rows {
        let code = row.string(0)?;
        if row.int(2)? <= date_to_int(day) || !names.contains_key(&code) {
            names.insert(code, row.string(1)?);
        }
    }
    Ok(names)
}
