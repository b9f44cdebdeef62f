//! The rules of the ladder. Every rule that is met gives a rung and its reason; the highest is the rung by rule. What was
//! reached before and stays is kept until the subject has caught up, and then lifted. The same facts give the same answer.

use super::policy::ControlPolicy;
use super::rung::{Rung, SubjectKind};
use super::standing::{Facts, Standing};
use crate::domain::calendar::Month;
use crate::domain::money::Fen;
use crate::domain::report::figure::{percent, points};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A subject, by kind and key.
pub type Subject = (SubjectKind, String);

/// What was decided of a subject, with the figures that led there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub kind: SubjectKind,
    pub key: String,
    pub name: String,
    pub available: Fen,
    pub spent: Fen,
    pub due: Fen,
    pub progress: Option<Decimal>,
    pub schedule: Option<Decimal>,
    pub target: Option<Decimal>,
    pub gap: Option<Decimal>,
    /// Competition rank among the units with money; funds have none.
    pub rank: Option<u32>,
    /// Months in a row behind schedule, among the last, and at the bottom.
    pub behind_months: u32,
    pub bottom_months: u32,
    pub idle_days: Option<u32>,
    pub by_rule: Rung,
    pub before: Rung,
    pub rung: Rung,
    /// Stood on a rung that stays, and has caught up.
    pub lifted: bool,
    pub reasons: Vec<String>,
}

/// Decides every subject of a month; `before` are the rungs that stood. In order of kind and key.
pub fn decide(month: Month, facts: &[Facts], before: &BTreeMap<Subject, Rung>, policy: &ControlPolicy) -> Vec<Decision> {
    let units: Vec<&Facts> = facts.iter().filter(|facts| facts.kind == SubjectKind::Unit).collect();
    let mut decisions: Vec<Decision> = facts
        .iter()
        .map(|facts| {
            let before = before.get(&(facts.kind, facts.key.clone())).copied().unwrap_or_default();
            Judge { month, facts, units: &units, policy }.decide(before)
        })
        .collect();
    decisions.sort_by(|a, b| (a.kind, &a.key).cmp(&(b.kind, &b.key)));
    decisions
}

struct Judge<'a> {
    month: Month,
    facts: &'a Facts,
    units: &'a [&'a Facts],
    policy: &'a ControlPolicy,
}

