//! Vouchers as they are stored, read in pages in the order of the chain: for checking, and for handing out. A page holds
//! few enough vouchers that a book of any size needs little memory.

use super::ledger::voucher_label;
use super::{Book, Result};
use crate::domain::ledger::chain::DimKey;
use crate::params;
use crate::store::{Field, Row, StoreError, Tx};
use std::collections::HashMap;

/// Vouchers of one page.
const PAGE: i64 = 512;

/// A voucher with its postings in stored order.
#[derive(Debug, Clone)]
pub struct Stored {
    pub seq: i64,
    pub year: i64,
    pub month: i64,
    pub number: i64,
    pub date: i64,
    pub closing: i64,
    pub event: String,
    pub summary: String,
    pub attachments: i64,
    pub maker: String,
    pub checker: String,
    pub reverses: Option<i64>,
    pub reference: String,
    pub file: Option<i64>,
    /// Empty where there is no file, or where the file that it names is gone.
    pub file_digest: Vec<u8>,
    pub details: i64,
    pub details_digest: Vec<u8>,
    pub recorded_at: i64,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub lines: Vec<StoredLine>,
}

#[derive(Debug, Clone, Copy)]
pub struct StoredLine {
    pub line: i64,
    pub date: i64,
    pub closing: i64,
    pub account: i64,
    pub dim: i64,
    pub debit: i64,
    pub credit: i64,
}

impl Stored {
    pub fn label(&self) -> String {
        voucher_label(self.year, self.month, self.number)
    }
}

const COLUMNS: &str =
    "v.seq, v.year, v.month, v.number, v.date, v.closing, v.event, v.summary, v.attachments, v.maker, v.checker, v.reverses,
    v.reference, v.file, f.digest, v.details, v.details_digest, v.recorded_at, v.prev_hash, v.hash
    FROM voucher v LEFT JOIN file f ON f.book = v.book AND f.id = v.file";

/// The vouchers that follow sequence `after`; empty at the end of the chain.
pub fn page(tx: &mut Tx<'_>, book: &Book, after: i64) -> Result<Vec<Stored>> {
    let sql = format!("SELECT {COLUMNS} WHERE v.book = $1 AND v.seq > $2 ORDER BY v.seq LIMIT $3");
    let mut vouchers = heads(&tx.query(&sql, params![book.id, after, PAGE])?)?;
    read_lines(tx, book, after, &mut vouchers)?;
    Ok(vouchers)
}

/// Vouchers of a year, in the order of their numbers, that follow `(month, number)` and are known at voucher `last`.
pub fn page_of_year(tx: &mut Tx<'_>, book: &Book, year: i64, last: i64, after: (i64, i64)) -> Result<Vec<Stored>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE v.book = $1 AND v.year = $2 AND v.seq <= $3 AND (v.month > $4 OR (v.month = $4 AND v.number > $5))
          ORDER BY v.month, v.number LIMIT $6"
    );
    let mut vouchers = heads(&tx.query(&sql, params![book.id, year, last, after.0, after.1, PAGE])?)?;
    let seqs: Vec<String> = vouchers.iter().map(|voucher| voucher.seq.to_string()).collect();
    if seqs.is_empty() {
        return Ok(vouchers);
    }
    let place: HashMap<i64, usize> = vouchers.iter().enumerate().map(|(at, voucher)| (voucher.seq, at)).collect();
    let sql = format!(
        "SELECT voucher, line, date, closing, account, dim, debit, credit FROM posting
          WHERE book = $1 AND voucher IN ({}) ORDER BY voucher, line",
        seqs.join(", ")
    );
    tx.scan(&sql, params![book.id], |row| {
        if let Some(voucher) = place.get(&row[0].int()?).and_then(|at| vouchers.get_mut(*at)) {
            voucher.lines.push(line(row)?);
        }
        Ok(())
    })?;
    Ok(vouchers)
}

