//! The sheets of what is looked for against gaming the rate.

use super::gaming::{Moved, Payments, Returned, Rush, Week};
use crate::domain::report::{Cell, Kind, Table};

/// Vouchers as a cell: all while they are few, else the first and how many.
fn vouchers(labels: &[String]) -> Cell {
    Cell::text(match labels {
        [] => String::new(),
        few if few.len() <= 3 => few.join("、"),
        many => format!("{} 等 {} 张", many[0], many.len()),
    })
}

pub fn weeks(weeks: &[Week]) -> Table {
    let mut table = Table::new("gaming_weeks", "按周支出及集中程度")
        .subtitle("单位：元")
        .column("from", "自", Kind::Date)
        .column("to", "至", Kind::Date)
        .column("paid", "支出", Kind::Money)
        .column("share", "占全年", Kind::Percent)
        .column("cumulative", "累计", Kind::Percent)
        .column("times_even", "为均衡支出的", Kind::Percent)
        .column("vouchers", "凭证", Kind::Text);
    for week in weeks {
        table.push(vec![
            Cell::Date(week.from),
            Cell::Date(week.to),
            week.paid.into(),
            week.share.map(Cell::Ratio).into(),
            week.cumulative.map(Cell::Ratio).into(),
            week.times_even.map(Cell::Ratio).into(),
            vouchers(&week.vouchers),
        ]);
    }
    table
}

pub fn rush(rows: &[Rush]) -> Table {
    let mut table = Table::new("gaming_rush", "年底突击花钱（按单位）")
        .subtitle("单位：元")
        .column("name", "单位", Kind::Text)
        .column("paid", "全年支出", Kind::Money)
        .column("last_days", "最后几日支出", Kind::Money)
        .column("last_days_share", "占全年", Kind::Percent)
        .column("last_month", "最后一月支出", Kind::Money)
        .column("last_month_share", "占全年", Kind::Percent)
        .column("flagged", "提示", Kind::Text)
        .column("vouchers", "最后一月凭证", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::text(&row.name),
            row.paid.into(),
            row.last_days.into(),
            row.last_days_share.map(Cell::Ratio).into(),
            row.last_month.into(),
            row.last_month_share.map(Cell::Ratio).into(),
            Cell::text(if row.flagged { "集中" } else { "" }),
            vouchers(&row.vouchers),
        ]);
    }
    table
}

pub fn moved(rows: &[Moved]) -> Table {
    let mut table = Table::new("gaming_moved", "拨付单位未形成支出（以拨代支）")
        .subtitle("单位：元")
        .column("name", "单位", Kind::Text)
        .column("allocation", "分配文号", Kind::Text)
        .column("project", "项目", Kind::Text)
        .column("moved", "拨付单位", Kind::Money)
        .column("onward", "单位已支付", Kind::Money)
        .column("left", "尚未支付", Kind::Money)
        .column("vouchers", "凭证", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::text(&row.name),
            Cell::text(&row.allocation),
            Cell::text(&row.project),
            row.moved.into(),
            row.onward.into(),
            row.left.into(),
            vouchers(&row.vouchers),
        ]);
    }
    table
}

pub fn returned(name: &str, title: &str, rows: &[Returned]) -> Table {
    let mut table = Table::new(name, title)
        .subtitle("单位：元")
        .column("doc_no", "退回凭证号", Kind::Text)
        .column("payment", "原支付", Kind::Text)
        .column("unit", "单位", Kind::Text)
        .column("paid_on", "支付日期", Kind::Date)
        .column("date", "退回日期", Kind::Date)
        .column("days", "相隔天数", Kind::Count)
        .column("paid", "支付金额", Kind::Money)
        .column("amount", "退回金额", Kind::Money)
        .column("share", "占支付", Kind::Percent)
        .column("cut_off", "截止日", Kind::Text)
        .column("reason", "原因", Kind::Text)
        .column("vouchers", "凭证", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::text(&row.doc_no),
            Cell::text(&row.payment),
            Cell::text(&row.unit),
            Cell::Date(row.paid_on),
            Cell::Date(row.date),
            Cell::Count(row.days),
            row.paid.into(),
            row.amount.into(),
            row.share.map(Cell::Ratio).into(),
            Cell::text(row.cut_off),
            Cell::text(&row.reason),
            vouchers(&row.vouchers),
        ]);
    }
    table
}

pub fn payments(name: &str, title: &str, rows: &[Payments]) -> Table {
    let mut table = Table::new(name, title)
        .subtitle("单位：元")
        .column("project", "项目", Kind::Text)
        .column("name", "项目名称", Kind::Text)
        .column("payee", "收款人", Kind::Text)
        .column("from", "自", Kind::Date)
        .column("to", "至", Kind::Date)
        .column("count", "笔数", Kind::Count)
        .column("amount", "合计", Kind::Money)
        .column("limit", "界线", Kind::Money)
        .column("planned", "计划投资", Kind::Money)
        .column("share", "占计划", Kind::Percent)
        .column("vouchers", "凭证", Kind::Text);
    for row in rows {
        table.push(vec![
            Cell::text(&row.project),
            Cell::text(&row.name),
            Cell::text(&row.payee),
            Cell::Date(row.from),
            Cell::Date(row.to),
            Cell::Count(row.count as i64),
            row.amount.into(),
            row.limit.into(),
            row.planned.into(),
            row.share.map(Cell::Ratio).into(),
            vouchers(&row.vouchers),
        ]);
    }
    table
}
