//! Which inspections a book has planned and finished in a year: the one place where control reads the inspection's tables. A
//! database without them is told apart from one without plans.

use crate::app::{Book, Result};
use crate::domain::calendar::date_from_int;
use crate::domain::control::checks::PlanFact;
use crate::params;
use crate::store::Tx;

/// The migration that brings `inspection_plan` and `inspection_event`.
const BRINGS_THEM: &str = "11_inspection";

/// Quarterly and annual plans of a year with the day on which each was finished; `None` where the database keeps none.
pub(super) fn plans(tx: &mut Tx<'_>, book: &Book, year: i32) -> Result<Option<Vec<PlanFact>>> {
    if tx.first("SELECT name FROM migration WHERE name = $1", params![BRINGS_THEM])?.is_none() {
        return Ok(None);
    }
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
    Ok(Some(plans))
}
