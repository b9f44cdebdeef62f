//! What a programme says about a batch: the version that the importer checked its lines against, and whether words name it.

use super::money::{Batch, Day, Program};
use super::time::{add_days, add_months};
use super::{Facts, Payment};

impl Program {
    /// Whether one of the words is its code or part of its name.
    pub fn is_named(&self, words: &[String]) -> bool {
        words.iter().any(|word| self.code == *word || self.name.contains(word.as_str()))
    }

    /// The same, or part of its conditions (适用条件).
    pub fn speaks_of(&self, words: &[String]) -> bool {
        self.is_named(words) || words.iter().any(|word| self.eligibility.contains(word.as_str()))
    }
}

impl Facts {
    /// The version of a batch's programme as the importer finds it: in force at the period's start, else at its end, else on
    /// the day the batch was made; the latest one where several are.
    pub fn standard(&self, batch: &Batch) -> Option<&Program> {
        let start = self.programs.partition_point(|p| p.code < batch.program);
        let count = self.programs[start..].partition_point(|p| p.code == batch.program);
        let versions = &self.programs[start..start + count];
        [batch.first * 100 + 1, last_day(batch.last), batch.made]
            .into_iter()
            .find_map(|day| versions.iter().rev().find(|version| version.from <= day && day <= version.to))
    }

    /// The standard of each batch, looked up once for all of its lines.
    pub fn standards(&self) -> Vec<Option<&Program>> {
        self.batches.iter().map(|batch| self.standard(batch)).collect()
    }

    /// Whether each batch is of a programme that the words name by code or name, as they stood on its first day.
    pub fn batches_named(&self, words: impl Fn(Day) -> Vec<String>) -> Vec<bool> {
        let named = |batch: &Batch| {
            let program = self.standard(batch).or_else(|| self.program_of(batch));
            program.is_some_and(|program| program.is_named(&words(batch.first * 100 + 1)))
        };
        self.batches.iter().map(named).collect()
    }

    /// Two lines for months, the one measured against the other: when both together pay for no more months than their periods
    /// have, the one may have ended where the other began, and no month is paid twice.
    pub fn share_the_months(&self, one: &Payment, other: &Payment) -> bool {
        let (a, b) = (self.batch(one), self.batch(other));
        let monthly = |batch: &Batch| self.standard(batch).is_some_and(|program| program.measure == "月");
        let months = super::months_between(a.first.min(b.first), a.last.max(b.last)) + 1;
        monthly(a) && monthly(b) && kept_quantity(one) + kept_quantity(other) <= months * 10_000
    }
}

/// The quantity less the share of it that came back, in 1/10000.
pub fn kept_quantity(payment: &Payment) -> i64 {
    if payment.refunded == 0 || payment.amount <= 0 {
        return payment.quantity;
    }
    let kept = i128::from(payment.quantity) * i128::from(payment.kept()) / i128::from(payment.amount);
    i64::try_from(kept).unwrap_or(payment.quantity)
}

/// The last day of a month.
pub fn last_day(month: i64) -> Day {
    add_days(add_months(month, 1) * 100 + 1, -1)
}

/// Whether two runs of months have a month in common.
pub const fn overlap(a: (i64, i64), b: (i64, i64)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}
