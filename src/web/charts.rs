//! Charts of tables: which table is drawn how. They are made from the very rows that stand beside them.

use super::links;
use crate::domain::money::Fen;
use crate::domain::report::figure::percent;
use crate::domain::report::table::RowStyle;
use crate::domain::report::{Cell, Row, Table};
use crate::files::writing::chart::{Bar, Flow, FlowChart, Heading, MonthPoint, Node, Part, Ranking, Shares, Stack, Trend};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Bars of a ranking; more would be a wall, and the table has them all.
const BARS: usize = 20;

/// The chart of a table, as SVG.
pub fn of(table: &Table) -> Option<String> {
    if !table.rows.iter().any(|row| row.style == RowStyle::Normal) {
        return None;
    }
    match table.name.as_str() {
        "progress_by_month" | "months" => trend(table),
        "progress_by_unit" | "progress_by_project" | "progress_by_program" | "ranking" => ranking(table),
        "progress_by_level" | "progress_by_category" => shares(table),
        _ => None,
    }
}

/// A table's cells by column key.
struct Rows<'t>(&'t Table);

impl<'t> Rows<'t> {
    fn at(&self, key: &str) -> Option<usize> {
        self.0.columns.iter().position(|column| column.key == key)
    }

    fn normal(&self) -> impl Iterator<Item = &'t Row> {
        self.0.rows.iter().filter(|row| row.style == RowStyle::Normal)
    }

    fn cell(&self, row: &'t Row, key: &str) -> Option<&'t Cell> {
        row.cells.get(self.at(key)?)
    }

    fn text(&self, row: &'t Row, key: &str) -> String {
        match self.cell(row, key) {
            Some(Cell::Text(text)) => text.clone(),
            _ => String::new(),
        }
    }

    fn fen(&self, row: &'t Row, key: &str) -> Fen {
        match self.cell(row, key) {
            Some(Cell::Fen(fen)) => *fen,
            _ => Fen::ZERO,
        }
    }

    fn ratio(&self, row: &'t Row, key: &str) -> Option<Decimal> {
        match self.cell(row, key) {
            Some(Cell::Ratio(ratio)) => Some(*ratio),
            _ => None,
        }
    }

    fn href(&self, row: &'t Row, key: &str) -> Option<String> {
        links::of(self.0, self.at(key)?, row)
    }
}

/// 95%: what the plan orders (东发〔2018〕14号), where the table does not give the year's target itself.
const TARGET: Decimal = Decimal::from_parts(95, 0, 0, false, 2);

fn trend(table: &Table) -> Option<String> {
    let rows = Rows(table);
    let (label, opens) = if rows.at("name").is_some() { ("name", "name") } else { ("month", "month") };
    let months = rows.normal().map(|row| MonthPoint {
        label: month_words(&rows.text(row, label)),
        actual: rows.ratio(row, "progress"),
        schedule: rows.ratio(row, "schedule"),
        href: rows.href(row, opens),
    });
    let months: Vec<MonthPoint> = months.take(12).collect();
    let last = rows.normal().last()?;
    let progress = rows.ratio(last, "progress").map(percent).unwrap_or_default();
    let description = format!("各月末累计支出进度与序时进度、年度目标；最近一月 {progress}");
    let forecast = rows.ratio(last, "forecast_progress");
    let target = rows.ratio(last, "target").or(Some(TARGET));
    Some(Trend { head: Heading::new("chart-trend", "支出进度走势", description), months, target, forecast }.svg())
}

/// `2018-09` is 9月.
fn month_words(text: &str) -> String {
    match text.split_once('-').map(|(_, month)| month.trim_start_matches('0')) {
        Some(month) if !month.is_empty() => format!("{month}月"),
        _ => text.to_string(),
    }
}

