//! What is done to a project, one act at a time: a filing step, a return, entry and exit, start and finish, veto and its lifting.
//! Each is an event with its day, document, opinion and actor; nothing is overwritten. Whoever reviews a step did not do the one
//! before; whoever admits a project did not file it; a veto is lifted by somebody else (东发〔2018〕14号 L186, L200).

use super::{known, required_steps};
use crate::app::act::{Once, digest, once, round_key};
use crate::app::notices::publish::LEVELS;
use crate::app::notices::windows_by_level;
use crate::app::objections::{self, Against};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result, book};
use crate::domain::calendar::date_to_int;
use crate::domain::ledger::Place;
use crate::domain::notices::{Kind, Window, noticed};
use crate::domain::projects::standing::Record;
use crate::domain::projects::{Act, State, Step};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The office that vetoes, where none is named.
pub const AUDIT_OFFICE: &str = "审计局";

/// What is asked. `doc_no` is the paper it stands on; `opinion` the reviewer's words or the reason.
#[derive(Debug, Clone)]
pub struct Asked {
    pub code: String,
    pub act: Act,
    pub date: NaiveDate,
    pub doc_no: String,
    pub office: String,
    pub opinion: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    pub code: String,
    pub name: String,
    pub act: String,
    pub state: String,
    /// Filing steps done, of four.
    pub steps: i64,
    /// Allocated to the project and not paid, in fen: to be taken back when a project leaves.
    pub unspent: i64,
}

/// Does it. Errors: all that stands against it, at once.
pub fn act(bureau: &mut Bureau, ctx: &Context, asked: &Asked) -> Result<Once<Done>> {
    bureau.write(|tx, book| {
        let record = known(tx, book, &asked.code)?;
        let required = required_steps(tx, book, asked.date)?;
        let fresh = record.now().position().after(asked.act, required).is_ok();
        let prefix = format!("project:{}:{}{}", asked.code, asked.act.code(), asked.act.target());
        let key = round_key(tx, book, &prefix, fresh)?;
        let date = asked.date.to_string();
        let parts = [asked.code.as_str(), asked.act.code(), &date, &asked.doc_no, &asked.office, &asked.opinion];
        let earlier = tx.first("SELECT digest FROM act WHERE book = $1 AND key = $2", params![book.id, &key])?;
        if let Some(row) = earlier
            && !fresh
            && row.digest(0)? != digest(&parts)
        {
            // something else than what was done before: the order of acts says why not
            return work(tx, book, ctx, asked, &record, required).map(|result| Once { result, repeated: false });
        }
        once(tx, book, ctx, "project", &key, &parts, |tx| work(tx, book, ctx, asked, &record, required))
    })
}

fn work(tx: &mut Tx<'_>, book: &Book, ctx: &Context, asked: &Asked, record: &Record, required: usize) -> Result<Done> {
    let mut refusals = Vec::new();
    let after = match record.now().position().after(asked.act, required) {
        Ok(after) => after,
        Err(why) => {
            let mend = format!("请用 ⟦project.show⟧ {} 查看办理情况", asked.code);
            return AppError::refuse("project_order", format!("项目 {}：{why}", asked.code), mend);
        }
    };
    refusals.extend(unsaid(asked));
    refusals.extend(same_hands(record, asked.act, &ctx.actor));
    refusals.extend(date_order(record, asked));
    if asked.act == Act::Admit {
        refusals.extend(not_ready(tx, book, record, asked.date)?);
    }
    if !refusals.is_empty() {
        return Err(AppError::Refused(refusals));
    }
    let id = tx.take_ids(book.id, "project_event", 1)?;
    tx.execute(
        "INSERT INTO project_event (book, id, project, act, target, date, doc_no, office, opinion, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            book.id,
            id,
            &asked.code,
            asked.act.code(),
            asked.act.target(),
            date_to_int(asked.date),
            &asked.doc_no,
            &asked.office,
            &asked.opinion,
            &ctx.actor,
            ctx.now()
        ],
    )?;
    Ok(Done {
        code: asked.code.clone(),
        name: record.facts.name.clone(),
        act: asked.act.title().to_string(),
        state: after.state.title().to_string(),
        steps: after.steps.iter().filter(|done| **done).count() as i64,
        unspent: if after.state == State::Out { unspent(tx, book, &asked.code)? } else { 0 },
    })
}

/// What has to be said and was not.
fn unsaid(asked: &Asked) -> Vec<Refusal> {
    let mut found = Vec::new();
    if asked.doc_no.trim().is_empty() && matches!(asked.act, Act::File(_) | Act::Veto) {
        found.push(Refusal::new("no_doc", format!("{}没有写明文号", asked.act.title()), "请用 ⟦doc_no⟧ 写明依据的文号"));
    }
    if asked.opinion.trim().is_empty() && matches!(asked.act, Act::Return(_) | Act::Exit | Act::Veto | Act::Unveto) {
        found.push(Refusal::new("no_reason", format!("{}没有写明理由", asked.act.title()), "请用 ⟦reason⟧ 写明理由"));
    }
    if asked.act == Act::Veto && !asked.office.contains("审计") {
        let message = format!("一票否决由审计部门作出，写明的单位是“{}”", asked.office);
        found.push(Refusal::new("not_audit", message, "请用 ⟦office⟧ 写明审计部门"));
    }
    found
}

