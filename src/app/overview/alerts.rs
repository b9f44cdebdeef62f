//! What waits for somebody, each line with the list that it opens to and the very count that the list shows.

use crate::app::control::checks::Checks;
use crate::app::lists::all::{payout, supervision};
use crate::app::lists::{ListSpec, count_of};
use crate::app::{Book, Result};
use crate::domain::access::Scope;
use crate::domain::money::Fen;
use crate::domain::progress::{ProgressReport, State};
use crate::domain::report::{Cell, Kind, Table, figure};
use crate::store::Tx;

pub(super) fn alerts(tx: &mut Tx<'_>, book: &Book, place: &str, scope: &Scope, checks: &Checks, units: &ProgressReport) -> Result<Table> {
    let mut table = Table::new("alerts", "提示")
        .column("kind", "类型", Kind::Text)
        .column("grade", "程度", Kind::Text)
        .column("what", "事项", Kind::Text)
        .column("subject", "编码", Kind::Text)
        .column("count", "笔数", Kind::Count)
        .column("amount", "金额", Kind::Money)
        .column("list", "列表", Kind::Text)
        .column("filter", "筛选", Kind::Text);
    let row = |kind: &str, grave: bool, what: String, subject: &str, count: Option<i64>, amount: Fen, open: (&str, &str)| {
        let grade = if grave { "严重" } else { "注意" };
        let count = count.map_or(Cell::Empty, Cell::Count);
        vec![
            Cell::text(kind),
            Cell::text(grade),
            Cell::Text(what),
            Cell::text(subject),
            count,
            Cell::Fen(amount),
            Cell::text(open.0),
            Cell::text(open.1),
        ]
    };
    for unit in units.rows.iter().filter(|unit| unit.state.is_behind()) {
        let gap = unit.gap_pp.map_or_else(String::new, figure::points);
        let what = format!("{}支出进度{}，较序时 {gap} 个百分点", unit.name, unit.state.chinese());
        let open = format!("unit={}", unit.key);
        table.push(row("behind", unit.state == State::Serious, what, &unit.key, None, unit.short_of_schedule, ("allocations", &open)));
    }
    for late in checks.late.iter().filter(|_| scope.is_county()) {
        let what = format!("指标 {} 超期未分配", late.fund);
        table.push(row("late_allocation", true, what, &late.fund, None, late.late, ("funds", &format!("doc_no={}", late.fund))));
    }
    for idle in checks.idle_by_unit.iter().filter(|idle| idle.over == Some(true) && scope.has_unit(&idle.key)) {
        let what = format!("{}{} 年资金结转结余超过规定比例", idle.name, idle.origin);
        table.push(row("idle", true, what, &idle.key, None, idle.unspent, ("allocations", &format!("unit={}", idle.key))));
    }
    let lists: [(&str, bool, &str, &'static ListSpec, &str); 4] = [
        ("returned", true, "退票待处理", &payout::RETURNS, "returned"),
        ("to_approve", false, "批次待审批", &payout::BATCHES, "reserved"),
        ("to_send", false, "批次待送银行", &payout::BATCHES, "approved"),
        ("findings", true, "疑点待处理", &supervision::FINDINGS, "open"),
    ];
    for (kind, grave, what, spec, state) in lists {
        let totals = count_of(tx, book, place, spec, scope, ("state", state))?;
        if totals.count > 0 {
            let amount = totals.sums.last().copied().unwrap_or_default();
            let open = format!("state={state}");
            table.push(row(kind, grave, what.into(), "", Some(totals.count), Fen::new(amount), (spec.name, &open)));
        }
    }
    Ok(table)
}
