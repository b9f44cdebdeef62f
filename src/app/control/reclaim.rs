//! The rung 收回 carried out: what the latest run proposes for a unit or fund goes back to its funds by the ordinary act of
//! 收回, in one voucher a document, with a second person. What has been spent or reserved since is no longer there, and the
//! refusal says so: a new run proposes anew.

use super::stored;
use crate::app::act::{Once, digest, once};
use crate::app::ledger::Posted;
use crate::app::money::allocation::{AllocationRow, allocate};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::control::decide::Subject;
use crate::domain::control::{Proposal, SubjectKind};
use crate::domain::kinds::RowErrors;
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reclaimed {
    /// Fen.
    pub total: i64,
    pub lines: i64,
    pub vouchers: Vec<Posted>,
}

/// Takes back what is proposed for a subject and not yet carried out. Errors: nothing proposed; no second person; short.
pub fn reclaim(
    bureau: &mut Bureau,
    ctx: &Context,
    kind: SubjectKind,
    subject: &str,
    doc_no: &str,
    date: NaiveDate,
) -> Result<Once<Reclaimed>> {
    if subject.trim().is_empty() || doc_no.trim().is_empty() {
        return AppError::refuse("reclaim_words", "收回应写明单位或指标，以及收回文号", "请补齐 ⟦unit⟧（或 ⟦fund⟧）和 ⟦doc_no⟧");
    }
    bureau.write(|tx, book| {
        let parts = [kind.code(), subject, &date.to_string()];
        once(tx, book, ctx, "control_reclaim", &format!("control_reclaim:{doc_no}"), &parts, |tx| {
            if ctx.checker.is_empty() || ctx.checker == ctx.actor || ctx.actor.is_empty() {
                return AppError::refuse("maker_is_checker", "收回须由另一人复核", "请用 ⟦checker⟧ 写明复核人（不能是经办人）");
            }
            let (run, open) = open_proposals(tx, book, &(kind, subject.to_string()))?;
            take_back(tx, book, ctx, run, &(kind, subject.to_string()), &open, doc_no, date)
        })
    })
}

/// What the latest run proposes for a subject and nobody has carried out.
fn open_proposals(tx: &mut Tx<'_>, book: &Book, subject: &Subject) -> Result<(i64, Vec<(i64, Proposal)>)> {
    let run = stored::latest_before(tx, book, None)?.map_or(0, |run| run.id);
    let proposed = stored::proposals(tx, book, run)?.remove(subject).unwrap_or_default();
    let done = tx.query(
        "SELECT line FROM control_reclaim WHERE book = $1 AND run = $2 AND kind = $3 AND subject = $4",
        params![book.id, run, subject.0.code(), &subject.1],
    )?;
    let done: Vec<i64> = done.iter().map(|row| row.int(0)).collect::<std::result::Result<_, _>>()?;
    let open: Vec<(i64, Proposal)> = proposed.into_iter().filter(|(line, _)| !done.contains(line)).collect();
    if open.is_empty() {
        let message = format!("最近一次考核没有对{}“{}”提出待办的收回", subject.0.chinese(), subject.1);
        return AppError::refuse("no_proposal", message, "请用 ⟦control.proposals⟧ 查看；收回由考核提出");
    }
    Ok((run, open))
}

#[allow(clippy::too_many_arguments)] // the facts of one act
fn take_back(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    run: i64,
    subject: &Subject,
    open: &[(i64, Proposal)],
    doc_no: &str,
    date: NaiveDate,
) -> Result<Reclaimed> {
    let file = order_file(tx, book, ctx, subject, open, doc_no)?;
    let row = |(at, (_, proposal)): (usize, &(i64, Proposal))| AllocationRow {
        row: at as u64 + 1,
        doc_no: doc_no.to_string(),
        kind: "收回".to_string(),
        date,
        fund: proposal.fund.clone(),
        unit: proposal.unit.clone(),
        project: proposal.project.clone(),
        program: proposal.program.clone(),
        amount: proposal.amount,
        memo: Some("按考核收回闲置资金".to_string()),
    };
    let rows: Vec<AllocationRow> = open.iter().enumerate().map(row).collect();
    let mut errors = RowErrors::new();
    let outcome = allocate(tx, book, ctx, file, &rows, &mut errors)?;
    if !errors.is_empty() {
        let told = errors.kept().iter().map(|error| {
            let place = rows.get(error.row as usize - 1).map_or_else(String::new, |row| format!("{} {}", row.fund, row.unit));
            Refusal::new("reclaim", format!("{place}：{}", error.problem), "资金已有变动的，请重新 ⟦control.run⟧ 后再办")
        });
        return Err(AppError::Refused(told.collect()));
    }
    let voucher = outcome.vouchers.first().map_or(0, |posted| posted.seq);
    for (line, _) in open {
        tx.execute(
            "INSERT INTO control_reclaim (book, run, kind, subject, line, doc_no, voucher, actor, checker, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            params![book.id, run, subject.0.code(), &subject.1, *line, doc_no, voucher, &ctx.actor, &ctx.checker, ctx.now()],
        )?;
    }
    let total = open.iter().map(|(_, proposal)| proposal.amount.get()).sum();
    Ok(Reclaimed { total, lines: open.len() as i64, vouchers: outcome.vouchers })
}

