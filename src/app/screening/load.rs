//! Reads the facts that rules look at: the whole book, or what concerns the people of one batch. Each table is read once, in
//! the order of its key; links between rows become indices in memory. The whole book is read by two readers side by side
//! where a second one can be had. Ten thousand lines before approval must not wait for lists of a million rows: for a batch
//! rows are looked up by its people.

mod index;
mod lists;
mod money;
mod payments;
mod people;
mod reach;
mod ties;
mod vehicles;

use crate::app::{Book, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::screening::Facts;
use crate::domain::screening::facts::ranges_by;
use crate::store::Tx;
use chrono::NaiveDate;
use reach::{Reach, Readers};

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
    read(Readers { first: tx, second: None }, book, as_of, scope)
}

/// The same with a second reader of the same data, see [`crate::app::Bureau::read_by_two`].
pub fn facts_by_two(tx: &mut Tx<'_>, second: Option<&mut Tx<'_>>, book: &Book, as_of: NaiveDate, scope: Scope) -> Result<Facts> {
    read(Readers { first: tx, second }, book, as_of, scope)
}

fn read(mut readers: Readers<'_, '_, '_>, book: &Book, as_of: NaiveDate, scope: Scope) -> Result<Facts> {
    let reach = Reach::of(readers.first, book, scope)?;
    let mut facts = Facts { as_of: date_to_int(as_of), ..Facts::default() };
    money::registers(readers.first, book, &mut facts)?;
    if scope == Scope::Book {
        money::flows(readers.first, book, &mut facts)?;
    }
    facts.batches = payments::batches(readers.first, book, facts.as_of)?;
    let (batches, programs, as_of) = (facts.batches.clone(), &facts.programs, facts.as_of);
    let (register, (cards, lines)) = readers.both(
        |tx| people::register(tx, book, &reach),
        |tx| {
            // whose cards and lines they are is asked when the people are known; of a batch they are known from the start
            let early = matches!(reach, Reach::Book);
            let cards = if early { people::cards(tx, book, None)? } else { Vec::new() };
            Ok((cards, if early { payments::all(tx, book, as_of, &batches)? } else { payments::Lines::default() }))
        },
    )?;
    let (cards, lines) = match &reach {
        Reach::Book => (cards, lines),
        Reach::Batch(batch) => {
            let wanted = register.numbers(|_| true);
            let lines = payments::of_people(readers.first, book, as_of, (&batches, programs), batch, &register)?;
            (people::cards(readers.first, book, Some(&wanted))?, lines)
        }
    };
    let mut index = register.enter(&mut facts);
    let sizes = lists::received(readers.first, book, &mut facts)?;
    let lists = lists::Reader::new(book, &reach, &facts, sizes);
    let (ties, (held, payments, housing)) = readers.both(
        |tx| ties::Ties::read(tx, &lists, &index, &facts),
        |tx| {
            let held = people::hold(cards, &index);
            let payments = payments::settle(lines, &index, &held, &facts);
            Ok((held, payments, lists::housing(tx, &lists)?))
        },
    )?;
    people::take_cards(held, &mut facts);
    facts.payment_ranges = ranges_by(facts.people.len(), payments.iter().map(|p| p.person));
    facts.payments = payments;
    facts.lists.housing = housing;
    payments::refunds(readers.first, book, &mut facts)?;
    if scope == Scope::Book {
        money::refunds(readers.first, book, &mut facts)?;
    }
    ties.enlist(&mut index, &mut facts);
    ties.settle(&index, &mut facts);
    lists::plain(&mut readers, &lists, &index, &mut facts)?.settle(&mut index, &mut facts);
    if let Scope::Batch(id) = scope {
        facts.focus = facts.batches.iter().position(|batch| batch.id == id).map(|at| at as u32);
    }
    Ok(facts)
}
