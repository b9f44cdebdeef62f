//! Which inspections a book has planned and finished in a year: the one place where control reads the inspection's tables.

use crate::app::{Book, Result};
use crate::domain::calendar::date_from_int;
use crate::domain::control::checks::PlanFact;
use crate::params;
use crate::store::Tx;

/// Quarterly and annual plans of a year with the day on which each was finished.
pub(super) fn plans(tx: &mut Tx<'_>, book: &Book, year: i32) -> Result<Vec<PlanFact>> {
    let rows = tx.query(
        "SELECT p.code, p.kind, p.quarter,
                (SELECT MIN(e.date) FROM inspection_event e WHERE e.book = p.book AND e.plan = p.id AND e.state = 'closed')
           FROM inspection_plan p WHERE p.book = $1 AND p.year = $2 AND p.kind IN ('quarterly', 'annual') ORDER BY p.code",
        params![book.id, i64::from(year)],
    )?;
    let mut plans = Vec::new();
    for row in rows {
        plans.push(PlanFact {
            code: row.string(0)?,
            kind: row.string(1)?,
            quarter: row.opt_int(2)?.and_then(|quarter| u32::try_from(quarter).ok()),
            closed: row.opt_int(3)?.and_then(date_from_int),
        });
    }
    Ok(plans)
}
