//! From the rows of a money file to its step: each kind's columns become the step's typed rows, all errors told, keys that
//! stand twice in one file refused.

use super::allocation::{AllocationRow, allocate};
use super::disbursement::{DisbursementRow, disburse};
use super::fund::{BudgetRow, receive};
use super::refund::{RefundRow, refund};
use crate::app::payout::register::{self, Payees};
use crate::app::payout::result;
use crate::app::{AppError, Book, Context, Result};
use crate::domain::kinds::{Kind, RowErrors, allocations as a, budgets as b, disbursements as d, refunds as r};
use crate::files::reading::{RowView, Source, Summary};
use crate::store::Tx;
use std::collections::HashMap;

pub use super::fund::Outcome;
pub use crate::app::payout::result::{Difference, Reconciled};

/// Kinds whose rows move money.
pub fn moves_money(kind: &Kind) -> bool {
    matches!(kind.name, "budgets" | "allocations" | "batch" | "returns" | "disbursements" | "refunds")
}

/// What a kind fetches from the book before its file is read.
pub enum Prepared {
    Nothing,
    Payees(Box<Payees>),
}

/// Fetches what the kind needs. Only a batch needs anything: all payees, which takes as long as recognising a long file.
pub fn prepare(tx: &mut Tx<'_>, book: &Book, kind: &Kind) -> Result<Prepared> {
    match kind.name {
        "batch" => Ok(Prepared::Payees(Box::new(Payees::load(tx, book)?))),
        _ => Ok(Prepared::Nothing),
    }
}

/// Enters a money file into the open transaction. With row errors nothing may be committed: the caller rolls back.
#[allow(clippy::too_many_arguments)] // the facts of one act
pub fn enter(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    file: i64,
    prepared: Prepared,
    source: &mut Source,
    errors: &mut RowErrors,
    progress: &(dyn Fn(u64) -> Result<()> + Sync),
) -> Result<(Summary, Reconciled)> {
    let plain = |(summary, outcome)| (summary, Reconciled { outcome, differences: Vec::new() });
    match source.kind().name {
        "budgets" => step(source, errors, budget, |rows, errors| receive(tx, book, ctx, file, &rows, errors)).map(plain),
        "allocations" => step(source, errors, allocation, |rows, errors| allocate(tx, book, ctx, file, &rows, errors)).map(plain),
        "disbursements" => step(source, errors, disbursement, |rows, errors| disburse(tx, book, ctx, file, &rows, errors)).map(plain),
        "refunds" => step(source, errors, refund_row, |rows, errors| refund(tx, book, ctx, file, &rows, errors)).map(plain),
        "batch" => {
            let payees = match prepared {
                Prepared::Payees(payees) => *payees,
                Prepared::Nothing => Payees::load(tx, book)?,
            };
            register::register(tx, book, ctx, file, payees, source, errors, progress).map(plain)
        }
        "returns" => result::reconcile(tx, book, ctx, file, source, errors, &|bytes| progress(bytes)),
        other => AppError::refuse("kind", format!("“{other}”不是资金类文件"), ""),
    }
}

/// Reads all rows, then takes the step with those that could be read.
fn step<T>(
    source: &mut Source,
    errors: &mut RowErrors,
    parse: fn(&RowView<'_>, &mut RowErrors) -> Option<T>,
    take: impl FnOnce(Vec<T>, &mut RowErrors) -> Result<Outcome>,
) -> Result<(Summary, Outcome)> {
    let kind = source.kind();
    let mut rows = Vec::new();
    let mut keys: HashMap<Vec<String>, u64> = HashMap::new();
    let summary = source.for_each_row::<AppError, _>(errors, |row, errors| {
        let key: Vec<String> = kind.key.iter().map(|column| row.text(*column).to_string()).collect();
        if let Some(first) = keys.insert(key, row.number()) {
            let names: Vec<&str> = kind.key.iter().map(|column| kind.columns[*column].zh).collect();
            let problem = format!("与第 {first} 行的{}相同", names.join("、"));
            row.refuse(kind.key[0], errors, &problem, "同一文件内不能重复，请合并或改正");
            return Ok(());
        }
        rows.extend(parse(row, errors));
        Ok(())
    })?;
    let outcome = take(rows, errors)?;
    Ok((summary, outcome))
}

fn positive(row: &RowView<'_>, column: usize, errors: &mut RowErrors) -> Option<crate::domain::money::Fen> {
    let amount = row.fen(column, errors)?;
    if amount.is_zero() {
        row.refuse(column, errors, "金额为零", "请填写大于零的金额");
        return None;
    }
    Some(amount)
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_string)
}

