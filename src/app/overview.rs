//! 总览: where the money of a year is on a day, how it got there, how that stands against the schedule, and what waits for
//! somebody; within a scope. One read transaction; figures come from the daily totals that progress and trial balance use, read
//! once, and never from payment lines, so the cost does not grow with them.
//!
//! The flow adds up: what came in of each level is the sum of what its places hold at the day's end, what was paid within the
//! year, and what a higher level took back within the year. Places and payments are those of [`super::progress`], so the flow's
//! total less what was taken back is the money available there.

mod alerts;
mod flow;

use super::book::chart;
use super::control::checks::checks_of;
use super::control::flow::Flows;
use super::known_at::Known;
use super::progress::{Snapshot, entries, last_day, months};
use super::{Bureau, Result};
use crate::domain::access::Scope;
use crate::domain::progress::{GroupBy, ProgressReport};
use crate::domain::report::{Cell, Kind, Table, figure};
use chrono::NaiveDate;

/// Nodes and flows (Sankey), months, ranking of units, levels of funds, alerts: a table each, in this order.
/// Without a day it is `today`, or the last day of the books where nothing has been posted in this year.
pub fn overview(bureau: &mut Bureau, scope: &Scope, day: Option<NaiveDate>, today: NaiveDate) -> Result<Vec<Table>> {
    let place = bureau.store.place().to_string();
    bureau.read(|tx, book| {
        let day = match day {
            Some(day) => day,
            None => last_day(tx, book, today)?,
        };
        let known = Known::default();
        let chart = chart(tx, book)?;
        let entries = entries::load(tx, book, &chart, day, known.seq)?;
        let snapshot = Snapshot::of(tx, book, day, &known, &entries)?.within(scope);
        let flow = flow::flow(tx, book, &chart, day, &snapshot)?;
        let units = snapshot.report_of_named(GroupBy::Unit)?;
        let levels = snapshot.report(GroupBy::Level)?;
        let months = months::of(&snapshot, day, &entries)?;
        let flows = Flows::of(tx, book, entries)?;
        let checks = checks_of(tx, book, &flows, day)?;
        let alerts = alerts::alerts(tx, book, &place, scope, &checks, &units)?;
        let said = format!("截至 {}", figure::day(day));
        let tables = vec![
            flow.nodes(),
            flow.flows(),
            line(&months),
            groups("ranking", "单位支出进度排名", "unit", "单位", &units),
            groups("levels", "分级次支出进度", "level", "级次", &levels),
            alerts,
        ];
        Ok(tables.into_iter().map(|table| table.subtitle(said.clone())).collect())
    })
}

/// Points of the line: progress, schedule and the year's target at each month's end.
fn line(report: &ProgressReport) -> Table {
    let mut table = Table::new("months", "支出进度与序时进度")
        .column("month", "月份", Kind::Text)
        .column("day", "截止日", Kind::Date)
        .column("available", "可用资金", Kind::Money)
        .column("spent", "已支出", Kind::Money)
        .column("progress", "支出进度", Kind::Percent)
        .column("schedule", "序时进度", Kind::Percent)
        .column("target", "年度目标", Kind::Percent);
    for row in &report.rows {
        table.push(vec![
            Cell::text(&row.key),
            Cell::Date(row.as_of),
            Cell::Fen(row.available),
            Cell::Fen(row.spent),
            row.progress.map_or(Cell::Empty, Cell::Ratio),
            Cell::Ratio(row.schedule),
            Cell::Ratio(row.target),
        ]);
    }
    table
}

fn groups(name: &str, title: &str, key: &str, what: &str, report: &ProgressReport) -> Table {
    let mut table = Table::new(name, title)
        .column("rank", "名次", Kind::Count)
        .column(key, format!("{what}编码"), Kind::Text)
        .column("name", what, Kind::Text)
        .column("available", "可用资金", Kind::Money)
        .column("spent", "已支出", Kind::Money)
        .column("progress", "支出进度", Kind::Percent)
        .column("gap", "较序时（百分点）", Kind::Points)
        .column("state", "状态", Kind::Text);
    let cells = |row: &crate::domain::progress::ProgressRow| {
        vec![
            row.rank.map_or(Cell::Empty, |rank| Cell::Count(i64::from(rank))),
            Cell::text(&row.key),
            Cell::text(&row.name),
            Cell::Fen(row.available),
            Cell::Fen(row.spent),
            row.progress.map_or(Cell::Empty, Cell::Ratio),
            row.gap_pp.map_or(Cell::Empty, Cell::Points),
            Cell::text(row.state.chinese()),
        ]
    };
    for row in &report.rows {
        table.push(cells(row));
    }
    table.push_total(cells(&report.total));
    table
}
