//! The page of a batch: where it stands on its way from the upload to the last reissue, what comes next and who may do it, and
//! beneath it everything known of it.

use super::address::Query;
use super::report::{self, Report};
use super::turns::{self, Stage};
use super::ways::{Values, Way};
use crate::domain::access::Principal;
use crate::domain::report::table::plain;
use crate::domain::report::{Cell, Table};
use crate::service::Operation;
use serde::Serialize;

/// A step on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub title: &'static str,
    /// `past`, `now`, `next` or `stop`.
    pub state: &'static str,
    pub words: String,
    pub remark: String,
    /// The form or page of the step, or empty.
    pub href: String,
    pub action: &'static str,
    pub acts: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct BatchPage {
    pub steps: Vec<Step>,
    /// What it is this person's turn to do.
    pub now: Vec<Way>,
    #[serde(flatten)]
    pub report: Report,
}

/// How far the batch has come, read from its line of the list.
struct Standing {
    state: String,
    lines: i64,
    paid: i64,
    returned: i64,
}

/// `waiting`: the kinds of work by which it waits for this person, as the inbox names them.
pub fn page(
    who: &Principal,
    operation: &Operation,
    path: &str,
    values: &Values,
    query: &Query,
    tables: &[Table],
    waiting: &[String],
) -> BatchPage {
    let mut report = report::report(who, operation, path, values, query, tables);
    let code = values.get("batch").map(String::as_str).unwrap_or_default();
    let Some(standing) = standing(tables) else { return BatchPage { steps: Vec::new(), now: Vec::new(), report } };
    let stage = Stage::of(&standing.state);
    let (now, besides) = turns::of_batch(who, values, stage, waiting);
    report.acts = besides;
    report.links = turns::looks_at_batch(who, code, stage);
    BatchPage { steps: steps(&standing, stage, tables, &now), now, report }
}

fn steps(standing: &Standing, stage: Stage, tables: &[Table], now: &[Way]) -> Vec<Step> {
    let at = match stage {
        Stage::Cancelled => return stopped(standing),
        Stage::Reserved => 3,
        Stage::Approved => 4,
        Stage::Sent => 5,
        Stage::Answered => 6,
    };
    let open = rows(tables, "open_returns");
    let last = if open > 0 { "now" } else { "past" };
    let state = |step: usize| {
        if step < at {
            "past"
        } else if step == at {
            "now"
        } else {
            "next"
        }
    };
    let done = |stage: &str| stage_words(tables, stage);
    let turn = |titles: &[&str]| now.iter().find(|way| titles.contains(&way.title)).cloned();
    let make = |title, state, words: String, remark: String, way: Option<Way>| {
        let (href, action, acts) = way.map(|way| (way.href, way.title, way.acts)).unwrap_or_default();
        Step { title, state, words, remark, href, action, acts }
    };
    vec![
        make("上传清册", "past", done("占用"), format!("{} 笔", standing.lines), None),
        make("筛查", state(2), checked(tables), String::new(), turn(&["核定待核行"])),
        make("公示", if at > 3 { "past" } else { "now" }, notice(tables), String::new(), None),
        make("审批", state(3), done("审批"), signatures(tables), turn(&["签批批次", "批次再次送审"])),
        make("送银行", state(4), done("送银行"), String::new(), turn(&["送银行"])),
        make("回盘", state(5), answered(standing, at), String::new(), None),
        make("对账", if at > 5 { "past" } else { "next" }, reconciled(standing, at), String::new(), None),
        make(
            "退票重发",
            if at < 6 { "next" } else { last },
            if at < 6 { String::new() } else { format!("待处理 {open} 笔") },
            String::new(),
            turn(&["退票更正重发"]),
        ),
    ]
}

fn stopped(standing: &Standing) -> Vec<Step> {
    vec![
        Step {
            title: "上传清册",
            state: "past",
            words: format!("{} 笔", standing.lines),
            remark: String::new(),
            href: String::new(),
            action: "",
            acts: false,
        },
        Step {
            title: "已撤销",
            state: "stop",
            words: "资金已退回分配".into(),
            remark: String::new(),
            href: String::new(),
            action: "",
            acts: false,
        },
    ]
}

fn named<'t>(tables: &'t [Table], name: &str) -> Option<&'t Table> {
    tables.iter().find(|table| table.name == name)
}

fn rows(tables: &[Table], name: &str) -> usize {
    named(tables, name).map_or(0, |table| table.rows.len())
}

fn text(table: &Table, row: usize, key: &str) -> Option<String> {
    let at = table.columns.iter().position(|column| column.key == key)?;
    table.rows.get(row)?.cells.get(at).and_then(plain)
}

fn standing(tables: &[Table]) -> Option<Standing> {
    let table = named(tables, "batches").or_else(|| named(tables, "batch"))?;
    let count = |key: &str| {
        let at = table.columns.iter().position(|column| column.key == key)?;
        match table.rows.first()?.cells.get(at)? {
            Cell::Count(count) => Some(*count),
            _ => None,
        }
    };
    Some(Standing {
        state: text(table, 0, "state")?,
        lines: count("lines").unwrap_or(0),
        paid: count("paid_lines").unwrap_or(0),
        returned: count("returned_lines").unwrap_or(0),
    })
}

/// `2018-09-30 张示三` of a stage that is done.
fn stage_words(tables: &[Table], stage: &str) -> String {
    let Some(table) = named(tables, "stages") else { return String::new() };
    let row = (0..table.rows.len()).find(|row| text(table, *row, "stage").as_deref() == Some(stage));
    row.map(|row| [text(table, row, "date"), text(table, row, "actor")].into_iter().flatten().collect::<Vec<_>>().join(" "))
        .unwrap_or_default()
}

fn checked(tables: &[Table]) -> String {
    ["screening", "screen_checks", "findings", "hits"]
        .iter()
        .find_map(|name| named(tables, name))
        .map_or_else(|| "审批时自动筛查".to_string(), |table| format!("疑点 {} 条", table.rows.len()))
}

fn notice(tables: &[Table]) -> String {
    let Some(table) = named(tables, "notices") else { return String::new() };
    match (text(table, 0, "date_from"), text(table, 0, "date_to")) {
        (Some(from), Some(to)) => format!("{from} 至 {to}"),
        _ => format!("{} 份", table.rows.len()),
    }
}

fn signatures(tables: &[Table]) -> String {
    match named(tables, "signatures") {
        Some(table) => format!("已签 {} 人", table.rows.len()),
        None => String::new(),
    }
}

fn answered(standing: &Standing, at: usize) -> String {
    if at < 5 { String::new() } else { format!("到卡 {}，退票 {}", standing.paid, standing.returned) }
}

fn reconciled(standing: &Standing, at: usize) -> String {
    match standing.lines - standing.paid - standing.returned {
        _ if at < 5 => String::new(),
        0 => "相符".into(),
        rest => format!("未回 {rest} 笔"),
    }
}
