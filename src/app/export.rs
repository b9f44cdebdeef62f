//! What an independent checker needs, and no personal data: every voucher with its postings in the order of the chain, the
//! payee lines under them by commitment, and the head. The format is that of `tests/check/chain.py`.

use super::stored::{self, Stored};
use super::{Book, Bureau, Result};
use crate::domain::ledger::chain::{self, DimKey, hex};
use crate::files::writing::WriteProblem;
use crate::files::writing::chain_csv::ChainCsv;
use crate::params;
use crate::store::{Field, StoreError, Tx};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Grows when a field is added, renamed, dropped or written otherwise. Since 2 a text that a spreadsheet would run as a
/// formula, and one that begins with an apostrophe, has an apostrophe in front.
pub const FORMAT_VERSION: u32 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    pub version: u32,
    pub canonical: u8,
    pub book: String,
    pub seq: i64,
    pub hash: String,
    pub vouchers: u64,
    pub payments: u64,
    pub results: u64,
}

impl Exported {
    /// What was written, and up to where.
    pub fn sentences(&self) -> [String; 2] {
        [
            format!("已导出凭证 {} 张、发放明细 {} 行、银行回盘 {} 行", self.vouchers, self.payments, self.results),
            format!("链尾：序号 {}，摘要 {}", self.seq, self.hash),
        ]
    }
}

#[derive(Serialize)]
struct VoucherLine<'a> {
    book: &'a str,
    seq: i64,
    number: i64,
    date: i64,
    closing: i64,
    event: &'a str,
    summary: &'a str,
    reference: &'a str,
    attachments: i64,
    maker: &'a str,
    checker: &'a str,
    reverses: i64,
    file_digest: String,
    details: i64,
    details_digest: String,
    recorded_at: i64,
    prev_hash: String,
    hash: String,
    postings: Vec<PostingLine<'a>>,
}

#[derive(Serialize)]
struct PostingLine<'a> {
    account: i64,
    grp: &'static str,
    place: &'a str,
    normal: i64,
    fund: &'a str,
    allocation: &'a str,
    unit: &'a str,
    project: &'a str,
    program: &'a str,
    debit: i64,
    credit: i64,
}

/// Writes `vouchers.jsonl`, `payments.csv`, `results.csv` and `head.txt` into a directory, on one view of the book.
pub fn chain(bureau: &mut Bureau, dir: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Exported> {
    std::fs::create_dir_all(dir)?;
    bureau.read(|tx, book| {
        let last = tx.one("SELECT seq FROM chain WHERE book = $1", params![book.id])?.int(0)?;
        chain_in(tx, book, dir, last, progress)
    })
}

/// The same within a transaction, up to a voucher.
pub fn chain_in(tx: &mut Tx<'_>, book: &Book, dir: &Path, last: i64, progress: &mut dyn FnMut(u64, u64)) -> Result<Exported> {
    let head = tx.first("SELECT hash FROM voucher WHERE book = $1 AND seq = $2", params![book.id, last])?;
    let hash = head.map_or_else(|| Ok(hex(&chain::GENESIS)), |row| row.bytes(0).map(hex))?;
    let mut done = Exported {
        version: FORMAT_VERSION,
        canonical: chain::VERSION,
        book: book.code.clone(),
        seq: last,
        hash,
        vouchers: 0,
        payments: 0,
        results: 0,
    };
    vouchers(tx, book, dir, &mut done, progress)?;
    done.payments = payments(tx, book, dir, last)?;
    done.results = results(tx, book, dir, last)?;
    let head = serde_json::to_string_pretty(&done).map_err(std::io::Error::other)?;
    let mut file = File::create(dir.join("head.txt"))?;
    writeln!(file, "{head}")?;
    file.sync_all()?;
    Ok(done)
}

fn vouchers(tx: &mut Tx<'_>, book: &Book, dir: &Path, done: &mut Exported, progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
    let mut out = BufWriter::new(File::create(dir.join("vouchers.jsonl"))?);
    let (dims, accounts) = (stored::dim_words(tx, book)?, stored::accounts(tx, book)?);
    let total = u64::try_from(done.seq).unwrap_or(0);
    let mut after = 0;
    loop {
        let page = stored::page(tx, book, after)?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for voucher in page.iter().take_while(|voucher| voucher.seq <= done.seq) {
            let line = voucher_line(book, voucher, &dims, &accounts);
            serde_json::to_writer(&mut out, &line).map_err(std::io::Error::other)?;
            out.write_all(b"\n")?;
            done.vouchers += 1;
        }
        progress(done.vouchers, total);
        if after >= done.seq {
            break;
        }
    }
    out.flush()?;
    Ok(())
}

fn voucher_line<'a>(
    book: &'a Book,
    v: &'a Stored,
    dims: &'a HashMap<i64, DimKey>,
    accounts: &'a HashMap<i64, stored::AccountFacts>,
) -> VoucherLine<'a> {
    let postings = v.lines.iter().map(|line| {
        let (dim, account) = (dims.get(&line.dim), accounts.get(&line.account));
        let word = |of: fn(&DimKey) -> &str| dim.map_or("", of);
        PostingLine {
            account: line.account,
            grp: if account.is_some_and(|a| a.control) { "control" } else { "statutory" },
            place: account.map_or("", |a| a.role.as_str()),
            normal: account.map_or(1, |a| a.normal),
            fund: word(|d| &d.fund),
            allocation: word(|d| &d.allocation),
            unit: word(|d| &d.unit),
            project: word(|d| &d.project),
            program: word(|d| &d.program),
            debit: line.debit,
            credit: line.credit,
        }
    });
    VoucherLine {
        book: &book.code,
        seq: v.seq,
        number: v.number,
        date: v.date,
        closing: v.closing,
        event: &v.event,
        summary: &v.summary,
        reference: &v.reference,
        attachments: v.attachments,
        maker: &v.maker,
        checker: &v.checker,
        reverses: v.reverses.unwrap_or(0),
        file_digest: hex(&v.file_digest),
        details: v.details,
        details_digest: hex(&v.details_digest),
        recorded_at: v.recorded_at,
        prev_hash: hex(&v.prev_hash),
        hash: hex(&v.hash),
        postings: postings.collect(),
    }
}

