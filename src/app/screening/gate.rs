//! Before approval (审批前筛查): the rules look at the batch's people, in the transaction of the approval. A block (禁付) stops
//! the batch; a hold (待核) waits for a reviewer's decision on that line, with a reason, by somebody other than the maker; a
//! note is counted. A decision is bound to what was found: another hit on the line needs another decision.

use super::findings::Finding;
use super::keep::{Head, record_checks};
use super::load::{Scope, facts};
use super::lookup::{parameters, rules_digest};
use super::run::checks;
use crate::app::act::{Once, once};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::ledger::chain::Canonical;
use crate::domain::screening::rules::{self, RULES};
use crate::domain::screening::{Facts, Outcome, Severity, screen};
use crate::params;
use crate::store::bulk::Bulk;
use crate::store::{Field, Tx};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Most lines told in one refusal.
const TOLD: usize = 50;

const DECISION_COLUMNS: [&str; 11] = ["book", "id", "batch", "line", "rule", "digest", "decision", "reason", "actor", "date", "at"];

/// What a rule says of a line of the batch.
#[derive(Debug, Clone)]
pub struct Held {
    pub line: i64,
    /// Shared by all lines that it is made of.
    pub finding: Rc<Finding>,
    pub digest: [u8; 32],
    /// pass or reject, where somebody has decided on just this.
    pub decision: Option<String>,
}

/// What stands against a batch, line by line: blocks first, then holds, then notes.
pub fn held(tx: &mut Tx<'_>, book: &Book, batch: i64, date: NaiveDate) -> Result<Vec<Held>> {
    let (facts, outcomes, _) = look(tx, book, batch, date)?;
    lines(tx, book, batch, &facts, &outcomes)
}

fn look(tx: &mut Tx<'_>, book: &Book, batch: i64, date: NaiveDate) -> Result<(Facts, Vec<Outcome>, [u8; 32])> {
    let facts = facts(tx, book, date, Scope::Batch(batch))?;
    let params = parameters(tx, book)?;
    let outcomes = screen(&facts, &params, &|_| true);
    let digest = rules_digest(RULES, &params, facts.as_of);
    Ok((facts, outcomes, digest))
}

fn lines(tx: &mut Tx<'_>, book: &Book, batch: i64, facts: &Facts, outcomes: &[Outcome]) -> Result<Vec<Held>> {
    let decisions = decisions(tx, book, batch)?;
    let mut held = Vec::new();
    for outcome in outcomes {
        for hit in &outcome.hits {
            let finding = Rc::new(Finding::of(facts, outcome.rule, hit));
            let digest = digest_of(&finding);
            for payment in hit.payments.iter().filter_map(|at| facts.payments.get(*at as usize)) {
                if Some(payment.batch) == facts.focus {
                    let line = i64::from(payment.line);
                    let decision = decisions.get(&(line, finding.rule.id.to_string(), digest)).cloned();
                    held.push(Held { line, finding: Rc::clone(&finding), digest, decision });
                }
            }
        }
    }
    held.sort_by(|a, b| (b.finding.severity, a.line, a.finding.rule.id).cmp(&(a.finding.severity, b.line, b.finding.rule.id)));
    Ok(held)
}

/// Over rule, subject, occasion and the payments that the hit is made of.
fn digest_of(finding: &Finding) -> [u8; 32] {
    let mut c = Canonical::default();
    c.text(finding.rule.id).int(i64::from(finding.rule.version)).text(&finding.key);
    let mut payments: Vec<&str> = finding.payments.iter().map(String::as_str).collect();
    payments.sort_unstable();
    payments.iter().for_each(|payment| {
        c.text(payment);
    });
    c.finish()
}

/// The last word on a line, by line, rule and what the rule had found.
type Decisions = BTreeMap<(i64, String, [u8; 32]), String>;

