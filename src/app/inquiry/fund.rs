//! Funds (指标): every budget document with what is unallocated, held in all places, and gone (paid or taken back), as the
//! balances stand now.

use crate::app::book::chart;
use crate::app::progress::HOLDING;
use crate::app::{Bureau, Result};
use crate::domain::calendar::date_from_int;
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::StoreError;
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
