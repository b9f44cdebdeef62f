//! Batches as sheets: the list, and of one batch its stages, the money it draws on and its open returns.

use super::{Batch, BatchRow};
use crate::domain::report::{Cell, Kind, Table};

/// The list as a sheet.
pub fn list_table(batches: &[BatchRow]) -> Table {
    let mut table = Table::new("batches", "发放批次")
        .subtitle("单位：元")
        .column("code", "批次号", Kind::Text)
        .column("unit_name", "单位", Kind::Text)
        .column("program", "政策编码", Kind::Text)
        .column("period", "所属期", Kind::Text)
        .column("made", "造表日期", Kind::Date)
        .column("state", "状态", Kind::Text)
        .column("lines", "笔数", Kind::Count)
        .column("total", "金额", Kind::Money)
        .column("paid_lines", "到卡笔数", Kind::Count)
        .column("paid", "到卡金额", Kind::Money)
        .column("returned_lines", "退票笔数", Kind::Count)
        .column("returned", "退票金额", Kind::Money);
    for batch in batches {
        table.push(vec![
            Cell::text(&batch.code),
            Cell::text(&batch.unit_name),
            Cell::text(&batch.program),
            Cell::text(batch.period.map_or_else(String::new, |period| period.to_string())),
            batch.made.map(Cell::Date).into(),
            Cell::text(batch.state.title()),
            Cell::Count(batch.lines),
            batch.total.into(),
            Cell::Count(batch.paid_lines),
            batch.paid.into(),
            Cell::Count(batch.returned_lines),
            batch.returned.into(),
        ]);
    }
    table
}

impl Batch {
    /// The batch's line of the list, its stages, the money it draws on, and its open returns.
    pub fn tables(&self) -> Vec<Table> {
        let mut stages = Table::new("stages", "办理过程")
            .column("stage", "环节", Kind::Text)
            .column("date", "日期", Kind::Date)
            .column("actor", "经办", Kind::Text)
            .column("voucher", "凭证序号", Kind::Count);
        for stage in &self.stages {
            let title = match stage.stage.as_str() {
                "reserved" => "占用",
                "approved" => "审批",
                "sent" => "送银行",
                _ => "撤销",
            };
            stages.push(vec![Cell::text(title), Cell::Date(stage.date), Cell::text(&stage.actor), stage.voucher.map(Cell::Count).into()]);
        }
        let mut slices = Table::new("slices", "资金来源")
            .subtitle("单位：元")
            .column("dimension", "指标、单位、项目、政策", Kind::Text)
            .column("amount", "金额", Kind::Money);
        for slice in &self.slices {
            slices.push(vec![Cell::text(&slice.dimension), slice.amount.into()]);
        }
        let mut tables = vec![list_table(std::slice::from_ref(&self.head)), stages, slices];
        if !self.open_returns.is_empty() {
            tables.push(self.returns_table());
        }
        tables
    }

    fn returns_table(&self) -> Table {
        let mut table = Table::new("open_returns", "待处理退票")
            .subtitle("单位：元")
            .column("line", "序号", Kind::Count)
            .column("name", "姓名", Kind::Text)
            .column("account", "银行账号", Kind::Text)
            .column("amount", "金额", Kind::Money)
            .column("reason", "退票原因", Kind::Text);
        for line in &self.open_returns {
            let (name, account) = (Cell::text(&line.name), Cell::text(&line.account));
            table.push(vec![Cell::Count(line.line), name, account, line.amount.into(), Cell::text(&line.reason)]);
        }
        table
    }
}
