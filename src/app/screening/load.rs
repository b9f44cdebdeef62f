//! Reads the facts that rules look at: the whole book, or what concerns the people of one batch. Each table is read once, in
//! the order of its key; links between rows become indices in memory. Ten thousand lines before approval must not wait for
//! lists of a million rows, so for a batch only rows of its people are read where a list is long.

mod index;
mod lists;
mod money;
mod payments;
mod people;

use crate::app::{Book, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::screening::Facts;
use crate::store::Tx;
use chrono::NaiveDate;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The whole book.
    Book,
    /// The people of a batch (by id): its payees, their households, and whoever shares an account with them.
    Batch(i64),
}

/// The facts of a book at the end of a day.
pub fn facts(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, scope: Scope) -> Result<Facts> {
    let mut facts = Facts { as_of: date_to_int(as_of), ..Facts::default() };
    let mut index = people::load(tx, book, scope, &mut facts)?;
    money::registers(tx, book, &mut facts)?;
    payments::load(tx, book, scope, &index, &mut facts)?;
    if scope == Scope::Book {
        money::flows(tx, book, &mut facts)?;
    }
    lists::load(tx, book, scope, &mut index, &mut facts)?;
    if let Scope::Batch(id) = scope {
        facts.focus = facts.batches.iter().position(|batch| batch.id == id).map(|at| at as u32);
    }
    Ok(facts)
}

/// SQL that gives the ids of the people of batch `$2`.
const PEOPLE_OF_BATCH: &str = "SELECT y.person FROM payment y WHERE y.book = $1 AND y.batch = $2
    UNION SELECT q.id FROM payment y JOIN household h ON h.book = y.book AND h.id = y.household
            JOIN person q ON q.book = h.book AND q.household = h.code WHERE y.book = $1 AND y.batch = $2
    UNION SELECT q.id FROM payment y JOIN card c ON c.book = y.book AND c.id = y.card
            JOIN card d ON d.book = c.book AND d.account = c.account AND d.id_no <> c.id_no
            JOIN person q ON q.book = d.book AND q.id_no = d.id_no WHERE y.book = $1 AND y.batch = $2";
