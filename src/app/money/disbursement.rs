//! Project payments (项目支付) out of an allocation. Where the money ends decides whether it is spent (money.md):
//! a contractor, supplier, co-op, village collective or person is paid; a budget unit only holds it (以拨代支);
//! retention money (质保金) stays unspent until it is paid out.

use super::fund::Outcome;
use super::slices::{self, Slice, SliceTable, draw};
use crate::app::act::{Once, once};
use crate::app::ledger::{Posted, Poster};
use crate::app::projects::gate;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::kinds::{Column, RowErrors, disbursements as col};
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;

/// A row of the `disbursements` kind.
#[derive(Debug, Clone)]
pub struct DisbursementRow {
    pub row: u64,
    pub doc_no: String,
    pub date: NaiveDate,
    pub unit: String,
    pub allocation: String,
    pub project: String,
    pub payee: String,
    pub account: String,
    pub payee_kind: String,
    pub purpose: String,
    pub amount: Fen,
    pub method: String,
    pub retention: bool,
}

/// What a payment does to the money, and from which place it draws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Pay,
    Move,
    Onward,
    Retain,
}

impl Way {
    fn event(self) -> &'static str {
        match self {
            Way::Pay => "pay",
            Way::Move => "move",
            Way::Onward => "onward",
            Way::Retain => "retain",
        }
    }

    fn source(self) -> Place {
        if self == Way::Onward { Place::Moved } else { Place::Allocated }
    }
}

/// Enters project payments in order of date and posts each.
pub fn disburse(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    file: i64,
    rows: &[DisbursementRow],
    errors: &mut RowErrors,
) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut poster = Poster::load(tx, book)?;
    let mut in_order: Vec<&DisbursementRow> = rows.iter().collect();
    in_order.sort_by_key(|row| (row.date, row.row));
    for row in in_order {
        match known(tx, book, row, errors)? {
            Some(true) => outcome.unchanged += 1,
            Some(false) => {}
            None => {
                if let Some(posted) = pay(tx, book, ctx, &mut poster, file, row, errors, &mut outcome.warnings)? {
                    outcome.inserted += 1;
                    outcome.vouchers.push(posted);
                }
            }
        }
    }
    Ok(outcome)
}

fn column(index: usize) -> &'static Column {
    &col::KIND.columns[index]
}

fn known(tx: &mut Tx<'_>, book: &Book, row: &DisbursementRow, errors: &mut RowErrors) -> Result<Option<bool>> {
    let found =
        tx.first("SELECT amount, date, payee, account FROM disbursement WHERE book = $1 AND doc_no = $2", params![book.id, &row.doc_no])?;
    let Some(found) = found else { return Ok(None) };
    let same = found.int(0)? == row.amount.get()
        && found.int(1)? == date_to_int(row.date)
        && found.text(2)? == row.payee
        && found.text(3)? == row.account;
    if !same {
        let mend = "支付凭证号不能重复；更正请先冲销原凭证，再用新号支付";
        errors.cell(row.row, column(col::DOC_NO), &row.doc_no, "该支付凭证号已入账，内容与本行不同", mend);
    }
    Ok(Some(same))
}

#[allow(clippy::too_many_arguments)] // the facts of one act
fn pay(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    poster: &mut Poster<'_>,
    file: i64,
    row: &DisbursementRow,
    errors: &mut RowErrors,
    remarks: &mut Vec<String>,
) -> Result<Option<Posted>> {
    let asked = gate::Asked { code: &row.project, date: row.date, row: row.row, column: column(col::PROJECT) };
    let in_library = gate::row(tx, book, ctx, &asked, errors, remarks)?;
    let Some(dims) = dims_of(tx, book, row, errors)? else { return Ok(None) };
    if in_library.is_none() {
        return Ok(None);
    }
    let way = way(tx, book, poster, row, &dims)?;
    let slices = match draw(tx, book, poster.chart.place(way.source()), &dims, row.amount.get())? {
        Ok(slices) => slices,
        Err(have) => {
            let (have_text, short) = (Fen::new(have).yuan_grouped(), Fen::new(row.amount.get() - have).yuan_grouped());
            let problem = format!("分配文 {} 可用余额不足：现有 {have_text} 元，差 {short} 元", row.allocation);
            errors.cell(row.row, column(col::AMOUNT), &row.amount.yuan(), &problem, "请核对金额，或先追加分配");
            return Ok(None);
        }
    };
    let mut draft = poster.draft(way.event(), "", row.date, &row.doc_no, &slices::movements(&slices))?;
    // a person's name stays out of the voucher, which is exported with the chain
    let payee = if row.payee_kind == "个人" { "个人" } else { &row.payee };
    draft.summary = format!("{}：{payee} {}", draft.summary, row.purpose);
    draft.file = Some(file);
    let posted = poster.post(tx, ctx, draft)?;
    record(tx, book, file, row, way, posted.seq, &slices)?;
    Ok(Some(posted))
}

