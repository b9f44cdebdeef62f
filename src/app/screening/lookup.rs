//! What a screening needs to know of the book beside its facts: parameters, and the names of files that evidence comes from.

use crate::app::{AppError, Book, Refusal, Result};
use crate::domain::ledger::chain::{Canonical, hex};
use crate::domain::screening::rules::RULES;
use crate::domain::screening::{Hit, PARAM_PREFIX, ParamProblem, ParamTable, Rule};
use crate::params;
use crate::store::Tx;
use std::collections::BTreeMap;

/// Parameters as the book has set them, by day.
pub fn parameters(tx: &mut Tx<'_>, book: &Book) -> Result<ParamTable> {
    let sql = "SELECT name, valid_from, value FROM setting WHERE book = $1 AND name LIKE 'screen.%' ORDER BY name, valid_from";
    let rows = tx.query(sql, params![book.id])?;
    let mut settings = Vec::with_capacity(rows.len());
    for row in &rows {
        settings.push((row.text(0)?, row.int(1)?, row.text(2)?));
    }
    ParamTable::new(settings).map_err(refuse)
}

pub fn refuse(problem: ParamProblem) -> AppError {
    let mend = format!("请用 ⟦screening.rules⟧ 查看参数名称（{PARAM_PREFIX}规则.参数）和默认值");
    Refusal::new("screen_param", problem.to_string(), mend).into()
}

/// Name and digest of a file, for evidence.
#[derive(Debug, Clone)]
pub struct FileName {
    pub name: String,
    pub kind: String,
    pub digest: String,
}

pub fn files(tx: &mut Tx<'_>, book: &Book) -> Result<BTreeMap<i64, FileName>> {
    let mut files = BTreeMap::new();
    for row in tx.query("SELECT id, name, kind, digest FROM file WHERE book = $1", params![book.id])? {
        files.insert(row.int(0)?, FileName { name: row.string(1)?, kind: row.string(2)?, digest: hex(row.bytes(3)?) });
    }
    Ok(files)
}

/// Digest over the rules that ran, with versions and parameters in force on the day: two runs of the same digest, chain head
/// and files must find the same.
pub fn rules_digest(rules: &[&'static Rule], params: &ParamTable, day: i64) -> [u8; 32] {
    let mut c = Canonical::default();
    for rule in rules {
        c.text(rule.id).int(i64::from(rule.version));
        for (name, value) in params.in_force(rule, day) {
            c.text(&name).text(&value);
        }
    }
    c.finish()
}

/// The rules that a run wants, in the order of the catalogue.
pub fn chosen(wanted: &[String]) -> Result<Vec<&'static Rule>> {
    if wanted.is_empty() {
        return Ok(RULES.to_vec());
    }
    let find = crate::domain::screening::rules::find;
    let unknown: Vec<&str> = wanted.iter().map(String::as_str).filter(|id| find(id).is_none()).collect();
    if !unknown.is_empty() {
        let message = format!("没有规则 {}", unknown.join("、"));
        return AppError::refuse("no_rule", message, "请用 ⟦screening.rules⟧ 查看全部规则");
    }
    Ok(RULES.iter().copied().filter(|rule| wanted.iter().any(|id| find(id).is_some_and(|found| found.id == rule.id))).collect())
}

/// The key of a finding: 24 hex digits of SM3 over rule, kind and key of the subject, and occasion.
pub fn finding_key(rule: &Rule, kind: &str, subject: &str, hit: &Hit) -> String {
    let mut c = Canonical::default();
    c.text(rule.id).text(kind).text(subject).text(&hit.occasion);
    hex(&c.finish()[..12])
}