fn ranking(table: &Table) -> Option<String> {
    let rows = Rows(table);
    let bars: Vec<Bar> = rows
        .normal()
        .filter(|row| rows.ratio(row, "progress").is_some())
        .take(BARS)
        .map(|row| Bar {
            rank: match rows.cell(row, "rank") {
                Some(Cell::Count(rank)) => u32::try_from(*rank).ok(),
                _ => None,
            },
            label: rows.text(row, "name"),
            value: rows.ratio(row, "progress"),
            behind: rows.text(row, "state").contains("滞后"),
            remark: format!("已支出 {} / 可用 {} 元", rows.fen(row, "spent").yuan_grouped(), rows.fen(row, "available").yuan_grouped()),
            href: rows.href(row, "name"),
        })
        .collect();
    let schedule = rows.normal().find_map(|row| schedule(&rows, row));
    let behind = bars.iter().filter(|bar| bar.behind).count();
    let description = format!("按支出进度排名，图中 {} 个，其中 {behind} 个滞后于序时进度", bars.len());
    let id = format!("chart-{}", table.name.replace('_', "-"));
    Some(Ranking { head: Heading::new(&id, table.title.clone(), description), bars, schedule, target: Some(TARGET) }.svg())
}

/// What the schedule asks for: given, or progress less its distance from it.
fn schedule(rows: &Rows<'_>, row: &Row) -> Option<Decimal> {
    rows.ratio(row, "schedule").or_else(|| match rows.cell(row, "gap") {
        Some(Cell::Points(gap)) => Some(rows.ratio(row, "progress")? - *gap / Decimal::ONE_HUNDRED),
        _ => None,
    })
}

/// Where a group's money is, in the order of the stack: columns of the progress table, and words.
const PLACES: [(&[&str], &str); 7] = [
    (&["spent"], "已支出"),
    (&["unallocated"], "待分配"),
    (&["allocated"], "已下达未支付"),
    (&["in_transit", "reserved"], "占用和在途"),
    (&["returned"], "退票待处理"),
    (&["moved_unspent"], "已拨未支"),
    (&["retention"], "质保金"),
];

fn shares(table: &Table) -> Option<String> {
    let rows = Rows(table);
    let amount = |row, keys: &[&str]| Fen::try_sum(keys.iter().map(|key| rows.fen(row, key))).unwrap_or_default();
    let groups: Vec<Group> = rows
        .normal()
        .filter(|row| rows.fen(row, "available") > Fen::ZERO)
        .map(|row| Group {
            label: rows.text(row, "name"),
            amounts: PLACES.iter().map(|(keys, _)| amount(row, keys)).collect(),
            href: rows.href(row, "name"),
        })
        .collect();
    stacked(&format!("chart-{}", table.name.replace('_', "-")), &table.title, &PLACES.map(|(_, words)| words), &groups)
}

struct Group {
    label: String,
    amounts: Vec<Fen>,
    href: Option<String>,
}

/// Names that no group has anything of are left out.
fn stacked(id: &str, title: &str, names: &[&str], groups: &[Group]) -> Option<String> {
    if groups.is_empty() {
        return None;
    }
    let used: Vec<usize> = (0..names.len()).filter(|at| groups.iter().any(|group| group.amounts[*at] > Fen::ZERO)).collect();
    let stack = |group: &Group| Stack {
        label: group.label.clone(),
        amounts: used.iter().map(|at| Part { amount: group.amounts[*at], href: group.href.clone() }).collect(),
    };
    let head = Heading::new(id, title, "各组资金现在何处，占该组资金的比例");
    let names = used.iter().map(|at| names[*at].to_string()).collect();
    Some(Shares { head, names, stacks: groups.iter().map(stack).collect() }.svg())
}