/// The order as the origin of its rows, like the file of any other allocation.
fn order_file(tx: &mut Tx<'_>, book: &Book, ctx: &Context, subject: &Subject, open: &[(i64, Proposal)], doc_no: &str) -> Result<i64> {
    let mut parts = vec![doc_no.to_string(), subject.0.code().to_string(), subject.1.clone()];
    for (_, p) in open {
        parts.extend([p.fund.clone(), p.unit.clone(), p.project.clone(), p.program.clone(), p.amount.to_string()]);
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let id = tx.take_ids(book.id, "file", 1)?;
    tx.execute(
        "INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES ($1, $2, 'reclaim-order', $3, $4, $5, $6, $7)",
        params![book.id, id, format!("收回通知-{doc_no}"), digest(&parts), open.len() as i64, &ctx.actor, ctx.now()],
    )?;
    Ok(id)
}

/// A proposal of the latest run, and the document that carried it out, if any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub month: String,
    pub kind: SubjectKind,
    pub subject: String,
    #[serde(flatten)]
    pub proposal: Proposal,
    pub doc_no: String,
}

/// The proposals of the latest run.
pub fn proposals(bureau: &mut Bureau) -> Result<Vec<Listed>> {
    bureau.read(|tx, book| {
        let Some(run) = stored::latest_before(tx, book, None)? else { return Ok(Vec::new()) };
        let mut listed = Vec::new();
        for ((kind, subject), lines) in stored::proposals(tx, book, run.id)? {
            for (line, proposal) in lines {
                let done = tx.first(
                    "SELECT doc_no FROM control_reclaim WHERE book = $1 AND run = $2 AND kind = $3 AND subject = $4 AND line = $5",
                    params![book.id, run.id, kind.code(), &subject, line],
                )?;
                let doc_no = done.map_or_else(|| Ok(String::new()), |row| row.string(0))?;
                listed.push(Listed { month: run.month.to_string(), kind, subject: subject.clone(), proposal, doc_no });
            }
        }
        Ok(listed)
    })
}

/// The proposals as a sheet.
pub fn proposals_table(listed: &[Listed]) -> Table {
    let mut table = Table::new("control_proposals", "考核提出的收回")
        .subtitle("单位：元")
        .column("month", "考核月份", Kind::Text)
        .column("kind", "对象", Kind::Text)
        .column("subject", "编码", Kind::Text)
        .column("fund", "指标文号", Kind::Text)
        .column("unit", "单位", Kind::Text)
        .column("project", "项目", Kind::Text)
        .column("program", "政策", Kind::Text)
        .column("amount", "金额", Kind::Money)
        .column("doc_no", "收回文号", Kind::Text);
    for one in listed {
        let p = &one.proposal;
        table.push(vec![
            Cell::text(&one.month),
            Cell::text(one.kind.chinese()),
            Cell::text(&one.subject),
            Cell::text(&p.fund),
            Cell::text(&p.unit),
            Cell::text(&p.project),
            Cell::text(&p.program),
            p.amount.into(),
            Cell::text(&one.doc_no),
        ]);
    }
    table
}

/// What was done, in a sentence.
pub fn told(done: &Once<Reclaimed>) -> String {
    let vouchers: Vec<String> = done.result.vouchers.iter().map(|voucher| voucher.label()).collect();
    let again = if done.repeated { "（此前已办理，未重复）" } else { "" };
    let total = Fen::new(done.result.total).yuan_grouped();
    format!("已收回 {} 笔 {total} 元：凭证 {}{again}", done.result.lines, vouchers.join("、"))
}
