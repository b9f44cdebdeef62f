//! The measures of risk out of the books, for units, programmes or villages: what screening found, what the bank sent back, how
//! far spending is behind, what earlier years left unspent, what inspections found, who complained.

use super::findings::{self, By};
use crate::app::book::chart;
use crate::app::known_at::Known;
use crate::app::progress::{HOLDING, Snapshot, new_year};
use crate::app::{Book, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::inspection::risk::{Component, Measured};
use crate::domain::progress::GroupBy;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Values by key; a key without a value of a measure that was taken has none of it (0).
type Values = BTreeMap<String, i64>;

/// All rows with what is known of them on a day, by key, and what could not be measured at all.
pub(super) fn measure(tx: &mut Tx<'_>, book: &Book, by: By, day: NaiveDate) -> Result<(Vec<Measured>, Vec<Component>)> {
    let names = names(tx, book, by)?;
    let (first, last) = (new_year(day), date_to_int(day));
    let mut taken: Vec<(Component, Option<Values>, bool)> = vec![
        (Component::Findings, findings::points(tx, book, by, day)?, true),
        (Component::Returns, Some(returns(tx, book, by, first, last)?), false),
    ];
    if by != By::Village {
        let (progress, idle) = money(tx, book, by, day)?;
        taken.push((Component::Progress, Some(progress), false));
        taken.push((Component::Idle, Some(idle), false));
    }
    taken.push((Component::Errors, Some(errors(tx, book, by, first - 10_000, last)?), true));
    taken.push((Component::Objections, findings::objections(tx, book, by, first, last)?, true));
    let missing = taken.iter().filter(|(_, values, _)| values.is_none()).map(|(component, _, _)| *component).collect();
    let rows = names.into_iter().map(|(key, name)| {
        let value = |(component, values, zero): &(Component, Option<Values>, bool)| {
            let found = values.as_ref()?.get(&key).copied();
            Some((*component, if *zero { found.unwrap_or(0) } else { found? }))
        };
        let values = taken.iter().filter_map(value).collect();
        Measured { key, name, values }
    });
    Ok((rows.collect(), missing))
}

fn names(tx: &mut Tx<'_>, book: &Book, by: By) -> Result<BTreeMap<String, String>> {
    let sql = match by {
        By::Unit => "SELECT code, name FROM unit WHERE book = $1 AND kind IN ('主管部门', '乡镇')",
        By::Program => "SELECT code, MAX(name) FROM program WHERE book = $1 GROUP BY code",
        By::Village => "SELECT code, name FROM region WHERE book = $1 AND level = '村'",
    };
    tx.query(sql, params![book.id])?.iter().map(|row| Ok((row.string(0)?, row.string(1)?))).collect()
}

/// Share of answered lines that the bank returned, in 1/10000.
fn returns(tx: &mut Tx<'_>, book: &Book, by: By, first: i64, last: i64) -> Result<Values> {
    let key = match by {
        By::Unit => "b.unit",
        By::Program => "b.program",
        By::Village => "h.region",
    };
    let sql = format!(
        "SELECT {key}, CAST(SUM(1 - r.paid) AS BIGINT), CAST(COUNT(*) AS BIGINT) FROM payment_result r
           JOIN batch b ON b.book = r.book AND b.id = r.batch
           JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
           JOIN household h ON h.book = p.book AND h.id = p.household
          WHERE r.book = $1 AND r.booked BETWEEN $2 AND $3 GROUP BY {key}"
    );
    let mut found = Values::new();
    for row in tx.query(&sql, params![book.id, first, last])? {
        found.insert(row.string(0)?, row.int(1)? * 10_000 / row.int(2)?.max(1));
    }
    Ok(found)
}

/// How far behind schedule, in 1/100 of a point; and what earlier years left, in 1/10000 of what is available.
fn money(tx: &mut Tx<'_>, book: &Book, by: By, day: NaiveDate) -> Result<(Values, Values)> {
    let group = if by == By::Unit { GroupBy::Unit } else { GroupBy::Program };
    let report = Snapshot::load(tx, book, day, &Known::default())?.report_of_named(group)?;
    let left = left_over(tx, book, by, day)?;
    let (mut progress, mut idle) = (Values::new(), Values::new());
    for row in &report.rows {
        if let Some(gap) = row.gap_pp {
            let behind = (-gap * Decimal::ONE_HUNDRED).round();
            progress.insert(row.key.clone(), i64::try_from(behind).unwrap_or_default());
        }
        if row.available.get() > 0 {
            let share = i128::from(left.get(&row.key).copied().unwrap_or(0)) * 10_000 / i128::from(row.available.get());
            idle.insert(row.key.clone(), i64::try_from(share).unwrap_or(10_000));
        }
    }
    Ok((progress, idle))
}

/// Fen of funds of earlier years that are not spent on a day.
fn left_over(tx: &mut Tx<'_>, book: &Book, by: By, day: NaiveDate) -> Result<Values> {
    let chart = chart(tx, book)?;
    let accounts = HOLDING.into_iter().map(|place| chart.place(place).to_string()).collect::<Vec<_>>().join(", ");
    let key = if by == By::Unit { "a.unit" } else { "a.program" };
    let sql = format!(
        "SELECT {key}, CAST(SUM(x.debit - x.credit) AS BIGINT) FROM daily x
           JOIN dim d ON d.book = x.book AND d.id = x.dim
           JOIN allocation a ON a.book = d.book AND a.id = d.allocation
           JOIN fund f ON f.book = d.book AND f.doc_no = d.fund
          WHERE x.book = $1 AND x.account IN ({accounts}) AND x.date <= $2 AND NOT (x.closing = 1 AND x.date >= $3)
            AND (f.year < $4 OR f.carried_over = 1) GROUP BY {key}"
    );
    let rows = tx.query(&sql, params![book.id, date_to_int(day), new_year(day), new_year(day) / 10_000])?;
    rows.iter().map(|row| Ok((row.string(0)?, row.int(1)?))).collect()
}

/// Items in error that inspections of this year and the last found.
fn errors(tx: &mut Tx<'_>, book: &Book, by: By, first: i64, last: i64) -> Result<Values> {
    let sql = "SELECT f.village, f.item FROM inspection_exception x
                 JOIN inspection_evaluation e ON e.book = x.book AND e.plan = x.plan AND e.seq = x.evaluation
                 JOIN inspection_sample s ON s.book = x.book AND s.plan = x.plan AND s.seq = x.sample
                 JOIN inspection_frame f ON f.book = s.book AND f.plan = s.plan AND f.seq = s.frame
                WHERE x.book = $1 AND e.date BETWEEN $2 AND $3 ORDER BY x.plan, x.sample";
    let mut found = Values::new();
    for row in tx.query(sql, params![book.id, first, last])? {
        let key = match by {
            By::Village => Some(row.string(0)?),
            _ => findings::key_of_payment(tx, book, by, row.text(1)?)?,
        };
        if let Some(key) = key {
            *found.entry(key).or_default() += 1;
        }
    }
    Ok(found)
}