fn decisions(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Decisions> {
    let sql = "SELECT line, rule, digest, decision FROM line_decision WHERE book = $1 AND batch = $2 ORDER BY id";
    let mut decisions = Decisions::new();
    for row in tx.query(sql, params![book.id, batch])? {
        decisions.insert((row.int(0)?, row.string(1)?, row.digest(2)?), row.string(3)?);
    }
    Ok(decisions)
}

/// Screens a batch that is about to be approved and writes down that it was. Errors: every line that a block stops, and every
/// hold without a decision, or decided against.
pub fn pass(tx: &mut Tx<'_>, book: &Book, ctx: &Context, batch: i64, code: &str, date: NaiveDate) -> Result<()> {
    let (facts, outcomes, digest) = look(tx, book, batch, date)?;
    let held = lines(tx, book, batch, &facts, &outcomes)?;
    let in_the_way: Vec<&Held> = held.iter().filter(|held| stops(held)).collect();
    if !in_the_way.is_empty() {
        return Err(refusal(code, &in_the_way));
    }
    let run = tx.take_ids(book.id, "screen_run", 1)?;
    let head = Head::read(tx, book)?;
    tx.execute(
        "INSERT INTO screen_run (book, id, as_of, batch, seq, files, digest, payments, people, findings, actor, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            book.id,
            run,
            date_to_int(date),
            batch,
            head.seq,
            head.files,
            digest,
            facts.payments.len() as i64,
            facts.registered as i64,
            held.len() as i64,
            &ctx.actor,
            ctx.now()
        ],
    )?;
    let params = parameters(tx, book)?;
    let checks = checks(&outcomes, &params, facts.as_of);
    record_checks(tx, book, run, checks.iter().filter(|check| check.state != "checked" || check.findings > 0))?;
    Ok(())
}

fn stops(held: &Held) -> bool {
    match held.finding.severity {
        Severity::Block => true,
        Severity::Hold => held.decision.as_deref() != Some("pass"),
        Severity::Note => false,
    }
}

fn refusal(code: &str, in_the_way: &[&Held]) -> AppError {
    let mut refusals = Vec::new();
    for held in in_the_way.iter().take(TOLD) {
        let finding = &held.finding;
        let evidence: Vec<String> = finding.evidence.iter().map(|evidence| evidence.line(false)).collect();
        let what = format!(
            "批次 {code} 第 {} 行{}：{} {}。{}",
            held.line,
            finding.severity.chinese(),
            finding.rule.id,
            finding.rule.name,
            evidence.join("；")
        );
        let (reason, mend) = match (finding.severity, held.decision.as_deref()) {
            (Severity::Block, _) => {
                ("screen_block", format!("该行不能支付：请核实更正，或剔除后重编：⟦batch.strip⟧ {code} ⟦line⟧ {} ⟦reason⟧ 理由", held.line))
            }
            (_, Some(_)) => {
                ("screen_rejected", format!("该行已核定不予发放：请剔除后重编：⟦batch.strip⟧ {code} ⟦line⟧ {} ⟦reason⟧ 理由", held.line))
            }
            _ => (
                "screen_hold",
                format!(
                    "请核实后逐行核定：⟦batch.decide⟧ {code} ⟦line⟧ {} ⟦rule⟧ {} ⟦pass⟧ 或 ⟦reject⟧ ⟦reason⟧ 理由",
                    held.line, finding.rule.id
                ),
            ),
        };
        refusals.push(Refusal::new(reason, what, mend));
    }
    if in_the_way.len() > TOLD {
        let message = format!("另有 {} 处未列出", in_the_way.len() - TOLD);
        refusals.push(Refusal::new("screen_more", message, format!("请用 ⟦screening.batch⟧ {code} ⟦format⟧ csv 查看全部")));
    }
    AppError::Refused(refusals)
}

/// A reviewer's decision on lines of a batch that a rule holds.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    pub batch: &'a str,
    pub lines: &'a [i64],
    pub rule: &'a str,
    pub pass: bool,
    pub reason: &'a str,
    pub date: NaiveDate,
}

