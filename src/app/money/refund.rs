//! Refunds and recoveries (退回、追回): money that comes back from a payee returns to the allocation that it came from, and is
//! no longer spent. What was paid in a year already closed comes back as 上年结转, for that year's figures stand.

use super::fund::Outcome;
use super::slices::{self, Slice, SliceTable, interval};
use crate::app::close::year_closed;
use crate::app::ledger::{Posted, Poster};
use crate::app::{Book, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::kinds::{Column, RowErrors, refunds as col};
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;

/// A row of the `refunds` kind. `of` is a payment document, or a batch and line such as `PC2018-03+15`.
#[derive(Debug, Clone)]
pub struct RefundRow {
    pub row: u64,
    pub doc_no: String,
    pub date: NaiveDate,
    pub of: String,
    pub amount: Fen,
    pub reason: String,
}

/// The payment that a refund is of.
struct Original {
    disbursement: Option<i64>,
    payment: Option<(i64, i64)>,
    paid_on: i64,
    amount: i64,
    /// The whole payment's money, and where in it this one begins.
    slices: Vec<Slice>,
    start: i64,
    event: &'static str,
}

pub fn refund(tx: &mut Tx<'_>, book: &Book, ctx: &Context, file: i64, rows: &[RefundRow], errors: &mut RowErrors) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut poster = Poster::load(tx, book)?;
    let mut in_order: Vec<&RefundRow> = rows.iter().collect();
    in_order.sort_by_key(|row| (row.date, row.row));
    for row in in_order {
        match known(tx, book, row, errors)? {
            Some(true) => outcome.unchanged += 1,
            Some(false) => {}
            None => {
                let Some(original) = original(tx, book, row, errors)? else { continue };
                if let Some(posted) = post(tx, book, ctx, &mut poster, file, row, &original, errors)? {
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

fn known(tx: &mut Tx<'_>, book: &Book, row: &RefundRow, errors: &mut RowErrors) -> Result<Option<bool>> {
    let found = tx.first("SELECT amount, date FROM refund WHERE book = $1 AND doc_no = $2", params![book.id, &row.doc_no])?;
    let Some(found) = found else { return Ok(None) };
    let same = found.int(0)? == row.amount.get() && found.int(1)? == date_to_int(row.date);
    if !same {
        errors.cell(row.row, column(col::DOC_NO), &row.doc_no, "该退回凭证号已入账，内容与本行不同", "退回凭证号不能重复，请换用新号");
    }
    Ok(Some(same))
}

fn original(tx: &mut Tx<'_>, book: &Book, row: &RefundRow, errors: &mut RowErrors) -> Result<Option<Original>> {
    if let Some(found) =
        tx.first("SELECT id, date, amount, event FROM disbursement WHERE book = $1 AND doc_no = $2", params![book.id, &row.of])?
    {
        let id = found.int(0)?;
        let event = match found.text(3)? {
            "move" => "refund_moved",
            "retain" => "refund_retained",
            _ => "refund_payee",
        };
        let slices = slices::load(tx, book, SliceTable::Disbursement, id)?;
        let (paid_on, amount) = (found.int(1)?, found.int(2)?);
        return Ok(Some(Original { disbursement: Some(id), payment: None, paid_on, amount, slices, start: 0, event }));
    }
    let mut not_paid = None;
    for (batch, line) in splits(&row.of) {
        let found = tx.first(
            "SELECT b.id, p.amount, p.start, COALESCE(r.paid, -1), COALESCE(r.booked, 0)
               FROM batch b JOIN payment p ON p.book = b.book AND p.batch = b.id
               LEFT JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
              WHERE b.book = $1 AND b.code = $2 AND p.line = $3",
            params![book.id, batch, line],
        )?;
        let Some(found) = found else { continue };
        if found.int(3)? != 1 {
            not_paid = Some(if found.int(3)? == 0 { "该笔已被银行退票，没有到卡" } else { "该笔银行尚未确认到卡" });
            continue;
        }
        let id = found.int(0)?;
        let slices = slices::load(tx, book, SliceTable::Batch, id)?;
        return Ok(Some(Original {
            disbursement: None,
            payment: Some((id, line)),
            paid_on: found.int(4)?,
            amount: found.int(1)?,
            slices,
            start: found.int(2)?,
            event: "refund_household",
        }));
    }
    let (problem, mend) = match not_paid {
        Some(problem) => (problem, "只有已到卡的才能退回；退票请用 更正重发 或 释放"),
        None => ("找不到这笔支付", "请填 支付凭证号，或 批次号+序号（如 PC2018-03+15）"),
    };
    errors.cell(row.row, column(col::OF), &row.of, problem, mend);
    Ok(None)
}

/// The ways to read `批次号+序号`: the batch may itself hold the separator.
fn splits(of: &str) -> Vec<(&str, i64)> {
    let mut found = Vec::new();
    for (at, separator) in of.char_indices().rev() {
        if !matches!(separator, '+' | '＋' | '#' | '-' | '/' | ':' | '：' | ' ' | '第') {
            continue;
        }
        let line = of[at + separator.len_utf8()..].trim().trim_end_matches(['行', '号']);
        if let Ok(line) = line.parse::<i64>() {
            found.push((of[..at].trim(), line));
        }
    }
    found
}

#[allow(clippy::too_many_arguments)] // the facts of one voucher
fn post(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    poster: &mut Poster<'_>,
    file: i64,
    row: &RefundRow,
    original: &Original,
    errors: &mut RowErrors,
) -> Result<Option<Posted>> {
    if date_to_int(row.date) < original.paid_on {
        let day = date_from_int(original.paid_on).map_or_else(String::new, |d| d.to_string());
        errors.cell(row.row, column(col::DATE), &row.date.to_string(), &format!("早于支付日期 {day}"), "退回日期应不早于支付日期");
        return Ok(None);
    }
    let (batch, line) = original.payment.map_or((None, None), |(batch, line)| (Some(batch), Some(line)));
    let refunded = tx
        .one(
            "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE book = $1 AND (disbursement = $2 OR (batch = $3 AND line = $4))",
            params![book.id, original.disbursement, batch, line],
        )?
        .int(0)?;
    let left = original.amount - refunded;
    if row.amount.get() > left {
        let problem =
            format!("超过可退金额：原支付 {} 元，已退 {} 元", Fen::new(original.amount).yuan_grouped(), Fen::new(refunded).yuan_grouped());
        errors.cell(row.row, column(col::AMOUNT), &row.amount.yuan(), &problem, "请核对金额和原支付凭证号");
        return Ok(None);
    }
    let end = original.start + left; // what came last goes back first
    let part = interval(&original.slices, end - row.amount.get(), end);
    let prior = original.paid_on / 10_000 < date_to_int(row.date) / 10_000 && year_closed(tx, book, original.paid_on / 10_000)?;
    let variant = if prior && original.event != "refund_retained" { "prior_year" } else { "" };
    let mut draft = poster.draft(original.event, variant, row.date, &row.doc_no, &slices::movements(&part))?;
    draft.summary = format!("{}（原 {}）：{}", draft.summary, row.of, row.reason);
    draft.file = Some(file);
    let posted = poster.post(tx, ctx, draft)?;
    let id = tx.take_ids(book.id, "refund", 1)?;
    tx.execute(
        "INSERT INTO refund (book, id, doc_no, date, disbursement, batch, line, amount, reason, voucher, file, file_row)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        params![
            book.id,
            id,
            &row.doc_no,
            date_to_int(row.date),
            original.disbursement,
            batch,
            line,
            row.amount.get(),
            &row.reason,
            posted.seq,
            file,
            row.row as i64
        ],
    )?;
    Ok(Some(posted))
}

#[cfg(test)]
mod tests {
    use super::splits;

    #[test]
    fn batch_and_line_are_told_apart() {
        assert_eq!(splits("PC2018-03+15"), vec![("PC2018-03", 15),]);
        assert_eq!(splits("PC2018-03-15"), vec![("PC2018-03", 15)]);
        assert_eq!(splits("PC2018-03-ST01#7").first(), Some(&("PC2018-03-ST01", 7)));
        assert_eq!(splits("凭证"), vec![]);
    }
}
