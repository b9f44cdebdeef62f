//! `project show`: one project with its filing, its whole history, its notices, goals and objections, and whether money may go
//! to it today.

use super::gate::barriers;
use super::goals::{Comparison, Wanted, compare};
use super::{known, required_steps};
use crate::app::context::{china_day, china_time};
use crate::app::notices::list::{self, Hung};
use crate::app::objections::{self, Objection};
use crate::app::{Book, Result};
use crate::domain::money::Fen;
use crate::domain::projects::standing::{By, Origin, Record};
use crate::domain::projects::{Act, State, Step};
use crate::domain::report::{Cell, Kind, Table, figure};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::Serialize;

/// Something that happened to a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Happened {
    #[serde(serialize_with = "figure::serialize_day")]
    pub date: NaiveDate,
    pub act: String,
    pub doc_no: String,
    pub office: String,
    pub opinion: String,
    pub actor: String,
    /// When it was recorded, or the file it came from.
    pub origin: String,
    /// Voided by a later return.
    pub void: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub planned: Fen,
    pub state: State,
    pub frozen: bool,
    /// Why no money may go to it today; empty if it may.
    pub barriers: Vec<String>,
    pub history: Vec<Happened>,
    pub notices: Vec<Hung>,
    pub performance: Vec<Comparison>,
    pub objections: Vec<Objection>,
}

/// Everything about a project as of a day. Errors: no such project.
pub fn show(tx: &mut Tx<'_>, book: &Book, code: &str, on: NaiveDate) -> Result<Shown> {
    let record = known(tx, book, code)?;
    let required = required_steps(tx, book, on)?;
    let now = record.now();
    let mut history = Vec::new();
    for step in Step::ALL {
        let Some(date) = record.facts.filed[step.index()] else { continue };
        if record.events.iter().any(|event| event.act == Act::File(step) && event.date == date) {
            continue; // the file repeats what was recorded here
        }
        let counts = now.filed[step.index()].as_ref().is_some_and(|filed| matches!(filed.by, By::File(_)));
        history.push(of_file(&record.facts.origin, date, step.title(), !counts));
    }
    let recorded = |act| record.events.iter().any(|event| event.act == act);
    let facts = &record.facts;
    let spans = [
        (facts.notice.map(|(from, _)| from), "入库公示", false),
        (facts.started, "开工", recorded(Act::Start)),
        (facts.finished, "竣工", recorded(Act::Finish)),
        (facts.completion_notice, "竣工公告", false),
    ];
    history.extend(
        spans.into_iter().filter(|(.., known)| !known).filter_map(|(day, what, _)| Some(of_file(&facts.origin, day?, what, false))),
    );
    history.extend(record.events.iter().map(|event| Happened {
        date: event.date,
        act: event.act.title().to_string() + &target_words(event.act),
        doc_no: event.doc_no.clone(),
        office: event.office.clone(),
        opinion: event.opinion.clone(),
        actor: event.actor.clone(),
        origin: format!("{} 记录", china_time(event.at)),
        void: match event.act {
            Act::File(step) => {
                !matches!(&now.filed[step.index()], Some(filed) if matches!(filed.by, By::Event(counts) if counts.id == event.id))
            }
            _ => false,
        },
    }));
    history.extend(states_of_files(tx, book, &record)?);
    history.sort_by_key(|happened| happened.date); // stable: of one day, as recorded
    let against = format!("项目 {code}");
    Ok(Shown {
        code: code.to_string(),
        name: facts.name.clone(),
        kind: facts.kind.clone(),
        planned: Fen::new(facts.planned),
        state: now.state,
        frozen: now.veto.is_some(),
        barriers: barriers(&record, required, on).iter().map(|barrier| barrier.message.clone()).collect(),
        history,
        notices: list::list(tx, book, on, false)?.into_iter().filter(|hung| hung.subject == code).collect(),
        performance: compare(tx, book, Wanted { code: Some(code), missing: false })?,
        objections: objections::list(tx, book, on, false)?.into_iter().filter(|found| found.against == against).collect(),
    })
}

/// The states that files gave it one after another, each on the day when the file came.
fn states_of_files(tx: &mut Tx<'_>, book: &Book, record: &Record) -> Result<Vec<Happened>> {
    let rows = tx.query(
        "SELECT c.before, c.at, c.actor, COALESCE(f.name, ''), c.file_row FROM change_log c
           LEFT JOIN file f ON f.book = c.book AND f.id = c.file
          WHERE c.book = $1 AND c.kind = 'projects' AND c.record_key = $2 ORDER BY c.id",
        params![book.id, &record.facts.code],
    )?;
    let mut states = Vec::new();
    for row in &rows {
        let before: serde_json::Value = serde_json::from_str(row.text(0)?).unwrap_or_default();
        states.push(before["status"].as_str().unwrap_or_default().to_string());
    }
    states.push(record.facts.state.title().to_string());
    let mut found = Vec::new();
    for (row, pair) in rows.iter().zip(states.windows(2)) {
        if pair[0] != pair[1] {
            let origin = Origin { file: row.string(3)?, row: row.int(4)?, actor: row.string(2)? };
            found.push(of_file(&origin, china_day(row.int(1)?), &format!("状态由“{}”改为“{}”", pair[0], pair[1]), false));
        }
    }
    Ok(found)
}

fn target_words(act: Act) -> String {
    match act {
        Act::Return(step) => format!("至{}", step.title()),
        _ => String::new(),
    }
}

fn of_file(origin: &Origin, date: NaiveDate, act: &str, void: bool) -> Happened {
    let text = String::new;
    Happened {
        date,
        act: act.to_string(),
        doc_no: text(),
        office: text(),
        opinion: text(),
        actor: origin.actor.clone(),
        origin: format!("{} 第 {} 行", origin.file, origin.row),
        void,
    }
}

impl Shown {
    pub fn tables(&self) -> Vec<Table> {
        let frozen = if self.frozen { "　　已冻结" } else { "" };
        let mut table = Table::new("project", format!("{} {}", self.code, self.name))
            .subtitle(format!("{}　　计划投资 {} 元　　状态：{}{frozen}", self.kind, self.planned.yuan_grouped(), self.state.title()))
            .column("date", "日期", Kind::Date)
            .column("act", "事项", Kind::Text)
            .column("doc_no", "文号", Kind::Text)
            .column("office", "单位", Kind::Text)
            .column("opinion", "意见、理由", Kind::Text)
            .column("actor", "办理人", Kind::Text)
            .column("origin", "来源", Kind::Text);
        for happened in &self.history {
            let void = if happened.void { "（已退回作废）" } else { "" };
            table.push(vec![
                Cell::Date(happened.date),
                Cell::text(format!("{}{void}", happened.act)),
                Cell::text(&happened.doc_no),
                Cell::text(&happened.office),
                Cell::text(&happened.opinion),
                Cell::text(&happened.actor),
                Cell::text(&happened.origin),
            ]);
        }
        table = match self.barriers.as_slice() {
            [] => table.note("可以安排和支付资金。"),
            barriers => barriers.iter().fold(table, |table, barrier| table.note(format!("不得安排和支付资金：{barrier}"))),
        };
        let mut tables = vec![table];
        if !self.notices.is_empty() {
            tables.push(list::table(&self.notices));
        }
        if self.performance.iter().any(|row| row.indicator.is_some()) {
            tables.push(super::goals::table(&self.performance, "绩效目标完成情况"));
        }
        if !self.objections.is_empty() {
            tables.push(objections::list_table(&self.objections));
        }
        tables
    }
}
