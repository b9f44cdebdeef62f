//! Plans looked up: the list by year, and one plan with its scope, its people and its steps.

use super::plan::{Plan, load};
use super::steps::{self, Step};
use crate::app::{Bureau, Result};
use crate::domain::inspection::plan::State;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use serde::Serialize;

/// A plan and its steps.
#[derive(Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    pub plan: Plan,
    pub state: State,
    pub steps: Vec<Step>,
}

pub fn show(bureau: &mut Bureau, code: &str) -> Result<Shown> {
    bureau.read(|tx, book| {
        let plan = load(tx, book, code)?;
        let steps = steps::steps(tx, book, plan.id)?;
        let state = steps.last().map_or(State::Drafted, |step| step.state);
        Ok(Shown { plan, state, steps })
    })
}

/// All plans, by year and code.
pub fn list(bureau: &mut Bureau, year: Option<i64>) -> Result<Vec<Shown>> {
    bureau.read(|tx, book| {
        let sql = "SELECT code FROM inspection_plan WHERE book = $1 AND ($2 = 0 OR year = $2) ORDER BY year, code";
        let mut found = Vec::new();
        for row in tx.query(sql, params![book.id, year.unwrap_or(0)])? {
            let plan = load(tx, book, row.text(0)?)?;
            let steps = steps::steps(tx, book, plan.id)?;
            let state = steps.last().map_or(State::Drafted, |step| step.state);
            found.push(Shown { plan, state, steps });
        }
        Ok(found)
    })
}

/// The list as a sheet.
pub fn list_table(plans: &[Shown]) -> Table {
    let mut table = Table::new("inspections", "检查计划")
        .column("code", "编号", Kind::Text)
        .column("title", "名称", Kind::Text)
        .column("kind", "类型", Kind::Text)
        .column("population", "对象", Kind::Text)
        .column("first", "检查期起", Kind::Date)
        .column("last", "检查期止", Kind::Date)
        .column("method", "抽样方法", Kind::Text)
        .column("due", "应完成", Kind::Date)
        .column("state", "状态", Kind::Text);
    for shown in plans {
        let p = &shown.plan;
        table.push(vec![
            Cell::text(&p.code),
            Cell::text(&p.title),
            Cell::text(p.kind.title()),
            Cell::text(p.population.title()),
            Cell::Date(p.first),
            Cell::Date(p.last),
            Cell::text(p.method.title()),
            Cell::Date(p.due),
            Cell::text(shown.state.title()),
        ]);
    }
    table
}

/// One plan as sheets: its line, its steps.
pub fn tables(shown: &Shown) -> Vec<Table> {
    let mut taken = Table::new("steps", "办理过程")
        .column("state", "状态", Kind::Text)
        .column("date", "日期", Kind::Date)
        .column("actor", "经办", Kind::Text)
        .column("note", "说明", Kind::Text);
    for step in &shown.steps {
        taken.push(vec![Cell::text(step.state.title()), Cell::Date(step.date), Cell::text(&step.actor), Cell::text(&step.note)]);
    }
    let mut scope = Table::new("scope", "范围和成员").column("what", "项目", Kind::Text).column("value", "内容", Kind::Text);
    for one in &shown.plan.scope {
        scope.push(vec![Cell::text(one.kind.title()), Cell::text(&one.value)]);
    }
    for member in &shown.plan.members {
        let role = if member.leader { "组长" } else { "组员" };
        let from = if member.unit.is_empty() { String::new() } else { format!("（{}）", member.unit) };
        scope.push(vec![Cell::text(role), Cell::text(format!("{}{from}", member.name))]);
    }
    vec![list_table(std::slice::from_ref(shown)), taken, scope]
}