/// Decides. Errors: no such batch or rule; the maker decides; no reason; a line that the rule does not hold, all of them told.
pub fn decide(bureau: &mut Bureau, ctx: &Context, asked: &Decision<'_>) -> Result<Once<usize>> {
    let Some(rule) = rules::find(asked.rule) else {
        return AppError::refuse("no_rule", format!("没有规则 {}", asked.rule), "请用 ⟦screening.rules⟧ 查看全部规则");
    };
    if asked.reason.trim().is_empty() {
        return AppError::refuse("no_reason", "核定须写明理由", "请用 ⟦reason⟧ 写明核实情况和依据");
    }
    bureau.write(|tx, book| {
        let row = tx.first("SELECT id, maker FROM batch WHERE book = $1 AND code = $2", params![book.id, asked.batch])?;
        let Some(row) = row else {
            return AppError::refuse("no_batch", format!("没有批次 {}", asked.batch), "请用 ⟦batch.list⟧ 查看批次号");
        };
        if row.text(1)? == ctx.actor {
            let message = format!("批次 {} 由 {} 编制，不能由本人核定", asked.batch, ctx.actor);
            return AppError::refuse("maker_is_checker", message, "请由另一人核定（⟦actor⟧）");
        }
        let id = row.int(0)?;
        let held = held(tx, book, id, asked.date)?;
        let verdict = if asked.pass { "pass" } else { "reject" };
        let chosen = choose(&held, rule.id, asked)?;
        let mark: Vec<String> = chosen.iter().map(|held| crate::domain::ledger::chain::hex(&held.digest)).collect();
        let key = format!("decide:{}:{}:{verdict}:{:?}:{}", asked.batch, rule.id, asked.lines, mark.join(","));
        once(tx, book, ctx, "decide", &key, &[asked.reason.trim()], |tx| {
            let first = tx.take_ids(book.id, "line_decision", chosen.len() as i64)?;
            let mut rows = Bulk::into("line_decision", &DECISION_COLUMNS);
            for (row, held) in (first..).zip(&chosen) {
                rows.push(
                    tx,
                    &[
                        Field::Int(book.id),
                        Field::Int(row),
                        Field::Int(id),
                        Field::Int(held.line),
                        Field::Text(rule.id),
                        Field::Bytes(&held.digest),
                        Field::Text(verdict),
                        Field::Text(asked.reason.trim()),
                        Field::Text(&ctx.actor),
                        Field::Int(date_to_int(asked.date)),
                        Field::Int(ctx.now()),
                    ],
                )?;
            }
            rows.finish(tx)?;
            Ok(chosen.len())
        })
    })
}

/// The holds that are meant. Errors: each line on which the rule holds nothing, or blocks.
fn choose<'h>(held: &'h [Held], rule: &str, asked: &Decision<'_>) -> Result<Vec<&'h Held>> {
    let mut chosen = Vec::new();
    let mut refusals = Vec::new();
    for line in asked.lines {
        let on_line: Vec<&Held> = held.iter().filter(|held| held.line == *line && held.finding.rule.id == rule).collect();
        if on_line.is_empty() {
            refusals.push(Refusal::new(
                "not_held",
                format!("批次 {} 第 {line} 行没有 {rule} 的疑点", asked.batch),
                "请用 ⟦screening.batch⟧ 查看",
            ));
        } else if on_line.iter().any(|held| held.finding.severity == Severity::Block) {
            let message = format!("批次 {} 第 {line} 行是禁付，不能核定放行", asked.batch);
            refusals.push(Refusal::new("blocked", message, "请撤销批次，核实更正或剔除后重新编制"));
        }
        chosen.extend(on_line);
    }
    if refusals.is_empty() { Ok(chosen) } else { Err(AppError::Refused(refusals)) }
}
