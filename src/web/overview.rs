//! 总览: where the money is, how far it has come, who is behind, what waits. Every figure is a cell of a table beside it and
//! opens to what it is made of.

use super::address::encode;
use super::charts;
use super::grid::Grid;
use super::report::with_chart;
use crate::domain::money::Fen;
use crate::domain::report::figure::percent;
use crate::domain::report::{Cell, Table};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tile {
    pub title: &'static str,
    pub figure: String,
    pub remark: String,
    /// Empty where the person may not open it.
    pub href: &'static str,
    /// `good`, `bad`, `sun` or empty.
    pub tone: &'static str,
}

#[derive(Debug, Clone, Serialize)]
pub struct Overview {
    pub as_of: String,
    pub tiles: Vec<Tile>,
    /// The flow chart, or empty.
    pub way: String,
    pub way_table: Option<Grid>,
    pub panels: Vec<Grid>,
    /// What waits for the person, the first of it.
    pub waiting: Vec<super::inbox::Item>,
}

/// The page out of the tables of the overview: nodes and flows give tiles and flow chart, the others have their panels.
pub fn page(tables: &[Table]) -> Overview {
    let named = |name: &str| tables.iter().find(|table| table.name == name);
    let (nodes, flows) = (named("nodes"), named("flows"));
    let panels = ["months", "ranking", "levels", "alerts"].into_iter().filter_map(named).map(|table| {
        let mut panel = with_chart(table);
        if table.name == "levels" {
            panel.chart = flows.and_then(charts::levels).unwrap_or_default();
        }
        if table.name == "alerts" {
            open_alerts(table, &mut panel);
        }
        panel
    });
    Overview {
        as_of: tables.first().and_then(|table| table.subtitle.clone()).unwrap_or_default(),
        tiles: nodes.map(|nodes| tiles(nodes, named("months"))).unwrap_or_default(),
        way: nodes.zip(flows).and_then(|(nodes, flows)| charts::flow(nodes, flows)).unwrap_or_default(),
        way_table: nodes.map(with_chart),
        panels: panels.collect(),
        waiting: Vec::new(),
    }
}

impl Overview {
    /// Takes the links away that a person may not follow.
    pub fn close(&mut self, doors: &mut super::doors::Doors<'_>) {
        for tile in &mut self.tiles {
            if !doors.open(tile.href) {
                tile.href = "";
            }
        }
        self.panels.iter_mut().chain(&mut self.way_table).for_each(|grid| doors.close(grid));
        self.way = doors.close_chart(&self.way);
    }
}

/// An alert opens the list that it counts, with its filter; the two columns that say so are for programs.
fn open_alerts(table: &Table, panel: &mut Grid) {
    let at = |key: &str| table.columns.iter().position(|column| column.key == key);
    let (Some(what), Some(list), Some(filter)) = (at("what"), at("list"), at("filter")) else { return };
    for line in &mut panel.lines {
        let (list, filter) = (line.fields[list].text.clone(), line.fields[filter].text.clone());
        let Some((name, value)) = filter.split_once('=') else { continue };
        line.fields[what].href = format!("/{}?{}={}", encode(&list), encode(name), encode(value));
    }
    let shown = |key: &str| !matches!(key, "list" | "filter" | "kind" | "subject");
    let kept: Vec<bool> = panel.heads.iter().map(|head| shown(&head.key)).collect();
    let mut at = kept.iter();
    panel.heads.retain(|_| *at.next().unwrap_or(&true));
    for line in &mut panel.lines {
        let mut at = kept.iter();
        line.fields.retain(|_| *at.next().unwrap_or(&true));
    }
}

fn tiles(nodes: &Table, months: Option<&Table>) -> Vec<Tile> {
    let cell = |table: &Table, row: usize, key: &str| {
        let at = table.columns.iter().position(|column| column.key == key)?;
        table.rows.get(row)?.cells.get(at).cloned()
    };
    let amount = |names: &[&str]| {
        let of = |name: &&str| {
            let row = (0..nodes.rows.len()).find(|row| cell(nodes, *row, "node") == Some(Cell::text(*name)))?;
            match cell(nodes, row, "amount") {
                Some(Cell::Fen(fen)) => Some(fen),
                _ => None,
            }
        };
        Fen::try_sum(names.iter().filter_map(of)).unwrap_or_default()
    };
    let last = months.and_then(|table| Some((table, table.rows.len().checked_sub(1)?)));
    let ratio = |key: &str| match last.and_then(|(table, row)| cell(table, row, key)) {
        Some(Cell::Ratio(ratio)) => Some(ratio),
        _ => None,
    };
    let (progress, schedule) = (ratio("progress"), ratio("schedule"));
    let wan = |names: &[&str]| format!("{} 万", amount(names).wan());
    let tile = |title, figure, remark: String, href, tone| Tile { title, figure, remark, href, tone };
    let returned = amount(&["returned"]).is_zero();
    vec![
        tile("收到资金", wan(&["received"]), "本年指标和结转".into(), "/funds", ""),
        tile("已支出", wan(&["paid_household", "paid_payee"]), "到户到卡和最终收款人".into(), "/progress?by=unit", "sun"),
        tile(
            "支出进度",
            progress.map_or_else(|| "—".into(), percent),
            schedule.map_or_else(String::new, |share| format!("序时 {}", percent(share))),
            "/progress?by=month",
            if progress >= schedule { "good" } else { "bad" },
        ),
        tile("待分配", wan(&["unallocated"]), "收到后 30 日内应下达".into(), "/funds?sort=unallocated&order=desc", ""),
        tile("占用和在途", wan(&["reserved", "in_transit"]), "待审批、待回盘".into(), "/batches?state=sent", ""),
        tile("退票待处理", wan(&["returned"]), "须更正重发".into(), "/returns?state=returned", if returned { "good" } else { "bad" }),
        tile("已拨未支、质保金", wan(&["moved", "retention"]), "不计入支出".into(), "/allocations?sort=moved&order=desc", ""),
    ]
}
