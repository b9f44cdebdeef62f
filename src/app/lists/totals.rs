//! Count and sums of a filtered set, exact at the moment of the transaction that the rows come from.
//!
//! Most lists are counted each time. A list that is `remembered` is counted once for a state of what it reads: of the counters
//! of ids that it names, and where it rests on the ledger, of the head of the chain and the number of stages that batches have come
//! to. Whoever changes such a list, in whichever process, takes an id from one of the counters (a register's row, a file, a line of
//! the change log), posts a voucher, or adds a stage, in the same transaction as the change; and the state is read in the transaction
//! that reads the rows. So what is remembered cannot disagree with the book: a change that one can see has changed the state that one
//! sees.

use super::query::{Ask, Given, Query};
use super::spec::{ListSpec, Marks, Totals};
use super::sql::{self, Sql};
use crate::app::{Book, Result};
use crate::domain::access::Scope;
use crate::domain::ledger::chain::Canonical;
use crate::params;
use crate::store::{Tx, Value};
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Count and sums by the digest of what was asked.
type Kept = HashMap<[u8; 32], (i64, Vec<i64>)>;

/// Totals by the digest of database, book, state, statement and values.
static KEPT: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);
/// When so many are kept, all are forgotten: they are of old states for the most part.
const MOST: usize = 4_096;

/// `place` is the database that the transaction is of.
pub(super) fn of(tx: &mut Tx<'_>, book: &Book, place: &str, query: &Query) -> Result<Totals> {
    if let Some(shortcut) = query.spec.shortcut
        && let Some(totals) = shortcut(tx, book, place, query)?
    {
        return Ok(totals);
    }
    let statement = sql::totals(query, book);
    let Some(marks) = query.spec.remembered else { return count(tx, &statement) };
    let key = key(tx, book, place, marks, &statement)?;
    if let Some(totals) = recall(&key) {
        return Ok(totals);
    }
    let totals = count(tx, &statement)?;
    remember(key, &totals);
    Ok(totals)
}

pub(super) fn recall(key: &[u8; 32]) -> Option<Totals> {
    kept().get(key).map(|(count, sums)| Totals { count: *count, sums: sums.clone() })
}

pub(super) fn remember(key: [u8; 32], totals: &Totals) {
    let mut kept = kept();
    if kept.len() >= MOST {
        kept.clear();
    }
    kept.insert(key, (totals.count, totals.sums.clone()));
}

/// What a list comes to under one filter, for figures that open to that list.
pub(crate) fn count_of(
    tx: &mut Tx<'_>,
    book: &Book,
    place: &str,
    spec: &'static ListSpec,
    scope: &Scope,
    filter: (&str, &str),
) -> Result<Totals> {
    let ask = Ask { filters: vec![(filter.0.to_string(), Given::Text(filter.1.to_string()))], ..Ask::default() };
    of(tx, book, place, &Query::understand(spec, book, scope, &ask)?)
}

fn kept() -> std::sync::MutexGuard<'static, Kept> {
    KEPT.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn count(tx: &mut Tx<'_>, statement: &Sql) -> Result<Totals> {
    let row = tx.one(&statement.text, &statement.values)?;
    let sums: std::result::Result<Vec<i64>, _> = (1..row.0.len()).map(|at| row.int(at)).collect();
    Ok(Totals { count: row.int(0)?, sums: sums? })
}

/// Digest of a statement over a state of the book.
pub(super) fn key(tx: &mut Tx<'_>, book: &Book, place: &str, marks: Marks, statement: &Sql) -> Result<[u8; 32]> {
    let mut c = Canonical::default();
    c.text(place).int(book.id).bytes(&book.secret);
    for row in tx.query("SELECT name, next FROM counter WHERE book = $1 ORDER BY name", params![book.id])? {
        if marks.counters.contains(&row.text(0)?) {
            c.text(row.text(0)?).int(row.int(1)?);
        }
    }
    if marks.ledger {
        let head = tx.one("SELECT seq, hash FROM chain WHERE book = $1", params![book.id])?;
        c.int(head.int(0)?).bytes(head.bytes(1)?);
        // An approval takes neither an id nor a voucher; it is a stage.
        c.int(tx.one("SELECT COUNT(*) FROM batch_stage WHERE book = $1", params![book.id])?.int(0)?);
    }
    c.text(&statement.text);
    for value in &statement.values {
        match value {
            Value::Int(number) => c.int(*number),
            Value::Text(text) => c.text(text),
            Value::Bytes(bytes) => c.bytes(bytes),
            Value::Null => c.byte(0),
        };
    }
    Ok(c.finish())
}
