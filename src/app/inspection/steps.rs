//! The steps of a plan: an event a step, in the order that [`State`] allows; the end by someone other than who evaluated.

use super::plan::{self, Plan};
use crate::app::act::{Once, once};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::inspection::plan::State;
use crate::domain::report::figure::serialize_day;
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::NaiveDate;
use serde::Serialize;

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub state: State,
    #[serde(serialize_with = "serialize_day")]
    pub date: NaiveDate,
    pub actor: String,
    pub note: String,
}

/// All steps of a plan, in order.
pub fn steps(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<Vec<Step>> {
    let sql = "SELECT state, date, actor, note FROM inspection_event WHERE book = $1 AND plan = $2 ORDER BY seq";
    let mut found = Vec::new();
    for row in tx.query(sql, params![book.id, plan])? {
        let state = State::find(row.text(0)?).ok_or_else(|| StoreError::Schema(format!("未知的检查状态 {:?}", row.text(0))))?;
        found.push(Step { state, date: date_from_int(row.int(1)?).unwrap_or_default(), actor: row.string(2)?, note: row.string(3)? });
    }
    Ok(found)
}

/// Where a plan stands.
pub fn state(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<State> {
    Ok(steps(tx, book, plan)?.last().map_or(State::Drafted, |step| step.state))
}

/// Takes a step. Errors: the plan does not stand where the step begins; the date is before that of the last step.
pub(super) fn record(tx: &mut Tx<'_>, book: &Book, ctx: &Context, plan: &Plan, next: State, date: NaiveDate, note: &str) -> Result<()> {
    let taken = steps(tx, book, plan.id)?;
    if let Some(last) = taken.last() {
        if !last.state.may_become(next) {
            return refuse_order(plan, last.state, next);
        }
        if date < last.date {
            let message = format!("检查 {}：日期 {date} 早于上一步（{} {}）", plan.code, last.state.title(), last.date);
            return AppError::refuse("date_order", message, "请核对日期（⟦date⟧）");
        }
    }
    tx.execute(
        "INSERT INTO inspection_event (book, plan, seq, state, date, actor, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![book.id, plan.id, taken.len() as i64 + 1, next.code(), date_to_int(date), &ctx.actor, note, ctx.now()],
    )?;
    Ok(())
}

pub(super) fn refuse_order<T>(plan: &Plan, now: State, next: State) -> Result<T> {
    let mend = match now {
        State::Drafted => format!("请先抽样：⟦plan.draw⟧ {}", plan.code),
        State::Drawn => format!("请先入户核查并交回核查表：⟦plan.sheets⟧ {}、⟦plan.read⟧ 文件", plan.code),
        State::InField => format!("请先评价：⟦plan.evaluate⟧ {}", plan.code),
        State::Evaluated => format!("请先出具检查报告：⟦plan.report⟧ {}", plan.code),
        State::Reported | State::Closed => "检查已经报告，补充情况请另立检查".to_string(),
    };
    AppError::refuse("inspection_order", format!("检查 {} 现为“{}”，不能转为“{}”", plan.code, now.title(), next.title()), mend)
}

/// Closes a plan (办结). Errors: not reported; the actor evaluated it; errors not yet handed to cases.
pub fn close(bureau: &mut Bureau, ctx: &Context, code: &str, date: NaiveDate, note: &str) -> Result<Once<State>> {
    bureau.write(|tx, book| {
        once(tx, book, ctx, "inspect-close", &format!("inspect-close:{code}"), &[code], |tx| {
            let plan = plan::load(tx, book, code)?;
            let taken = steps(tx, book, plan.id)?;
            if taken.iter().any(|step| step.state == State::Evaluated && step.actor == ctx.actor) {
                let message = format!("检查 {code} 由 {} 评价，不能由本人办结", ctx.actor);
                return AppError::refuse("evaluator_closes", message, "请由另一人办结（⟦actor⟧）");
            }
            let open = super::cases::open_exceptions(tx, book, plan.id)?;
            if !open.is_empty() {
                let samples = open.iter().take(10).map(|one| one.sample.to_string()).collect::<Vec<_>>().join("、");
                let message = format!("检查 {code} 还有 {} 项差错没有转为线索：样本 {samples}", open.len());
                return AppError::refuse("exceptions_open", message, format!("请先运行 ⟦plan.case⟧ {code}"));
            }
            record(tx, book, ctx, &plan, State::Closed, date, note)?;
            Ok(State::Closed)
        })
    })
}