/// A unit that pays a final payee from its own account (实拨单位) pays first with what was moved to it before.
fn way(tx: &mut Tx<'_>, book: &Book, poster: &Poster<'_>, row: &DisbursementRow, dims: &[i64]) -> Result<Way> {
    if row.retention {
        return Ok(Way::Retain);
    }
    if row.payee_kind == "预算单位" {
        return Ok(Way::Move);
    }
    if row.method == "实拨单位" && draw(tx, book, poster.chart.place(Place::Moved), dims, row.amount.get())?.is_ok() {
        return Ok(Way::Onward);
    }
    Ok(Way::Pay)
}

/// The dimension sets of the row's allocation: those for its project first, then those of the unit without a project.
fn dims_of(tx: &mut Tx<'_>, book: &Book, row: &DisbursementRow, errors: &mut RowErrors) -> Result<Option<Vec<i64>>> {
    let found = tx.query(
        "SELECT d.id, a.unit, a.project, (SELECT MIN(t.date) FROM allocation_act t WHERE t.book = a.book AND t.doc_no = a.doc_no AND t.fund = a.fund)
           FROM allocation a JOIN dim d ON d.book = a.book AND d.fund = a.fund AND d.allocation = a.id
          WHERE a.book = $1 AND a.doc_no = $2 ORDER BY CASE WHEN a.project = $3 THEN 0 ELSE 1 END, a.id",
        params![book.id, &row.allocation, &row.project],
    )?;
    if found.is_empty() {
        errors.cell(row.row, column(col::ALLOCATION), &row.allocation, "没有这个分配文", "请先导入分配（allocations），或核对分配文号");
        return Ok(None);
    }
    let mut dims = Vec::new();
    let mut earliest = i64::MAX;
    let mut units = Vec::new();
    for line in &found {
        let (unit, project) = (line.text(1)?, line.text(2)?);
        if unit == row.unit && (project == row.project || project.is_empty()) {
            dims.push(line.int(0)?);
            earliest = earliest.min(line.opt_int(3)?.unwrap_or(0));
        }
        let text = if project.is_empty() { unit.to_string() } else { format!("{unit}/{project}") };
        if !units.contains(&text) {
            units.push(text);
        }
    }
    if dims.is_empty() {
        let problem = format!("分配文 {} 没有分给单位 {} 的项目 {}，只分给了 {}", row.allocation, row.unit, row.project, units.join("、"));
        errors.cell(row.row, column(col::ALLOCATION), &row.allocation, &problem, "请核对分配文号、单位编码和项目编码");
        return Ok(None);
    }
    if earliest > date_to_int(row.date) {
        let day = date_from_int(earliest).map_or_else(String::new, |d| d.to_string());
        errors.cell(row.row, column(col::DATE), &row.date.to_string(), &format!("早于分配日期 {day}"), "支付日期应不早于分配日期");
        return Ok(None);
    }
    Ok(Some(dims))
}

fn record(tx: &mut Tx<'_>, book: &Book, file: i64, row: &DisbursementRow, way: Way, voucher: i64, slices: &[Slice]) -> Result<()> {
    let id = tx.take_ids(book.id, "disbursement", 1)?;
    tx.execute(
        "INSERT INTO disbursement (book, id, doc_no, date, unit, allocation, project, payee, account, payee_kind, purpose,
           amount, method, retention, event, voucher, file, file_row)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        params![
            book.id,
            id,
            &row.doc_no,
            date_to_int(row.date),
            &row.unit,
            &row.allocation,
            &row.project,
            &row.payee,
            &row.account,
            &row.payee_kind,
            &row.purpose,
            row.amount.get(),
            &row.method,
            i64::from(row.retention),
            way.event(),
            voucher,
            file,
            row.row as i64
        ],
    )?;
    slices::store(tx, book, SliceTable::Disbursement, id, slices)
}

/// Pays retention money out to whom it was withheld from; now it is spent. Errors: no such retention; already paid; short.
pub fn pay_retention(bureau: &mut Bureau, ctx: &Context, doc_no: &str, date: NaiveDate) -> Result<Once<Posted>> {
    bureau.write(|tx, book| {
        once(tx, book, ctx, "retention_pay", &format!("retention:{doc_no}"), &[doc_no], |tx| {
            let found = tx.first(
                "SELECT id, date, project FROM disbursement WHERE book = $1 AND doc_no = $2 AND event = 'retain'",
                params![book.id, doc_no],
            )?;
            let Some(found) = found else {
                return AppError::refuse("no_retention", format!("没有质保金支付凭证 {doc_no}"), "请核对支付凭证号");
            };
            if found.int(1)? > date_to_int(date) {
                return AppError::refuse("date_order", format!("日期 {date} 早于预留质保金的日期"), "请核对日期");
            }
            gate::refuse(tx, book, ctx, found.text(2)?, date)?;
            let slices = slices::load(tx, book, SliceTable::Disbursement, found.int(0)?)?;
            let mut poster = Poster::load(tx, book)?;
            let draft = poster.draft("retention_pay", "", date, doc_no, &slices::movements(&slices))?;
            poster.post(tx, ctx, draft)
        })
    })
}
