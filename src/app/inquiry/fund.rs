//! Funds (指标): every budget document with what is unallocated, held in all places, and gone (paid or taken back), as the
//! balances stand now.

use super::voucher::{self, HEAD, VoucherHead, head};
use crate::app::book::chart;
use crate::app::progress::HOLDING;
use crate::app::{AppError, Book, Bureau, Result};
use crate::domain::calendar::date_from_int;
use crate::domain::ledger::{Chart, Place};
use crate::domain::money::Fen;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FundRow {
    pub doc_no: String,
    pub name: String,
    pub level: String,
    pub category: String,
    pub year: i64,
    #[serde(serialize_with = "serialize_day")]
    pub received: NaiveDate,
    /// 功能科目
    pub function: String,
    pub amount: Fen,
    pub unallocated: Fen,
    /// In all places where money is that has not been spent, the unallocated included.
    pub held: Fen,
    /// Paid or taken back: amount less what is held.
    pub gone: Fen,
}

/// A fund with where its money is, to whom it was allocated, and its vouchers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    pub row: FundRow,
    /// Place and what it holds; paid and reclaimed money included, sources left out.
    pub places: Vec<(Place, Fen)>,
    pub allocations: Vec<AllocationRow>,
    /// Vouchers that touch its money, newest first.
    pub vouchers: Vec<VoucherHead>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocationRow {
    pub doc_no: String,
    pub unit: String,
    pub unit_name: String,
    pub project: String,
    pub program: String,
    /// Handed out less what was taken back.
    pub allocated: Fen,
    /// Of it paid to households and payees.
    pub paid: Fen,
}

/// Vouchers of one fund that are shown.
const VOUCHERS: i64 = 200;

/// One fund. Errors: none such.
pub fn show(bureau: &mut Bureau, doc_no: &str) -> Result<Fund> {
    let Some(row) = list(bureau)?.into_iter().find(|fund| fund.doc_no == doc_no) else {
        return AppError::refuse("no_fund", format!("没有指标 {doc_no}"), "请用 ⟦fund.list⟧ 查看");
    };
    bureau.read(|tx, book| {
        let chart = chart(tx, book)?;
        let held = tx.query(
            "SELECT b.account, CAST(SUM(b.debit - b.credit) AS BIGINT) FROM dim d
               JOIN balance b ON b.book = d.book AND b.dim = d.id
              WHERE d.book = $1 AND d.fund = $2 GROUP BY b.account HAVING SUM(b.debit - b.credit) <> 0 ORDER BY b.account",
            params![book.id, doc_no],
        )?;
        let mut places = Vec::new();
        for row in held {
            if let Some(place) = chart.place_of(row.int(0)?).filter(|place| !place.is_source()) {
                places.push((place, Fen::new(row.int(1)?)));
            }
        }
        let sql = format!(
            "SELECT {HEAD} FROM voucher v WHERE v.book = $1 AND v.seq IN (
               SELECT p.voucher FROM posting p JOIN dim d ON d.book = p.book AND d.id = p.dim WHERE p.book = $1 AND d.fund = $2)
              ORDER BY v.seq DESC LIMIT $3"
        );
        let vouchers = tx.query(&sql, params![book.id, doc_no, VOUCHERS])?.iter().map(head).collect::<std::result::Result<_, _>>()?;
        Ok(Fund { allocations: allocations(tx, book, &chart, doc_no)?, row, places, vouchers })
    })
}

fn allocations(tx: &mut Tx<'_>, book: &Book, chart: &Chart, doc_no: &str) -> Result<Vec<AllocationRow>> {
    let all: Vec<String> = [Place::PaidHousehold, Place::PaidPayee].into_iter().map(|place| chart.place(place).to_string()).collect();
    let held: Vec<String> = HOLDING.into_iter().map(|place| chart.place(place).to_string()).chain(all.iter().cloned()).collect();
    let sql = format!(
        "SELECT a.doc_no, a.unit, COALESCE(u.name, ''), a.project, a.program,
                CAST(COALESCE(SUM(CASE WHEN b.account IN ({}) THEN b.debit - b.credit ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN b.account IN ({}) THEN b.debit - b.credit ELSE 0 END), 0) AS BIGINT)
           FROM allocation a
           JOIN dim d ON d.book = a.book AND d.fund = a.fund AND d.allocation = a.id
           LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
           LEFT JOIN balance b ON b.book = d.book AND b.dim = d.id
          WHERE a.book = $1 AND a.fund = $2
          GROUP BY a.id, a.doc_no, a.unit, u.name, a.project, a.program ORDER BY a.id",
        held.join(", "),
        all.join(", ")
    );
    let mut found = Vec::new();
    for row in tx.query(&sql, params![book.id, doc_no])? {
        found.push(AllocationRow {
            doc_no: row.string(0)?,
            unit: row.string(1)?,
            unit_name: row.string(2)?,
            project: row.string(3)?,
            program: row.string(4)?,
            allocated: Fen::new(row.int(5)?),
            paid: Fen::new(row.int(6)?),
        });
    }
    Ok(found)
}

