//! Cases as they stand: one with all its events, or a list with what is overdue.

use crate::app::{AppError, Book, Bureau, Result};
use crate::domain::calendar::day_text;
use crate::domain::cases::{Measure, Remedy, State, Step};
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{StoreError, Tx};
use serde::Serialize;
use std::collections::BTreeMap;

/// One event of a case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseEvent {
    pub step: Step,
    /// 20180930
    pub date: i64,
    pub actor: String,
    pub text: String,
    pub person: String,
    pub measure: Option<i64>,
    pub remedy: Option<Remedy>,
    pub due: Option<i64>,
    /// Fen.
    pub amount: i64,
    /// 退回凭证号 of a recovery.
    pub refund: Option<String>,
    pub proof: String,
    pub proof_name: String,
}

/// A case with all that happened.
#[derive(Debug, Clone, Serialize)]
pub struct Case {
    #[serde(skip)]
    pub id: i64,
    pub code: String,
    pub source: String,
    pub reference: String,
    pub title: String,
    pub payments: Vec<String>,
    pub amount: i64,
    pub opened: i64,
    pub opened_by: String,
    pub state: State,
    /// Keys of its findings.
    pub findings: Vec<String>,
    pub measures: Vec<Measure>,
    /// Fen that came back.
    pub recovered: i64,
    pub events: Vec<CaseEvent>,
}

/// Errors: no such case.
pub fn show(bureau: &mut Bureau, code: &str) -> Result<Case> {
    bureau.read(|tx, book| load(tx, book, code))
}

