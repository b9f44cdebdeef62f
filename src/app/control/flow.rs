//! The movements of money by dimension set, place and day, as known at a moment: read once, and then every figure of control
//! and of the forecasts is a sum over them. They come from daily totals, so their number does not grow with the payments.

use crate::app::book::chart;
use crate::app::progress::{Entry, entries};
use crate::app::{AppError, Book, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::ledger::Place;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// What a dimension set is about.
#[derive(Debug, Clone)]
pub(crate) struct Dim {
    pub fund: String,
    pub fund_name: String,
    pub level: String,
    pub category: String,
    pub function: String,
    pub year: i64,
    /// The year that the money is of: an earlier one where it was carried over.
    pub origin: i64,
    pub received: NaiveDate,
    /// Empty where the money is not allocated.
    pub unit: String,
    pub unit_name: String,
    pub project: String,
    pub program: String,
}

pub(crate) struct Flows {
    pub dims: BTreeMap<i64, Dim>,
    pub entries: Vec<Entry>,
}

/// What one dimension set holds at the end of a day, and what it paid within the year.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Held {
    pub unallocated: i64,
    pub allocated: i64,
    /// In all places but these two, unspent.
    pub elsewhere: i64,
    pub paid: i64,
}

impl Held {
    pub fn available(&self) -> i64 {
        self.unspent() + self.paid
    }

    pub fn unspent(&self) -> i64 {
        self.unallocated + self.allocated + self.elsewhere
    }
}

impl Flows {
    /// Movements up to a day.
    pub fn load(tx: &mut Tx<'_>, book: &Book, to: NaiveDate, horizon: Option<i64>) -> Result<Flows> {
        let chart = chart(tx, book)?;
        let entries = entries::load(tx, book, &chart, to, horizon)?;
        Flows::of(tx, book, entries)
    }

    /// The same of movements that have been read.
    pub fn of(tx: &mut Tx<'_>, book: &Book, entries: Vec<Entry>) -> Result<Flows> {
        Ok(Flows { dims: dims(tx, book)?, entries })
    }

    /// Leaves out all money that is not allocated to one of the units.
    pub fn keep_units(&mut self, units: &BTreeSet<String>) {
        let dims = &self.dims;
        self.entries.retain(|entry| dims.get(&entry.dim).is_some_and(|dim| units.contains(&dim.unit)));
    }

    /// What every dimension set holds at the end of a day, by the rules of progress: money paid counts within the year, the
    /// year's own closing entries do not, nor do funds of a later year.
    pub fn held(&self, day: NaiveDate) -> BTreeMap<i64, Held> {
        let (to, year) = (date_to_int(day), date_to_int(day) / 10_000);
        let mut held: BTreeMap<i64, Held> = BTreeMap::new();
        for entry in self.entries.iter().take_while(|entry| entry.date <= to) {
            let in_year = entry.date / 10_000 == year;
            let later = self.dims.get(&entry.dim).is_none_or(|dim| dim.year > year);
            if later || (entry.closing && in_year) || (entry.place.is_paid() && !in_year) {
                continue;
            }
            let at = held.entry(entry.dim).or_default();
            let place = match entry.place {
                place if place.is_paid() => &mut at.paid,
                Place::Unallocated => &mut at.unallocated,
                Place::Allocated => &mut at.allocated,
                _ => &mut at.elsewhere,
            };
            *place += entry.net();
        }
        held
    }

    /// The last day up to `day` on which money of each dimension set was paid, else the first on which it was there.
    pub fn touched(&self, day: NaiveDate) -> BTreeMap<i64, NaiveDate> {
        let to = date_to_int(day);
        let mut paid: BTreeMap<i64, i64> = BTreeMap::new();
        for entry in self.entries.iter().take_while(|entry| entry.date <= to) {
            let first = paid.entry(entry.dim).or_insert(entry.date);
            if entry.place.is_paid() && !entry.closing && entry.net() > 0 {
                *first = entry.date;
            }
        }
        paid.into_iter().filter_map(|(dim, date)| Some((dim, date_from_int(date)?))).collect()
    }

    pub fn dim(&self, id: i64) -> Result<&Dim> {
        let missing = || AppError::Store(crate::store::StoreError::Schema(format!("没有辅助核算组合 {id}")));
        self.dims.get(&id).ok_or_else(missing)
    }
}

fn dims(tx: &mut Tx<'_>, book: &Book) -> Result<BTreeMap<i64, Dim>> {
    let rows = tx.query(
        "SELECT d.id, f.doc_no, f.name, f.level, f.category, f.year, COALESCE(f.carried_from, f.year), f.received,
                COALESCE(a.unit, ''), COALESCE(u.name, a.unit, ''), COALESCE(a.project, ''), COALESCE(a.program, ''), f.function
           FROM dim d
           JOIN fund f ON f.book = d.book AND f.doc_no = d.fund
           LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
           LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
          WHERE d.book = $1",
        params![book.id],
    )?;
    let mut dims = BTreeMap::new();
    for row in rows {
        let dim = Dim {
            fund: row.string(1)?,
            fund_name: row.string(2)?,
            level: row.string(3)?,
            category: row.string(4)?,
            year: row.int(5)?,
            origin: row.int(6)?,
            received: date_from_int(row.int(7)?).unwrap_or_default(),
            unit: row.string(8)?,
            unit_name: row.string(9)?,
            project: row.string(10)?,
            program: row.string(11)?,
            function: row.string(12)?,
        };
        dims.insert(row.int(0)?, dim);
    }
    Ok(dims)
}
