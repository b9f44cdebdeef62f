//! The forecasts held against years that are over: at each month's end, what each method would have said of every group, and
//! how many percentage points the year's end was away from it.

use super::Method;
use crate::domain::report::figure;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// One forecast and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    pub method: Method,
    pub month: u32,
    /// The whole county instead of one group.
    pub whole: bool,
    /// Shares of one.
    pub forecast: Decimal,
    pub actual: Decimal,
}

impl Trial {
    fn error(&self) -> Decimal {
        (self.forecast - self.actual) * Decimal::ONE_HUNDRED
    }
}

/// The errors of a method in a month, in percentage points; month 0 is all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    pub method: Method,
    pub month: u32,
    /// Groups measured, over all years.
    pub count: usize,
    #[serde(serialize_with = "figure::serialize_points_option")]
    pub mae_pp: Option<Decimal>,
    /// Forecast less actual: above zero, it promises too much.
    #[serde(serialize_with = "figure::serialize_points_option")]
    pub bias_pp: Option<Decimal>,
    /// Of the whole county.
    #[serde(serialize_with = "figure::serialize_points_option")]
    pub whole_mae_pp: Option<Decimal>,
}

/// Scores by method and month, each method's total after its months.
pub fn scores(trials: &[Trial]) -> Vec<Score> {
    let mut groups: BTreeMap<(Method, u32), Vec<&Trial>> = BTreeMap::new();
    for trial in trials {
        groups.entry((trial.method, trial.month)).or_default().push(trial);
        groups.entry((trial.method, 13)).or_default().push(trial);
    }
    let mean = |errors: Vec<Decimal>| {
        let count = errors.len();
        (count > 0).then(|| errors.into_iter().sum::<Decimal>() / Decimal::from(count))
    };
    let score = |((method, month), trials): ((Method, u32), Vec<&Trial>)| {
        let errors = |whole: bool| trials.iter().filter(move |trial| trial.whole == whole).map(|trial| trial.error());
        Score {
            method,
            month: if month == 13 { 0 } else { month },
            count: errors(false).count(),
            mae_pp: mean(errors(false).map(|error| error.abs()).collect()),
            bias_pp: mean(errors(false).collect()),
            whole_mae_pp: mean(errors(true).map(|error| error.abs()).collect()),
        }
    };
    groups.into_iter().map(score).collect()
}
