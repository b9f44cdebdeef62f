//! The tables of the brief: narrow ones in 万元 for the page, and for the workbook the full
//! progress sheets in 元.

use chrono::NaiveDate;

use super::{BriefInput, ReturnedLine};
use crate::domain::money::Fen;
use crate::domain::progress::{MoneyOverflow, ProgressReport, ProgressRow};
use crate::domain::report::{Cell, Kind, Table};

const UNIT_WAN: &str = "金额单位：万元";
const UNIT_WAN_POINTS: &str = "单位：万元、百分点";

/// Groups of one kind with their total, for the page.
pub fn compact(report: &ProgressReport, title: &str) -> Table {
    let mut table =
        progress_columns(Table::new(format!("brief_{}", report.by.code()), format!("{title}支出进度表")).subtitle(UNIT_WAN_POINTS).column(
            "name",
            report.by.chinese(),
            Kind::Text,
        ));
    for row in &report.rows {
        table.push(progress_cells(vec![Cell::text(&row.name)], row));
    }
    table.push_total(progress_cells(vec![Cell::text("合计")], &report.total));
    table
}

/// Units by rank, for the page.
pub fn ranking(report: &ProgressReport) -> Table {
    let mut table = progress_columns(
        Table::new("brief_ranking", "单位支出进度排名表").subtitle(UNIT_WAN_POINTS).column("rank", "排名", Kind::Count).column(
            "name",
            "单位",
            Kind::Text,
        ),
    );
    for row in &report.rows {
        let rank = row.rank.map(|rank| Cell::Count(i64::from(rank)));
        table.push(progress_cells(vec![rank.into(), Cell::text(&row.name)], row));
    }
    table.push_total(progress_cells(vec![Cell::Empty, Cell::text("合计")], &report.total));
    table
}

fn progress_columns(table: Table) -> Table {
    table
        .column("available", "可用资金", Kind::Wan)
        .column("spent", "已支出", Kind::Wan)
        .column("progress", "支出进度", Kind::Percent)
        .column("gap_pp", "与序时差距", Kind::Points)
        .column("state", "状态", Kind::Text)
}

fn progress_cells(mut head: Vec<Cell>, row: &ProgressRow) -> Vec<Cell> {
    head.extend([
        row.available.into(),
        row.spent.into(),
        row.progress.map(Cell::Ratio).into(),
        row.gap_pp.map(Cell::Points).into(),
        Cell::text(row.state.chinese()),
    ]);
    head
}

/// Units behind schedule, furthest behind first.
pub fn behind_rows(report: &ProgressReport) -> Vec<&ProgressRow> {
    let mut rows: Vec<_> = report.rows.iter().filter(|row| row.state.is_behind()).collect();
    rows.sort_by_key(|row| row.gap_pp);
    rows
}

pub fn behind(rows: &[&ProgressRow]) -> Result<Table, MoneyOverflow> {
    let mut table = Table::new("brief_behind", "支出进度滞后单位表")
        .subtitle(UNIT_WAN_POINTS)
        .column("name", "单位", Kind::Text)
        .column("progress", "支出进度", Kind::Percent)
        .column("gap_pp", "与序时差距", Kind::Points)
        .column("state", "状态", Kind::Text)
        .column("short_of_schedule", "距序时尚需支出", Kind::Wan)
        .column("still_to_spend", "距目标尚需支出", Kind::Wan)
        .column("needed_per_day", "日均需支出", Kind::Wan);
    for row in rows {
        table.push(vec![
            Cell::text(&row.name),
            row.progress.map(Cell::Ratio).into(),
            row.gap_pp.map(Cell::Points).into(),
            Cell::text(row.state.chinese()),
            row.short_of_schedule.into(),
            row.still_to_spend.into(),
            row.needed_per_day.into(),
        ]);
    }
    table.push_total(vec![
        Cell::text("合计"),
        Cell::Empty,
        Cell::Empty,
        Cell::text(""),
        total(rows.iter().map(|row| row.short_of_schedule))?,
        total(rows.iter().map(|row| row.still_to_spend))?,
        total(rows.iter().map(|row| row.needed_per_day))?,
    ]);
    Ok(table)
}

