//! One screening: facts, rules, findings; kept when it is the whole book as it stands.

use super::findings::{self, Check, Finding};
use super::load::{Scope, facts_by_two};
use super::lookup::{FileName, chosen, files, parameters};
use super::stored::{self, LastRun};
use super::{keep, lookup};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::screening::{Availability, Facts, Outcome, ParamTable, Rule, screen};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The day whose end is looked at.
    pub as_of: NaiveDate,
    /// Only this batch.
    pub batch: Option<String>,
    /// Ids of rules; all if empty.
    pub rules: Vec<String>,
}

/// What a screening came to.
#[derive(Debug)]
pub struct Screened {
    pub as_of: NaiveDate,
    pub payments: usize,
    pub people: usize,
    pub checks: Vec<Check>,
    pub findings: Vec<Finding>,
    pub files: BTreeMap<i64, FileName>,
    /// What was written down, if it was.
    pub kept: Option<keep::Kept>,
    /// Said where it was not written down.
    pub note: Option<String>,
}

/// Screens the book or a batch. Errors: no such batch or rule; a parameter among the settings that means nothing.
pub fn run(bureau: &mut Bureau, ctx: &Context, wanted: &Wanted) -> Result<Screened> {
    run_with(bureau, ctx, wanted, &mut |_, _| ())
}

/// Steps that a run tells: facts read, rules applied, findings kept.
const STEPS: u64 = 3;

/// The same, telling how many of its steps are done.
pub fn run_with(bureau: &mut Bureau, ctx: &Context, wanted: &Wanted, progress: &mut dyn FnMut(u64, u64)) -> Result<Screened> {
    progress(0, STEPS);
    let rules = chosen(&wanted.rules)?;
    if wanted.batch.is_none()
        && let Some(same) = unchanged(bureau, ctx, wanted, &rules)?
    {
        return Ok(same);
    }
    let batch = wanted.batch.as_deref();
    // reading and judging take no lock: only writing down does
    let (facts, params, files, head) = bureau.read_by_two(|tx, second, book| {
        let scope = match batch {
            Some(code) => Scope::Batch(batch_id(tx, book, code)?),
            None => Scope::Book,
        };
        Ok((facts_by_two(tx, second, book, wanted.as_of, scope)?, parameters(tx, book)?, files(tx, book)?, keep::Head::read(tx, book)?))
    })?;
    progress(1, STEPS);
    let outcomes = screen(&facts, &params, &|rule| rules.iter().any(|known| known.id == rule.id));
    progress(2, STEPS);
    let mut screened = Screened {
        as_of: wanted.as_of,
        payments: facts.payments.len(),
        people: facts.registered,
        checks: checks(&outcomes, &params, facts.as_of),
        findings: Finding::all(&facts, &outcomes),
        files,
        kept: None,
        note: None,
    };
    if batch.is_none() {
        let digest = lookup::rules_digest(&rules, &params, facts.as_of);
        bureau.write(|tx, book| {
            match keep::refuse_past(tx, book, facts.as_of)? {
                Some(note) => screened.note = Some(note),
                None => screened.kept = Some(keep::keep(tx, book, ctx, &screened, facts.as_of, head, &digest)?),
            }
            keep::states(tx, book, date_to_int(ctx.today()), &mut screened.findings)
        })?;
    }
    findings::sort(&mut screened.findings);
    progress(STEPS, STEPS);
    Ok(screened)
}

/// The last run's answer, where a run now would see just what it saw: nothing is read but the findings.
fn unchanged(bureau: &mut Bureau, ctx: &Context, wanted: &Wanted, rules: &[&'static Rule]) -> Result<Option<Screened>> {
    let as_of = date_to_int(wanted.as_of);
    bureau.read(|tx, book| {
        let digest = lookup::rules_digest(rules, &parameters(tx, book)?, as_of);
        let Some(last) = LastRun::read(tx, book)? else { return Ok(None) };
        if !last.saw_the_same(as_of, keep::Head::read(tx, book)?, &digest) {
            return Ok(None);
        }
        let mut found = stored::findings(tx, book, false)?;
        found.retain(|finding| rules.iter().any(|rule| rule.id == finding.rule.id));
        keep::states(tx, book, date_to_int(ctx.today()), &mut found)?;
        let note = format!("账簿、名单、规则和参数自第 {} 次筛查以来没有变化，沿用其结果", last.id);
        Ok(Some(Screened {
            as_of: wanted.as_of,
            payments: usize::try_from(last.payments).unwrap_or(0),
            people: usize::try_from(last.people).unwrap_or(0),
            checks: stored::checks(tx, book, last.id)?,
            findings: found,
            files: files(tx, book)?,
            kept: None,
            note: Some(note),
        }))
    })
}

/// Findings as the last runs left them, with their states, and the files that their evidence names.
pub fn standing(bureau: &mut Bureau, ctx: &Context, gone: bool) -> Result<(Vec<Finding>, BTreeMap<i64, FileName>)> {
    bureau.read(|tx, book| {
        let mut found = stored::findings(tx, book, gone)?;
        keep::states(tx, book, date_to_int(ctx.today()), &mut found)?;
        Ok((found, files(tx, book)?))
    })
}

fn batch_id(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<i64> {
    match tx.first("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, code])? {
        Some(row) => Ok(row.int(0)?),
        None => AppError::refuse("no_batch", format!("没有批次 {code}"), "请用 ⟦batch.list⟧ 查看批次号"),
    }
}

/// What each rule could check.
pub fn checks(outcomes: &[Outcome], params: &ParamTable, as_of: i64) -> Vec<Check> {
    let check = |outcome: &Outcome| Check {
        rule: outcome.rule,
        why: outcome.checked.availability.why(),
        state: match outcome.checked.availability {
            Availability::Checked => "checked",
            Availability::Missing(_) => "missing",
            Availability::Stale(_) => "stale",
        },
        lists: outcome.checked.lists.iter().map(|(list, day)| (list.kind().to_string(), *day)).collect(),
        params: params.in_force(outcome.rule, as_of),
        findings: outcome.hits.len(),
    };
    outcomes.iter().map(check).collect()
}

/// Facts and outcomes of the whole book, not kept: for scores and trials.
pub fn look(bureau: &mut Bureau, as_of: NaiveDate, with: impl FnOnce(ParamTable) -> Result<ParamTable>) -> Result<(Facts, Vec<Outcome>)> {
    let (facts, params) =
        bureau.read_by_two(|tx, second, book| Ok((facts_by_two(tx, second, book, as_of, Scope::Book)?, parameters(tx, book)?)))?;
    let params = with(params)?;
    let outcomes = screen(&facts, &params, &|_| true);
    Ok((facts, outcomes))
}
