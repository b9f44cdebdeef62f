//! The steps of a case, one transaction each. Errors are told in the order in which a case goes.

use super::show::{Case, load};
use crate::app::act::{Once, digest, once};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::cases::{Remedy, State, Step, closable};
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use sm3::{Digest, Sm3};
use std::path::Path;

/// What is done, with what it needs.
#[derive(Debug, Clone, Default)]
pub struct Act {
    pub text: String,
    /// To whom it is assigned, or whom the measure binds.
    pub person: String,
    /// Of a measure that is ordered.
    pub remedy: Option<Remedy>,
    pub due: Option<NaiveDate>,
    /// Fen confirmed as misused, or to be recovered.
    pub amount: i64,
    /// The measure that is done.
    pub measure: Option<i64>,
    /// The refund by which money came back.
    pub refund: Option<String>,
    pub proof: Option<std::path::PathBuf>,
}

/// A row of `lead_event`, complete.
struct Row {
    measure: Option<i64>,
    kind: &'static str,
    due: Option<i64>,
    amount: i64,
    refund: Option<i64>,
    proof: Vec<u8>,
    proof_name: String,
}

/// Does one step. Errors: no such case; a step out of order; what the step needs is not given; who checked does not close;
/// measures open or money not back.
pub fn act(bureau: &mut Bureau, ctx: &Context, code: &str, step: Step, date: NaiveDate, asked: &Act) -> Result<Once<String>> {
    let proof = asked.proof.as_deref().map(read_proof).transpose()?;
    bureau.write(|tx, book| {
        let case = load(tx, book, code)?;
        let mark = hex(&digest(&[&asked.text, &asked.person, asked.refund.as_deref().unwrap_or_default()]));
        let key = format!("case:{code}:{}:{date}:{:?}:{mark}", step.code(), asked.measure);
        once(tx, book, ctx, "case_step", &key, &[&asked.text], |tx| {
            let Some(next) = case.state.after(step) else { return refuse_order(&case, step) };
            let row = row(tx, book, ctx, &case, step, date, asked, proof)?;
            insert(tx, book, ctx, &case, step, date, asked, &row)?;
            Ok(next.chinese().to_string())
        })
    })
}

fn refuse_order<T>(case: &Case, step: Step) -> Result<T> {
    let can: Vec<&str> = Step::ALL.into_iter().filter(|step| case.state.after(*step).is_some()).map(Step::chinese).collect();
    let message = format!("线索 {} 现为“{}”，不能{}", case.code, case.state.chinese(), step.chinese());
    AppError::refuse("case_order", message, format!("现在可以：{}", can.join("、")))
}

/// Name and SM3 of a proof file, whose content stays with the bureau's archive.
/// What was done, in a sentence.
pub fn step_words(code: &str, step: Step, done: &Once<String>) -> String {
    let again = if done.repeated { "（此前已办理）" } else { "" };
    format!("线索 {code} 已{}，现为：{}{again}", step.chinese(), done.result)
}

fn read_proof(path: &Path) -> Result<(String, Vec<u8>)> {
    let bytes = std::fs::read(path)
        .map_err(|error| AppError::from(Refusal::new("proof", format!("证明材料 {} 读不了：{error}", path.display()), "请核对文件路径")))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((name, Sm3::digest(&bytes).to_vec()))
}

#[allow(clippy::too_many_arguments)] // the facts of one event
fn row(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    case: &Case,
    step: Step,
    date: NaiveDate,
    asked: &Act,
    proof: Option<(String, Vec<u8>)>,
) -> Result<Row> {
    let last = case.events.last().map_or(case.opened, |event| event.date);
    if date_to_int(date) < last {
        return AppError::refuse("date_order", format!("日期 {date} 早于上一步的日期"), "请核对日期");
    }
    if asked.text.trim().is_empty() {
        return AppError::refuse("no_text", format!("{}须写明情况", step.chinese()), "请用 ⟦text⟧ 写明");
    }
    let (proof_name, proof) = proof.unwrap_or_default();
    let mut row = Row { measure: None, kind: "", due: None, amount: asked.amount, refund: None, proof, proof_name };
    match step {
        Step::Assigned if asked.person.trim().is_empty() => return AppError::refuse("no_person", "交办须写明承办人", "请用 ⟦to⟧ 写明"),
        Step::Refuted if row.proof.is_empty() => {
            return AppError::refuse("no_proof", "查否须有证明材料", "请用 ⟦proof⟧ 指明证明材料文件（只存摘要）");
        }
        Step::Ordered => order(case, date, asked, &mut row)?,
        Step::Done => {
            let open: Vec<i64> = case.measures.iter().filter(|m| !m.done).map(|m| m.number).collect();
            match asked.measure.filter(|number| open.contains(number)) {
                Some(number) => row.measure = Some(number),
                None => {
                    let numbers: Vec<String> = open.iter().map(i64::to_string).collect();
                    return AppError::refuse("no_measure", "没有这项未完成的整改", format!("未完成的整改序号：{}", numbers.join("、")));
                }
            }
        }
        Step::Recovered => recover(tx, book, case, asked, &mut row)?,
        Step::Closed => refuse_close(ctx, case)?,
        _ => {}
    }
    Ok(row)
}

