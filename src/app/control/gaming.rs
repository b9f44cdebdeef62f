//! What is looked for against gaming the rate, out of the books of one year: every row with its vouchers. Refunds are looked
//! at until `as_of`, so that what came back after the year's end is seen.

use super::values;
use crate::app::book::chart;
use crate::app::known_at::Known;
use crate::app::ledger::voucher_label;
use crate::app::{AppError, Book, Bureau, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::control::gaming::{self, Limits, Moved, Paid, Payments, ProjectPayment, Refund, Returned, Rush, Week};
use crate::domain::control::table_gaming as sheet;
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::domain::report::{Table, figure};
use crate::params;
use crate::store::{Row, Tx};
use chrono::NaiveDate;
use serde::Serialize;

/// Everything found in a year.
#[derive(Debug, Serialize)]
pub struct Gaming {
    pub year: i32,
    #[serde(serialize_with = "figure::serialize_day")]
    pub as_of: NaiveDate,
    pub weeks: Vec<Week>,
    pub rush: Vec<Rush>,
    pub moved: Vec<Moved>,
    pub after_cut_off: Vec<Returned>,
    pub round_trips: Vec<Returned>,
    pub splits: Vec<Payments>,
    pub prepaid: Vec<Payments>,
}

/// Looks a year over. Errors: a year that is none; limits among the settings that mean nothing.
pub fn gaming(bureau: &mut Bureau, year: i32, as_of: NaiveDate) -> Result<Gaming> {
    let (Some(first), Some(last)) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31)) else {
        return AppError::refuse("year", format!("年度 {year} 无效"), "请写四位年度");
    };
    if as_of < first {
        return AppError::refuse("date_order", format!("截至日期 {as_of} 早于 {year} 年"), "请核对 ⟦as_of⟧");
    }
    bureau.read(|tx, book| {
        let to = last.min(as_of);
        let limits = Limits::read(&values(tx, book, to, &Known::default())?)?;
        let paid = paid(tx, book, first, to)?;
        let mut refunds = card_refunds(tx, book, first, to, as_of)?;
        refunds.extend(project_refunds(tx, book, first, to, as_of)?);
        refunds.sort_by(|a, b| (a.date, &a.doc_no).cmp(&(b.date, &b.doc_no)));
        let payments = payments(tx, book, first, to)?;
        Ok(Gaming {
            year,
            as_of,
            weeks: gaming::weeks(&paid, year, to),
            rush: gaming::rush(&paid, to, &limits),
            moved: moved(tx, book, first, to)?,
            after_cut_off: gaming::after_cut_off(&refunds, &limits),
            round_trips: gaming::round_trips(&refunds, &limits),
            splits: gaming::splits(&payments, &limits),
            prepaid: gaming::prepaid(&payments, &limits),
        })
    })
}

fn label(row: &Row, column: usize) -> Result<String> {
    Ok(voucher_label(row.int(column)?, row.int(column + 1)?, row.int(column + 2)?))
}

fn day(row: &Row, column: usize) -> Result<NaiveDate> {
    Ok(date_from_int(row.int(column)?).unwrap_or_default())
}

/// What each voucher paid, by unit.
fn paid(tx: &mut Tx<'_>, book: &Book, from: NaiveDate, to: NaiveDate) -> Result<Vec<Paid>> {
    let chart = chart(tx, book)?;
    let rows = tx.query(
        "SELECT v.date, COALESCE(a.unit, ''), COALESCE(u.name, a.unit, ''), CAST(SUM(p.debit - p.credit) AS BIGINT), v.year, v.month, v.number
           FROM voucher v
           JOIN posting p ON p.book = v.book AND p.voucher = v.seq
           JOIN dim d ON d.book = p.book AND d.id = p.dim
           LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
           LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
          WHERE v.book = $1 AND v.date >= $2 AND v.date <= $3 AND v.closing = 0 AND p.account IN ($4, $5)
          GROUP BY v.date, v.seq, v.year, v.month, v.number, a.unit, u.name ORDER BY v.date, v.seq, a.unit",
        params![
            book.id,
            date_to_int(from),
            date_to_int(to),
            chart.place(Place::PaidHousehold),
            chart.place(Place::PaidPayee)
        ],
    )?;
    let of = |row: &Row| {
        let (unit, unit_name) = (row.string(1)?, row.string(2)?);
        Ok(Paid { date: day(row, 0)?, unit, unit_name, amount: Fen::new(row.int(3)?), voucher: label(row, 4)? })
    };
    rows.iter().map(of).collect()
}

