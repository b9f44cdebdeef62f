//! The facts of a month for the ladder: for every unit and fund its standing at each month's end since January, how long its
//! money has lain, and what of it could be taken back. All of it follows from the vouchers known at one sequence and from the
//! values of the settings, so that a run can be worked out again at any time.

use super::flow::{Flows, Held};
use crate::app::progress::policy_of;
use crate::app::setting::Values;
use crate::app::{Book, Result};
use crate::domain::calendar::Month;
use crate::domain::control::decide::Subject;
use crate::domain::control::{ControlPolicy, Decision, Facts, Part, Proposal, Rung, Spare, Standing, SubjectKind, decide, spare};
use crate::domain::money::Fen;
use crate::domain::progress::Policy;
use crate::store::Tx;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a month's run decides.
pub(crate) struct Assessed {
    pub decisions: Vec<Decision>,
    /// By the decision's place in `decisions`.
    pub proposals: BTreeMap<usize, Vec<Proposal>>,
}

/// Decides a month as known at a voucher, under the values given, after the rungs that stood before.
pub(crate) fn assess(
    tx: &mut Tx<'_>,
    book: &Book,
    month: Month,
    seq: i64,
    values: &Values,
    before: &BTreeMap<Subject, (Rung, String)>,
) -> Result<Assessed> {
    let (policy, progress) = (ControlPolicy::read(values)?, policy_of(values)?);
    let flows = Flows::load(tx, book, month.last_day(), Some(seq))?;
    let mut facts = gather(&flows, month, &policy, &progress)?;
    // who stands on a rung that stays is judged even when it holds no money any more
    for ((kind, key), (rung, name)) in before {
        if rung.stays() && !facts.iter().any(|facts| facts.kind == *kind && facts.key == *key) {
            facts.push(Facts { kind: *kind, key: key.clone(), name: name.clone(), months: Vec::new(), idle_days: None });
        }
    }
    let rungs = before.iter().map(|(subject, (rung, _))| (subject.clone(), *rung)).collect();
    let decisions = decide(month, &facts, &rungs, &policy);
    let spares = spares(&flows, month.last_day(), &policy)?;
    let mut proposals = BTreeMap::new();
    for (at, decision) in decisions.iter().enumerate() {
        let of = |spare: &&Spare| match decision.kind {
            SubjectKind::Unit => spare.unit == decision.key,
            SubjectKind::Fund => spare.fund == decision.key,
        };
        let own: Vec<Spare> = spares.iter().filter(of).cloned().collect();
        let proposed = spare::proposals(decision, &own, &policy);
        if !proposed.is_empty() {
            proposals.insert(at, proposed);
        }
    }
    Ok(Assessed { decisions, proposals })
}

/// The subjects that a dimension set belongs to: its fund, and its unit where it is allocated.
fn subjects(flows: &Flows, dim: i64) -> Result<Vec<(Subject, String)>> {
    let dim = flows.dim(dim)?;
    let mut subjects = vec![((SubjectKind::Fund, dim.fund.clone()), dim.fund_name.clone())];
    if !dim.unit.is_empty() {
        subjects.push(((SubjectKind::Unit, dim.unit.clone()), dim.unit_name.clone()));
    }
    Ok(subjects)
}

fn gather(flows: &Flows, month: Month, policy: &ControlPolicy, progress: &Policy) -> Result<Vec<Facts>> {
    let mut found: BTreeMap<Subject, Facts> = BTreeMap::new();
    let mut held_now = BTreeMap::new();
    let months = month.month() as usize;
    for number in 1..=month.month() {
        let Some(end) = Month::new(month.year(), number).map(Month::last_day) else { continue };
        let held = flows.held(end);
        for (dim, at) in &held {
            let part = part(flows, *dim, at, end, policy, progress)?;
            let Some(part) = part.filter(|part| part.available != Fen::ZERO || part.spent != Fen::ZERO) else { continue };
            for ((kind, key), name) in subjects(flows, *dim)? {
                let fresh = || Facts { kind, key: key.clone(), name, months: vec![Standing::default(); months], idle_days: None };
                let facts = found.entry((kind, key.clone())).or_insert_with(fresh);
                facts.months[number as usize - 1].add(&part)?;
            }
        }
        held_now = held;
    }
    idle(flows, &held_now, month.last_day(), policy, &mut found)?;
    Ok(found.into_values().collect())
}

