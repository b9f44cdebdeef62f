//! What moved by dimension set, place and day, as known at a moment: read once, and every figure of progress, control and the
//! forecasts is a sum over it. It comes from daily totals, so it does not grow with the payments.

use super::accounts;
use crate::app::known_at::known_daily;
use crate::app::{Book, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::ledger::{Chart, Place};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub dim: i64,
    pub place: Place,
    /// As databases hold it.
    pub date: i64,
    pub closing: bool,
    /// Fen.
    pub debit: i64,
    pub credit: i64,
}

impl Entry {
    pub fn net(&self) -> i64 {
        self.debit - self.credit
    }
}

/// Movements of the places that money is held or paid in, up to a day, the earliest first.
pub(crate) fn load(tx: &mut Tx<'_>, book: &Book, chart: &Chart, to: NaiveDate, horizon: Option<i64>) -> Result<Vec<Entry>> {
    let from = known_daily(horizon, &accounts(chart));
    let sql = match horizon {
        None => format!("SELECT x.account, x.dim, x.date, x.closing, x.debit, x.credit FROM {from}"),
        // what came later is taken off a day's totals
        Some(_) => format!(
            "SELECT x.account, x.dim, x.date, x.closing, CAST(SUM(x.debit) AS BIGINT), CAST(SUM(x.credit) AS BIGINT)
               FROM {from} GROUP BY x.account, x.dim, x.date, x.closing"
        ),
    };
    let mut entries = Vec::new();
    tx.for_each(&sql, params![book.id, date_to_int(to), horizon.unwrap_or(0)], |row| {
        if let Some(place) = chart.place_of(row.int(0)?) {
            let (debit, credit) = (row.int(4)?, row.int(5)?);
            if debit != 0 || credit != 0 {
                entries.push(Entry { dim: row.int(1)?, place, date: row.int(2)?, closing: row.int(3)? == 1, debit, credit });
            }
        }
        Ok(())
    })?;
    entries.sort_unstable_by_key(|entry| (entry.date, entry.dim, entry.place, entry.closing));
    Ok(entries)
}
