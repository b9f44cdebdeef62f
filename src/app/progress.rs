//! Expenditure progress out of the books: what each place holds at the end of a day and what was paid within the year, by
//! fund, level, category, unit, project, programme or month, as known now or at an earlier moment. The figures come from
//! daily totals, so their cost does not grow with the number of payments; the arithmetic is [`crate::domain::progress`].
//!
//! Of year Y, day D: a holding place counts all rows up to D; money paid counts only from the first of January of Y, so that
//! what earlier years paid is out; closing entries of Y itself are left out, so that a year's end never disturbs its figures;
//! funds of a later year (early notice) are left out.

pub(crate) mod entries;
mod groups;
pub(crate) mod months;
mod policy;
mod snapshot;
#[cfg(test)]
mod tests;

pub(crate) use entries::Entry;
pub(crate) use policy::{in_force as policy_in_force, of_values as policy_of};
pub(crate) use snapshot::Snapshot;

use super::known_at::{KnownAt, known};
use super::{Book, Bureau, Result};
use crate::domain::access::Scope;
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::ledger::{Chart, Place};
use crate::domain::progress::{GroupBy, ProgressReport};
use crate::params;
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    pub as_of: NaiveDate,
    pub known_at: Option<KnownAt>,
    pub by: GroupBy,
}

/// Where money is that has not been spent: with what was paid within the year these places make up the money available.
pub(crate) const HOLDING: [Place; 7] =
    [Place::Unallocated, Place::Allocated, Place::Reserved, Place::InTransit, Place::Returned, Place::Moved, Place::Retention];

/// Progress on a day. Errors: a policy among the settings that could not mean anything.
pub fn progress(bureau: &mut Bureau, query: &Query) -> Result<ProgressReport> {
    progress_within(bureau, query, &Scope::County)
}

/// The same of the money of a scope only, rows and totals alike: that of its units, and of projects in its regions.
pub fn progress_within(bureau: &mut Bureau, query: &Query, scope: &Scope) -> Result<ProgressReport> {
    bureau.read(|tx, book| {
        let known = known(tx, book, query.known_at)?;
        let report = match query.by {
            GroupBy::Month => months::report(tx, book, query.as_of, &known, scope)?,
            by => Snapshot::load(tx, book, query.as_of, &known)?.within(scope).report(by)?,
        };
        Ok(match query.known_at {
            Some(known_at) => report.known_at(known_at.label()),
            None => report,
        })
    })
}

/// The day that is looked at where none is named: today, or the last day of the books where nothing has been posted in this year.
pub fn usual_day(bureau: &mut Bureau, today: NaiveDate) -> Result<NaiveDate> {
    bureau.read(|tx, book| last_day(tx, book, today))
}

pub(crate) fn last_day(tx: &mut Tx<'_>, book: &Book, today: NaiveDate) -> Result<NaiveDate> {
    let row = tx.one("SELECT MAX(date) FROM daily WHERE book = $1 AND date <= $2", params![book.id, date_to_int(today)])?;
    let last = row.opt_int(0)?.and_then(date_from_int).unwrap_or(today);
    Ok(if last.year() == today.year() { today } else { last })
}

/// Codes of the accounts that progress reads.
fn accounts(chart: &Chart) -> Vec<i64> {
    let paid = [Place::PaidHousehold, Place::PaidPayee];
    HOLDING.into_iter().chain(paid).map(|place| chart.place(place)).collect()
}

/// The first of January of a day's year, as databases hold it.
pub(crate) fn new_year(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 10_000 + 101
}

/// The first day that the run rate of the forecast looks at.
fn recent_from(day: NaiveDate, days: u32) -> i64 {
    let back = chrono::Days::new(u64::from(days.saturating_sub(1)));
    day.checked_sub_days(back).map_or_else(|| new_year(day), date_to_int)
}
