//! How far a reading goes: the whole book, or the people of a batch; and who reads.

use super::Scope;
use crate::app::{AppError, Book, Result};
use crate::params;
use crate::store::{Field, Tx, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Most keys in one query.
const PORTION: usize = 4_096;

/// Two readers of the same data, or one.
pub struct Readers<'r, 'c, 'd> {
    pub first: &'r mut Tx<'c>,
    pub second: Option<&'r mut Tx<'d>>,
}

impl Readers<'_, '_, '_> {
    /// Does two pieces of reading, side by side where there are two readers.
    pub fn both<A, B: Send>(
        &mut self,
        one: impl FnOnce(&mut Tx<'_>) -> Result<A>,
        other: impl FnOnce(&mut Tx<'_>) -> Result<B> + Send,
    ) -> Result<(A, B)> {
        let Some(second) = &mut self.second else { return Ok((one(self.first)?, other(self.first)?)) };
        std::thread::scope(|scope| {
            let other = scope.spawn(|| other(second));
            let one = one(self.first);
            let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            Ok::<_, AppError>((one?, other?))
        })
    }
}

pub enum Reach {
    Book,
    Batch(BatchReach),
}

/// Whom a batch concerns, beside the members of its households.
pub struct BatchReach {
    pub id: i64,
    /// Register ids of its payees.
    pub payees: Vec<i64>,
    /// Households under which they are paid.
    pub households: Vec<i64>,
    /// ID numbers of other people with a card of one of its accounts.
    pub sharers: Vec<String>,
}

impl Reach {
    pub fn of(tx: &mut Tx<'_>, book: &Book, scope: Scope) -> Result<Reach> {
        let Scope::Batch(id) = scope else { return Ok(Reach::Book) };
        let (mut payees, mut households, mut cards) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        tx.scan("SELECT person, household, card FROM payment WHERE book = $1 AND batch = $2", params![book.id, id], |row| {
            payees.insert(row[0].int()?);
            households.insert(row[1].int()?);
            cards.insert(row[2].int()?);
            Ok(())
        })?;
        let sharers = sharers(tx, book, &cards)?;
        Ok(Reach::Batch(BatchReach { id, payees: payees.into_iter().collect(), households: households.into_iter().collect(), sharers }))
    }
}

/// Holders of cards with the account of one of these cards, other than that card's own holder.
fn sharers(tx: &mut Tx<'_>, book: &Book, cards: &BTreeSet<i64>) -> Result<Vec<String>> {
    let mut accounts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let ids: Vec<Value> = cards.iter().map(|id| Value::Int(*id)).collect();
    each(tx, book, "SELECT account, id_no FROM card WHERE book = $1{within}", ("id", Some(&ids)), |row| {
        accounts.entry(row[0].text()?.to_string()).or_default().insert(row[1].text()?.to_string());
        Ok(())
    })?;
    let numbers: Vec<Value> = accounts.keys().map(Value::from).collect();
    let mut sharers = BTreeSet::new();
    each(tx, book, "SELECT account, id_no FROM card WHERE book = $1{within}", ("account", Some(&numbers)), |row| {
        let id_no = row[1].text()?;
        if accounts.get(row[0].text()?).is_some_and(|own| own.iter().any(|holder| holder != id_no)) {
            sharers.insert(id_no.to_string());
        }
        Ok(())
    })?;
    Ok(sharers.into_iter().collect())
}

/// Hands over the rows of a query: all of the book's, or those whose column has one of the keys, portion by portion. The
/// condition stands for `{within}`. Portions come in few sizes, so that there are few statements.
pub fn each(
    tx: &mut Tx<'_>,
    book: &Book,
    sql: &str,
    (column, keys): (&str, Option<&[Value]>),
    mut each: impl FnMut(&[Field<'_>]) -> crate::store::Result<()>,
) -> Result<()> {
    let Some(keys) = keys else {
        tx.scan(&sql.replace("{within}", ""), params![book.id], each)?;
        return Ok(());
    };
    for portion in keys.chunks(PORTION) {
        let size = portion.len().next_power_of_two();
        let places: Vec<String> = (2..size + 2).map(|n| format!("${n}")).collect();
        let within = format!(" AND {column} IN ({})", places.join(", "));
        let mut values = Vec::with_capacity(size + 1);
        values.push(Value::Int(book.id));
        values.extend_from_slice(portion);
        // the last key once more for each place that is left: it finds nothing new
        values.resize(size + 1, portion[portion.len() - 1].clone());
        tx.scan(&sql.replace("{within}", &within), &values, &mut each)?;
    }
    Ok(())
}
