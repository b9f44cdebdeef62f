//! Runs rules over facts: those that look at lines or at the book first, side by side; then those that look at what the
//! others found. A rule whose list is missing has not checked anything and says so; one whose list is stale has checked
//! something old and says so too. Neither is ever "clean".

use super::facts::{Facts, days_between};
use super::hits::{Hit, Hits};
use super::params::{ParamTable, STALE_DAYS, general_count};
use super::rule::{List, Pass, Rule};
use super::rules::RULES;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Whether a rule could look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    Checked,
    /// These lists have never come.
    Missing(Vec<List>),
    /// These lists came last on that day, too long ago.
    Stale(Vec<(List, i64)>),
}

impl Availability {
    /// Why it has not checked, in Chinese; empty if it has.
    pub fn why(&self) -> String {
        match self {
            Availability::Checked => String::new(),
            Availability::Missing(lists) => {
                let names: Vec<String> = lists.iter().map(|list| format!("{}（{}）", list.title(), list.kind())).collect();
                format!("没有比对名单：{}", names.join("、"))
            }
            Availability::Stale(lists) => {
                let name = |(list, day): &(List, i64)| format!("{}（最近 {}）", list.title(), super::Says::Day(*day).show(false));
                format!("比对名单过旧：{}", lists.iter().map(name).collect::<Vec<_>>().join("、"))
            }
        }
    }
}

/// How a rule's lists stood: when each came last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub availability: Availability,
    pub lists: Vec<(List, i64)>,
}

/// What one rule found.
#[derive(Debug)]
pub struct Outcome {
    pub rule: &'static Rule,
    pub checked: Checked,
    pub hits: Vec<Hit>,
}

/// Runs the rules that `wanted` names, in the order of the catalogue. With a batch in focus, rules of the whole book are left
/// out, and so are hits that none of the batch's lines is part of.
pub fn screen(facts: &Facts, params: &ParamTable, wanted: &(dyn Fn(&Rule) -> bool + Sync)) -> Vec<Outcome> {
    let runs = |rule: &&'static Rule| wanted(rule) && (facts.focus.is_none() || rule.pass != Pass::Book);
    let rules: Vec<&'static Rule> = RULES.iter().copied().filter(runs).collect();
    let (last, first): (Vec<_>, Vec<_>) = rules.into_iter().partition(|rule| rule.pass == Pass::After);
    let mut outcomes = side_by_side(facts, params, &first);
    for rule in last {
        let outcome = run(rule, facts, params, &outcomes);
        outcomes.push(outcome);
    }
    outcomes.sort_by_key(|outcome| RULES.iter().position(|rule| rule.id == outcome.rule.id));
    outcomes
}

/// As many threads as cores, up to four; each takes the next rule. The result does not depend on who was quicker.
fn side_by_side(facts: &Facts, params: &ParamTable, rules: &[&'static Rule]) -> Vec<Outcome> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(rules.len())));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(rule) = rules.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = run(rule, facts, params, &[]);
                    if let Ok(mut done) = done.lock() {
                        done.push(outcome);
                    }
                }
            });
        }
    });
    let mut outcomes = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    outcomes.sort_by_key(|outcome| rules.iter().position(|rule| rule.id == outcome.rule.id));
    outcomes
}

fn run(rule: &'static Rule, facts: &Facts, params: &ParamTable, earlier: &[Outcome]) -> Outcome {
    let checked = look_up(rule, facts, params);
    let mut hits = Hits { rule, found: Vec::new(), earlier };
    if !matches!(checked.availability, Availability::Missing(_)) {
        (rule.find)(facts, &params.of(rule), &mut hits);
    }
    let mut found = hits.found;
    if let Some(focus) = facts.focus {
        found.retain(|hit| hit.payments.iter().any(|at| facts.payments.get(*at as usize).is_some_and(|p| p.batch == focus)));
    }
    Outcome { rule, checked, hits: found }
}

fn look_up(rule: &Rule, facts: &Facts, params: &ParamTable) -> Checked {
    let received = |list: &List| facts.lists.received.get(list).map(|day| (*list, *day));
    let lists: Vec<(List, i64)> = rule.needs.iter().filter_map(received).collect();
    let missing: Vec<List> = rule.needs.iter().copied().filter(|list| !facts.lists.received.contains_key(list)).collect();
    let limit = general_count(params, &STALE_DAYS, facts.as_of);
    let stale: Vec<(List, i64)> = lists.iter().copied().filter(|(_, day)| days_between(*day, facts.as_of) > limit).collect();
    let availability = if !missing.is_empty() {
        Availability::Missing(missing)
    } else if !stale.is_empty() {
        Availability::Stale(stale)
    } else {
        Availability::Checked
    };
    Checked { availability, lists }
}
