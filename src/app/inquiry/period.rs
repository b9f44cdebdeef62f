//! The months of the books: open or closed, how many vouchers, who changed that last and why.

use crate::app::context::china_time;
use crate::app::{Bureau, Result};
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodRow {
    pub year: i64,
    pub month: i64,
    pub closed: bool,
    pub vouchers: i64,
    /// Who closed or reopened it last; empty for a month that has always been open.
    pub actor: String,
    pub reason: String,
    /// China time, or empty.
    pub at: String,
}

/// All months that have vouchers or were closed, of one year or of all.
pub fn list(bureau: &mut Bureau, year: Option<i64>) -> Result<Vec<PeriodRow>> {
    bureau.read(|tx, book| {
        let rows = tx.query(
            "SELECT p.year, p.month, p.state, p.vouchers, e.actor, e.reason, e.at
               FROM period p LEFT JOIN period_event e ON e.book = p.book AND e.id =
                    (SELECT MAX(x.id) FROM period_event x WHERE x.book = p.book AND x.year = p.year AND x.month = p.month)
              WHERE p.book = $1 AND ($2 = 0 OR p.year = $2) ORDER BY p.year, p.month",
            params![book.id, year.unwrap_or(0)],
        )?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(PeriodRow {
                year: row.int(0)?,
                month: row.int(1)?,
                closed: row.text(2)? == "closed",
                vouchers: row.int(3)?,
                actor: row.opt_string(4)?.unwrap_or_default(),
                reason: row.opt_string(5)?.unwrap_or_default(),
                at: row.opt_int(6)?.map_or_else(String::new, china_time),
            });
        }
        Ok(found)
    })
}

pub fn table(rows: &[PeriodRow]) -> Table {
    let mut table = Table::new("periods", "会计期间")
        .column("month", "月份", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("vouchers", "凭证张数", Kind::Count)
        .column("actor", "经办", Kind::Text)
        .column("reason", "事由", Kind::Text)
        .column("at", "时间", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::text(format!("{}-{:02}", row.year, row.month)),
            Cell::text(if row.closed { "已结账" } else { "未结账" }),
            Cell::Count(row.vouchers),
            Cell::text(&row.actor),
            Cell::text(&row.reason),
            Cell::text(&row.at),
        ]);
    }
    table
}
