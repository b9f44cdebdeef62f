//! What is printed on a worksheet's row: who or what to look for, and what the books say of it. Of ID numbers and
//! accounts only the end is shown; names as the setting says, in full by default, since whoever knocks must ask for somebody.

use super::frame::Regions;
use crate::app::{Book, Result};
use crate::domain::calendar::{Month, date_from_int};
use crate::domain::identity::{mask_account, mask_id, mask_name};
use crate::domain::inspection::frame::FrameItem;
use crate::domain::inspection::plan::Population;
use crate::domain::inspection::worksheet::Names;
use crate::domain::money::{Fen, Quantity};
use crate::domain::report::Cell;
use crate::params;
use crate::store::{StoreError, Tx};

/// A row as it is needed: its printed cells after the check code, and the subject masked for reports.
pub(super) struct Printed {
    pub cells: Vec<Cell>,
    pub subject: String,
}

pub(super) struct Printer<'a> {
    pub book: &'a Book,
    pub regions: Regions,
    pub names: Names,
    pub population: Population,
    /// First and last day of the period, as whole numbers.
    pub period: (i64, i64),
}

impl Printer<'_> {
    pub fn print(&self, tx: &mut Tx<'_>, item: &FrameItem) -> Result<Printed> {
        match self.population {
            Population::Payments => self.payment(tx, item),
            Population::Disbursements => self.disbursement(tx, item),
            Population::Households => self.household(tx, item),
        }
    }

    fn name(&self, name: &str) -> String {
        if self.names == Names::Full { name.to_string() } else { mask_name(name) }
    }

    fn payment(&self, tx: &mut Tx<'_>, item: &FrameItem) -> Result<Printed> {
        let (batch, line) = item.item.rsplit_once('+').unwrap_or((&item.item, ""));
        let line: i64 = line.parse().map_err(|_| StoreError::Schema(format!("抽样框的单据“{}”不是批次行", item.item)))?;
        let row = tx.one(
            "SELECT q.name, q.id_no, c.account, COALESCE((SELECT MAX(g.name) FROM program g WHERE g.book = b.book AND g.code = b.program), b.program),
                    b.period_first, b.period_last, r.booked, p.quantity
               FROM batch b JOIN payment p ON p.book = b.book AND p.batch = b.id AND p.line = $3
               JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
               JOIN person q ON q.book = p.book AND q.id = p.person JOIN card c ON c.book = p.book AND c.id = p.card
              WHERE b.book = $1 AND b.code = $2",
            params![self.book.id, batch, line],
        )?;
        let name = row.text(0)?;
        let cells = vec![
            Cell::text(self.regions.name(&item.village)),
            Cell::text(&item.household),
            Cell::text(self.name(name)),
            Cell::text(tail(&mask_id(row.text(1)?))),
            Cell::text(tail(&mask_account(row.text(2)?))),
            Cell::text(row.text(3)?),
            Cell::text(months(row.int(4)?, row.int(5)?)),
            Cell::text(day(row.int(6)?)),
            Cell::text(Quantity::new(row.int(7)?).to_string()),
            Fen::new(item.value).into(),
        ];
        Ok(Printed { cells, subject: mask_name(name) })
    }

    fn disbursement(&self, tx: &mut Tx<'_>, item: &FrameItem) -> Result<Printed> {
        let row = tx.one(
            "SELECT d.project, COALESCE(j.name, ''), d.payee, d.payee_kind, d.purpose, d.date FROM disbursement d
               LEFT JOIN project j ON j.book = d.book AND j.code = d.project WHERE d.book = $1 AND d.doc_no = $2",
            params![self.book.id, &item.item],
        )?;
        let project = [row.text(0)?, row.text(1)?].join(" ");
        // a payee that is a person is personal data
        let payee = if row.text(3)? == "个人" { self.name(row.text(2)?) } else { row.string(2)? };
        let cells = vec![
            Cell::text(&item.item),
            Cell::text(project.trim()),
            Cell::text(self.regions.name(&item.village)),
            Cell::text(payee),
            Cell::text(row.text(4)?),
            Cell::text(day(row.int(5)?)),
            Fen::new(item.value).into(),
        ];
        Ok(Printed { cells, subject: project.trim().to_string() })
    }

    fn household(&self, tx: &mut Tx<'_>, item: &FrameItem) -> Result<Printed> {
        let row = tx.one(
            "SELECT h.head, h.head_id, h.status,
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM person q WHERE q.book = h.book AND q.household = h.code AND q.status = '正常'),
                    (SELECT CAST(COUNT(*) AS BIGINT) FROM payment p JOIN person q ON q.book = p.book AND q.id = p.person
                       JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line AND r.paid = 1
                      WHERE q.book = h.book AND q.household = h.code AND p.household = h.id AND r.booked BETWEEN $3 AND $4)
               FROM household h WHERE h.book = $1 AND h.code = $2",
            params![self.book.id, &item.item, self.period.0, self.period.1],
        )?;
        let name = row.text(0)?;
        let cells = vec![
            Cell::text(self.regions.name(&item.village)),
            Cell::text(&item.item),
            Cell::text(self.name(name)),
            Cell::text(tail(&mask_id(row.text(1)?))),
            Cell::Count(row.int(3)?),
            Cell::text(row.text(2)?),
            Cell::Count(row.int(4)?),
            Fen::new(item.value).into(),
        ];
        Ok(Printed { cells, subject: mask_name(name) })
    }
}

/// The end of a masked number, which is enough at the door: `*1932`.
fn tail(masked: &str) -> String {
    let count = masked.chars().count();
    masked.chars().skip(count.saturating_sub(5)).collect()
}

fn day(number: i64) -> String {
    date_from_int(number).map_or_else(String::new, |date| date.to_string())
}

/// `2018年4月`, `2018年4-6月`, or the whole of both where years differ.
fn months(first: i64, last: i64) -> String {
    let (Some(first), Some(last)) = (Month::from_int(first), Month::from_int(last)) else { return String::new() };
    if first == last {
        format!("{}年{}月", first.year(), first.month())
    } else if first.year() == last.year() {
        format!("{}年{}-{}月", first.year(), first.month(), last.month())
    } else {
        format!("{first} 至 {last}")
    }
}
