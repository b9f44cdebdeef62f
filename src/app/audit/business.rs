//! The business tables (业务表) of payments: to projects, one-card batches and lines, the bank's answers, returns and refunds,
//! progress. Formats that have such a table have it in the same columns, under names of their own.

use super::Personal;
use super::documents::OF_YEAR;
use super::scope::Scope;
use crate::app::known_at::known;
use crate::app::progress::Snapshot;
use crate::app::{Book, KnownAt, Result};
use crate::domain::audit::ratio;
use crate::domain::calendar::date_from_int;
use crate::domain::identity::{mask_account, mask_id, mask_name};
use crate::domain::ledger::chain::{commitment, hex};
use crate::domain::money::Fen;
use crate::domain::progress::GroupBy;
use crate::files::writing::WriteProblem;
use crate::files::writing::package::Package;
use crate::params;
use crate::store::{Field, StoreError, Tx, Value};

/// Runs a scan into a table; a failure of the file is told as such and not as the database's.
pub(super) fn scan(
    tx: &mut Tx<'_>,
    sql: &str,
    params: &[Value],
    mut each: impl FnMut(&[Field<'_>]) -> std::result::Result<std::result::Result<(), WriteProblem>, StoreError>,
) -> Result<()> {
    let mut failed = None;
    let outcome = tx.scan(sql, params, |row| match each(row)? {
        Ok(()) => Ok(()),
        Err(problem) => {
            let text = problem.to_string();
            failed = Some(problem);
            Err(StoreError::Io(text))
        }
    });
    match failed {
        Some(problem) => Err(problem.into()),
        None => Ok(outcome?),
    }
}

pub(super) fn opt_text(field: Field<'_>) -> std::result::Result<&str, StoreError> {
    match field {
        Field::Null => Ok(""),
        field => field.text(),
    }
}

fn opt_int(field: Field<'_>) -> std::result::Result<Option<i64>, StoreError> {
    match field {
        Field::Null => Ok(None),
        field => field.int().map(Some),
    }
}

/// A payee and account as the export may show them: only natural persons are hidden.
fn payee(book: &Book, personal: Personal, kind: &str, name: &str, account: &str) -> (String, String) {
    match personal {
        _ if kind != "个人" => (name.into(), account.into()),
        Personal::Full => (name.into(), account.into()),
        Personal::Masked => (mask_name(name), mask_account(account)),
        Personal::Pseudonymised => ("个人".into(), hex(&commitment(&book.secret, name, account))),
    }
}

/// Payments to projects; `wide` has the allocation and the event, as ISO's table has not.
pub(super) fn disbursements(
    out: &mut Package,
    tx: &mut Tx<'_>,
    book: &Book,
    scope: &Scope,
    personal: Personal,
    (table, wide): (&str, bool),
) -> Result<()> {
    let mut rec = out.table(table)?;
    let sql = format!(
        "SELECT t.doc_no, t.date, t.unit, t.allocation, t.project, t.payee, t.account, t.payee_kind, t.purpose, t.amount, t.method,
                t.retention, t.event, t.voucher FROM disbursement t {OF_YEAR} ORDER BY t.id"
    );
    scan(tx, &sql, params![book.id, scope.year, scope.last], |r| {
        let (doc, unit, allocation, project) = (r[0].text()?, r[2].text()?, r[3].text()?, r[4].text()?);
        let (kind, purpose, method, event) = (r[7].text()?, r[8].text()?, r[10].text()?, r[12].text()?);
        let (name, account) = payee(book, personal, kind, r[5].text()?, r[6].text()?);
        let (date, amount, retention, voucher) = (r[1].int()?, Fen::new(r[9].int()?), r[11].int()?, r[13].int()?);
        if wide {
            rec.fill(&[
                &doc,
                &date,
                &unit,
                &allocation,
                &project,
                &name,
                &account,
                &kind,
                &purpose,
                &amount,
                &method,
                &retention,
                &event,
                &voucher,
            ]);
        } else {
            rec.fill(&[&doc, &date, &unit, &project, &name, &account, &kind, &purpose, &amount, &method, &voucher]);
        }
        Ok(out.put(&mut rec))
    })
}

/// A batch that the year touched.
struct Batch {
    id: i64,
    code: String,
    voucher: i64,
}

fn batches_of_year(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Vec<Batch>> {
    let sql = "SELECT b.id, b.code, s.voucher FROM batch b
                 JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage = 'reserved'
                WHERE b.book = $1 AND s.voucher <= $3 AND EXISTS (SELECT v.seq FROM voucher v WHERE v.book = b.book AND v.reference = b.code
                        AND v.year = $2 AND v.seq <= $3 AND v.event IN ('reserve', 'send', 'confirm', 'return', 'cancel', 'release'))
                ORDER BY s.voucher";
    let mut batches = Vec::new();
    for row in tx.query(sql, params![book.id, scope.year, scope.last])? {
        batches.push(Batch { id: row.int(0)?, code: row.string(1)?, voucher: row.int(2)? });
    }
    Ok(batches)
}

pub(super) fn batches(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    for batch in batches_of_year(tx, book, scope)? {
        let row = tx.one(
            "SELECT b.unit, b.program, b.allocation, b.period_first, b.period_last, b.made, b.notice_from, b.notice_to,
                    COALESCE(o.code, ''), b.maker, r.lines, r.total
               FROM batch b LEFT JOIN batch o ON o.book = b.book AND o.id = b.reissue_of
               JOIN batch_stage r ON r.book = b.book AND r.batch = b.id AND r.stage = 'reserved'
              WHERE b.book = $1 AND b.id = $2",
            params![book.id, batch.id],
        )?;
        // a stage that came after the last voucher that counts is not known yet
        let mut stage = |name: &str| -> Result<(String, Option<i64>)> {
            let sql = "SELECT s.actor, s.date FROM batch_stage s WHERE s.book = $1 AND s.batch = $2 AND s.stage = $3
                          AND COALESCE(s.voucher, 0) <= $4 AND s.at <= $5";
            let found = tx.first(sql, params![book.id, batch.id, name, scope.last, scope.recorded_at])?;
            found.map_or(Ok((String::new(), None)), |row| Ok((row.string(0)?, Some(row.int(1)?))))
        };
        let (approver, approved) = stage("approved")?;
        let (sender, sent) = stage("sent")?;
        let text = |at: usize| row.text(at);
        rec.fill(&[
            &batch.code,
            &text(0)?,
            &text(1)?,
            &text(2)?,
            &row.int(3)?,
            &row.int(4)?,
            &row.int(5)?,
            &row.opt_int(6)?,
            &row.opt_int(7)?,
            &text(8)?,
            &text(9)?,
            &approver,
            &approved,
            &sender,
            &sent,
            &row.int(10)?,
            &Fen::new(row.int(11)?),
            &batch.voucher,
        ]);
        out.put(&mut rec)?;
    }
    Ok(())
}

/// One-card lines, batch by batch in the order of the chain.
pub(super) fn lines(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, personal: Personal, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    let sql = "SELECT p.line, q.id_no, c.account, p.quantity, p.rate, p.amount, q.name, h.code, h.region FROM payment p
         JOIN person q ON q.book = p.book AND q.id = p.person
         JOIN card c ON c.book = p.book AND c.id = p.card
         LEFT JOIN household h ON h.book = p.book AND h.id = p.household
        WHERE p.book = $1 AND p.batch = $2 ORDER BY p.start, p.line";
    for batch in batches_of_year(tx, book, scope)? {
        scan(tx, sql, params![book.id, batch.id], |r| {
            let (id_no, account, name) = (r[1].text()?, r[2].text()?, r[6].text()?);
            let stands_for = hex(&commitment(&book.secret, id_no, account));
            let (household, village) = (opt_text(r[7])?, opt_text(r[8])?);
            let shown = match personal {
                Personal::Pseudonymised => Default::default(),
                Personal::Masked => [mask_name(name), mask_id(id_no), mask_account(account), household.to_string()],
                Personal::Full => [name, id_no, account, household].map(str::to_string),
            };
            let (rate, amount) = (Fen::new(r[4].int()?), Fen::new(r[5].int()?));
            rec.fill(&[
                &batch.code,
                &r[0].int()?,
                &stands_for,
                &shown[0],
                &shown[1],
                &shown[2],
                &shown[3],
                &village,
                &r[3].int()?,
                &rate,
                &amount,
                &batch.voucher,
            ]);
            Ok(out.put(&mut rec))
        })?;
    }
    Ok(())
}

/// The bank's answers under each voucher of the year.
pub(super) fn results(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    let vouchers = tx.query(
        "SELECT v.seq, b.id, b.code FROM voucher v JOIN batch b ON b.book = v.book AND b.code = v.reference
          WHERE v.book = $1 AND v.event IN ('confirm', 'return') AND v.year = $2 AND v.seq <= $3 ORDER BY v.seq",
        params![book.id, scope.year, scope.last],
    )?;
    let sql = "SELECT r.line, r.paid, r.reason, r.booked, r.bank_ref, p.amount FROM payment_result r
         JOIN payment p ON p.book = r.book AND p.batch = r.batch AND p.line = r.line
        WHERE r.book = $1 AND r.batch = $2 AND r.voucher = $3 ORDER BY r.line";
    for voucher in vouchers {
        let (seq, code) = (voucher.int(0)?, voucher.text(2)?);
        scan(tx, sql, params![book.id, voucher.int(1)?, seq], |r| {
            let result = if r[1].int()? == 1 { "成功" } else { "失败" };
            let (reason, bank_ref) = (r[2].text()?, r[4].text()?);
            rec.fill(&[&code, &r[0].int()?, &result, &reason, &r[3].int()?, &bank_ref, &Fen::new(r[5].int()?), &seq]);
            Ok(out.put(&mut rec))
        })?;
    }
    Ok(())
}

/// What became of returned lines.
pub(super) fn exits(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    let sql = "SELECT b.code, t.line, n.code, p.amount, t.voucher FROM payment_exit t
         JOIN batch b ON b.book = t.book AND b.id = t.batch
         LEFT JOIN batch n ON n.book = t.book AND n.id = t.into_batch
         JOIN payment p ON p.book = t.book AND p.batch = t.batch AND p.line = t.line
         JOIN voucher v ON v.book = t.book AND v.seq = t.voucher
        WHERE t.book = $1 AND v.year = $2 AND v.seq <= $3 ORDER BY t.voucher, t.batch, t.line";
    scan(tx, sql, params![book.id, scope.year, scope.last], |r| {
        let (code, into) = (r[0].text()?, opt_text(r[2])?);
        let way = if into.is_empty() { "释放" } else { "重发" };
        rec.fill(&[&code, &r[1].int()?, &way, &into, &Fen::new(r[3].int()?), &r[4].int()?]);
        Ok(out.put(&mut rec))
    })
}

pub(super) fn refunds(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    let sql = "SELECT t.doc_no, t.date, d.doc_no, b.code, t.line, t.amount, t.reason, t.voucher FROM refund t
         LEFT JOIN disbursement d ON d.book = t.book AND d.id = t.disbursement
         LEFT JOIN batch b ON b.book = t.book AND b.id = t.batch
         JOIN voucher v ON v.book = t.book AND v.seq = t.voucher
        WHERE t.book = $1 AND v.year = $2 AND v.seq <= $3 ORDER BY t.id";
    scan(tx, sql, params![book.id, scope.year, scope.last], |r| {
        let (doc, of, batch, reason) = (r[0].text()?, opt_text(r[2])?, opt_text(r[3])?, r[6].text()?);
        rec.fill(&[&doc, &r[1].int()?, &of, &batch, &opt_int(r[4])?, &Fen::new(r[5].int()?), &reason, &r[7].int()?]);
        Ok(out.put(&mut rec))
    })
}

/// Fund, its name, what was available and what was spent in the year.
pub(super) fn progress(tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<Vec<(String, String, Fen, Fen)>> {
    let day = date_from_int(scope.year * 10_000 + 1231).unwrap_or_default();
    let known = known(tx, book, Some(KnownAt::Seq(scope.last)))?;
    let report = Snapshot::load(tx, book, day, &known)?.report(GroupBy::Fund)?;
    let mut rows: Vec<_> = report.rows.into_iter().map(|row| (row.key, row.name, row.available, row.spent)).collect();
    rows.sort();
    Ok(rows)
}

pub(super) fn progress_table(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, table: &str) -> Result<()> {
    let mut rec = out.table(table)?;
    for (fund, name, available, spent) in progress(tx, book, scope)? {
        let share = ratio(spent.get().into(), available.get().into());
        rec.fill(&[&fund, &name, &available, &spent, &share]);
        out.put(&mut rec)?;
    }
    Ok(())
}