fn order(case: &Case, date: NaiveDate, asked: &Act, row: &mut Row) -> Result<()> {
    let Some(remedy) = asked.remedy else {
        return AppError::refuse(
            "no_remedy",
            "须写明整改方式",
            "请用 ⟦kind⟧ recover（追回资金）、correct（纠正）或 discipline（问责处理）",
        );
    };
    let Some(due) = asked.due.filter(|due| *due >= date) else {
        return AppError::refuse("no_due", "须写明整改期限，且不早于当日", "请用 ⟦due⟧ 写明");
    };
    if (remedy == Remedy::Recover) != (asked.amount > 0) {
        return AppError::refuse("recover_amount", "追回资金须写明金额；其他整改不写金额", "请用 ⟦amount⟧ 写明应追回的金额");
    }
    row.measure = Some(case.measures.len() as i64 + 1);
    row.kind = remedy.code();
    row.due = Some(date_to_int(due));
    Ok(())
}

/// A recovery is a refund that was posted, of a payment that the case is about; it is counted once.
fn recover(tx: &mut Tx<'_>, book: &Book, case: &Case, asked: &Act, row: &mut Row) -> Result<()> {
    let doc_no = asked.refund.as_deref().unwrap_or_default();
    let sql = "SELECT r.id, r.amount, COALESCE(b.code, ''), r.line, COALESCE(d.doc_no, ''),
                      (SELECT l.code FROM lead_event e JOIN lead l ON l.book = e.book AND l.id = e.lead WHERE e.book = r.book AND e.refund = r.id)
                 FROM refund r LEFT JOIN batch b ON b.book = r.book AND b.id = r.batch
                 LEFT JOIN disbursement d ON d.book = r.book AND d.id = r.disbursement
                WHERE r.book = $1 AND r.doc_no = $2
                  AND NOT EXISTS (SELECT 1 FROM voucher v WHERE v.book = r.book AND v.reverses = r.voucher)";
    let Some(found) = tx.first(sql, params![book.id, doc_no])? else {
        return AppError::refuse("no_refund", format!("没有退回凭证 {doc_no}"), "请先导入退回（refunds）或用 ⟦row.refunds⟧ 录入追回的资金");
    };
    if let Some(other) = found.opt_string(5)? {
        return AppError::refuse("refund_taken", format!("退回凭证 {doc_no} 已记入线索 {other}"), "一笔追回只能记入一个线索");
    }
    let of = match found.opt_int(3)? {
        Some(line) => format!("{}+{line}", found.text(2)?),
        None => found.string(4)?,
    };
    if !case.payments.contains(&of) {
        let message = format!("退回凭证 {doc_no} 是 {of} 的退回，不在线索 {} 涉及的支付中", case.code);
        return AppError::refuse("other_payment", message, "请核对退回凭证号");
    }
    row.refund = Some(found.int(0)?);
    row.amount = found.int(1)?;
    Ok(())
}

fn refuse_close(ctx: &Context, case: &Case) -> Result<()> {
    let checked_by_self = case.events.iter().any(|event| event.step == Step::Checked && event.actor == ctx.actor);
    let mut refusals = Vec::new();
    if checked_by_self {
        let message = format!("线索 {} 由 {} 核查，不能由本人销号", case.code, ctx.actor);
        refusals.push(Refusal::new("checker_closes", message, "请由另一人销号（⟦actor⟧）"));
    }
    for against in closable(case.state, &case.measures, Fen::new(case.recovered)) {
        refusals.push(Refusal::new("not_closable", against.to_string(), "整改完成、资金追回后再销号"));
    }
    if refusals.is_empty() { Ok(()) } else { Err(AppError::Refused(refusals)) }
}

#[allow(clippy::too_many_arguments)] // the facts of one row
fn insert(tx: &mut Tx<'_>, book: &Book, ctx: &Context, case: &Case, step: Step, date: NaiveDate, asked: &Act, row: &Row) -> Result<()> {
    debug_assert!(case.state.after(step).is_some() && case.state != State::Closed || step == Step::Reopened);
    tx.execute(
        "INSERT INTO lead_event (book, lead, seq, step, date, actor, text, person, measure, kind, due, amount, refund, proof, proof_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        params![
            book.id,
            case.id,
            case.events.len() as i64 + 1,
            step.code(),
            date_to_int(date),
            &ctx.actor,
            asked.text.trim(),
            asked.person.trim(),
            row.measure,
            row.kind,
            row.due,
            row.amount,
            row.refund,
            row.proof.clone(),
            &row.proof_name,
            ctx.now()
        ],
    )?;
    Ok(())
}
