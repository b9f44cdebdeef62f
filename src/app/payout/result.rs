//! The bank's answer (银行回盘), matched line by line with what was sent: by line, account and amount. What matches posts, to
//! the card or as returned; what does not (a stranger's line, another amount, a line twice, a line missing) is reported as a
//! difference and nothing of it is posted.

use super::reissue::batch_id;
use crate::app::ledger::{Posted, Poster};
use crate::app::money::fund::Outcome;
use crate::app::money::slices::{self, SliceTable, gather, interval};
use crate::app::{Book, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::identity::mask_account;
use crate::domain::kinds::{RowErrors, returns as col};
use crate::domain::ledger::chain::ResultDigest;
use crate::domain::money::Fen;
use crate::files::reading::{RowView, Source, Summary};
use crate::params;
use crate::store::bulk::Bulk;
use crate::store::{Field, Tx};
use std::collections::BTreeMap;

/// One line of the bank's file.
struct Answer {
    row: u64,
    line: i64,
    account: String,
    amount: i64,
    paid: bool,
    reason: String,
    booked: i64,
    bank_ref: String,
}

/// A line as it was sent, and what the bank answered before.
struct Sent {
    line: i64,
    account: String,
    amount: i64,
    start: i64,
    answered: Option<(bool, i64)>,
}

/// A line that does not match: reported, not posted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    pub batch: String,
    pub line: i64,
    /// Row of the bank's file; 0 where the line is missing from it.
    pub row: u64,
    pub what: String,
}

#[derive(Debug, Default)]
pub struct Reconciled {
    pub outcome: Outcome,
    pub differences: Vec<Difference>,
}

/// Reads a return file and posts what matches. Row errors (of form) refuse the whole file: the caller rolls back.
pub fn reconcile(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    file: i64,
    source: &mut Source,
    errors: &mut RowErrors,
    progress: &dyn Fn(u64) -> Result<()>,
) -> Result<(Summary, Reconciled)> {
    let mut batches: BTreeMap<String, Vec<Answer>> = BTreeMap::new();
    let summary = source.for_each_row::<crate::app::AppError, _>(errors, |row, errors| {
        if row.number() % 4_096 == 0 {
            progress(row.byte_position())?;
        }
        if let Some((batch, answer)) = read(row, errors) {
            batches.entry(batch).or_default().push(answer);
        }
        Ok(())
    })?;
    let mut reconciled = Reconciled::default();
    let mut poster = Poster::load(tx, book)?;
    for (code, answers) in batches {
        let first_row = answers.first().map_or(0, |answer| answer.row);
        let Some(batch) = sent_batch(tx, book, &code, first_row, errors)? else { continue };
        let matched = match_lines(&code, answers, &sent_lines(tx, book, batch.0)?, batch.1, &mut reconciled);
        if errors.is_empty() {
            post(tx, book, ctx, &mut poster, file, &code, batch.0, matched, &mut reconciled.outcome)?;
        }
    }
    Ok((summary, reconciled))
}

fn read(row: &RowView<'_>, errors: &mut RowErrors) -> Option<(String, Answer)> {
    let batch = row.required_text(col::BATCH, errors).map(str::to_string);
    let line = row.count(col::LINE, errors).map(i64::from);
    let account = row.account(col::ACCOUNT, errors).map(|account| account.as_str().to_string());
    let amount = row.fen(col::AMOUNT, errors);
    let result = row.choice(col::RESULT, errors);
    let booked = row.date(col::BOOKED, errors);
    let bank_ref = row.required_text(col::BANK_REF, errors).map(str::to_string);
    let reason = row.opt_text(col::REASON).unwrap_or("").to_string();
    if result == Some("失败") && reason.is_empty() {
        row.refuse(col::REASON, errors, "结果为失败但没有失败原因", "请填写失败原因，如 户名不符、账户已销户");
        return None;
    }
    let answer = Answer {
        row: row.number(),
        line: line?,
        account: account?,
        amount: amount?.get(),
        paid: result? == "成功",
        reason,
        booked: date_to_int(booked?),
        bank_ref: bank_ref?,
    };
    Some((batch?, answer))
}

/// Id and sending date of a batch that was sent; otherwise a row error.
fn sent_batch(tx: &mut Tx<'_>, book: &Book, code: &str, row: u64, errors: &mut RowErrors) -> Result<Option<(i64, i64)>> {
    let column = &col::KIND.columns[col::BATCH];
    let Ok(batch) = batch_id(tx, book, code) else {
        errors.cell(row, column, code, "没有这个批次", "请核对批次号；这可能是别的单位的回盘文件");
        return Ok(None);
    };
    let sent = tx.first("SELECT date FROM batch_stage WHERE book = $1 AND batch = $2 AND stage = 'sent'", params![book.id, batch])?;
    if let Some(sent) = sent {
        return Ok(Some((batch, sent.int(0)?)));
    }
    let mend = format!("请先审批（⟦batch.sign⟧ {code}）并送银行（⟦batch.send⟧ {code}）");
    errors.cell(row, column, code, "该批次尚未送银行，不能回盘", &mend);
    Ok(None)
}

