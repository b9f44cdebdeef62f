//! `project list`: every project with its state, filing, notices, results, freeze and objections, what comes next for it, and
//! what is overdue.

use super::{records, required_steps};
use crate::app::notices::list::{completion_due, published};
use crate::app::{Book, Result, book};
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::domain::notices::{Kind as Notice, Window, due, noticed};
use crate::domain::projects::State;
use crate::domain::projects::standing::{Record, Standing};
use crate::domain::report::{Cell, Kind, Table, figure};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::HashMap;

/// A project in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub department: String,
    pub region: String,
    pub planned: Fen,
    pub state: State,
    /// Filing steps done, of four.
    pub steps: i64,
    pub frozen: bool,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub started: Option<NaiveDate>,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub finished: Option<NaiveDate>,
    /// Indicators that have a result, and all of them.
    pub measured: i64,
    pub indicators: i64,
    pub open_objections: Vec<String>,
    /// What comes next.
    pub next: String,
    /// What should have been done by the day asked for.
    pub overdue: Vec<String>,
}

/// Facts of all projects that the lines need, fetched once.
struct Around {
    entry: HashMap<String, Vec<Window>>,
    completion: HashMap<String, Vec<Window>>,
    /// By project: indicators with a result, and all.
    goals: HashMap<String, (i64, i64)>,
    /// By project: open objections with the day by which they are due.
    objections: HashMap<String, Vec<(String, NaiveDate)>>,
    required: usize,
    entry_days: i64,
}

/// Projects by code as of a day, in one state or all, all or only those with something overdue.
pub fn list(tx: &mut Tx<'_>, book: &Book, on: NaiveDate, state: Option<State>, overdue: bool) -> Result<Vec<Line>> {
    let around = Around::load(tx, book, on)?;
    let mut lines = Vec::new();
    for record in records(tx, book)? {
        let standing = record.on(on);
        if state.is_none_or(|wanted| wanted == standing.state) {
            let line = line(tx, book, &around, &record, &standing, on)?;
            if !overdue || !line.overdue.is_empty() {
                lines.push(line);
            }
        }
    }
    Ok(lines)
}

impl Around {
    fn load(tx: &mut Tx<'_>, book: &Book, on: NaiveDate) -> Result<Around> {
        let mut goals = HashMap::new();
        for row in tx.query(
            "SELECT g.project, CAST(COUNT(DISTINCT g.indicator) AS BIGINT), CAST(COUNT(DISTINCT CASE WHEN r.id IS NULL THEN NULL ELSE g.indicator END) AS BIGINT)
               FROM project_goal g LEFT JOIN project_result r ON r.book = g.book AND r.goal = g.id WHERE g.book = $1 GROUP BY g.project",
            params![book.id],
        )? {
            goals.insert(row.string(0)?, (row.int(2)?, row.int(1)?));
        }
        let mut objections: HashMap<String, Vec<(String, NaiveDate)>> = HashMap::new();
        for row in tx.query(
            "SELECT o.project, o.code, o.received FROM objection o WHERE o.book = $1 AND o.project IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM objection_event e WHERE e.book = o.book AND e.objection = o.id AND e.stage = 'published')
              ORDER BY o.id",
            params![book.id],
        )? {
            let received = crate::domain::calendar::date_from_int(row.int(2)?).unwrap_or(on);
            let limit = due(received, book::number(tx, book, "objection.days", row.int(2)?)?);
            objections.entry(row.string(0)?).or_default().push((row.string(1)?, limit));
        }
        Ok(Around {
            entry: published(tx, book, Notice::Entry)?,
            completion: published(tx, book, Notice::Completion)?,
            goals,
            objections,
            required: required_steps(tx, book, on)?,
            entry_days: book::number(tx, book, "notice.entry_days", date_to_int(on))?,
        })
    }
}

