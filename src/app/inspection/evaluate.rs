//! Evaluation (评价): the visits on record judged, projected and concluded from; items in error are noted as exceptions, ready to
//! become cases. The same visits give the same evaluation and no new one.

use super::frame::Regions;
use super::read;
use super::steps;
use super::stored::{self, Stored};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::inspection::evaluate::{Basis, Evaluation, Looked, evaluate as weigh};
use crate::domain::inspection::plan::State;
use crate::domain::inspection::question::{self, Outcome};
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::NaiveDate;

/// What a visit came to, with its round, by sample in order; `None` where nobody has been.
pub(super) type Judged = Vec<Option<(i64, Outcome)>>;

/// Judges all visits. Errors: answers on record that contradict each other, which the reader never lets in.
pub(super) fn judge(tx: &mut Tx<'_>, book: &Book, stored: &Stored) -> Result<Judged> {
    let visits = read::visits(tx, book, stored.plan.id)?;
    let mut judged = Judged::new();
    for (chosen, sample) in stored.chosen.iter().zip(1i64..) {
        let value = Fen::new(stored.frame.items()[chosen.at].value);
        judged.push(match visits.get(&sample) {
            None => None,
            Some(visit) => {
                let outcome = question::judge(stored.plan.population, value, &visit.answers);
                let outcome = outcome.map_err(|_| StoreError::Schema(format!("样本 {sample} 的核查记录自相矛盾")))?;
                Some((visit.round, outcome))
            }
        });
    }
    Ok(judged)
}

/// Evaluates a plan. Errors: nothing has come back yet; the plan has been reported.
pub fn evaluate(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate) -> Result<Evaluation> {
    bureau.write(|tx, book| {
        let stored = stored::load(tx, book, code)?;
        let judged = judge(tx, book, &stored)?;
        let mut evaluation = work_out(&stored, &judged)?;
        let result = serde_json::to_string(&evaluation).map_err(|e| StoreError::Schema(e.to_string()))?;
        let last = latest(tx, book, stored.plan.id)?;
        if last.as_ref().is_some_and(|(_, standing)| *standing == result) {
            name_townships(tx, book, &mut evaluation)?;
            return Ok(evaluation); // the same visits: what stands is the answer
        }
        if judged.iter().all(Option::is_none) {
            return steps::refuse_order(&stored.plan, State::Drawn, State::Evaluated);
        }
        steps::record(tx, book, ctx, &stored.plan, State::Evaluated, date, evaluation.verdict.title())?;
        let seq = last.map_or(1, |(seq, _)| seq + 1);
        keep(tx, book, ctx, &stored, &judged, &evaluation, seq, date, &result)?;
        name_townships(tx, book, &mut evaluation)?;
        Ok(evaluation)
    })
}

/// On record a township stands by its code; people read its name.
pub(super) fn name_townships(tx: &mut Tx<'_>, book: &Book, evaluation: &mut Evaluation) -> Result<()> {
    let regions = Regions::load(tx, book)?;
    for stratum in &mut evaluation.strata {
        stratum.name = regions.name(&stratum.name).to_string();
    }
    Ok(())
}

fn work_out(stored: &Stored, judged: &Judged) -> Result<Evaluation> {
    let looked: Vec<Looked> = stored
        .chosen
        .iter()
        .zip(judged)
        .map(|(chosen, found)| Looked { chosen: *chosen, outcome: found.as_ref().map(|(_, outcome)| outcome.clone()) })
        .collect();
    let steps = &stored.drawing.steps;
    let basis = Basis { method: steps.method, aim: stored.plan.aim(), frame: &stored.frame, interval: steps.interval };
    weigh(&basis, &looked).map_err(|problem| Refusal::new("overflow", problem.to_string(), "请核对账面和查实的金额").into())
}

#[allow(clippy::too_many_arguments)] // the columns of an evaluation
fn keep(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    stored: &Stored,
    judged: &Judged,
    e: &Evaluation,
    seq: i64,
    date: NaiveDate,
    result: &str,
) -> Result<()> {
    let plan = stored.plan.id;
    tx.execute(
        "INSERT INTO inspection_evaluation (book, plan, seq, date, examined, in_error, found, projected, upper, verdict, result, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            book.id,
            plan,
            seq,
            date_to_int(date),
            e.examined as i64,
            e.in_error as i64,
            e.found.get(),
            e.figures.projected.get(),
            e.figures.upper.get(),
            e.verdict.code(),
            result,
            &ctx.actor,
            ctx.now()
        ],
    )?;
    for (found, sample) in judged.iter().zip(1i64..) {
        let Some((round, outcome)) = found.as_ref().filter(|(_, outcome)| outcome.in_error) else { continue };
        tx.execute(
            "INSERT INTO inspection_exception (book, plan, sample, round, evaluation, what, amount)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (book, plan, sample, round) DO NOTHING",
            params![book.id, plan, sample, *round, seq, outcome.errors.join("；"), outcome.over.get()],
        )?;
    }
    Ok(())
}

/// The last evaluation of a plan: its number and its JSON.
pub(super) fn latest(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<Option<(i64, String)>> {
    let sql = "SELECT seq, result FROM inspection_evaluation WHERE book = $1 AND plan = $2 ORDER BY seq DESC LIMIT 1";
    Ok(tx.first(sql, params![book.id, plan])?.map(|row| Ok::<_, StoreError>((row.int(0)?, row.string(1)?))).transpose()?)
}

/// The last evaluation. Errors: none yet.
pub fn standing(tx: &mut Tx<'_>, book: &Book, code: &str, plan: i64) -> Result<Evaluation> {
    match latest(tx, book, plan)? {
        Some((_, result)) => Ok(serde_json::from_str(&result).map_err(|e| StoreError::Schema(e.to_string()))?),
        None => AppError::refuse("not_evaluated", format!("检查 {code} 尚未评价"), format!("请先运行 ⟦plan.evaluate⟧ {code}")),
    }
}

/// An evaluation as sheets: the conclusion in words, and by township.
pub fn tables(code: &str, e: &Evaluation) -> Vec<Table> {
    let mut words = Table::new("conclusion", format!("检查 {code} 的评价")).column("words", "结论", Kind::Text);
    for line in &e.words {
        words.push(vec![Cell::text(line)]);
    }
    let mut strata = Table::new("strata", "分乡镇情况")
        .subtitle("单位：元")
        .column("township", "乡镇", Kind::Text)
        .column("items", "总体个数", Kind::Count)
        .column("total", "总体金额", Kind::Money)
        .column("sampled", "抽查", Kind::Count)
        .column("examined", "已查", Kind::Count)
        .column("in_error", "差错", Kind::Count)
        .column("found", "差错金额", Kind::Money)
        .column("projected", "推断差错金额", Kind::Money)
        .column("upper_rate", "差错率上限", Kind::Percent);
    for s in &e.strata {
        let count = |number: u64| Cell::Count(i64::try_from(number).unwrap_or(i64::MAX));
        let upper = if s.examined > 0 { Cell::Ratio(s.upper_rate) } else { Cell::Empty };
        strata.push(vec![
            Cell::text(&s.name),
            Cell::Count(s.items),
            s.total.into(),
            count(s.sampled),
            count(s.examined),
            count(s.in_error),
            s.found.into(),
            s.projected.into(),
            upper,
        ]);
    }
    vec![words, strata]
}
