//! Inbox, proposals, signatures and levels as tables.

use super::batches;
use super::inbox::Item;
use super::permission_title;
use super::proposals::{Event, Proposal};
use crate::app::context::{china_day, china_time};
use crate::domain::calendar::day_text;
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::domain::workflow::{Level, subject_title};

/// What was done, in words.
fn act_title(act: &str) -> &str {
    match act {
        "signed" => "签批",
        "returned" => "退回更正",
        "resent" => "再次送审",
        "withdrawn" => "撤回",
        "done" => "办理完成",
        "failed" => "办理未成",
        other => other,
    }
}

pub fn inbox_table(items: &[Item]) -> Table {
    let mut table = Table::new("inbox", "待办事项")
        .column("title", "事项", Kind::Text)
        .column("subject", "内容", Kind::Text)
        .column("amount", "金额", Kind::Money)
        .column("since", "起于", Kind::Date)
        .column("days", "已等待（天）", Kind::Count)
        .column("due", "期限", Kind::Date)
        .column("note", "说明", Kind::Text)
        .column("kind", "类别", Kind::Text)
        .column("operation", "入口", Kind::Text)
        .column("params", "入口参数", Kind::Text);
    for item in items {
        let params: Vec<String> = item.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        table.push(vec![
            Cell::text(item.title),
            Cell::text(&item.subject),
            item.amount.into(),
            Cell::Date(item.since),
            Cell::Count(item.days),
            item.due.map_or(Cell::Empty, Cell::Date),
            Cell::text(&item.note),
            Cell::text(item.kind),
            Cell::text(item.operation),
            Cell::text(params.join("&")),
        ]);
    }
    table
}

pub fn list_table(proposals: &[Proposal]) -> Table {
    let mut table = Table::new("proposals", "送审件")
        .column("proposal", "编号", Kind::Count)
        .column("title", "事项", Kind::Text)
        .column("summary", "摘要", Kind::Text)
        .column("amount", "金额", Kind::Money)
        .column("maker", "编制人", Kind::Text)
        .column("made", "送审日", Kind::Date)
        .column("state", "状态", Kind::Text)
        .column("signed", "已签级数", Kind::Count);
    for proposal in proposals {
        table.push(vec![
            Cell::Count(proposal.id),
            Cell::text(&proposal.title),
            Cell::text(&proposal.summary),
            amount(proposal.amount),
            Cell::text(&proposal.maker),
            Cell::Date(china_day(proposal.at)),
            Cell::text(proposal.state().chinese()),
            Cell::Count(proposal.signatures().len() as i64),
        ]);
    }
    table
}

fn amount(amount: Fen) -> Cell {
    if amount.is_zero() { Cell::Empty } else { Cell::Fen(amount) }
}

/// One proposal: what it is, which levels it needs, what became of it.
pub fn show_tables(proposal: &Proposal, needed: &[Level]) -> Vec<Table> {
    let mut head = list_table(std::slice::from_ref(proposal));
    head.name = "proposal".into();
    if !proposal.file_name.is_empty() {
        head.notes.push(format!("文件：{}（SM3 {}）", proposal.file_name, crate::domain::ledger::chain::hex(&proposal.file_digest)));
    }
    let mut events = Table::new("events", "办理过程")
        .column("time", "时间", Kind::Text)
        .column("act", "办理", Kind::Text)
        .column("level", "级", Kind::Count)
        .column("actor", "办理人", Kind::Text)
        .column("reason", "说明", Kind::Text);
    for Event { act, level, reason, actor, at, .. } in &proposal.events {
        let level = if *level > 0 { Cell::Count(*level) } else { Cell::Empty };
        events.push(vec![Cell::text(china_time(*at)), Cell::text(act_title(act)), level, Cell::text(actor), Cell::text(reason)]);
    }
    vec![head, levels_table(needed), events]
}

pub fn levels_table(levels: &[Level]) -> Table {
    let mut table = Table::new("levels", "审批层级")
        .column("subject", "事项", Kind::Text)
        .column("level", "级", Kind::Count)
        .column("from_amount", "起始金额（含）", Kind::Money)
        .column("permission", "权限编码", Kind::Text)
        .column("title", "由谁签批", Kind::Text)
        .column("valid_from", "生效日", Kind::Text)
        .column("source", "依据", Kind::Text);
    for level in levels {
        table.push(vec![
            Cell::text(subject_title(&level.subject)),
            Cell::Count(level.level),
            Cell::Fen(level.from),
            Cell::text(&level.permission),
            Cell::text(if level.permission.is_empty() { "不再需要" } else { permission_title(level) }),
            Cell::text(day_text(level.valid_from)),
            Cell::text(&level.source),
        ]);
    }
    table
}

/// Signatures of a batch, and what is missing.
pub fn signatures_table(standing: &batches::Standing) -> Table {
    let mut table = Table::new("signatures", format!("批次 {} 签批过程", standing.batch))
        .subtitle(format!("金额 {} 元，编制人 {}", standing.total.yuan_grouped(), standing.maker))
        .column("date", "日期", Kind::Text)
        .column("act", "办理", Kind::Text)
        .column("level", "级", Kind::Count)
        .column("actor", "办理人", Kind::Text)
        .column("reason", "说明", Kind::Text);
    for entry in &standing.entries {
        let level = if entry.level > 0 { Cell::Count(entry.level) } else { Cell::Empty };
        table.push(vec![
            Cell::text(day_text(entry.date)),
            Cell::text(act_title(&entry.act)),
            level,
            Cell::text(&entry.actor),
            Cell::text(&entry.reason),
        ]);
    }
    if standing.returned().is_some() {
        table = table.note("已退回更正：由编制人撤销、剔除重编，或说明情况后再次送审");
    } else if !standing.missing.is_empty() {
        table = table.note(format!("还缺{}", super::say_missing(&standing.missing)));
    }
    table
}
