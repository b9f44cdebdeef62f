//! Opening a case: by findings of a screening, or by whatever else gives a lead.

use crate::app::act::{Once, once, round_key};
use crate::app::screening::find_finding;
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::calendar::date_to_int;
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// A case that is to be opened.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// finding, inspection, complaint or other
    pub source: &'static str,
    /// Plan, objection or document that it comes from.
    pub reference: String,
    pub title: String,
    pub opened: NaiveDate,
    /// Ids of findings that it follows.
    pub findings: Vec<i64>,
    /// 批次号+序号, 支付凭证号
    pub payments: Vec<String>,
    /// Fen in question.
    pub amount: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub id: i64,
    pub code: String,
}

/// What was done, in a sentence.
pub fn opened_words(done: &Once<Opened>) -> String {
    let again = if done.repeated { "（此前已立案）" } else { "" };
    format!("已立案：线索 {}{again}", done.result.code)
}

/// Opens a case within a transaction. Errors: no title; a finding that another case follows already (each is told).
pub fn open(tx: &mut Tx<'_>, book: &Book, ctx: &Context, new: &NewCase) -> Result<Opened> {
    if new.title.trim().is_empty() {
        return AppError::refuse("no_title", "线索须有标题", "请用 ⟦title⟧ 写明");
    }
    let mut refusals = Vec::new();
    for finding in &new.findings {
        let sql = "SELECT l.code, f.key FROM lead_finding x JOIN lead l ON l.book = x.book AND l.id = x.lead
                     JOIN finding f ON f.book = x.book AND f.id = x.finding WHERE x.book = $1 AND x.finding = $2";
        if let Some(row) = tx.first(sql, params![book.id, *finding])? {
            let message = format!("疑点 {} 已在线索 {} 中", row.text(1)?, row.text(0)?);
            refusals.push(Refusal::new("in_case", message, "一个疑点只能在一个线索中办理"));
        }
    }
    if !refusals.is_empty() {
        return Err(AppError::Refused(refusals));
    }
    let year = i64::from(new.opened.year());
    let number = tx.take_ids(book.id, &format!("lead:{year}"), 1)?;
    let (id, code) = (tx.take_ids(book.id, "lead", 1)?, format!("XS{year}-{number:04}"));
    let payments = serde_json::to_string(&new.payments).map_err(|e| StoreError::Schema(e.to_string()))?;
    tx.execute(
        "INSERT INTO lead (book, id, code, source, reference, title, payments, amount, opened, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            book.id,
            id,
            &code,
            new.source,
            &new.reference,
            new.title.trim(),
            payments,
            new.amount,
            date_to_int(new.opened),
            &ctx.actor,
            ctx.now()
        ],
    )?;
    for finding in &new.findings {
        tx.execute("INSERT INTO lead_finding (book, lead, finding) VALUES ($1, $2, $3)", params![book.id, id, *finding])?;
    }
    Ok(Opened { id, code })
}

/// Opens one case for findings, given by their numbers. Errors: those of [`open`]; a finding that is not there or has passed
/// away.
pub fn open_from_findings(bureau: &mut Bureau, ctx: &Context, keys: &[String], title: &str, opened: NaiveDate) -> Result<Once<Opened>> {
    bureau.write(|tx, book| {
        let mut new = NewCase {
            source: "finding",
            reference: String::new(),
            title: title.to_string(),
            opened,
            findings: Vec::new(),
            payments: Vec::new(),
            amount: 0,
        };
        let mut names = Vec::new();
        for key in keys {
            let (id, full) = find_finding(tx, book, key)?;
            add_finding(tx, book, id, &full, &mut new)?;
            names.push(full);
        }
        new.payments.sort();
        new.payments.dedup();
        names.sort();
        let parts: Vec<&str> = names.iter().map(String::as_str).chain([title.trim()]).collect();
        // the same findings again are the same request; a new round only once the former case let them go, which it never does
        let key = round_key(tx, book, &format!("case:{}", names.join("+")), false)?;
        once(tx, book, ctx, "case", &key, &parts, |tx| open(tx, book, ctx, &new))
    })
}

fn add_finding(tx: &mut Tx<'_>, book: &Book, id: i64, key: &str, new: &mut NewCase) -> Result<()> {
    let sql = "SELECT v.present, v.amount, v.payments, f.rule FROM finding_version v JOIN finding f ON f.book = v.book AND f.id = v.finding
                WHERE v.book = $1 AND v.finding = $2 ORDER BY v.run DESC LIMIT 1";
    let row = tx.one(sql, params![book.id, id])?;
    if row.int(0)? == 0 {
        let message = format!("疑点 {key} 的事实已变，最近一次筛查不再命中");
        return AppError::refuse("finding_gone", message, "请先重新筛查核对");
    }
    new.findings.push(id);
    new.amount += row.int(1)?;
    let payments: Vec<String> = serde_json::from_str(row.text(2)?).map_err(|e| StoreError::Schema(e.to_string()))?;
    new.payments.extend(payments);
    if new.title.trim().is_empty() {
        let name = crate::domain::screening::rules::find(row.text(3)?).map_or("", |rule| rule.name);
        new.title = format!("{} {name}", row.text(3)?);
    }
    Ok(())
}