fn budget(row: &RowView<'_>, errors: &mut RowErrors) -> Option<BudgetRow> {
    let doc_no = row.required_text(b::DOC_NO, errors);
    let name = row.required_text(b::NAME, errors);
    let level = row.choice(b::LEVEL, errors);
    let category = row.choice(b::CATEGORY, errors);
    let year = row.year(b::YEAR, errors);
    let amount = positive(row, b::AMOUNT, errors);
    let received = row.date(b::RECEIVED, errors);
    let function = row.required_text(b::FUNCTION, errors);
    let carried_over = row.opt_yes_no(b::CARRIED_OVER, errors);
    let carried_from = row.opt_year(b::CARRIED_FROM, errors);
    if let (Some(year), Some(Some(from))) = (year, carried_from)
        && from >= year
    {
        row.refuse(b::CARRIED_FROM, errors, "结转自年度应早于年度", "请核对年度和结转自年度");
        return None;
    }
    if carried_over == Some(Some(true)) && carried_from == Some(None) {
        row.refuse(b::CARRIED_FROM, errors, "上年结转为“是”，但没有结转自年度", "请填写资金原来的年度");
        return None;
    }
    if let Some(function) = function
        && (function.len() < 3 || !function.bytes().all(|byte| byte.is_ascii_digit()))
    {
        row.refuse(b::FUNCTION, errors, "功能科目应为数字编码", "请按政府收支分类科目填写，如 2130505");
        return None;
    }
    Some(BudgetRow {
        row: row.number(),
        doc_no: doc_no?.to_string(),
        name: name?.to_string(),
        level: level?.to_string(),
        category: category?.to_string(),
        year: i64::from(year?),
        amount: amount?,
        received: received?,
        function: function?.to_string(),
        carried_over: carried_over?.unwrap_or(false),
        carried_from: carried_from?.map(i64::from),
        memo: owned(row.opt_text(b::MEMO)),
    })
}

fn allocation(row: &RowView<'_>, errors: &mut RowErrors) -> Option<AllocationRow> {
    let doc_no = row.required_text(a::DOC_NO, errors);
    let kind = row.choice(a::KIND_OF, errors);
    let date = row.date(a::DATE, errors);
    let fund = row.required_text(a::BUDGET, errors);
    let unit = row.required_text(a::UNIT, errors);
    let amount = positive(row, a::AMOUNT, errors);
    Some(AllocationRow {
        row: row.number(),
        doc_no: doc_no?.to_string(),
        kind: kind?.to_string(),
        date: date?,
        fund: fund?.to_string(),
        unit: unit?.to_string(),
        project: row.text(a::PROJECT).to_string(),
        program: row.text(a::PROGRAM).to_string(),
        amount: amount?,
        memo: owned(row.opt_text(a::MEMO)),
    })
}

fn disbursement(row: &RowView<'_>, errors: &mut RowErrors) -> Option<DisbursementRow> {
    let doc_no = row.required_text(d::DOC_NO, errors);
    let date = row.date(d::DATE, errors);
    let unit = row.required_text(d::UNIT, errors);
    let allocation = row.required_text(d::ALLOCATION, errors);
    let project = row.required_text(d::PROJECT, errors);
    let payee = row.required_text(d::PAYEE, errors);
    let account = row.account(d::ACCOUNT, errors);
    let payee_kind = row.choice(d::PAYEE_KIND, errors);
    let purpose = row.required_text(d::PURPOSE, errors);
    let amount = positive(row, d::AMOUNT, errors);
    let method = row.choice(d::METHOD, errors);
    let retention = row.opt_yes_no(d::RETENTION, errors);
    Some(DisbursementRow {
        row: row.number(),
        doc_no: doc_no?.to_string(),
        date: date?,
        unit: unit?.to_string(),
        allocation: allocation?.to_string(),
        project: project?.to_string(),
        payee: payee?.to_string(),
        account: account?.as_str().to_string(),
        payee_kind: payee_kind?.to_string(),
        purpose: purpose?.to_string(),
        amount: amount?,
        method: method?.to_string(),
        retention: retention?.unwrap_or(false),
    })
}

fn refund_row(row: &RowView<'_>, errors: &mut RowErrors) -> Option<RefundRow> {
    let doc_no = row.required_text(r::DOC_NO, errors);
    let date = row.date(r::DATE, errors);
    let of = row.required_text(r::OF, errors);
    let amount = positive(row, r::AMOUNT, errors);
    let reason = row.required_text(r::REASON, errors);
    Some(RefundRow {
        row: row.number(),
        doc_no: doc_no?.to_string(),
        date: date?,
        of: of?.to_string(),
        amount: amount?,
        reason: reason?.to_string(),
    })
}