/// Runs a scan into a CSV file; a failure of the file is told as such and not as the database's.
fn csv_of(
    tx: &mut Tx<'_>,
    out: &mut ChainCsv,
    sql: &str,
    params: &[crate::store::Value],
    mut each: impl FnMut(&[Field<'_>], &mut ChainCsv) -> std::result::Result<std::result::Result<(), WriteProblem>, StoreError>,
) -> Result<u64> {
    let (mut rows, mut failed) = (0, None);
    let outcome = tx.scan(sql, params, |row| {
        if let Err(error) = each(row, out)? {
            let text = error.to_string();
            failed = Some(error);
            return Err(StoreError::Io(text));
        }
        rows += 1;
        Ok(())
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    outcome?;
    Ok(rows)
}

/// Payment lines of each reservation, batch by batch in the order of the chain, in the file's order of lines.
fn payments(tx: &mut Tx<'_>, book: &Book, dir: &Path, last: i64) -> Result<u64> {
    let mut out = ChainCsv::create(&dir.join("payments.csv"), &["voucher", "batch", "line", "commitment", "quantity", "rate", "amount"])?;
    let batches = tx.query(
        "SELECT v.seq, b.id, b.code FROM voucher v
           JOIN batch_stage s ON s.book = v.book AND s.voucher = v.seq AND s.stage = 'reserved'
           JOIN batch b ON b.book = s.book AND b.id = s.batch
          WHERE v.book = $1 AND v.event = 'reserve' AND v.seq <= $2 ORDER BY v.seq",
        params![book.id, last],
    )?;
    let mut rows = 0;
    for batch in batches {
        let (voucher, code) = (batch.int(0)?.to_string(), batch.text(2)?);
        let sql = "SELECT p.line, q.id_no, c.account, p.quantity, p.rate, p.amount FROM payment p
             JOIN person q ON q.book = p.book AND q.id = p.person
             JOIN card c ON c.book = p.book AND c.id = p.card
            WHERE p.book = $1 AND p.batch = $2 ORDER BY p.start, p.line";
        rows += csv_of(tx, &mut out, sql, params![book.id, batch.int(1)?], |row, out| {
            let commitment = hex(&chain::commitment(&book.secret, row[1].text()?, row[2].text()?));
            let number = |column: usize| row[column].int().map(|n| n.to_string());
            Ok(out.row(&[&voucher, code, &number(0)?, &commitment, &number(3)?, &number(4)?, &number(5)?]))
        })?;
    }
    out.finish()?;
    Ok(rows)
}

/// The bank's answers under each voucher. A batch is read once for each of its few vouchers.
fn results(tx: &mut Tx<'_>, book: &Book, dir: &Path, last: i64) -> Result<u64> {
    let mut out = ChainCsv::create(&dir.join("results.csv"), &["voucher", "line", "paid", "reason", "booked", "bank_ref", "amount"])?;
    let vouchers = tx.query(
        "SELECT v.seq, b.id FROM voucher v JOIN batch b ON b.book = v.book AND b.code = v.reference
          WHERE v.book = $1 AND v.event IN ('confirm', 'return') AND v.seq <= $2 ORDER BY v.seq",
        params![book.id, last],
    )?;
    let mut rows = 0;
    for voucher in vouchers {
        let seq = voucher.int(0)?;
        let sql = "SELECT r.line, r.paid, r.reason, r.booked, r.bank_ref, p.amount FROM payment_result r
             JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
            WHERE r.book = $1 AND r.batch = $2 AND r.voucher = $3 ORDER BY r.line";
        rows += csv_of(tx, &mut out, sql, params![book.id, voucher.int(1)?, seq], |row, out| {
            let number = |column: usize| row[column].int().map(|n| n.to_string());
            let (reason, bank_ref) = (row[2].text()?, row[4].text()?);
            Ok(out.row(&[&seq.to_string(), &number(0)?, &number(1)?, reason, &number(3)?, bank_ref, &number(5)?]))
        })?;
    }
    out.finish()?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use crate::app::specimen;

    #[test]
    fn an_export_holds_every_voucher_and_line_and_no_person() {
        let mut book = specimen::build();
        let dir = tempfile::tempdir().unwrap();
        let done = super::chain(&mut book.bureau, dir.path(), &mut |_, _| ()).unwrap();
        assert_eq!((done.payments, done.results), (5, 3));
        let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
        assert_eq!(read("vouchers.jsonl").lines().count() as i64, done.seq);
        let all = ["vouchers.jsonl", "payments.csv", "results.csv", "head.txt"].map(read).concat();
        for personal in [specimen::ID_NO, "张三", "6217000000000000019"] {
            assert!(!all.contains(personal));
        }
        // the independent checker, where there is an interpreter for it
        let checker = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check/chain.py");
        if checker.exists()
            && let Ok(run) = std::process::Command::new("python3").arg(checker).arg(dir.path()).args(["--head", &done.hash]).output()
        {
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        }
    }
}