/// Returned payments by batch; amounts of single cards are small, hence in 元.
pub fn returned(lines: &[ReturnedLine]) -> Result<Table, MoneyOverflow> {
    let mut table = Table::new("brief_returned", "退票及处理情况表")
        .subtitle("金额单位：元")
        .column("unit", "单位", Kind::Text)
        .column("batch", "批次", Kind::Text)
        .column("count", "退票笔数", Kind::Count)
        .column("amount", "退票金额", Kind::Money)
        .column("reissued_count", "重发笔数", Kind::Count)
        .column("reissued", "重发金额", Kind::Money)
        .column("outstanding_count", "待处理笔数", Kind::Count)
        .column("outstanding", "待处理金额", Kind::Money);
    for line in lines {
        table.push(vec![
            Cell::text(&line.unit),
            Cell::text(&line.batch),
            Cell::Count(i64::from(line.count)),
            line.amount.into(),
            Cell::Count(i64::from(line.reissued_count)),
            line.reissued.into(),
            Cell::Count(i64::from(line.outstanding_count)),
            line.outstanding.into(),
        ]);
    }
    let count = |of: fn(&ReturnedLine) -> u32| Cell::Count(lines.iter().map(|l| i64::from(of(l))).sum());
    table.push_total(vec![
        Cell::text("合计"),
        Cell::text(""),
        count(|line| line.count),
        total(lines.iter().map(|line| line.amount))?,
        count(|line| line.reissued_count),
        total(lines.iter().map(|line| line.reissued))?,
        count(|line| line.outstanding_count),
        total(lines.iter().map(|line| line.outstanding))?,
    ]);
    Ok(table)
}

/// What each unit must spend up to a day to be on schedule then; units that need nothing are
/// left out.
pub fn needs(input: &BriefInput, end: NaiveDate) -> Result<Vec<(&ProgressRow, Fen)>, MoneyOverflow> {
    let mut needs = Vec::new();
    for row in &input.by_unit.rows {
        let need = row.needed_by(end, &input.policy)?;
        if !need.is_zero() {
            needs.push((row, need));
        }
    }
    needs.sort_by_key(|(_, need)| std::cmp::Reverse(*need));
    Ok(needs)
}

pub fn next_month(needs: &[(&ProgressRow, Fen)], month: u32) -> Result<Table, MoneyOverflow> {
    let mut table = Table::new("brief_next_month", format!("{month}月支出需求表"))
        .subtitle(UNIT_WAN)
        .column("name", "单位", Kind::Text)
        .column("available", "可用资金", Kind::Wan)
        .column("spent", "已支出", Kind::Wan)
        .column("needed", format!("{month}月需支出"), Kind::Wan);
    for (row, need) in needs {
        table.push(vec![Cell::text(&row.name), row.available.into(), row.spent.into(), (*need).into()]);
    }
    table.push_total(vec![
        Cell::text("合计"),
        total(needs.iter().map(|(row, _)| row.available))?,
        total(needs.iter().map(|(row, _)| row.spent))?,
        total(needs.iter().map(|(_, need)| *need))?,
    ]);
    Ok(table)
}

/// The workbook: every figure of the paper, the progress sheets in full.
pub fn sheets(input: &BriefInput) -> Result<Vec<Table>, MoneyOverflow> {
    let reports = [Some(&input.by_level), Some(&input.by_category), Some(&input.by_unit)];
    let reports = reports.into_iter().chain([input.by_program.as_ref()]).flatten();
    let mut sheets: Vec<Table> = reports.map(ProgressReport::table).collect();
    sheets.push(behind(&behind_rows(&input.by_unit))?);
    sheets.push(returned(&input.returned)?);
    let next = input.month.plus(1).filter(|next| next.year() == input.month.year());
    if let Some(next) = next {
        sheets.push(next_month(&needs(input, next.last_day())?, next.month())?);
    }
    Ok(sheets)
}

fn total(amounts: impl Iterator<Item = Fen>) -> Result<Cell, MoneyOverflow> {
    Fen::try_sum(amounts).map(Cell::Fen).ok_or(MoneyOverflow)
}
