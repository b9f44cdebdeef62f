//! Control out of the books: the ladder's monthly run and what follows from it (约谈 records, holds and who may pass them,
//! money taken back), what is looked for against gaming the rate, and the checks of a day. The rules are
//! [`crate::domain::control`]; here they get their figures, and what was decided is written down and never changed.

pub mod checks;
pub mod gaming;
pub mod hold;
pub mod inspection;
pub mod interview;
pub mod permit;
pub mod reclaim;
pub mod run;
pub mod show;

pub(crate) mod figures;
pub(crate) mod flow;
pub(crate) mod stored;
pub(crate) mod verify;

#[cfg(test)]
mod tests;

use super::known_at::Known;
use super::setting::{self, Values};
use super::{AppError, Book, Refusal, Result};
use crate::domain::control::{ControlPolicy, PolicyProblem};
use crate::store::Tx;
use chrono::NaiveDate;

/// Families of settings that a run rests on.
const FAMILIES: [&str; 4] = ["allocation.", "control.", "idle.", "progress."];

/// All values that control rests on, in force on a day and known at a moment.
pub(crate) fn values(tx: &mut Tx<'_>, book: &Book, day: NaiveDate, known: &Known) -> Result<Values> {
    let mut all = setting::in_force(tx, book, "", day, known)?;
    all.retain(|name, _| FAMILIES.iter().any(|family| name.starts_with(family)));
    Ok(all)
}

/// The policy of control in force. Errors: values that mean nothing, or thresholds that fall from rung to rung.
pub(crate) fn policy_in_force(tx: &mut Tx<'_>, book: &Book, day: NaiveDate, known: &Known) -> Result<ControlPolicy> {
    Ok(ControlPolicy::read(&values(tx, book, day, known)?)?)
}

impl From<PolicyProblem> for AppError {
    fn from(problem: PolicyProblem) -> AppError {
        let mend = "请用 ⟦setting.set⟧ 重新设置；各等次的界线应逐级不减";
        Refusal::new("setting", problem.to_string(), mend).into()
    }
}
