//! The checks of a day out of the books: allocation in time, the year rule, inspections due, idle money.

use super::figures::days_between;
use super::flow::Flows;
use super::{inspection, values};
use crate::app::known_at::Known;
use crate::app::{AppError, Book, Bureau, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::control::checks::{self, Inspection, Late, SPECIAL, Track, YearRule};
use crate::domain::control::idle::{self, Aged, Limits, Stock, Untouched};
use crate::domain::control::policy::Read;
use crate::domain::control::table_checks as sheet;
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::domain::report::{Table, figure};
use crate::params;
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was checked on a day.
#[derive(Debug, Serialize)]
pub struct Checks {
    #[serde(serialize_with = "figure::serialize_day")]
    pub as_of: NaiveDate,
    pub late: Vec<Late>,
    /// Funds late with a remainder only, and its sum.
    pub remainders: Remainders,
    pub year_rule: YearRule,
    pub inspections: Vec<Inspection>,
    pub idle_by_fund: Vec<Aged>,
    pub idle_by_unit: Vec<Aged>,
    pub idle_by_age: Vec<Aged>,
    pub untouched: Vec<Untouched>,
    #[serde(skip)]
    project_days: u32,
}

/// What is late and too small to be listed.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Remainders {
    pub count: usize,
    pub amount: Fen,
}

impl Checks {
    pub fn tables(&self) -> Vec<Table> {
        vec![
            sheet::late(&self.late, self.remainders.count, self.remainders.amount),
            sheet::year_rule(&self.year_rule),
            sheet::inspections(&self.inspections),
            sheet::idle("checks_idle_age", "结转结余率（全部资金）", &self.idle_by_age),
            sheet::idle("checks_idle_fund", "结转结余率（按指标）", &self.idle_by_fund),
            sheet::idle("checks_idle_unit", "结转结余率（按单位）", &self.idle_by_unit),
            sheet::untouched(&self.untouched, self.project_days),
        ]
    }
}

/// Checks a day. Errors: limits among the settings that mean nothing.
pub fn checks(bureau: &mut Bureau, as_of: NaiveDate) -> Result<Checks> {
    bureau.read(|tx, book| {
        let flows = Flows::load(tx, book, as_of, None)?;
        checks_of(tx, book, &flows, as_of)
    })
}

/// The same of movements that have been read.
pub(crate) fn checks_of(tx: &mut Tx<'_>, book: &Book, flows: &Flows, as_of: NaiveDate) -> Result<Checks> {
    let values = values(tx, book, as_of, &Known::default())?;
    let read = Read(&values);
    let own_levels = read.names("control.own_levels")?;
    let small = read.money("allocation.small")?;
    let days = |level: &str| read.whole(if own_levels.iter().any(|own| own == level) { "allocation.own_days" } else { "allocation.days" });
    let (mut late, mut remainders) = (Vec::new(), (0, 0));
    for track in tracks(tx, book, flows, as_of)? {
        match checks::late(&track, days(&track.level)?, small, as_of) {
            Some(found) if found.late < small => remainders = (remainders.0 + 1, remainders.1 + found.late.get()),
            Some(found) => late.push(found),
            None => {}
        }
    }
    late.sort_by(|a, b| (b.done_on.is_none(), b.days_late, &a.fund).cmp(&(a.done_on.is_none(), a.days_late, &b.fund)));
    let limits = Limits::read(&values)?;
    let stocks = stocks(flows, as_of)?;
    let by = |key: fn(&(Stock, Stock)) -> Stock| stocks.iter().map(key).collect::<Vec<Stock>>();
    let whole = |both: &(Stock, Stock)| Stock { key: String::new(), name: "合计".into(), ..both.0.clone() };
    let units: Vec<Stock> = by(|both| both.1.clone()).into_iter().filter(|stock| !stock.key.is_empty()).collect();
    Ok(Checks {
        as_of,
        late,
        remainders: Remainders { count: remainders.0, amount: Fen::new(remainders.1) },
        year_rule: year_rule(tx, book, as_of, &own_levels)?,
        inspections: checks::inspections(as_of.year(), as_of, &inspection::plans(tx, book, as_of.year())?),
        idle_by_fund: idle::aged(&by(|both| both.0.clone()), as_of, &limits),
        idle_by_unit: idle::aged(&units, as_of, &limits),
        idle_by_age: idle::aged(&by(whole), as_of, &limits),
        untouched: untouched(flows, as_of, limits.project_days)?,
        project_days: limits.project_days,
    })
}

