//! Batches: the list with the stage each has reached, and one batch with its stages, what the bank made of it, and the
//! returned lines that nothing has become of yet, name and account masked. Counts of answers come from the vouchers, which
//! keep them, so that the list does not read payment lines.

mod table;

pub use table::list_table;

use crate::app::account_ledger::DIMENSION;
use crate::app::{AppError, Book, Bureau, Result};
use crate::domain::calendar::{Month, Period, date_from_int};
use crate::domain::identity::{mask_account, mask_name};
use crate::domain::money::Fen;
use crate::domain::report::figure::{serialize_day, serialize_day_option};
use crate::params;
use crate::store::{Row, StoreError, Tx};
use chrono::NaiveDate;
use serde::Serialize;

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    Reserved,
    Approved,
    Sent,
    /// The bank has answered every line.
    Answered,
    Cancelled,
}

impl BatchState {
    pub const ALL: [BatchState; 5] =
        [BatchState::Reserved, BatchState::Approved, BatchState::Sent, BatchState::Answered, BatchState::Cancelled];

    pub fn code(self) -> &'static str {
        match self {
            BatchState::Reserved => "reserved",
            BatchState::Approved => "approved",
            BatchState::Sent => "sent",
            BatchState::Answered => "answered",
            BatchState::Cancelled => "cancelled",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            BatchState::Reserved => "已占用待审批",
            BatchState::Approved => "已审批待送银行",
            BatchState::Sent => "已送银行待回盘",
            BatchState::Answered => "已回盘",
            BatchState::Cancelled => "已撤销",
        }
    }

    pub fn from_code(code: &str) -> Option<BatchState> {
        BatchState::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchRow {
    pub code: String,
    pub unit: String,
    pub unit_name: String,
    pub program: String,
    pub period: Option<Period>,
    #[serde(serialize_with = "serialize_day_option")]
    pub made: Option<NaiveDate>,
    pub state: BatchState,
    pub lines: i64,
    pub total: Fen,
    pub paid_lines: i64,
    pub paid: Fen,
    pub returned_lines: i64,
    pub returned: Fen,
    /// The batch whose returned lines it pays again.
    pub reissue_of: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageRow {
    pub stage: String,
    #[serde(serialize_with = "serialize_day")]
    pub date: NaiveDate,
    pub actor: String,
    pub voucher: Option<i64>,
}

/// A returned line that nothing has become of yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenReturn {
    pub line: i64,
    /// Masked.
    pub name: String,
    /// Masked.
    pub account: String,
    pub amount: Fen,
    pub reason: String,
}

/// Money that a batch draws on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SliceRow {
    pub dimension: String,
    pub amount: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Batch {
    #[serde(flatten)]
    pub head: BatchRow,
    pub maker: String,
    pub stages: Vec<StageRow>,
    pub slices: Vec<SliceRow>,
    pub open_returns: Vec<OpenReturn>,
}

// Postings of 指标账 alone carry the amount once: the in-transit account is credited by both kinds of answer.
const ROWS: &str = "SELECT b.id, b.code, b.unit, COALESCE(u.name, b.unit), b.program, b.period_first, b.period_last, b.made,
        (SELECT o.code FROM batch o WHERE o.book = b.book AND o.id = b.reissue_of), b.maker, s.lines, s.total,
        CAST(COALESCE((SELECT SUM(v.details) FROM voucher v
          WHERE v.book = b.book AND v.reference = b.code AND v.event = 'confirm'), 0) AS BIGINT),
        CAST(COALESCE((SELECT SUM(p.credit) FROM voucher v
          JOIN posting p ON p.book = v.book AND p.voucher = v.seq
          JOIN account a ON a.book = p.book AND a.code = p.account AND a.role = 'in_transit'
          WHERE v.book = b.book AND v.reference = b.code AND v.event = 'confirm'), 0) AS BIGINT),
        CAST(COALESCE((SELECT SUM(v.details) FROM voucher v
          WHERE v.book = b.book AND v.reference = b.code AND v.event = 'return'), 0) AS BIGINT),
        CAST(COALESCE((SELECT SUM(p.credit) FROM voucher v
          JOIN posting p ON p.book = v.book AND p.voucher = v.seq
          JOIN account a ON a.book = p.book AND a.code = p.account AND a.role = 'in_transit'
          WHERE v.book = b.book AND v.reference = b.code AND v.event = 'return'), 0) AS BIGINT),
        (SELECT COUNT(*) FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage = 'approved'),
        (SELECT COUNT(*) FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage = 'sent'),
        (SELECT COUNT(*) FROM batch_stage t WHERE t.book = b.book AND t.batch = b.id AND t.stage = 'cancelled')
   FROM batch b
   JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
   LEFT JOIN unit u ON u.book = b.book AND u.code = b.unit
  WHERE b.book = $1";

/// All batches in order of making, or those that have come to one stage.
pub fn list(bureau: &mut Bureau, state: Option<BatchState>) -> Result<Vec<BatchRow>> {
    bureau.read(|tx, book| {
        let rows = tx.query(&format!("{ROWS} ORDER BY b.made, b.id"), params![book.id])?;
        let mut batches = Vec::with_capacity(rows.len());
        for row in &rows {
            let batch = head(row)?;
            if state.is_none_or(|state| state == batch.state) {
                batches.push(batch);
            }
        }
        Ok(batches)
    })
}

fn head(row: &Row) -> std::result::Result<BatchRow, StoreError> {
    let (lines, paid_lines, returned_lines) = (row.int(10)?, row.int(12)?, row.int(14)?);
    let state = match (row.int(16)? > 0, row.int(17)? > 0, row.int(18)? > 0) {
        (_, _, true) => BatchState::Cancelled,
        (_, true, _) if paid_lines + returned_lines >= lines => BatchState::Answered,
        (_, true, _) => BatchState::Sent,
        (true, ..) => BatchState::Approved,
        _ => BatchState::Reserved,
    };
    let period = Month::from_int(row.int(5)?).zip(Month::from_int(row.int(6)?)).and_then(|(first, last)| Period::new(first, last));
    Ok(BatchRow {
        code: row.string(1)?,
        unit: row.string(2)?,
        unit_name: row.string(3)?,
        program: row.string(4)?,
        period,
        made: date_from_int(row.int(7)?),
        state,
        lines,
        total: Fen::new(row.int(11)?),
        paid_lines,
        paid: Fen::new(row.int(13)?),
        returned_lines,
        returned: Fen::new(row.int(15)?),
        reissue_of: row.opt_string(8)?,
    })
}

/// One batch. Errors: no such batch.
pub fn show(bureau: &mut Bureau, code: &str) -> Result<Batch> {
    bureau.read(|tx, book| {
        let Some(row) = tx.first(&format!("{ROWS} AND b.code = $2"), params![book.id, code])? else {
            return AppError::refuse("no_batch", format!("没有批次 {code}"), "请用 ⟦batch.list⟧ 查看");
        };
        let id = row.int(0)?;
        Ok(Batch {
            head: head(&row)?,
            maker: row.string(9)?,
            stages: stages(tx, book, id)?,
            slices: slices(tx, book, id)?,
            open_returns: open_returns(tx, book, id)?,
        })
    })
}

fn stages(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Vec<StageRow>> {
    let rows = tx.query(
        "SELECT stage, date, actor, voucher FROM batch_stage WHERE book = $1 AND batch = $2 ORDER BY at, date",
        params![book.id, batch],
    )?;
    let mut stages = Vec::with_capacity(rows.len());
    for row in &rows {
        let date = date_from_int(row.int(1)?).ok_or_else(|| StoreError::Schema("批次日期无效".into()))?;
        stages.push(StageRow { stage: row.string(0)?, date, actor: row.string(2)?, voucher: row.opt_int(3)? });
    }
    Ok(stages)
}

fn slices(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Vec<SliceRow>> {
    let sql = format!(
        "SELECT {DIMENSION}, s.amount FROM batch_slice s
           JOIN dim d ON d.book = s.book AND d.id = s.dim
           LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
           LEFT JOIN unit u ON u.book = a.book AND u.code = a.unit
          WHERE s.book = $1 AND s.batch = $2 ORDER BY s.slice"
    );
    let rows = tx.query(&sql, params![book.id, batch])?;
    rows.iter().map(|row| Ok(SliceRow { dimension: row.string(0)?, amount: Fen::new(row.int(1)?) })).collect()
}

fn open_returns(tx: &mut Tx<'_>, book: &Book, batch: i64) -> Result<Vec<OpenReturn>> {
    let rows = tx.query(
        "SELECT p.line, q.name, c.account, p.amount, r.reason
           FROM payment_result r
           JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
           JOIN person q ON q.book = p.book AND q.id = p.person
           JOIN card c ON c.book = p.book AND c.id = p.card
          WHERE r.book = $1 AND r.batch = $2 AND r.paid = 0
            AND NOT EXISTS (SELECT 1 FROM payment_exit x WHERE x.book = r.book AND x.batch = r.batch AND x.line = r.line)
          ORDER BY p.line",
        params![book.id, batch],
    )?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        lines.push(OpenReturn {
            line: row.int(0)?,
            name: mask_name(row.text(1)?),
            account: mask_account(row.text(2)?),
            amount: Fen::new(row.int(3)?),
            reason: row.string(4)?,
        });
    }
    Ok(lines)
}
