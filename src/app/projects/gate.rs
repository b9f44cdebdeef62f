//! The doors of money: nothing is allocated or paid to a project that is not in the library, whose filing is incomplete or out
//! of order, or that the audit bureau has frozen (rules.md U01; 东发〔2018〕14号 L186, L200). A payment is refused while the veto
//! stands, whatever day it is dated, and also later if it is dated into the time when the project was frozen.

use super::{record, required_steps};
use crate::app::{AppError, Book, Context, Refusal, Result};
use crate::domain::kinds::{Column, RowErrors};
use crate::domain::projects::standing::{Event, Record};
use crate::domain::projects::{State, Step, titles};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;

/// Why no money may go to a project on a day; nothing if it may.
pub fn barriers(record: &Record, required: usize, date: NaiveDate) -> Vec<Refusal> {
    let mut found = Vec::new();
    let code = &record.facts.code;
    if let Some(veto) = record.now().veto.or(record.on(date).veto) {
        found.push(vetoed(code, veto));
    }
    let state = record.on(date).state;
    if !state.takes_money() {
        let problem = format!("项目 {code} 状态为“{}”，不在可安排资金的项目库内", state.title());
        let mend = match state {
            State::Out => "项目已退出，请改用在库项目",
            _ => "请先走完四个流程、公示并入库（⟦project.step_village⟧、⟦project.admit⟧），或改用在库项目",
        };
        found.push(Refusal::new("not_in_library", problem, mend));
        return found;
    }
    let now = record.now();
    let missing: Vec<Step> = now.position().missing(required);
    if !missing.is_empty() {
        let problem = format!("项目 {code} 四个流程未走完，缺：{}", titles(&missing));
        let code = if missing.contains(&Step::County) { "not_approved_by_county" } else { "filing_missing" };
        found.push(Refusal::new(code, problem, "请补齐项目库文件中的日期，或用 ⟦project.step_village⟧ 补记"));
    }
    for step in Step::ALL.into_iter().take(required) {
        if let Some(filed) = now.filed[step.index()].as_ref().filter(|filed| filed.date > date) {
            let problem = format!("项目 {code} {}日期 {} 晚于 {date}", step.title(), filed.date);
            let code = if step == Step::County { "not_approved_by_county" } else { "filing_later" };
            found.push(Refusal::new(code, problem, "四个流程走完后才能安排资金，请核对日期"));
        }
    }
    if let Some((before, after)) = now.out_of_order() {
        let problem = format!("项目 {code} 流程次序不符：{}早于{}", after.title(), before.title());
        found.push(Refusal::new("filing_order", problem, "请核对四个流程的日期"));
    }
    found
}

fn vetoed(code: &str, veto: &Event) -> Refusal {
    let problem = format!(
        "项目 {code} 已被{}一票否决（{}，{}，{} 办理）：{}，不得分配和支付资金",
        veto.office, veto.doc_no, veto.date, veto.actor, veto.opinion
    );
    Refusal::new("vetoed", problem, format!("整改后由另一人解除：⟦project.unveto⟧ {code} ⟦reason⟧ 理由"))
}

/// Whether a barrier stops this act. When a history is taken over, what is dated in a month before this one has been paid:
/// what only the filing lacks is remarked on, and found again by screening. The county's approval, the library and a veto stop
/// it all the same.
fn stops(ctx: &Context, date: NaiveDate, barrier: &Refusal) -> bool {
    !(ctx.takes_over(date) && matches!(barrier.code, "filing_missing" | "filing_later" | "filing_order"))
}

/// A row of a file that moves money of a project.
pub(in crate::app) struct Asked<'a> {
    pub code: &'a str,
    pub date: NaiveDate,
    pub row: u64,
    pub column: &'a Column,
}

/// Tells the barriers as errors of a file's row; gives the project's kind if nothing stops it.
pub(in crate::app) fn row(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    asked: &Asked<'_>,
    errors: &mut RowErrors,
    remarks: &mut Vec<String>,
) -> Result<Option<String>> {
    let Asked { code, date, row, column } = *asked;
    let Some(record) = record(tx, book, code)? else {
        errors.cell(row, column, code, "项目库中没有这个项目", "资金只能安排给入库项目，请先导入项目库（projects）");
        return Ok(None);
    };
    let found = barriers(&record, required_steps(tx, book, date)?, date);
    for barrier in &found {
        if stops(ctx, date, barrier) {
            errors.cell(row, column, code, &barrier.message, &barrier.mend);
        } else {
            remarks.push(format!("第 {row} 行：{}（历史资料，照录；请核查）", barrier.message));
        }
    }
    let stopped = found.iter().any(|barrier| stops(ctx, date, barrier));
    Ok((!stopped).then_some(record.facts.kind))
}

/// Refuses where money may not go to a project. Nothing is asked where there is none.
pub(in crate::app) fn refuse(tx: &mut Tx<'_>, book: &Book, ctx: &Context, code: &str, date: NaiveDate) -> Result<()> {
    let Some(record) = record(tx, book, code)? else { return Ok(()) };
    let mut found = barriers(&record, required_steps(tx, book, date)?, date);
    found.retain(|barrier| stops(ctx, date, barrier));
    if found.is_empty() { Ok(()) } else { Err(AppError::Refused(found)) }
}

/// The projects whose money some dimension sets are.
pub(in crate::app) fn projects_of_dims(tx: &mut Tx<'_>, book: &Book, dims: &[i64]) -> Result<Vec<String>> {
    let mut projects = Vec::new();
    for dim in dims {
        let row = tx.first(
            "SELECT a.project FROM dim d JOIN allocation a ON a.book = d.book AND a.id = d.allocation
              WHERE d.book = $1 AND d.id = $2 AND a.project <> ''",
            params![book.id, *dim],
        )?;
        projects.extend(row.map(|row| row.string(0)).transpose()?);
    }
    projects.sort();
    projects.dedup();
    Ok(projects)
}

/// Refuses a step of a batch that is paid out of a project's money while money may not go to that project.
pub(in crate::app) fn refuse_batch(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: i64, date: NaiveDate) -> Result<()> {
    let rows = tx.query(
        "SELECT DISTINCT a.project FROM batch_slice s JOIN dim d ON d.book = s.book AND d.id = s.dim
           JOIN allocation a ON a.book = d.book AND a.id = d.allocation
          WHERE s.book = $1 AND s.batch = $2 AND a.project <> '' ORDER BY a.project",
        params![book.id, batch],
    )?;
    for row in rows {
        refuse(tx, book, ctx, row.text(0)?, date)?;
    }
    Ok(())
}