impl Judge<'_> {
    fn decide(&self, before: Rung) -> Decision {
        let last = self.facts.last();
        let met = self.rules(&last);
        let by_rule = met.iter().map(|(rung, _)| *rung).max().unwrap_or_default();
        let mut reasons: Vec<String> = met.into_iter().map(|(_, reason)| reason).collect();
        let kept = before.stays() && by_rule < before && !self.caught_up(&last, by_rule);
        if kept {
            reasons.push(format!("尚未赶上序时，维持“{}”", before.chinese()));
        }
        let lifted = before.stays() && by_rule < before && !kept;
        if lifted {
            reasons.push(format!("已赶上序时，解除“{}”", before.chinese()));
        }
        Decision {
            kind: self.facts.kind,
            key: self.facts.key.clone(),
            name: self.facts.name.clone(),
            available: last.available,
            spent: last.spent,
            due: last.due(),
            progress: last.progress(),
            schedule: last.schedule(),
            target: last.target(),
            gap: last.gap(),
            rank: self.rank(self.facts.months.len()),
            behind_months: self.streak(|standing, _| self.behind(standing)),
            bottom_months: self.bottom_streak(),
            idle_days: self.facts.idle_days,
            by_rule,
            before,
            rung: if kept { before } else { by_rule },
            lifted,
            reasons,
        }
    }

    /// Every rule that is met, with its reason. Before `control.from_month` only a reminder and what is idle count.
    fn rules(&self, last: &Standing) -> Vec<(Rung, String)> {
        let policy = self.policy;
        let mut met = Vec::new();
        if last.unspent() < policy.small.get() {
            return met;
        }
        for (rung, limit) in [(Rung::Interview, policy.idle_days), (Rung::Reclaim, policy.reclaim_idle_days)] {
            if let Some(days) = self.facts.idle_days.filter(|days| *days >= limit) {
                met.push((rung, format!("资金 {days} 天没有支出（界线 {limit} 天）")));
            }
        }
        let Some(gap) = last.gap().filter(|_| self.behind(last)) else { return met };
        if self.month.month() < policy.from_month {
            met.push((Rung::Remind, below(gap, policy.remind_points)));
            return met;
        }
        let behind = self.streak(|standing, _| self.behind(standing));
        let deep = self.streak(|standing, _| below_by(standing, policy.interview_points));
        let steps =
            [(Rung::Interview, policy.interview_points), (Rung::Notice, policy.notice_points), (Rung::Remind, policy.remind_points)];
        // the highest of the limits that the gap passes; the last is passed by whoever is behind
        met.extend(steps.into_iter().find(|(_, limit)| gap <= -*limit).map(|(rung, limit)| (rung, below(gap, limit))));
        if behind >= policy.notice_months {
            met.push((Rung::Notice, format!("连续 {behind} 个月低于序时")));
        }
        let bottom = self.bottom_streak();
        if bottom >= policy.bottom_months {
            met.push((Rung::Interview, format!("连续 {bottom} 个月排名后 {} 位且低于序时", policy.bottom)));
        }
        met.extend(self.year_end(last));
        let late = self.month.month() >= policy.reclaim_from_month;
        let reason = |limit: Decimal| format!("连续 {deep} 个月达到约谈界线，现{}", below(gap, limit));
        if late && gap <= -policy.reclaim_points && deep >= policy.reclaim_months && !self.unallocated(last) {
            met.push((Rung::Reclaim, reason(policy.reclaim_points)));
        } else if gap <= -policy.hold_points && deep >= policy.hold_months {
            met.push(self.hold_or_hand_out(last, reason(policy.hold_points)));
        }
        met
    }

    /// A fund that lies unallocated is not helped by a stop of allocation: it stays at 约谈.
    fn hold_or_hand_out(&self, last: &Standing, reason: String) -> (Rung, String) {
        if self.unallocated(last) {
            return (Rung::Interview, format!("{reason}；未支出的主要是待分配资金，应尽快分配，不暂停"));
        }
        (Rung::Hold, reason)
    }

    fn unallocated(&self, last: &Standing) -> bool {
        self.facts.kind == SubjectKind::Fund && last.unallocated.get().saturating_mul(2) >= last.unspent()
    }

    fn year_end(&self, last: &Standing) -> Option<(Rung, String)> {
        let (progress, target) = (last.progress()?, last.target()?);
        let missed = self.month.month() == 12 && progress < target;
        missed.then(|| (Rung::Interview, format!("年末支出进度 {} 低于目标 {}", percent(progress), percent(target))))
    }

    fn caught_up(&self, last: &Standing, by_rule: Rung) -> bool {
        let remainder = last.unspent() < self.policy.small.get();
        !by_rule.stays() && (remainder || last.gap().is_none_or(|gap| gap >= -self.policy.lift_points))
    }

    fn behind(&self, standing: &Standing) -> bool {
        standing.gap().is_some_and(|gap| gap < -self.policy.remind_points)
    }

    /// The last months in a row, from `control.from_month` on, of which something holds.
    fn streak(&self, holds: impl Fn(&Standing, usize) -> bool) -> u32 {
        let months = self.facts.months.iter().enumerate().skip(self.policy.from_month.saturating_sub(1) as usize).rev();
        months.take_while(|(at, standing)| holds(standing, *at)).count() as u32
    }

    fn bottom_streak(&self) -> u32 {
        self.streak(|standing, at| self.behind(standing) && self.at_bottom(at + 1))
    }

    /// Among the last units of a month: fewer than so many stand lower. Needs twice as many units to say anything.
    fn at_bottom(&self, month: usize) -> bool {
        let (own, all) = self.progress_in(month);
        let Some(own) = own.filter(|_| self.facts.kind == SubjectKind::Unit) else { return false };
        let lower = all.iter().filter(|other| **other < own).count();
        all.len() >= 2 * self.policy.bottom as usize && lower < self.policy.bottom as usize
    }

    fn rank(&self, month: usize) -> Option<u32> {
        let (own, all) = self.progress_in(month);
        let own = own.filter(|_| self.facts.kind == SubjectKind::Unit)?;
        Some(all.iter().filter(|other| **other > own).count() as u32 + 1)
    }

    /// Progress of the subject and of all units at the end of a month, counted from 1.
    fn progress_in(&self, month: usize) -> (Option<Decimal>, Vec<Decimal>) {
        let at = |facts: &Facts| month.checked_sub(1).and_then(|at| facts.months.get(at)).and_then(Standing::progress);
        (at(self.facts), self.units.iter().filter_map(|unit| at(unit)).collect())
    }
}

fn below(gap: Decimal, limit: Decimal) -> String {
    format!("低于序时 {} 个百分点（界线 {}）", points(-gap), points(limit))
}

fn below_by(standing: &Standing, limit: Decimal) -> bool {
    standing.gap().is_some_and(|gap| gap <= -limit)
}