fn sent_lines(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Vec<Sent>> {
    let mut lines = Vec::new();
    tx.scan(
        "SELECT p.line, c.account, p.amount, p.start, r.paid, r.booked FROM payment p
           JOIN card c ON c.book = p.book AND c.id = p.card
           LEFT JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
          WHERE p.book = $1 AND p.batch = $2 ORDER BY p.line",
        params![book.id, batch],
        |row| {
            let answered = match row[4] {
                Field::Int(paid) => Some((paid == 1, row[5].int()?)),
                _ => None,
            };
            let (line, account) = (row[0].int()?, row[1].text()?.to_string());
            lines.push(Sent { line, account, amount: row[2].int()?, start: row[3].int()?, answered });
            Ok(())
        },
    )?;
    Ok(lines)
}

/// An answer that stands, and where its money lies in the batch.
struct Matched {
    answer: Answer,
    start: i64,
}

/// Merges the answers with the lines sent, both by line number.
fn match_lines(code: &str, mut answers: Vec<Answer>, sent: &[Sent], sent_on: i64, to: &mut Reconciled) -> Vec<Matched> {
    answers.sort_by_key(|answer| (answer.line, answer.row));
    let mut matched = Vec::with_capacity(answers.len());
    let mut sent = sent.iter().peekable();
    let mut answers = answers.into_iter().peekable();
    while let Some(answer) = answers.next() {
        while let Some(missing) = sent.next_if(|s| s.line < answer.line) {
            report_missing(code, missing, to);
        }
        let line = sent.next_if(|s| s.line == answer.line);
        let mut twice = false;
        while let Some(again) = answers.next_if(|a| a.line == answer.line) {
            report(code, &again, "同一序号出现多次，均未入账".into(), to);
            twice = true;
        }
        if twice {
            report(code, &answer, "同一序号出现多次，均未入账".into(), to);
            continue;
        }
        match difference(&answer, line, sent_on) {
            Some(what) => report(code, &answer, what, to),
            None if line.is_some_and(|s| s.answered.is_some()) => to.outcome.unchanged += 1,
            None => matched.push(Matched { start: line.map_or(0, |s| s.start), answer }),
        }
    }
    for missing in sent {
        report_missing(code, missing, to);
    }
    matched
}

fn difference(answer: &Answer, sent: Option<&Sent>, sent_on: i64) -> Option<String> {
    let Some(sent) = sent else { return Some("送银行的清册中没有这一行".into()) };
    if sent.account != answer.account {
        return Some(format!("账号与送出的 {} 不同", mask_account(&sent.account)));
    }
    if sent.amount != answer.amount {
        let (ours, theirs) = (Fen::new(sent.amount).yuan_grouped(), Fen::new(answer.amount).yuan_grouped());
        return Some(format!("金额不符：送出 {ours} 元，回盘 {theirs} 元"));
    }
    if answer.booked < sent_on {
        return Some("记账日期早于送银行日期".into());
    }
    match sent.answered {
        Some((paid, _)) if paid != answer.paid => {
            let before = if paid { "成功" } else { "失败" };
            Some(format!("该行已回盘为{before}，与本次结果不同"))
        }
        _ => None,
    }
}

fn report(code: &str, answer: &Answer, what: String, to: &mut Reconciled) {
    to.differences.push(Difference { batch: code.to_string(), line: answer.line, row: answer.row, what });
}

fn report_missing(code: &str, sent: &Sent, to: &mut Reconciled) {
    if sent.answered.is_none() {
        let what = format!("回盘缺少这一行（{} 元），仍为在途", Fen::new(sent.amount).yuan_grouped());
        to.differences.push(Difference { batch: code.to_string(), line: sent.line, row: 0, what });
    }
}

/// One voucher for each booking date and result.
#[allow(clippy::too_many_arguments)] // the facts of one act
fn post(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    poster: &mut Poster<'_>,
    file: i64,
    code: &str,
    batch: i64,
    matched: Vec<Matched>,
    outcome: &mut Outcome,
) -> Result<()> {
    let whole = slices::load(tx, book, SliceTable::Batch, batch)?;
    let mut groups: BTreeMap<(i64, bool), Vec<Matched>> = BTreeMap::new();
    for line in matched {
        groups.entry((line.answer.booked, !line.answer.paid)).or_default().push(line);
    }
    for ((booked, failed), lines) in groups {
        let Some(date) = date_from_int(booked) else { continue };
        let (mut parts, mut digest) = (Vec::new(), ResultDigest::default());
        for line in &lines {
            let a = &line.answer;
            gather(&mut parts, &interval(&whole, line.start, line.start + a.amount));
            digest.line(a.line, a.paid, &a.reason, a.booked, &a.bank_ref, a.amount);
        }
        let mut draft = poster.draft(if failed { "return" } else { "confirm" }, "", date, code, &slices::movements(&parts))?;
        draft.file = Some(file);
        draft.details = Some((lines.len() as i64, digest.finish()));
        let posted: Posted = poster.post(tx, ctx, draft)?;
        insert_results(tx, book, batch, file, posted.seq, &lines)?;
        outcome.inserted += lines.len() as u64;
        outcome.vouchers.push(posted);
    }
    Ok(())
}

fn insert_results(tx: &mut Tx<'_>, book: &Book, batch: i64, file: i64, voucher: i64, lines: &[Matched]) -> Result<()> {
    let columns = ["book", "batch", "line", "paid", "reason", "booked", "bank_ref", "voucher", "file", "file_row"];
    let mut bulk = Bulk::into("payment_result", &columns);
    for line in lines {
        let a = &line.answer;
        let row = [
            Field::Int(book.id),
            Field::Int(batch),
            Field::Int(a.line),
            Field::Int(i64::from(a.paid)),
            Field::Text(&a.reason),
            Field::Int(a.booked),
            Field::Text(&a.bank_ref),
            Field::Int(voucher),
            Field::Int(file),
            Field::Int(a.row as i64),
        ];
        bulk.push(tx, &row)?;
    }
    bulk.finish(tx)?;
    Ok(())
}