/// A dimension set's part in the standing of its subjects; nothing where its category does not count.
fn part(flows: &Flows, id: i64, held: &Held, end: NaiveDate, policy: &ControlPolicy, progress: &Policy) -> Result<Option<Part>> {
    let dim = flows.dim(id)?;
    if !policy.counts(&dim.category) {
        return Ok(None);
    }
    let target = progress.target_for(&dim.level, &dim.fund);
    let grace = dim.received.checked_add_days(Days::new(u64::from(policy.grace_days))).is_some_and(|until| until > end);
    let due = match target {
        _ if grace => Decimal::ZERO,
        common if common == progress.target => progress.schedule(end),
        own => progress.with_target(own).schedule(end),
    };
    let (available, spent) = (Fen::new(held.available()), Fen::new(held.paid));
    Ok(Some(Part { available, spent, unallocated: Fen::new(held.unallocated), target, due }))
}

/// How long money has lain: of a fund since anything of it was paid, of a unit since anything of any of its allocations was.
fn idle(
    flows: &Flows,
    held: &BTreeMap<i64, Held>,
    day: NaiveDate,
    policy: &ControlPolicy,
    found: &mut BTreeMap<Subject, Facts>,
) -> Result<()> {
    let touched = flows.touched(day);
    let mut funds: BTreeMap<&str, (i64, NaiveDate)> = BTreeMap::new();
    for (id, at) in held {
        let (Some(last), dim) = (touched.get(id), flows.dim(*id)?) else { continue };
        let fund = funds.entry(&dim.fund).or_insert((0, *last));
        *fund = (fund.0 + at.unspent(), fund.1.max(*last));
        let facts = found.get_mut(&(SubjectKind::Unit, dim.unit.clone()));
        if let Some(facts) = facts.filter(|_| at.unspent() >= policy.small.get().max(1)) {
            facts.idle_days = facts.idle_days.max(Some(days_between(*last, day)));
        }
    }
    for (fund, (unspent, last)) in funds {
        let facts = found.get_mut(&(SubjectKind::Fund, fund.to_string()));
        if let Some(facts) = facts.filter(|_| unspent >= policy.small.get().max(1)) {
            facts.idle_days = Some(days_between(last, day));
        }
    }
    Ok(())
}

pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from(to.signed_duration_since(from).num_days()).unwrap_or(0)
}

fn spares(flows: &Flows, day: NaiveDate, policy: &ControlPolicy) -> Result<Vec<Spare>> {
    let touched = flows.touched(day);
    let mut spares: BTreeMap<(String, String, String, String), (i64, u32)> = BTreeMap::new();
    for (id, held) in flows.held(day).iter().filter(|(_, held)| held.allocated > 0) {
        let (dim, last) = (flows.dim(*id)?, touched.get(id).copied().unwrap_or(day));
        if !policy.counts(&dim.category) {
            continue;
        }
        let key = (dim.fund.clone(), dim.unit.clone(), dim.project.clone(), dim.program.clone());
        let days = days_between(last, day);
        let sum = spares.entry(key).or_insert((0, days));
        *sum = (sum.0 + held.allocated, sum.1.min(days));
    }
    let spare = |((fund, unit, project, program), (amount, untouched_days))| {
        let amount = Fen::new(amount);
        Spare { fund, unit, project, program, amount, untouched_days }
    };
    Ok(spares.into_iter().map(spare).collect())
}
