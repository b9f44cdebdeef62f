//! The payee lines: each batch's lines are read once, and from them come the digest that its reservation sealed, the digests
//! of the bank's answers under each voucher, and what of the batch lies where (reserved, on its way, on cards, returned).

use super::chain::yuan;
use super::{Check, Watched};
use crate::app::Result;
use crate::domain::ledger::Place;
use crate::domain::ledger::chain::{PaymentDigest, ResultDigest, commitment};
use crate::params;
use crate::store::{Field, StoreError, Tx};
use std::collections::BTreeMap;

const LINES: &str =
    "SELECT p.line, p.start, p.quantity, p.rate, p.amount, q.id_no, c.account, r.paid, r.reason, r.booked, r.bank_ref, r.voucher, x.voucher
   FROM payment p
   LEFT JOIN person q ON q.book = p.book AND q.id = p.person
   LEFT JOIN card c ON c.book = p.book AND c.id = p.card
   LEFT JOIN payment_result r ON r.book = p.book AND r.batch = p.batch AND r.line = p.line
   LEFT JOIN payment_exit x ON x.book = p.book AND x.batch = p.batch AND x.line = p.line
  WHERE p.book = $1 AND p.batch = $2 ORDER BY p.line";

const IN_FILE_ORDER: &str = "SELECT p.line, p.start, p.quantity, p.rate, p.amount, q.id_no, c.account
   FROM payment p
   LEFT JOIN person q ON q.book = p.book AND q.id = p.person
   LEFT JOIN card c ON c.book = p.book AND c.id = p.card
  WHERE p.book = $1 AND p.batch = $2 ORDER BY p.start, p.line";

/// How many lines pass between two words of progress.
const STEP: u64 = 8_192;

/// A batch as its stages tell of it.
struct Batch {
    id: i64,
    code: String,
    /// Voucher, lines, total and digest of its reservation.
    reserved: Option<(i64, i64, i64, Vec<u8>)>,
    sent: bool,
    cancelled: bool,
}

/// Where payment lines say that money lies, over the whole book.
#[derive(Default)]
struct Held {
    reserved: i128,
    in_transit: i128,
    returned: i128,
}

/// The lines under one voucher of the bank's answers.
#[derive(Default)]
struct Answers {
    digest: ResultDigest,
    paid: [bool; 2],
    count: i64,
    amount: i128,
}

/// What the lines of one batch come to.
struct Read {
    digest: PaymentDigest,
    count: i64,
    total: i128,
    /// Whether each line starts where the one before it ends, in the order in which they were read.
    in_order: bool,
    answered: i128,
    open_returns: i128,
    answers: BTreeMap<i64, Answers>,
}

impl Read {
    fn new() -> Read {
        let (answers, digest) = (BTreeMap::new(), PaymentDigest::default());
        Read { digest, count: 0, total: 0, in_order: true, answered: 0, open_returns: 0, answers }
    }

