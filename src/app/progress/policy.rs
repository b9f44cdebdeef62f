//! The bureau's yardstick as its settings have it in force on a day; a setting that is not there leaves the default.

use crate::app::known_at::Known;
use crate::app::setting::{self, Values};
use crate::app::{AppError, Book, Refusal, Result};
use crate::domain::progress::{Policy, PolicyError};
use crate::store::Tx;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Reads `progress.*` as known at a moment. Errors: a value that is no number, or a policy that could not mean anything.
pub(crate) fn in_force(tx: &mut Tx<'_>, book: &Book, day: NaiveDate, known: &Known) -> Result<Policy> {
    of_values(&setting::in_force(tx, book, "progress.", day, known)?)
}

/// The policy that values make.
pub(crate) fn of_values(values: &Values) -> Result<Policy> {
    let mut policy = Policy::default();
    if let Some(share) = decimal(values, "progress.target")? {
        policy.target = share;
    }
    if let Some(text) = values.get("progress.curve") {
        policy.curve = text.parse().map_err(refuse)?;
    }
    if let Some(points) = decimal(values, "progress.behind_points")? {
        policy.behind_pp = points;
    }
    if let Some(points) = decimal(values, "progress.serious_points")? {
        policy.serious_pp = points;
    }
    if let Some(text) = values.get("progress.run_rate_days") {
        policy.run_rate_days = text.trim().parse().map_err(|_| wrong("progress.run_rate_days", text))?;
    }
    for name in values.keys() {
        let Some(share) = decimal(values, name).ok().flatten() else { continue };
        if let Some(level) = name.strip_prefix("progress.target.level.") {
            policy.by_level.insert(level.to_string(), share);
        } else if let Some(fund) = name.strip_prefix("progress.target.fund.") {
            policy.by_fund.insert(fund.to_string(), share);
        }
    }
    policy.check().map_err(refuse)?;
    Ok(policy)
}

fn decimal(values: &Values, name: &str) -> Result<Option<Decimal>> {
    let Some(text) = values.get(name) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| wrong(name, text))
}

fn wrong(name: &str, text: &str) -> AppError {
    Refusal::new("setting", format!("参数 {name} 的值“{text}”不是数字"), "请用 ⟦setting.set⟧ 重新设置").into()
}

fn refuse(problem: PolicyError) -> AppError {
    Refusal::new("setting", problem.to_string(), "请用 ⟦setting.set⟧ 重新设置 progress.* 参数").into()
}
