//! The project library (项目库): what was recorded of a project, where it stands on a day, and whether money may go to it.
//! Others ask here: [`frozen`] and [`standing`] for the screening rules, [`gate`] for every door by which money reaches a project.

pub mod act;
pub(in crate::app) mod file_check;
pub mod gate;
pub mod goals;
pub mod list;
pub mod recorded;
pub mod show;

use crate::app::{Book, Refusal, Result, book};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::projects::standing::{Event, Facts, Origin, Record};
use crate::domain::projects::{Act, State, Step};
use crate::params;
use crate::store::{Row, StoreError, Tx};
use chrono::NaiveDate;
use std::collections::HashMap;

const FACTS: &str =
    "SELECT p.code, p.name, p.kind, p.department, p.implementer, p.region, p.planned, p.village_applied, p.township_reviewed,
       p.county_approved, p.province_filed, p.notice_from, p.notice_to, p.started, p.finished, p.completion_notice, p.goal, p.status,
       f.name, p.file_row, f.actor
  FROM project p LEFT JOIN file f ON f.book = p.book AND f.id = p.file WHERE p.book = $1";
const EVENTS: &str = "SELECT project, id, act, target, date, doc_no, office, opinion, actor, at FROM project_event WHERE book = $1";

/// Everything known of a project; `None` if the library has no such code.
pub fn record(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Option<Record>> {
    let Some(row) = tx.first(&format!("{FACTS} AND p.code = $2"), params![book.id, code])? else { return Ok(None) };
    let mut events = Vec::new();
    for row in tx.query(&format!("{EVENTS} AND project = $2 ORDER BY id"), params![book.id, code])? {
        events.push(event(&row)?);
    }
    Ok(Some(Record { facts: facts(&row)?, events }))
}

/// The same; a code that the library does not have is refused.
pub fn known(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Record> {
    record(tx, book, code)?.ok_or_else(|| {
        Refusal::new("no_project", format!("项目库中没有项目 {code}"), "请核对项目编码（⟦project.list⟧），或先导入项目库（projects）")
            .into()
    })
}

/// All projects by code.
pub fn records(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Record>> {
    let mut by_code: HashMap<String, Vec<Event>> = HashMap::new();
    for row in tx.query(&format!("{EVENTS} ORDER BY id"), params![book.id])? {
        by_code.entry(row.string(0)?).or_default().push(event(&row)?);
    }
    let mut records = Vec::new();
    for row in tx.query(&format!("{FACTS} ORDER BY p.code"), params![book.id])? {
        let facts = facts(&row)?;
        let events = by_code.remove(&facts.code).unwrap_or_default();
        records.push(Record { facts, events });
    }
    Ok(records)
}

fn facts(row: &Row) -> Result<Facts> {
    let day = |column: usize| Ok::<_, StoreError>(row.opt_int(column)?.and_then(date_from_int));
    Ok(Facts {
        code: row.string(0)?,
        name: row.string(1)?,
        kind: row.string(2)?,
        department: row.string(3)?,
        implementer: row.opt_string(4)?.unwrap_or_default(),
        region: row.string(5)?,
        planned: row.int(6)?,
        filed: [day(7)?, day(8)?, day(9)?, day(10)?],
        notice: day(11)?.zip(day(12)?),
        started: day(13)?,
        finished: day(14)?,
        completion_notice: day(15)?,
        goal: row.opt_string(16)?.unwrap_or_default(),
        state: State::of_register(row.text(17)?),
        origin: Origin { file: row.opt_string(18)?.unwrap_or_default(), row: row.int(19)?, actor: row.opt_string(20)?.unwrap_or_default() },
    })
}

fn event(row: &Row) -> Result<Event> {
    let (code, target, date) = (row.text(2)?, row.text(3)?, row.int(4)?);
    Ok(Event {
        id: row.int(1)?,
        act: Act::find(code, target).ok_or_else(|| StoreError::Schema(format!("项目事项“{code}”")))?,
        date: date_from_int(date).ok_or_else(|| StoreError::Schema(format!("日期 {date}")))?,
        doc_no: row.string(5)?,
        office: row.string(6)?,
        opinion: row.string(7)?,
        actor: row.string(8)?,
        at: row.int(9)?,
    })
}

/// A project as it stood at the end of a day, for rules that look back (rules.md U01, U02, U13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDay {
    pub state: State,
    /// The days of the four filing steps, as far as done by then.
    pub filed: [Option<NaiveDate>; 4],
    /// Steps still missing of those that the setting `project.filing_steps` asks for.
    pub missing: Vec<Step>,
    /// A step dated before the one that should precede it, with that one first.
    pub out_of_order: Option<(Step, Step)>,
    /// The veto (一票否决) in force.
    pub veto: Option<Event>,
}

/// Where a project stood on a day; `None` if there is no such project.
pub fn standing(tx: &mut Tx<'_>, book: &Book, project: &str, day: NaiveDate) -> Result<Option<OnDay>> {
    let Some(record) = record(tx, book, project)? else { return Ok(None) };
    let required = required_steps(tx, book, day)?;
    let on = record.on(day);
    Ok(Some(OnDay {
        state: on.state,
        filed: [0, 1, 2, 3].map(|at: usize| on.filed[at].as_ref().map(|filed| filed.date)),
        missing: on.position().missing(required),
        out_of_order: on.out_of_order(),
        veto: on.veto.cloned(),
    }))
}

/// The veto that froze a project on a day, if one did.
pub fn frozen(tx: &mut Tx<'_>, book: &Book, project: &str, day: NaiveDate) -> Result<Option<Event>> {
    let events = "SELECT project, id, act, target, date, doc_no, office, opinion, actor, at FROM project_event
        WHERE book = $1 AND project = $2 AND act IN ('veto', 'unveto') AND date <= $3 ORDER BY id DESC LIMIT 1";
    let Some(row) = tx.first(events, params![book.id, project, date_to_int(day)])? else { return Ok(None) };
    Ok(Some(event(&row)?).filter(|event| event.act == Act::Veto))
}

/// How many filing steps stand before money (setting `project.filing_steps`), one to four.
pub fn required_steps(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<usize> {
    let steps = book::number(tx, book, "project.filing_steps", date_to_int(day))?;
    Ok(usize::try_from(steps).unwrap_or(4).clamp(1, 4))
}
