//! What a screening says beside its tables, and the catalogue of rules and parameters, as both the command line and the
//! service show them.

use super::findings::Finding;
use super::run::Screened;
use super::trial::Trial;
use crate::domain::report::{Cell, Kind, Table};
use crate::domain::screening::{Rule, Severity, all_params, rules::RULES};

impl Screened {
    /// What a screening came to.
    pub fn sentences(&self) -> Vec<String> {
        let count = |severity: Severity| self.findings.iter().filter(|finding| finding.severity == severity).count();
        let mut said = vec![format!(
            "截至 {}：发放明细 {} 行，疑点 {} 条（禁付 {}，待核 {}，提示 {}）",
            self.as_of,
            self.payments,
            self.findings.len(),
            count(Severity::Block),
            count(Severity::Hold),
            count(Severity::Note)
        )];
        let unchecked: Vec<&str> = self.checks.iter().filter(|check| !check.why.is_empty()).map(|check| check.rule.id).collect();
        if !unchecked.is_empty() {
            said.push(format!("未检查的规则：{}（原因见上表；未检查不等于没有问题）", unchecked.join("、")));
        }
        if let Some(kept) = &self.kept {
            said.push(format!(
                "已记入疑点台账（第 {} 次筛查）：新增 {}，有变化 {}，未变 {}，已消除 {}",
                kept.run, kept.new, kept.changed, kept.unchanged, kept.gone
            ));
        }
        if let Some(note) = &self.note {
            said.push(note.clone());
        }
        said
    }
}

impl Trial {
    pub fn sentence(&self) -> String {
        format!("新增 {} 条，消除 {} 条，不受影响 {} 条；试算没有记入疑点台账", self.newly.len(), self.cleared.len(), self.both)
    }

    /// What would be found and what would clear, each as the given sheet of findings.
    pub fn tables(&self, sheet: impl Fn(&[Finding]) -> Table) -> [Table; 2] {
        let named = |title: &str, findings: &[Finding]| Table { title: title.to_string(), ..sheet(findings) };
        [named("试算：将新增的疑点", &self.newly), named("试算：将消除的疑点", &self.cleared)]
    }
}

/// Whose data an unmasked list of findings shows, for the record.
pub fn unmasked(batch: Option<&str>) -> String {
    batch.map_or_else(|| "疑点清单".to_string(), |batch| format!("批次 {batch} 的疑点"))
}

/// Reads `parameter=value`.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("应写成 参数=值，如 screen.P05.capital=200000")?;
    Ok((name.trim().to_string(), value.trim().to_string()))
}

pub fn rules_table() -> Table {
    let mut table = Table::new("rules", "疑点规则目录")
        .column("rule", "规则", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("version", "版本", Kind::Count)
        .column("severity", "程度", Kind::Text)
        .column("meaning", "含义", Kind::Text)
        .column("lists", "比对名单", Kind::Text)
        .column("source", "来源", Kind::Text);
    for rule in RULES {
        table.push(vec![
            Cell::text(rule.id),
            Cell::text(rule.name),
            Cell::Count(i64::from(rule.version)),
            Cell::text(rule.severity.chinese()),
            Cell::text(rule.meaning),
            Cell::text(lists(rule)),
            Cell::text(rule.source),
        ]);
    }
    table
}

fn lists(rule: &Rule) -> String {
    rule.needs.iter().map(|list| list.title()).collect::<Vec<_>>().join("、")
}

pub fn params_table() -> Table {
    let mut table = Table::new("parameters", "规则参数（用 ⟦setting.set⟧ 参数 值 ⟦from⟧ 日期 修改）")
        .column("name", "参数", Kind::Text)
        .column("title", "含义", Kind::Text)
        .column("default", "默认", Kind::Text);
    for (name, param) in all_params() {
        table.push(vec![Cell::text(name), Cell::text(param.title), Cell::text(param.default)]);
    }
    table
}
