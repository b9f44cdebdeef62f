//! The sheets of the ladder: who stands where and why, and what is proposed to be taken back.

use super::decide::Decision;
use super::rung::Rung;
use crate::domain::calendar::Month;
use crate::domain::report::table::Row;
use crate::domain::report::{Cell, Kind, Table, figure};
use serde::Serialize;

/// A decision as JSON gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    pub kind: &'static str,
    pub key: String,
    pub name: String,
    pub available: crate::domain::money::Fen,
    pub spent: crate::domain::money::Fen,
    pub due: crate::domain::money::Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub progress: Option<rust_decimal::Decimal>,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub schedule: Option<rust_decimal::Decimal>,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub target: Option<rust_decimal::Decimal>,
    #[serde(serialize_with = "figure::serialize_points_option")]
    pub gap_pp: Option<rust_decimal::Decimal>,
    pub rank: Option<u32>,
    pub behind_months: u32,
    pub bottom_months: u32,
    pub idle_days: Option<u32>,
    pub rung: Rung,
    pub rung_before: Rung,
    pub lifted: bool,
    pub reasons: Vec<String>,
}

impl From<&Decision> for Line {
    fn from(d: &Decision) -> Line {
        Line {
            kind: d.kind.code(),
            key: d.key.clone(),
            name: d.name.clone(),
            available: d.available,
            spent: d.spent,
            due: d.due,
            progress: d.progress,
            schedule: d.schedule,
            target: d.target,
            gap_pp: d.gap,
            rank: d.rank,
            behind_months: d.behind_months,
            bottom_months: d.bottom_months,
            idle_days: d.idle_days,
            rung: d.rung,
            rung_before: d.before,
            lifted: d.lifted,
            reasons: d.reasons.clone(),
        }
    }
}

/// Those on the ladder and those lifted, highest first; all subjects where `all` is asked for.
pub fn shown(decisions: &[Decision], all: bool) -> Vec<&Decision> {
    let mut rows: Vec<&Decision> = decisions.iter().filter(|d| all || d.lifted || d.rung > Rung::None).collect();
    rows.sort_by(|a, b| {
        b.rung.cmp(&a.rung).then_with(|| a.kind.cmp(&b.kind)).then_with(|| a.gap.cmp(&b.gap)).then_with(|| a.key.cmp(&b.key))
    });
    rows
}

/// The sheet of a run.
pub fn decisions(month: Month, version: i64, decisions: &[Decision], all: bool) -> Table {
    let title = format!("{}年{}月支出进度考核（第 {version} 版）", month.year(), month.month());
    let mut table = Table::new("control_run", title)
        .subtitle(format!("截至{}　　单位：元", figure::day_chinese(month.last_day())))
        .column("rung", "等次", Kind::Text)
        .column("kind", "对象", Kind::Text)
        .column("key", "编码", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("available", "可用资金", Kind::Money)
        .column("spent", "已支出", Kind::Money)
        .column("progress", "支出进度", Kind::Percent)
        .column("schedule", "应达进度", Kind::Percent)
        .column("gap_pp", "差距(百分点)", Kind::Points)
        .column("rank", "排名", Kind::Count)
        .column("behind_months", "连续落后(月)", Kind::Count)
        .column("rung_before", "上次等次", Kind::Text)
        .column("reasons", "依据", Kind::Text);
    for d in shown(decisions, all) {
        table.push(vec![
            Cell::text(if d.lifted { format!("{}（已解除）", d.rung.chinese()) } else { d.rung.chinese().to_string() }),
            Cell::text(d.kind.chinese()),
            Cell::text(&d.key),
            Cell::text(&d.name),
            d.available.into(),
            d.spent.into(),
            d.progress.map(Cell::Ratio).into(),
            d.schedule.map(Cell::Ratio).into(),
            d.gap.map(Cell::Points).into(),
            d.rank.map(|rank| Cell::Count(rank.into())).into(),
            Cell::Count(d.behind_months.into()),
            Cell::text(d.before.chinese()),
            Cell::text(d.reasons.join("；")),
        ]);
    }
    table.note("应达进度按各指标的目标和序时加权；收文未满考核起算日数的指标暂不计要求，其支出照计。")
}

/// The sheet without the columns that a terminal has no room for.
pub fn narrow(table: &Table) -> Table {
    const DROPPED: [&str; 4] = ["key", "available", "spent", "rung_before"];
    let kept: Vec<usize> = (0..table.columns.len()).filter(|at| !DROPPED.contains(&table.columns[*at].key.as_str())).collect();
    let rows = table.rows.iter().map(|row| Row { cells: kept.iter().map(|at| row.cells[*at].clone()).collect(), style: row.style });
    Table { columns: kept.iter().map(|at| table.columns[*at].clone()).collect(), rows: rows.collect(), ..table.clone() }
}

/// The month's lists for the bulletin: name, progress, gap and reasons of those on a rung.
pub fn list(title: &str, name: &str, rows: &[&Decision]) -> Table {
    let mut table = Table::new(name, title)
        .subtitle("单位：百分点")
        .column("name", "名称", Kind::Text)
        .column("progress", "支出进度", Kind::Percent)
        .column("gap_pp", "与应达差距", Kind::Points)
        .column("rung", "等次", Kind::Text)
        .column("reasons", "依据", Kind::Text);
    for d in rows {
        table.push(vec![
            Cell::text(&d.name),
            d.progress.map(Cell::Ratio).into(),
            d.gap.map(Cell::Points).into(),
            Cell::text(d.rung.chinese()),
            Cell::text(d.reasons.join("；")),
        ]);
    }
    table
}
