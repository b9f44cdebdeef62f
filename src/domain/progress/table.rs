//! The progress report as a sheet: the columns people ask for in the order they read them, and
//! beneath it the yardstick and the way the forecast was made.

use super::measure::ProgressRow;
use super::report::{GroupBy, ProgressReport};
use crate::domain::report::figure;
use crate::domain::report::table::{Cell, Kind, RowStyle, Table};

impl ProgressReport {
    /// All columns; the sheet of `progress --format table|csv|xlsx`.
    pub fn table(&self) -> Table {
        let by_month = self.by == GroupBy::Month;
        let title = format!("扶贫资金支出进度表（按{}）", self.by.chinese());
        let mut table = Table::new(format!("progress_by_{}", self.by.code()), title)
            .subtitle(self.subtitle())
            .column("rank", "排名", Kind::Count)
            .column("key", if by_month { "月份" } else { "编码" }, Kind::Text)
            .column("name", self.by.chinese(), Kind::Text)
            .column("available", "可用资金", Kind::Money)
            .column("spent", "已支出", Kind::Money)
            .column("progress", "支出进度", Kind::Percent)
            .column("schedule", "序时进度", Kind::Percent)
            .column("gap_pp", "差距(百分点)", Kind::Points)
            .column("state", "状态", Kind::Text)
            .column("in_transit", "在途", Kind::Money)
            .column("returned", "退票待处理", Kind::Money)
            .column("moved_unspent", "已拨未支", Kind::Money)
            .column("retention", "质保金", Kind::Money)
            .column("unallocated", "未分配", Kind::Money)
            .column("allocated", "已下达未支付", Kind::Money)
            .column("reserved", "已报批占用", Kind::Money)
            .column("still_to_spend", "距目标尚需支出", Kind::Money)
            .column("needed_per_day", "日均需支出", Kind::Money)
            .column("forecast", "预计年底支出", Kind::Money)
            .column("forecast_progress", "预计年底进度", Kind::Percent);
        for row in &self.rows {
            table.push(cells(row));
        }
        if !by_month {
            table.push_total(cells(&self.total));
        }
        table.note(self.yardstick()).note(format!("预计：{}。", self.total.forecast_method))
    }

    /// The figures one looks at first, narrow enough for a terminal.
    pub fn short_table(&self) -> Table {
        const SHOWN: [&str; 9] = ["rank", "name", "available", "spent", "progress", "schedule", "gap_pp", "state", "forecast_progress"];
        let full = self.table();
        let kept: Vec<usize> = (0..full.columns.len()).filter(|&index| SHOWN.contains(&full.columns[index].key.as_str())).collect();
        let mut short = Table { columns: Vec::new(), rows: Vec::new(), ..full.clone() };
        short.columns = kept.iter().map(|&index| full.columns[index].clone()).collect();
        for row in &full.rows {
            let cells = kept.iter().map(|&index| row.cells[index].clone()).collect();
            match row.style {
                RowStyle::Normal => short.push(cells),
                RowStyle::Total => short.push_total(cells),
            }
        }
        short
    }

    fn subtitle(&self) -> String {
        let mut text = format!("截至{}", figure::day_chinese(self.as_of));
        if let Some(known_at) = &self.known_at {
            text.push_str(&format!("（按{known_at}已入账记录）"));
        }
        text + "　　单位：元"
    }

    fn yardstick(&self) -> String {
        format!(
            "支出指到户到卡及付至施工单位、供应商、合作社、村集体的资金，拨至预算单位或乡镇而未支付的、\
             在途的、退票的和质保金均不计入；序时进度{}，预计年底支出以可用资金为限。",
            figure::percent(self.total.schedule)
        )
    }
}

fn cells(row: &ProgressRow) -> Vec<Cell> {
    vec![
        row.rank.map(|rank| Cell::Count(i64::from(rank))).into(),
        Cell::text(if row.key == "total" { "" } else { &row.key }),
        Cell::text(&row.name),
        row.available.into(),
        row.spent.into(),
        row.progress.map(Cell::Ratio).into(),
        Cell::Ratio(row.schedule),
        row.gap_pp.map(Cell::Points).into(),
        Cell::text(row.state.chinese()),
        row.in_transit.into(),
        row.returned.into(),
        row.moved.into(),
        row.retention.into(),
        row.unallocated.into(),
        row.allocated.into(),
        row.reserved.into(),
        row.still_to_spend.into(),
        row.needed_per_day.into(),
        row.forecast.into(),
        row.forecast_progress.map(Cell::Ratio).into(),
    ]
}