    /// Takes a line's own columns in; returns its number and amount.
    fn line(&mut self, row: &[Field<'_>], secret: &[u8]) -> std::result::Result<(i64, i64), StoreError> {
        let (line, amount) = (row[0].int()?, row[4].int()?);
        self.in_order &= i128::from(row[1].int()?) == self.total;
        // a person or card that is gone gives another digest, which is what is then told
        let word = |column: usize| row[column].text().unwrap_or("");
        self.digest.line(line, &commitment(secret, word(5), word(6)), row[2].int()?, row[3].int()?, amount);
        self.count += 1;
        self.total += i128::from(amount);
        Ok((line, amount))
    }

    /// Takes in what the bank answered, and what became of a returned line.
    fn answer(&mut self, row: &[Field<'_>], line: i64, amount: i64) -> std::result::Result<(), StoreError> {
        let Field::Int(paid) = row[7] else { return Ok(()) };
        let paid = paid == 1;
        let answers = self.answers.entry(row[11].int()?).or_default();
        answers.digest.line(line, paid, row[8].text()?, row[9].int()?, row[10].text()?, amount);
        answers.paid[usize::from(paid)] = true;
        answers.count += 1;
        answers.amount += i128::from(amount);
        self.answered += i128::from(amount);
        if !paid && matches!(row[12], Field::Null) {
            self.open_returns += i128::from(amount);
        }
        Ok(())
    }
}

pub(super) fn walk(check: &mut Check<'_>, tx: &mut Tx<'_>) -> Result<()> {
    let total = tx.one(
        "SELECT CAST(COALESCE(SUM(lines), 0) AS BIGINT) FROM batch_stage WHERE book = $1 AND stage = 'reserved'",
        params![check.book.id],
    )?;
    let total = u64::try_from(total.int(0)?).unwrap_or(0);
    check.tell("重算发放明细", 0, total);
    let mut held = Held::default();
    for batch in batches(check, tx)? {
        let read = read(check, tx, &batch, total)?;
        compare(check, &batch, read, &mut held);
    }
    check.tell("重算发放明细", check.payments, total);
    let unmet: Vec<(i64, String)> = check.watched.iter().filter(|(_, w)| !w.met).map(|(seq, w)| (*seq, w.label.clone())).collect();
    for (seq, label) in unmet {
        check.findings.voucher("details", seq, &label, "凭证下的发放明细或银行回盘记录不见了".into());
    }
    places(check, tx, &held)
}

fn batches(check: &mut Check<'_>, tx: &mut Tx<'_>) -> Result<Vec<Batch>> {
    let rows = tx.query(
        "SELECT b.id, b.code, b.maker, r.voucher, r.lines, r.total, r.digest, s.stage, s.lines, s.total, s.digest, s.actor, s.voucher,
                (SELECT a.actor FROM batch_stage a WHERE a.book = b.book AND a.batch = b.id AND a.stage = 'approved')
           FROM batch b
           LEFT JOIN batch_stage r ON r.book = b.book AND r.batch = b.id AND r.stage = 'reserved'
           LEFT JOIN batch_stage s ON s.book = b.book AND s.batch = b.id AND s.stage <> 'reserved'
          WHERE b.book = $1 ORDER BY b.id",
        params![check.book.id],
    )?;
    let mut found: Vec<Batch> = Vec::new();
    for row in rows {
        let (id, code) = (row.int(0)?, row.string(1)?);
        if found.last().is_none_or(|batch| batch.id != id) {
            let reserved = match row.opt_int(3)? {
                Some(voucher) => Some((voucher, row.int(4)?, row.int(5)?, row.bytes(6)?.to_vec())),
                None => None,
            };
            if reserved.is_none() {
                check.findings.book("stage", &code, format!("批次 {code} 没有占用记录"));
            }
            found.push(Batch { id, code: code.clone(), reserved, sent: false, cancelled: false });
        }
        let (Some(batch), Some(stage)) = (found.last_mut(), row.opt_string(7)?) else { continue };
        batch.sent |= stage == "sent";
        batch.cancelled |= stage == "cancelled";
        let same_lines = row.0[4..7] == row.0[8..11];
        let actor = row.text(11)?;
        let same_person = match stage.as_str() {
            "approved" => actor == row.text(2)?,
            "sent" => row.opt_string(13)?.is_none_or(|approver| approver == actor),
            _ => false,
        };
        if !same_lines {
            check.findings.book("stage", &code, format!("批次 {code} 的 {stage} 环节与占用时的行数、合计或摘要不同"));
        }
        if same_person {
            check.findings.book("two_people", &code, format!("批次 {code} 的 {stage} 环节缺少审批，或与上一环节是同一人"));
        }
    }
    Ok(found)
}

fn read(check: &mut Check<'_>, tx: &mut Tx<'_>, batch: &Batch, total: u64) -> Result<Read> {
    let book = check.book;
    let mut read = Read::new();
    let (payments, progress) = (&mut check.payments, &mut check.progress);
    tx.scan(LINES, params![book.id, batch.id], |row| {
        let (line, amount) = read.line(row, &book.secret)?;
        read.answer(row, line, amount)?;
        *payments += 1;
        if *payments % STEP == 0 {
            progress(super::Progress { phase: "重算发放明细", done: *payments, total });
        }
        Ok(())
    })?;
    if !read.in_order {
        // the file did not number its lines in order: the digest runs in the file's order
        let mut again = Read::new();
        tx.scan(IN_FILE_ORDER, params![book.id, batch.id], |row| again.line(row, &book.secret).map(|_| ()))?;
        read.in_order = again.in_order;
        read.digest = again.digest;
    }
    Ok(read)
}

fn compare(check: &mut Check<'_>, batch: &Batch, read: Read, held: &mut Held) {
    let code = &batch.code;
    if let Some((voucher, lines, total, sealed)) = &batch.reserved {
        let digest = read.digest.finish();
        let mut wrong = Vec::new();
        if (*lines, i128::from(*total)) != (read.count, read.total) {
            wrong.push(format!("占用时 {lines} 行 {} 元，现有 {} 行 {} 元", yuan(i128::from(*total)), read.count, yuan(read.total)));
        }
        if sealed != &digest {
            wrong.push("明细（人员、账户、数量、标准、金额）与占用时的摘要不符".into());
        }
        if !read.in_order {
            wrong.push("明细的起点与前面各行的合计不符".into());
        }
        let voucher_says = check.watched.get_mut(voucher).filter(|w| w.event == "reserve" && !w.met);
        wrong.extend(against_voucher(voucher_says, read.count, read.total, &digest, "reserve"));
        let label = check.watched.get(voucher).map_or(String::new(), |w| w.label.clone());
        for what in wrong {
            check.findings.voucher("details", *voucher, &label, format!("批次 {code}：{what}"));
        }
    }
    for (voucher, answers) in read.answers {
        let event = if answers.paid[0] { "return" } else { "confirm" };
        let mixed = answers.paid == [true, true];
        let voucher_says = check.watched.get_mut(&voucher).filter(|w| w.event == event && !w.met && !mixed);
        let wrong = against_voucher(voucher_says, answers.count, answers.amount, &answers.digest.finish(), event);
        let label = check.watched.get(&voucher).map_or(String::new(), |w| w.label.clone());
        for what in wrong {
            check.findings.voucher("details", voucher, &label, format!("批次 {code} 的银行回盘：{what}"));
        }
    }
    match (batch.sent, batch.cancelled) {
        (true, _) => held.in_transit += read.total - read.answered,
        (false, false) => held.reserved += read.total,
        (false, true) => {}
    }
    held.returned += read.open_returns;
}

/// What a voucher says otherwise than the lines under it.
fn against_voucher(voucher: Option<&mut Watched>, count: i64, total: i128, digest: &[u8; 32], event: &str) -> Vec<String> {
    let Some(voucher) = voucher else { return vec![format!("没有与之相应的凭证（{event}）")] };
    voucher.met = true;
    let mut wrong = Vec::new();
    if voucher.details != count || voucher.digest != digest {
        wrong.push(format!("{count} 行明细与凭证上的行数（{}）或摘要不符", voucher.details));
    }
    if i128::from(voucher.moved) != total {
        wrong.push(format!("明细合计 {} 元，凭证金额 {} 元", yuan(total), yuan(i128::from(voucher.moved))));
    }
    wrong
}

/// The places of the control book that payment lines fill must hold what the lines say.
fn places(check: &mut Check<'_>, tx: &mut Tx<'_>, held: &Held) -> Result<()> {
    for (place, lines) in [(Place::Reserved, held.reserved), (Place::InTransit, held.in_transit), (Place::Returned, held.returned)] {
        let row = tx.one(
            "SELECT CAST(COALESCE(SUM(b.debit - b.credit), 0) AS BIGINT) FROM account a
               JOIN balance b ON b.book = a.book AND b.account = a.code WHERE a.book = $1 AND a.role = $2",
            params![check.book.id, place.role()],
        )?;
        let balance = i128::from(row.int(0)?);
        if balance != lines {
            let message = format!("“{}”余额 {} 元，发放明细合计 {} 元", place.title(), yuan(balance), yuan(lines));
            check.findings.book("conservation", place.title(), message);
        }
    }
    Ok(())
}
