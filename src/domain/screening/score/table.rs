//! The score as tables: one row a rule, and by name what was missed and what was found wrongly.

use super::{FalseFinding, Missed, RuleScore, SUBJECT_KINDS, ScoreReport};
use crate::domain::report::table::{Cell, Kind, Table};

/// Payments named of one finding; more than these are counted.
const NAMED: usize = 3;

/// Recall and precision by rule, and overall.
pub fn table(report: &ScoreReport) -> Table {
    let mut table = Table::new("screening_score", "筛查评分")
        .subtitle("查全率＝查出的标注违规÷标注违规；查准率＝属实的疑点÷全部疑点（未标注的疑点按不实计）")
        .column("rule", "规则", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("labels", "标注违规", Kind::Count)
        .column("found", "查出", Kind::Count)
        .column("recall", "查全率", Kind::Percent)
        .column("findings", "疑点", Kind::Count)
        .column("true_findings", "属实", Kind::Count)
        .column("precision", "查准率", Kind::Percent)
        .column("innocents", "标注无辜", Kind::Count)
        .column("innocents_hit", "误伤", Kind::Count)
        .column("note", "说明", Kind::Text);
    let count = |n: usize| Cell::Count(n as i64);
    for rule in &report.rules {
        let figures = |n: usize| if rule.checked { count(n) } else { Cell::Empty };
        table.push(vec![
            Cell::text(rule.rule),
            Cell::text(rule.name),
            count(rule.labels),
            figures(rule.found),
            rule.recall.map_or(Cell::Empty, Cell::Ratio),
            figures(rule.findings),
            figures(rule.true_findings),
            rule.precision.map_or(Cell::Empty, Cell::Ratio),
            count(rule.innocents),
            figures(rule.innocents_hit),
            Cell::text(remark(rule)),
        ]);
    }
    let sum = |of: fn(&RuleScore) -> usize| count(report.rules.iter().filter(|rule| rule.checked).map(of).sum());
    table.push_total(vec![
        Cell::text("合计"),
        Cell::text(""),
        count(report.labels),
        count(report.found),
        report.recall.map_or(Cell::Empty, Cell::Ratio),
        count(report.findings),
        count(report.true_findings),
        report.precision.map_or(Cell::Empty, Cell::Ratio),
        sum(|rule| rule.innocents),
        sum(|rule| rule.innocents_hit),
        Cell::text("不含未查的规则"),
    ]);
    table
}

fn remark(rule: &RuleScore) -> String {
    match (rule.checked, rule.why.is_empty()) {
        (false, _) => format!("未查：{}", rule.why),
        (true, false) => rule.why.clone(),
        (true, true) if rule.labels == 0 => "没有标注".to_string(),
        (true, true) => String::new(),
    }
}

/// What was missed, and what was found and is not labelled misuse, by name.
pub fn findings_table(report: &ScoreReport) -> Table {
    let mut table = Table::new("screening_score_faults", "漏查与不实疑点")
        .column("fault", "类别", Kind::Text)
        .column("rule", "规则", Kind::Text)
        .column("kind", "对象类型", Kind::Text)
        .column("subject", "对象", Kind::Text)
        .column("payments", "支付", Kind::Text)
        .column("note", "说明", Kind::Text);
    for Missed { rule, kind, subject, payments, note } in &report.missed {
        table.push(
            [String::from("漏查"), rule.clone(), chinese(kind), subject.clone(), named(payments), note.clone()].map(Cell::Text).to_vec(),
        );
    }
    for FalseFinding { rule, kind, subject, occasion, payments, innocent } in &report.false_findings {
        let fault = if innocent.is_some() { "误伤" } else { "未标注" };
        let note = innocent.clone().unwrap_or_else(|| occasion.clone());
        table
            .push([fault.to_string(), (*rule).to_string(), chinese(kind), subject.clone(), named(payments), note].map(Cell::Text).to_vec());
    }
    table
}

fn chinese(kind: &str) -> String {
    SUBJECT_KINDS.iter().find(|(code, _)| *code == kind).map_or(kind, |(_, zh)| zh).to_string()
}

fn named(payments: &[String]) -> String {
    let shown = payments.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("；");
    match payments.len() {
        n if n > NAMED => format!("{shown} 等 {n} 笔"),
        _ => shown,
    }
}
