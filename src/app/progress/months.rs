//! Progress month by month: the cumulative state at each month's end, up to the day asked for. One reading of the book's
//! totals by day makes all months.

use super::snapshot::{add, place_mut};
use super::{accounts, groups, new_year, policy, recent_from};
use crate::app::book::chart;
use crate::app::known_at::{Known, known_daily};
use crate::app::{Book, Result};
use crate::domain::access::Scope;
use crate::domain::calendar::{Month, date_to_int};
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::domain::progress::{Holding, Policy, ProgressReport, RecentSpend};
use crate::params;
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// What moved in one place on one day of the year; day 0 stands for all days before the year.
struct Move {
    place: Place,
    day: i64,
    amount: Fen,
    /// The target of the money that moved.
    target: Decimal,
}

pub(crate) fn report(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, known: &Known, scope: &Scope) -> Result<ProgressReport> {
    let policy = policy::in_force(tx, book, as_of, known)?;
    let moves = moves(tx, book, as_of, known.seq, &policy, scope)?;
    let (mut months, mut recent) = (Vec::new(), Vec::new());
    for number in 1..=as_of.month() {
        let Some(month) = Month::new(as_of.year(), number) else { continue };
        let end = month.last_day().min(as_of);
        let (holding, spend) = state(&moves, month, end, &policy)?;
        months.push((end, holding));
        recent.push(spend);
    }
    Ok(ProgressReport::by_month(as_of, &months, &recent, &policy)?)
}

fn state(moves: &[Move], month: Month, end: NaiveDate, policy: &Policy) -> Result<(Holding, RecentSpend)> {
    let mut holding = Holding::new(month.to_string(), format!("{}月", month.month()));
    let mut recent = RecentSpend { key: month.to_string(), days: policy.recent_days(end), paid: Fen::ZERO };
    let from = recent_from(end, recent.days);
    let mut weighed = Decimal::ZERO;
    for moved in moves.iter().filter(|moved| moved.day <= date_to_int(end)) {
        if moved.place.is_paid() && moved.day == 0 {
            continue;
        }
        add(place_mut(&mut holding, moved.place), moved.amount)?;
        weighed += moved.target * Decimal::from(moved.amount.get());
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

fn moves(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, horizon: Option<i64>, policy: &Policy, scope: &Scope) -> Result<Vec<Move>> {
    let chart = chart(tx, book)?;
    // Dimension sets are told apart only where some are left out.
    let (dim, groups) = match scope {
        Scope::County => ("CAST(0 AS BIGINT)", HashMap::new()),
        Scope::Within(_) => ("x.dim", groups::load(tx, book, as_of)?),
    };
    let wanted = |dim: i64| scope.is_county() || groups.get(&dim).is_some_and(|group| group.belongs_to(scope));
    let sql = format!(
        "SELECT x.account, CASE WHEN x.date < $4 THEN 0 ELSE x.date END, f.level, f.doc_no,
                CAST(SUM(x.debit - x.credit) AS BIGINT), {dim}
           FROM {}
           JOIN dim d ON d.book = $1 AND d.id = x.dim
           JOIN fund f ON f.book = d.book AND f.doc_no = d.fund
          WHERE f.year <= $5 AND NOT (x.closing = 1 AND x.date >= $4)
          GROUP BY 1, 2, 3, 4, 6 ORDER BY 1, 2, 3, 4, 6",
        known_daily(horizon, &accounts(&chart))
    );
    let values = params![book.id, date_to_int(as_of), horizon.unwrap_or(0), new_year(as_of), i64::from(as_of.year())];
    let mut moves = Vec::new();
    tx.for_each(&sql, values, |row| {
        if let Some(place) = chart.place_of(row.int(0)?).filter(|_| row.int(5).is_ok_and(wanted)) {
            let target = policy.target_for(row.text(2)?, row.text(3)?);
            moves.push(Move { place, day: row.int(1)?, amount: Fen::new(row.int(4)?), target });
        }
        Ok(())
    })?;
    Ok(moves)
}