/// How the flow chart shows a node of the overview: colour, and the page it opens.
fn look(node: &str) -> (usize, String) {
    let (colour, to) = match node {
        "received" => (0, "/funds"),
        "distributed" => (3, "/allocations"),
        "unallocated" => (1, "/funds?sort=unallocated&order=desc"),
        "allocated" => (1, "/allocations?sort=allocated&order=desc"),
        "reserved" => (5, "/batches?state=reserved"),
        "in_transit" => (3, "/batches?state=sent"),
        "paid_household" => (2, "/batches?state=answered"),
        "paid_payee" => (2, "/disbursements"),
        "returned" => (4, "/returns?state=returned"),
        "moved" => (6, "/allocations?sort=moved&order=desc"),
        "retention" => (5, "/allocations?sort=retention&order=desc"),
        "reclaimed" => (4, "/funds?sort=reclaimed&order=desc"),
        level => return (0, format!("/funds?level={}", super::address::encode(level))),
    };
    (colour, to.to_string())
}

/// The money's way, out of the overview's tables of nodes and flows. Levels share one band between two nodes.
pub fn flow(nodes: &Table, flows: &Table) -> Option<String> {
    let (nodes, flows) = (Rows(nodes), Rows(flows));
    let keys: Vec<String> = nodes.normal().map(|row| nodes.text(row, "node")).collect();
    let shown = nodes.normal().map(|row| {
        let (colour, href) = look(&nodes.text(row, "node"));
        let column = match nodes.cell(row, "stage") {
            Some(Cell::Count(stage)) => usize::try_from(*stage).unwrap_or(0),
            _ => 0,
        };
        Node { label: nodes.text(row, "name"), column, colour, href: Some(href) }
    });
    let shown: Vec<Node> = shown.collect();
    let mut sums: BTreeMap<(usize, usize), Fen> = BTreeMap::new();
    for row in flows.normal() {
        let at = |key: &str| keys.iter().position(|node| *node == flows.text(row, key));
        let (from, to) = (at("from")?, at("to")?);
        let sum = sums.entry((from, to)).or_default();
        *sum = sum.checked_add(flows.fen(row, "amount"))?;
    }
    let drawn = sums.into_iter().map(|((from, to), amount)| Flow { from, to, amount, href: shown[to].href.clone() });
    let drawn: Vec<Flow> = drawn.collect();
    if drawn.is_empty() {
        return None;
    }
    let said: Vec<String> =
        nodes.normal().map(|row| format!("{} {} 元", nodes.text(row, "name"), nodes.fen(row, "amount").yuan_grouped())).collect();
    Some(FlowChart { head: Heading::new("chart-way", "资金流向", said.join("，")), nodes: shown, flows: drawn }.svg())
}

/// Places of the flow as parts of a level, in the order of the stack.
const PARTS: [(&[&str], &str); 7] = [
    (&["paid_household", "paid_payee"], "已支出"),
    (&["unallocated"], "待分配"),
    (&["allocated"], "已下达未支付"),
    (&["reserved", "in_transit"], "占用和在途"),
    (&["returned"], "退票待处理"),
    (&["moved", "retention"], "已拨未支和质保金"),
    (&["reclaimed"], "已收回"),
];

/// Where each level's money is, out of the overview's flows.
pub fn levels(flows: &Table) -> Option<String> {
    let rows = Rows(flows);
    let mut groups: Vec<Group> = Vec::new();
    for row in rows.normal() {
        let (level, to) = (rows.text(row, "level"), rows.text(row, "to"));
        let Some(part) = PARTS.iter().position(|(places, _)| places.contains(&to.as_str())) else { continue };
        if !groups.iter().any(|group| group.label == level) {
            let href = Some(look(&level).1);
            groups.push(Group { label: level.clone(), amounts: vec![Fen::ZERO; PARTS.len()], href });
        }
        if let Some(group) = groups.iter_mut().find(|group| group.label == level) {
            group.amounts[part] = group.amounts[part].checked_add(rows.fen(row, "amount"))?;
        }
    }
    stacked("chart-levels", "分级次资金现在何处", &PARTS.map(|(_, words)| words), &groups)
}
