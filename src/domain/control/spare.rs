//! What is proposed to be taken back on the rung 收回: allocations of which nothing has been paid for long, the longest first,
//! up to what the subject is short of schedule; all of them where the money has lain past its limit. Remainders stay.

use super::decide::Decision;
use super::policy::ControlPolicy;
use super::rung::Rung;
use crate::domain::money::Fen;
use serde::Serialize;

/// Money allocated, neither paid nor reserved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spare {
    pub fund: String,
    pub unit: String,
    pub project: String,
    pub program: String,
    pub amount: Fen,
    /// Days since it was last paid of, or allocated.
    pub untouched_days: u32,
}

/// An amount that may be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub fund: String,
    pub unit: String,
    pub project: String,
    pub program: String,
    pub amount: Fen,
}

/// Proposals for a subject on the rung 收回; none on any other.
pub fn proposals(decision: &Decision, spares: &[Spare], policy: &ControlPolicy) -> Vec<Proposal> {
    if decision.rung != Rung::Reclaim {
        return Vec::new();
    }
    let mut old: Vec<&Spare> = spares
        .iter()
        .filter(|spare| spare.untouched_days >= policy.spare_days && spare.amount >= policy.small && spare.amount.get() > 0)
        .collect();
    old.sort_by(|a, b| {
        let key = |spare: &Spare| (spare.fund.clone(), spare.unit.clone(), spare.project.clone(), spare.program.clone());
        b.untouched_days.cmp(&a.untouched_days).then_with(|| key(a).cmp(&key(b)))
    });
    let idle = decision.idle_days.is_some_and(|days| days >= policy.reclaim_idle_days);
    let mut left = if idle { i64::MAX } else { decision.due.get().saturating_sub(decision.spent.get()).max(0) };
    let mut proposed = Vec::new();
    for spare in old {
        let amount = spare.amount.get().min(left);
        if amount == 0 {
            break;
        }
        left -= amount;
        proposed.push(Proposal {
            fund: spare.fund.clone(),
            unit: spare.unit.clone(),
            project: spare.project.clone(),
            program: spare.program.clone(),
            amount: Fen::new(amount),
        });
    }
    proposed
}
