//! Charts of tables: which table is drawn how. They are made from the very rows that stand beside them.

use super::links;
use crate::domain::money::Fen;
use crate::domain::report::table::RowStyle;
use crate::domain::report::{Cell, Row, Table};
use crate::files::writing::chart::{Bar, Flow, FlowChart, Heading, MonthPoint, Node, Part, Ranking, Shares, Stack, Trend};
use rust_decimal::Decimal;

/// Bars of a ranking; more would be a wall, and the table has them all.
const BARS: usize = 20;

/// The chart of a table, as SVG.
pub fn of(table: &Table) -> Option<String> {
    if !table.rows.iter().any(|row| row.style == RowStyle::Normal) {
        return None;
    }
    match table.name.as_str() {
        "progress_by_month" => trend(table),
        "progress_by_unit" | "progress_by_project" | "progress_by_program" => ranking(table),
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

/// 95%: what the plan orders (东发〔2018〕14号). The line on the chart; which target counts for whom stands in the table.
const TARGET: Decimal = Decimal::from_parts(95, 0, 0, false, 2);

fn trend(table: &Table) -> Option<String> {
    let rows = Rows(table);
    let months = rows.normal().map(|row| MonthPoint {
        label: rows.text(row, "name"),
        actual: rows.ratio(row, "progress"),
        schedule: rows.ratio(row, "schedule"),
        href: rows.href(row, "name"),
    });
    let months: Vec<MonthPoint> = months.take(12).collect();
    let last = rows.normal().last()?;
    let progress = rows.ratio(last, "progress").map(crate::domain::report::figure::percent).unwrap_or_default();
    let description = format!("各月末累计支出进度与序时进度、年度目标；最近一月 {progress}");
    let forecast = rows.ratio(last, "forecast_progress");
    Some(Trend { head: Heading::new("chart-trend", "支出进度走势", description), months, target: Some(TARGET), forecast }.svg())
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
            behind: rows.ratio(row, "progress") < rows.ratio(row, "schedule"),
            remark: format!("已支出 {} / 可用 {} 元", rows.fen(row, "spent").yuan_grouped(), rows.fen(row, "available").yuan_grouped()),
            href: rows.href(row, "name"),
        })
        .collect();
    let schedule = rows.normal().find_map(|row| rows.ratio(row, "schedule"));
    let behind = bars.iter().filter(|bar| bar.behind).count();
    let description = format!("按支出进度排名，共 {} 个，其中 {behind} 个滞后于序时进度", bars.len());
    let id = format!("chart-{}", table.name.replace('_', "-"));
    Some(Ranking { head: Heading::new(&id, table.title.clone(), description), bars, schedule, target: Some(TARGET) }.svg())
}

/// Where a group's money is: column, words, colour in the flow chart, and the account of the place for its link.
const PLACES: [(&str, &str); 7] = [
    ("spent", "已支出"),
    ("unallocated", "待分配"),
    ("allocated", "已下达未支付"),
    ("in_transit", "占用和在途"),
    ("returned", "退票待处理"),
    ("moved_unspent", "已拨未支"),
    ("retention", "质保金"),
];

fn shares(table: &Table) -> Option<String> {
    let rows = Rows(table);
    let amount = |row, key: &str| {
        let also = if key == "in_transit" { rows.fen(row, "reserved") } else { Fen::ZERO };
        rows.fen(row, key).checked_add(also).unwrap_or_default()
    };
    let used: Vec<(&str, &str)> = PLACES.into_iter().filter(|(key, _)| rows.normal().any(|row| amount(row, key) > Fen::ZERO)).collect();
    let stacks: Vec<Stack> = rows
        .normal()
        .filter(|row| rows.fen(row, "available") > Fen::ZERO)
        .map(|row| Stack {
            label: rows.text(row, "name"),
            amounts: used.iter().map(|(key, _)| Part { amount: amount(row, key), href: rows.href(row, "name") }).collect(),
        })
        .collect();
    let names = used.iter().map(|(_, words)| (*words).to_string()).collect();
    let id = format!("chart-{}", table.name.replace('_', "-"));
    let head = Heading::new(&id, table.title.clone(), "各组资金现在何处，占该组可用资金的比例");
    Some(Shares { head, names, stacks }.svg())
}

/// The money's way from level to place, out of the table of progress by level with all its columns.
pub fn flow(table: &Table) -> Option<String> {
    let rows = Rows(table);
    let levels: Vec<&Row> = rows.normal().filter(|row| rows.fen(row, "available") > Fen::ZERO).collect();
    if levels.is_empty() {
        return None;
    }
    let sum = |key: &str| Fen::try_sum(levels.iter().map(|row| rows.fen(row, key))).unwrap_or_default();
    let node = |label: &str, column, colour, href: &str| Node { label: label.into(), column, colour, href: Some(href.into()) };
    let mut nodes: Vec<Node> =
        levels.iter().map(|row| Node { label: rows.text(row, "name"), column: 0, colour: 0, href: rows.href(row, "name") }).collect();
    let of_levels = nodes.len();
    let (given, waiting) = (of_levels, of_levels + 1);
    nodes.push(node("已分配下达", 1, 3, "/allocations"));
    nodes.push(node("待分配指标", 1, 1, "/funds"));
    let places = [
        ("spent", "已支出（到户到人到项目）", 2_usize, "/progress?by=unit"),
        ("in_transit", "在途（已送银行）", 3, "/batches?state=sent"),
        ("reserved", "发放占用", 5, "/batches?state=reserved"),
        ("returned", "退票待处理", 4, "/batches?returned=true"),
        ("allocated", "已下达未支付", 1, "/progress?by=unit"),
        ("moved_unspent", "已拨单位未支出", 6, "/disbursements"),
        ("retention", "质保金", 5, "/disbursements"),
    ];
    for (_, label, colour, href) in places {
        nodes.push(node(label, 2, colour, href));
    }
    let mut flows = Vec::new();
    for (at, row) in levels.iter().enumerate() {
        let unallocated = rows.fen(row, "unallocated");
        let amount = rows.fen(row, "available").checked_sub(unallocated).unwrap_or_default();
        flows.push(Flow { from: at, to: given, amount, href: None });
        flows.push(Flow { from: at, to: waiting, amount: unallocated, href: None });
    }
    for (at, (key, ..)) in places.iter().enumerate() {
        flows.push(Flow { from: given, to: waiting + 1 + at, amount: sum(key), href: None });
    }
    let description = format!(
        "可用资金 {} 元：已支出 {} 元，待分配 {} 元，其余在分配之后、支出之前的各处",
        sum("available").yuan_grouped(),
        sum("spent").yuan_grouped(),
        sum("unallocated").yuan_grouped()
    );
    Some(FlowChart { head: Heading::new("chart-way", "资金流向", description), nodes, flows }.svg())
}