/// Whoever did what this act reviews does not do it as well.
fn same_hands(record: &Record, act: Act, actor: &str) -> Option<Refusal> {
    if actor.is_empty() {
        return Some(Refusal::new("no_actor", "没有写明经办人", "请用 ⟦actor⟧ 写明经办人"));
    }
    let now = record.now();
    let did = |step: Option<Step>| Some((step?, now.filed[step?.index()].as_ref()?.by.actor().to_string()));
    let last = || Step::ALL.into_iter().rev().find(|step| now.filed[step.index()].is_some());
    let neighbours = match act {
        Act::File(step) => {
            let before = step.index().checked_sub(1).map(|at| Step::ALL[at]);
            vec![did(before), did(Step::ALL.get(step.index() + 1).copied())]
        }
        Act::Return(_) | Act::Admit => vec![did(last())],
        Act::Unveto => {
            let by = now.veto.map(|veto| veto.actor.clone())?;
            let message = format!("否决由 {by} 办理，不能由本人解除");
            return (by == actor).then(|| Refusal::new("maker_is_checker", message, "请由另一人解除（⟦actor⟧）"));
        }
        Act::Start | Act::Finish | Act::Exit | Act::Veto => vec![],
    };
    let (step, _) = neighbours.into_iter().flatten().find(|(_, by)| by == actor)?;
    let message = format!("{}由 {actor} 经办，不能由本人办理{}", step.title(), act.title());
    Some(Refusal::new("maker_is_checker", message, "请由另一人办理（⟦actor⟧）"))
}

/// Dates do not go back. A step filled in later lies between its neighbours.
fn date_order(record: &Record, asked: &Asked) -> Option<Refusal> {
    let now = record.now();
    let (floor, ceiling) = match asked.act {
        Act::File(step) => {
            let before = now.filed[..step.index()].iter().flatten().map(|filed| filed.date).max();
            let after = now.filed[step.index() + 1..].iter().flatten().map(|filed| filed.date).min();
            (before.max(record.filing_since()), after)
        }
        Act::Veto | Act::Unveto => (record.events.iter().filter(|e| matches!(e.act, Act::Veto | Act::Unveto)).map(|e| e.date).max(), None),
        _ => (record.latest(), None),
    };
    let refuse = |what: &str, day: NaiveDate| {
        let message = format!("项目 {}：{}日期 {} {what} {day}", asked.code, asked.act.title(), asked.date);
        Refusal::new("date_order", message, "请核对日期")
    };
    match (floor, ceiling) {
        (Some(day), _) if asked.date < day => Some(refuse("早于上一步的日期", day)),
        (_, Some(day)) if asked.date > day => Some(refuse("晚于下一步的日期", day)),
        _ => None,
    }
}

/// What stands in the way of entry: a notice that is missing, too short or still hanging; an open objection.
fn not_ready(tx: &mut Tx<'_>, book: &Book, record: &Record, date: NaiveDate) -> Result<Vec<Refusal>> {
    let mut found = Vec::new();
    let least = book::number(tx, book, "notice.entry_days", date_to_int(date))?;
    let since = record.now().filed[0].as_ref().map(|filed| filed.date).max(record.filing_since());
    let code = &record.facts.code;
    let hung = windows_by_level(tx, book, record, Kind::Entry)?;
    let mend = format!("请先公示满 {least} 天并登记：⟦notice.of_project⟧ ⟦project⟧ {code} ⟦kind⟧ entry，再 ⟦notice.publish⟧");
    let all: Vec<Window> = hung.iter().map(|(_, window)| *window).collect();
    if let Err(why) = noticed(&all, least, since, date) {
        found.push(Refusal::new("not_noticed", format!("项目 {code} 不能入库：{why}"), &mend));
    } else if book::number(tx, book, "notice.entry_levels", date_to_int(date))? != 0 {
        for level in LEVELS {
            let here: Vec<Window> = hung.iter().filter(|(of, _)| of == level).map(|(_, window)| *window).collect();
            if let Err(why) = noticed(&here, least, since, date) {
                let message = format!("项目 {code} 不能入库：须逐级公示，{level}级{why}");
                found.push(Refusal::new("not_noticed", message, format!("{mend}（⟦level⟧ {level}）")));
            }
        }
    }
    found.extend(objections::open_refusals(tx, book, Against::Project(&record.facts.code), &record.facts.code)?);
    Ok(found)
}

/// What is allocated to a project and not paid, in fen.
pub fn unspent(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<i64> {
    let row = tx.one(
        "SELECT CAST(COALESCE(SUM(b.debit - b.credit), 0) AS BIGINT) FROM allocation a
           JOIN dim d ON d.book = a.book AND d.fund = a.fund AND d.allocation = a.id
           JOIN balance b ON b.book = d.book AND b.dim = d.id
           JOIN account c ON c.book = b.book AND c.code = b.account AND c.role = $3
          WHERE a.book = $1 AND a.project = $2",
        params![book.id, code, Place::Allocated.role()],
    )?;
    Ok(row.int(0)?)
}