pub(super) fn load(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Case> {
    match read(tx, book, Some(code.trim()))?.pop() {
        Some(case) => Ok(case),
        None => AppError::refuse("no_case", format!("没有线索 {code}"), "请用 ⟦case.list⟧ 查看线索编号"),
    }
}

/// All cases by code, or one: three queries, however many there are.
fn read(tx: &mut Tx<'_>, book: &Book, code: Option<&str>) -> Result<Vec<Case>> {
    let sql = "SELECT id, code, source, reference, title, payments, amount, opened, actor FROM lead
                WHERE book = $1 AND ($2 = '' OR code = $2) ORDER BY code";
    let mut cases = Vec::new();
    for row in tx.query(sql, params![book.id, code.unwrap_or_default()])? {
        cases.push(Case {
            id: row.int(0)?,
            code: row.string(1)?,
            source: row.string(2)?,
            reference: row.string(3)?,
            title: row.string(4)?,
            payments: serde_json::from_str(row.text(5)?).map_err(|e| StoreError::Schema(e.to_string()))?,
            amount: row.int(6)?,
            opened: row.int(7)?,
            opened_by: row.string(8)?,
            state: State::Opened,
            findings: Vec::new(),
            measures: Vec::new(),
            recovered: 0,
            events: Vec::new(),
        });
    }
    let one = if code.is_some() { cases.first().map(|case| case.id) } else { None };
    let at: BTreeMap<i64, usize> = cases.iter().enumerate().map(|(at, case)| (case.id, at)).collect();
    let keys = "SELECT x.lead, f.key FROM lead_finding x JOIN finding f ON f.book = x.book AND f.id = x.finding
                 WHERE x.book = $1 AND ($2 = 0 OR x.lead = $2) ORDER BY x.lead, f.key";
    for row in tx.query(keys, params![book.id, one.unwrap_or(0)])? {
        if let Some(at) = at.get(&row.int(0)?) {
            cases[*at].findings.push(row.string(1)?);
        }
    }
    events(tx, book, one.unwrap_or(0), &at, &mut cases)?;
    cases.iter_mut().for_each(follow);
    Ok(cases)
}

fn events(tx: &mut Tx<'_>, book: &Book, one: i64, at: &BTreeMap<i64, usize>, cases: &mut [Case]) -> Result<()> {
    let sql =
        "SELECT e.lead, e.step, e.date, e.actor, e.text, e.person, e.measure, e.kind, e.due, e.amount, r.doc_no, e.proof, e.proof_name
                 FROM lead_event e LEFT JOIN refund r ON r.book = e.book AND r.id = e.refund
                WHERE e.book = $1 AND ($2 = 0 OR e.lead = $2) ORDER BY e.lead, e.seq";
    for row in tx.query(sql, params![book.id, one])? {
        let Some(at) = at.get(&row.int(0)?) else { continue };
        let step =
            Step::from_code(row.text(1)?).ok_or_else(|| StoreError::Schema(format!("线索步骤 {}", row.text(1).unwrap_or_default())))?;
        cases[*at].events.push(CaseEvent {
            step,
            date: row.int(2)?,
            actor: row.string(3)?,
            text: row.string(4)?,
            person: row.string(5)?,
            measure: row.opt_int(6)?,
            remedy: Remedy::from_code(row.text(7)?),
            due: row.opt_int(8)?,
            amount: row.int(9)?,
            refund: row.opt_string(10)?,
            proof: hex(row.bytes(11)?),
            proof_name: row.string(12)?,
        });
    }
    Ok(())
}

/// State, measures and recoveries out of the events.
fn follow(case: &mut Case) {
    for event in &case.events {
        case.state = case.state.after(event.step).unwrap_or(case.state);
        match (event.step, event.measure, event.remedy) {
            (Step::Ordered, Some(number), Some(remedy)) => case.measures.push(Measure {
                number,
                remedy,
                due: event.due.unwrap_or(0),
                amount: Fen::new(event.amount),
                responsible: event.person.clone(),
                text: event.text.clone(),
                done: false,
            }),
            (Step::Done, Some(number), _) => {
                case.measures.iter_mut().filter(|m| m.number == number).for_each(|m| m.done = true);
            }
            (Step::Recovered, ..) => case.recovered += event.amount,
            _ => {}
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub struct CaseFilter {
    pub state: Option<State>,
    /// Only those with a measure past its day, as of that day.
    pub overdue: Option<i64>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CaseSummary {
    pub code: String,
    pub title: String,
    pub source: String,
    pub opened: String,
    pub state: State,
    pub amount: Fen,
    pub recovered: Fen,
    pub responsible: String,
    /// The earliest day by which an open measure is due.
    pub due: Option<String>,
}

pub fn list(bureau: &mut Bureau, filter: &CaseFilter) -> Result<Vec<CaseSummary>> {
    bureau.read(|tx, book| {
        let mut found = Vec::new();
        for case in read(tx, book, None)? {
            let due = case.measures.iter().filter(|m| !m.done).map(|m| m.due).min();
            let wanted = filter.state.is_none_or(|state| state == case.state);
            let late = filter.overdue.is_none_or(|today| case.state != State::Closed && due.is_some_and(|due| due < today));
            if !(wanted && late) {
                continue;
            }
            let assigned = case.events.iter().rev().find(|event| event.step == Step::Assigned);
            found.push(CaseSummary {
                code: case.code,
                title: case.title,
                source: case.source,
                opened: day_text(case.opened),
                state: case.state,
                amount: Fen::new(case.amount),
                recovered: Fen::new(case.recovered),
                responsible: assigned.map(|event| event.person.clone()).unwrap_or_default(),
                due: due.map(day_text),
            });
        }
        Ok(found)
    })
}

/// Code and state of the case of each finding, by the finding's key.
pub(crate) fn by_finding(tx: &mut Tx<'_>, book: &Book) -> Result<BTreeMap<String, (String, State)>> {
    let mut cases = BTreeMap::new();
    for case in read(tx, book, None)? {
        for key in &case.findings {
            cases.insert(key.clone(), (case.code.clone(), case.state));
        }
    }
    Ok(cases)
}

pub fn list_table(cases: &[CaseSummary]) -> Table {
    let mut table = Table::new("cases", "线索台账")
        .column("code", "线索", Kind::Text)
        .column("title", "标题", Kind::Text)
        .column("source", "来源", Kind::Text)
        .column("opened", "立案日期", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("amount", "涉及金额", Kind::Money)
        .column("recovered", "已追回", Kind::Money)
        .column("responsible", "承办人", Kind::Text)
        .column("due", "整改期限", Kind::Text);
    for case in cases {
        table.push(vec![
            Cell::text(&case.code),
            Cell::text(&case.title),
            Cell::text(source_word(&case.source)),
            Cell::text(&case.opened),
            Cell::text(case.state.chinese()),
            Cell::Fen(case.amount),
            Cell::Fen(case.recovered),
            Cell::text(&case.responsible),
            Cell::text(case.due.clone().unwrap_or_default()),
        ]);
    }
    table
}

fn source_word(source: &str) -> &'static str {
    match source {
        "finding" => "疑点筛查",
        "inspection" => "检查",
        "complaint" => "信访投诉",
        _ => "其他",
    }
}

impl Case {
    /// The case as a table of its events.
    pub fn table(&self) -> Table {
        let mut table = Table::new("case", format!("线索 {}：{}", self.code, self.title))
            .subtitle(format!(
                "{}　{} 由 {} 立案　现为：{}　涉及 {} 元，已追回 {} 元",
                source_word(&self.source),
                day_text(self.opened),
                self.opened_by,
                self.state.chinese(),
                Fen::new(self.amount).yuan_grouped(),
                Fen::new(self.recovered).yuan_grouped()
            ))
            .column("date", "日期", Kind::Text)
            .column("step", "步骤", Kind::Text)
            .column("actor", "经办", Kind::Text)
            .column("person", "承办、责任人", Kind::Text)
            .column("text", "情况", Kind::Text)
            .column("amount", "金额", Kind::Money)
            .column("due", "期限", Kind::Text)
            .column("proof", "证明材料（SM3）", Kind::Text);
        for event in &self.events {
            let step = match (event.measure, event.remedy) {
                (Some(number), Some(remedy)) => format!("{} {number}：{}", event.step.chinese(), remedy.chinese()),
                (Some(number), None) => format!("{} {number}", event.step.chinese()),
                _ => event.step.chinese().to_string(),
            };
            let text = event.refund.as_ref().map_or_else(|| event.text.clone(), |refund| format!("{refund}：{}", event.text));
            let proof = if event.proof.is_empty() { String::new() } else { format!("{} {}…", event.proof_name, &event.proof[..12]) };
            table.push(vec![
                Cell::text(day_text(event.date)),
                Cell::text(step),
                Cell::text(&event.actor),
                Cell::text(&event.person),
                Cell::text(text),
                if event.amount > 0 { Cell::Fen(Fen::new(event.amount)) } else { Cell::Empty },
                Cell::text(event.due.map(day_text).unwrap_or_default()),
                Cell::text(proof),
            ]);
        }
        if !self.findings.is_empty() {
            table = table.note(format!("疑点：{}", self.findings.join("、")));
        }
        table.note(format!("涉及支付：{}", self.payments.join("、")))
    }
}