/// Money moved to units and paid on by them, by allocation.
fn moved(tx: &mut Tx<'_>, book: &Book, from: NaiveDate, to: NaiveDate) -> Result<Vec<Moved>> {
    let chart = chart(tx, book)?;
    let rows = tx.query(
        "SELECT a.unit, COALESCE(u.name, a.unit), a.doc_no, a.project,
                CAST(SUM(p.debit) AS BIGINT), CAST(SUM(p.credit) AS BIGINT), v.year, v.month, v.number
           FROM voucher v
           JOIN posting p ON p.book = v.book AND p.voucher = v.seq AND p.account = $4
           JOIN dim d ON d.book = p.book AND d.id = p.dim
           JOIN allocation a ON a.book = d.book AND a.id = d.allocation
           LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
          WHERE v.book = $1 AND v.date >= $2 AND v.date <= $3 AND v.closing = 0
          GROUP BY a.unit, u.name, a.doc_no, a.project, v.seq, v.year, v.month, v.number ORDER BY v.seq",
        params![book.id, date_to_int(from), date_to_int(to), chart.place(Place::Moved)],
    )?;
    let mut found: Vec<Moved> = Vec::new();
    for row in rows {
        let (unit, allocation, project) = (row.string(0)?, row.string(2)?, row.string(3)?);
        let known = found.iter_mut().find(|one| one.unit == unit && one.allocation == allocation && one.project == project);
        let (debit, credit, voucher) = (row.int(4)?, row.int(5)?, label(&row, 6)?);
        match known {
            Some(one) => {
                one.moved = Fen::new(one.moved.get() + debit);
                one.onward = Fen::new(one.onward.get() + credit);
                one.left = Fen::new(one.left.get() + debit - credit);
                one.vouchers.push(voucher);
            }
            None => found.push(Moved {
                unit,
                name: row.string(1)?,
                allocation,
                project,
                moved: Fen::new(debit),
                onward: Fen::new(credit),
                left: Fen::new(debit - credit),
                vouchers: vec![voucher],
            }),
        }
    }
    found.sort_by(|a, b| b.left.cmp(&a.left).then_with(|| (&a.unit, &a.allocation, &a.project).cmp(&(&b.unit, &b.allocation, &b.project))));
    Ok(found)
}

/// Refunds of card payments that were confirmed between two days; households are known by batch and line only.
fn card_refunds(tx: &mut Tx<'_>, book: &Book, from: NaiveDate, to: NaiveDate, as_of: NaiveDate) -> Result<Vec<Refund>> {
    let rows = tx.query(
        "SELECT r.doc_no, b.code, r.line, COALESCE(u.name, b.unit), s.booked, p.amount, r.date, r.amount, r.reason,
                v.year, v.month, v.number, w.year, w.month, w.number
           FROM refund r
           JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
           JOIN payment_result s ON s.book = r.book AND s.batch = r.batch AND s.line = r.line
           JOIN batch b ON b.book = r.book AND b.id = r.batch
           LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit
           JOIN voucher v ON v.book = s.book AND v.seq = s.voucher
           JOIN voucher w ON w.book = r.book AND w.seq = r.voucher
          WHERE r.book = $1 AND s.booked >= $2 AND s.booked <= $3 AND r.date <= $4",
        params![book.id, date_to_int(from), date_to_int(to), date_to_int(as_of)],
    )?;
    rows.iter().map(|row| refund(row, format!("{}+{}", row.text(1)?, row.int(2)?), 3)).collect()
}

