//! Making a batch again from another's lines: what a reissue (更正重发) and taking lines out (剔除) have in common.

use super::check::Line;
use super::register::{PAYMENT_COLUMNS, payment_fields};
use crate::app::money::slices::{self, Slice, SliceTable, interval};
use crate::app::{Book, Result};
use crate::domain::ledger::chain::{self, PaymentDigest};
use crate::params;
use crate::store::Tx;
use crate::store::bulk::Bulk;

/// `PC01-R2` with the mark `-R` → `PC01` and 2; a code without the mark is a root, and its round 0.
pub(super) fn split_code<'c>(code: &'c str, mark: &str) -> (&'c str, u32) {
    let split = code.rsplit_once(mark).and_then(|(root, round)| Some((root, round.parse().ok().filter(|round| *round > 0)?)));
    split.unwrap_or((code, 0))
}

/// The next code of its root that the book does not have: `PC01` → `PC01-R1`, and that → `PC01-R2`.
pub(super) fn next_code(tx: &mut Tx<'_>, book: &Book, code: &str, mark: &str) -> Result<String> {
    let (root, mut round) = split_code(code, mark);
    loop {
        round += 1;
        let next = format!("{root}{mark}{round}");
        if tx.first("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, &next])?.is_none() {
            return Ok(next);
        }
    }
}

/// A line of the original that is paid again: its card may be another, its `start` is the place in the original's money.
pub(super) struct Kept {
    pub line: Line,
    pub id_no: String,
    pub account: String,
}

/// Lines as copied, and the slices of money that pay them.
pub(super) struct Copied {
    pub digest: [u8; 32],
    pub lines: i64,
    pub total: i64,
    pub parts: Vec<Slice>,
}

/// Writes the lines into batch `into`, each on its own part of the original's money.
pub(super) fn copy_lines(tx: &mut Tx<'_>, book: &Book, original: i64, into: i64, kept: Vec<Kept>) -> Result<Copied> {
    let whole = slices::load(tx, book, SliceTable::Batch, original)?;
    let (mut digest, mut total, mut parts) = (PaymentDigest::default(), 0, Vec::new());
    let lines = kept.len() as i64;
    let mut bulk = Bulk::into("payment", &PAYMENT_COLUMNS);
    for Kept { mut line, id_no, account } in kept {
        let commitment = chain::commitment(&book.secret, &id_no, &account);
        digest.line(line.line, &commitment, line.quantity, line.rate, line.amount);
        parts.extend(interval(&whole, line.start, line.start + line.amount));
        line.start = total;
        bulk.push(tx, &payment_fields(book.id, into, &line))?;
        total += line.amount;
    }
    bulk.finish(tx)?;
    Ok(Copied { digest: digest.finish(), lines, total, parts: merge_neighbours(parts) })
}

pub(super) fn merge_neighbours(parts: Vec<Slice>) -> Vec<Slice> {
    let mut merged: Vec<Slice> = Vec::new();
    for part in parts {
        match merged.last_mut() {
            Some(last) if last.dim == part.dim => last.amount += part.amount,
            _ => merged.push(part),
        }
    }
    merged
}
