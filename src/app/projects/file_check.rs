//! A `projects` file meets what was recorded here. For a project whose filing runs through this program the file may repeat and
//! add, but not contradict: other days for recorded steps, a state behind the recorded one, or an entry past the notice and the
//! objections are errors of the row.

use super::record;
use crate::app::objections::{self, Against};
use crate::app::{Book, Result};
use crate::domain::calendar::date_from_int;
use crate::domain::kinds::{RowErrors, projects as col};
use crate::domain::projects::standing::{By, Record};
use crate::domain::projects::{Act, State, Step};
use crate::params;
use crate::store::{Row, Tx};
use chrono::NaiveDate;

const STEPS: [usize; 4] = [col::VILLAGE_APPLIED, col::TOWNSHIP_REVIEWED, col::COUNTY_APPROVED, col::PROVINCE_FILED];

/// Checks the staged rows of projects that have a history here.
pub fn check(tx: &mut Tx<'_>, book: &Book, stage: &str, errors: &mut RowErrors) -> Result<()> {
    let sql = format!(
        "SELECT s.file_row, s.code, s.status, s.village_applied, s.township_reviewed, s.county_approved, s.province_filed, s.started,
                s.finished FROM {stage} s
          WHERE EXISTS (SELECT 1 FROM project_event e WHERE e.book = $1 AND e.project = s.code)
             OR EXISTS (SELECT 1 FROM objection o WHERE o.book = $1 AND o.project = s.code)
          ORDER BY s.file_row"
    );
    for row in tx.query(&sql, params![book.id])? {
        let Some(record) = record(tx, book, row.text(1)?)? else { continue };
        days(&record, &row, errors)?;
        state(tx, book, &record, &row, errors)?;
    }
    Ok(())
}

fn refuse(row: &Row, column: usize, value: &str, problem: &str, errors: &mut RowErrors) -> Result<()> {
    let mend = "请按系统中的办理记录改正文件，或先在系统中办理（⟦project.show⟧）";
    errors.cell(row.int(0)? as u64, &col::KIND.columns[column], value, problem, mend);
    Ok(())
}

/// Days that differ from recorded ones, and steps that would stand in the wrong order together with recorded ones.
fn days(record: &Record, row: &Row, errors: &mut RowErrors) -> Result<()> {
    let mut merged = record.clone();
    for step in Step::ALL {
        merged.facts.filed[step.index()] = row.opt_int(3 + step.index())?.and_then(date_from_int);
        let Some(day) = merged.facts.filed[step.index()] else { continue };
        let Some(filed) = &record.now().filed[step.index()] else { continue };
        if let By::Event(event) = filed.by
            && event.date != day
        {
            let problem = format!("{}已于 {} 由 {} 在系统中办理（{}），与文件不同", step.title(), event.date, event.actor, event.doc_no);
            refuse(row, STEPS[step.index()], &day.to_string(), &problem, errors)?;
        }
    }
    if let Some((before, after)) = merged.now().out_of_order() {
        let problem = format!("与系统中的办理记录合看，{}早于{}", after.title(), before.title());
        let text = merged.facts.filed[after.index()].map_or_else(String::new, |day| day.to_string());
        refuse(row, STEPS[after.index()], &text, &problem, errors)?;
    }
    for (act, at, column) in [(Act::Start, 7, col::STARTED), (Act::Finish, 8, col::FINISHED)] {
        let day: Option<NaiveDate> = row.opt_int(at)?.and_then(date_from_int);
        let recorded = record.events.iter().rfind(|event| event.act == act);
        if let (Some(day), Some(event)) = (day, recorded.filter(|event| Some(event.date) != day)) {
            let problem = format!("{}已于 {} 由 {} 在系统中登记，与文件不同", act.title(), event.date, event.actor);
            refuse(row, column, &day.to_string(), &problem, errors)?;
        }
    }
    Ok(())
}

/// A state behind what was recorded, or an entry that goes around the program.
fn state(tx: &mut Tx<'_>, book: &Book, record: &Record, row: &Row, errors: &mut RowErrors) -> Result<()> {
    let (text, now) = (row.text(2)?, record.now());
    let wanted = State::of_register(text);
    let recorded = record.events.iter().filter_map(|event| event.act.state()).next_back();
    if let Some(recorded) = recorded.filter(|recorded| wanted < *recorded) {
        let problem = format!("系统中已办理到“{}”，文件写的是“{text}”", recorded.title());
        return refuse(row, col::STATUS, text, &problem, errors);
    }
    if now.state != State::Reserve || !wanted.takes_money() {
        return Ok(());
    }
    let open = objections::open(tx, book, Against::Project(&record.facts.code))?;
    if !open.is_empty() {
        refuse(row, col::STATUS, text, &format!("有未办结的信访投诉 {}，不能入库", open.join("、")), errors)?;
    }
    if !record.events.is_empty() {
        let problem = format!("该项目的流程在系统中办理，入库请用 ⟦project.admit⟧ {}", record.facts.code);
        refuse(row, col::STATUS, text, &problem, errors)?;
    }
    Ok(())
}
