//! The sheets of the checks of a day.

use super::checks::{Inspection, Late, YearRule};
use super::idle::{Aged, Untouched};
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};

/// `count` more are late with a remainder only, `sum` in all.
pub fn late(rows: &[Late], count: usize, sum: Fen) -> Table {
    let mut table = Table::new("checks_allocation", "分配超时的指标")
        .subtitle("单位：元")
        .column("fund", "指标文号", Kind::Text)
        .column("name", "资金名称", Kind::Text)
        .column("level", "级次", Kind::Text)
        .column("received", "收文日期", Kind::Date)
        .column("deadline", "应分配日期", Kind::Date)
        .column("amount", "指标金额", Kind::Money)
        .column("late", "逾期未分配", Kind::Money)
        .column("left", "仍未分配", Kind::Money)
        .column("days_late", "逾期天数", Kind::Count)
        .column("state", "状态", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::text(&row.fund),
            Cell::text(&row.name),
            Cell::text(&row.level),
            Cell::Date(row.received),
            Cell::Date(row.deadline),
            row.amount.into(),
            row.late.into(),
            row.left.into(),
            Cell::Count(row.days_late),
            Cell::text(row.done_on.map_or_else(|| "未分配".to_string(), |day| format!("{day} 已分配"))),
        ]);
    }
    if count == 0 {
        return table;
    }
    table.note(format!("另有 {count} 个指标逾期未分配的只是尾数，合计 {} 元，未逐项列示。", sum.yuan_grouped()))
}

pub fn year_rule(rule: &YearRule) -> Table {
    let mut table = Table::new("checks_year_rule", "本级财政专项扶贫资金不低于上年")
        .subtitle("单位：元")
        .column("year", "年度", Kind::Text)
        .column("this_year", "本年已安排", Kind::Money)
        .column("year_before", "上年实际安排", Kind::Money)
        .column("short", "差额", Kind::Money)
        .column("state", "状态", Kind::Text);
    table.push(vec![
        Cell::text(rule.year.to_string()),
        rule.this_year.into(),
        rule.year_before.into(),
        rule.short.into(),
        Cell::text(rule.state),
    ]);
    table
}

pub fn inspections(rows: &[Inspection]) -> Table {
    let mut table = Table::new("checks_inspections", "检查到期情况")
        .column("title", "检查", Kind::Text)
        .column("due", "应完成日期", Kind::Date)
        .column("plan", "计划", Kind::Text)
        .column("closed", "完成日期", Kind::Date)
        .column("state", "状态", Kind::Text);
    for row in rows {
        let closed = row.closed.map_or(Cell::Empty, Cell::Date);
        table.push(vec![Cell::text(&row.title), Cell::Date(row.due), Cell::text(&row.plan), closed, Cell::text(row.state)]);
    }
    table
}

pub fn idle(name: &str, title: &str, rows: &[Aged]) -> Table {
    let mut table = Table::new(name, title)
        .subtitle("单位：元")
        .column("key", "编码", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("origin", "资金年度", Kind::Text)
        .column("age", "结存时间", Kind::Text)
        .column("total", "资金总额", Kind::Money)
        .column("unspent", "结转结余", Kind::Money)
        .column("share", "结转结余率", Kind::Percent)
        .column("limit", "上限", Kind::Percent)
        .column("state", "状态", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::text(&row.key),
            Cell::text(&row.name),
            Cell::text(row.origin.to_string()),
            Cell::text(row.age_chinese()),
            row.total.into(),
            row.unspent.into(),
            row.share.map(Cell::Ratio).into(),
            Cell::Ratio(row.limit),
            Cell::text(row.state()),
        ]);
    }
    table
}

pub fn untouched(rows: &[Untouched], days: u32) -> Table {
    let mut table = Table::new("checks_untouched", format!("闲置项目资金（{days} 天以上没有支出）"))
        .subtitle("单位：元")
        .column("name", "单位", Kind::Text)
        .column("fund", "指标文号", Kind::Text)
        .column("project", "项目", Kind::Text)
        .column("amount", "已分配未支付", Kind::Money)
        .column("days", "闲置天数", Kind::Count);
    for row in rows {
        table.push(vec![
            Cell::text(&row.name),
            Cell::text(&row.fund),
            Cell::text(&row.project),
            row.amount.into(),
            Cell::Count(row.days.into()),
        ]);
    }
    table
}
