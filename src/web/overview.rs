//! 总览: where the money is, how far it has come, who is behind, what waits. Every figure is a cell of a table beside it and
//! opens to what it is made of.

use super::charts;
use super::grid::Grid;
use super::report::with_chart;
use crate::domain::money::Fen;
use crate::domain::report::figure::percent;
use crate::domain::report::table::RowStyle;
use crate::domain::report::{Cell, Table};
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tile {
    pub title: &'static str,
    pub figure: String,
    pub remark: String,
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
}

/// The page out of the tables of the overview. The table by level gives tiles and flow chart; all others have their panel.
pub fn page(as_of: String, tables: &[Table]) -> Overview {
    let levels = tables.iter().find(|table| table.name == "progress_by_level");
    let panels = tables.iter().map(with_chart);
    Overview {
        as_of,
        tiles: levels.map(tiles).unwrap_or_default(),
        way: levels.and_then(charts::flow).unwrap_or_default(),
        way_table: levels.map(|table| Grid { chart: String::new(), ..with_chart(table) }),
        panels: panels.collect(),
    }
}

fn tiles(levels: &Table) -> Vec<Tile> {
    let Some(total) = levels.rows.iter().rev().find(|row| row.style == RowStyle::Total).or(levels.rows.last()) else { return Vec::new() };
    let cell = |key: &str| levels.columns.iter().position(|column| column.key == key).and_then(|at| total.cells.get(at));
    let fen = |key: &str| match cell(key) {
        Some(Cell::Fen(fen)) => *fen,
        _ => Fen::ZERO,
    };
    let ratio = |key: &str| match cell(key) {
        Some(Cell::Ratio(ratio)) => Some(*ratio),
        _ => None,
    };
    let (progress, schedule) = (ratio("progress"), ratio("schedule"));
    let wan = |key: &str| format!("{} 万", fen(key).wan());
    let under_way = fen("reserved").checked_add(fen("in_transit")).unwrap_or_default();
    let held = fen("moved_unspent").checked_add(fen("retention")).unwrap_or_default();
    let tile = |title, figure, remark: &str, href, tone| Tile { title, figure, remark: remark.to_string(), href, tone };
    vec![
        tile("可用资金", wan("available"), "本年指标与结转", "/funds", ""),
        tile("已支出", wan("spent"), "到户到卡和最终收款人", "/progress?by=unit", "sun"),
        tile(
            "支出进度",
            progress.map_or_else(|| "—".into(), percent),
            &schedule.map_or_else(String::new, |share| format!("序时 {}", percent(share))),
            "/progress?by=month",
            if progress >= schedule { "good" } else { "bad" },
        ),
        tile("待分配", wan("unallocated"), "收到后 30 日内应下达", "/funds", ""),
        tile("占用和在途", format!("{} 万", under_way.wan()), "待审批、待回盘", "/batches", ""),
        tile("退票待处理", wan("returned"), "须更正重发", "/batches", if fen("returned").is_zero() { "good" } else { "bad" }),
        tile("已拨未支和质保金", format!("{} 万", held.wan()), "不计入支出", "/disbursements", ""),
    ]
}