fn line(tx: &mut Tx<'_>, book: &Book, around: &Around, record: &Record, standing: &Standing<'_>, on: NaiveDate) -> Result<Line> {
    let facts = &record.facts;
    let (measured, indicators) = around.goals.get(&facts.code).copied().unwrap_or_default();
    let objections = around.objections.get(&facts.code).cloned().unwrap_or_default();
    let finished = record.finished().filter(|finished| *finished <= on);
    let mut overdue = Vec::new();
    let mut next = next(around, record, standing, on);
    if let Some(finished) = finished.filter(|_| standing.state == State::Done) {
        let hung = around.completion.contains_key(&facts.code) || facts.completion_notice.is_some();
        if let Some((day, late)) = completion_due(tx, book, finished, hung, on)? {
            next = format!("竣工公告应于 {day} 前张贴");
            if late > 0 {
                overdue.push(format!("竣工公告逾期 {late} 天"));
            }
        }
        let limit = due(finished, book::number(tx, book, "project.result_days", date_to_int(finished))?);
        if measured == 0 && on > limit {
            overdue.push(format!("竣工 {} 天没有绩效结果", (on - finished).num_days()));
        } else if measured < indicators.max(1) && next.is_empty() {
            next = format!("待录绩效结果（{measured}/{indicators}）");
        }
    }
    overdue.extend(objections.iter().filter(|(_, limit)| on > *limit).map(|(code, limit)| format!("投诉 {code} 应于 {limit} 前办结")));
    Ok(Line {
        code: facts.code.clone(),
        name: facts.name.clone(),
        kind: facts.kind.clone(),
        department: facts.department.clone(),
        region: facts.region.clone(),
        planned: Fen::new(facts.planned),
        state: standing.state,
        steps: standing.filed.iter().flatten().count() as i64,
        frozen: standing.veto.is_some(),
        started: record.started().filter(|started| *started <= on),
        finished,
        measured,
        indicators,
        open_objections: objections.into_iter().map(|(code, _)| code).collect(),
        next,
        overdue,
    })
}

/// What comes next for a project that is not finished.
fn next(around: &Around, record: &Record, standing: &Standing<'_>, on: NaiveDate) -> String {
    if let Some(veto) = standing.veto {
        return format!("一票否决（{}），待解除", veto.doc_no);
    }
    match standing.state {
        State::Reserve => {
            if let Some(step) = standing.position().missing(around.required).first() {
                return format!("待{}", step.title());
            }
            let mut hung = around.entry.get(&record.facts.code).cloned().unwrap_or_default();
            hung.extend(record.facts.notice.map(|(from, to)| Window { from, to }));
            let since = standing.filed[0].as_ref().map(|filed| filed.date).max(record.filing_since());
            match noticed(&hung, around.entry_days, since, on) {
                Ok(_) => "可以入库".into(),
                Err(why) => format!("待入库公示：{why}"),
            }
        }
        State::Library => "待开工".into(),
        State::Works => "待竣工".into(),
        State::Done | State::Out => String::new(),
    }
}

/// The list as a table.
pub fn table(lines: &[Line], on: NaiveDate) -> Table {
    let mut table = Table::new("projects", "项目库")
        .subtitle(format!("截至{}　　单位：元", figure::day_chinese(on)))
        .column("code", "项目编码", Kind::Text)
        .column("name", "项目名称", Kind::Text)
        .column("planned", "计划投资", Kind::Money)
        .column("state", "状态", Kind::Text)
        .column("steps", "流程", Kind::Text)
        .column("frozen", "冻结", Kind::Text)
        .column("finished", "竣工日期", Kind::Date)
        .column("measured", "绩效", Kind::Text)
        .column("open_objections", "未结投诉", Kind::Text)
        .column("next", "下一步", Kind::Text)
        .column("overdue", "逾期事项", Kind::Text);
    for line in lines {
        table.push(vec![
            Cell::text(&line.code),
            Cell::text(&line.name),
            Cell::Fen(line.planned),
            Cell::text(line.state.title()),
            Cell::text(format!("{}/4", line.steps)),
            Cell::text(if line.frozen { "是" } else { "" }),
            line.finished.map(Cell::Date).into(),
            Cell::text(if line.indicators > 0 { format!("{}/{}", line.measured, line.indicators) } else { String::new() }),
            Cell::text(line.open_objections.join("、")),
            Cell::text(&line.next),
            Cell::text(line.overdue.join("；")),
        ]);
    }
    table
}