impl Fund {
    /// The fund, its places, its allocations and its vouchers.
    pub fn tables(&self) -> Vec<Table> {
        let mut places = Table::new("fund_places", "现在何处").subtitle("单位：元").column("place", "位置", Kind::Text).column(
            "amount",
            "金额",
            Kind::Money,
        );
        for (place, amount) in &self.places {
            places.push(vec![Cell::text(place.title()), (*amount).into()]);
        }
        let mut allocations = Table::new("fund_allocations", "分配")
            .subtitle("单位：元")
            .column("doc_no", "分配文号", Kind::Text)
            .column("unit", "单位编码", Kind::Text)
            .column("unit_name", "单位", Kind::Text)
            .column("project", "项目", Kind::Text)
            .column("program", "政策", Kind::Text)
            .column("allocated", "分配金额", Kind::Money)
            .column("paid", "已支出", Kind::Money);
        for a in &self.allocations {
            let words = [&a.doc_no, &a.unit, &a.unit_name, &a.project, &a.program].map(Cell::text);
            allocations.push(words.into_iter().chain([a.allocated.into(), a.paid.into()]).collect());
        }
        let mut vouchers = voucher::list_table(&self.vouchers);
        if self.vouchers.len() as i64 == VOUCHERS {
            vouchers = vouchers.note(format!("只列出最近 {VOUCHERS} 张"));
        }
        vec![list_table(std::slice::from_ref(&self.row)), places, allocations, vouchers]
    }
}

/// All funds, by year and document.
pub fn list(bureau: &mut Bureau) -> Result<Vec<FundRow>> {
    bureau.read(|tx, book| {
        let chart = chart(tx, book)?;
        let codes: Vec<String> = HOLDING.into_iter().map(|place| chart.place(place).to_string()).collect();
        let sql = format!(
            "SELECT f.doc_no, f.name, f.level, f.category, f.year, f.received, f.function, f.amount,
                    CAST(COALESCE(SUM(CASE WHEN b.account = $2 THEN b.debit - b.credit ELSE 0 END), 0) AS BIGINT),
                    CAST(COALESCE(SUM(b.debit - b.credit), 0) AS BIGINT)
               FROM fund f
               LEFT JOIN dim d ON d.book = f.book AND d.fund = f.doc_no
               LEFT JOIN balance b ON b.book = d.book AND b.dim = d.id AND b.account IN ({})
              WHERE f.book = $1
              GROUP BY f.doc_no, f.name, f.level, f.category, f.year, f.received, f.function, f.amount
              ORDER BY f.year, f.received, f.doc_no",
            codes.join(", ")
        );
        let rows = tx.query(&sql, params![book.id, chart.place(Place::Unallocated)])?;
        let mut funds = Vec::with_capacity(rows.len());
        for row in rows {
            let (amount, held) = (row.int(7)?, row.int(9)?);
            funds.push(FundRow {
                doc_no: row.string(0)?,
                name: row.string(1)?,
                level: row.string(2)?,
                category: row.string(3)?,
                year: row.int(4)?,
                received: date_from_int(row.int(5)?).ok_or_else(|| StoreError::Schema("收文日期无效".into()))?,
                function: row.string(6)?,
                amount: Fen::new(amount),
                unallocated: Fen::new(row.int(8)?),
                held: Fen::new(held),
                gone: Fen::new(amount - held),
            });
        }
        Ok(funds)
    })
}

pub fn list_table(funds: &[FundRow]) -> Table {
    let mut table = Table::new("funds", "指标目录")
        .subtitle("单位：元")
        .column("doc_no", "指标文号", Kind::Text)
        .column("name", "资金名称", Kind::Text)
        .column("level", "级次", Kind::Text)
        .column("category", "类别", Kind::Text)
        .column("year", "年度", Kind::Text)
        .column("received", "收文日期", Kind::Date)
        .column("function", "功能科目", Kind::Text)
        .column("amount", "金额", Kind::Money)
        .column("unallocated", "待分配", Kind::Money)
        .column("held", "未支出", Kind::Money)
        .column("gone", "已支出及收回", Kind::Money);
    for fund in funds {
        table.push(vec![
            Cell::text(&fund.doc_no),
            Cell::text(&fund.name),
            Cell::text(&fund.level),
            Cell::text(&fund.category),
            Cell::text(fund.year.to_string()),
            Cell::Date(fund.received),
            Cell::text(&fund.function),
            fund.amount.into(),
            fund.unallocated.into(),
            fund.held.into(),
            fund.gone.into(),
        ]);
    }
    table
}
