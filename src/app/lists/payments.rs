//! Count and sum of payment lines without reading them: where all that is asked concerns whole batches, the stages of a batch
//! carry its lines and total, and the vouchers of the bank's answers carry what arrived. Both are bound to the lines by digest
//! and checked by `verify`, so the figures are those of the lines themselves.

use super::all::payout::{ANSWERED_LINES, ANSWERED_MONEY, FROM_BATCHES, OPEN_AT_BANK, PAID_LINES, PAID_MONEY};
use super::query::Query;
use super::spec::{Marks, Totals};
use super::{sql, totals};
use crate::app::{Book, Result};
use crate::domain::access::Scope;
use crate::params;
use crate::store::Tx;

/// Filters that are decided by the batch alone.
const OF_BATCH: [&str; 6] = ["batch", "unit", "program", "period_first", "period_last", "made"];

/// `None` where lines must be looked at: people, amounts, dates of answers, returned lines, or a scope of regions.
pub(super) fn totals(tx: &mut Tx<'_>, book: &Book, place: &str, query: &Query) -> Result<Option<Totals>> {
    let mut whole = query.clone();
    whole.filters.retain(|filter| filter.column.key != "state");
    if !whole.filters.iter().all(|filter| OF_BATCH.contains(&filter.column.key)) {
        return Ok(None);
    }
    let state = query.filters.iter().find(|filter| filter.column.key == "state");
    if matches!(&query.scope, Scope::Within(within) if !within.regions.is_empty()) {
        return if state.is_none() { of_regions(tx, book, place, &whole).map(Some) } else { Ok(None) };
    }
    let (lines, money, also) = match state.map(|filter| filter.text()) {
        Some("paid") => (PAID_LINES.to_string(), PAID_MONEY.to_string(), None),
        Some("in_transit") => (format!("s.lines - {ANSWERED_LINES}"), format!("s.total - {ANSWERED_MONEY}"), Some(OPEN_AT_BANK)),
        Some("returned" | "reissued" | "released") => return Ok(None),
        Some(state) => {
            let column = query.spec.column("state");
            let condition = column.and_then(|column| column.variants.iter().find(|(code, _)| *code == state));
            ("s.lines".into(), "s.total".into(), condition.map(|(_, condition)| *condition))
        }
        None => ("s.lines".into(), "s.total".into(), None),
    };
    let conditions = sql::conditions_on(&whole, book, "b.book = $1");
    let also = also.map_or_else(String::new, |condition| format!(" AND {condition}"));
    let statement = format!(
        "SELECT CAST(COALESCE(SUM({lines}), 0) AS BIGINT), CAST(COALESCE(SUM({money}), 0) AS BIGINT)
           FROM batch b JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
          WHERE {}{also}",
        conditions.text
    );
    let row = tx.one(&statement, &conditions.values)?;
    Ok(Some(Totals { count: row.int(0)?, sums: vec![row.int(1)?] }))
}

/// Lines of some regions must be looked at, but only once: the lines of a batch never change, and later batches have higher
/// numbers. So what was counted up to a batch is remembered, as long as no household's record changes, and the later ones are added.
fn of_regions(tx: &mut Tx<'_>, book: &Book, place: &str, query: &Query) -> Result<Totals> {
    let mut statement = sql::conditions_on(query, book, FROM_BATCHES.base);
    let key = totals::key(tx, book, place, Marks { counters: &["change_log"], ledger: false }, &statement)?;
    let (counted, sum, up_to) = match totals::recall(&key) {
        Some(Totals { count, sums }) => (count, sums.first().copied().unwrap_or(0), sums.get(1).copied().unwrap_or(0)),
        None => (0, 0, 0),
    };
    let last = tx.one("SELECT COALESCE(MAX(id), 0) FROM batch WHERE book = $1", params![book.id])?.int(0)?;
    if last == up_to {
        return Ok(Totals { count: counted, sums: vec![sum] });
    }
    let after = statement.value(up_to);
    statement.text = format!(
        "SELECT COUNT(*), CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM batch b CROSS JOIN payment p WHERE {} AND b.id > {after}",
        statement.text
    );
    let later = totals::count(tx, &statement)?;
    let (count, sum) = (counted + later.count, sum + later.sums.first().copied().unwrap_or(0));
    totals::remember(key, &Totals { count, sums: vec![sum, last] });
    Ok(Totals { count, sums: vec![sum] })
}
