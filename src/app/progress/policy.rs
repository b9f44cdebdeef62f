//! The bureau's yardstick as its settings have it in force on a day; a setting that is not there leaves the default.

use crate::app::{AppError, Book, Refusal, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::progress::{Policy, PolicyError};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::HashMap;

/// Reads `progress.*`. Errors: a value that is no number, or a policy that could not mean anything.
pub fn in_force(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<Policy> {
    let rows = tx.query(
        "SELECT name, value FROM setting WHERE book = $1 AND name LIKE 'progress.%' AND valid_from <= $2 ORDER BY name, valid_from",
        params![book.id, date_to_int(day)],
    )?;
    let mut values: HashMap<String, String> = HashMap::new();
    for row in rows {
        values.insert(row.string(0)?, row.string(1)?); // the latest stands last
    }
    let mut policy = Policy::default();
    if let Some(share) = decimal(&values, "progress.target")? {
        policy.target = share;
    }
    if let Some(text) = values.get("progress.curve") {
        policy.curve = text.parse().map_err(refuse)?;
    }
    if let Some(points) = decimal(&values, "progress.behind_points")? {
        policy.behind_pp = points;
    }
    if let Some(points) = decimal(&values, "progress.serious_points")? {
        policy.serious_pp = points;
    }
    if let Some(text) = values.get("progress.run_rate_days") {
        policy.run_rate_days = text.trim().parse().map_err(|_| wrong("progress.run_rate_days", text))?;
    }
    policy.check().map_err(refuse)?;
    Ok(policy)
}

fn decimal(values: &HashMap<String, String>, name: &str) -> Result<Option<Decimal>> {
    let Some(text) = values.get(name) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| wrong(name, text))
}

fn wrong(name: &str, text: &str) -> AppError {
    Refusal::new("setting", format!("参数 {name} 的值“{text}”不是数字"), "请用 sunledger setting 重新设置").into()
}

fn refuse(problem: PolicyError) -> AppError {
    Refusal::new("setting", problem.to_string(), "请用 sunledger setting 重新设置 progress.* 参数").into()
}
