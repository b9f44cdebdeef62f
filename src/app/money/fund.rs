//! Money received (指标到达): each budget document is a fund; and money that a higher level, or the bureau itself, takes back
//! (收回存量). A 上年结转 row of a document that the book already holds is a statement, not new money: the money never left.

use crate::app::act::{Once, once};
use crate::app::ledger::{Movement, Posted, Poster, balance};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::kinds::{RowErrors, budgets as col};
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};

/// A row of the `budgets` kind.
#[derive(Debug, Clone)]
pub struct BudgetRow {
    pub row: u64,
    pub doc_no: String,
    pub name: String,
    pub level: String,
    pub category: String,
    pub year: i64,
    pub amount: Fen,
    pub received: NaiveDate,
    pub function: String,
    pub carried_over: bool,
    pub carried_from: Option<i64>,
    pub memo: Option<String>,
}

/// What became of the rows of a file.
#[derive(Debug, Default)]
pub struct Outcome {
    pub inserted: u64,
    pub unchanged: u64,
    pub vouchers: Vec<Posted>,
    pub warnings: Vec<String>,
}

/// Enters budget documents and posts each as received.
pub fn receive(tx: &mut Tx<'_>, book: &Book, ctx: &Context, file: i64, rows: &[BudgetRow], errors: &mut RowErrors) -> Result<Outcome> {
    let mut poster = Poster::load(tx, book)?;
    let mut outcome = Outcome::default();
    for row in rows {
        match known(tx, book, row)? {
            Known::New => {
                insert(tx, book, file, row)?;
                outcome.vouchers.push(post(tx, book, ctx, &mut poster, file, row)?);
                outcome.inserted += 1;
            }
            Known::Same => outcome.unchanged += 1,
            Known::AlreadyHere(year) => {
                outcome.unchanged += 1;
                outcome
                    .warnings
                    .push(format!("第 {} 行：指标 {} 是 {year} 年度已在账的资金，余额自动结转，未重复入账", row.row, row.doc_no));
            }
            Known::Different => errors.cell(
                row.row,
                &col::KIND.columns[col::DOC_NO],
                &row.doc_no,
                "该指标文号已入账，内容与本行不同",
                "指标文不能改动：金额有变请另行导入追加或调减文件，录错请冲销后用正确文号重新导入",
            ),
        }
    }
    Ok(outcome)
}

enum Known {
    New,
    Same,
    Different,
    /// Carry-over of a fund of that year that the book holds.
    AlreadyHere(i64),
}

fn known(tx: &mut Tx<'_>, book: &Book, row: &BudgetRow) -> Result<Known> {
    let found = tx.first(
        "SELECT year, amount, received, level, category, function, name, carried_over FROM fund WHERE book = $1 AND doc_no = $2",
        params![book.id, &row.doc_no],
    )?;
    let Some(found) = found else { return Ok(Known::New) };
    let year = found.int(0)?;
    if row.carried_over && year < row.year && found.int(7)? == 0 {
        return Ok(Known::AlreadyHere(year));
    }
    let same = year == row.year
        && found.int(1)? == row.amount.get()
        && found.int(2)? == date_to_int(row.received)
        && found.text(3)? == row.level
        && found.text(4)? == row.category
        && found.text(5)? == row.function
        && found.text(6)? == row.name;
    Ok(if same { Known::Same } else { Known::Different })
}

fn insert(tx: &mut Tx<'_>, book: &Book, file: i64, row: &BudgetRow) -> Result<()> {
    tx.execute(
        "INSERT INTO fund (book, doc_no, name, level, category, year, amount, received, function, carried_over, carried_from, memo, file, file_row)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        params![
            book.id,
            &row.doc_no,
            &row.name,
            &row.level,
            &row.category,
            row.year,
            row.amount.get(),
            date_to_int(row.received),
            &row.function,
            i64::from(row.carried_over),
            row.carried_from,
            row.memo.clone(),
            file,
            row.row as i64
        ],
    )?;
    Ok(())
}

fn post(tx: &mut Tx<'_>, _book: &Book, ctx: &Context, poster: &mut Poster<'_>, file: i64, row: &BudgetRow) -> Result<Posted> {
    let variant = match (row.carried_over, is_own(&row.level)) {
        (true, _) => "carried",
        (false, true) => "own",
        (false, false) => "upper",
    };
    let dim = poster.dim(tx, &row.doc_no, 0)?;
    let mut draft = poster.draft("receive", variant, row.received, &row.doc_no, &[Movement::within(dim, row.amount)])?;
    draft.file = Some(file);
    poster.post(tx, ctx, draft)
}

/// A county's own money, as opposed to what a higher level sends.
fn is_own(level: &str) -> bool {
    level == "县"
}

/// Takes unallocated money of a fund back for the level that gave it (上级收回、收回存量).
/// Errors: no such fund; short of unallocated money; period closed.
pub fn reclaim(bureau: &mut Bureau, ctx: &Context, doc_no: &str, fund: &str, amount: Fen, date: NaiveDate) -> Result<Once<Posted>> {
    bureau.write(|tx, book| {
        let parts = [doc_no, fund, &amount.yuan(), &date.to_string()];
        once(tx, book, ctx, "reclaim", &format!("reclaim:{doc_no}:{fund}"), &parts, |tx| {
            let mut poster = Poster::load(tx, book)?;
            reclaim_in_tx(tx, book, ctx, &mut poster, doc_no, fund, amount, date)
        })
    })
}

#[allow(clippy::too_many_arguments)] // one voucher's facts, used by the command and by the year's close
pub(crate) fn reclaim_in_tx(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    poster: &mut Poster<'_>,
    doc_no: &str,
    fund: &str,
    amount: Fen,
    date: NaiveDate,
) -> Result<Posted> {
    let row = tx.first("SELECT level, year, carried_over FROM fund WHERE book = $1 AND doc_no = $2", params![book.id, fund])?;
    let Some(row) = row else {
        return AppError::refuse("no_fund", format!("没有指标 {fund}"), "请核对指标文号（⟦progress.show⟧ ⟦by⟧ fund 列出全部）");
    };
    let prior = row.int(1)? < i64::from(date.year()) || row.int(2)? == 1;
    let variant = if prior {
        "prior_year"
    } else if is_own(row.text(0)?) {
        "own"
    } else {
        "upper"
    };
    let dim = poster.dim(tx, fund, 0)?;
    let reference = if doc_no.is_empty() { fund } else { doc_no };
    let draft = poster.draft("reclaim", variant, date, reference, &[Movement::within(dim, amount)])?;
    poster.post(tx, ctx, draft)
}

/// What of a fund is not yet allocated.
pub fn unallocated(tx: &mut Tx<'_>, book: &Book, poster: &mut Poster<'_>, fund: &str) -> Result<i64> {
    let dim = poster.dim(tx, fund, 0)?;
    balance(tx, book, poster.chart.place(Place::Unallocated), dim)
}
