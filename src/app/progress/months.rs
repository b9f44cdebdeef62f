//! Progress month by month: the cumulative state at each month's end, up to the day asked for. One reading of the book's
//! totals by day makes all months.

use super::snapshot::{Snapshot, add, place_mut};
use super::{Entry, entries, new_year, recent_from};
use crate::app::book::chart;
use crate::app::known_at::Known;
use crate::app::{Book, Result};
use crate::domain::access::Scope;
use crate::domain::calendar::{Month, date_to_int};
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::domain::progress::{Holding, Policy, ProgressReport, RecentSpend};
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

/// What moved in one place on one day of the year; day 0 stands for all days before the year.
struct Move {
    place: Place,
    day: i64,
    amount: Fen,
    /// The target of the money that moved, weighed by its amount.
    weighed: Decimal,
}

pub(crate) fn report(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, known: &Known, scope: &Scope) -> Result<ProgressReport> {
    let chart = chart(tx, book)?;
    let entries = entries::load(tx, book, &chart, as_of, known.seq)?;
    of(&Snapshot::of(tx, book, as_of, known, &entries)?.within(scope), as_of, &entries)
}

/// The months of what a snapshot of that day knows, out of the same movements.
pub(crate) fn of(snapshot: &Snapshot, as_of: NaiveDate, entries: &[Entry]) -> Result<ProgressReport> {
    let policy = &snapshot.policy;
    let moves = moves(snapshot, as_of, entries);
    let (mut months, mut recent) = (Vec::new(), Vec::new());
    for number in 1..=as_of.month() {
        let Some(month) = Month::new(as_of.year(), number) else { continue };
        let end = month.last_day().min(as_of);
        let (holding, spend) = state(&moves, month, end, policy)?;
        months.push((end, holding));
        recent.push(spend);
    }
    Ok(ProgressReport::by_month(as_of, &months, &recent, policy)?)
}

fn state(moves: &[Move], month: Month, end: NaiveDate, policy: &Policy) -> Result<(Holding, RecentSpend)> {
    let mut holding = Holding::new(month.to_string(), format!("{}月", month.month()));
    let mut recent = RecentSpend { key: month.to_string(), days: policy.recent_days(end), paid: Fen::ZERO };
    let (to, from) = (date_to_int(end), recent_from(end, recent.days));
    let mut weighed = Decimal::ZERO;
    for moved in moves.iter().filter(|moved| moved.day <= to) {
        if moved.place.is_paid() && moved.day == 0 {
            continue;
        }
        add(place_mut(&mut holding, moved.place), moved.amount)?;
        if policy.has_overrides() {
            weighed += moved.weighed;
        }
        if moved.place.is_paid() && moved.day >= from {
            add(Some(&mut recent.paid), moved.amount)?;
        }
    }
    let available = holding.available()?.get();
    if policy.has_overrides() && available > 0 {
        holding.target = Some(weighed / Decimal::from(available));
    }
    Ok((holding, recent))
}

fn moves(snapshot: &Snapshot, as_of: NaiveDate, entries: &[Entry]) -> Vec<Move> {
    let (year, new_year) = (i64::from(as_of.year()), new_year(as_of));
    let mut moves = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(group) = snapshot.groups().get(&entry.dim).filter(|group| group.year <= year) else { continue };
        if entry.closing && entry.date >= new_year {
            continue;
        }
        let (level, fund) = group.target_key();
        let weighed = match snapshot.policy.has_overrides() {
            true => snapshot.policy.target_for(level, fund) * Decimal::from(entry.net()),
            false => Decimal::ZERO,
        };
        let day = if entry.date < new_year { 0 } else { entry.date };
        moves.push(Move { place: entry.place, day, amount: Fen::new(entry.net()), weighed });
    }
    moves
}
