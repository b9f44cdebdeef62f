//! One finding with all its versions: when it was first found, how it changed, when it passed away, and who set it aside.

use super::findings::{evidence_json, subject_word};
use super::lookup::{FileName, files};
use super::suppress::find;
use crate::app::context::china_time;
use crate::app::{Bureau, Result};
use crate::domain::calendar::day_text;
use crate::domain::identity::{mask_account, mask_id};
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::domain::screening::{Evidence, Severity, rules};
use crate::params;
use crate::store::StoreError;
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Stable JSON keys; personal data masked.
#[derive(Debug, Serialize)]
pub struct History {
    pub id: String,
    pub rule: String,
    pub rule_name: String,
    pub meaning: String,
    pub source: String,
    pub subject_kind: String,
    pub subject_key: String,
    pub occasion: String,
    pub versions: Vec<Version>,
    pub suppressions: Vec<Suppression>,
}

#[derive(Debug, Serialize)]
pub struct Version {
    pub run: i64,
    pub as_of: String,
    pub at: String,
    pub actor: String,
    pub present: bool,
    pub severity: String,
    pub amount: Fen,
    pub payments: Vec<String>,
    /// As in the findings' own JSON.
    pub evidence: Vec<Json>,
    #[serde(skip)]
    pub grounds: Vec<Ground>,
}

/// A piece of evidence as people read it.
#[derive(Debug)]
pub struct Ground {
    pub what: String,
    pub says: String,
    /// The file and row that it came from; empty for figures worked out.
    pub source: String,
}

#[derive(Debug, Serialize)]
pub struct Suppression {
    pub until: String,
    pub reason: String,
    pub actor: String,
    pub checker: String,
    pub at: String,
}

/// Errors: no such finding, or several whose numbers begin so.
pub fn show(bureau: &mut Bureau, key: &str) -> Result<History> {
    bureau.read(|tx, book| {
        let (id, key) = find(tx, book, key)?;
        let files = files(tx, book)?;
        let head = tx.one("SELECT rule, subject_kind, subject, occasion FROM finding WHERE book = $1 AND id = $2", params![book.id, id])?;
        let (rule, kind) = (rules::find(head.text(0)?), head.string(1)?);
        let subject = head.text(2)?;
        let mut history = History {
            id: key,
            rule: head.string(0)?,
            rule_name: rule.map_or("", |rule| rule.name).into(),
            meaning: rule.map_or("", |rule| rule.meaning).into(),
            source: rule.map_or("", |rule| rule.source).into(),
            subject_key: match kind.as_str() {
                "person" => mask_id(subject),
                "account" => mask_account(subject),
                _ => subject.to_string(),
            },
            subject_kind: kind,
            occasion: head.string(3)?,
            versions: Vec::new(),
            suppressions: Vec::new(),
        };
        let versions =
            "SELECT v.run, r.as_of, r.at, r.actor, v.present, v.severity, v.amount, v.payments, v.evidence FROM finding_version v
              JOIN screen_run r ON r.book = v.book AND r.id = v.run WHERE v.book = $1 AND v.finding = $2 ORDER BY v.run";
        for row in tx.query(versions, params![book.id, id])? {
            let broken = |error: serde_json::Error| StoreError::Schema(error.to_string());
            let evidence: Vec<Evidence> = serde_json::from_str(row.text(8)?).map_err(broken)?;
            history.versions.push(Version {
                run: row.int(0)?,
                as_of: day_text(row.int(1)?),
                at: china_time(row.int(2)?),
                actor: row.string(3)?,
                present: row.int(4)? == 1,
                severity: row.string(5)?,
                amount: Fen::new(row.int(6)?),
                payments: serde_json::from_str(row.text(7)?).map_err(broken)?,
                evidence: evidence.iter().map(|evidence| evidence_json(evidence, &files, false)).collect(),
                grounds: evidence.iter().map(|evidence| ground(evidence, &files)).collect(),
            });
        }
        let suppressions = "SELECT until, reason, actor, checker, at FROM finding_suppression WHERE book = $1 AND finding = $2 ORDER BY id";
        for row in tx.query(suppressions, params![book.id, id])? {
            history.suppressions.push(Suppression {
                until: day_text(row.int(0)?),
                reason: row.string(1)?,
                actor: row.string(2)?,
                checker: row.string(3)?,
                at: china_time(row.int(4)?),
            });
        }
        Ok(history)
    })
}

fn ground(evidence: &Evidence, files: &BTreeMap<i64, FileName>) -> Ground {
    let says: Vec<String> = evidence.says.iter().map(|(title, value)| format!("{title} {}", value.show(false))).collect();
    let source = evidence.origin.and_then(|origin| files.get(&origin.file).map(|file| format!("{} 第 {} 行", file.name, origin.row)));
    Ground { what: evidence.what.clone(), says: says.join("，"), source: source.unwrap_or_default() }
}

/// The versions, and below them what each rests on, a row for a piece of evidence.
pub fn tables(history: &History) -> [Table; 2] {
    [versions(history), grounds(history)]
}

fn versions(history: &History) -> Table {
    let mut table = Table::new("finding", format!("疑点 {}：{} {}", history.id, history.rule, history.rule_name))
        .subtitle(format!("{} {}　{}", subject_word(&history.subject_kind), history.subject_key, history.occasion).trim_end())
        .column("run", "筛查", Kind::Count)
        .column("as_of", "截至", Kind::Text)
        .column("state", "结果", Kind::Text)
        .column("amount", "涉及金额", Kind::Money)
        .column("payments", "支付", Kind::Text);
    for version in &history.versions {
        let severity = Severity::from_code(&version.severity).map_or("", Severity::chinese);
        let state = if version.present { severity.to_string() } else { "已消除".to_string() };
        table.push(vec![
            Cell::Count(version.run),
            Cell::text(&version.as_of),
            Cell::text(state),
            Cell::Fen(version.amount),
            Cell::text(version.payments.join("；")),
        ]);
    }
    for set in &history.suppressions {
        table = table.note(format!("{} 由 {} 申请、{} 同意暂缓至 {}：{}", set.at, set.actor, set.checker, set.until, set.reason));
    }
    table.note(format!("含义：{}", history.meaning)).note(format!("来源：{}", history.source))
}

fn grounds(history: &History) -> Table {
    let mut table = Table::new("evidence", "依据")
        .column("run", "筛查", Kind::Count)
        .column("what", "资料", Kind::Text)
        .column("says", "内容", Kind::Text)
        .column("source", "来自文件", Kind::Text);
    for version in &history.versions {
        for ground in &version.grounds {
            table.push(vec![Cell::Count(version.run), Cell::text(&ground.what), Cell::text(&ground.says), Cell::text(&ground.source)]);
        }
    }
    table
}
