//! The page of a batch: where it stands on its way from the upload to the last reissue, what comes next and who may do it, and
//! beneath it everything known of it.

use super::address::{Query, form_of};
use super::report::{self, Report};
use super::ways::Values;
use crate::domain::access::Principal;
use crate::domain::report::table::plain;
use crate::domain::report::{Cell, Table};
use crate::service::door::may;
use crate::service::{Operation, catalogue};
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
    #[serde(flatten)]
    pub report: Report,
}

/// Operations that a step leads to, the first that exists and is allowed counts.
const CHECKING: &[&str] = &["batch.findings", "batch.screening", "screening.batch", "batch.checks"];
const NOTICE: &[&str] = &["batch.notice", "notice.publish", "notice.write"];
const SIGNING: &[&str] = &["batch.sign", "batch.approve"];
const SENDING: &[&str] = &["batch.send"];
const RESULT: &[&str] = &["batch.result", "import.results", "bank.result", "batch.results"];
const REISSUE: &[&str] = &["batch.reissue"];

/// How far the batch has come, read from its line of the list.
struct Standing {
    state: String,
    lines: i64,
    paid: i64,
    returned: i64,
}

pub fn page(who: &Principal, operation: &Operation, path: &str, values: &Values, query: &Query, tables: &[Table]) -> BatchPage {
    let report = report::report(who, operation, path, values, query, tables);
    BatchPage { steps: steps(who, values, tables), report }
}

fn steps(who: &Principal, values: &Values, tables: &[Table]) -> Vec<Step> {
    let Some(standing) = standing(tables) else { return Vec::new() };
    let at = match standing.state.as_str() {
        state if state.contains("撤销") => return stopped(&standing),
        state if state.contains("待审批") => 3,
        state if state.contains("待送") => 4,
        state if state.contains("待回盘") => 5,
        _ => 6,
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
    let way = |ids: &[&str]| find(who, ids, values);
    let make = |title, state, words: String, remark: String, way: Option<(String, &'static str, bool)>| {
        let (href, action, acts) = way.unwrap_or_default();
        Step { title, state, words, remark, href, action, acts }
    };
    let waiting = |step: usize, ids: &[&str]| if at == step { way(ids) } else { None };
    vec![
        make("上传清册", "past", done("占用"), format!("{} 笔", standing.lines), None),
        make("筛查", state(2), checked(tables), String::new(), way(CHECKING)),
        make("公示", if at > 3 { "past" } else { "now" }, notice(tables), String::new(), waiting(3, NOTICE)),
        make("审批", state(3), done("审批"), signatures(tables), waiting(3, SIGNING)),
        make("送银行", state(4), done("送银行"), String::new(), waiting(4, SENDING)),
        make("回盘", state(5), answered(&standing, at), String::new(), waiting(5, RESULT)),
        make("对账", if at > 5 { "past" } else { "next" }, reconciled(&standing, at), String::new(), None),
        make(
            "退票重发",
            if at < 6 { "next" } else { last },
            if at < 6 { String::new() } else { format!("待处理 {open} 笔") },
            String::new(),
            if open > 0 { way(REISSUE) } else { None },
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

fn find(who: &Principal, ids: &[&str], values: &Values) -> Option<(String, &'static str, bool)> {
    let operation = ids.iter().filter_map(|id| catalogue::find(id)).find(|operation| may(who, operation))?;
    if operation.method.writes() {
        Some((form_of(operation, values), operation.title, true))
    } else {
        Some((super::address::page_of(operation, |name| values.get(name).cloned())?, operation.title, false))
    }
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
    match (text(table, 0, "from"), text(table, 0, "to")) {
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