/// A refund of a row whose columns from `at` on are unit, day and amount of the payment, those of the refund, its reason, and
/// both vouchers.
fn refund(row: &Row, payment: String, at: usize) -> Result<Refund> {
    Ok(Refund {
        doc_no: row.string(0)?,
        payment,
        unit_name: row.string(at)?,
        paid_on: day(row, at + 1)?,
        paid: Fen::new(row.int(at + 2)?),
        date: day(row, at + 3)?,
        amount: Fen::new(row.int(at + 4)?),
        reason: row.string(at + 5)?,
        payment_voucher: label(row, at + 6)?,
        voucher: label(row, at + 9)?,
    })
}

fn project_refunds(tx: &mut Tx<'_>, book: &Book, from: NaiveDate, to: NaiveDate, as_of: NaiveDate) -> Result<Vec<Refund>> {
    let rows = tx.query(
        "SELECT r.doc_no, s.doc_no, COALESCE(u.name, s.unit), s.date, s.amount, r.date, r.amount, r.reason,
                v.year, v.month, v.number, w.year, w.month, w.number
           FROM refund r
           JOIN disbursement s ON s.book = r.book AND s.id = r.disbursement
           LEFT JOIN unit u ON u.book = s.book AND u.code = s.unit
           JOIN voucher v ON v.book = s.book AND v.seq = s.voucher
           JOIN voucher w ON w.book = r.book AND w.seq = r.voucher
          WHERE r.book = $1 AND s.date >= $2 AND s.date <= $3 AND r.date <= $4",
        params![book.id, date_to_int(from), date_to_int(to), date_to_int(as_of)],
    )?;
    rows.iter().map(|row| refund(row, row.string(1)?, 2)).collect()
}

/// Payments to the final payees of projects. A person's name is not shown.
fn payments(tx: &mut Tx<'_>, book: &Book, from: NaiveDate, to: NaiveDate) -> Result<Vec<ProjectPayment>> {
    let rows = tx.query(
        "SELECT s.doc_no, s.date, COALESCE(u.name, s.unit), s.project, COALESCE(p.name, s.project), COALESCE(p.planned, 0), p.started,
                s.payee, s.payee_kind, s.amount, v.year, v.month, v.number
           FROM disbursement s
           LEFT JOIN unit u ON u.book = s.book AND u.code = s.unit
           LEFT JOIN project p ON p.book = s.book AND p.code = s.project
           JOIN voucher v ON v.book = s.book AND v.seq = s.voucher
          WHERE s.book = $1 AND s.date >= $2 AND s.date <= $3 AND s.event IN ('pay', 'onward')
            AND NOT EXISTS (SELECT 1 FROM voucher r WHERE r.book = v.book AND r.reverses = v.seq)
          ORDER BY s.project, s.date, s.doc_no",
        params![book.id, date_to_int(from), date_to_int(to)],
    )?;
    rows.iter()
        .map(|row| {
            let payee_kind = row.string(8)?;
            Ok(ProjectPayment {
                doc_no: row.string(0)?,
                date: day(row, 1)?,
                unit_name: row.string(2)?,
                project: row.string(3)?,
                project_name: row.string(4)?,
                planned: Fen::new(row.int(5)?),
                started: row.opt_int(6)?.and_then(date_from_int),
                payee: if payee_kind == "个人" { "个人".to_string() } else { row.string(7)? },
                payee_kind,
                amount: Fen::new(row.int(9)?),
                voucher: label(row, 10)?,
            })
        })
        .collect()
}

impl Gaming {
    /// The sheets, one for each thing that is looked for.
    pub fn tables(&self) -> Vec<Table> {
        let note = "以上均为线索，不是结论，应对照凭证和现场核实。";
        vec![
            sheet::weeks(&self.weeks),
            sheet::rush(&self.rush),
            sheet::moved(&self.moved),
            sheet::returned("gaming_after_cut_off", "截止日后退回", &self.after_cut_off),
            sheet::returned("gaming_round_trips", "支付后短期退回（回流）", &self.round_trips),
            sheet::payments("gaming_splits", "化整为零（合计达到招标限额）", &self.splits),
            sheet::payments("gaming_prepaid", "开工前或超计划支付", &self.prepaid).note(note),
        ]
    }
}