/// Every fund received by the day, with its unallocated balance over time.
fn tracks(tx: &mut Tx<'_>, book: &Book, flows: &Flows, as_of: NaiveDate) -> Result<Vec<Track>> {
    let mut unallocated: BTreeMap<&str, Vec<(NaiveDate, i64)>> = BTreeMap::new();
    for entry in flows.entries.iter().filter(|entry| entry.place == Place::Unallocated && !entry.closing) {
        let (fund, date) = (&flows.dim(entry.dim)?.fund, date_from_int(entry.date).unwrap_or_default());
        let days = unallocated.entry(fund).or_default();
        let balance = days.last().map_or(0, |(_, balance)| *balance) + entry.net();
        match days.last_mut() {
            Some(last) if last.0 == date => last.1 = balance,
            _ => days.push((date, balance)),
        }
    }
    let rows = tx.query(
        "SELECT doc_no, name, level, received, amount FROM fund WHERE book = $1 AND received <= $2 ORDER BY doc_no",
        params![book.id, date_to_int(as_of)],
    )?;
    let mut tracks = Vec::new();
    for row in rows {
        let fund = row.string(0)?;
        tracks.push(Track {
            name: row.string(1)?,
            level: row.string(2)?,
            received: date_from_int(row.int(3)?).unwrap_or_default(),
            amount: Fen::new(row.int(4)?),
            unallocated: unallocated.remove(fund.as_str()).unwrap_or_default(),
            fund,
        });
    }
    Ok(tracks)
}

/// What the county itself arranged of special funds, this year by the day and in all of the year before.
fn year_rule(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, own_levels: &[String]) -> Result<YearRule> {
    let year = i64::from(as_of.year());
    let rows = tx.query(
        "SELECT level, year, CAST(SUM(amount) AS BIGINT) FROM fund
          WHERE book = $1 AND category = $2 AND carried_from IS NULL AND carried_over = 0
            AND ((year = $3 AND received <= $4) OR year = $3 - 1) GROUP BY level, year",
        params![book.id, SPECIAL, year, date_to_int(as_of)],
    )?;
    let (mut this_year, mut before) = (0, None);
    for row in rows {
        if !own_levels.iter().any(|own| Some(own.as_str()) == row.text(0).ok()) {
            continue;
        }
        if row.int(1)? == year {
            this_year += row.int(2)?;
        } else {
            before = Some(before.unwrap_or(0) + row.int(2)?);
        }
    }
    if this_year < 0 {
        return AppError::refuse("overflow", "本级安排合计超出范围", "请核对指标金额");
    }
    Ok(checks::year_rule(as_of.year(), Fen::new(this_year), before.map(Fen::new)))
}

/// Of each dimension set what is left and what there was, under its fund and under its unit.
fn stocks(flows: &Flows, as_of: NaiveDate) -> Result<Vec<(Stock, Stock)>> {
    let mut paid: BTreeMap<i64, i64> = BTreeMap::new();
    for entry in flows.entries.iter().filter(|entry| entry.place.is_paid() && !entry.closing) {
        *paid.entry(entry.dim).or_default() += entry.net();
    }
    let mut stocks = Vec::new();
    for (id, held) in flows.held(as_of) {
        let dim = flows.dim(id)?;
        let (unspent, origin) = (held.unspent(), i32::try_from(dim.origin).unwrap_or(as_of.year()));
        let total = unspent + paid.get(&id).copied().unwrap_or(0);
        let of = |key: &str, name: &str| Stock { key: key.to_string(), name: name.to_string(), origin, total, unspent };
        stocks.push((of(&dim.fund, &dim.fund_name), of(&dim.unit, &dim.unit_name)));
    }
    Ok(stocks)
}

fn untouched(flows: &Flows, as_of: NaiveDate, days: u32) -> Result<Vec<Untouched>> {
    let touched = flows.touched(as_of);
    let mut found = Vec::new();
    for (id, held) in flows.held(as_of) {
        let dim = flows.dim(id)?;
        let idle = touched.get(&id).map_or(0, |last| days_between(*last, as_of));
        if held.allocated > 0 && !dim.project.is_empty() && idle >= days {
            found.push(Untouched {
                unit: dim.unit.clone(),
                name: dim.unit_name.clone(),
                fund: dim.fund.clone(),
                project: dim.project.clone(),
                amount: Fen::new(held.allocated),
                days: idle,
            });
        }
    }
    found.sort_by(|a, b| b.days.cmp(&a.days).then_with(|| (&a.unit, &a.fund, &a.project).cmp(&(&b.unit, &b.fund, &b.project))));
    Ok(found)
}