fn heads(rows: &[Row]) -> Result<Vec<Stored>> {
    let mut vouchers = Vec::with_capacity(rows.len());
    for row in rows {
        vouchers.push(Stored {
            seq: row.int(0)?,
            year: row.int(1)?,
            month: row.int(2)?,
            number: row.int(3)?,
            date: row.int(4)?,
            closing: row.int(5)?,
            event: row.string(6)?,
            summary: row.string(7)?,
            attachments: row.int(8)?,
            maker: row.string(9)?,
            checker: row.string(10)?,
            reverses: row.opt_int(11)?,
            reference: row.string(12)?,
            file: row.opt_int(13)?,
            file_digest: row.bytes(14).map(<[u8]>::to_vec).unwrap_or_default(),
            details: row.int(15)?,
            details_digest: row.bytes(16)?.to_vec(),
            recorded_at: row.int(17)?,
            prev_hash: row.bytes(18)?.to_vec(),
            hash: row.bytes(19)?.to_vec(),
            lines: Vec::new(),
        });
    }
    Ok(vouchers)
}

fn line(row: &[Field<'_>]) -> std::result::Result<StoredLine, StoreError> {
    Ok(StoredLine {
        line: row[1].int()?,
        date: row[2].int()?,
        closing: row[3].int()?,
        account: row[4].int()?,
        dim: row[5].int()?,
        debit: row[6].int()?,
        credit: row[7].int()?,
    })
}

fn read_lines(tx: &mut Tx<'_>, book: &Book, after: i64, vouchers: &mut [Stored]) -> Result<()> {
    let Some(last) = vouchers.last().map(|voucher| voucher.seq) else { return Ok(()) };
    let mut at = 0;
    tx.scan(
        "SELECT voucher, line, date, closing, account, dim, debit, credit FROM posting
          WHERE book = $1 AND voucher > $2 AND voucher <= $3 ORDER BY voucher, line",
        params![book.id, after, last],
        |row| {
            let seq = row[0].int()?;
            while vouchers.get(at).is_some_and(|voucher| voucher.seq < seq) {
                at += 1;
            }
            // a posting whose voucher is gone belongs to none of the page
            if let Some(voucher) = vouchers.get_mut(at).filter(|voucher| voucher.seq == seq) {
                voucher.lines.push(line(row)?);
            }
            Ok(())
        },
    )?;
    Ok(())
}

/// The words of all dimension sets of a book, by id.
pub fn dim_words(tx: &mut Tx<'_>, book: &Book) -> Result<HashMap<i64, DimKey>> {
    let mut words = HashMap::new();
    tx.scan(
        "SELECT d.id, d.fund, COALESCE(a.doc_no, ''), COALESCE(a.unit, ''), COALESCE(a.project, ''), COALESCE(a.program, '')
           FROM dim d LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation WHERE d.book = $1",
        params![book.id],
        |row| {
            let text = |column: usize| row[column].text().map(str::to_string);
            let key = DimKey { fund: text(1)?, allocation: text(2)?, unit: text(3)?, project: text(4)?, program: text(5)? };
            words.insert(row[0].int()?, key);
            Ok(())
        },
    )?;
    Ok(words)
}

/// What checking and handing out need to know of an account.
#[derive(Debug, Clone)]
pub struct AccountFacts {
    pub name: String,
    pub control: bool,
    pub normal: i64,
    pub role: String,
}

/// All accounts of a book by code, read as they are: a damaged chart must not stop a check.
pub fn accounts(tx: &mut Tx<'_>, book: &Book) -> Result<HashMap<i64, AccountFacts>> {
    let mut accounts = HashMap::new();
    for row in tx.query("SELECT code, name, grp, normal, role FROM account WHERE book = $1", params![book.id])? {
        let facts = AccountFacts { name: row.string(1)?, control: row.text(2)? == "control", normal: row.int(3)?, role: row.string(4)? };
        accounts.insert(row.int(0)?, facts);
    }
    Ok(accounts)
}
