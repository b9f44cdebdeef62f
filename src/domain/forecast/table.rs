//! The sheets of the forecast and of its back-test.

use super::backtest::Score;
use super::{Forecast, Method};
use crate::domain::report::{Cell, Kind, Table, figure};
use chrono::NaiveDate;

/// Forecasts of groups, `by` 单位 or 指标, the whole as the last row.
pub fn forecasts(by: &str, as_of: NaiveDate, rows: &[Forecast], total: Option<&Forecast>) -> Table {
    let mut table = Table::new("forecast", "年底支出进度预测")
        .subtitle(format!("截至{}　　单位：元", figure::day_chinese(as_of)))
        .column("key", "编码", Kind::Text)
        .column("name", by, Kind::Text)
        .column("available", "可用资金", Kind::Money)
        .column("spent", "已支出", Kind::Money)
        .column("progress", "支出进度", Kind::Percent)
        .column("forecast", "预计年底支出", Kind::Money)
        .column("forecast_progress", "预计年底进度", Kind::Percent)
        .column("target", "目标", Kind::Percent)
        .column("to_target_pp", "与目标差(百分点)", Kind::Points)
        .column("method", "方法", Kind::Text)
        .column("words", "算法", Kind::Text);
    let cells = |row: &Forecast| {
        vec![
            Cell::text(&row.key),
            Cell::text(&row.name),
            row.available.into(),
            row.spent.into(),
            row.progress.map(Cell::Ratio).into(),
            row.forecast.into(),
            row.forecast_progress.map(Cell::Ratio).into(),
            Cell::Ratio(row.target),
            row.to_target_pp.map(Cell::Points).into(),
            Cell::text(row.method.chinese()),
            Cell::text(&row.words),
        ]
    };
    for row in rows {
        table.push(cells(row));
    }
    if let Some(total) = total {
        table.push_total(cells(total));
    }
    table
}

/// How far each method was off, by month.
pub fn scores(by: &str, years: &[i32], rows: &[Score]) -> Table {
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let mut table = Table::new("forecast_backtest", "预测回测：各方法各月误差")
        .subtitle(format!("年度：{}；单位：百分点", years.join("、")))
        .column("method", "方法", Kind::Text)
        .column("month", "截至月末", Kind::Text)
        .column("count", format!("{by}数"), Kind::Count)
        .column("mae_pp", "平均绝对误差", Kind::Points)
        .column("bias_pp", "平均偏差(预测-实际)", Kind::Points)
        .column("whole_mae_pp", "全部资金误差", Kind::Points);
    for row in rows {
        let cells = vec![
            Cell::text(row.method.chinese()),
            Cell::text(if row.month == 0 { "合计".to_string() } else { format!("{}月", row.month) }),
            Cell::Count(row.count as i64),
            row.mae_pp.map(Cell::Points).into(),
            row.bias_pp.map(Cell::Points).into(),
            row.whole_mae_pp.map(Cell::Points).into(),
        ];
        if row.month == 0 { table.push_total(cells) } else { table.push(cells) }
    }
    let words = Method::ALL.map(Method::chinese).join("、");
    table.note(format!("各月末按当日账面数分别用{words}预测年底进度，与年末实际进度相比；“以往年度同期”须有以前年度。"))
}
